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


def layer_stats(X, Ws, act):
    a = np.asarray(X, dtype=F)
    rows = [[a.mean(dtype=F), a.std(dtype=F)]]
    for W in Ws:
        a = activate(a @ np.asarray(W, dtype=F), act)
        rows.append([a.mean(dtype=F), a.std(dtype=F)])
    return np.array(rows, dtype=F)


def table(scale, rng, n=1000, width=500, depth=10):
    a = rng.standard_normal((n, width), dtype=F)
    stds = [a.std()]
    for _ in range(depth):
        a = np.tanh(a @ (F(scale) * rng.standard_normal((width, width), dtype=F)))
        stds.append(a.std())
    return np.array(stds, dtype=F)


def grad_norms(depth, scale, act, data):
    Ws = [F(scale) * np.asarray(W, dtype=F) for W in data["Ws"][:depth]]
    As, Zs = [np.asarray(data["X"], dtype=F)], []
    for W in Ws:
        Zs.append(As[-1] @ W)
        As.append(activate(Zs[-1], act))
    norms = np.zeros(depth, dtype=F)
    d = np.asarray(data["dA"], dtype=F) * slope(Zs[-1], act).astype(F)
    for l in range(depth - 1, -1, -1):
        # the squares of small numbers would underflow in single precision
        norms[l] = np.linalg.norm((As[l].T @ d).astype(np.float64))
        if l > 0:
            d = (d @ Ws[l].T) * slope(Zs[l - 1], act).astype(F)
    return norms


def imbalance(grads):
    norms = [np.linalg.norm(np.ravel(g).astype(np.float64)) for g in grads]
    if min(norms) == 0:
        return float("inf")
    return F(max(norms) / min(norms))


def diagnose(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        W, b, V = Ws[l], bs[l], Ws[l + 1]
        if W.shape[1] > 1 and np.allclose(W, W[:, :1]) and np.allclose(b, b[0]) and np.allclose(V, V[:1]):
            return "symmetric"
    a = np.asarray(X, dtype=F)
    S = []
    for W, b in zip(Ws, bs):
        z = a @ W.astype(F) + b.astype(F)
        a = activate(z, act)
        S.append(slope(z, act).astype(F))
        
    if act == "relu":
        if max(np.mean(np.max(s, axis=0) == 0) for s in S) >= 0.9:
            return "dead"
    elif act in ("tanh", "sigmoid"):
        limit = F(0.1) if act == "tanh" else F(0.025)
        if max(np.mean(s < limit) for s in S) > 0.5:
            return "saturated"
    d = S[-1]
    log_r = 0.0
    old = np.sqrt(np.mean(d.astype(np.float64) ** 2))
    for l in range(len(Ws) - 1, 0, -1):
        d = (d @ Ws[l].astype(F).T) * S[l - 1]
        new = np.sqrt(np.mean(d.astype(np.float64) ** 2))
        if new == 0:
            return "vanishing"
        log_r += np.log10(new / old)
        d = (d / new).astype(F)  # keep it in range
        old = 1.0
    if log_r > 3:
        return "exploding"
    if log_r < -3:
        return "vanishing"
    return "healthy"


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    if act not in ("tanh", "sigmoid", "relu", "linear"):
        raise ValueError(act)
    draw = "he" if act == "relu" else "xavier"
    if cause == "healthy":
        return "keep"
    elif cause == "symmetric":
        return "random"
    elif cause == "dead" and act == "relu":
        return draw
    elif cause == "saturated" and act in ("tanh", "sigmoid"):
        return draw
    elif cause == "exploding":
        return draw
    elif cause == "vanishing":
        return "relu" if act == "sigmoid" else draw
    raise ValueError(cause)
