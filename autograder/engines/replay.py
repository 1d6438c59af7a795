"""Trusted. One verdict again, with all that led to it: inputs, answers, distances, and which mistake fits where.

For instructors alone: what a `Replay` holds are the answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from autograder.engines.asked import (
    ReplayError,
    exercise_meant,
    one_line,
    stored_verdict,
    student_meant,
    work_of,
)
from autograder.engines.grade_class import Keys
from autograder.engines.workplace import BROKEN
from autograder.grading import Grader
from autograder.grading.checking import check
from autograder.grading.diagnosis import telling
from autograder.grading.oracles import disagreements, raised_at
from autograder.grading.question import parameters
from autograder.model import Ended, Verdict
from autograder.numerics.distance import distance
from autograder.numerics.truth import SLACK, Raises, Truth
from autograder.sandbox.canaries import open_sandbox
from autograder.sandbox.wire import Callback, Leaf, Opaque, Rng
from autograder.store import DATABASE, Store, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from autograder.authoring import Case, Course, Exercise
    from autograder.authoring.loading import Sheet
    from autograder.grading.diagnosis import Fit
    from autograder.grading.key import ExerciseKey
    from autograder.grading.question import Question
    from autograder.model import ExerciseResult, Isolation, Mismatch, Run
    from autograder.numerics.distance import Distance
    from autograder.sandbox.host import BatchRun


@dataclass(frozen=True, slots=True)
class Named:
    """A value that is no number and no text: a function, a generator, an exception, something odd."""

    name: str
    parts: dict[str, Any] = field(default_factory=dict)
    """What it is made from."""


@dataclass(frozen=True, slots=True)
class CaseReplay:
    """One case of the exercise. Values are arrays, numbers, texts, None, `Named`, and containers of these."""

    case: Case
    inputs: tuple[tuple[str, Any], ...]
    """The arguments by the names that the reference gives them."""
    run: Run
    """What the student's function came to."""
    again: Run | None
    """The second run of the same call, where it came to something else."""
    right: Any
    """What the reference comes to."""
    names: tuple[str, ...]
    """What the entries of a returned tuple are called, empty where they have no names."""
    judged: bool
    """Whether a judge of the author decides, and not the distance: there may be other right answers."""
    distance: Distance | None
    widened: bool
    """Whether the bound of the distance is that of an honest variant, which is larger than the reference's."""
    mismatch: Mismatch | None
    oracles: tuple[tuple[str, str], ...]
    """The name of each oracle of the function, and what it objects to; empty where it agrees."""


@dataclass(frozen=True, slots=True)
class Replay:
    """One verdict, and all that led to it."""

    student: str
    assignment: str
    exercise: Exercise
    submission: str
    """The path of the work."""
    seed: int
    isolation: Isolation
    stored: ExerciseResult
    result: ExerciseResult
    """The verdict now."""
    changed: tuple[str, ...]
    """What is not as it was when the verdict was stored."""
    cases: tuple[CaseReplay, ...]
    fits: tuple[Fit, ...]
    """Of each failing function and each mistake that can reach it; their positions are those in `cases`."""
    diagnosed: str
    """The function whose failing cases the diagnosis is about."""
    notes: tuple[str, ...]
    """On the submission as a whole."""

    tolerance = SLACK
    """The largest distance that is accepted."""

    @property
    def differences(self) -> tuple[str, ...]:
        """What the verdict was and is now, wherever these differ."""
        return tuple(
            f"{what} was {_told(old)}, is now {_told(new)}"
            for (what, old), (_, new) in zip(_said(self.stored), _said(self.result), strict=True)
            if old != new
        )


def replay_verdict(
    course: Course,
    student: str,
    exercise: str,
    out: Path,
    *,
    assignment: str | None = None,
    submissions: Path | None = None,
    isolation: Isolation | None = None,
) -> Replay:
    """Return one verdict of the results in `out` again.

    student: a name, in whatever case, or how it begins if nobody else's begins so. exercise: likewise its name, its
    id or one of its functions. submissions: where the work lies, if no longer where it was graded.
    Raises ReplayError where there is no such verdict or its work is gone; CourseError, StoreError, FindError,
    SandboxError.
    """
    if not (out / DATABASE).is_file():
        raise ReplayError(f"There are no results in {out}: grade first, or name their folder with --out.")
    with Store.open(out) as store:
        identities = list(store.keys(done=False))
        sheets = (course.sheet(assignment),) if assignment is not None else course.sheets
        mine = [slug for _, slug in identities] if assignment is None else [assignment]
        who = student_meant(student, sorted({name for name, slug in identities if slug in mine}))
        sheet, asked = exercise_meant(exercise, sheets, {slug for name, slug in identities if name == who})
        row = store.row(who, sheet.assignment.slug)
        if row is None:
            raise ReplayError(
                f"{who} has no row for {sheet.assignment.slug} in {out}: nothing was handed in."
            )
        seed = store.seed() if row.seed is None else row.seed
    stored = stored_verdict(row.report, asked)
    keys = Keys(course, seed)
    submission, path = work_of(course, keys, row, submissions)
    only = replace(sheet, assignment=replace(sheet.assignment, exercises=[asked]))
    sandbox, enforced = open_sandbox(sheet.assignment.profile, isolation)
    with sandbox:
        try:
            grader = _Remembering(only, sandbox, seed)
        except BROKEN as error:
            raise ReplayError(
                f"The answer key of {asked.name} cannot be made ({raised_at(error)}): "
                "see what `autograder validate` says."
            ) from None
        report = grader.grade(submission)
        key, runs, (result,) = grader.keys[0], grader.batch.runs, report.exercises
        wrong = _counted(key, runs, result)
        diagnosed = result.verdict not in {Verdict.UNGRADED, Verdict.NOT_ATTEMPTED} and bool(wrong)
        return Replay(
            student=who,
            assignment=sheet.assignment.slug,
            exercise=asked,
            submission=path,
            seed=seed,
            isolation=enforced.level,
            stored=stored,
            result=result,
            changed=keys.changed(row.key, submission),
            cases=tuple(_cases(only, key, runs, wrong)),
            fits=tuple(_fits(grader, key, runs, wrong)) if diagnosed else (),
            diagnosed=key.questions[telling(runs, wrong)].case.function if diagnosed else "",
            notes=report.notes,
        )


def _counted(key: ExerciseKey, runs: Sequence[Run], result: ExerciseResult) -> dict[int, Mismatch]:
    """Return the mismatches that cost points: what only lost digits may have been accepted after all."""
    lost = {criterion.name for criterion in result.criteria if criterion.score < criterion.max_score}
    return {
        place: mismatch
        for place, mismatch in (check(key, runs)[0] if lost else {}).items()
        if key.questions[place].case.criterion in lost
    }


class _Remembering(Grader):
    """Grades as ever, and keeps what the functions of the last submission came to."""

    batch: BatchRun

    def exercise(self, key: ExerciseKey, batch: BatchRun, *more: Any) -> ExerciseResult:
        self.batch = batch
        return super().exercise(key, batch, *more)


# ------------------------------------------------------------------------------------------- what came of it
def _cases(
    sheet: Sheet, key: ExerciseKey, runs: Sequence[Run], wrong: dict[int, Mismatch]
) -> Iterator[CaseReplay]:
    again = dict(zip(key.repeated, runs[len(key.questions) :], strict=True))
    names = parameters(sheet.solution)
    for place, question in enumerate(key.questions):
        run, function = runs[place], question.case.function
        far, widened = _distance(question, run)
        second = again.get(place)
        second_is_wrong = place in wrong and question.compare(run).mismatch is None
        yield CaseReplay(
            case=question.case,
            inputs=tuple(_inputs(names.get(function, ()), question.args)),
            run=_shown_run(run),
            again=_shown_run(second) if second is not None and second_is_wrong else None,
            right=_shown(question.reference),
            names=question.names,
            judged=question.judge is not None,
            distance=far,
            widened=widened,
            mismatch=wrong.get(place),
            oracles=tuple(_oracles(key.exercise, question)),
        )


def _distance(question: Question, run: Run) -> tuple[Distance | None, bool]:
    """Return how far a run is from the right answer, and whether a variant's bound decides on it."""
    if question.judge is not None:
        return None, False
    exact = question.case.exact
    near = distance(run, question.reference, exact=exact, names=question.names)
    if near is None or near.units <= SLACK:
        return near, False
    wide = distance(run, question.answer, exact=exact, names=question.names)
    return wide, wide != near


def _oracles(exercise: Exercise, question: Question) -> Iterator[tuple[str, str]]:
    if isinstance(question.reference, Raises):
        return  # oracles answer with values: none is asked
    for oracle in exercise.oracles:
        if oracle.function == question.case.function:
            yield oracle.name, " ".join(disagreements(replace(exercise, oracles=[oracle]), question))


def _fits(grader: Grader, key: ExerciseKey, runs: Sequence[Run], wrong: dict[int, Mismatch]) -> Iterator[Fit]:
    written = [place for place in sorted(wrong) if runs[place].ended is not Ended.MISSING]
    for function in dict.fromkeys(key.questions[place].case.function for place in written):
        yield from grader.mistakes.fits(key, runs, wrong, function)


def _said(result: ExerciseResult) -> list[tuple[str, Any]]:
    """Return what two results are compared by; what was printed is no part of a verdict."""
    mismatch, diagnosis = result.mismatch, result.diagnosis
    return [
        ("the verdict", str(result.verdict)),
        ("the score", result.score),
        ("the score by criterion", [(part.name, part.score) for part in result.criteria]),
        ("the named mistake", diagnosis.mistake if diagnosis else ""),
        ("the diagnosis", plain_text(diagnosis.message) if diagnosis else ""),
        ("the case that it tells of", mismatch.case if mismatch else ""),
        ("what is wrong there", plain_text(mismatch.kind) if mismatch else ""),
    ]


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(f"{name} {score:g}" for name, score in value) or "none"
    if isinstance(value, float):
        return f"{value:g}"
    return one_line([str(value)]) if value not in {"", None} else "none"


# ----------------------------------------------------------------------------------------------------- values
def _inputs(names: Sequence[str], args: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for place, arg in enumerate(args):
        yield names[place] if place < len(names) else f"argument {place + 1}", _shown(arg)


def _shown_run(run: Run) -> Run:
    return replace(run, value=_shown(run.value)) if run.ended is Ended.RETURNED else run


def _shown(value: Any) -> Any:
    """Return a value of any side of the grader as arrays, numbers, texts and `Named`."""
    if isinstance(value, Leaf):
        return value.array if value.array.ndim else value.array[()]
    if isinstance(value, Truth):
        return value.value if value.value.ndim else value.value[()]
    if isinstance(value, Raises):
        return Named(f"raises {value.type}")
    if isinstance(value, Opaque):
        return Named(f"something of the type {value.kind}")
    if isinstance(value, Callback):
        parts = {name: _shown(item) for name, item in value.params.items()}
        return Named(f"{value.part} of the problem {value.problem}", parts)
    if isinstance(value, Rng):
        return Named(f"a generator with the seed {value.seed}")
    if isinstance(value, list | tuple):
        return type(value)(map(_shown, value)) if type(value) in {list, tuple} else tuple(map(_shown, value))
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    return value
