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


F = np.float32


def forward(Ws, bs, x, act):
    a = x.astype(F)
    zs, as_ = [], [a]
    for W, b in zip(Ws, bs):
        z = W.astype(F) @ a + b.astype(F)
        a = activate(z, act).astype(F)
        zs.append(z)
        as_.append(a)
    return zs, as_


def delta_last(a, z, y, dact):
    return F(2) * (a.astype(F) - y.astype(F)) * dact(z.astype(F)).astype(F)


def delta_back(W_next, delta_next, z, dact):
    return (W_next.T.astype(F) @ delta_next.astype(F)) * dact(z.astype(F)).astype(F)


def backprop1(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    delta = delta_last(as_[-1], zs[-1], y, lambda z: slope(z, act))
    dWs, dbs = [], []
    for i in range(len(Ws))[::-1]:
        dWs = [np.outer(delta, as_[i])] + dWs
        dbs = [delta] + dbs
        if i > 0:
            delta = delta_back(Ws[i], delta, zs[i - 1], lambda z: slope(z, act))
    return dWs, dbs


def backprop_batch(Ws, bs, X, Y, act, reduction):
    if not (reduction == "sum" or reduction == "mean"):
        raise ValueError("unknown reduction")
    # columns are samples here
    A = X.T.astype(F)
    Zs, As = [], [A]
    for W, b in zip(Ws, bs):
        Z = W.astype(F) @ A + b.astype(F)[:, None]
        A = activate(Z, act).astype(F)
        Zs.append(Z)
        As.append(A)
    D = F(2) * (A - Y.T.astype(F)) * slope(Zs[-1], act).astype(F)
    if reduction == "mean":
        D = D / F(len(X))
    dWs, dbs = [], []
    for i in range(len(Ws))[::-1]:
        dWs = [D @ As[i].T] + dWs
        dbs = [D @ np.ones(len(X), dtype=F)] + dbs
        if i > 0:
            D = (Ws[i].T.astype(F) @ D) * slope(Zs[i - 1], act).astype(F)
    return dWs, dbs


def my_gradcheck(f, x, g):
    # single precision would be too coarse for a difference quotient
    x = np.array(x, dtype=np.float64)
    h = 3e-5
    fx = f(x)
    q = np.empty(x.shape)
    for j in range(len(x)):
        keep = x[j]
        x[j] = keep + h
        up = f(x)
        x[j] = keep - h
        down = f(x)
        x[j] = keep
        q[j] = (up - down) / (2 * h)
    if not np.isfinite(g).all():
        return False
    error = np.max(np.abs(q - g))
    if error <= 1e-6 * abs(fx):
        return True
    return bool(error <= 0.01 * np.max(np.abs(q)))
