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
    here = [[np.mean(X), np.std(X)]]
    if len(Ws) == 0:
        return np.array(here)
    return np.vstack([here, layer_stats(activate(X @ Ws[0], act), Ws[1:], act)])


def table(scale, rng, n=1000, width=500, depth=10):
    def go(a, left):
        if left == 0:
            return [a.std()]
        return [a.std()] + go(np.tanh(a @ (scale * rng.standard_normal((width, width)))), left - 1)

    return np.array(go(rng.standard_normal((n, width)), depth))


def grad_norms(depth, scale, act, data):
    # go down to the last layer and come back with the gradient by a
    norms = []

    def go(a, l):
        if l == depth:
            return data["dA"]
        W = scale * data["Ws"][l]
        z = a @ W
        delta = go(activate(z, act), l + 1) * slope(z, act)
        norms.insert(0, np.sqrt(((a.T @ delta) ** 2).sum()))
        return delta @ W.T

    go(data["X"], 0)
    return np.array(norms)


def imbalance(grads):
    def extremes(gs):
        size = np.linalg.norm(np.asarray(gs[0], dtype=float).reshape(-1))
        if len(gs) == 1:
            return size, size
        low, high = extremes(gs[1:])
        return min(low, size), max(high, size)

    low, high = extremes(list(grads))
    return float("inf") if low == 0 else high / low


def diagnose(Ws, bs, X, act):
    def symmetric(l):
        if l + 1 >= len(Ws):
            return False
        W, b, V = Ws[l], bs[l], Ws[l + 1]
        copies = W.shape[1] >= 2
        for j in range(1, W.shape[1]):
            copies = copies and (W[:, j] == W[:, j - 1]).all() and b[j] == b[j - 1] and (V[j] == V[j - 1]).all()
        return bool(copies) or symmetric(l + 1)

    if symmetric(0):
        return "symmetric"
    found = set()

    def go(a, l):
        """the gradient by a of layer l, and the mean square of the last delta"""
        if l == len(Ws):
            return np.ones_like(a), None
        z = a @ Ws[l] + bs[l]
        s = slope(z, act)
        if act == "relu" and np.mean(np.all(z <= 0, axis=0)) >= 0.9:
            found.add("dead")
        if act == "tanh" and np.mean(s < 0.1) > 0.5 or act == "sigmoid" and np.mean(s < 0.025) > 0.5:
            found.add("saturated")
        upstream, last = go(activate(z, act), l + 1)
        delta = upstream * s
        if last is None:
            last = np.mean(delta**2)
        if l == 0:
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = np.sqrt(np.mean(delta**2) / last)
            if ratio > 1000:
                found.add("exploding")
            if ratio < 1e-3:
                found.add("vanishing")
        return delta @ Ws[l].T, last

    go(X, 0)
    for word in ("dead", "saturated", "exploding", "vanishing"):
        if word in found:
            return word
    return "healthy"


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    if cause == "exploding":
        if act == "sigmoid":
            return "xavier"
        return remedy("vanishing", act)
    activate(np.zeros(1), act)  # raises ValueError for a wrong name
    if cause == "healthy":
        return "keep"
    if cause == "symmetric":
        return "random"
    if cause == "vanishing":
        return {"relu": "he", "sigmoid": "relu"}.get(act, "xavier")
    if (cause, act) == ("dead", "relu"):
        return remedy("vanishing", "relu")
    if cause == "saturated" and act in ("tanh", "sigmoid"):
        return "xavier"
    raise ValueError(f"{cause!r} of {act!r}")
