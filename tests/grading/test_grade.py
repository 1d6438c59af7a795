"""Marks and verdicts, through a real sandbox: what is earned, why something is not, and when nobody can tell."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from autograder.grading import Grader
from autograder.grading.grade import check, report, unread
from autograder.model import (
    CriterionResult,
    Ended,
    Error,
    ExerciseResult,
    Query,
    Run,
    Source,
    Status,
    Submission,
    Verdict,
)
from autograder.numerics.compare import SINGLE
from autograder.sandbox.host import BatchRun, Ran
from autograder.sandbox.wire import Leaf, Opaque

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograder.authoring import Limits
    from autograder.authoring.loading import Sheet
    from autograder.grading.key import ExerciseKey
    from autograder.model import Report
    from autograder.sandbox.host import Batch, Sandbox

    MakeSheet = Callable[..., Sheet]

    Grade = Callable[..., Report]


def results(found: Report) -> dict[str, ExerciseResult]:
    """Return the exercises by name."""
    return {exercise.name: exercise for exercise in found.exercises}


def points(found: ExerciseResult) -> dict[str, float]:
    """Return what each criterion earned."""
    return {criterion.name: criterion.score for criterion in found.criteria}


ALL = {"mean and variance": 2.0, "one number": 0.5, "roots": 1.0}

# ------------------------------------------------------------------------------------- marks


def test_the_reference_earns_everything(grade: Grade) -> None:
    """It is a submission like any other."""
    found = grade()
    assert (found.score, found.max_score, found.status) == (6.5, 6.5, Status.GRADED)
    assert [(each.name, each.verdict, each.mismatch, each.diagnosis) for each in found.exercises] == [
        ("moments", Verdict.PASSED, None, None),
        ("walks", Verdict.PASSED, None, None),
    ]
    assert results(found)["moments"].criteria == tuple(
        CriterionResult(name, score, score) for name, score in ALL.items()
    )


@pytest.mark.parametrize("variant", ["spread_of_squares", "spread_float32"])
def test_variants_earn_everything(grader: Grader, sheet: Sheet, variant: str) -> None:
    """Other algebra, and float32, which is remarked on."""
    checks = sheet.checks[sheet.checks.index(f"def {variant}") :].partition("\n\n\n")[0]
    text = f"{sheet.solution}\n\n{checks.replace(variant, 'spread')}"
    found = grader.grade(Submission("bob", "tiny", "", (Source("tiny.py", (text,)),)))
    assert found.score == 6.5
    assert results(found)["moments"].notes == ((f"spread: {SINGLE}",) if "float32" in variant else ())


def test_each_criterion_is_earned_by_its_own_cases(grade: Grade) -> None:
    """A wrong root costs the roots, and nothing of what stands beside it."""
    found = results(grade("def root(x):\n    return np.sqrt(x)"))["moments"]
    assert (found.verdict, found.score) == (Verdict.PARTIAL, 2.5)
    assert points(found) == {**ALL, "roots": 0.0}
    assert found.mismatch is not None
    assert (found.mismatch.case, found.mismatch.kind) == ("root_negative", "raised")


def test_one_wrong_case_costs_its_criterion(grade: Grade) -> None:
    """All cases of a criterion must be right."""
    found = results(grade("def spread(x):\n    return x.mean(), x.var() if len(x) != 8 else 0.25 * x.var()"))[
        "moments"
    ]
    assert points(found) == {**ALL, "mean and variance": 0.0}
    assert found.score == 1.5
    assert found.mismatch is not None
    assert found.mismatch.message == (
        "spread: variance is not right. Try the smallest example that you can work out by hand."
    )
    assert (found.mismatch.path, found.mismatch.case) == ("variance", "spread_many")


def test_printing_is_shown_and_does_not_count(grade: Grade) -> None:
    """Neither for nor against."""
    found = results(
        grade("def root(x):\n    print('x is', x)\n    if x < 0: raise ValueError\n    return x**0.5")
    )
    assert found["moments"].score == 3.5
    assert "x is -1.5" in found["moments"].stdout
    assert not found["walks"].stdout


# ------------------------------------------------------------------------------------- verdicts

BODIES = {
    "raised": ("raise KeyError('w')", Verdict.RAISED, "raised KeyError"),
    "timed out": ("while True: pass", Verdict.TIMED_OUT, "timed_out"),
    "out of memory": ("return np.ones((1 << 29,))", Verdict.OUT_OF_MEMORY, "out_of_memory"),
    "died": ("import os; os._exit(0)", Verdict.DIED, "died"),
    "not yet": ("if n: raise NotImplementedError", Verdict.NOT_ATTEMPTED, "missing"),
    "failed": ("return np.zeros((n + 1, len(x0)))", Verdict.FAILED, "start"),
    "no value": ("pass", Verdict.FAILED, "type"),
    "complex": ("return np.zeros((n + 1, len(x0))) + 0j", Verdict.FAILED, "dtype"),
    "NaN": ("return np.full((n + 1, len(x0)), np.nan)", Verdict.FAILED, "nonfinite"),
    "objects": ("return np.full((n + 1, len(x0)), None)", Verdict.FAILED, "type"),
    "another shape": ("return np.zeros((n, len(x0)))", Verdict.FAILED, "shape"),
    "very large": ("return np.zeros((1 << 11, 1 << 11), np.float16)", Verdict.FAILED, "shape"),
    "deep": ("x = 0\n    for _ in range(20): x = [x]\n    return x", Verdict.FAILED, "type"),
}


@pytest.mark.parametrize("name", BODIES)
def test_verdicts_on_an_exercise_without_a_point(grade: Grade, name: str) -> None:
    """How it ended is the verdict; the other exercise is untouched by it."""
    body, verdict, kind = BODIES[name]
    found = results(grade(f"def gd(grad, x0, lr, n):\n    {body}"))
    assert (found["walks"].verdict, found["walks"].score) == (verdict, 0.0)
    assert found["walks"].mismatch is not None
    assert found["walks"].mismatch.kind == kind
    assert (found["walks"].diagnosis is None) == (verdict is Verdict.NOT_ATTEMPTED)
    assert found["moments"].score == 3.5


def test_a_missing_function_beside_a_failing_one_is_not_the_story(grade: Grade) -> None:
    """What was written is talked about, and the exercise counts as attempted."""
    stubs = "del spread\n\ndef root(x):\n    return 2 * x"
    found = results(grade(stubs))["moments"]
    assert (found.verdict, found.score) == (Verdict.FAILED, 0.0)
    assert found.mismatch is not None
    assert found.mismatch.case == "root_generic"
    assert found.diagnosis is not None
    assert found.diagnosis.message == found.mismatch.message


def test_half_of_an_exercise_is_an_attempt(make_sheet: MakeSheet, sandbox: Sandbox, grade: Grade) -> None:
    """Where one function is right and the other missing, no criterion may be earned; something was written."""
    one = ('"mean and variance": 2, "one number": 0.5, "roots": 1', '"both": 2')
    cases = [(f'@moments.case("{name}"', '@moments.case("both"') for name in ALL]
    found = results(grade("del spread", by=Grader(make_sheet(one, *cases), sandbox, 1)))["moments"]
    assert (found.verdict, found.score) == (Verdict.FAILED, 0.0)
    assert found.mismatch is not None
    assert found.mismatch.message == "spread: It is not written yet, or not under this name."


def test_a_syntax_error_is_told_apart_from_an_empty_stub(grader: Grader, sheet: Sheet) -> None:
    """The function is there, but cannot be read: that is what is said."""
    cells = (sheet.solution.replace("def gd", "def other"), "def gd(grad, x0, lr, n):\n    return (")
    found = grader.grade(Submission("bob", "tiny", "", (Source("tiny.ipynb", cells),)))
    walks = results(found)["walks"]
    assert walks.verdict is Verdict.RAISED
    assert walks.mismatch is not None
    assert walks.mismatch.message.startswith("gd: Your file cannot be read as Python: SyntaxError in line 2")
    assert any("That part was skipped." in note for note in found.notes)
    assert results(found)["moments"].verdict is Verdict.PASSED


def test_what_is_mended_in_the_sandbox_is_a_repair(grader: Grader, sheet: Sheet) -> None:
    """The status says that something was mended, and the notes what."""
    text = sheet.solution.replace("def gd(", "def GD(").replace("import numpy as np\n", "")
    found = grader.grade(Submission("bob", "tiny", "", (Source("tiny.py", (text,)),)))
    assert (found.status, found.score) == (Status.REPAIRED, found.max_score)
    assert found.notes == (
        "The line `import numpy as np` was missing and was put back.",
        "GD was taken for gd: write its name like that.",
    )


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("input()", "work with the arguments in place of input()"),
        ("open('data.csv')", "write down in your code what it needs to know"),
        ("import pandas", "Only the libraries of the sheet"),
        ("1 / 0", "That part was skipped."),
    ],
)
def test_an_error_at_the_top_says_what_to_do(grader: Grader, sheet: Sheet, text: str, advice: str) -> None:
    """It costs nothing, and the note ends with what the student can do about it."""
    found = grader.grade(Submission("bob", "tiny", "", (Source("tiny.py", (f"{text}\n{sheet.solution}",)),)))
    assert (found.status, found.score) == (Status.GRADED, found.max_score)
    (note,) = found.notes
    assert note.startswith("tiny.py, line 1: ")
    assert advice in note


REPEATED = {
    "another value": ("return (x.mean() + count, x.var())", Verdict.PARTIAL, "unrepeatable"),
    "an exception": ("assert not count; return x.mean(), x.var()", Verdict.PARTIAL, "raised AssertionError"),
}


@pytest.mark.parametrize("name", REPEATED)
def test_the_same_call_twice_must_come_to_the_same(grade: Grade, name: str) -> None:
    """A function that remembers earlier calls is not right, although each first value was."""
    body, verdict, kind = REPEATED[name]
    text = f"seen = []\ndef spread(x):\n    count = seen.count(x.tobytes()); seen.append(x.tobytes())\n    {body}"
    found = results(grade(text))["moments"]
    assert (found.verdict, points(found)["mean and variance"]) == (verdict, 0.0)
    assert found.mismatch is not None
    assert (found.mismatch.kind, found.mismatch.case) == (kind, "spread_generic")
    assert found.diagnosis is not None
    assert not found.diagnosis.mistake


def test_a_second_call_that_hangs_is_a_timeout(grade: Grade) -> None:
    """Even if all first calls were right."""
    text = "seen = []\ndef gd(grad, x0, lr, n, own=gd):\n    seen.append(n)\n    while len(seen) > 2: pass\n    return own(grad, x0, lr, n)"
    found = results(grade(text))["walks"]
    assert (found.verdict, found.score) == (Verdict.TIMED_OUT, 0.0)


# ------------------------------------------------------------------------------------- our own faults


def assert_ungraded(found: ExerciseResult, most: float, reason: str) -> None:
    """Check that an exercise has no mark, and says why."""
    assert found == ExerciseResult(
        found.name,
        Verdict.UNGRADED,
        None,
        most,
        notes=(f"Not graded: {reason}. This is our error, not yours.",),
    )


def test_an_oracle_that_disagrees_leaves_the_exercise_ungraded(
    make_sheet: MakeSheet, sandbox: Sandbox, grade: Grade
) -> None:
    """Right or wrong, nobody gets a mark; the other exercise is graded."""
    grader = Grader(
        make_sheet(
            ("return x.mean(), x.var()\n\n\n@moments.oracle", "return x.mean(), x.std()\n\n\n@moments.oracle")
        ),
        sandbox,
        1,
    )
    for function in ("", "def spread(x):\n    return 0, 0", "raise SystemExit"):
        found = grade(function, by=grader)
        assert_ungraded(
            results(found)["moments"],
            3.5,
            "its answer key did not pass our own checks",
        )
        assert results(found)["walks"].score == 3.0
        assert (found.score, found.max_score) == (None, 6.5)


def test_a_judge_that_raises_leaves_the_exercise_ungraded(
    make_sheet: MakeSheet, sandbox: Sandbox, grade: Grade
) -> None:
    """Only where it does: a right run is right, and what is no answer never reaches the judge."""
    judge = ("        return Mismatch(", "        return {}[run.value[0, 0]] or Mismatch(")
    grader = Grader(make_sheet(judge), sandbox, 1)
    assert grade(by=grader).score == 6.5
    found = grade("def gd(grad, x0, lr, n):\n    return np.ones((n + 1, len(x0)))", by=grader)
    (note,) = results(found)["walks"].notes
    assert re.fullmatch(
        r"Not graded: its check failed with KeyError in checks\.py, line \d+\. This is our error, not yours\.",
        note,
    )
    assert (results(found)["walks"].verdict, results(found)["walks"].score) == (Verdict.UNGRADED, None)
    assert found.score is None
    assert results(found)["moments"].score == 3.5
    other = grade("def gd(grad, x0, lr, n):\n    return 'x'", by=grader)
    assert results(other)["walks"].verdict is Verdict.FAILED


def test_a_judge_that_answers_nonsense_passes_nobody(
    make_sheet: MakeSheet, sandbox: Sandbox, grade: Grade
) -> None:
    """Only None is right."""
    judge = ("    return first_wrong_step(run.value", "    return False and first_wrong_step(run.value")
    oracle = ("@walks.oracle()\n", "")
    found = grade(by=Grader(make_sheet(judge, oracle), sandbox, 1))
    assert results(found)["walks"].verdict is Verdict.UNGRADED


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        ("The sandbox broke. This is our error, not yours.", "The sandbox broke"),
        ("The sandbox broke.", "The sandbox broke"),
        ("", "the sandbox could not run it"),
    ],
)
def test_a_fault_of_the_sandbox_leaves_the_exercise_ungraded(
    grader: Grader, sandbox: Sandbox, grade: Grade, monkeypatch: pytest.MonkeyPatch, detail: str, reason: str
) -> None:
    """Whichever call it hit, and whatever it says of itself: whose error it is stands there once."""
    sound = sandbox.run

    def run(submission: Submission, batches: Sequence[Batch], limits: Limits, *_: object) -> Ran:
        ran = sound(submission, batches, limits)
        *others, last = ran.batches
        spoilt = replace(last, runs=(*last.runs[:-1], Run(Ended.FAULT, detail=detail)))
        return replace(ran, batches=(*others, spoilt))

    monkeypatch.setattr(sandbox, "run", run)
    found = grade()
    assert_ungraded(results(found)["walks"], 3.0, reason)
    assert results(found)["moments"].score == 3.5
    assert found.score is None


# ------------------------------------------------------------------------------------- hostile answers

HOSTILE = [
    Run(Ended.RETURNED, None, mutated=(-9, 10**30), aliased=(-9,)),
    Run(Ended.RETURNED, Opaque("\x1b[2J" * 10**5)),
    Run(Ended.RETURNED, Leaf(np.zeros((0, 10**6)), "ndarray")),
    Run(Ended.RETURNED, Leaf(np.array(1j), "float")),
    Run(Ended.RETURNED, Leaf(np.frombuffer(b"\1\0\0\0\0\0\xf0\x7f", np.float64)[0:1], "ndarray")),
    Run(Ended.RETURNED, tuple(Leaf(np.array(np.inf), "float") for _ in range(1000))),
    Run(Ended.RETURNED, {"": {"": [True, "x", None]}}),
    Run(Ended.RETURNED, (Leaf(np.array(2**63, np.uint64), "int"), "x")),
    Run(Ended.RAISED),
    Run(Ended.RAISED, error=Error("\x07" * 100, (), "\n" * 400, 10**30)),
    Run(Ended.BAD_OUTPUT),
    Run(Ended.TIMED_OUT),
]


@pytest.mark.parametrize("run", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_a_child_says_has_a_verdict(grader: Grader, run: Run) -> None:
    """No points, no exception, and a sentence."""
    for key in grader.keys:
        found = grader.exercise(key, BatchRun((run,) * len(key.batch.calls)))
        assert found.score == 0.0
        assert found.mismatch is not None
        assert 0 < len(found.mismatch.message) < 600


@pytest.mark.parametrize(
    "query",
    [
        Query("f", (), None),
        Query("grad", (Leaf(np.zeros(7)),), Leaf(np.zeros(7))),
        Query("grad", ("x", {}), Opaque("Evil")),
        Query("grad", ([Leaf(np.zeros(1)), [Leaf(np.zeros(2))]],), True),
        Query("grad", (Leaf(np.full(2, np.nan)),), Leaf(np.full(2, np.inf))),
        Query("grad", (Leaf(np.zeros(2)),), Leaf(np.zeros((1, 2)))),
        Query("grad", (Leaf(np.zeros(2, np.uint8)),), Leaf(np.array(0.0), "float")),
    ],
)
def test_forged_questions_earn_nothing(grader: Grader, query: Query) -> None:
    """A judge reads what the sandbox says was asked: nonsense there is a mismatch, and breaks nothing."""
    key = grader.keys[1]
    question = key.questions[0]
    rows = np.array([question.args[1]] * len(question.reference.value))
    run = Run(Ended.RETURNED, Leaf(rows), queries=(query,) * 9)
    found = grader.exercise(key, BatchRun((run,) * len(key.batch.calls)))
    assert (found.verdict, found.score) == (Verdict.FAILED, 0.0)


# ------------------------------------------------------------------------------------- messages


def test_no_message_holds_an_expected_value(grader: Grader, sheet: Sheet) -> None:
    """Not of any known mistake, in no mismatch, diagnosis or note."""
    secrets = {text for key in grader.keys for text in _numbers(key)}
    assert len(secrets) > 20
    for key in grader.keys:
        for runs in grader.mistakes.runs(key).values():
            found = grader.exercise(key, BatchRun(tuple(runs)))
            assert found.mismatch is not None
            assert found.diagnosis is not None
            said = " ".join(
                [found.mismatch.message, found.mismatch.path, found.diagnosis.message, *found.notes]
            )
            assert not [secret for secret in secrets if secret in said]


def _numbers(key: ExerciseKey) -> set[str]:
    """Return the right answers to three digits, as they would be printed."""
    found = set()
    for question in key.questions:
        answer = question.answer
        for leaf in answer if isinstance(answer, tuple) else [answer]:
            values = np.ravel(getattr(leaf, "value", []))
            found |= {f"{abs(value):.3g}" for value in values if value != np.rint(value)}
    return found


def test_a_mismatch_names_its_function(grader: Grader) -> None:
    """Exercises have several: the first word says which."""
    for key in grader.keys:
        wrong, _ = check(key, (Run(Ended.MISSING),) * len(key.batch.calls))
        assert [mismatch.message.split(":")[0] for mismatch in wrong.values()] == [
            question.case.function for question in key.questions
        ]


# ------------------------------------------------------------------------------------- reports


def exercise(score: float | None, most: float = 2.0) -> ExerciseResult:
    """Return a result."""
    verdict = Verdict.UNGRADED if score is None else Verdict.PASSED if score == most else Verdict.FAILED
    return ExerciseResult("e", verdict, score, most)


@pytest.mark.parametrize(
    ("scores", "total"), [([2.0, 1.5], 3.5), ([2.0, None], None), ([None, None], None), ([], 0)]
)
def test_a_report_adds_up(scores: list[float | None], total: float | None) -> None:
    """While one exercise is ungraded there is no sum: our fault is never a number."""
    submission = Submission("ada", "tiny", "a.py", notes=("kept",), status=Status.REPAIRED)
    found = report(submission, tuple(map(exercise, scores)), submission.notes, 0.25)
    assert (found.score, found.max_score) == (total, 2.0 * len(scores))
    assert (found.student, found.path, found.status, found.notes, found.seconds) == (
        *("ada", "a.py", Status.REPAIRED, ("kept",)),
        0.25,
    )


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (Status.GRADED, Status.MISSING),
        (Status.MISSING, Status.MISSING),
        (Status.UNREADABLE, Status.UNREADABLE),
    ],
)
def test_a_submission_without_a_file_has_its_row(grader: Grader, status: Status, expected: Status) -> None:
    """Zero of what there was to earn, and its notes."""
    found = grader.grade(Submission("ada", "tiny", "ada", status=status, notes=("empty",)))
    assert (found.status, found.score, found.max_score) == (expected, 0.0, 6.5)
    assert (found.notes, found.exercises) == (("empty",), ())


def test_a_submission_to_no_assignment_has_its_row() -> None:
    """There is nothing to earn."""
    found = unread(Submission("ada", "unknown", "ada/x.py", status=Status.UNREADABLE), None)
    assert (found.assignment, found.score, found.max_score) == ("unknown", 0.0, 0.0)


def test_grading_twice_gives_the_same_report(grade: Grade) -> None:
    """But for the time it took."""
    wrong = "def spread(x):\n    return x.mean(), x.std()"
    assert replace(grade(wrong), seconds=0.0) == replace(grade(wrong), seconds=0.0)
