"""Trusted. Grades one submission: run it, compare every answer, add up the criteria, diagnose what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograder.grading.diagnosis import Mistakes
from autograder.grading.key import exercise_key
from autograder.model import (
    CriterionResult,
    Ended,
    Error,
    ExerciseResult,
    Mismatch,
    Report,
    Run,
    Status,
    Submission,
    Verdict,
)
from autograder.sandbox.wire import Leaf

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from autograder.authoring.loading import Sheet
    from autograder.grading.key import ExerciseKey, Question
    from autograder.sandbox.host import BatchRun, Ran, Sandbox

# Where nothing was earned, the first of these that occurred says why.
VERDICTS = (
    (Ended.TIMED_OUT, Verdict.TIMED_OUT),
    (Ended.OUT_OF_MEMORY, Verdict.OUT_OF_MEMORY),
    (Ended.DIED, Verdict.DIED),
    (Ended.BAD_OUTPUT, Verdict.DIED),
)


class Grader:
    """Grades the submissions of one assignment. Safe to use from several threads."""

    def __init__(self, sheet: Sheet, sandbox: Sandbox, seed: int) -> None:
        self.sheet, self.sandbox = sheet, sandbox
        self.keys = tuple(exercise_key(sheet, exercise, seed) for exercise in sheet.assignment.exercises)
        self.mistakes = Mistakes(sheet, self.runs)

    def runs(self, submission: Submission, key: ExerciseKey) -> Sequence[Run]:
        """Return a submission's run of every question of one exercise."""
        ran = self.sandbox.run(submission, [key.batch], self.sheet.assignment.limits)
        return ran.batches[0].runs

    def grade(self, submission: Submission) -> Report:
        """Return the report on one submission. Raises nothing that a submission can cause."""
        if not submission.sources:
            return unread(submission, self.sheet)
        ran = self.sandbox.run(submission, [key.batch for key in self.keys], self.sheet.assignment.limits)
        exercises = tuple(
            self.exercise(key, _explained(batch, key, ran))
            for key, batch in zip(self.keys, ran.batches, strict=True)
        )
        notes = (*submission.notes, *ran.notes, *(_skipped(error) for error, _ in ran.load_errors))
        return report(submission, exercises, notes, ran.seconds)

    def exercise(self, key: ExerciseKey, batch: BatchRun) -> ExerciseResult:
        """Return the verdict on one exercise."""
        exercise = key.exercise
        if key.faults or any(run.ended is Ended.FAULT for run in batch.runs):
            why = key.faults[0] if key.faults else batch.runs[0].detail
            notes = (f"Not graded: {why}. This is our error, not yours.",)
            return ExerciseResult(exercise.name, Verdict.UNGRADED, None, exercise.points, notes=notes)
        wrong, notes = check(key, batch.runs)
        criteria = tuple(
            _criterion(key, criterion.name, criterion.points, wrong) for criterion in exercise.criteria
        )
        score = sum(criterion.score for criterion in criteria)
        if not wrong:
            verdict = Verdict.PASSED
            return ExerciseResult(
                exercise.name, verdict, score, exercise.points, criteria, None, None, notes, batch.stdout
            )
        first = wrong[min(wrong)]
        verdict = Verdict.PARTIAL if score else _verdict(batch.runs, wrong)
        diagnosis = None
        if verdict is not Verdict.NOT_ATTEMPTED:
            diagnosis = self.mistakes.diagnose(key, batch.runs[: len(key.questions)], wrong)
        return ExerciseResult(
            exercise.name, verdict, score, exercise.points, criteria, diagnosis, first, notes, batch.stdout
        )


def check(key: ExerciseKey, runs: Sequence[Run]) -> tuple[dict[int, Mismatch], tuple[str, ...]]:
    """Return the mismatch of each wrong question by its position, and notes on right ones.

    runs: of the questions, then of the repeated ones: an answer must come out the same twice.
    """
    wrong: dict[int, Mismatch] = {}
    notes: dict[str, None] = {}
    for place, question in enumerate(key.questions):
        compared = question.compare(runs[place])
        if compared.mismatch is not None:
            wrong[place] = _in_case(compared.mismatch, question)
        notes |= dict.fromkeys(f"{question.case.function}: {note}" for note in compared.notes)
    for place, again in zip(key.repeated, runs[len(key.questions) :], strict=True):
        if place not in wrong and not _identical(runs[place].value, again.value):
            text = (
                "The same call gave two different results. Does your function keep something between calls?"
            )
            wrong[place] = _in_case(Mismatch("unrepeatable", text), key.questions[place])
    return wrong, tuple(notes)


def _in_case(mismatch: Mismatch, question: Question) -> Mismatch:
    return Mismatch(
        mismatch.kind, f"{question.case.function}: {mismatch.message}", mismatch.path, question.case.name
    )


def _identical(one: Any, two: Any) -> bool:
    if isinstance(one, Leaf) and isinstance(two, Leaf):
        same_form = one.array.dtype == two.array.dtype and one.array.shape == two.array.shape
        return same_form and np.array_equal(one.array, two.array, equal_nan=one.array.dtype.kind in "fc")
    if isinstance(one, list | tuple) and type(one) is type(two) and len(one) == len(two):
        return all(_identical(a, b) for a, b in zip(one, two, strict=True))
    if isinstance(one, dict) and isinstance(two, dict) and one.keys() == two.keys():
        return all(_identical(one[key], two[key]) for key in one)
    return type(one) is type(two) and bool(one == two)


def _criterion(key: ExerciseKey, name: str, points: float, wrong: dict[int, Mismatch]) -> CriterionResult:
    lost = any(key.questions[place].case.criterion == name for place in wrong)
    return CriterionResult(name, 0.0 if lost else points, points)


def _verdict(runs: Sequence[Run], wrong: dict[int, Mismatch]) -> Verdict:
    """Return why an exercise earned nothing."""
    ends = [runs[place].ended for place in wrong]
    if all(end is Ended.MISSING for end in ends):
        return Verdict.NOT_ATTEMPTED
    for ended, verdict in VERDICTS:
        if ended in ends:
            return verdict
    if all(end in {Ended.RAISED, Ended.MISSING} for end in ends):
        return Verdict.RAISED
    return Verdict.FAILED


def _explained(batch: BatchRun, key: ExerciseKey, ran: Ran) -> BatchRun:
    """Return the runs with functions that are missing because of a syntax error told apart from untouched ones."""
    lost = {name: error for error, names in ran.load_errors for name in names}
    runs = tuple(
        Run(Ended.RAISED, error=lost[call.function])
        if run.ended is Ended.MISSING and run.error is None and call.function in lost
        else run
        for run, call in zip(batch.runs, key.batch.calls, strict=True)
    )
    return type(batch)(runs, batch.stdout)


def _skipped(error: Error) -> str:
    where = f"{error.file}, line {error.line}" if error.line else error.file
    what = f"{error.type}: {error.message}" if error.message else error.type
    return f"{where}: {what}. That part was skipped."


def unread(submission: Submission, sheet: Sheet | None) -> Report:
    """Return the report on a submission with nothing to run."""
    most = sheet.assignment.points if sheet else 0.0
    status = submission.status if submission.status is not Status.GRADED else Status.MISSING
    return Report(
        submission.student, submission.assignment, submission.path, status, submission.notes, 0.0, most, 0.0
    )


def report(
    submission: Submission, exercises: tuple[ExerciseResult, ...], notes: tuple[str, ...], seconds: float
) -> Report:
    """Return the report with the exercises added up; without a score while one of them is ungraded."""
    scores = [exercise.score for exercise in exercises]
    known = [score for score in scores if score is not None]
    return Report(
        student=submission.student,
        assignment=submission.assignment,
        path=submission.path,
        status=submission.status,
        notes=notes,
        score=sum(known) if len(known) == len(scores) else None,
        max_score=sum(exercise.max_score for exercise in exercises),
        seconds=seconds,
        exercises=exercises,
    )
