from __future__ import annotations

from typing import Callable

import numpy as np

Vector = np.ndarray


def path(step: Callable[[Vector], Vector], x: Vector, n: int) -> list[Vector]:
    """x, step(x), step(step(x)), ..."""
    return [x] if n == 0 else [x, *path(step, step(x), n - 1)]


def gd(grad: Callable[[Vector], Vector], x0: Vector, lr: float, n: int) -> Vector:
    return np.stack(path(lambda x: x - lr * grad(x), x0.astype(float), n))


def ascent(grad: Callable[[Vector], Vector], x0: Vector, lr: float, n: int) -> Vector:
    return np.stack(path(lambda x: x + lr * grad(x), x0.astype(float), n))


def gd_tol(f, grad, u0, lr, tol, max_iter):
    def walk(u: Vector, L: float, t: int):
        v = u - lr * grad(u)
        M = f(v)
        if abs(M - L) < tol or t + 1 == max_iter:
            return v, M, t + 1
        return walk(v, M, t + 1)

    return walk(u0, f(u0), 0)


def x2_after(lr: float, x0: float, t: int) -> float:
    return float(path(lambda x: x - lr * 2 * x, x0, t)[-1])


def x2_verdict(lr: float) -> str:
    match 1 - 2 * lr:
        case 1:
            raise ValueError("lr is 0: nothing happens")
        case 0:
            return "one step"
        case -1:
            return "oscillate"
        case q:
            return "converge" if -1 < q < 1 else "diverge"


def alvarez_factor() -> int:
    return round(abs(x2_after(2, 1.0, 10)))


def basins(x0s: Vector, lr: float, n: int) -> Vector:
    ends = gd(lambda x: x**3 - x + 0.1, x0s, lr, n)[-1]
    minima = np.roots([1, 0, -1, 0.1]).real[[0, 1]]  # left, right
    return np.abs(ends[:, None] - np.sort(minima)).argmin(axis=1)
