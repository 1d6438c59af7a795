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


import math


def signals(X, Ws, act):
    a = X
    yield a
    for W in Ws:
        a = activate(a @ W, act)
        yield a


def layer_stats(X, Ws, act):
    def row(a):
        entries = a.ravel().tolist()
        mean = math.fsum(entries) / len(entries)
        return mean, math.sqrt(math.fsum((t - mean) ** 2 for t in entries) / len(entries))

    return np.array([row(a) for a in signals(X, Ws, act)])


def table(scale, rng, n=1000, width=500, depth=10):
    def matrices():
        for _ in range(depth):
            yield scale * rng.standard_normal((width, width))

    return np.array([a.std() for a in signals(rng.standard_normal((n, width)), matrices(), "tanh")])


def deltas(Ws, zs, dA, act):
    """from the last layer to the first"""
    d = dA
    for W, z in zip(Ws[::-1], zs[::-1]):
        d = d * slope(z, act)
        yield d
        d = d @ W.T


def grad_norms(depth, scale, act, data):
    Ws = [W * scale for W in data["Ws"][:depth]]
    a = list(signals(data["X"], Ws, act))
    zs = [x @ W for x, W in zip(a, Ws)]
    backwards = deltas(Ws, zs, data["dA"], act)
    norms = [math.hypot(*(x.T @ d).ravel()) for x, d in zip(a[-2::-1], backwards)]
    norms.reverse()
    return np.array(norms)


def imbalance(grads):
    norms = [math.hypot(*np.ravel(g)) for g in grads]
    try:
        return max(norms) / min(norms)
    except ZeroDivisionError:
        return math.inf


def diagnose(Ws, bs, X, act):
    def copies(l):
        units = list(zip(map(tuple, Ws[l].T), bs[l], map(tuple, Ws[l + 1])))
        return len(units) > 1 and len(set(units)) == 1

    if any(copies(l) for l in range(len(Ws) - 1)):
        return "symmetric"
    zs, a = [], X
    for W, b in zip(Ws, bs):
        zs.append(a @ W + b)
        a = activate(zs[-1], act)
    if act == "relu":
        for z in zs:
            alive = sum(1 for unit in z.T if any(t > 0 for t in unit))
            if alive <= z.shape[1] / 10:
                return "dead"
    elif act != "linear":
        top = 1 if act == "tanh" else 1 / 4
        for z in zs:
            if sum(slope(z, act).ravel() < top / 10) > z.size / 2:
                return "saturated"
    sizes = [np.sqrt((d**2).mean()) for d in deltas(Ws, zs, np.ones(zs[-1].shape), act)]
    if sizes[-1] > 1000 * sizes[0]:
        return "exploding"
    if 1000 * sizes[-1] < sizes[0]:
        return "vanishing"
    return "healthy"


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    def answers():
        for a in ("tanh", "sigmoid", "relu", "linear"):
            best_draw = "he" if a == "relu" else "xavier"
            yield "healthy", a, "keep"
            yield "symmetric", a, "random"
            yield "exploding", a, best_draw
            if a == "sigmoid":
                yield "vanishing", a, "relu"
            else:
                yield "vanishing", a, best_draw
            if a == "relu":
                yield "dead", a, best_draw
            if a in ("tanh", "sigmoid"):
                yield "saturated", a, best_draw

    for c, a, word in answers():
        if c == cause and a == act:
            return word
    raise ValueError("no remedy")
