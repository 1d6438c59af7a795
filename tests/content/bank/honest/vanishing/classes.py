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


from dataclasses import dataclass, field
from enum import Enum


@dataclass
class Network:
    Ws: list
    bs: list
    act: str
    zs: list = field(default_factory=list)
    activations: list = field(default_factory=list)

    def forward(self, X):
        self.zs, self.activations = [], [np.asarray(X, dtype=float)]
        for W, b in zip(self.Ws, self.bs):
            self.zs.append(self.activations[-1] @ W + b)
            self.activations.append(activate(self.zs[-1], self.act))
        return self

    def backward(self, dA):
        deltas = [None] * len(self.Ws)
        for l in range(len(self.Ws) - 1, -1, -1):
            upstream = dA if l == len(self.Ws) - 1 else deltas[l + 1] @ self.Ws[l + 1].T
            deltas[l] = upstream * slope(self.zs[l], self.act)
        return deltas

    @property
    def slopes(self):
        return [slope(z, self.act) for z in self.zs]


class Doctor:
    def __init__(self, net):
        self.net = net

    def symmetric(self):
        for l, (W, b) in enumerate(zip(self.net.Ws[:-1], self.net.bs[:-1])):
            V = self.net.Ws[l + 1]
            if len(b) > 1 and np.ptp(W, axis=1).max() == 0 and np.ptp(b) == 0 and np.ptp(V, axis=0).max() == 0:
                return True
        return False

    def dead(self):
        if self.net.act != "relu":
            return False
        return any(10 * int(np.sum(a.max(axis=0) == 0)) >= 9 * a.shape[1] for a in self.net.activations[1:])

    def saturated(self):
        if self.net.act not in ("tanh", "sigmoid"):
            return False
        largest = slope(np.zeros(1), self.net.act)[0]
        return any(np.median(s) < largest / 10 for s in self.net.slopes)

    def ratio(self):
        deltas = self.net.backward(np.ones(self.net.zs[-1].shape))
        size = lambda d: np.linalg.norm(d) / np.sqrt(d.size)
        return size(deltas[0]) / size(deltas[-1])

    def word(self):
        if self.symmetric():
            return "symmetric"
        if self.dead():
            return "dead"
        if self.saturated():
            return "saturated"
        r = self.ratio()
        if r > 1000:
            return "exploding"
        if r < 0.001:
            return "vanishing"
        return "healthy"


class Act(Enum):
    TANH = "tanh"
    SIGMOID = "sigmoid"
    RELU = "relu"
    LINEAR = "linear"


class Cause(Enum):
    SYMMETRIC = "symmetric"
    DEAD = "dead"
    SATURATED = "saturated"
    EXPLODING = "exploding"
    VANISHING = "vanishing"
    HEALTHY = "healthy"


def layer_stats(X, Ws, act):
    net = Network(Ws, [np.zeros(W.shape[1]) for W in Ws], act).forward(X)
    return np.array([[a.mean(), a.std(ddof=0)] for a in net.activations])


def table(scale, rng, n=1000, width=500, depth=10):
    X = rng.standard_normal(size=(n, width))
    net = Network([rng.normal(scale=1, size=(width, width)) * scale for _ in range(depth)], [0.0] * depth, "tanh")
    return np.array([np.std(a) for a in net.forward(X).activations])


def grad_norms(depth, scale, act, data):
    net = Network([scale * W for W in data["Ws"][:depth]], [0.0] * depth, act).forward(data["X"])
    deltas = net.backward(data["dA"])
    return np.array([np.linalg.norm(net.activations[l].T @ deltas[l]) for l in range(depth)])


def imbalance(grads):
    norms = np.array([np.sqrt(np.sum(np.square(g, dtype=float))) for g in grads])
    with np.errstate(divide="ignore"):
        return float("inf") if not norms.all() else float(norms.max() / norms.min())


def diagnose(Ws, bs, X, act):
    return Doctor(Network(Ws, bs, act).forward(X)).word()


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    cause, act = Cause(cause), Act(act)  # a ValueError if there is no such word
    match cause, act:
        case Cause.HEALTHY, _:
            return "keep"
        case Cause.SYMMETRIC, _:
            return "random"
        case (Cause.DEAD | Cause.EXPLODING | Cause.VANISHING), Act.RELU:
            return "he"
        case Cause.VANISHING, Act.SIGMOID:
            return "relu"
        case Cause.SATURATED, (Act.TANH | Act.SIGMOID):
            return "xavier"
        case (Cause.EXPLODING | Cause.VANISHING), _:
            return "xavier"
    raise ValueError(f"{cause.value} cannot happen to {act.value}")
