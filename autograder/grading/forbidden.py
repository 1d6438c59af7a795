"""Trusted. Where a submission uses what an exercise forbids, and what that costs: policy, which its author decides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autograder.model import CriterionResult, Diagnosis, Ended, Mismatch, Verdict
from autograder.sandbox.closing import AUTOGRAD, CLOSED, ForbiddenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.authoring import Ban, Exercise
    from autograder.model import Error, ExerciseResult, Finding, Run
    from autograder.sandbox.host import BatchRun

FORBIDDEN = "forbidden"
"""The kind of the mismatch."""


def judged(exercise: Exercise, batch: BatchRun, result: ExerciseResult) -> ExerciseResult:
    """Return the result of an exercise as it is with regard to what it forbids.

    What costs the exercise has a verdict of its own and earns nothing; what does not is noted.
    """
    told = list(dict.fromkeys(_told(exercise, batch)))
    costly = [sentence for sentence, costs in told if costs]
    notes = [sentence for sentence, costs in told if not costs]
    if not costly:
        return replace(result, notes=(*result.notes, *notes))
    return replace(
        result,
        verdict=Verdict.FORBIDDEN,
        score=0.0,
        criteria=tuple(CriterionResult(part.name, 0.0, part.max_score) for part in result.criteria),
        diagnosis=Diagnosis(costly[0]),
        mismatch=Mismatch(FORBIDDEN, costly[0]),
        example="",
        notes=(*costly[1:], *notes),
    )


def _told(exercise: Exercise, batch: BatchRun) -> Iterator[tuple[str, bool]]:
    """Yield each sentence for the student, with whether it costs the exercise."""
    costly = [ban for ban in exercise.bans if ban.costs]
    for finding in batch.findings:
        if not finding.name:
            yield _unread(finding), bool(costly)
        for ban in exercise.bans:
            if finding.name in ban.names:
                yield _used(finding, ban), ban.costs
    if costly and not batch.findings:  # what was written out is told already, and better
        yield from ((_called(run.error, costly), True) for run in batch.runs if _refused(run) and run.error)


def _used(finding: Finding, ban: Ban) -> str:
    place = f"{finding.file}, line {finding.line}"
    return f"{place}: {finding.said} is not allowed in this exercise. {ban.because}"


def _unread(finding: Finding) -> str:
    what = f"{finding.file} is" if finding.file else "Your files are"
    return f"{what} too deep or too long to be looked through for what this exercise forbids. Write it in shorter steps."


def _refused(run: Run) -> bool:
    """Return whether a call ended because something that is closed was called."""
    return run.ended is Ended.RAISED and run.error is not None and run.error.type in CLOSED


def _called(error: Error, bans: Sequence[Ban]) -> str:
    name = error.message.split(" ")[0] if error.type == ForbiddenError.__name__ else AUTOGRAD
    ban = next((ban for ban in bans if name in ban.names), bans[0])
    place = f"{error.file}, line {error.line}" if error.line else "Your code"
    return f"{place}: what is called here, {name}, is not allowed in this exercise. {ban.because}"
