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


# The bias is one more column of the matrix, and every layer's input gets a 1 at its end.


def augmented(W, b):
    return np.column_stack([W, b])


def forward(Ws, bs, x, act):
    zs, as_ = [], [np.array(x, dtype=float)]
    for W, b in zip(Ws, bs):
        zs.append(np.einsum("jk,k->j", augmented(W, b), np.append(as_[-1], 1.0)))
        as_.append(activate(zs[-1], act))
    return zs, as_


def delta_last(a, z, y, dact):
    # the diagonal matrix of the slopes times the gradient
    return np.einsum("jk,k->j", np.diag(dact(z)), 2 * a - 2 * y)


def delta_back(W_next, delta_next, z, dact):
    return np.einsum("jk,j,k->k", W_next, delta_next, dact(z))


def backprop1(Ws, bs, x, y, act):
    zs, as_ = forward(Ws, bs, x, act)
    # J is the Jacobian of the output by z of the layer, the loss is multiplied on at the end
    J = np.diag(slope(zs[-1], act))
    upstream = 2 * (as_[-1] - y)
    dWs, dbs = [], []
    for i in range(len(Ws) - 1, -1, -1):
        full = np.einsum("o,oj,k->jk", upstream, J, np.append(as_[i], 1.0))
        dWs.insert(0, full[:, :-1].copy())
        dbs.insert(0, full[:, -1].copy())
        if i > 0:
            J = np.einsum("oj,jk,k->ok", J, Ws[i], slope(zs[i - 1], act))
    return dWs, dbs


def backprop_batch(Ws, bs, X, Y, act, reduction):
    if reduction == "sum":
        weights = np.ones(X.shape[0])
    elif reduction == "mean":
        weights = np.full(X.shape[0], 1 / X.shape[0])
    else:
        raise ValueError("sum or mean, not " + str(reduction))
    ones = np.ones((X.shape[0], 1))
    zs, as_ = [], [X]
    for W, b in zip(Ws, bs):
        zs.append(np.einsum("rk,jk->rj", np.hstack([as_[-1], ones]), augmented(W, b)))
        as_.append(activate(zs[-1], act))
    delta = 2 * (as_[-1] - Y) * slope(zs[-1], act)
    dWs, dbs = [None] * len(Ws), [None] * len(Ws)
    for i in range(len(Ws) - 1, -1, -1):
        dWs[i] = np.einsum("r,rj,rk->jk", weights, delta, as_[i])
        dbs[i] = np.einsum("r,rj->j", weights, delta)
        delta = np.einsum("rj,jk->rk", delta, Ws[i])
        if i > 0:
            delta = delta * slope(zs[i - 1], act)
    return dWs, dbs


def my_gradcheck(f, x, g):
    # five points instead of two: exact for polynomials up to the fourth degree
    x = np.asarray(x, dtype=np.float64)
    h = 1e-3

    def along(e):
        return (f(x - 2 * h * e) - 8 * f(x - h * e) + 8 * f(x + h * e) - f(x + 2 * h * e)) / (12 * h)

    measured = np.array([along(e) for e in np.eye(x.size)])
    scale = np.abs(measured).max()
    noise = 1e-6 * np.abs(f(x))
    return not np.isnan(g).any() and bool((np.abs(measured - g) <= np.maximum(2e-3 * scale, noise)).all())
