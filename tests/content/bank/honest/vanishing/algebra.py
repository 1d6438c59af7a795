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


# second moments, products of Jacobians, logarithms of the norms
def layer_stats(X, Ws, act):
    a = np.asarray(X, dtype=float)
    moments = []
    for l in range(len(Ws) + 1):
        if l > 0:
            a = activate(a @ Ws[l - 1], act)
        flat = np.sort(a, axis=None)
        m = flat.mean()
        centred = flat - m
        # the correction makes up for the rounding of the mean
        var = (centred @ centred - centred.sum() ** 2 / flat.size) / flat.size
        moments.append((m, np.sqrt(max(var, 0.0))))
    return np.array(moments)


def table(scale, rng, n=1000, width=500, depth=10):
    def normal(rows, columns):
        return rng.normal(0.0, 1.0, rows * columns).reshape(rows, columns)

    a = normal(n, width)
    out = [np.sqrt(np.var(a))]
    for _ in range(depth):
        z = a @ normal(width, width) * scale
        a = np.tanh(z)
        out.append(np.sqrt(np.var(a)))
    return np.array(out)


def grad_norms(depth, scale, act, data):
    # unit weights, and the powers of the scale where they belong
    unit = data["Ws"][:depth]
    a, z = [data["X"]], []
    for W in unit:
        z.append(scale * (a[-1] @ W))
        a.append(activate(z[-1], act))
    d = data["dA"] * slope(z[-1], act)
    norms = []
    for l in range(depth - 1, -1, -1):
        G = a[l].T @ d
        big = np.abs(G).max()
        norms.append(0.0 if big == 0 else big * np.sqrt(((G / big) ** 2).sum()))
        if l:
            d = scale * (d @ unit[l].T) * slope(z[l - 1], act)
    return np.flip(np.array(norms))


def imbalance(grads):
    logs = []
    for g in grads:
        g = np.abs(np.asarray(g, dtype=float))
        big = g.max()
        if big == 0:
            return float("inf")
        logs.append(np.log(big) + 0.5 * np.log(np.sum((g / big) ** 2)))
    return float(np.exp(max(logs) - min(logs)))


def diagnose(Ws, bs, X, act):
    L = len(Ws)
    for l in range(L - 1):
        # the variance over the units is 0
        if len(bs[l]) > 1:
            spread = np.abs(Ws[l] - Ws[l][:, :1]).sum() + np.abs(bs[l] - bs[l][0]).sum() + np.abs(Ws[l + 1] - Ws[l + 1][0]).sum()
            if not spread > 0:
                return "symmetric"
    a, slopes = X, []
    for W, b in zip(Ws, bs):
        z = a @ W + b
        if act == "tanh":
            a = np.tanh(z)
            slopes.append((1 - a) * (1 + a))
        elif act == "sigmoid":
            e = np.exp(-np.abs(z))
            a = np.where(z >= 0, 1 / (1 + e), e / (1 + e))
            slopes.append(e / (1 + e) ** 2)
        else:
            a = activate(z, act)
            slopes.append(slope(z, act))
    if act == "relu" and min(np.any(s > 0, axis=0).mean() for s in slopes) <= 0.1 + 1e-12:
        return "dead"
    if act in ("tanh", "sigmoid"):
        limit = 0.1 if act == "tanh" else 0.1 / 4
        if max(np.mean(s < limit) for s in slopes) > 0.5:
            return "saturated"
    d, log_r = slopes[-1], 0.0
    d = d / np.sqrt(np.mean(d**2))
    for l in range(L - 1, 0, -1):
        d = (d @ Ws[l].T) * slopes[l - 1]
        size = np.sqrt(np.mean(d**2))
        if size == 0:
            return "vanishing"
        log_r += np.log(size)
        d = d / size
    if abs(log_r) <= np.log(1000):
        return "healthy"
    return "exploding" if log_r > 0 else "vanishing"


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    bad_act = act not in ("tanh", "sigmoid", "relu", "linear")
    bad_pair = (cause == "dead" and act != "relu") or (cause == "saturated" and act not in ("tanh", "sigmoid"))
    if bad_act or bad_pair or cause not in ("symmetric", "dead", "saturated", "exploding", "vanishing", "healthy"):
        raise ValueError((cause, act))
    if (cause, act) == ("vanishing", "sigmoid"):
        return "relu"
    return {"healthy": "keep", "symmetric": "random"}.get(cause, "he" if act == "relu" else "xavier")
