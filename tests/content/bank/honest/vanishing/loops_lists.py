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


def mean_and_std(a):
    count = 0
    total = 0.0
    for row in a:
        for entry in row:
            total += float(entry)
            count += 1
    m = total / count
    s = 0.0
    for row in a:
        for entry in row:
            s += (float(entry) - m) ** 2
    return [m, (s / count) ** 0.5]


def layer_stats(X, Ws, act):
    a = X
    rows = [mean_and_std(a)]
    for W in Ws:
        a = activate(a @ W, act)
        rows.append(mean_and_std(a))
    return np.array(rows)


def table(scale, rng, n=1000, width=500, depth=10):
    a = rng.standard_normal((n, width))
    out = [a.std()]
    for l in range(depth):
        W = scale * rng.standard_normal((width, width))
        a = np.tanh(a @ W)
        out.append(a.std())
    return np.array(out)


def grad_norms(depth, scale, act, data):
    Ws = []
    for l in range(depth):
        Ws.append(scale * data["Ws"][l])
    a = data["X"]
    inputs = []
    zs = []
    for W in Ws:
        inputs.append(a)
        z = a @ W
        zs.append(z)
        a = activate(z, act)
    norms = [0.0] * depth
    delta = data["dA"] * slope(zs[-1], act)
    for l in range(depth - 1, -1, -1):
        G = inputs[l].T @ delta
        total = 0.0
        for row in G:
            for entry in row:
                total += float(entry) ** 2
        norms[l] = total**0.5
        if l > 0:
            delta = (delta @ Ws[l].T) * slope(zs[l - 1], act)
    return np.array(norms)


def imbalance(grads):
    norms = []
    for g in grads:
        total = 0.0
        for entry in np.ravel(g):
            total += float(entry) ** 2
        norms.append(total**0.5)
    smallest = norms[0]
    largest = norms[0]
    for x in norms:
        if x < smallest:
            smallest = x
        if x > largest:
            largest = x
    if smallest == 0:
        return float("inf")
    return largest / smallest


def diagnose(Ws, bs, X, act):
    L = len(Ws)
    # symmetric
    for l in range(L - 1):
        units = Ws[l].shape[1]
        if units < 2:
            continue
        copies = True
        for j in range(1, units):
            if not np.array_equal(Ws[l][:, j], Ws[l][:, 0]):
                copies = False
            if bs[l][j] != bs[l][0]:
                copies = False
            if not np.array_equal(Ws[l + 1][j], Ws[l + 1][0]):
                copies = False
        if copies:
            return "symmetric"
    # forwards
    a = X
    zs = []
    for l in range(L):
        z = a @ Ws[l] + bs[l]
        zs.append(z)
        a = activate(z, act)
    # dead
    if act == "relu":
        for z in zs:
            dead = 0
            for j in range(z.shape[1]):
                if max(z[:, j]) <= 0:
                    dead += 1
            if dead >= 0.9 * z.shape[1]:
                return "dead"
    # saturated
    if act == "tanh" or act == "sigmoid":
        limit = 0.1 if act == "tanh" else 0.025
        for z in zs:
            flat = 0
            for entry in slope(z, act).ravel():
                if entry < limit:
                    flat += 1
            if flat > z.size / 2:
                return "saturated"
    # backwards
    delta = slope(zs[-1], act)
    last = np.sqrt(np.mean(delta**2))
    for l in range(L - 1, 0, -1):
        delta = (delta @ Ws[l].T) * slope(zs[l - 1], act)
    r = np.sqrt(np.mean(delta**2)) / last
    if r > 1000:
        return "exploding"
    if r < 1 / 1000:
        return "vanishing"
    return "healthy"


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    if act != "tanh" and act != "sigmoid" and act != "relu" and act != "linear":
        raise ValueError("unknown activation")
    if cause == "healthy":
        return "keep"
    if cause == "symmetric":
        return "random"
    if cause == "dead":
        if act == "relu":
            return "he"
        raise ValueError("only relu dies")
    if cause == "saturated":
        if act == "tanh" or act == "sigmoid":
            return "xavier"
        raise ValueError("cannot be saturated")
    if cause == "exploding":
        if act == "relu":
            return "he"
        return "xavier"
    if cause == "vanishing":
        if act == "relu":
            return "he"
        if act == "sigmoid":
            return "relu"
        return "xavier"
    raise ValueError("unknown cause")
