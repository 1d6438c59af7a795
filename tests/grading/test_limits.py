"""What an exercise may use, set for the assignment or for one exercise: each limit has its verdict and its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.grading import Grader
from autograder.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.authoring.loading import Sheet
    from autograder.model import ExerciseResult, Report
    from autograder.sandbox.host import Sandbox

    MakeSheet = Callable[..., Sheet]

    Grade = Callable[..., Report]

SMALL = "Limits(seconds=0.3, memory_mb=64, output_mb=1)"
LARGE = "Limits(seconds=10, memory_mb=512, output_mb=9)"
OF_ALL = [("limits=Limits(seconds=0.4, memory_mb=256)", f"limits={SMALL}")]
OF_ONE = [
    ("limits=Limits(seconds=0.4, memory_mb=256)", f"limits={LARGE}"),
    ('functions=("gd",), ', f'functions=("gd",), limits={SMALL}, '),
]

OVER = {
    "while True: pass": (
        Verdict.TIMED_OUT,
        "gd: Your code was stopped after 0.3 seconds. Which loop does not end, or does far more than it has to?",
    ),
    "table = np.ones(20 << 20)": (
        Verdict.OUT_OF_MEMORY,
        "gd: Your function needed more memory than it may use. Which array or list is larger than it has to be?",
    ),
    "table = [bytes(1 << 20) for _ in range(99)]": (
        Verdict.OUT_OF_MEMORY,
        "gd: Your function needed more memory than it may use. Which array or list is larger than it has to be?",
    ),
    "print('x' * (2 << 20))": (
        Verdict.TOO_MUCH_OUTPUT,
        "gd: Your code printed more than 1 MB and was stopped. Take the printing out of the loop.",
    ),
    "open('steps.txt', 'w')": (
        Verdict.RAISED,
        (
            "gd: Your function raised PermissionError in line 35: [Errno 13] Permission denied: 'steps.txt'. "
            "Files are closed here: work with the arguments, and return what you have in place of saving it."
        ),
    ),
    "os.fork()": (
        Verdict.RAISED,
        (
            "gd: Your function raised PermissionError in line 35: [Errno 1] Operation not permitted. "
            "No other program can be started here and no connection opened: do the work in your own function."
        ),
    ),
}


@pytest.fixture(scope="module")
def own(grade: Grade) -> Callable[[str, Grader | None], ExerciseResult]:
    """Grades a body put before the right one of `gd`."""

    def graded(body: str, by: Grader | None) -> ExerciseResult:
        code = (
            f"import os\n\ndef gd(grad, x0, lr, n, right=gd):\n    {body}\n    return right(grad, x0, lr, n)"
        )
        moments, walks = grade(code, by=by).exercises
        assert moments.verdict is Verdict.PASSED
        return walks

    return graded


@pytest.mark.parametrize("edits", [OF_ALL, OF_ONE], ids=["assignment", "exercise"])
def test_each_limit_has_a_verdict_and_a_sentence(
    make_sheet: MakeSheet,
    sandbox: Sandbox,
    own: Callable[[str, Grader | None], ExerciseResult],
    edits: list[tuple[str, str]],
) -> None:
    """Whether it is set for the whole assignment or for one exercise; the other exercise keeps its points."""
    grader = Grader(make_sheet(*edits), sandbox, 1)
    found = {body: own(body, grader) for body in OVER}
    assert {
        body: (each.verdict, each.mismatch.message if each.mismatch else "") for body, each in found.items()
    } == OVER


def test_what_is_within_the_limits_of_the_exercise_is_right(
    make_sheet: MakeSheet, sandbox: Sandbox, own: Callable[[str, Grader | None], ExerciseResult]
) -> None:
    """An exercise may be given more than the assignment has: time, memory and output."""
    edits = [OF_ALL[0], (OF_ONE[1][0], OF_ONE[1][1].replace(SMALL, LARGE))]
    grader = Grader(make_sheet(*edits), sandbox, 1)
    bodies = ["sum(range(2 << 24))", "np.ones(20 << 20)", "print('x' * (2 << 20))"]
    assert [own(body, grader).verdict for body in bodies] == [Verdict.PASSED] * 3


def test_a_thread_is_no_offence(own: Callable[[str, Grader | None], ExerciseResult]) -> None:
    """It has its share of the limits of its process."""
    body = "import threading; thread = threading.Thread(target=abs, args=(1,)); thread.start(); thread.join()"
    assert own(body, None).verdict is Verdict.PASSED


@pytest.mark.parametrize("body", ["while True: pass", "print('x' * (9 << 20))", "os._exit(0)"])
def test_what_was_answered_before_the_end_keeps_its_points(grade: Grade, body: str) -> None:
    """Also the first question, which would have been asked again at the end."""
    code = (
        f"import os\n\ndef spread(x, right=spread):\n    if len(x) == 1:\n        {body}\n    return right(x)"
    )
    moments = grade(code).exercises[0]
    assert {part.name: part.score for part in moments.criteria} == {
        "mean and variance": 2.0,
        "one number": 0.0,
        "roots": 1.0,
    }
    assert moments.verdict is Verdict.PARTIAL


def test_files_at_top_level_cost_a_note(grade: Grade) -> None:
    """Saving what was computed is what students do there; the functions count."""
    found = grade("np.save('weights.npy', np.ones(3))")
    assert found.score == 6.5
    assert found.notes == (
        (
            "tiny.py, line 32: PermissionError: [Errno 13] Permission denied: 'weights.npy'. That part was skipped. "
            "Files are closed here: work with the arguments, and return what you have in place of saving it."
        ),
    )


def test_totals_are_those_of_the_assignment(make_sheet: MakeSheet, sandbox: Sandbox, grade: Grade) -> None:
    """The time of loading, and what all exercises may print and take together."""
    totals = "title='Tiny', totals=Totals(loading_seconds=0.1, output_mb=1), "
    edits = [('title="Tiny", ', totals), ("import Assignment, Limits", "import Assignment, Limits, Totals")]
    grader = Grader(make_sheet(*edits), sandbox, 1)
    slow = grade("while True: pass", by=grader)
    assert slow.score == 6.5
    assert slow.notes == (
        "Your code was stopped after 0.1 seconds. Only the definitions in the file were used.",
    )
    loud = grade("def root(x, right=root):\n    print('x' * (1 << 19))\n    return right(x)", by=grader)
    assert [each.verdict for each in loud.exercises] == [Verdict.PASSED, Verdict.TOO_MUCH_OUTPUT]
