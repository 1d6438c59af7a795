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


"""The signal, the gradients and the doctor."""
from collections.abc import Iterator, Sequence
from typing import Final

LARGEST_SLOPE: Final = {"tanh": 1.0, "sigmoid": 0.25}
ACTIVATIONS: Final = frozenset({"tanh", "sigmoid", "relu", "linear"})
DRAW: Final = {"tanh": "xavier", "sigmoid": "xavier", "relu": "he", "linear": "xavier"}


def _root_mean_square(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(values))))


def _forward(X: np.ndarray, Ws: Sequence[np.ndarray], bs: Sequence[np.ndarray], act: str) -> Iterator[tuple]:
    signal = X
    for W, b in zip(Ws, bs, strict=True):
        z = signal @ W + b
        yield signal, z
        signal = activate(z, act)


def _no_biases(Ws: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [np.zeros(W.shape[1]) for W in Ws]


def layer_stats(X: np.ndarray, Ws: list[np.ndarray], act: str) -> np.ndarray:
    signals = [X, *(activate(z, act) for _, z in _forward(X, Ws, _no_biases(Ws), act))]
    return np.array([(signal.mean(), signal.std()) for signal in signals], dtype=np.float64)


def table(scale: float, rng: np.random.Generator, n: int = 1000, width: int = 500, depth: int = 10) -> np.ndarray:
    signal = rng.standard_normal(size=(n, width))
    deviations = [signal.std()]
    for _ in range(depth):
        weights = scale * rng.standard_normal(size=(width, width))
        signal = np.tanh(signal @ weights)
        deviations.append(signal.std())
    return np.asarray(deviations)


def grad_norms(depth: int, scale: float, act: str, data: dict) -> np.ndarray:
    Ws = [scale * unit for unit in data["Ws"][:depth]]
    cache = list(_forward(data["X"], Ws, _no_biases(Ws), act))
    norms = np.empty(depth)
    upstream = data["dA"]
    for layer in reversed(range(depth)):
        signal, z = cache[layer]
        delta = upstream * slope(z, act)
        norms[layer] = np.linalg.norm(signal.T @ delta)
        upstream = delta @ Ws[layer].T
    return norms


def imbalance(grads: list[np.ndarray]) -> float:
    norms = [float(np.linalg.norm(np.asarray(grad, dtype=np.float64).ravel())) for grad in grads]
    smallest, largest = min(norms), max(norms)
    return float("inf") if smallest == 0.0 else largest / smallest


def _has_copies(Ws: Sequence[np.ndarray], bs: Sequence[np.ndarray]) -> bool:
    for incoming, bias, outgoing in zip(Ws[:-1], bs[:-1], Ws[1:]):
        units = np.column_stack([incoming.T, bias, outgoing])
        if len(units) >= 2 and np.all(units == units[0]):
            return True
    return False


def diagnose(Ws: list[np.ndarray], bs: list[np.ndarray], X: np.ndarray, act: str) -> str:
    if act not in ACTIVATIONS:
        raise ValueError(f"there is no activation named {act!r}")
    if _has_copies(Ws, bs):
        return "symmetric"
    inputs_of_activation = [z for _, z in _forward(X, Ws, bs, act)]
    if act == "relu" and any(np.mean(np.all(z <= 0.0, axis=0)) >= 0.9 for z in inputs_of_activation):
        return "dead"
    slopes = [slope(z, act) for z in inputs_of_activation]
    if act in LARGEST_SLOPE and any(np.mean(s < LARGEST_SLOPE[act] / 10.0) > 0.5 for s in slopes):
        return "saturated"
    delta = slopes[-1]
    size_at_the_end = _root_mean_square(delta)
    for W, s in zip(reversed(Ws[1:]), reversed(slopes[:-1])):
        delta = (delta @ W.T) * s
    ratio = _root_mean_square(delta) / size_at_the_end
    if ratio > 1e3:
        return "exploding"
    if ratio < 1e-3:
        return "vanishing"
    return "healthy"


def remedy(cause: str, act: str) -> str:
    if (cause, act) == ("dead", "relu"):
        return "leaky relu"
    if act not in ACTIVATIONS:
        raise ValueError(f"there is no activation named {act!r}")
    match cause:
        case "healthy":
            return "keep"
        case "symmetric":
            return "random"
        case "dead" if act == "relu":
            return DRAW[act]
        case "saturated" if act in LARGEST_SLOPE:
            return DRAW[act]
        case "exploding":
            return DRAW[act]
        case "vanishing":
            return "relu" if act == "sigmoid" else DRAW[act]
        case _:
            raise ValueError(f"{cause!r} cannot happen to a network of {act!r}")
