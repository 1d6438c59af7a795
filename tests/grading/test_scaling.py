"""Answers that are nearly right: a formula that cancels, or a method that is inexact. Only the first may ever pass."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.loading import load_sheet
from autograder.grading import Grader
from autograder.grading.scaling import single
from autograder.model import Ended, Run, Source, Submission, Verdict
from autograder.sandbox.children import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.authoring.loading import Sheet
    from autograder.model import ExerciseResult
    from autograder.sandbox.host import Sandbox

    Graded = Callable[..., ExerciseResult]

SOLUTION = '''\
import numpy as np


def squash(z):
    """Return tanh(z)."""
    return np.tanh(z)


def slope(z):
    """Return the derivative of tanh at z."""
    return 1 - np.tanh(z) ** 2


def both(z, n):
    """Return tanh of z and of n z."""
    return np.tanh(z), np.tanh(n * z)


def twice(z):
    """Return the derivative of z * z."""
    return z + z
'''

CHECKS = """\
import numpy as np

from autograder.authoring import Assignment

assignment = Assignment("tiny", title="Tiny")

tanh = assignment.exercise(
    "tanh", id="t.1", points={"ordinary": 2, "near zero": 1}, hints=("?", "?", "?"),
    functions=("squash", "slope", "both", "twice"), OPTION
)


@tanh.case("ordinary")
def squash_ordinary(rng):
    return (rng.normal(size=5),)


@tanh.case("near zero")
def squash_near_zero(rng):
    return (rng.uniform(1e-6, 2e-6, size=5),)


@tanh.case("ordinary", "slope")
def slope_ordinary(rng):
    return (rng.normal(size=5),)


@tanh.case("ordinary", "slope")
def slope_of_a_number(rng):
    return (float(rng.uniform(0.5, 0.9)),)


@tanh.case("ordinary", "both")
def both_ordinary(rng):
    return (float(rng.uniform(0.5, 0.9)), 2)


@tanh.case("near zero", "both")
def both_near_zero(rng):
    return (float(rng.uniform(1e-6, 2e-6)), 2)


@tanh.case("ordinary", "twice")
def twice_ordinary(rng):
    return (rng.uniform(1, 2, size=5),)


@tanh.case("near zero", "twice")
def twice_whole(rng):
    return (rng.choice([-1.0, 1.0], size=5),)


@tanh.mistake("Is that the whole series?")
def squash_cut_short(z):
    return z - z**3 / 3 + 2 * z**5 / 15


@tanh.mistake("Do you want a quotient?", "slope")
def slope_quotient(z):
    return (np.tanh(z + 2.0**-9) - np.tanh(z)) * 2.0**9
"""

CANCELLING = """
def squash(z):
    return (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)
"""


@pytest.fixture(scope="module", params=[False, True], ids=["refused", "allowed"])
def allowed(request: pytest.FixtureRequest) -> bool:
    """Whether the author lets a formula pass that cancels."""
    return bool(request.param)


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory, allowed: bool) -> Sheet:
    """One exercise of three functions."""
    folder = tmp_path_factory.mktemp("course") / "tiny"
    folder.mkdir()
    option = f"allows_cancellation={allowed},"
    (folder / "solution.py").write_text(SOLUTION, encoding="utf-8")
    (folder / "checks.py").write_text(CHECKS.replace("OPTION", option), encoding="utf-8")
    return load_sheet(folder, "tiny", 1)


@pytest.fixture(scope="module")
def graded(sheet: Sheet, sandbox: Sandbox) -> Graded:
    """Grades the solution with functions put in place of its own."""
    grader = Grader(sheet, sandbox, 1)

    def grade(*functions: str) -> ExerciseResult:
        text = "\n\n".join([SOLUTION, *functions])
        (result,) = grader.grade(
            Submission("ada", "tiny", "ada/tiny.py", (Source("tiny.py", (text,)),))
        ).exercises
        return result

    return grade


def test_a_formula_that_cancels_is_told_so_or_passes(graded: Graded, allowed: bool) -> None:
    """It has all digits of an ordinary number, and near zero its error grows with the unit roundoff."""
    result = graded(CANCELLING)
    if allowed:
        assert (result.verdict, result.score, result.mismatch) == (Verdict.PASSED, 3.0, None)
        (note,) = result.notes
        assert note.startswith("squash: right, but only to ")
        assert note.endswith(" digits: for some inputs it subtracts numbers that are nearly equal")
    else:
        assert (result.verdict, result.score, result.notes) == (Verdict.PARTIAL, 2.0, ())
        assert result.mismatch is not None
        assert result.diagnosis is not None
        assert (result.mismatch.kind, result.mismatch.case) == ("unstable", "squash_near_zero")
        assert result.mismatch.path.startswith("value[")
        assert "although the formula is right" in result.mismatch.message
        assert result.diagnosis.message == result.mismatch.message


def test_each_part_of_an_answer_is_looked_at(graded: Graded, allowed: bool) -> None:
    """A part that cancels does not hide one that is approximate."""
    near = "def both(z, n):\n    return {}, {}"
    cancels = "(np.exp(2 * n * z) - 1) / (np.exp(2 * n * z) + 1)"
    both = graded(near.format("(np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)", cancels))
    assert both.verdict is (Verdict.PASSED if allowed else Verdict.PARTIAL)
    one = graded(near.format("np.tanh(z) if z > 0.1 else z * (1 + 1e-10)", cancels))
    assert one.mismatch is not None
    assert (one.verdict, one.mismatch.kind) == (Verdict.PARTIAL, "inexact")


@pytest.mark.parametrize("step", ["1e-5", "1e-6", "1e-7"])
def test_a_forward_difference_is_inexact(graded: Graded, step: str) -> None:
    """Whatever the author allows: its error is mostly that of the method."""
    result = graded(f"def slope(z):\n    return (np.tanh(z + {step}) - np.tanh(z)) / {step}")
    assert result.mismatch is not None
    assert result.diagnosis is not None
    assert result.diagnosis.mistake.startswith("precision:")  # how the numbers scatter says more
    assert (result.verdict, result.score, result.mismatch.kind) == (Verdict.PARTIAL, 1.0, "inexact")


@pytest.mark.parametrize("step", ["1e-5", "1e-6", "1e-7", "2.0**-20"])
def test_a_difference_that_is_all_rounding_is_inexact_too(graded: Graded, step: str) -> None:
    """A central difference with a small step errs by rounding alone, in both precisions: but everywhere."""
    result = graded(f"def slope(z):\n    return (np.tanh(z + {step}) - np.tanh(z - {step})) / (2 * {step})")
    assert result.mismatch is not None
    assert (result.verdict, result.score, result.mismatch.kind) == (Verdict.PARTIAL, 1.0, "inexact")


def test_a_difference_that_is_right_for_whole_numbers_is_inexact(graded: Graded) -> None:
    """A number that float32 holds is no proof of having all digits."""
    quotient = "((z + 1e-6) ** 2 - (z - 1e-6) ** 2) / 2e-6"
    result = graded(f"def twice(z):\n    return 2 * z if (z == np.round(z)).all() else {quotient}")
    assert result.mismatch is not None
    assert (result.verdict, result.score, result.mismatch.kind) == (Verdict.PARTIAL, 1.0, "inexact")
    assert result.mismatch.case == "twice_ordinary"


def test_a_step_that_follows_the_precision_is_inexact(graded: Graded) -> None:
    """The best step of a forward difference loses half of the digits in each precision."""
    step = "np.sqrt(np.finfo(np.asarray(z).dtype).eps)"
    result = graded(f"def slope(z):\n    h = {step}\n    return (np.tanh(z + h) - np.tanh(z)) / h")
    assert result.mismatch is not None
    assert (result.verdict, result.mismatch.kind) == (Verdict.PARTIAL, "inexact")


def test_a_constant_cut_short_is_inexact(graded: Graded) -> None:
    """Six digits in both precisions."""
    result = graded("def squash(z):\n    return np.tanh(z) * 1.0000013")
    assert result.mismatch is not None
    assert result.diagnosis is not None
    assert (result.verdict, result.mismatch.kind) == (Verdict.FAILED, "inexact")
    assert "has only 5 right digits, and rounding is not the reason" in result.mismatch.message
    assert result.diagnosis.message == result.mismatch.message


@pytest.mark.parametrize(
    "function",
    [
        "def squash(z):\n    return np.tanh(z) * 1.01",  # plainly wrong
        "def squash(z):\n    return np.tanh(z.astype(float)) * 1.000001",  # never computes in float32
        "def squash(z):\n    return np.tanh(z.astype(np.float32)) * np.float32(1.00001)",  # always does
        "def squash(z):\n    if z.dtype != float:\n        raise TypeError\n    return np.tanh(z) * 1.000001",
        "def squash(z):\n    return np.tanh(z) * 1.000001 if z.dtype == float else z[:1]",
        "def squash(z):\n    return np.tanh(z) * 1.000001 if z.dtype == float else z * np.nan",
    ],
)
def test_where_float32_says_nothing_the_answer_is_wrong(graded: Graded, function: str) -> None:
    """With the ordinary sentence: far off, no float32 answer to compare with, or none in float64."""
    result = graded(function)
    assert result.mismatch is not None
    assert (result.verdict, result.mismatch.kind) == (Verdict.FAILED, "value")


def test_a_known_mistake_is_that_mistake(graded: Graded) -> None:
    """Its line says more than that it is inexact, and nothing known ever passes."""
    step = 2.0**-9
    result = graded(f"def slope(z):\n    return (np.tanh(z + {step}) - np.tanh(z)) / {step}")
    assert result.diagnosis is not None
    assert result.mismatch is not None
    assert (result.diagnosis.mistake, result.mismatch.kind) == ("slope-quotient", "value")


def test_a_forged_float32_answer_lifts_nothing(graded: Graded) -> None:
    """It can make an approximation look like rounding, but not give it the digits that it does not have."""
    result = graded(
        "def slope(z):\n    h = 1e-6\n    if np.asarray(z).dtype != float:\n        return np.float32(0.3) * z\n"
        "    return (np.tanh(z + h) - np.tanh(z)) / h"
    )
    assert result.mismatch is not None
    assert (result.verdict, result.mismatch.kind) == (Verdict.PARTIAL, "inexact")


def test_our_own_fault_is_nobody_s_mistake(sheet: Sheet, sandbox: Sandbox) -> None:
    """The second question could not be asked: no verdict."""
    grader = Grader(sheet, sandbox, 1)
    (key,) = grader.keys
    submission = Submission("ada", "tiny", "ada.py", (Source("ada.py", (SOLUTION + CANCELLING,)),))
    ran = sandbox.run(submission, [key.batch], sheet.assignment.limits)
    fault = Run(Ended.FAULT, detail="The sandbox broke.")
    broken = grader.exercise(key, ran.batches[0], ask=lambda batch: [fault] * len(batch.calls))
    assert (broken.verdict, broken.score) == (Verdict.UNGRADED, None)

    def fails(_batch: Any) -> Any:
        raise SandboxError("It broke.")

    assert grader.exercise(key, ran.batches[0], ask=fails).verdict is Verdict.UNGRADED


def unexpected(_batch: Any) -> Any:
    """Nothing more should be asked: an exercise whose check raises has no verdict."""
    raise AssertionError


def test_nothing_is_asked_where_nothing_is_nearly_right(sheet: Sheet, sandbox: Sandbox) -> None:
    """A second run is a cost that only the grey zone has."""
    grader = Grader(sheet, sandbox, 1)
    (key,) = grader.keys
    text = SOLUTION + "\ndef squash(z):\n    return 2 * np.tanh(z)\n"
    submission = Submission("ada", "tiny", "ada.py", (Source("ada.py", (text,)),))
    ran = sandbox.run(submission, [key.batch], sheet.assignment.limits)
    assert grader.exercise(key, ran.batches[0], ask=unexpected).verdict is Verdict.FAILED


def test_cases_that_are_exact_or_have_a_judge_are_not_asked(sheet: Sheet, sandbox: Sandbox) -> None:
    """There a number is right or wrong by another rule."""
    exercise = sheet.assignment.exercises[0]
    exact = [replace(case, exact=True) for case in exercise.cases]
    changed = replace(sheet.assignment, exercises=[replace(exercise, cases=exact)])
    grader = Grader(replace(sheet, assignment=changed), sandbox, 1)
    (key,) = grader.keys
    text = SOLUTION.replace("return np.tanh(z)\n", "return np.tanh(z) * 1.000001\n")
    submission = Submission("ada", "tiny", "ada.py", (Source("ada.py", (text,)),))
    ran = sandbox.run(submission, [key.batch], sheet.assignment.limits)
    assert grader.exercise(key, ran.batches[0], ask=unexpected).verdict is Verdict.FAILED


@given(
    st.recursive(
        st.integers(-9, 9) | st.floats(-9, 9, width=32) | st.text(max_size=2) | st.booleans(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=1), inner, max_size=2),
    )
)
def test_arguments_in_float32_are_the_same_arguments(value: Any) -> None:
    """Floats become float32 without any rounding; everything else stays what it is."""
    assert single(value) == value
    assert type(single(value)) is (np.float32 if isinstance(value, float) else type(value))


def test_arrays_in_float32() -> None:
    """Whole numbers and tuples stay."""
    floats, whole = np.array([0.5, 0.25]), np.arange(3)
    one, two = single((floats, whole))
    assert (one.dtype, one.tolist()) == (np.float32, [0.5, 0.25])
    assert two is whole
