"""Small things that I use in all sheets."""
import numpy as np

ACTIVATIONS = {
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "relu": (lambda z: np.maximum(0, z), lambda z: (z > 0).astype(float)),
    "linear": (lambda z: z, np.ones_like),
}


def frobenius(m):
    return np.sqrt(np.sum(m * m))


def rms(m):
    return frobenius(m) / np.sqrt(m.size)


def forward(X, Ws, bs, act):
    """Return lists of what enters the layers and of their z."""
    phi, _ = ACTIVATIONS[act]
    entered, zs = [X], []
    for W, b in zip(Ws, bs):
        zs.append(entered[-1] @ W + b)
        entered.append(phi(zs[-1]))
    return entered, zs


def backward(Ws, zs, act, upstream):
    """Return the deltas, first layer first."""
    _, dphi = ACTIVATIONS[act]
    deltas = [upstream * dphi(zs[-1])]
    for W, z in zip(reversed(Ws[1:]), reversed(zs[:-1])):
        deltas.insert(0, deltas[0] @ W.T * dphi(z))
    return deltas
