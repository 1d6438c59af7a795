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


# a tiny tape: every operation remembers how to send its gradient back
class Node:
    def __init__(self, value, parents=()):
        self.value, self.parents, self.grad = value, parents, 0.0

    def matmul(self, other):
        return Node(self.value @ other.value, ((self, lambda g: g @ other.value.T), (other, lambda g: self.value.T @ g)))

    def add_row(self, row):
        return Node(self.value + row, ((self, lambda g: g),))

    def act(self, name):
        return Node(activate(self.value, name), ((self, lambda g: g * slope(self.value, name)),))

    def backward(self, g):
        # a chain without branches: go straight down
        stack = [(self, g)]
        while stack:
            node, g = stack.pop()
            node.grad = node.grad + g
            for parent, send in node.parents:
                stack.append((parent, send(g)))


def _chain(X, Ws, bs, act):
    a = Node(X)
    zs, nodes = [], []
    for W, b in zip(Ws, bs):
        nodes.append(Node(W))
        zs.append(a.matmul(nodes[-1]).add_row(b))
        a = zs[-1].act(act)
    return a, zs, nodes


def layer_stats(X, Ws, act):
    a = Node(X)
    rows = [(a.value.mean(), a.value.std())]
    for W in Ws:
        a = a.matmul(Node(W)).act(act)
        rows.append((a.value.mean(), a.value.std()))
    return np.array(rows)


def table(scale, rng, n=1000, width=500, depth=10):
    numbers = rng.standard_normal(n * width + depth * width * width)  # all at once
    X = numbers[: n * width].reshape(n, width)
    Ws = [scale * W for W in numbers[n * width :].reshape(depth, width, width)]
    return layer_stats(X, Ws, "tanh")[:, 1].copy()


def grad_norms(depth, scale, act, data):
    Ws = [scale * W for W in data["Ws"][:depth]]
    a, _, nodes = _chain(data["X"], Ws, [0.0] * depth, act)
    a.backward(data["dA"])
    return np.array([np.linalg.norm(node.grad) for node in nodes])


def imbalance(grads):
    norms = [float(np.linalg.norm(np.asarray(g).flatten())) for g in grads]
    return float("inf") if 0.0 in norms else max(norms) / min(norms)


def diagnose(Ws, bs, X, act):
    for W, b, V in zip(Ws[:-1], bs[:-1], Ws[1:]):
        if W.shape[1] > 1 and (W.T == W.T[0]).all() and (b == b[0]).all() and (V == V[0]).all():
            return "symmetric"
    a, zs, _ = _chain(X, Ws, bs, act)
    if act == "relu":
        if any(np.mean(np.maximum(z.value, 0).sum(axis=0) == 0) >= 0.9 for z in zs):
            return "dead"
    if act in ("tanh", "sigmoid"):
        top = 0.25 if act == "sigmoid" else 1.0
        if any(np.mean(slope(z.value, act) < top / 10) > 0.5 for z in zs):
            return "saturated"
    a.backward(np.ones(a.value.shape))
    rms = [np.sqrt(np.mean(z.grad**2)) for z in zs]
    r = rms[0] / rms[-1]
    if r > 1000:
        return "exploding"
    elif r < 1 / 1000:
        return "vanishing"
    return "healthy"


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    known = {"tanh": "xavier", "sigmoid": "xavier", "relu": "he", "linear": "xavier"}
    if act not in known:
        raise ValueError(f"activation {act}")
    if cause == "healthy":
        return "keep"
    if cause == "symmetric":
        return "random"
    if cause == "dead" and act != "relu":
        raise ValueError("dead")
    if cause == "saturated" and act in ("relu", "linear"):
        raise ValueError("saturated")
    if cause == "vanishing" and act == "sigmoid":
        return "relu"
    if cause in ("dead", "saturated", "exploding", "vanishing"):
        return known[act]
    raise ValueError(f"cause {cause}")
