"""Gradient descent."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

Gradient = Callable[[np.ndarray], np.ndarray]
LEFT, RIGHT = 0, 1


def _iterate(gradient: Gradient, start: np.ndarray, step: float) -> Iterator[np.ndarray]:
    """Yield the start and all points that follow, each in an array of its own."""
    point = np.array(start, dtype=np.float64, copy=True)
    while True:
        yield point.copy()
        point = point + step * np.asarray(gradient(point.copy()), dtype=np.float64)


def gd(grad: Gradient, x0: np.ndarray, lr: float, n: int) -> np.ndarray:
    history = np.empty((n + 1, np.size(x0)), dtype=np.float64)
    for row, point in zip(history, _iterate(grad, x0, -lr)):
        row[:] = point
    return history


def ascent(grad: Gradient, x0: np.ndarray, lr: float, n: int) -> np.ndarray:
    history = np.empty((n + 1, np.size(x0)), dtype=np.float64)
    for row, point in zip(history, _iterate(grad, x0, +lr)):
        row[:] = point
    return history


def gd_tol(
    f: Callable[[np.ndarray], float], grad: Gradient, u0: np.ndarray, lr: float, tol: float, max_iter: int
) -> tuple[np.ndarray, float, int]:
    points = _iterate(grad, u0, -lr)
    loss = float(f(next(points)))
    for t in range(1, max_iter + 1):
        point = next(points)
        previous, loss = loss, float(f(point))
        if abs(loss - previous) < tol:
            return point, loss, t
    return point, loss, max_iter


def x2_after(lr: float, x0: float, t: int) -> float:
    return float(np.power(1.0 - 2.0 * lr, t) * x0)


def x2_verdict(lr: float) -> str:
    if lr == 0:
        raise ValueError("a step size of 0 does not descend")
    if lr == 0.5:
        return "one step"
    if lr == 1.0:
        return "oscillate"
    return "converge" if 0.0 < lr < 1.0 else "diverge"


def alvarez_factor() -> int:
    start = -1.0
    return round(abs(x2_after(lr=2.0, x0=start, t=10) / start))


def basins(x0s: np.ndarray, lr: float, n: int) -> np.ndarray:
    def gradient(x: np.ndarray) -> np.ndarray:
        return (x * x - 1.0) * x + 0.1

    points = np.array(x0s, dtype=np.float64, copy=True)
    for _ in range(n):
        points -= lr * gradient(points)
    return np.where(points < 0.0, LEFT, RIGHT)
