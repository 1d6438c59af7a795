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


LD = np.longdouble


def layer_stats(X, Ws, act):
    a = np.array(X, dtype=LD)
    rows = []
    for W in list(Ws) + [None]:
        m = a.sum() / a.size
        rows.append([m, np.sqrt(((a - m) ** 2).sum() / a.size)])
        if W is not None:
            a = activate(np.dot(a, np.asarray(W, dtype=LD)), act)
    return np.array(rows).astype(np.float64)


def table(scale, rng, n=1000, width=500, depth=10):
    a = rng.standard_normal((n, width))
    q = [a.astype(LD).std()]
    for _ in range(depth):
        a = np.tanh(a @ rng.standard_normal((width, width)) * scale)
        q.append(a.astype(LD).std())
    return np.array(q).astype(np.float64)


def grad_norms(depth, scale, act, data):
    Ws = [LD(scale) * np.asarray(W, dtype=LD) for W in data["Ws"][:depth]]
    As, Zs = [np.asarray(data["X"], dtype=LD)], []
    for W in Ws:
        Zs.append(As[-1].dot(W))
        As.append(activate(Zs[-1], act))
    d = np.asarray(data["dA"], dtype=LD) * slope(Zs[-1], act)
    out = []
    for l in range(depth)[::-1]:
        out.append(np.sqrt(np.sum(As[l].T.dot(d) ** 2)))
        if l > 0:
            d = d.dot(Ws[l].T) * slope(Zs[l - 1], act)
    return np.array(out[::-1]).astype(np.float64)


def imbalance(grads):
    norms = [np.sqrt(np.sum(np.asarray(g, dtype=LD) ** 2)) for g in grads]
    if any(n == 0 for n in norms):
        return float("inf")
    return float(max(norms) / min(norms))


def diagnose(Ws, bs, X, act):
    Ws = [np.asarray(W, dtype=LD) for W in Ws]
    bs = [np.asarray(b, dtype=LD) for b in bs]
    for l in range(len(Ws) - 1):
        units = np.concatenate([Ws[l], bs[l][None, :], Ws[l + 1].T])
        if units.shape[1] > 1 and (units == units[:, [0]]).all():
            return "symmetric"
    a, zs = np.asarray(X, dtype=LD), []
    for W, b in zip(Ws, bs):
        zs.append(a.dot(W) + b)
        a = activate(zs[-1], act)
    if act == "relu":
        if any((z <= 0).all(axis=0).mean() > 0.9 - 1e-9 for z in zs):
            return "dead"
    if act == "tanh" or act == "sigmoid":
        top = LD(1) if act == "tanh" else LD(1) / 4
        if any((slope(z, act) < top / 10).mean() > 0.5 for z in zs):
            return "saturated"
    d = slope(zs[-1], act)
    start = np.mean(d * d)
    for l in range(len(zs) - 2, -1, -1):
        d = np.asarray(d, dtype=LD).dot(Ws[l + 1].T) * slope(zs[l], act)
    r2 = np.mean(d * d) / start
    if r2 > 1e6:
        return "exploding"
    if r2 < 1e-6:
        return "vanishing"
    return "healthy"


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    answers = {("healthy", a): "keep" for a in ("tanh", "sigmoid", "relu", "linear")}
    answers |= {("symmetric", a): "random" for a in ("tanh", "sigmoid", "relu", "linear")}
    answers |= {("exploding", a): "xavier" for a in ("tanh", "sigmoid", "linear")}
    answers |= {("vanishing", a): "xavier" for a in ("tanh", "linear")}
    answers |= {("saturated", a): "xavier" for a in ("tanh", "sigmoid")}
    answers |= {(c, "relu"): "he" for c in ("dead", "exploding", "vanishing")}
    answers["vanishing", "sigmoid"] = "relu"
    if (cause, act) not in answers:
        raise ValueError((cause, act))
    return answers[cause, act]
