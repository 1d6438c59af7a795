"""Vectors, partial derivatives and the gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
STEP: Final = float(np.cbrt(np.finfo(float).eps))


def _vector(values: ArrayLike, size: int | None = None) -> Array:
    out = np.array(values, dtype=np.float64, copy=True)
    if out.ndim != 1 or (size is not None and out.size != size):
        raise TypeError(f"expected a vector, not an array of shape {out.shape}")
    return out


def _normalised(values: ArrayLike) -> Array:
    out = _vector(values)
    largest = np.max(np.abs(out), initial=0.0)
    if largest == 0.0:
        raise ValueError("the zero vector has no direction")
    out /= largest
    return out / np.linalg.norm(out)


def lp_norm(v: np.ndarray, p: float) -> float:
    entries = np.abs(_vector(v))
    largest = np.max(entries, initial=0.0)
    if largest == 0.0:
        return 0.0
    return float(largest * np.sum((entries / largest) ** p) ** (1.0 / p))


def angle(u: np.ndarray, v: np.ndarray) -> float:
    a, b = _normalised(u), _normalised(v)
    return float(2.0 * np.arctan2(np.linalg.norm(a - b), np.linalg.norm(a + b)))


def partial(f: Callable[[np.ndarray], float], x: np.ndarray, i: int, h: float = 1e-6) -> float:
    ahead, behind = _vector(x), _vector(x)
    ahead[i] += h
    behind[i] -= h
    return float(f(ahead) - f(behind)) / (2.0 * h)


def num_grad(f: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    return np.asarray([partial(f=f, x=x, i=i, h=STEP) for i, _ in enumerate(x)], dtype=np.float64)


def g_lehre(x: np.ndarray) -> np.ndarray:
    x1, x2 = _vector(x, size=2)
    return np.array([4.0 * x1 + 3.0 * x2, 3.0 * x1 + 2.0 * x2])


def g_ozcep(x: np.ndarray) -> np.ndarray:
    first, second = _vector(x, size=2)
    return np.array([2.0 * first + second, first + 2.0 * second])


def g_cos(x: np.ndarray) -> np.ndarray:
    point = _vector(x, size=2)
    outer_slope = -2.0 * np.sum(np.cos(point) ** 2)
    inner_slope = -np.sin(2.0 * point)
    return outer_slope * inner_slope


def g_alvarez_1(x: np.ndarray) -> np.ndarray:
    x1, _, x3 = _vector(x, size=3)
    return np.array([3.0 * x1**2, 2.0, 20.0 * x3**3])


def g_alvarez_2(x: np.ndarray) -> np.ndarray:
    """The same function as the first, with other names."""
    return g_alvarez_1(x)


def g_alvarez_3(x: np.ndarray) -> np.ndarray:
    a, b, c = _vector(x, size=3)
    return np.array([3.0 * a**2 * b**2 + 2.0 * b, 2.0 * a**3 * b + 2.0 * a + 5.0 * c**4, 20.0 * b * c**3])


def derivative_row(x: np.ndarray) -> np.ndarray:
    return g_alvarez_1(x)[np.newaxis, :]


def gradient_col(x: np.ndarray) -> np.ndarray:
    return derivative_row(x).T.copy()


def directional(grad: Callable[[np.ndarray], np.ndarray], x: np.ndarray, v: np.ndarray, unit: bool) -> float:
    direction = _normalised(v) if unit else _vector(v)
    return float(_vector(grad(x)) @ direction)


def steepest(w: np.ndarray, sign: int = +1) -> np.ndarray:
    if sign not in (+1, -1):
        raise TypeError("sign must be +1 or -1")
    return sign * _normalised(w)


def Dv_at_origin(v: np.ndarray) -> float:
    """f(εv)/ε = v2³/(v1² + v2²) for every ε, written so that nothing overflows."""
    v1, v2 = _vector(v, size=2)
    length = np.hypot(v1, v2)
    return float(v2 * (v2 / length) ** 2) if length > 0.0 else 0.0


def linearity_defect(v1: np.ndarray, v2: np.ndarray) -> float:
    first, second = _vector(v1, size=2), _vector(v2, size=2)
    return Dv_at_origin(first + second) - Dv_at_origin(first) - Dv_at_origin(second)


def claims() -> dict[str, bool]:
    return {"partials_exist": True, "linear": False, "gradient_formula_valid": False}
