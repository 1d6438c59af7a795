"""Trusted. What grading needs on one machine: a sandbox and an answer key for each assignment."""

from __future__ import annotations

import contextlib
import gc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from autograder.grading import Grader
from autograder.grading.grade import OURS, report, unread
from autograder.grading.key import exercise_key
from autograder.grading.messages import messages
from autograder.grading.oracles import raised_at
from autograder.model import ExerciseResult, Verdict
from autograder.sandbox.canaries import Enforced, open_sandbox

if TYPE_CHECKING:
    from collections.abc import Container, Generator, Iterable, Mapping, Sequence

    from autograder.authoring import Course, Exercise
    from autograder.authoring.loading import Sheet
    from autograder.model import Isolation, Report, Submission
    from autograder.sandbox.host import Sandbox

BROKEN = (Exception, SystemExit)
"""What the author's own code may raise while a key is made: an exit must not pass for the end of the grading."""
AT_ONCE = 2
"""Sandboxes that start beside the making of the keys: each imports what its submissions will."""


class Workplace:
    """Grades any submission of a course. Safe to use from several threads; close it by leaving its `with` block."""

    def __init__(self, course: Course, seed: int, isolation: Isolation | None, slugs: Iterable[str]) -> None:
        """Open a sandbox for each of the assignments in `slugs`, and make its answer key.

        Raises SandboxError, and CourseError where the messages of the course cannot be used.
        """
        self._sheets = {sheet.assignment.slug: sheet for sheet in course.sheets}
        self._graders: dict[str, Grader] = {}
        self._faults: dict[str, dict[str, str]] = {}
        self._opened = contextlib.ExitStack()
        self.enforced: Enforced | None = None
        wanted = [course.sheet(slug) for slug in sorted(slugs)]
        for sheet in wanted:
            messages(sheet)  # or everybody's work would be ungraded
        with contextlib.ExitStack() as opened:
            ready = opened.enter_context(contextlib.closing(_sandboxes(wanted, isolation, opened)))
            for sheet, sandbox, enforced in ready:
                self.enforced = weaker(self.enforced, enforced)
                self._prepare(sheet, sandbox, seed)
            self._opened = opened.pop_all()
        # All that stays until the end: the collector would walk the keys and torch again at every text that is parsed.
        gc.freeze()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()
        gc.unfreeze()

    def grade(self, submission: Submission) -> Report:
        """Return the report on one submission. What fails on our side leaves this one ungraded, and costs no other.

        Raises KeyError where it has files of an assignment that the workplace was not opened for.
        """
        sheet = self._sheets.get(submission.assignment)
        if sheet is None or not submission.sources:
            return unread(submission, sheet)
        grader, faults = self._graders[submission.assignment], self._faults[submission.assignment]
        try:
            return _completed(grader.grade(submission), sheet, faults)
        except Exception as error:  # noqa: BLE001 - whatever it is: the rest of the class is to be graded
            why = f"grading it failed with {raised_at(error)}"
            nothing = report(submission, (), submission.notes, 0.0)
            return _completed(nothing, sheet, {exercise.name: why for exercise in sheet.assignment.exercises})

    def grader(self, slug: str) -> Grader:
        """Return the grader of an assignment: of those exercises whose key can be made."""
        return self._graders[slug]

    def _prepare(self, sheet: Sheet, sandbox: Sandbox, seed: int) -> None:
        """Make the grader of a sheet, of those exercises whose key can be made."""
        slug = sheet.assignment.slug
        self._faults[slug] = {}
        try:
            self._graders[slug] = Grader(sheet, sandbox, seed)
        except BROKEN:
            self._faults[slug] = _faults(sheet, seed)
            self._graders[slug] = Grader(_without(sheet, self._faults[slug]), sandbox, seed)


def _sandboxes(
    sheets: Sequence[Sheet], isolation: Isolation | None, opened: contextlib.ExitStack
) -> Generator[tuple[Sheet, Sandbox, Enforced], None, None]:
    """Yield each sheet with a sandbox of its own: what another asks, perhaps next week, is never in a child's memory.

    The first decides the level of the whole class. The others start meanwhile, each of them is closed by `opened`.
    Raises SandboxError.
    """
    if not sheets:
        return
    first, *rest = sheets
    sandbox, enforced = open_sandbox(first.assignment.profile, isolation)
    opened.enter_context(sandbox)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        starting = [pool.submit(open_sandbox, sheet.assignment.profile, enforced.level) for sheet in rest]
        try:
            yield first, sandbox, enforced
            for sheet, future in zip(rest, starting, strict=True):
                yield sheet, *future.result()
        finally:
            for future in starting:
                if not future.cancel() and future.exception() is None:
                    opened.enter_context(future.result()[0])


def _faults(sheet: Sheet, seed: int) -> dict[str, str]:
    """Return why the key of an exercise cannot be made, for each of which it cannot."""
    found = {}
    for exercise in sheet.assignment.exercises:
        try:
            exercise_key(sheet, exercise, seed)
        except BROKEN as error:
            found[exercise.name] = f"its answer key cannot be made: {raised_at(error)}"
    return found


def _without(sheet: Sheet, names: Container[str]) -> Sheet:
    """Return the sheet without the exercises of these names."""
    kept = [exercise for exercise in sheet.assignment.exercises if exercise.name not in names]
    return replace(sheet, assignment=replace(sheet.assignment, exercises=kept))


def _completed(partial: Report, sheet: Sheet, faults: Mapping[str, str]) -> Report:
    """Return the report with the exercises that could not be graded in their places, and then without a score."""
    if not faults:
        return partial
    graded = {result.name: result for result in partial.exercises}
    exercises = tuple(
        _ungraded(exercise, faults[exercise.name]) if exercise.name in faults else graded[exercise.name]
        for exercise in sheet.assignment.exercises
    )
    return replace(partial, score=None, max_score=sheet.assignment.points, exercises=exercises)


def _ungraded(exercise: Exercise, why: str) -> ExerciseResult:
    note = f"Not graded: {why}. {OURS}"
    return ExerciseResult(exercise.name, Verdict.UNGRADED, None, exercise.points, notes=(note,))


def weaker(one: Enforced | None, two: Enforced) -> Enforced:
    """Return what holds in both of two sandboxes."""
    if one is None:
        return two
    level = min(one.level, two.level, key=lambda isolation: isolation.rank)
    missing = tuple(dict.fromkeys((*one.missing, *two.missing)))
    return Enforced(level, tuple(layer for layer in two.enforced if layer not in missing), missing)
