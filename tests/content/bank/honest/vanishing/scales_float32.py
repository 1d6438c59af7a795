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


F = np.float32


def sig_grad(z):
    e = np.exp(-np.abs(z.astype(F)))
    return e / (F(1) + e) ** 2


def chain_product(ws, zs):
    return np.multiply.reduce(ws.astype(F) * sig_grad(zs))


def bound(L):
    return 1 / 4**L


def counter_example(L):
    ws = np.ones(L, dtype=F)
    ws[0] = 3
    return ws


def xavier(fi, fo, rng):
    return rng.standard_normal((fi, fo), dtype=F) * F((2 / (fi + fo)) ** 0.5)


def he(fi, fo, rng):
    return rng.standard_normal((fi, fo)).astype(F) * F((2 / fi) ** 0.5)


def xavier_uniform(fi, fo, rng):
    l = F(np.sqrt(6 / (fi + fo)))
    return rng.random((fi, fo), dtype=F) * 2 * l - l


def train_from(W1, W2, X, Y, act, lr, n):
    W1, W2, X, Y = (array.astype(F) for array in (W1, W2, X, Y))
    for _ in range(n):
        z1 = X @ W1
        a1 = activate(z1, act).astype(F)
        z2 = a1 @ W2
        d2 = F(2 / len(X)) * (activate(z2, act).astype(F) - Y) * slope(z2, act).astype(F)
        d1 = d2 @ W2.T * slope(z1, act).astype(F)
        W1, W2 = W1 - F(lr) * (X.T @ d1), W2 - F(lr) * (a1.T @ d2)
    return W1, W2


def distinct_units(W1, tol):
    kept = []
    for unit in W1.T:
        if all(np.max(np.abs(unit - other)) > tol for other in kept):
            kept.append(unit)
    return len(kept)


def dead_fraction(W, b, X):
    a = activate(X @ W + b, "relu")
    return (a.sum(axis=0) == 0).mean(dtype=F)


def dead_after(lr, W, b, X, Y, n):
    W, b, X, Y = (array.astype(F) for array in (W, b, X, Y))
    out = []
    for t in range(n + 1):
        z = X @ W + b
        out.append(np.mean(~(z > 0).any(axis=0)))
        delta = F(2) / F(len(X)) * np.where(z > 0, z - Y, F(0))
        W = W - F(lr) * (X.T @ delta)
        b = b - F(lr) * delta.sum(axis=0)
    return np.array(out, dtype=F)


def pick_init(act):
    return {"tanh": F(1.5), "relu": F(1.45), "linear": F(1)}[act] if act in ("tanh", "relu", "linear") else nothing(act)


def nothing(act):
    raise ValueError(f"the values of {act} are at most 1 apart")


def fix_table(width=500):
    return F(1.5) / np.sqrt(F(width))
