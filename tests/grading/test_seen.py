"""A failing case is looked at part by part, and not at all where there is nothing to compare."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from autograder.grading.seen import listed, one_shape, seen, telling, wrong_parts
from autograder.model import Ended, Mismatch, Run
from autograder.numerics.truth import U32, U64
from autograder.sandbox.wire import crossed

if TYPE_CHECKING:
    from tests.grading.conftest import Ask, Cases

RIGHT = np.array([1.3, -0.7, 0.4])


def run(item: Any) -> Run:
    """Return the run of a function that returned this."""
    return Run(Ended.RETURNED, crossed(item))


def test_the_parts_have_names(cases: Cases) -> None:
    """Those of the reference, or where they stand."""
    tree = (RIGHT, {"b": (1.5, 2)})
    (case,) = cases((tree, tree))
    assert [(part.path, part.whole) for part in case.parts] == [
        ("value[0]", False),
        ("value[1]['b'][0]", False),
        ("value[1]['b'][1]", True),
    ]
    (case,) = cases((tree, tree), names=("mean", "rest"))
    assert [part.path for part in case.parts] == ["mean", "rest['b'][0]", "rest['b'][1]"]


@pytest.mark.parametrize(
    ("got", "want"),
    [
        ("up", 1.5),
        (RIGHT == 1, RIGHT),
        (RIGHT * np.nan, RIGHT),
        (RIGHT, np.array([1.0, np.inf, 2.0])),
        (RIGHT, RIGHT == 1),
        (RIGHT, (RIGHT, RIGHT)),
        ((RIGHT,), (RIGHT, RIGHT)),
        ({"a": RIGHT}, {"b": RIGHT}),
        ([RIGHT], {"b": RIGHT}),
        ((), ()),
    ],
)
def test_what_cannot_be_compared_is_not_looked_at(ask: Ask, got: Any, want: Any) -> None:
    """Words, truth values, what is not finite, and other containers."""
    assert seen(run(got), ask(right=want), Mismatch("value", "")) is None


def test_only_values_of_calls_that_returned_are_looked_at(ask: Ask) -> None:
    """Not what raised, was changed in place or is judged."""
    question, came = ask(right=RIGHT), run(RIGHT * 2)
    assert seen(came, question, Mismatch("value", "")) is not None
    assert seen(came, question, Mismatch("mutated", "")) is None
    assert seen(Run(Ended.RAISED), question, Mismatch("value", "")) is None
    assert seen(came, replace(question, judge=lambda _: None), Mismatch("value", "")) is None


def test_the_precision_is_that_of_the_floats(cases: Cases) -> None:
    """Whole numbers say nothing of it."""
    single = RIGHT.astype(np.float32)
    whole = np.array([1, 2])
    made = cases((single, RIGHT), (RIGHT, RIGHT), ((single, whole), (RIGHT, whole)))
    assert [case.unit for case in made] == [U32, U64, U32]


def test_near_leaves_room_for_rounding_and_right_does_not(cases: Cases) -> None:
    """A wrong program may round more often than the reference."""
    (case,) = cases((RIGHT * (1 + 2e-15), RIGHT))
    assert (case.near(case.parts[0]), case.right(case.parts[0])) == (True, False)
    (case,) = cases((RIGHT * (1 + 2e-14), RIGHT))
    assert (case.near(case.parts[0]), case.near_entries(case.parts[0]).tolist()) == (False, [False] * 3)
    (case,) = cases((RIGHT[:2], RIGHT))
    assert (case.near(case.parts[0]), case.right(case.parts[0]), one_shape([case])) == (False, False, False)


def test_a_part_that_is_wrong_in_one_case_is_looked_at_in_all(cases: Cases) -> None:
    """And one that never is, in none."""
    right = (RIGHT, RIGHT, RIGHT)
    made = cases(((2 * RIGHT, RIGHT, RIGHT), right), ((RIGHT, RIGHT, 2 * RIGHT), right))
    assert [[part.path for part in case.parts] for case in wrong_parts(made)] == [
        ["value[0]", "value[2]"]
    ] * 2


@pytest.mark.parametrize(
    ("right", "enough"),
    [
        ([0.1234, 0.2345], True),
        ([0.1234, -0.1234, 0.0], False),
        ([1.0, 2.0, 3.0], False),
        ([1.0, 2.0, 3.0, 4.5], True),
        ([0.25, 0.5, 0.1234], False),
    ],
)
def test_which_numbers_tell(cases: Cases, right: list[float], enough: bool) -> None:
    """Two with many digits, or four in all: fewer are equal by chance."""
    want = np.array(right)
    assert telling(cases((want + 1, want))) is enough


def test_names_in_words() -> None:
    """One, two, more."""
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
