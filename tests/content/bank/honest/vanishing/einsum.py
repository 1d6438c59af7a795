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
    a = np.asarray(X, dtype=float)
    rows = []
    for W in [None, *Ws]:
        if W is not None:
            a = activate(np.einsum("ni,iu->nu", a, W), act)
        m = np.einsum("nu->", a) / a.size
        rows.append((m, np.sqrt(np.einsum("nu,nu->", a - m, a - m) / a.size)))
    return np.array(rows)


def table(scale, rng, n=1000, width=500, depth=10):
    # X first, then all matrices in one block
    X = rng.normal(size=(n, width))
    Ws = rng.normal(size=(depth, width, width))
    return layer_stats(X, list(np.einsum(",lij->lij", scale, Ws)), "tanh")[:, 1]


def grad_norms(depth, scale, act, data):
    W = [np.einsum(",ij->ij", scale, M) for M in data["Ws"][:depth]]
    A, Z = [data["X"]], []
    for M in W:
        Z.append(np.einsum("ni,iu->nu", A[-1], M))
        A.append(activate(Z[-1], act))
    d = np.einsum("nu,nu->nu", data["dA"], slope(Z[-1], act))
    norms = []
    for l in reversed(range(depth)):
        G = np.einsum("ni,nu->iu", A[l], d)
        norms.append(np.sqrt(np.einsum("iu,iu->", G, G)))
        if l:
            d = np.einsum("nu,iu,ni->ni", d, W[l], slope(Z[l - 1], act))
    return np.array(norms[::-1])


def imbalance(grads):
    norms = [np.sqrt(np.einsum("i,i->", np.ravel(g) * 1.0, np.ravel(g) * 1.0)) for g in grads]
    return float(max(norms) / min(norms)) if min(norms) > 0 else float("inf")


def diagnose(Ws, bs, X, act):
    for l in range(len(Ws) - 1):
        W, b, V = Ws[l], bs[l], Ws[l + 1]
        if W.shape[1] >= 2:
            deviation = np.abs(W - W[:, :1]).max() + np.abs(b - b[0]).max() + np.abs(V - V[:1]).max()
            if deviation == 0:
                return "symmetric"
    Z, a = [], X
    for W, b in zip(Ws, bs):
        Z.append(np.einsum("ni,iu->nu", a, W) + b)
        a = activate(Z[-1], act)
    S = [slope(z, act) for z in Z]
    if act == "relu" and any((s == 0).all(axis=0).mean() >= 0.9 for s in S):
        return "dead"
    top = {"tanh": 1.0, "sigmoid": 0.25}.get(act)
    if top and any((s < top / 10).mean() > 0.5 for s in S):
        return "saturated"
    d = S[-1]
    first = np.einsum("nu,nu->", d, d) / d.size
    for l in range(len(Ws) - 1, 0, -1):
        d = np.einsum("nu,iu,ni->ni", d, Ws[l], S[l - 1])
    r = np.sqrt(np.einsum("nu,nu->", d, d) / d.size / first)
    return "exploding" if r > 1e3 else "vanishing" if r < 1e-3 else "healthy"


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    causes = ["healthy", "symmetric", "dead", "saturated", "exploding", "vanishing"]
    acts = ["tanh", "sigmoid", "relu", "linear"]
    words = [
        ["keep", "keep", "keep", "keep"],
        ["random", "random", "random", "random"],
        [None, None, "he", None],
        ["xavier", "xavier", None, None],
        ["xavier", "xavier", "he", "xavier"],
        ["xavier", "relu", "he", "xavier"],
    ]
    word = words[causes.index(cause)][acts.index(act)]  # index raises ValueError
    if word is None:
        raise ValueError("this cannot happen")
    return word
