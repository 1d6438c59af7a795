"""Each fingerprint is named where it holds in every case, and not where one number of one case is another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.grading.factors import IDS as FACTORS
from autograder.grading.fingerprints import DESCRIPTIONS, IDS, fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograder.grading.seen import Found, Seen
    from tests.grading.conftest import Ask, Cases

    Array = np.ndarray[Any, Any]
    Change = Callable[[Array, np.random.Generator], Array]

NAMES = ("x",)
SEEDS = st.integers(0, 2**32 - 1)


def told(cases: Sequence[Seen], passed: Sequence[Any] = ()) -> Found | None:
    """Return what is found."""
    return fingerprint(cases, passed, NAMES, "da[0] is not right.")


def name_of(cases: Sequence[Seen], passed: Sequence[Any] = ()) -> str:
    """Return the id of what is found, empty where nothing is."""
    found = told(cases, passed)
    return found.id if found else ""


def copies(want: Array, rng: np.random.Generator) -> Array:
    """Return numbers that add up to the right ones."""
    parts = rng.normal(size=(3, *want.shape))
    parts[-1] = want - parts[:-1].sum(axis=0)
    return np.asarray(parts)


def each_with_each(want: Array, rng: np.random.Generator) -> Array:
    """Return every number with every number, the right ones on the diagonal."""
    every: Array = rng.normal(size=want.shape * 2)
    np.fill_diagonal(every, want)
    return every


def some(want: Array, value: Any) -> Array:
    """Return the right numbers but for three."""
    wrong = want.copy()
    wrong[0, 1], wrong[1, 0], wrong[2, 3] = value, value, value
    return wrong


def corner(want: Array, index: Any, rng: np.random.Generator) -> Array:
    """Return the right numbers but for some that are others."""
    wrong = want.copy()
    wrong[index] = rng.normal(size=wrong[index].shape)
    return wrong


FLAT, MATRIX, COLUMN = (5,), (3, 4), (5, 1)
CHANGED: dict[str, tuple[tuple[int, ...], Change]] = {
    "zero:all": (MATRIX, lambda want, _: np.zeros_like(want)),
    "zero:some": (MATRIX, lambda want, _: some(want, 0)),
    "sign:some": (MATRIX, lambda want, _: want * np.where(np.arange(12).reshape(3, 4) % 5 < 2, -1, 1)),
    "rounding:whole": (MATRIX, lambda want, _: np.trunc(want)),
    "rounding:decimals": (MATRIX, lambda want, _: np.round(want, 3)),
    "layout:transposed": (MATRIX, lambda want, _: want.T),
    "layout:column-major": (MATRIX, lambda want, _: want.ravel(order="F").reshape(want.shape)),
    "layout:reversed": (FLAT, lambda want, _: want[::-1]),
    "layout:permuted": (MATRIX, lambda want, rng: rng.permutation(want.ravel()).reshape(want.shape)),
    "part:place": (MATRIX, lambda want, rng: corner(want, -1, rng)),
    "shape:axis-too-many": (MATRIX, lambda want, _: want[:, None]),
    "shape:axis-missing": (COLUMN, lambda want, _: want[:, 0]),
    "shape:each-with-each": (FLAT, each_with_each),
    "shape:not-summed": (MATRIX, copies),
    "shape:summed": (MATRIX, lambda want, _: want.sum(axis=0)),
    "shape:averaged": (MATRIX, lambda want, _: want.mean(axis=1, keepdims=True)),
    "shape:first-missing": (FLAT, lambda want, _: want[1:]),
    "shape:last-missing": (FLAT, lambda want, _: want[:-1]),
    "shape:other": (MATRIX, lambda want, _: want.reshape(2, 6)),
    "precision:difference-quotient": (
        MATRIX,
        lambda want, rng: want * (1 + 1e-5 * rng.normal(size=want.shape)),
    ),
    "precision:few-digits": (MATRIX, lambda want, _: want * (1 + 1e-5 * (np.indices(want.shape)[1] % 2))),
}
OTHERWISE = {*FACTORS, "part:where", "part:swapped", "part:one-output"}
"""Those that have tests of their own."""


def rows(name: str, seed: int) -> list[tuple[Array, Array]]:
    """Return two cases of a fingerprint: what came, and what is right."""
    rng = np.random.default_rng(seed)
    shape, change = CHANGED[name]
    rights = [3 * rng.normal(size=shape) for _ in range(2)]
    return [(np.array(change(right, rng)), right) for right in rights]


def test_every_fingerprint_is_looked_at() -> None:
    """None is without a test."""
    assert {*CHANGED, *OTHERWISE} == set(IDS)
    assert set(IDS) >= DESCRIPTIONS


@pytest.mark.parametrize("name", CHANGED)
@settings(max_examples=20)
@given(seed=SEEDS)
def test_a_fingerprint_is_named(cases: Cases, name: str, seed: int) -> None:
    """Whatever the numbers are."""
    assert name_of(cases(*rows(name, seed))) == name


@pytest.mark.parametrize("name", CHANGED)
@settings(max_examples=20)
@given(seed=SEEDS, which=st.integers(0, 1))
def test_with_one_number_changed_it_is_not_named(cases: Cases, name: str, seed: int, which: int) -> None:
    """In any one of the cases."""
    made = rows(name, seed)
    got = made[which][0]
    got.flat[got.size // 2] += 0.7
    assert name_of(cases(*made)) != name


@pytest.mark.parametrize("name", ["layout:transposed", "zero:all", "shape:axis-too-many", "shape:not-summed"])
def test_a_case_that_is_wrong_in_another_way_is_not_explained(cases: Cases, name: str) -> None:
    """All failing cases have the same cause, or none is told."""
    right = 3 * np.random.default_rng(5).normal(size=(3, 4))
    assert name_of(cases(*rows(name, 0), (right + 0.1, right))) != name


@given(SEEDS)
def test_of_two_that_hold_none_is_named(cases: Cases, seed: int) -> None:
    """Reversed rows of a 2 x 2 matrix are exchanged ones, and two numbers of opposite sign are reversed or negative."""
    number = float(np.random.default_rng(seed).uniform(1, 2))
    right = np.array([number, -number])
    assert name_of(cases((right[::-1], right), (2 * right[::-1], 2 * right))) not in {
        "layout:reversed",
        "factor:minus-one",
    }


def test_a_factor_has_its_words(cases: Cases, ask: Ask) -> None:
    """The quantity, and that other cases are right."""
    pairs = [(n * np.arange(1.1, 5), np.arange(1.1, 5), (np.zeros((n, 2)),)) for n in (3, 5)]
    found = told(cases(*pairs), [ask((np.zeros((1, 2)),))])
    assert found is not None
    assert (found.id, found.partly) == ("factor:size", True)
    assert found.words["quantity"] == "the number of rows of x"
    assert found.words["numbers"] == "Every number that you return"


TWO = ("da", "db")


@given(SEEDS)
def test_two_outputs_in_each_others_place(cases: Cases, seed: int) -> None:
    """If they could be told apart; with one number changed they are not."""
    da, db = np.random.default_rng(seed).normal(size=(2, 3, 4))
    found = told(cases(((db, da), (da, db)), names=TWO))
    assert found is not None
    assert (found.id, found.words["part"]) == ("part:swapped", "da and db")
    other = db.copy()
    other[1, 1] += 1
    assert name_of(cases(((other, da), (da, db)), names=TWO)) != "part:swapped"


def test_which_of_several_outputs_is_wrong(cases: Cases) -> None:
    """With the symptom; a fingerprint of it is told rather, with its name."""
    da, db = np.random.default_rng(1).normal(size=(2, 3, 4))
    found = told(cases(((da, db + da), (da, db)), names=TWO))
    assert found is not None
    assert found.id == "part:one-output"
    assert (found.words["symptom"], found.words["right"]) == ("da[0] is not right.", "da is")
    found = told(cases(((da, -db), (da, db)), names=TWO))
    assert found is not None
    assert (found.id, found.words["numbers"]) == ("factor:minus-one", "Every number in db")
    assert name_of(cases(((da + 1, db + da), (da, db)), names=TWO)) == ""
    three = ("da", "db", "dc")
    found = told(cases(((da, db + da, db), (da, db, db)), names=three))
    assert found is not None
    assert found.words["right"] == "da and dc are"


@pytest.mark.parametrize(
    ("word", "holds"), [("0", np.equal), ("negative", np.less), ("positive", np.greater)]
)
def test_the_wrong_numbers_are_those_of_some_inputs(cases: Cases, ask: Ask, word: str, holds: Any) -> None:
    """Exactly those, and no other case has such inputs."""
    x = np.array([0.0, 1.3, -0.4, 0.0, 2.1, -1.7])
    right = np.arange(1.1, 7)
    made = cases((np.where(holds(x, 0), 17.3, right), right, (x,)))
    found = told(made)
    assert found is not None
    assert (found.id, found.words["condition"]) == ("part:where", f"x is {word}")
    assert name_of(made, [ask((x,))]) != "part:where"
    more = cases((np.where(holds(x, 0) | (x > 2) | (x < -1), 17.3, right), right, (x,)))
    assert name_of(more) != "part:where"


def test_float32_is_not_called_a_difference_quotient(cases: Cases) -> None:
    """Seven digits may be either: they are only described; and of right cases beside them nothing is said at all."""
    right = 3 * np.random.default_rng(3).normal(size=(4, 5))
    noise = 1 + 2e-7 * np.random.default_rng(4).normal(size=(4, 5))
    assert name_of(cases((right * noise, right))) == "precision:few-digits"
    assert name_of(cases(((right * noise).astype(np.float32), right))) != "precision:difference-quotient"


def test_a_difference_quotient_errs_in_every_case(cases: Cases, ask: Ask) -> None:
    """Where some are right to the last digit it is something else."""
    made = cases(*rows("precision:difference-quotient", 1))
    assert name_of(made) == "precision:difference-quotient"
    assert name_of(made, [ask()]) == "precision:few-digits"


def test_what_is_right_everywhere_but_for_rounding_has_no_fingerprint(cases: Cases) -> None:
    """A case that fails by less than the room for rounding tells nothing."""
    right = 3 * np.random.default_rng(2).normal(size=(3, 4))
    nearly = right * (1 + 2e-15)
    assert name_of(cases((nearly, right))) == ""


def test_students_numbers_cause_no_warning(cases: Cases) -> None:
    """Whatever they are: the largest and the smallest ones."""
    right = np.array([1.3, 0.7, 2.9])
    assert name_of(cases((np.array([1e308, -1e308, 5e-324]), right))) == ""


def test_ids_have_a_colon_and_no_name_of_a_function_has() -> None:
    """So they are told from mistakes."""
    assert all(":" in name for name in IDS)
