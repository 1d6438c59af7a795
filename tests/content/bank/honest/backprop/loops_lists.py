import math

import numpy as np


def activate(z, act):
    """Return act(z), entry by entry, as a new array. Raises ValueError for a name that is not in the list."""
    if act == "tanh":
        return np.tanh(z)
    if act == "sigmoid":
        return 1.0 / (1.0 + np.exp(-z))
    if act == "relu":
        return np.maximum(z, 0.0)
    if act == "linear":
        return z.copy()
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


def forward(Ws, bs, x, act):
    a = [float(entry) for entry in x]
    zs, as_ = [], [np.array(a)]
    for W, b in zip(Ws, bs):
        z = []
        for j in range(len(b)):
            total = 0.0
            for k in range(len(a)):
                total += float(W[j][k]) * a[k]
            z.append(total + float(b[j]))
        zs.append(np.array(z))
        a = activate(np.array(z), act).tolist()
        as_.append(np.array(a))
    return zs, as_


def delta_last(a, z, y, dact):
    out = []
    for j in range(len(a)):
        # one entry at a time: an array with a single number
        steep = dact(np.array([z[j]]))[0]
        out.append(2 * (a[j] - y[j]) * steep)
    return np.array(out)


def delta_back(W_next, delta_next, z, dact):
    steep = dact(z)
    rows, columns = W_next.shape
    out = [0.0] * columns
    for k in range(columns):
        for j in range(rows):
            out[k] += delta_next[j] * W_next[j, k] * steep[k]
    return np.array(out)


def backprop1(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)

    def dact(z):
        return slope(z, act)

    deltas = [None] * len(Ws)
    deltas[-1] = delta_last(as_[-1], zs[-1], y, dact)
    for i in range(len(Ws) - 2, -1, -1):
        deltas[i] = delta_back(Ws[i + 1], deltas[i + 1], zs[i], dact)
    dWs, dbs = [], []
    for i in range(len(Ws)):
        dW = np.zeros((len(bs[i]), len(as_[i])))
        db = np.zeros(len(bs[i]))
        for j in range(len(bs[i])):
            db[j] = deltas[i][j]
            for k in range(len(as_[i])):
                dW[j, k] = deltas[i][j] * as_[i][k]
        dWs.append(dW)
        dbs.append(db)
    return dWs, dbs


def backprop_batch(Ws, bs, X, Y, act, reduction):
    if reduction not in ("sum", "mean"):
        raise ValueError(reduction)
    dWs = [np.zeros(W.shape) for W in Ws]
    dbs = [np.zeros(b.shape) for b in bs]
    n = 0
    for x, y in zip(X, Y):
        gW, gb = backprop1(Ws, bs, x, y, act)
        for i in range(len(Ws)):
            dWs[i] += gW[i]
            dbs[i] += gb[i]
        n += 1
    if reduction == "mean":
        for i in range(len(Ws)):
            dWs[i] /= n
            dbs[i] /= n
    return dWs, dbs


def my_gradcheck(f, x, g):
    h = 1e-5
    quotients = []
    for j in range(len(x)):
        right = [float(entry) for entry in x]
        left = [float(entry) for entry in x]
        right[j] += h
        left[j] -= h
        quotients.append((float(f(np.array(right))) - float(f(np.array(left)))) / (2 * h))
    s = max(abs(q) for q in quotients)
    allowed = max(5e-3 * s, 1e-6 * abs(float(f(np.array(x, dtype=float)))))
    for q, claimed in zip(quotients, g):
        if not math.isfinite(claimed) or abs(q - claimed) > allowed:
            return False
    return True
