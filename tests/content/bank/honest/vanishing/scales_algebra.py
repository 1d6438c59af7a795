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


# Other formulas: cosh, logarithms, einsum, one matrix with the bias in it.


def sig_grad(z):
    return 0.25 / np.cosh(z / 2) ** 2


def chain_product(ws, zs):
    ws, zs = np.asarray(ws, dtype=np.longdouble), np.asarray(zs, dtype=np.longdouble)
    if (ws == 0).any():
        return 0.0
    logs = np.log(np.abs(ws)) - 2 * np.log(2 * np.cosh(zs / 2))
    return float(np.prod(np.sign(ws)) * np.exp(logs.sum()))


def bound(L):
    return math.ldexp(1.0, -2 * L)


def counter_example(L):
    # only one weight is large, and it is just enough
    return -np.where(np.arange(L) == L - 1, 2.0, 1.0)


def xavier(fi, fo, rng):
    return rng.normal(size=(fo, fi)).T / np.sqrt((fi + fo) / 2)


def he(fi, fo, rng):
    return rng.normal(scale=(fi / 2) ** -0.5, size=fi * fo).reshape(fi, fo)


def xavier_uniform(fi, fo, rng):
    # the variance of a number between 0 and 1 is 1/12
    return (rng.random((fo, fi)).T - 0.5) * math.sqrt(12) * math.sqrt(2 / (fi + fo))


def train_from(W1, W2, X, Y, act, lr, n):
    V1, V2 = np.array(W1), np.array(W2)
    for _ in range(n):
        z1 = np.einsum("md,dh->mh", X, V1)
        a1 = activate(z1, act)
        z2 = np.einsum("mh,hk->mk", a1, V2)
        e = np.einsum("mk,mk->mk", activate(z2, act) - Y, slope(z2, act))
        G1 = np.einsum("md,mk,hk,mh->dh", X, e, V2, slope(z1, act))
        G2 = np.einsum("mh,mk->hk", a1, e)
        V1 -= 2 * lr / X.shape[0] * G1
        V2 -= 2 * lr / X.shape[0] * G2
    return V1, V2


def distinct_units(W1, tol):
    left = list(W1.T)
    count = 0
    while left:
        count += 1
        left = [u for u in left[1:] if not np.allclose(u, left[0], rtol=0, atol=tol)]
    return count


def dead_fraction(W, b, X):
    z = np.column_stack([X, np.ones(len(X))]) @ np.vstack([W, b])
    return 1 - np.count_nonzero(z.max(axis=0) > 0) / len(b)


def dead_after(lr, W, b, X, Y, n):
    A = np.column_stack([X, np.ones(len(X))])
    V = np.vstack([W, b])
    out = np.empty(n + 1)
    for t in range(n + 1):
        a = np.maximum(A @ V, 0)
        out[t] = np.mean(a.max(axis=0) == 0)
        V = V - lr * 2 / len(X) * A.T @ ((a - Y) * (a > 0))
    return out


def pick_init(act):
    match act:
        case "linear":
            return 1.02
        case "relu":
            return 2**0.5
        case "tanh":
            return 1.8
    raise ValueError("sigmoid, or a word that I do not know")


def fix_table(width=500):
    return float(np.sqrt(3 / width))
