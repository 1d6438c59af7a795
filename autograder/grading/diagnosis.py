"""Trusted. Names the mistake behind a failing exercise, if exactly one known mistake explains every failing case."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.authoring.splice import reach, splice
from autograder.grading.checking import check
from autograder.model import Diagnosis, Ended, Source, Submission
from autograder.numerics.compare import alike

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograder.authoring import Mistake
    from autograder.authoring.loading import Sheet
    from autograder.grading.key import ExerciseKey
    from autograder.model import Mismatch, Run

    Runner = Callable[[Submission, ExerciseKey], Sequence[Run]]


def edited(sheet: Sheet, function: str, replacement: str) -> Submission:
    """Return the reference with one function replaced by a variant or a mistake: a submission like any other."""
    text = splice(sheet.solution, sheet.checks, function, replacement)
    return Submission(replacement, sheet.assignment.slug, replacement, (Source("solution.py", (text,)),))


@dataclass(frozen=True, slots=True)
class _Known:
    """What one mistake comes to."""

    runs: Sequence[Run]
    """Of every question, then of the repeated ones."""
    wrong: dict[int, Mismatch]


class Mistakes:
    """What every known mistake of a sheet comes to on the key's questions, worked out when first asked for."""

    def __init__(self, sheet: Sheet, run: Runner) -> None:
        self._sheet, self._run = sheet, run
        self._found: dict[str, _Known] = {}
        self._locks = {exercise.name: threading.Lock() for exercise in sheet.assignment.exercises}

    def runs(self, key: ExerciseKey) -> dict[str, Sequence[Run]]:
        """Return, for each mistake of an exercise, its run of every question."""
        return {name: known.runs for name, known in self._known(key, key.exercise.mistakes).items()}

    def _known(self, key: ExerciseKey, mistakes: Sequence[Mistake]) -> dict[str, _Known]:
        with self._locks[key.exercise.name]:
            return {
                mistake.name: self._found.get(mistake.name) or self._tried(mistake, key)
                for mistake in mistakes
            }

    def _tried(self, mistake: Mistake, key: ExerciseKey) -> _Known:
        runs = self._run(edited(self._sheet, mistake.function, mistake.name.replace("-", "_")), key)
        known = _Known(runs, check(key, runs)[0])
        if not any(
            run.ended is Ended.FAULT for run in runs
        ):  # what a fault of the sandbox has spoilt is tried again
            self._found[mistake.name] = known
        return known

    def diagnose(self, key: ExerciseKey, runs: Sequence[Run], wrong: dict[int, Mismatch]) -> Diagnosis:
        """Return the cause of the failing questions, or the symptom of one where no single cause is known.

        The questions are those of one function, the first that fails though it was written: another function may
        fail for another reason. A mistake is the cause if it fails each of them in the same way.
        runs: the student's, one for each question. wrong: the mismatch of each failing question by its position.
        """
        first = telling(runs, wrong)
        function = key.questions[first].case.function
        failing = [place for place in wrong if key.questions[place].case.function == function]
        reached = reach(self._sheet.solution)[function]
        possible = [mistake for mistake in key.exercise.mistakes if mistake.function in reached]
        known = self._known(key, possible)

        def explains(mistake: Mistake) -> bool:
            its = known[mistake.name]
            return all(
                place in its.wrong
                and its.wrong[place].kind == wrong[place].kind
                and alike(runs[place], its.runs[place], key.questions[place].reference)
                for place in failing
            )

        fitting = [mistake for mistake in possible if explains(mistake)]
        if len(fitting) > 1:  # then rather one that fails no question which the student passed
            fitting = [its for its in fitting if known[its.name].wrong.keys() <= wrong.keys()] or fitting
        named = _root(fitting)
        if named is None:
            return Diagnosis(wrong[first].message)
        return Diagnosis(named.says, named.name)


def telling(runs: Sequence[Run], wrong: dict[int, Mismatch]) -> int:
    """Return the position of the failing question that says most: the first of a function that was written."""
    return min(wrong, key=lambda place: (runs[place].ended is Ended.MISSING, place))


def _root(fitting: Sequence[Mistake]) -> Mistake | None:
    """Return the one mistake that all of these are, or None."""
    roots = {mistake.like or mistake.name for mistake in fitting}
    if len(roots) != 1:
        return None
    return next((mistake for mistake in fitting if not mistake.like), fitting[0])
