"""What an exercise forbids, through a real sandbox: what is found, what it costs, and who is not accused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.grading import Grader
from autograder.model import Source, Submission, Verdict
from autograder.sandbox import wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.authoring.loading import Sheet
    from autograder.model import ExerciseResult, Report
    from autograder.sandbox.host import Sandbox

    MakeSheet = Callable[..., Sheet]

    Moments = Callable[..., ExerciseResult]

WHY = "Work the variance out yourself."
HEAD = 'walks = assignment.exercise("walks"'
STRICT = (HEAD, f'moments.forbid("numpy.var", ".var", because="{WHY}")\n\n{HEAD}')
LENIENT = (HEAD, f'moments.forbid("numpy.var", because="{WHY}", costs=False)\n\n{HEAD}')
LIBRARY = "def spread(x):\n    return x.mean(), np.var(x)"


@pytest.fixture
def moments(make_sheet: MakeSheet, sandbox: Sandbox, grade: Callable[..., Report]) -> Moments:
    """Grades functions on the sheet with an edit, and returns the exercise that forbids."""

    def graded(*functions: str, edit: tuple[str, str] = STRICT) -> ExerciseResult:
        first, second = grade(*functions, by=Grader(make_sheet(edit), sandbox, 1)).exercises
        assert (second.verdict, second.notes) == (Verdict.PASSED, ())
        return first

    return graded


def test_what_is_forbidden_costs_the_exercise(moments: Moments) -> None:
    """Though the numbers are right: nothing is earned, and the place is told; the other exercise keeps its points."""
    found = moments(LIBRARY)
    assert (found.verdict, found.score, found.max_score) == (Verdict.FORBIDDEN, 0.0, 3.5)
    assert [(part.score, part.max_score) for part in found.criteria] == [(0.0, 2.0), (0.0, 0.5), (0.0, 1.0)]
    sentence = f"tiny.py, line 33: np.var is not allowed in this exercise. {WHY}"
    assert found.diagnosis is not None
    assert found.mismatch is not None
    assert (found.diagnosis.message, found.mismatch.message) == (sentence, sentence)
    assert (found.diagnosis.mistake, found.mismatch.kind, found.mismatch.case) == ("", "forbidden", "")


def test_every_place_is_told(moments: Moments) -> None:
    """The first as the verdict's reason, the others as notes."""
    found = moments(
        "def spread(x):\n    if len(x) > 9:\n        return 0, np.var(x)\n    return x.mean(), x.var()"
    )
    assert found.mismatch is not None
    assert found.mismatch.message.startswith("tiny.py, line 34: np.var ")
    assert found.notes == (f"tiny.py, line 35: .var is not allowed in this exercise. {WHY}",)


def test_it_may_be_a_note_only(moments: Moments) -> None:
    """That is the author's choice; what was worked out counts."""
    found = moments(LIBRARY, edit=LENIENT)
    assert (found.verdict, found.score, found.mismatch) == (Verdict.PASSED, 3.5, None)
    assert found.notes == (f"tiny.py, line 33: np.var is not allowed in this exercise. {WHY}",)


def test_honest_work_is_not_accused(moments: Moments) -> None:
    """Tests, comments, a helper of another exercise and a variable of that name are none."""
    text = (
        "def spread(x):\n    'Not np.var(x).'\n    var = x - x.mean()  # np.var\n    return x.mean(), (var * var).mean()\n"
        "assert np.var([1.0, 3.0]) == spread(np.array([1.0, 3.0]))[1]\ndef check(x):\n    return np.var(x), x.var()"
    )
    assert (moments(text).verdict, moments(text).notes) == (Verdict.PASSED, ())


@pytest.mark.parametrize(
    "body",
    [
        "return x.mean(), getattr(np, 'rav'[::-1])(x)",
        "return x.mean(), eval('np.' + 'v' + 'ar')(x)",
        "return x.mean(), loaded(x)",
    ],
)
def test_what_is_put_together_at_run_time_is_closed(moments: Moments, body: str) -> None:
    """Nothing of it is written out; it was called all the same, though it was fetched while the file was loaded."""
    found = moments(f"loaded = eval('np.v' + 'ar')\ndef spread(x):\n    {body}")
    assert found.verdict is Verdict.FORBIDDEN
    assert found.mismatch is not None
    assert found.mismatch.message == (
        f"tiny.py, line 34: what is called here, numpy.var, is not allowed in this exercise. {WHY}"
    )


def test_what_only_costs_a_note_is_not_closed(moments: Moments) -> None:
    """An exception would cost the exercise."""
    found = moments("def spread(x):\n    return x.mean(), getattr(np, 'rav'[::-1])(x)", edit=LENIENT)
    assert (found.verdict, found.notes) == (Verdict.PASSED, ())


def test_an_untouched_exercise_forbids_nothing(moments: Moments) -> None:
    """It is not attempted, whatever stands around it."""
    assert moments("del spread, root\nprint(np.var([1.0]))").verdict is Verdict.NOT_ATTEMPTED


def test_the_cell_of_a_notebook_is_told(make_sheet: MakeSheet, sandbox: Sandbox) -> None:
    """With the line in it."""
    sheet = make_sheet(STRICT)
    work = Submission("ada", "tiny", "a", (Source("tiny.ipynb", (sheet.solution, f"\n{LIBRARY}")),))
    found = Grader(sheet, sandbox, 1).grade(work).exercises[0]
    assert found.mismatch is not None
    assert found.mismatch.message.startswith("tiny.ipynb, cell 2, line 3: np.var is not allowed")


def test_it_is_read_before_anything_runs(moments: Moments) -> None:
    """What the file does to the reader when it is loaded comes too late."""
    text = "import autograder.sandbox.policy as p, autograder.sandbox.worker as w\np.read = w.policy.read = lambda s, m, rules: {each: [] for each in rules}\n"
    method = "def spread(x):\n    return x.mean(), x.var()"  # which can only be read, not closed
    assert moments(text + method).verdict is Verdict.FORBIDDEN


def test_what_cannot_be_read_earns_nothing(make_sheet: MakeSheet, sandbox: Sandbox) -> None:
    """A cell that is too deep may hold anything: exercises that forbid something are not passed with it, others are."""
    sheet = make_sheet(STRICT)
    deep = "y = " + "-" * 30_000 + "1\n"
    work = Submission("ada", "tiny", "a", (Source("tiny.ipynb", (sheet.solution, deep)),))
    found, other = Grader(sheet, sandbox, 1).grade(work).exercises
    assert (found.verdict, other.verdict) == (Verdict.FORBIDDEN, Verdict.PASSED)
    assert found.mismatch is not None
    assert found.mismatch.message == (
        "tiny.ipynb, cell 2 is too deep or too long to be looked through for what this exercise forbids. "
        "Write it in shorter steps."
    )


@pytest.mark.parametrize("said", [None, {}, {"moments": [{"name": 3}]}])
def test_a_reader_that_says_nothing_has_read_nothing(
    moments: Moments, monkeypatch: pytest.MonkeyPatch, said: object
) -> None:
    """Whatever is wrong with what came back."""
    real = wire.parse

    def parse(header: bytes, body: bytes) -> object:
        head, arrays = real(header, body)
        return (said, arrays) if isinstance(head, dict) and "moments" in head else (head, arrays)

    monkeypatch.setattr(wire, "parse", parse)
    assert moments().verdict is Verdict.FORBIDDEN
