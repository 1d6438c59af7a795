"""Trusted. Names the mistake behind a failing exercise, if exactly one known mistake explains every failing case."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from autograder.authoring.splice import splice
from autograder.model import Diagnosis, Source, Submission
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


class Mistakes:
    """What every known mistake of a sheet comes to on the key's questions, worked out when first asked for."""

    def __init__(self, sheet: Sheet, run: Runner) -> None:
        self._sheet, self._run = sheet, run
        self._known: dict[str, dict[str, Sequence[Run]]] = {}
        self._lock = threading.Lock()

    def runs(self, key: ExerciseKey) -> dict[str, Sequence[Run]]:
        """Return, for each mistake of an exercise, its run of every question."""
        with self._lock:
            name = key.exercise.name
            if name not in self._known:
                self._known[name] = {
                    mistake.name: self._run(
                        edited(self._sheet, mistake.function, mistake.name.replace("-", "_")), key
                    )
                    for mistake in key.exercise.mistakes
                }
            return self._known[name]

    def diagnose(self, key: ExerciseKey, runs: Sequence[Run], wrong: dict[int, Mismatch]) -> Diagnosis:
        """Return the cause of the failing questions, or the symptom of the first where no single cause is known.

        runs: the student's, one for each question. wrong: the mismatch of each failing question by its position.
        """
        first = min(wrong)
        function = key.questions[first].case.function
        failing = [place for place in wrong if key.questions[place].case.function == function]
        known = self.runs(key)
        fitting = [
            mistake
            for mistake in key.exercise.mistakes
            if all(
                alike(runs[place], known[mistake.name][place], key.questions[place].answer)
                for place in failing
            )
        ]
        named = _single(fitting, known, key, wrong)
        if named is None:
            return Diagnosis(wrong[first].message)
        return Diagnosis(named.says, named.name)


def _single(
    fitting: Sequence[Mistake],
    known: dict[str, Sequence[Run]],
    key: ExerciseKey,
    wrong: dict[int, Mismatch],
) -> Mistake | None:
    """Return the one mistake that fits; where several do, the one that fails no case which the student passed."""
    if len(fitting) > 1:
        passed = [place for place in range(len(key.questions)) if place not in wrong]
        fitting = [
            mistake
            for mistake in fitting
            if all(
                key.questions[place].compare(known[mistake.name][place]).mismatch is None for place in passed
            )
        ] or fitting
    roots = {mistake.like or mistake.name for mistake in fitting}
    if len(roots) != 1:
        return None
    return next((mistake for mistake in fitting if not mistake.like), fitting[0])
