"""The tolerance 4 u E, what it does at infinity, and how inputs and precisions are told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.numerics.truth import SLACK, U32, U64, is_single, representable, within
from autograder.sandbox.wire import Callback, Rng

FINITE = st.floats(-1e12, 1e12)
BOUNDS = st.floats(0, 1e12)
UNITS = st.sampled_from([U64, U32])


def near(got: float, want: float, error: float, unit: float) -> bool:
    """Return what `within` says of one number."""
    return bool(within(np.array(got), np.array(want, np.longdouble), error, unit))


@given(FINITE, FINITE, BOUNDS, UNITS)
def test_a_finite_value_is_within_four_units_of_its_bound(
    got: float, want: float, error: float, unit: float
) -> None:
    """And at no larger distance, but for the smallest number that there is."""
    distance = abs(np.longdouble(got) - np.longdouble(want))
    allowed = SLACK * np.longdouble(error) * np.longdouble(unit)
    least = SLACK * np.longdouble(2.0**-149) if error else 0
    expected = distance <= allowed
    if expected or distance > allowed + least:
        assert near(got, want, error, unit) == expected


def test_four_bounds_are_within_and_no_more() -> None:
    """The factor of the tolerance is 4, in numbers: the next float64 beyond it is wrong."""
    assert near(1 + 4 * 2.0**-53, 1.0, 1.0, U64)
    assert not near(1 + 6 * 2.0**-53, 1.0, 1.0, U64)
    assert near(1 + 4 * 2.0**-24, 1.0, 1.0, U32)
    assert not near(1 + 4 * 2.0**-24 + 2.0**-52, 1.0, 1.0, U32)


@given(FINITE, UNITS)
def test_without_an_error_only_the_value_itself_is_right(want: float, unit: float) -> None:
    """Bound 0 means exact: the next number is wrong."""
    assert near(want, want, 0.0, unit)
    assert not near(float(np.nextafter(want, np.inf)), want, 0.0, unit)


@given(FINITE, FINITE, UNITS)
def test_an_infinite_bound_accepts_no_finite_value(got: float, want: float, unit: float) -> None:
    """Nothing is known there, so nothing is proved right: not even the value itself."""
    assert not near(got, want, np.inf, unit)
    assert not near(want, want, np.inf, unit)


@pytest.mark.parametrize("error", [0.0, 1.0, np.inf, np.nan])
def test_an_infinite_answer_is_right_if_it_is_equal(error: float) -> None:
    """Whatever bound an infinite value came with."""
    got = np.array([np.inf, -np.inf, np.inf, -np.inf, 1e308, np.nan])
    want = np.array([np.inf, -np.inf, -np.inf, np.inf, np.inf, np.inf], np.longdouble)
    assert within(got, want, error, U64).tolist() == [True, True, False, False, False, False]


@given(st.sampled_from([np.nan, np.inf, -np.inf]), FINITE, BOUNDS, UNITS)
def test_what_is_not_finite_is_never_near_a_number(
    got: float, want: float, error: float, unit: float
) -> None:
    """NaN and infinities lie within no bound."""
    assert not near(got, want, error, unit)


def test_nan_is_never_right() -> None:
    """Neither as an answer nor as a bound."""
    assert not near(np.nan, np.nan, 1.0, U64)
    assert not near(1.0, 1.0, np.nan, U64)


def test_bounds_are_taken_entry_by_entry() -> None:
    """A large entry does not excuse an error in a small one."""
    want = np.array([1e6, 1e-6], np.longdouble)
    got = np.array([1e6, 1e-6 * (1 + 1e-9)])
    assert within(got, want, np.abs(want), U64).tolist() == [True, False]
    assert within(got, want, np.array([1e6, 1e6]), U64).tolist() == [True, True]


def test_underflow_may_cost_the_last_digits() -> None:
    """Below the smallest normal number 4 u E is nothing; four of the smallest steps are allowed."""
    assert near(5e-324 * 4, 5e-324, 1.0, U64)
    assert not near(5e-324 * 6, 5e-324, 1e-320, U64)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([0.1], np.float32), True),
        (np.array([0.1], np.float16), True),
        (np.array([0.1, 0.2], np.float32).astype(np.float64), True),
        (np.array([0.1, 0.5]), False),
        (np.array([0.5, 2.0]), True),
        (np.array([1e300]), False),
        (np.array([1, 2]), False),
        (np.array([True]), False),
        (np.zeros(0), False),
        (np.zeros(0, np.float32), True),
        (np.array([0.5j]), False),
    ],
)
def test_float32_is_told_by_type_or_by_every_value(array: np.ndarray[Any, Any], expected: bool) -> None:
    """One entry with more digits is proof of float64."""
    assert is_single(array) is expected


TREES = st.recursive(
    st.floats(-1e30, 1e30) | st.integers() | st.text(max_size=3) | st.none() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.text(max_size=3), inner)
    ),
    max_leaves=6,
)


@given(TREES)
def test_drawn_arguments_survive_a_cast_to_float32(tree: Any) -> None:
    """Every float is one of float32, in the same containers, and stays what it is when rounded again."""
    rounded = representable(tree)
    assert representable(rounded) == rounded
    assert _shape(rounded) == _shape(tree)
    assert all(float(np.float32(number)) == number for number in _floats(rounded))


def _shape(tree: Any) -> Any:
    if isinstance(tree, list | tuple):
        return type(tree)(map(_shape, tree))
    if isinstance(tree, dict):
        return {key: _shape(item) for key, item in tree.items()}
    return type(tree) if isinstance(tree, float) else tree


def _floats(tree: Any) -> list[float]:
    if isinstance(tree, list | tuple | dict):
        items = tree.values() if isinstance(tree, dict) else tree
        return [number for item in items for number in _floats(item)]
    return [tree] if isinstance(tree, float) else []


def test_arrays_and_problems_are_rounded_too() -> None:
    """Whole numbers and seeds are left alone."""
    array = np.array([0.1, 0.5])
    found = representable(Callback("quadratic", "grad", {"b": array, "n": np.array([3])}))
    assert found.params["b"].tolist() == [float(np.float32(0.1)), 0.5]
    assert found.params["b"].dtype == np.float64
    assert found.params["n"].dtype.kind == "i"
    assert representable(Rng(7)) == Rng(7)
    assert array[0] == 0.1
