"""The distance of a run from the right answer says what the comparison decides."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.model import Ended, Run
from autograder.numerics.compare import compare
from autograder.numerics.distance import Distance, distance, hopeless, largest_error
from autograder.numerics.truth import SLACK, U32, U64, Raises, Truth
from autograder.sandbox.wire import crossed

RIGHT = np.array([0.1, -0.7, 1.3])
ANSWER = Truth(RIGHT.astype(np.longdouble), np.array([1.0, 2.0, 4.0]), "float")


def returned(item: Any) -> Run:
    """Return the run of a function that returned this."""
    return Run(Ended.RETURNED, crossed(item))


def far(item: Any, answer: Any = ANSWER, **more: Any) -> Distance | None:
    """Return the distance of a value."""
    return distance(returned(item), answer, **({"exact": False} | more))


def test_the_farthest_entry_in_units_of_its_own_bound() -> None:
    """Three u64 E away: less than four, however many steps of the number itself that is."""
    moved = RIGHT + np.array([0, 0, 3 * 4 * U64])
    found = far(moved)
    assert found is not None
    assert (found.path, found.got, found.right, found.unit) == ("value[2]", moved[2], RIGHT[2], U64)
    assert found.units == pytest.approx(3, abs=0.3)
    named = far((RIGHT, moved), (ANSWER, ANSWER), names=("da", "db"))
    assert named is not None
    assert named.path == "db[2]"


def test_what_was_computed_in_float32_is_measured_in_its_unit() -> None:
    """But where float64 would do as well, in that one."""
    single = far(RIGHT.astype(np.float32))
    assert single is not None
    assert (single.unit, 0 < single.units <= SLACK) == (U32, True)
    whole = Truth(np.array([1.0, 2.0], np.longdouble), np.ones(2), "float")
    assert far(np.array([1.0, 2.0], np.float32), whole) == Distance("value[0]", 1.0, 1.0, 0.0, U64)


def test_where_only_equality_counts_all_else_is_infinitely_far() -> None:
    """Numbers without a bound, whole numbers, truth values."""
    unbounded = Truth(RIGHT.astype(np.longdouble), np.full(3, np.inf), "float")
    assert far(RIGHT, unbounded, exact=True) == Distance("value[0]", 0.1, 0.1, 0.0, U64)
    off = far(RIGHT + np.array([0, U64, 0]), unbounded, exact=True)
    assert off is not None
    assert (off.path, off.units) == ("value[1]", np.inf)
    assert far(np.array([3, 5]), Truth(np.array([3, 4]), np.zeros(2), "int")) == Distance(
        "value[1]", 5.0, 4.0, np.inf, U64
    )
    assert far(True, Truth(np.array(False), np.zeros(()), "bool")) == Distance(
        "The value", 1.0, 0.0, np.inf, U64
    )


@pytest.mark.parametrize(
    ("run", "answer"),
    [
        (Run(Ended.TIMED_OUT), ANSWER),
        (Run(Ended.MISSING), ANSWER),
        (returned(1.0), Raises("ValueError")),
        (returned(RIGHT[:2]), ANSWER),
        (returned([0.1, -0.7, 1.3]), ANSWER),
        (returned(np.array([0.1, np.nan, 1.3])), ANSWER),
        (returned("min"), "min"),
        (returned(np.zeros((0, 2))), Truth(np.zeros((0, 2), np.longdouble), np.zeros((0, 2)), "float")),
    ],
)
def test_where_there_is_nothing_to_measure(run: Run, answer: Any) -> None:
    """No value, another form, no number: no distance."""
    assert distance(run, answer, exact=False) is None


ODD = [0.0, -0.0, 5e-324, 1e-310, 1e308, -1e308, 1.0, float(np.nextafter(1, 2))]


@given(
    got=arrays.arrays(
        st.sampled_from([np.float64, np.float32]), 3, elements=st.sampled_from([0.0, 1.0, -1.0])
    ),
    nudge=arrays.arrays(np.float64, 3, elements=st.floats(-6, 6)),
    want=arrays.arrays(np.float64, 3, elements=st.sampled_from([*ODD, np.inf, -np.inf]) | st.floats(-10, 10)),
    error=arrays.arrays(np.float64, 3, elements=st.sampled_from([0.0, 1e-300, 1.0, 7.5, np.inf])),
    near=st.booleans(),
    exact=st.booleans(),
)
def test_accepted_is_what_is_no_farther_than_the_tolerance(
    got: Any, nudge: Any, want: Any, error: Any, near: bool, exact: bool
) -> None:
    """For any values: nothing that passes is farther than 4, and nothing that is nearer than 4 fails."""
    if near:
        with np.errstate(all="ignore"):
            got = np.where(np.isfinite(want), want + nudge * error.clip(max=10) * U64, want)
    answer = Truth(want.astype(np.longdouble), error, "float")
    run = returned(got)
    found = distance(run, answer, exact=exact)
    passes = compare(run, answer, exact=exact).mismatch is None
    assert not passes or (found is not None and found.units <= SLACK)
    assert passes or found is None or found.units >= SLACK


# ----------------------------------------------------------------------------------------- the largest error of a tree
TREE = {"da": (ANSWER, Truth(np.array(3), np.zeros(()), "int")), "kind": "saddle", "found": True}


def largest(item: Any, answer: Any = TREE, unit: float = U64, **more: Any) -> float:
    """Return the largest error of a value."""
    return largest_error(returned(item).value, answer, unit, **more)


def test_the_largest_error_of_all_entries() -> None:
    """In the unit that is asked for, whatever precision the value has."""
    moved = RIGHT + np.array([0, 0, 3 * 4 * U64])
    assert largest({"da": (RIGHT, 3), "kind": "saddle", "found": True}) < 0.1
    off = largest({"da": (moved, 3), "kind": "saddle", "found": True})
    assert off == pytest.approx(3, abs=0.3)
    assert largest(moved, ANSWER, U32) == pytest.approx(off * U64 / U32)
    assert largest(RIGHT.astype(np.float32), ANSWER) > 1e6


@pytest.mark.parametrize(
    "item",
    [
        {"da": (RIGHT, 4), "kind": "saddle", "found": True},
        {"da": (RIGHT, 3), "kind": "minimum", "found": True},
        {"da": (RIGHT, 3), "kind": "saddle", "found": False},
        {"da": (RIGHT, 3), "kind": "saddle"},
        {"da": (RIGHT,), "kind": "saddle", "found": True},
        {"da": (RIGHT[:2], 3), "kind": "saddle", "found": True},
        {"da": (RIGHT * np.nan, 3), "kind": "saddle", "found": True},
        {"da": (RIGHT + 0j, 3), "kind": "saddle", "found": True},
        {"da": (None, 3), "kind": "saddle", "found": True},
    ],
)
def test_what_no_number_of_roundings_explains_is_infinitely_far(item: Any) -> None:
    """Another form, label, count or kind, and NaN."""
    assert largest(item) == np.inf


def test_an_answer_that_is_rounded_once() -> None:
    """An exact number may then be off by the rounding of itself; a count may not."""
    exact = Truth(RIGHT.astype(np.longdouble), np.zeros(3), "float")
    assert largest(RIGHT * (1 + 2 * U64), exact) == np.inf
    assert 1 < largest(RIGHT * (1 + 2 * U64), exact, rounded=True) < 4
    assert largest(2, Truth(np.array(3), np.zeros(()), "int"), rounded=True) == np.inf


def test_infinity_is_equal_to_itself_alone() -> None:
    """Where it is the right answer it is as near as can be, and nothing finite is near it."""
    endless = Truth(np.array([np.inf, 1.0], np.longdouble), np.array([np.inf, 1.0]), "float")
    assert largest(np.array([np.inf, 1.0]), endless, rounded=True) == 0
    assert largest(np.array([-np.inf, 1.0]), endless) == np.inf
    assert largest(np.array([1e308, 1.0]), endless) == np.inf
    assert largest(np.zeros((0, 2)), Truth(np.zeros((0, 2), np.longdouble), np.zeros((0, 2)), "float")) == 0


@pytest.mark.parametrize(
    ("item", "beyond"),
    [
        (RIGHT, False),
        (RIGHT * (1 + 1e-4), False),
        (RIGHT + np.array([0, 0, 0.1]), True),
        (RIGHT + np.array([0.1, 0, 0]), True),
        (RIGHT + np.array([0.01, 0, 0]), False),  # its bound is small, but not those beside it
        (-RIGHT, True),
        (np.full(3, np.nan), False),
        (RIGHT[:2], False),
        ([0.0], False),
    ],
)
def test_what_no_honest_formula_comes_to_is_hopeless(item: Any, beyond: bool) -> None:
    """Measured by the largest bound of its array: errors of one entry may be brought into another."""
    assert hopeless(returned(item).value, ANSWER, 1.0) is beyond


def test_small_next_to_what_it_is_computed_from_is_no_error() -> None:
    """1e-18 may come out as 0 where it is a difference of numbers of size 1."""
    tiny = Truth(np.array([1e-18], np.longdouble), np.array([1e-18]), "float")
    assert not hopeless(returned(np.zeros(1)).value, tiny, 1.0)
    assert hopeless(returned(np.zeros(1)).value, tiny, 0.0)


def test_another_count_is_hopeless() -> None:
    """It is not rounded: no bound makes it right."""
    assert hopeless(returned(3).value, Truth(np.array(2), np.zeros(()), "int"), 1.0)
    assert not hopeless(returned(2).value, Truth(np.array(2), np.zeros(()), "int"), 1.0)
    several = Truth(np.array([True, False]), np.zeros(2), "bool")
    assert hopeless(returned(np.array([True, True])).value, several, 1.0)


def test_without_a_bound_there_is_hope() -> None:
    """Where nothing is known of the errors, and where there is no number at all."""
    unbounded = Truth(RIGHT.astype(np.longdouble), np.array([1, 1, np.inf]), "float")
    assert not hopeless(returned(-RIGHT).value, unbounded, 1.0)
    assert not hopeless(
        returned(np.zeros(0)).value, Truth(np.zeros(0, np.longdouble), np.zeros(0), "float"), 1.0
    )
