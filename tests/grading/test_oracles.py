"""The oracles' word: an answer is believed only if each of them comes to it, within the rounding of two programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring import Case, Criterion, Exercise, Limits, Oracle
from autograder.grading import Grader
from autograder.grading.oracles import ROUNDINGS, agreement, disagreements, faults
from autograder.grading.question import Question
from autograder.model import Mismatch, Verdict
from autograder.numerics.truth import U64, Raises, Truth
from autograder.sandbox.wire import Callback

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.authoring.loading import Sheet
    from autograder.sandbox.host import Sandbox
    from tests.grading.conftest import MakeSheet

CASE = Case("some", "value", "f", lambda _rng: (), exact=False, purpose="")


def asked(answer: Any, args: tuple[Any, ...] = (), judge: Any = None) -> Question:
    """A question with this right answer."""
    return Question(CASE, args, answer, (), judge, tuple)


def says(value: Any) -> Oracle:
    """An oracle that says this, whatever it is asked."""
    return Oracle("says", "f", lambda *_: value)


def number(value: float, error: float = 0.0) -> Truth:
    """A right answer with its bound."""
    return Truth(np.array(value, np.longdouble), np.array(error), "float")


def exercise(*oracles: Oracle) -> Exercise:
    """An exercise of one function with these oracles."""
    made = Exercise(
        name="ex",
        id="e.1",
        functions=("f", "g"),
        criteria=(Criterion("value", 1.0),),
        hints=("", "", ""),
        lecture="",
        limits=Limits(),
    )
    made.oracles += oracles
    return made


@given(st.floats(1, 2, exclude_max=True), st.floats(0, 64), st.floats(-4, 4))
def test_the_distance_counts_roundings_of_both_programs(value: float, error: float, off: float) -> None:
    """In units of u64 (E + |answer|); up to two are no disagreement."""
    apart = off * U64 * (np.longdouble(error) + np.longdouble(value))
    said = float(value + apart)
    agrees, distance = agreement(says(said), asked(number(value, error)))
    assert distance is not None
    assert distance == pytest.approx(abs(said - value) / U64 / (error + value), abs=1e-9)
    assert agrees == (distance <= ROUNDINGS)


def test_two_roundings_and_no_more() -> None:
    """One for each of the two programs."""
    question = asked(number(1.0, 1.0))
    assert agreement(says(1 + 4 * U64), question) == (True, 2.0)
    assert agreement(says(1 + 6 * U64), question) == (False, 3.0)


def test_an_exact_answer_is_rounded_once() -> None:
    """One that no float64 holds is the nearest one."""
    third = asked(Truth(np.array(np.longdouble(1) / 3), np.array(0.0), "float"))
    agrees, distance = agreement(says(1 / 3), third)
    assert agrees
    assert distance is not None
    assert 0 < distance <= 1
    assert agreement(says(0.25), asked(number(0.25))) == (True, 0.0)
    assert agreement(says(1e-300), asked(number(0.0))) == (False, np.inf)


@pytest.mark.parametrize(
    ("answer", "said", "agrees"),
    [
        ("up", "up", True),
        ("up", "down", False),
        (Truth(np.array([1, 2]), np.zeros(2), "int"), np.array([1, 2]), True),
        (Truth(np.array([1, 2]), np.zeros(2), "int"), np.array([1, 3]), False),
        (number(1.0, 1.0), np.ones(1), False),
        (number(1.0, 1.0), None, False),
        (number(1.0, 1.0), np.nan, False),
        ((number(1.0), number(2.0)), (1.0, 2.0), True),
        ((number(1.0), number(2.0)), (1.0,), False),
        ({"a": number(1.0)}, {"a": 1.0}, True),
        ({"a": number(1.0)}, {"b": 1.0}, False),
    ],
)
def test_containers_and_labels_count_as_much_as_numbers(answer: Any, said: Any, agrees: bool) -> None:
    """What has another form is infinitely far."""
    assert agreement(says(said), asked(answer)) == (agrees, 0.0 if agrees else np.inf)


def test_a_judge_decides_in_place_of_the_distance() -> None:
    """It sees the oracle's value as it would a student's."""
    refused = Mismatch("step", "No.")
    even = asked(number(1.0), judge=lambda run: None if run.value.array % 2 == 0 else refused)
    assert agreement(says(4.0), even) == (True, None)
    assert agreement(says(3.0), even) == (False, None)
    assert agreement(says(1.0), even) == (False, None)  # without a function to ask there is no other way


def test_an_oracle_need_not_go_the_way_that_the_judge_asks_for() -> None:
    """Where a function is handed out six digits are enough: the judge may have missed the queries."""
    handed = (Callback("quadratic", "f", {"A": np.eye(1), "b": np.zeros(1)}),)
    question = asked(number(1.0), handed, judge=lambda _: Mismatch("queries", "Ask."))
    assert agreement(says(1 + 1e-8), question) == (True, None)
    assert agreement(says(1.01), question) == (False, None)


def test_only_oracles_of_the_function_are_asked_and_only_where_there_is_an_answer() -> None:
    """How far each was is kept."""
    elsewhere = Oracle("elsewhere", "g", lambda *_: 1 / 0)
    question = asked(number(1.0))
    assert list(disagreements(exercise(says(1.0), elsewhere), question)) == []
    assert question.agreed == {"says": 0.0}
    refused = asked(Raises("ValueError"))
    assert list(disagreements(exercise(says(1.0)), refused)) == []
    assert refused.agreed == {}


def test_what_is_wrong_is_told_by_name() -> None:
    """Which oracle and which case, and where it raised; not with what words."""

    def secret(*_: Any) -> float:
        raise ValueError("the answer is 42")

    question = asked(number(1.0))
    told = list(disagreements(exercise(says(2.0), Oracle("secret", "f", secret)), question))
    assert told[0] == "ex: oracle says and the reference disagree on case some"
    assert told[1].startswith(
        "ex: oracle secret fails on case some with ValueError in test_oracles.py, line "
    )
    assert len(told) == 2


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (number(1.0, np.inf), ["ex: the right answer of case some has no finite error bound"]),
        (number(np.nan, 1.0), ["ex: the right answer of case some has no finite error bound"]),
        (number(np.inf, np.inf), []),
        (number(1.0, 1.0), []),
    ],
)
def test_an_answer_without_a_bound_is_not_believed(answer: Truth, told: list[str]) -> None:
    """An infinite one is equal or not."""
    assert list(faults(exercise(), [asked(answer)])) == told


@pytest.mark.parametrize("oracle", ["spread_numpy", "spread_again"])
def test_no_verdict_where_one_of_two_oracles_disagrees(
    make_sheet: MakeSheet, sandbox: Sandbox, grade: Callable[..., Any], oracle: str
) -> None:
    """Whichever it is: nobody is graded by a key that is in doubt, and the reason is told."""
    second = "@moments.oracle()\ndef spread_again(x):\n    return sum(x) / len(x), np.std(x) ** 2\n\n\n"
    first = "@moments.oracle()\ndef spread_numpy"

    def made(*more: tuple[str, str]) -> Sheet:
        return make_sheet((first, second + first), *more)

    agreeing = grade(by=Grader(made(), sandbox, 1)).exercises[0]
    assert agreeing.verdict is Verdict.PASSED
    slips = {
        "spread_numpy": (
            "return x.mean(), x.var()\n\n\n@moments.oracle",
            "return x.mean(), x.std()\n\n\n@moments.oracle",
        ),
        "spread_again": ("np.std(x) ** 2", "np.std(x)"),
    }
    grader = Grader(made(slips[oracle]), sandbox, 1)
    assert (
        f"moments: oracle {oracle} and the reference disagree on case spread_generic" in grader.keys[0].faults
    )
    doubted, other = grade(by=grader).exercises
    assert (doubted.verdict, doubted.score) == (Verdict.UNGRADED, None)
    assert doubted.notes == (
        "Not graded: its answer key did not pass our own checks. This is our error, not yours.",
    )
    assert other.verdict is Verdict.PASSED
