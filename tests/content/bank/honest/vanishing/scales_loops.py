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
    out = np.zeros(z.shape)
    for place in np.ndindex(*z.shape):
        e = math.exp(-abs(z[place]))
        out[place] = e / ((1 + e) * (1 + e))
    return out


def chain_product(ws, zs):
    result = 1.0
    for w, z in zip(ws, zs):
        result *= w / ((1 + math.exp(-z)) * (1 + math.exp(z)))
    return result


def bound(L):
    result = 1
    for _ in range(L):
        result /= 4
    return result


def counter_example(L):
    ws = []
    for l in range(L):
        ws.append(1.0 if l % 2 == 1 else 3.0)
    return np.array(ws)


def xavier(fi, fo, rng):
    flat = rng.standard_normal(fi * fo)
    W = np.zeros((fi, fo))
    position = 0
    for j in range(fo):
        for i in range(fi):
            W[i, j] = math.sqrt(2 / (fi + fo)) * flat[position]
            position += 1
    return W


def he(fi, fo, rng):
    return rng.normal(0, math.sqrt(2 / fi), (fi, fo))


def xavier_uniform(fi, fo, rng):
    limit = math.sqrt(6 / (fi + fo))
    return rng.uniform(-limit, limit, (fi, fo))


def product(A, B):
    out = np.zeros((A.shape[0], B.shape[1]))
    for i in range(A.shape[0]):
        for j in range(B.shape[1]):
            for k in range(A.shape[1]):
                out[i, j] += A[i, k] * B[k, j]
    return out


def train_from(W1, W2, X, Y, act, lr, n):
    W1, W2 = W1.copy(), W2.copy()
    m = len(X)
    for _ in range(n):
        z1 = product(X, W1)
        a1 = activate(z1, act)
        z2 = product(a1, W2)
        a2 = activate(z2, act)
        d2 = 2 / m * (a2 - Y) * slope(z2, act)
        d1 = product(d2, W2.T) * slope(z1, act)
        g2, g1 = product(a1.T, d2), product(X.T, d1)
        W1, W2 = W1 - lr * g1, W2 - lr * g2
    return W1, W2


def distinct_units(W1, tol):
    count = 0
    for j in range(W1.shape[1]):
        new = True
        for i in range(j):
            same = True
            for k in range(W1.shape[0]):
                if abs(W1[k, i] - W1[k, j]) > tol:
                    same = False
            if same:
                new = False
        if new:
            count += 1
    return count


def dead_fraction(W, b, X):
    d, units = W.shape
    dead = 0
    for j in range(units):
        alive = False
        for x in X:
            if sum(x[k] * W[k, j] for k in range(d)) + b[j] > 0:
                alive = True
                break
        dead += not alive
    return dead / units


def dead_after(lr, W, b, X, Y, n):
    W, b = W.copy(), b.copy()
    m = len(X)
    fractions = [dead_fraction(W, b, X)]
    for _ in range(n):
        dW, db = np.zeros(W.shape), np.zeros(b.shape)
        for x, y in zip(X, Y):
            z = x @ W + b
            for j in range(len(b)):
                if z[j] > 0:
                    delta = 2 / m * (z[j] - y[j])
                    db[j] += delta
                    dW[:, j] += delta * x
        W -= lr * dW
        b -= lr * db
        fractions.append(dead_fraction(W, b, X))
    return np.array(fractions)


def pick_init(act):
    gains = {"tanh": 1.6, "relu": math.sqrt(2), "linear": 1}
    if act in gains:
        return gains[act]
    raise ValueError(f"no gain for {act}")


def fix_table(width=500):
    return 1.6 / math.sqrt(width)
