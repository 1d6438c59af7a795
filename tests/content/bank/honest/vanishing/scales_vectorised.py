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


def sig_grad(z):
    return activate(z, "sigmoid") * activate(-z, "sigmoid")


def chain_product(ws, zs):
    return np.prod(ws * sig_grad(zs))


def bound(L):
    return 0.25**L


def counter_example(L):
    ws = np.ones(L)
    ws[L // 2 :] = 2.5
    return ws


def xavier(fi, fo, rng):
    return np.sqrt(2 / (fi + fo)) * rng.standard_normal((fi, fo))


def he(fi, fo, rng):
    return np.sqrt(2 / fi) * rng.standard_normal((fi, fo))


def xavier_uniform(fi, fo, rng):
    l = np.sqrt(3 * 2 / (fi + fo))
    return l * (2 * rng.random((fi, fo)) - 1)


def train_from(W1, W2, X, Y, act, lr, n):
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act)
        z2 = a1 @ W2
        delta2 = 2 * (activate(z2, act) - Y) / len(X) * slope(z2, act)
        delta1 = (delta2 @ W2.T) * slope(z1, act)
        W1 = W1 - lr * X.T @ delta1
        W2 = W2 - lr * a1.T @ delta2
    return W1, W2


def distinct_units(W1, tol):
    distance = np.abs(W1[:, :, None] - W1[:, None, :]).max(axis=0)
    first = np.argmax(distance <= tol, axis=1)
    return len(np.unique(first))


def dead_fraction(W, b, X):
    return np.all(X @ W + b <= 0, axis=0).mean()


def dead_after(lr, W, b, X, Y, n):
    share = [dead_fraction(W, b, X)]
    for _ in range(n):
        z = X @ W + b
        delta = 2 / len(X) * (activate(z, "relu") - Y) * slope(z, "relu")
        W, b = W - lr * X.T @ delta, b - lr * delta.sum(axis=0)
        share.append(dead_fraction(W, b, X))
    return np.array(share)


def pick_init(act):
    if act == "tanh":
        return 5 / 3
    if act == "relu":
        return np.sqrt(2)
    if act == "linear":
        return 1.0
    raise ValueError(act)


def fix_table(width=500):
    return pick_init("tanh") / np.sqrt(width)
