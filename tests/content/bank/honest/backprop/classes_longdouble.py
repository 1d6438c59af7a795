import numpy as np


def activate(z, act):
    """Return act(z), entry by entry, as a new array. Raises ValueError for a name that is not in the list."""
    if act == "tanh":
        return np.tanh(z)
    if act == "sigmoid":
        return 1.0 / (1.0 + np.exp(-z))
    if act == "relu":
        return np.maximum(z, 0.0)
    if act == "linear":
        return z.copy()
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


class Layer:
    def __init__(self, W, b, act):
        self.W = np.array(W, dtype=LD)
        self.b = np.array(b, dtype=LD)
        self.act = act

    def forward(self, a):
        self.inputs = a
        self.z = (self.W * a).sum(axis=1) + self.b
        self.a = activate(self.z, self.act)
        return self.a

    def backward(self, upstream):
        """upstream: the gradient by the output. Returns the gradient by the input."""
        delta = upstream * slope(self.z, self.act)
        self.dW = delta[:, np.newaxis] * self.inputs[np.newaxis, :]
        self.db = delta
        return (self.W * delta[:, np.newaxis]).sum(axis=0)


class Network:
    def __init__(self, Ws, bs, act):
        self.layers = [Layer(W, b, act) for W, b in zip(Ws, bs)]

    def run(self, x):
        a = np.array(x, dtype=LD)
        for layer in self.layers:
            a = layer.forward(a)
        return a

    def back(self, gradient):
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)


def forward(Ws, bs, x, act):
    network = Network(Ws, bs, act)
    network.run(x)
    return [layer.z for layer in network.layers], [np.array(x, dtype=LD)] + [l.a for l in network.layers]


def delta_last(a, z, y, dact):
    error = a.astype(LD) - y
    return (error + error) * dact(z.astype(LD))


def delta_back(W_next, delta_next, z, dact):
    layer = Layer(W_next, np.zeros(len(delta_next)), "linear")
    layer.forward(np.zeros(len(z), dtype=LD))
    return dact(z) * layer.backward(delta_next.astype(LD))


def backprop1(Ws, bs, x, y, act):
    network = Network(Ws, bs, act)
    network.back(2 * (network.run(x) - y))
    return [layer.dW for layer in network.layers], [layer.db for layer in network.layers]


def backprop_batch(Ws, bs, X, Y, act, reduction):
    singles = [backprop1(Ws, bs, x, y, act) for x, y in zip(X, Y)]
    combine = {"sum": np.sum, "mean": np.mean}
    if reduction not in combine:
        raise ValueError(reduction)
    merge = combine[reduction]
    dWs = [merge([single[0][i] for single in singles], axis=0) for i in range(len(Ws))]
    dbs = [merge([single[1][i] for single in singles], axis=0) for i in range(len(Ws))]
    return dWs, dbs


class Checker:
    """Central quotients with two steps, put together after Richardson."""

    def __init__(self, f, x):
        self.f = f
        self.x = np.array(x, dtype=float)

    def quotient(self, j, h):
        e = np.zeros(len(self.x))
        e[j] = h
        return (self.f(self.x + e) - self.f(self.x - e)) / (2 * h)

    def slope(self, j):
        return (4 * self.quotient(j, 5e-4) - self.quotient(j, 1e-3)) / 3

    def agrees(self, g):
        mine = np.array([self.slope(j) for j in range(len(self.x))])
        worst = np.abs(mine - np.array(g)).max()
        return bool(worst <= max(1e-3 * np.abs(mine).max(), 1e-6 * abs(self.f(self.x))))


def my_gradcheck(f, x, g):
    return Checker(f, x).agrees(g)
