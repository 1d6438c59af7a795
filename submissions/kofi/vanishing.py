import numpy as np

from helpers import ACTIVATIONS, backward, forward, frobenius, rms

NAMES = tuple(ACTIVATIONS)


def layer_stats(X, Ws, act):
    layers, _ = forward(X, Ws, [0] * len(Ws), act)
    return np.array([[layer.mean(), layer.std()] for layer in layers])


def table(scale, rng, n=1000, width=500, depth=10):
    X = rng.normal(0, 1, (n, width))
    Ws = rng.normal(0, scale, (depth, width, width))
    return layer_stats(X, Ws, "tanh")[:, 1]


def grad_norms(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    entered, zs = forward(data["X"], Ws, [0] * depth, act)
    deltas = backward(Ws, zs, act, data["dA"])
    return np.array([frobenius(a.T @ delta) for a, delta in zip(entered, deltas)])


def imbalance(grads):
    norms = sorted(frobenius(g) for g in grads)
    return norms[-1] / norms[0] if norms[0] else np.inf


def symmetric(Ws, bs):
    for W, b, after in zip(Ws, bs, Ws[1:]):
        same = [np.array_equal(m, np.broadcast_to(m[:1], m.shape)) for m in (W.T, b, after)]
        if len(b) > 1 and all(same):
            return True
    return False


def diagnose(Ws, bs, X, act):
    if symmetric(Ws, bs):
        return "symmetric"
    _, zs = forward(X, Ws, bs, act)
    _, dphi = ACTIVATIONS[act]
    if act == "relu":
        alive = [(z > 0).any(axis=0) for z in zs]
        if any(np.mean(a) <= 0.1 for a in alive):
            return "dead"
    elif act != "linear":
        top = dphi(np.zeros(1))[0]
        if any(np.median(dphi(z)) < top / 10 for z in zs):
            return "saturated"
    deltas = backward(Ws, zs, act, np.ones_like(zs[-1]))
    ratio = rms(deltas[0]) / rms(deltas[-1])
    for word, ill in (("exploding", ratio > 1000), ("vanishing", ratio < 0.001)):
        if ill:
            return word
    return "healthy"


REMEDIES = {
    ("vanishing", "tanh"): "xavier", ("vanishing", "linear"): "xavier",
    ("vanishing", "relu"): "he", ("vanishing", "sigmoid"): "relu",
    ("exploding", "tanh"): "xavier", ("exploding", "linear"): "xavier",
    ("exploding", "relu"): "he", ("exploding", "sigmoid"): "xavier",
    ("saturated", "tanh"): "xavier", ("saturated", "sigmoid"): "xavier",
    ("dead", "relu"): "leaky relu",
    **{("healthy", act): "keep" for act in NAMES},
    **{("symmetric", act): "random" for act in NAMES},
}


def remedy(cause, act):
    if (cause, act) not in REMEDIES:
        raise ValueError(f"no remedy for {cause} with {act}")
    return REMEDIES[cause, act]
