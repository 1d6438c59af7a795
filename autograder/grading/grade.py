"""Trusted. Grades one submission: run it, compare every answer, add up the criteria, diagnose what failed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from autograder.grading.checking import check
from autograder.grading.diagnosis import Mistakes, telling
from autograder.grading.examples import Examples
from autograder.grading.forbidden import judged
from autograder.grading.key import exercise_key
from autograder.grading.oracles import raised_at
from autograder.grading.scaling import INEXACT, Probe
from autograder.model import (
    CriterionResult,
    Ended,
    Error,
    ExerciseResult,
    Report,
    Run,
    Status,
    Submission,
    Verdict,
)
from autograder.sandbox.host import FollowUp
from autograder.sandbox.refusals import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from autograder.authoring import Criterion
    from autograder.authoring.loading import Sheet
    from autograder.grading.key import ExerciseKey
    from autograder.model import Diagnosis, Finding, Mismatch
    from autograder.sandbox.host import Batch, BatchRun, Ran, Sandbox

__all__ = ["Grader", "check", "report", "unread"]

LIBRARIES = "Only the libraries of the sheet are there while it is graded."
OURS = "This is our error, not yours."

# Where nothing was earned, the first of these that occurred says why.
VERDICTS = (
    (Ended.TIMED_OUT, Verdict.TIMED_OUT),
    (Ended.OUT_OF_MEMORY, Verdict.OUT_OF_MEMORY),
    (Ended.TOO_MUCH_OUTPUT, Verdict.TOO_MUCH_OUTPUT),
    (Ended.DIED, Verdict.DIED),
    (Ended.BAD_OUTPUT, Verdict.DIED),
)


class Grader:
    """Grades the submissions of one assignment. Safe to use from several threads."""

    def __init__(self, sheet: Sheet, sandbox: Sandbox, seed: int) -> None:
        self.sheet, self.sandbox = sheet, sandbox
        self.keys = tuple(exercise_key(sheet, exercise, seed) for exercise in sheet.assignment.exercises)
        self.mistakes = Mistakes(sheet, self.authored)
        self._examples = {exercise.name: Examples(sheet, exercise) for exercise in sheet.assignment.exercises}
        self._probes = {key.exercise.name: Probe(key) for key in self.keys}

    def runs(self, submission: Submission, key: ExerciseKey) -> Sequence[Run]:
        """Return a submission's run of every question of one exercise."""
        return self.asked(submission, key.batch)

    def authored(self, submissions: Iterable[Submission], key: ExerciseKey) -> Iterator[Sequence[Run]]:
        """Yield the runs of every question of one exercise, of each of several submissions of the authors."""
        assignment = self.sheet.assignment
        for ran in self.sandbox.run_each(submissions, key.batch, assignment.limits, assignment.totals):
            yield ran.runs

    def findings(self, submission: Submission, key: ExerciseKey) -> Sequence[Finding]:
        """Return where a submission uses what one exercise forbids, as far as that is written out."""
        return self._ran(submission, key.batch).findings

    def asked(self, submission: Submission, batch: Batch) -> Sequence[Run]:
        """Return a submission's run of every call of a batch."""
        return self._ran(submission, batch).runs

    def _ran(self, submission: Submission, batch: Batch) -> BatchRun:
        assignment = self.sheet.assignment
        ran = self.sandbox.run(submission, [batch], assignment.limits, (), assignment.totals)
        return ran.batches[0]

    def grade(self, submission: Submission) -> Report:
        """Return the report on one submission. Raises nothing that a submission can cause."""
        if not submission.sources:
            return unread(submission, self.sheet)
        follow_ups = [
            FollowUp(self._examples[key.exercise.name].batch, partial(self._wanted, key)) for key in self.keys
        ]
        batches = [key.batch for key in self.keys]
        assignment = self.sheet.assignment
        ran = self.sandbox.run(submission, batches, assignment.limits, follow_ups, assignment.totals)
        followed = ran.followed or ({},) * len(self.keys)
        exercises = tuple(
            self.exercise(key, _explained(batch, key, ran), examples, partial(self.asked, submission))
            for key, batch, examples in zip(self.keys, ran.batches, followed, strict=True)
        )
        skipped = (_skipped(error) for error, _ in ran.load_errors)
        notes = (*submission.notes, *ran.repairs, *ran.notes, *skipped)
        made = report(submission, exercises, notes, ran.seconds)
        return replace(made, status=Status.REPAIRED) if ran.repairs else made

    def _wanted(self, key: ExerciseKey, batch: BatchRun) -> Sequence[int]:
        """Return which small examples to try: those of the function that the feedback will be about."""
        if key.faults:
            return ()
        try:
            wrong, _ = check(key, batch.runs)
        except Exception:  # noqa: BLE001 - the verdict will say so
            return ()
        if not wrong:
            return ()
        first = telling(batch.runs, wrong)
        if batch.runs[first].ended not in {Ended.RETURNED, Ended.RAISED}:
            return ()
        return self._examples[key.exercise.name].places(key.questions[first].case.function)

    def exercise(
        self,
        key: ExerciseKey,
        batch: BatchRun,
        examples: Mapping[int, Run] = MappingProxyType({}),
        ask: Callable[[Batch], Sequence[Run]] | None = None,
    ) -> ExerciseResult:
        """Return the verdict on one exercise: ungraded where that cannot be told, whoever is at fault.

        examples: what small examples came to, by their positions. ask: runs more calls of the submission; without it
        nothing is asked about an answer that is nearly right, and it is wrong.
        """
        fault = next((run.detail for run in batch.runs if run.ended is Ended.FAULT), None)
        if key.faults:
            return _ungraded(key, "its answer key did not pass our own checks")
        if fault is not None:
            return _ungraded(key, fault)
        try:
            return judged(key.exercise, batch, self._judged(key, batch, examples, ask))
        except Exception as error:  # noqa: BLE001 - a judge that fails on odd values must neither pass nor fail anybody
            return _ungraded(key, f"its check failed with {raised_at(error)}")

    def _judged(
        self,
        key: ExerciseKey,
        batch: BatchRun,
        examples: Mapping[int, Run],
        ask: Callable[[Batch], Sequence[Run]] | None,
    ) -> ExerciseResult:
        wrong, notes, diagnosis = self._told(key, batch.runs, ask)
        criteria = tuple(_criterion(key, criterion, wrong) for criterion in key.exercise.criteria)
        score = sum(criterion.score for criterion in criteria)
        result = ExerciseResult(
            key.exercise.name,
            Verdict.PASSED,
            score,
            key.exercise.points,
            criteria=criteria,
            notes=notes,
            stdout=batch.stdout,
        )
        if not wrong:
            return result
        verdict = Verdict.PARTIAL if score else _verdict(key, batch.runs, wrong)
        first = telling(batch.runs, wrong)
        example = self._examples[key.exercise.name].failed(examples, key.questions[first].case.function)
        return replace(result, verdict=verdict, diagnosis=diagnosis, mismatch=wrong[first], example=example)

    def _told(
        self, key: ExerciseKey, runs: Sequence[Run], ask: Callable[[Batch], Sequence[Run]] | None
    ) -> tuple[dict[int, Mismatch], tuple[str, ...], Diagnosis | None]:
        """Return what is wrong, notes on what is right, and the cause of what is wrong.

        What a known mistake explains is that mistake. Only else is it asked why an answer is nearly right.
        """
        wrong, notes = check(key, runs)
        if not wrong or all(run.ended is Ended.MISSING for run in runs):
            return wrong, notes, None
        found = self.mistakes.diagnose(key, runs, wrong)
        if ask is None or found.mistake in {mistake.name for mistake in key.exercise.mistakes}:
            return wrong, notes, found
        settled = self._probes[key.exercise.name].settled(runs, wrong, ask)
        if not settled.wrong:
            return {}, (*notes, *settled.notes), None
        # how the numbers of a difference quotient scatter says more than that they are inexact
        method = settled.wrong[telling(runs, settled.wrong)].kind == INEXACT
        if settled.wrong != wrong and not (method and found.mistake.startswith("precision:")):
            found = self.mistakes.diagnose(key, runs, settled.wrong)
        return settled.wrong, (*notes, *settled.notes), found


def _ungraded(key: ExerciseKey, why: str) -> ExerciseResult:
    """Return the result that is our error, which no student pays for."""
    reason = why.removesuffix(OURS).rstrip(". ") or "the sandbox could not run it"
    note = f"Not graded: {reason}. {OURS}"
    return ExerciseResult(key.exercise.name, Verdict.UNGRADED, None, key.exercise.points, notes=(note,))


def _criterion(key: ExerciseKey, criterion: Criterion, wrong: dict[int, Mismatch]) -> CriterionResult:
    lost = any(key.questions[place].case.criterion == criterion.name for place in wrong)
    return CriterionResult(criterion.name, 0.0 if lost else criterion.points, criterion.points)


def _verdict(key: ExerciseKey, runs: Sequence[Run], wrong: dict[int, Mismatch]) -> Verdict:
    """Return why an exercise earned nothing."""
    if all(run.ended is Ended.MISSING for run in runs):
        return Verdict.NOT_ATTEMPTED
    again = dict(zip(key.repeated, runs[len(key.questions) :], strict=True))
    ends = {run.ended for place in wrong for run in (runs[place], again.get(place, runs[place]))}
    for ended, verdict in VERDICTS:
        if ended in ends:
            return verdict
    raised = Ended.RAISED in ends and ends <= {Ended.RAISED, Ended.MISSING}
    return Verdict.RAISED if raised else Verdict.FAILED


def _explained(batch: BatchRun, key: ExerciseKey, ran: Ran) -> BatchRun:
    """Return the runs with functions that are missing because of a syntax error told apart from untouched ones."""
    lost = {name: error for error, names in ran.load_errors for name in names}
    runs = tuple(
        Run(Ended.RAISED, error=lost[call.function])
        if run.ended is Ended.MISSING and run.error is None and call.function in lost
        else run
        for run, call in zip(batch.runs, key.batch.calls, strict=True)
    )
    return replace(batch, runs=runs)


def _skipped(error: Error) -> str:
    where = f"{error.file}, line {error.line}" if error.line else error.file
    what = f"{error.type}: {error.message}" if error.message else error.type
    advice = LIBRARIES if error.type == "ModuleNotFoundError" else refused(error)
    return " ".join(filter(None, (f"{where}: {what}. That part was skipped.", advice)))


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
