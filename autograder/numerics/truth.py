"""Trusted. What a right answer is: exact values with the rounding error that an honest program may make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.sandbox.wire import Callback

Array = np.ndarray[Any, Any]

U64 = 2.0**-53
U32 = 2.0**-24
SLACK = 4
"""Honest code stays below 0.33 of the first-order bound; the second-order terms and regroupings fit in 4."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One array or number of a right answer."""

    value: Array
    """The value in extended precision; integers and truth values in their own kind. Any shape, `()` for a number."""
    error: Array
    """The running error bound E of each entry, in units of the unit roundoff. Zeros for integers."""
    kind: str
    """`float`, `int` or `bool`: what the student may return."""


@dataclass(frozen=True, slots=True)
class Raises:
    """The right answer is an exception."""

    type: str


def within(got: Array, want: Array, error: Array | float, unit: float) -> Array:
    """Return elementwise whether `got` lies within the tolerance 4 u E of `want`.

    got, want: any equal shape. error: E in units of the unit roundoff. unit: `U64` or `U32`.
    Where E is 0 the values must be equal, and so they must where `want` is infinite. Where E is infinite nothing is
    known about a finite value, so nothing is within; NaN never is.
    """
    smallest = 2.0**-1074 if unit == U64 else 2.0**-149
    bound, given = np.asarray(error, np.longdouble), got.astype(np.longdouble)
    with np.errstate(invalid="ignore", over="ignore"):
        allowed = SLACK * (bound * unit + smallest * (bound > 0))
        close = (np.abs(given - want) <= allowed) & np.isfinite(bound) & np.isfinite(given)
    found: Array = close | ((given == want) & np.isinf(want))
    return found


def is_single(array: Array) -> bool:
    """Return whether the values were computed in float32 or less: by dtype, or because every one fits float32.

    A float64 entry fits float32 by chance once in 2^29. Whole numbers always fit: this only opens the float32 tier to
    them, where an entry must still lie within 4 u32 E of what is right.
    """
    if array.dtype in {np.dtype(np.float32), np.dtype(np.float16)}:
        return True
    if array.dtype != np.float64 or array.size == 0:
        return False
    with np.errstate(over="ignore"):
        fits = array.astype(np.float32).astype(np.float64) == array
    return bool(fits.all())


def representable(value: Any) -> Any:
    """Return arguments with every float rounded to a float32 value, kept in float64.

    A student may then cast the inputs to float32 without any error: the tolerance needs no term for it.
    """
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return value.astype(np.float32).astype(np.float64)
    if isinstance(value, float):
        return float(np.float32(value))
    if isinstance(value, list):
        return [representable(item) for item in value]
    if isinstance(value, tuple):
        return tuple(representable(item) for item in value)
    if isinstance(value, dict):
        return {key: representable(item) for key, item in value.items()}
    if isinstance(value, Callback):
        return replace(value, params=representable(value.params))
    return value
