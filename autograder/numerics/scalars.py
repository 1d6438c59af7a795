"""Trusted. Arithmetic with single numbers: what `rules` says of +, -, * and /, in a tenth of the steps.

A program that loops over numbers spends its time in numpy's machinery for arrays of none. Each function here returns
None where something is not ordinary (an overflow, a pole, an unknown bound), and the rules decide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.numerics.rules import precision

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.numerics.rules import Precision

    Pair = tuple[np.longdouble, np.longdouble]
    Scalar = Callable[[Any, Any, Any, Any, Any], Pair | None]

EXACT_UP_TO = 2048
"""Every whole number up to this is exact in each precision, float16 included."""
ZERO = np.longdouble(0)


def plus(a: Any, ea: Any, b: Any, eb: Any, _unit: Any) -> Pair:
    """Return a + b and its bound."""
    value = a + b
    return value, ea + eb + abs(value) if (a or ea) and (b or eb) else ea + eb


def minus(a: Any, ea: Any, b: Any, eb: Any, unit: Any) -> Pair:
    """Return a - b and its bound."""
    return plus(a, ea, -b, eb, unit)


def times(a: Any, ea: Any, b: Any, eb: Any, unit: Any) -> Pair:
    """Return a * b and its bound."""
    value = a * b
    spread = abs(a) * eb + (abs(b) + unit * eb) * ea
    free = (not ea and _is_exact_factor(a)) or (not eb and _is_exact_factor(b))
    return value, spread if free else spread + abs(value)


def over(a: Any, ea: Any, b: Any, eb: Any, unit: Any) -> Pair | None:
    """Return a / b and its bound; None at a pole."""
    nearest = abs(b) - unit * eb
    if not nearest > 0:
        return None
    value = a / b
    spread = (ea + abs(value) * eb) / nearest
    return value, spread if not eb and _is_exact_factor(b) else spread + abs(value)


def _is_exact_factor(number: Any) -> bool:
    """Return whether a number is 0 or a power of two, give or take the sign."""
    mantissa = abs(np.frexp(number)[0])
    return bool(mantissa in {0.5, 0})


def exactly(number: Any, held: Precision) -> np.longdouble | None:
    """Return a plain number that the assumed precision holds exactly; None where that takes a closer look."""
    kind = type(number)
    if kind is float or kind is np.float64:
        return np.longdouble(number) if held.dtype == np.float64 else None
    return np.longdouble(number) if kind is int and -EXACT_UP_TO <= number <= EXACT_UP_TO else None


def computed(rule: Scalar, a: Any, ea: Any, b: Any, eb: Any) -> Pair | None:
    """Return the value and the bound of one operation on numbers; None where the rules for arrays have to decide."""
    held = precision()
    largest = held.largest
    # NaN is neither below nor above
    if not (-largest <= a <= largest and -largest <= b <= largest and ea <= largest and eb <= largest):
        return None
    found = rule(a, ea, b, eb, held.unit)
    if found is None:
        return None
    size = abs(found[0])
    ordinary = (held.smallest <= size <= largest or size == 0) and found[1] <= largest
    return found if ordinary else None
