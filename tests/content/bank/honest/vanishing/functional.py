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


import functools
import itertools


def _forward(Ws, bs, X, act):
    """pairs (z, a) of all layers"""
    step = lambda za, Wb: (lambda z: (z, activate(z, act)))(za[1] @ Wb[0] + Wb[1])
    return list(itertools.accumulate(zip(Ws, bs), step, initial=(None, X)))


def _backward(Ws, zs, dA, act):
    """deltas, first layer first"""
    last = dA * slope(zs[-1], act)
    step = lambda d, Wz: (d @ Wz[0].T) * slope(Wz[1], act)
    deltas = itertools.accumulate(zip(reversed(Ws[1:]), reversed(zs[:-1])), step, initial=last)
    return list(deltas)[::-1]


def layer_stats(X, Ws, act):
    layers = _forward(Ws, itertools.repeat(0.0), X, act)
    return np.array([(np.mean(a), np.std(a)) for _, a in layers])


def table(scale, rng, n=1000, width=500, depth=10):
    def run(a):
        yield np.std(a)
        for draw in itertools.repeat(rng.standard_normal, depth):
            a = np.tanh(scale * (a @ draw((width, width))))
            yield np.std(a)

    return np.fromiter(run(rng.standard_normal((n, width))), dtype=float)


def grad_norms(depth, scale, act, data):
    Ws = list(map(functools.partial(np.multiply, scale), data["Ws"][:depth]))
    zs, activations = zip(*_forward(Ws, itertools.repeat(0.0), data["X"], act))
    deltas = _backward(Ws, zs[1:], data["dA"], act)
    return np.array([np.linalg.norm(a.T @ d, "fro") for a, d in zip(activations, deltas)])


def imbalance(grads):
    size = lambda g: sum(map(lambda t: float(t) ** 2, np.nditer(np.asarray(g)))) ** 0.5
    ordered = sorted(map(size, grads))
    return ordered[-1] / ordered[0] if ordered[0] else float("inf")


def diagnose(Ws, bs, X, act):
    rms = lambda d: np.sqrt(np.mean(np.square(d)))
    zs, activations = map(lambda t: list(t)[1:], zip(*_forward(Ws, bs, X, act)))
    slopes = [slope(z, act) for z in zs]

    def same(rows):
        return all(np.array_equal(rows[0], row) for row in rows)

    def symmetric():
        return any(
            len(b) > 1 and same(W.T) and same(b[:, None]) and same(V) for W, b, V in zip(Ws[:-1], bs[:-1], Ws[1:])
        )

    def dead():
        return act == "relu" and any(np.mean(~a.any(axis=0)) >= 0.9 for a in activations)

    def saturated():
        return act in ("tanh", "sigmoid") and any(np.mean(s < 0.1 * (1 if act == "tanh" else 0.25)) > 0.5 for s in slopes)

    @functools.cache
    def ratio():
        deltas = _backward(Ws, zs, np.ones_like(zs[-1]), act)
        return rms(deltas[0]) / rms(deltas[-1])

    checks = {
        "symmetric": symmetric,
        "dead": dead,
        "saturated": saturated,
        "exploding": lambda: ratio() > 1000,
        "vanishing": lambda: ratio() < 1 / 1000,
    }
    return next((word for word, holds in checks.items() if holds()), "healthy")


def remedy(cause, act):
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    if act not in {"tanh", "sigmoid", "relu", "linear"}:
        raise ValueError(act)
    draw = lambda: "he" if act == "relu" else "xavier"

    def only(*acts):
        if act not in acts:
            raise ValueError(f"a network of {act} cannot be {cause}")
        return draw()

    rules = {
        "healthy": lambda: "keep",
        "symmetric": lambda: "random",
        "dead": lambda: only("relu"),
        "saturated": lambda: only("tanh", "sigmoid"),
        "exploding": draw,
        "vanishing": lambda: "relu" if act == "sigmoid" else draw(),
    }
    if cause not in rules:
        raise ValueError(cause)
    return rules[cause]()
