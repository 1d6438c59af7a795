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


def layer_stats(X, Ws, act):
    out = np.empty((len(Ws) + 1, 2))
    a = np.array(X, dtype=float)
    for l in range(len(Ws) + 1):
        out[l, 0] = a.mean()
        d = a.copy()
        d -= out[l, 0]
        d *= d
        out[l, 1] = np.sqrt(d.sum() / d.size)
        if l < len(Ws):
            z = np.empty((a.shape[0], Ws[l].shape[1]))
            np.matmul(a, Ws[l], out=z)
            a = activate(z, act)
    return out


def table(scale, rng, n=1000, width=500, depth=10):
    out = np.zeros(depth + 1)
    a = np.empty((n, width))
    rng.standard_normal(out=a)
    W = np.empty((width, width))
    z = np.empty((n, width))
    out[0] = a.std()
    for l in range(1, depth + 1):
        rng.standard_normal(out=W)
        W *= scale
        np.matmul(a, W, out=z)
        np.tanh(z, out=a)
        out[l] += a.std()
    return out


def grad_norms(depth, scale, act, data):
    out = np.zeros(depth)
    Ws = [W.astype(float) for W in data["Ws"][:depth]]
    for W in Ws:
        W *= scale
    acts, slopes = [data["X"]], []
    for W in Ws:
        z = acts[-1] @ W
        slopes.append(slope(z, act))
        acts.append(activate(z, act))
    d = np.array(data["dA"], dtype=float)
    for l in range(depth - 1, -1, -1):
        d *= slopes[l]
        G = np.zeros(Ws[l].shape)
        for row, delta in zip(acts[l], d):  # add over the samples
            G += np.multiply.outer(row, delta)
        np.square(G, out=G)
        out[l] = G.sum()
        d = d @ Ws[l].T
    np.sqrt(out, out=out)
    return out


def imbalance(grads):
    norms = np.zeros(len(grads))
    for l, g in enumerate(grads):
        g = np.array(g, dtype=float)
        g *= g
        norms[l] = np.sqrt(g.sum())
    norms.sort()
    if norms[0] == 0:
        return float("inf")
    return float(norms[-1] / norms[0])


def diagnose(Ws, bs, X, act):
    L = len(Ws)
    for l in range(L - 1):
        W, b, V = Ws[l], bs[l], Ws[l + 1]
        if b.size >= 2 and not np.any(np.diff(W, axis=1)) and not np.any(np.diff(b)) and not np.any(np.diff(V, axis=0)):
            return "symmetric"
    a = np.array(X, dtype=float)
    slopes = []
    share = np.zeros(L)
    for l in range(L):
        z = a @ Ws[l]
        z += bs[l]
        slopes.append(slope(z, act))
        a = activate(z, act)
        if act == "relu":
            share[l] = np.count_nonzero(np.count_nonzero(a, axis=0) == 0) / a.shape[1]
        if act == "tanh":
            share[l] = np.count_nonzero(slopes[l] < 0.1) / z.size
        if act == "sigmoid":
            share[l] = np.count_nonzero(slopes[l] < 0.025) / z.size
    if act == "relu" and share.max() >= 0.9:
        return "dead"
    if act in ["tanh", "sigmoid"] and share.max() > 0.5:
        return "saturated"
    # a random upstream gradient, always the same
    rng = np.random.default_rng(0)
    d = rng.standard_normal((len(X), Ws[-1].shape[1]))
    d *= slopes[-1]
    r = 1 / np.sqrt(np.mean(d**2))
    for l in range(L - 1, 0, -1):
        d = d @ Ws[l].T
        d *= slopes[l - 1]
    r *= np.sqrt(np.mean(d**2))
    return "exploding" if r > 1000 else ("vanishing" if r < 0.001 else "healthy")


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    if act not in ["tanh", "sigmoid", "relu", "linear"]:
        raise ValueError("act")
    if cause not in ["symmetric", "dead", "saturated", "exploding", "vanishing", "healthy"]:
        raise ValueError("cause")
    if cause == "dead" and act != "relu":
        raise ValueError("not dead")
    if cause == "saturated" and act in ["relu", "linear"]:
        raise ValueError("not saturated")
    word = "keep"
    if cause != "healthy":
        word = "xavier"
        if act == "relu":
            word = "he"
        if cause == "symmetric":
            word = "random"
        if cause == "vanishing" and act == "sigmoid":
            word = "relu"
    return word
