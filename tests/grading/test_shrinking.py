"""Arguments made small: fewer entries, whole numbers, the same form."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.grading.shrinking import LARGEST, entries, smaller, spelled
from autograder.numerics.truth import representable
from autograder.sandbox.wire import Callback, Rng

numbers = arrays.arrays(
    np.float64,
    arrays.array_shapes(max_dims=3, max_side=4),
    elements=st.floats(-1e6, 1e6, allow_subnormal=False),
)
arguments = st.lists(numbers | st.integers(-3, 3) | st.floats(-9, 9) | st.text(max_size=3), max_size=4)


def texts(*args: Any) -> list[str]:
    """Return the made arguments as they are written."""
    return [", ".join(map(spelled, small)) for small in smaller(args)]


@given(arguments)
def test_nothing_grows(args: list[Any]) -> None:
    """Neither the count of numbers nor the number of axes, and every float is one of float32."""
    for small in smaller(tuple(args)):
        assert entries(small) <= entries(args)
        assert len(small) == len(args)
        for one, other in zip(small, args, strict=True):
            assert type(one) is type(other)
            if isinstance(one, np.ndarray):
                assert one.ndim == other.ndim
                assert min(one.shape) >= 1
                assert np.abs(one).max() <= LARGEST
                assert np.array_equal(one, representable(one))


@given(numbers)
def test_signs_and_zeros_stay(array: Any) -> None:
    """What is negative stays negative, and only 0 is 0: a kink is neither made nor lost."""
    (*_, whole) = smaller((array,))
    assert np.array_equal(np.sign(whole[0]), np.sign(array))


def test_whole_numbers() -> None:
    """Rounded away from 0, up to 3 and then from 1 again; short ones first."""
    assert texts(np.array([0.2, -1.5, 8.0])) == [
        "np.array([1.0])",
        "np.array([1.0, -2.0])",
        "np.array([1.0, -2.0, 2.0])",
    ]


def test_shares_stay_between_0_and_1() -> None:
    """An array of probabilities gets quarters; whole numbers would be 1, whose logarithm hides everything."""
    assert texts(np.array([[0.1, 0.9]]))[-1] == "np.array([[0.25, 0.75]])"


@pytest.mark.parametrize(
    ("number", "short"), [(0.07, 0.0625), (-0.9, -0.5), (0.0, 0.0), (2.3, 3.0), (-8.0, -2.0)]
)
def test_a_number_beside_an_array(number: float, short: float) -> None:
    """A step size or a probability does not become 1."""
    assert {args[0] for args in smaller((number, np.ones(1)))} == {short}


def test_equal_lengths_are_cut_alike() -> None:
    """Rows of X belong to the entries of y, and a shape to the array that has it."""
    X, y = np.ones((3, 2)), np.ones(3)
    for small, target, shape in smaller((X, y, (3, 2))):
        assert small.shape == shape
        assert target.shape == shape[:1]


def test_many_lengths_are_cut_together() -> None:
    """Not in all of their combinations: one entry each, two for one of them, two each, all."""
    assert len(texts(np.ones((2, 3, 4, 5)))) == 7


@pytest.mark.parametrize(
    "args", [(), (2.0,), ("text", [1, 2]), (np.ones(2), Rng(1)), ([Callback("q", "f", {})], np.ones(2))]
)
def test_what_cannot_be_shown_is_left_alone(args: tuple[Any, ...]) -> None:
    """No array of numbers, or a function or generator that nobody can write down in a line."""
    assert texts(*args) == []


def test_containers_keep_their_form() -> None:
    """Layers in lists, arrays in dicts, whole numbers, texts and truth values."""
    given = ([np.ones((2, 2))], {"X": np.full(2, 0.5)}, np.array([1, 0]), "relu", True, None)
    assert texts(*given)[0] == (
        "[np.array([[1.0]])], {'X': np.array([0.5])}, np.array([1]), 'relu', True, None"
    )


@given(arguments)
def test_what_is_written_is_what_was_sent(args: list[Any]) -> None:
    """A student who copies the call makes the same one."""
    again = eval(spelled(tuple(args)), {"np": np})  # noqa: S307 - what it is there for
    for one, other in zip(again, args, strict=True):
        assert type(one) is type(other)
        assert np.array_equal(one, other)


def test_a_number_of_numpy_is_written_plainly() -> None:
    """Without the name of its type."""
    assert spelled(np.float64(0.5)) == "0.5"
