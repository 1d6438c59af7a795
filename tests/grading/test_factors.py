"""The constants that have a name: each is found where it is the factor, and where two are the same number neither is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.factors import (
    FIXED,
    IDS,
    UNNAMED,
    Factor,
    common_factor,
    constants,
    factor_of,
    ratio_of,
)

if TYPE_CHECKING:
    from tests.grading.conftest import Ask, Cases

SIZES = st.lists(st.tuples(st.integers(2, 9), st.integers(2, 9)), min_size=2, max_size=4)
SEEDS = st.integers(0, 2**32 - 1)
NAMES = ("X", "y", "lr")
THREE = np.array([1.3, -0.7, 0.4])


def arguments(rows: int, columns: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Return the arguments of a call: a matrix, a vector and a number."""
    return rng.normal(size=(rows, columns)), rng.normal(size=rows) * 3, float(rng.uniform(0.1, 0.4))


@given(st.sampled_from([name for name in IDS if name != UNNAMED]), SIZES, SEEDS)
def test_a_factor_of_the_table_is_found(
    cases: Cases, name: str, sizes: list[tuple[int, int]], seed: int
) -> None:
    """In whatever arrays. Where another constant is the same number too, one of the two is not named in its place."""
    rng = np.random.default_rng(seed)
    asked = [arguments(*size, rng) for size in sizes]
    tables = [dict(constants(args, NAMES)) for args in asked]
    chosen = next(key for key in tables[0] if key[0] == name)
    values = [table[chosen] for table in tables]
    rights = [rng.normal(size=args[0].shape) for args in asked]
    rows = [(right * value, right, args) for right, value, args in zip(rights, values, asked, strict=True)]
    found = factor_of(cases(*rows), [], NAMES)
    assert found is not None
    assert found.values == pytest.approx(values)
    same = {
        key
        for key in tables[0]
        if all(
            math.isclose(table[key], value, rel_tol=1e-4) for table, value in zip(tables, values, strict=True)
        )
    }
    assert (found.id, found.quantity) == chosen if same == {chosen} else found.id in {name, UNNAMED}


@given(SIZES, SEEDS)
def test_of_two_that_coincide_none_is_named(cases: Cases, sizes: list[tuple[int, int]], seed: int) -> None:
    """Twice too large, for two rows: nobody can tell."""
    rng = np.random.default_rng(seed)
    rights = [rng.normal(size=4) for _ in sizes]
    rows = [(right * 2, right, (rng.normal(size=(2, 3)),)) for right in rights]
    assert factor_of(cases(*rows), [], ["X"]) == Factor(UNNAMED, "", (2.0,) * len(sizes))


def test_rows_and_columns_of_square_matrices_are_not_told_apart(ask: Ask) -> None:
    """They are equal here by chance, unless every other case of the function says so too."""
    square = [ask((np.zeros((n, n)),)) for n in (3, 5)]
    assert common_factor([3.0, 5.0], square, [ask((np.zeros((3, 4)),))], ["X"]).id == UNNAMED


def test_sizes_that_are_always_equal_are_one(ask: Ask) -> None:
    """The rows of X and the length of y, if they take more than one value; by the name that comes first."""
    asked = [ask((np.zeros((n, 2)), np.zeros(n))) for n in (3, 5)]
    found = common_factor([3.0, 5.0], asked, [], ["X", "y"])
    assert found == Factor("factor:size", "the number of rows of X", (3.0, 5.0))
    assert common_factor([3.0], asked[:1], [], ["X", "y"]).id == UNNAMED
    other = ask((np.zeros((4, 2)), np.zeros(7)))
    assert common_factor([3.0, 5.0], asked, [other], ["X", "y"]).id == UNNAMED


def test_the_words_for_a_quantity() -> None:
    """Rows and columns, axes, shapes, lists, copies, numbers and lengths; never 1 or 0."""
    args = (np.ones((2, 3)), np.ones((2, 3, 4)), (5, 7), [1.0] * 6, 0.5, np.array([3.0, 4.0]), 1, 0)
    found = dict(constants(args, ["X", "T", "shape", "rows", "lr", "v", "one", "none"]))
    sizes = {quantity: size for (name, quantity), size in found.items() if name == "factor:size"}
    assert sizes == {
        "the number of rows of X": 2,
        "the number of columns of X": 3,
        "the number of entries of X": 6,
        "the size of axis 0 of T": 2,
        "the size of axis 1 of T": 3,
        "the size of axis 2 of T": 4,
        "the number of entries of T": 24,
        "shape[0]": 5,
        "shape[1]": 7,
        "the product of shape": 35,
        "the length of rows": 6,
        "the length of v": 2,
        "the number of entries of X for each one of v": 3,
        "the number of entries of T for each one of X": 4,
        "the number of entries of T for each one of v": 12,
    }
    numbers = {key: size for key, size in found.items() if key[0] in {"factor:argument", "factor:length"}}
    assert numbers == {("factor:argument", "lr"): 0.5, ("factor:length", "the length |v|"): 5.0}
    per = {name: found[name, "the number of columns of X"] for name in ("factor:per-size", "factor:sample")}
    assert per == {"factor:per-size": 1 / 3, "factor:sample": 3 / 2}


@pytest.mark.parametrize("value", FIXED.values())
def test_one_number_that_differs_is_no_factor(cases: Cases, value: float) -> None:
    """Every one counts, with all its digits."""
    wrong = THREE * value
    assert factor_of(cases((wrong, THREE)), [], NAMES) is not None
    wrong[2] *= 1 + 1e-9
    assert factor_of(cases((wrong, THREE)), [], NAMES) is None


def test_one_number_is_always_a_multiple_of_another(cases: Cases) -> None:
    """A factor without a name needs three different numbers in one case; one with a name two in all."""
    assert factor_of(cases((THREE[:2] * 1.7, THREE[:2])), [], NAMES) is None
    assert factor_of(cases((THREE[:2] * 2, THREE[:2])), [], NAMES) == Factor("factor:two", "", (2.0,))
    found = factor_of(cases((THREE * 1.7, THREE)), [], NAMES)
    assert found is not None
    assert (found.id, found.named) == (UNNAMED, False)
    assert found.values == pytest.approx((1.7,))


@pytest.mark.parametrize("right", [[0.0, 0.0], [1.0, 2.0, 1.0], [0.5, -0.5]])
def test_a_few_round_numbers_tell_nothing(cases: Cases, right: list[float]) -> None:
    """They are equal by chance."""
    want = np.array(right)
    assert factor_of(cases((want * 2, want)), [], NAMES) is None


def test_there_is_no_ratio_to_nothing_nor_of_another_shape(cases: Cases) -> None:
    """Zeros, and an array that has another shape."""
    made = cases((THREE, np.zeros(3)), (np.zeros(3), THREE), (THREE[:2], THREE), (THREE * 3, THREE))
    assert [ratio_of(case) for case in made[:3]] == [None] * 3
    assert ratio_of(made[3]) == pytest.approx(3)
    assert factor_of(made[2:3], [], NAMES) is None
