"""Draws: the arguments of a case come from the seed, and come anew where a mistake of which it says so comes close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring import CourseError
from autograder.grading.answers import near, truth
from autograder.grading.draws import APART, DRAWS, drawn, generator

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.authoring.loading import Sheet

    MakeSheet = Callable[..., Sheet]

SEEDS = range(40)
CASE = '@moments.case("roots", "root")\ndef root_generic(rng):\n    return (float(rng.uniform(2.0, 3.0)),)'
CLOSE = (
    '@moments.case("roots", "root", apart_from=({}))\n'
    "def root_generic(rng):\n    return (float(rng.choice([4.0, 4.0009765625, 2.5])),)"
)


def roots(sheet: Sheet) -> list[Any]:
    """What the case draws from each seed."""
    exercise = sheet.assignment.exercises[0]
    (case,) = [case for case in exercise.cases if case.name == "root_generic"]
    return [drawn(sheet, exercise, case, seed)[0] for seed in SEEDS]


def test_where_a_mistake_comes_close_a_case_draws_again(make_sheet: MakeSheet) -> None:
    """Half of 4 is its root, and half of 4.0009765625 nearly so."""
    assert set(roots(make_sheet((CASE, CLOSE.format(""))))) == {4.0, 4.0009765625, 2.5}
    assert set(roots(make_sheet((CASE, CLOSE.format('"root-half",'))))) == {2.5}


def test_a_draw_that_keeps_apart_is_the_first_one(make_sheet: MakeSheet) -> None:
    """What is named changes the inputs of no other seed."""
    free, apart = (roots(make_sheet((CASE, CLOSE.format(names)))) for names in ("", '"root-half",'))
    assert all(one == two for one, two in zip(free, apart, strict=True) if one == 2.5)


def test_a_mistake_that_raises_is_not_close(make_sheet: MakeSheet) -> None:
    """It has no answer, as one of another form has none like it."""
    raises = ("    return x / 2", "    raise KeyError(x)")
    assert roots(make_sheet((CASE, CLOSE.format('"root-half",')), raises)) == roots(
        make_sheet((CASE, CLOSE.format("")))
    )


def test_a_mistake_may_lie_in_a_function_that_is_called(make_sheet: MakeSheet) -> None:
    """What a case calls is made with it."""
    calls = ('    """Return the mean and the variance of x."""\n', "    assert root(4.0) == 2.0\n")
    case = (
        '@moments.case("mean and variance")\ndef spread_generic(rng):\n    return (rng.normal(size=5) + 3,)',
        (
            '@moments.case("mean and variance", apart_from=("root-of-size",))\n'
            "def spread_generic(rng):\n    return (rng.normal(size=5) + 3,)"
        ),
    )
    sheet = make_sheet(calls, case)
    exercise = sheet.assignment.exercises[0]
    with pytest.raises(CourseError, match="mistake root-of-size comes close"):
        drawn(sheet, exercise, exercise.cases[0], 1)


def test_what_a_mistake_writes_into_is_a_copy(make_sheet: MakeSheet) -> None:
    """The arguments are those that were drawn."""
    case = '@moments.case("mean and variance"{})\ndef spread_generic(rng):'
    writes = ("    return x.mean(), 0.0", "    x[:] = 0\n    return x.mean(), 0.0")
    sheets = [
        make_sheet((case.format(""), case.format(more)), writes)
        for more in ("", ', apart_from=("spread-nothing",)')
    ]
    one, two = (
        drawn(sheet, exercise := sheet.assignment.exercises[0], exercise.cases[0], 1) for sheet in sheets
    )
    assert np.array_equal(one[0], two[0])


def test_a_mistake_that_is_always_close_is_the_authors_error(make_sheet: MakeSheet) -> None:
    """It is told which one it is, and what to do."""
    always = ("float(rng.choice([4.0, 4.0009765625, 2.5]))", "4.0")
    with pytest.raises(CourseError) as told:
        roots(make_sheet((CASE, CLOSE.format('"root-half",')), always))
    assert str(told.value) == (
        f"moments: on {DRAWS} draws of case root_generic in a row, mistake root-half comes close. "
        "Draw other inputs, or take it out of `apart_from`."
    )


def test_what_is_kept_apart_must_be_a_mistake(make_sheet: MakeSheet) -> None:
    """Of the same exercise."""
    with pytest.raises(CourseError, match="keeps apart from 'gd-uphill', which is no mistake of it"):
        roots(make_sheet((CASE, CLOSE.format('"gd-uphill",'))))


@given(st.integers(0, 2**40), st.text(max_size=3), st.text(max_size=3))
def test_each_case_has_a_generator_of_its_own(seed: int, slug: str, name: str) -> None:
    """The same for the same names, and no other."""
    one, two = (generator(seed, slug, name).integers(2**60, size=2).tolist() for _ in range(2))
    assert one == two != generator(seed, slug, name + "x").integers(2**60, size=2).tolist()
    assert one != generator(seed + 1, slug, name).integers(2**60, size=2).tolist()


@given(
    st.lists(st.floats(-1, 1).filter(lambda x: abs(x) > 1e-3), min_size=1, max_size=5), st.floats(0.01, 100)
)
def test_near_is_measured_by_the_largest_number(numbers: list[float], factor: float) -> None:
    """An error of less than the part of it is near, and one of more is not, wherever it is."""
    right = np.array(numbers)
    wrong = right.copy()
    wrong[0] += factor * APART * np.abs(right).max()
    if abs(factor - 1) > 1e-9:
        assert near(truth((right, "same")), truth((wrong, "same")), APART) == (factor < 1)
    assert not near(truth((right, "same")), truth((right, "other")), APART)
    assert not near(truth(right), truth(right[:, None]), APART)
    assert not near(truth({"a": right}), truth({"b": right}), APART)
    assert not near(truth((right,)), truth((right, right)), APART)
    assert near(truth({"a": np.zeros(0)}), truth({"a": np.zeros(0)}), APART)
