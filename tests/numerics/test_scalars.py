"""Arithmetic with single numbers: the short road comes to what the rules for arrays come to, to the last bit."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.numerics.bounds import Bounded, assuming
from autograder.numerics.rules import precision
from autograder.numerics.scalars import computed, exactly, over, plus

if TYPE_CHECKING:
    from collections.abc import Callable

OPERATORS = {
    name: getattr(operator, name)
    for name in ("add", "sub", "mul", "truediv", "iadd", "isub", "imul", "itruediv")
}
SPECIAL = [0.0, -0.0, 1.0, -2.0, 0.5, 3.0, 1e308, -1e-308, 5e-324, 1e38, 1e-38, 2.0**-149, np.inf, np.nan]
NUMBERS = st.sampled_from(SPECIAL) | st.floats(-1e3, 1e3) | st.floats()
BOUNDS = st.sampled_from([0.0, 1.0, 2.0**52, 2.0**54, 1e308, np.inf]) | st.floats(0, 1e3)


def bits(found: Any) -> list[str]:
    """Value and bound as text, which tells every bit and the sign of a zero."""
    return [repr(np.longdouble(found.value.item())), repr(np.longdouble(found.error.item()))]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", OPERATORS)
@given(NUMBERS, BOUNDS, NUMBERS, BOUNDS)
@example(0.0, 0.0, 3.0, 1.0)
@example(2.0, 0.0, 3.0, 1.0)
@example(3.0, 1.0, -0.25, 0.0)
@example(1.0, 2.0**53, 1.0, 2.0**53)
def test_numbers_are_arrays_of_one(name: str, dtype: Any, a: float, ea: float, b: float, eb: float) -> None:
    """Whatever their size and their bounds: a sum, a difference, a product, a quotient, also in place."""
    operate = OPERATORS[name]
    with assuming(dtype), np.errstate(all="ignore"):
        short = operate(Bounded(a, ea), Bounded(b, eb))
        long = operate(Bounded([a], [ea]), Bounded([b], [eb]))
    assert short.shape == ()
    assert bits(short) == bits(long)


PLAIN = st.integers(-4000, 4000) | NUMBERS | NUMBERS.map(np.float64)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ["add", "sub", "mul", "truediv"])
@given(NUMBERS, BOUNDS, PLAIN)
@example(3.0, 1.0, 2049)
@example(3.0, 1.0, 0.1)
def test_plain_numbers_take_part(name: str, dtype: Any, a: float, ea: float, plain: Any) -> None:
    """On both sides, with the error of their representation where the assumed precision cannot hold them."""
    operate = OPERATORS[name]
    with assuming(dtype), np.errstate(all="ignore"):
        for short, long in (
            (operate(Bounded(a, ea), plain), operate(Bounded([a], [ea]), plain)),
            (operate(plain, Bounded(a, ea)), operate(plain, Bounded([a], [ea]))),
        ):
            assert bits(short) == bits(long)


WITH_A_NUMBER: dict[str, Callable[[Any, Any], Any]] = {
    "times": lambda a, number: a * number,
    "number times": lambda a, number: number * a,
    "over": lambda a, number: a / number,
    "cubed": lambda a, like: a ** Bounded(np.full(like.shape, 3.0)),
    "to the fourth": lambda a, like: a ** Bounded(np.full(like.shape, 4.0)),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", WITH_A_NUMBER)
@given(st.lists(st.tuples(NUMBERS, BOUNDS), min_size=1, max_size=4), NUMBERS)
@example([(3.0, 1.0), (0.0, 0.0)], 2.0)
@example([(3.0, 1.0), (4.0, 0.0)], 0.1)
@example([(np.inf, 0.0), (0.0, np.inf)], 0.0)
def test_an_exact_number_is_an_array_of_it(
    name: str, dtype: Any, entries: list[tuple[float, float]], number: float
) -> None:
    """Beside an array: a product on both sides, a quotient, and a power of 3 or more."""
    operate = WITH_A_NUMBER[name]
    array = Bounded(*map(list, zip(*entries, strict=True)))
    with assuming(dtype), np.errstate(all="ignore"):
        short = operate(array, Bounded(number))
        long = operate(array, Bounded([number] * len(entries)))
    for one, two in zip(short, long, strict=True):
        assert bits(one) == bits(two)


def test_in_place_a_number_is_replaced() -> None:
    """As numpy's scalars are: who holds the old one still has it."""
    number = kept = Bounded(3.0, 1.0)
    number += 1.0
    assert (float(kept.value), float(number.value)) == (3.0, 4.0)


def test_what_is_not_ordinary_is_left_to_the_rules() -> None:
    """A pole, an overflow, an underflow, an unknown bound, and numbers that the precision does not hold."""
    one, none = np.longdouble(1), np.longdouble(0)
    assert computed(over, one, none, none, none) is None
    assert computed(over, one, none, one, np.longdouble(2.0**54)) is None
    assert computed(plus, np.longdouble(1e308), none, np.longdouble(1e308), none) is None
    assert computed(plus, np.longdouble(5e-324), none, none, none) is None
    assert computed(plus, one, np.longdouble(np.inf), one, none) is None
    assert computed(plus, np.longdouble(np.nan), none, one, none) is None
    with assuming(np.float32):
        assert exactly(0.5, precision()) is None
        assert exactly(7, precision()) == 7
    assert exactly(2049, precision()) is None
    assert exactly(True, precision()) is None
    assert exactly(0.5, precision()) == 0.5
