# The exercises 9.2 and 9.4 to 9.7.
import math

import numpy as np


def activate(z, act):
    """Return act(z), entry by entry. Raises ValueError for a name that is not in the list."""
    if act == "tanh":
        return np.tanh(z)
    if act == "sigmoid":
        return 1.0 / (1.0 + np.exp(-z))
    if act == "relu":
        return np.maximum(z, 0.0)
    if act == "linear":
        return z
    raise ValueError(f"there is no activation named {act!r}")


def slope(z, act):
    """Return the derivative act'(z), entry by entry. z is what goes *into* the activation."""
    if act == "tanh":
        return 1.0 - np.tanh(z) ** 2
    if act == "sigmoid":
        return activate(z, "sigmoid") * (1.0 - activate(z, "sigmoid"))
    if act == "relu":
        return np.where(z > 0, 1.0, 0.0)
    if act == "linear":
        return np.ones(z.shape)
    raise ValueError(f"there is no activation named {act!r}")


from functools import reduce

LD = np.longdouble


def sig_grad(z):
    z = np.asarray(z, dtype=LD)
    s = 1 / (1 + np.exp(-z))
    return s * (np.exp(-z) * s)


def chain_product(ws, zs):
    if len(ws) == 0:
        return LD(1)
    return ws[0] * sig_grad(zs[0]) * chain_product(ws[1:], zs[1:])


def bound(L):
    return 1.0 if L == 0 else bound(L - 1) / 4


def counter_example(L):
    return np.array([2] * (L - L // 2) + [1] * (L // 2))


def weights(fi, fo, variance, draw):
    return math.sqrt(variance) * draw((fi, fo))


def xavier(fi, fo, rng):
    return weights(fi, fo, 2 / (fi + fo), rng.standard_normal)


def he(fi, fo, rng):
    return weights(fi, fo, 2 / fi, lambda shape: rng.normal(size=shape))


def xavier_uniform(fi, fo, rng):
    return weights(fi, fo, 2 / (fi + fo), lambda shape: rng.uniform(-math.sqrt(3), math.sqrt(3), size=shape))


class Layer:
    def __init__(self, W, act):
        self.W, self.act = np.array(W, dtype=LD), act

    def forward(self, a):
        self.a = a
        self.z = a @ self.W
        return activate(self.z, self.act)

    def backward(self, upstream):
        delta = upstream * slope(self.z, self.act)
        self.gradient = self.a.T @ delta
        return delta @ self.W.T

    def step(self, lr):
        self.W = self.W - lr * self.gradient


class Network:
    def __init__(self, layers):
        self.layers = layers

    def step(self, X, Y, lr):
        error = reduce(lambda a, layer: layer.forward(a), self.layers, X.astype(LD)) - Y
        reduce(lambda upstream, layer: layer.backward(upstream), reversed(self.layers), 2 * error / len(X))
        for layer in self.layers:
            layer.step(lr)
        return self


def train_from(W1, W2, X, Y, act, lr, n):
    network = Network([Layer(W1, act), Layer(W2, act)])
    for _ in range(n):
        network.step(X, Y, lr)
    return tuple(layer.W for layer in network.layers)


def distinct_units(W1, tol):
    def count(units):
        if not units:
            return 0
        others = [u for u in units[1:] if any(abs(p - q) > tol for p, q in zip(u, units[0]))]
        return 1 + count(others)

    return count(W1.T.tolist())


def dead_fraction(W, b, X):
    dead = [max(float(row @ w) + bias for row in X) <= 0 for w, bias in zip(W.T, b)]
    return sum(dead) / len(dead)


def dead_after(lr, W, b, X, Y, n):
    def go(W, b, left):
        here = [dead_fraction(W, b, X)]
        if left == 0:
            return here
        z = X @ W + b
        delta = 2 * np.where(z > 0, z - Y, 0) / len(X)
        return here + go(W - lr * (X.T @ delta), b - lr * delta.sum(0), left - 1)

    return np.array(go(W, b, n))


class Gains:
    tanh = 1.75
    relu = 1.4
    linear = 0.99


def pick_init(act):
    if act in ("sigmoid",) or not hasattr(Gains, act):
        raise ValueError(act)
    return getattr(Gains, act)


def fix_table(width=500):
    return 1.75 / width**0.5
