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
    out = np.zeros((2, len(Ws) + 1))
    a = np.asfortranarray(X)
    out[:, 0] = a.mean(), a.std()
    for l, W in enumerate(Ws, start=1):
        a = np.asfortranarray(activate((W.T @ a.T).T, act))
        out[:, l] = a.mean(), a.std()
    out = out.T
    out.flags.writeable = False
    return out


def table(scale, rng, n=1000, width=500, depth=10):
    # samples in columns: a layer is W.T @ a
    a = rng.standard_normal((width, n))
    stds = np.empty(2 * depth + 2)[::2]
    stds[0] = a.std()
    for l in range(depth):
        a = np.tanh(scale * rng.standard_normal((width, width)) @ a)
        stds[l + 1] = a.std()
    return stds


def grad_norms(depth, scale, act, data):
    # everything transposed
    aT = [data["X"].T]
    zT = []
    Ws = [(scale * W).T for W in data["Ws"][:depth]]
    for W in Ws:
        zT.append(W @ aT[-1])
        aT.append(activate(zT[-1], act))
    dT = data["dA"].T * slope(zT[-1], act)
    norms = []
    for l in range(depth - 1, -1, -1):
        norms.append(np.sqrt(np.trace((dT @ aT[l].T) @ (dT @ aT[l].T).T)))
        if l:
            dT = (Ws[l].T @ dT) * slope(zT[l - 1], act)
    return np.array(norms)[::-1]


def imbalance(grads):
    n = sorted((np.linalg.norm(np.asfortranarray(g).ravel(order="K")) for g in grads), reverse=True)
    return np.inf if n[-1] == 0 else n[0] / n[-1]


def diagnose(Ws, bs, X, act):
    hidden = range(len(Ws) - 1)
    for l in hidden:
        if Ws[l].shape[1] >= 2:
            first = np.roll(Ws[l], 1, axis=1), np.roll(bs[l], 1), np.roll(Ws[l + 1], 1, axis=0)
            if all(np.allclose(p, q, rtol=1e-9, atol=1e-12) for p, q in zip(first, (Ws[l], bs[l], Ws[l + 1]))):
                return "symmetric"
    zT = []
    aT = np.asarray(X).T
    for W, b in zip(Ws, bs):
        zT.append(W.T @ aT + b[:, None])
        aT = activate(zT[-1], act)
    sT = [slope(z, act) for z in zT]
    if act == "relu" and any((s.sum(axis=1) == 0).mean() >= 0.9 for s in sT):
        return "dead"
    if act in ("tanh", "sigmoid") and any((s < {"tanh": 0.1, "sigmoid": 0.025}[act]).mean() > 0.5 for s in sT):
        return "saturated"
    dT = sT[-1]
    rms_last = np.sqrt((dT[::-1] ** 2).mean())
    for l in reversed(hidden):
        dT = (Ws[l + 1] @ dT) * sT[l]
    rms_first = np.sqrt((dT[::-1] ** 2).mean())
    return ("vanishing", "healthy", "exploding")[int(rms_first > rms_last / 1000) + int(rms_first > 1000 * rms_last)]


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    index = {"keep": 0, "random": 1, "he": 2, "xavier": 3, "relu": 5, "error": -1}
    words = ("keep", "random", "he", "xavier", "leaky relu", "relu")
    grid = {
        "healthy": (0, 0, 0, 0),
        "symmetric": (1, 1, 1, 1),
        "dead": (-1, -1, index["he"], -1),
        "saturated": (3, 3, -1, -1),
        "exploding": (3, 3, 2, 3),
        "vanishing": (3, 5, 2, 3),
    }
    columns = {"tanh": 0, "sigmoid": 1, "relu": 2, "linear": 3}
    if cause not in grid or act not in columns or grid[cause][columns[act]] < 0:
        raise ValueError("unknown word or impossible pair")
    return words[grid[cause][columns[act]]]
