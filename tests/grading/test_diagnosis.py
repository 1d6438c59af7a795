"""The name of a mistake is given only where exactly one explains every failing case; else the symptom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autograder.authoring.loading import CourseError
from autograder.authoring.splice import SpliceError
from autograder.grading import Grader
from autograder.grading.diagnosis import Mistakes, edited, telling
from autograder.model import Diagnosis, Ended, Mismatch, Run, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from autograder.authoring.loading import Sheet
    from autograder.grading.key import ExerciseKey
    from autograder.model import Report, Submission
    from autograder.sandbox.host import Sandbox

    MakeSheet = Callable[..., Sheet]

    Grade = Callable[..., Report]


def diagnosis(found: Report, exercise: int = 0) -> Diagnosis:
    """Return the diagnosis of an exercise that failed."""
    told = found.exercises[exercise].diagnosis
    assert told is not None
    return told


def test_a_variant_or_mistake_is_a_submission(sheet: Sheet) -> None:
    """The reference with one function exchanged, under its own name."""
    found = edited(sheet, "root", "root_half")
    assert (found.student, found.assignment, found.path) == ("root_half", "tiny", "root_half")
    (source,) = found.sources
    assert "return x / 2" in source.cells[0]
    assert "root_half" not in source.cells[0]
    with pytest.raises(SpliceError, match="root_third"):
        edited(sheet, "root", "root_third")


@pytest.mark.parametrize(
    ("function", "mistake", "says"),
    [
        (
            "def spread(x):\n    return sum(x) / len(x), np.var(x, ddof=min(1, len(x) - 1))",
            "spread-sample",
            "Which number of entries does the sum stand over?",
        ),
        (
            "def spread(x):\n    return x.mean(dtype=np.float32), x.astype(np.float32).std()",
            "spread-deviation",
            "That is the standard deviation.",
        ),
        ("def root(x):\n    return abs(x)**0.5", "root-of-size", "What about negative numbers?"),
        (
            "def root(x):\n    if x < 0: raise ValueError('no')\n    return 0.5 * x",
            "root-half",
            "Do you halve, or take the root?",
        ),
    ],
)
def test_a_known_mistake_is_named(grade: Grade, function: str, mistake: str, says: str) -> None:
    """However it is written, and in float32 too."""
    assert diagnosis(grade(function)) == Diagnosis(says, mistake)


def test_a_judged_mistake_is_named(grade: Grade) -> None:
    """By what was returned, not by the text."""
    text = "def gd(grad, x0, lr, n):\n    x = [x0]\n    for i in range(n): x.append(x[i] + grad(x[i]) * lr)\n    return np.stack(x)"
    assert diagnosis(grade(text), 1) == Diagnosis("Up or down?", "gd-uphill")


def test_every_mistake_is_diagnosed_as_itself_or_its_like(grader: Grader, sheet: Sheet) -> None:
    """Two ids of the same outputs are one mistake: the root's name is given."""
    for key in grader.keys:
        for mistake in key.exercise.mistakes:
            found = grader.grade(edited(sheet, mistake.function, mistake.name.replace("-", "_")))
            named = next(each for each in found.exercises if each.name == key.exercise.name).diagnosis
            assert named is not None
            assert named.mistake == (mistake.like or mistake.name)


def test_a_mistake_must_explain_every_failing_case(grade: Grade) -> None:
    """Half of one mistake and half of another is neither."""
    both = "def spread(x):\n    return x.mean(), x.std() if len(x) == 5 else x.var(ddof=1)"
    found = grade(both)
    assert diagnosis(found).mistake == ""
    assert found.exercises[0].mismatch is not None
    assert diagnosis(found).message == found.exercises[0].mismatch.message


def test_a_mistake_that_fails_what_is_right_is_not_named(grade: Grade) -> None:
    """Whoever thinks of a special case does something else, if only a little: then it is said how the numbers differ."""
    found = diagnosis(grade("def spread(x):\n    return x.mean(), x.var(ddof=1) if len(x) == 8 else x.var()"))
    assert found.mistake == "part:one-output"
    assert found.message.endswith("mean is right already.")


def test_of_several_that_fit_the_one_that_passes_what_was_passed(grade: Grade) -> None:
    """Both give variance 0 to few numbers; only one of them is right about many."""
    found = grade("def spread(x):\n    return x.mean(), (len(x) != 5) * x.var()")
    assert diagnosis(found) == Diagnosis("Do few numbers not vary?", "spread-short")
    found = grade("def spread(x):\n    return x.mean(), np.float64()")
    assert diagnosis(found) == Diagnosis("Nothing varies?", "spread-nothing")


def test_an_ambiguous_failure_is_only_described(
    make_sheet: MakeSheet, sandbox: Sandbox, grade: Grade
) -> None:
    """Two mistakes with the same outputs, and nobody has said that they are one."""
    grader = Grader(make_sheet((', like="spread-deviation"', "")), sandbox, 1)
    found = diagnosis(grade("def spread(x):\n    return x.mean(), x.std()", by=grader))
    assert found.mistake == "part:one-output"
    assert found.message.startswith("spread: variance is not right.")


def test_the_class_is_named_by_its_root_wherever_that_stands(
    make_sheet: MakeSheet, sandbox: Sandbox, grade: Grade
) -> None:
    """The root need not come first."""
    last = ("def spread_hypot", "def spread_a"), ('like="spread-deviation"', 'like="spread-later"')
    later = '@moments.mistake("The later one.")\ndef spread_later(x):\n    return x.mean(), np.sqrt(x.var())\n\n\n'
    first = '@moments.mistake("That is the standard deviation.")\ndef spread_deviation(x):\n    return x.mean(), x.std()\n\n\n'
    place = '@moments.mistake("Nothing varies?")'
    grader = Grader(make_sheet((first, ""), *last, (place, later + place)), sandbox, 1)
    found = diagnosis(grade("def spread(x):\n    return x.mean(), x.std()", by=grader))
    assert found == Diagnosis("The later one.", "spread-later")


def test_a_right_value_is_never_explained_by_a_mistake(grade: Grade) -> None:
    """A function that remembers fails without a wrong first value: mistakes that are right there explain nothing."""
    text = "seen = []\ndef root(x, own=root):\n    seen.append(x)\n    return own(x) + (seen.count(x) - 1)"
    found = grade(text)
    assert found.exercises[0].mismatch is not None
    assert found.exercises[0].mismatch.kind == "unrepeatable"
    assert diagnosis(found).mistake == ""


def test_another_functions_failures_are_another_story(grade: Grade) -> None:
    """The first function that fails is explained by itself."""
    both = "def spread(x):\n    return x.mean(), x.std()\n\ndef root(x):\n    return 17.0"
    assert diagnosis(grade(both)).mistake == "spread-deviation"


def test_the_function_that_was_written_is_talked_about() -> None:
    """An empty stub before it says less."""
    wrong = {place: Mismatch("value", "") for place in (0, 2, 3)}
    runs = [Run(Ended.MISSING), Run(Ended.RETURNED), Run(Ended.TIMED_OUT), Run(Ended.RETURNED)]
    assert telling(runs, wrong) == 2
    assert telling([Run(Ended.MISSING)] * 4, wrong) == 0


def test_mistakes_run_once_for_a_class(sheet: Sheet, grader: Grader) -> None:
    """And only when somebody fails; what a fault of ours has spoilt is run again."""
    key, ran, broken = grader.keys[0], [], [True]

    def run(submissions: Iterable[Submission], asked: ExerciseKey) -> Iterator[Sequence[Run]]:
        for submission in submissions:
            ran.append(submission.student)
            last = Run(Ended.FAULT) if broken else Run(Ended.MISSING)
            yield [*[Run(Ended.MISSING)] * (len(asked.batch.calls) - 1), last]

    mistakes = Mistakes(sheet, run)
    assert ran == []
    mistakes.runs(key)
    broken.clear()
    mistakes.runs(key)
    once = [mistake.name.replace("-", "_") for mistake in key.exercise.mistakes]
    assert ran == once * 2
    mistakes.runs(key)
    assert len(ran) == 2 * len(once)


def test_a_mistake_that_cannot_be_made_leaves_the_exercise_ungraded(
    make_sheet: MakeSheet, sandbox: Sandbox, grade: Grade
) -> None:
    """The author's error is ours, loudly; whoever is right is not touched by it."""
    sheet = make_sheet(("def root_half(x):\n", "def root_half(x):\n    undefined_anywhere\n"))
    grader = Grader(sheet, sandbox, 1)
    assert grade(by=grader).score == 6.5
    found = grade("def root(x):\n    return 17.0", by=grader).exercises[0]
    assert (found.verdict, found.score) == (Verdict.UNGRADED, None)
    assert found.notes[0].startswith("Not graded: its check failed with SpliceError in splice.py, line ")


def test_an_exercise_without_mistakes_has_symptoms(sheet: Sheet, sandbox: Sandbox, grade: Grade) -> None:
    """Nothing is made up."""
    bare = [replace(exercise, mistakes=[]) for exercise in sheet.assignment.exercises]
    grader = Grader(replace(sheet, assignment=replace(sheet.assignment, exercises=bare)), sandbox, 1)
    found = diagnosis(grade("def root(x):\n    return -(x**0.5)", by=grader))
    assert found == Diagnosis("root: The value has the wrong sign. Which way round is the difference?")


def test_how_the_numbers_are_wrong_is_told_before_two_causes(grade: Grade) -> None:
    """A fingerprint that determines the answer; and the words of the course."""
    found = diagnosis(grade("def spread(x):\n    return 2 * x.mean(), 2 * x.var()"))
    assert found.mistake == "factor:two"
    assert found.message.startswith("spread: Every number that you return is exactly twice too large.")


def test_the_words_are_those_of_the_course(
    make_sheet: MakeSheet, sandbox: Sandbox, grade: Grade, tmp_path: Path
) -> None:
    """Where it has any."""
    (tmp_path / "messages.toml").write_text('"factor:two" = "{numbers}: too much!"', encoding="utf-8")
    grader = Grader(make_sheet(), sandbox, 1)
    found = diagnosis(grade("def spread(x):\n    return 2 * x.mean(), 2 * x.var()", by=grader))
    assert found == Diagnosis("spread: Every number that you return: too much!", "factor:two")


def test_messages_that_cannot_be_used_are_not_graded_with(
    make_sheet: MakeSheet, sandbox: Sandbox, tmp_path: Path
) -> None:
    """Before anybody is told anything."""
    (tmp_path / "messages.toml").write_text('"factor:two" = "{expected}"', encoding="utf-8")
    with pytest.raises(CourseError, match="may have only"):
        Grader(make_sheet(), sandbox, 1)


def test_some_cases_are_right(grade: Grade) -> None:
    """That is said too: it narrows down where to look."""
    found = diagnosis(grade("def root(x):\n    if x < 0: raise ValueError\n    return np.array([x**0.5])"))
    assert found.mistake == "shape:axis-too-many"
    assert found.message.startswith(
        "root: Some cases are right. In the others: The numbers in your result are right;"
    )


def test_what_raises_has_no_fingerprint(grade: Grade) -> None:
    """Nor what is no array of numbers: then the symptom is told."""
    for body in (
        "raise KeyError",
        "return None",
        "return np.array([True, False])",
        "return x.mean(), np.nan",
    ):
        found = diagnosis(grade(f"def spread(x):\n    {body}"))
        assert found.mistake == ""
