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
    zs, as_ = [], [x]
    for W, b in zip(Ws, bs):
        zs.append(W @ as_[-1] + b)
        as_.append(activate(zs[-1], act))
    return zs, as_


def delta_last(a, z, y, dact):
    return 2 * (a - y) * dact(z)


def delta_back(W_next, delta_next, z, dact):
    return (delta_next @ W_next) * dact(z)


def backprop1(Ws, bs, x, y, act):
    dWs, dbs = backprop_batch(Ws, bs, x[None, :], y[None, :], act, "sum")
    return dWs, dbs


def backprop_batch(Ws, bs, X, Y, act, reduction):
    A = [X]
    Z = []
    for W, b in zip(Ws, bs):
        Z.append(A[-1] @ W.T + b)
        A.append(activate(Z[-1], act))
    match reduction:
        case "sum":
            factor = 2.0
        case "mean":
            factor = 2.0 / len(X)
        case _:
            raise ValueError("reduction must be 'sum' or 'mean'")
    D = factor * (A[-1] - Y) * slope(Z[-1], act)
    dWs, dbs = [], []
    for i in reversed(range(len(Ws))):
        dWs.append(D.T @ A[i])
        dbs.append(D.sum(axis=0))
        if i:
            D = (D @ Ws[i]) * slope(Z[i - 1], act)
    return dWs[::-1], dbs[::-1]


def my_gradcheck(f, x, g):
    x = x.astype(float)
    h = 1e-4
    E = h * np.eye(len(x))
    q = np.array([f(x + e) - f(x - e) for e in E]) / (2 * h)
    return bool(np.all(np.abs(q - g) <= 1e-2 * np.max(np.abs(q)) + 1e-6 * abs(f(x))))
