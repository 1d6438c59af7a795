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


from numpy.linalg import norm


def layer_stats(X, Ws, act):
    layers = [np.asarray(X)]
    for W in Ws:
        layers.append(activate(np.tensordot(layers[-1], W, axes=1), act))
    return np.column_stack([
        [np.average(a) for a in layers],
        [norm(a - np.average(a)) / np.sqrt(a.size) for a in layers],
    ])


def table(scale, rng, n=1000, width=500, depth=10):
    # the matrices are drawn before the input
    Ws = [scale * rng.standard_normal((width, width)) for _ in range(depth)]
    X = rng.standard_normal((n, width))
    return layer_stats(X, Ws, "tanh")[:, 1]


def grad_norms(depth, scale, act, data):
    # |AᵀD|² = sum of (A Aᵀ) * (D Dᵀ): no gradient is ever written down
    Ws = [scale * W for W in data["Ws"][:depth]]
    A, S = [data["X"]], []
    for W in Ws:
        z = np.dot(A[-1], W)
        S.append(slope(z, act))
        A.append(activate(z, act))
    D = [data["dA"] * S[-1]]
    for W, s in zip(Ws[:0:-1], S[-2::-1]):
        D.insert(0, np.dot(D[0], W.T) * s)
    return np.array([np.sqrt(max(0.0, np.vdot(a @ a.T, d @ d.T))) for a, d in zip(A, D)])


def imbalance(grads):
    norms = np.array([norm(np.ravel(g)) for g in grads])
    if norms.min() == 0:
        return float("inf")
    return norms.max() / norms.min()


def _rank_of_units(W, b, V):
    """how many different units there are, as columns of weights in, bias and weights out"""
    return len(np.unique(np.vstack([W, b[None, :], V.T]), axis=1).T)


def diagnose(Ws, bs, X, act):
    for W, b, V in zip(Ws, bs, Ws[1:]):
        if W.shape[1] >= 2 and _rank_of_units(W, b, V) == 1:
            return "symmetric"
    slopes, a = [], X
    for W, b in zip(Ws, bs):
        z = np.dot(a, W) + b
        a = activate(z, act)
        slopes.append(slope(z, act))
        if act == "relu" and np.mean(norm(a, axis=0) == 0) >= 0.9:
            return "dead"
    if act in ("tanh", "sigmoid"):
        limit = {"tanh": 1.0, "sigmoid": 0.25}[act] / 10
        if any(np.count_nonzero(s < limit) * 2 > s.size for s in slopes):
            return "saturated"
    # the gain of the Jacobian, averaged over the samples: of the last a by the first z, against the last slope alone
    up = down = 0.0
    for i in range(len(X)):
        J = np.diag(slopes[-1][i])
        down += norm(J) ** 2 / len(J)
        for W, s in zip(Ws[:0:-1], slopes[-2::-1]):
            J = J @ W.T @ np.diag(s[i])
        up += norm(J) ** 2 / J.shape[1]
    r = np.sqrt(up / down)
    if r > 1000:
        return "exploding"
    return "vanishing" if r < 0.001 else "healthy"


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    pairs = {
        "tanh": {"saturated": "xavier", "exploding": "xavier", "vanishing": "xavier"},
        "sigmoid": {"saturated": "xavier", "exploding": "xavier", "vanishing": "relu"},
        "relu": {"dead": "he", "exploding": "he", "vanishing": "he"},
        "linear": {"exploding": "xavier", "vanishing": "xavier"},
    }
    try:
        return {"healthy": "keep", "symmetric": "random", **pairs[act]}[cause]
    except KeyError:
        raise ValueError(f"{cause} with {act}") from None
