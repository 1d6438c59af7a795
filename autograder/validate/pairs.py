"""Trusted. Mistakes with a factor on top, and two mistakes at once: what two errors come to together must fail too."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.authoring.splice import reach, splice
from autograder.numerics.compare import leaves
from autograder.validate.trials import source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import ThreadPoolExecutor

    from autograder.authoring import Mistake
    from autograder.grading.key import ExerciseKey
    from autograder.validate.passing import Changed, Passing

    Known = tuple[ExerciseKey, Mistake]

FACTORS = ("-1", "2", "0.5")
PAIRS = 200
"""Of a sheet, where there are so many."""

SCALED = """

def _scaled(function, factor):
    def times(value):
        if isinstance(value, (list, tuple)):
            return type(value)(map(times, value))
        if isinstance(value, dict):
            return {key: times(item) for key, item in value.items()}
        return value if value is None or isinstance(value, (bool, int, str)) else factor * value

    return lambda *args, **named: times(function(*args, **named))


"""


def scaled(passing: Passing, key: ExerciseKey) -> Iterator[tuple[str, Changed]]:
    """Yield each mistake whose function returns numbers once more, its result times a factor."""
    sheet = passing.grader.sheet
    numeric = {
        question.case.function
        for question in key.questions
        if any(leaf.kind == "float" for leaf in leaves(question.reference))
    }
    for mistake, factor in itertools.product(key.exercise.mistakes, FACTORS):
        if mistake.function in numeric:
            only = key.exercise.functions
            text = splice(sheet.solution, sheet.checks, mistake.function, source(mistake), only)
            call = f"{mistake.function} = _scaled({mistake.function}, {factor})\n"
            name = f"{mistake.name} * {factor}"
            yield name, passing.changed(name, text + SCALED + call, mistake.function)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of mistakes in different functions of a sheet."""

    passing: Passing
    seed: int
    """Which pairs are tried is drawn from it."""

    def tried(self, pool: ThreadPoolExecutor) -> list[str]:
        """Try them; return, for each pair, the exercise of its first mistake. Faults are added to `passing`."""
        chosen = self._chosen()
        for key in self.passing.grader.keys:
            pairs = [pair for pair in chosen if key.exercise.name in self._must_fail(*pair)]
            right = self.passing.judged(key, list(self._changed(pairs)), pool)
            for (one, two), passes in zip(pairs, right, strict=True):
                if passes:
                    names = f"the pair {one[1].name}, {two[1].name}"
                    remedy = "Add a case on which it shows."
                    self.passing.fault(key.exercise, names, "passes", remedy, source(one[1]))
        return [one[0].exercise.name for one, _ in chosen]

    def _chosen(self) -> list[tuple[Known, Known]]:
        """Return pairs, half of them of functions that have to do with each other, where there are so many."""
        grader = self.passing.grader
        known = [(key, mistake) for key in grader.keys for mistake in key.exercise.mistakes]
        reached = reach(grader.sheet.solution)
        near: list[tuple[Known, Known]] = []
        far: list[tuple[Known, Known]] = []
        for one, two in itertools.combinations(known, 2):
            first, second = one[1].function, two[1].function
            if first != second:
                related = first in reached[second] or second in reached[first] or one[0] is two[0]
                (near if related else far).append((one, two))
        draw = random.Random(f"{self.seed}/{grader.sheet.assignment.slug}")  # noqa: S311 - a sample, no secret
        chosen = draw.sample(near, min(len(near), max(PAIRS // 2, PAIRS - len(far))))
        return chosen + draw.sample(far, min(len(far), PAIRS - len(chosen)))

    def _must_fail(self, one: Known, two: Known) -> set[str]:
        """Return the exercises that a pair must not pass, by name.

        Both, where the mistakes lie side by side; the called function's, where one function calls the other: what
        two errors come to together may then be right, for the caller alone.
        """
        reached = reach(self.passing.grader.sheet.solution)
        first, second = one[1].function, two[1].function
        if first in reached[second]:
            return {one[0].exercise.name}
        if second in reached[first]:
            return {two[0].exercise.name}
        return {one[0].exercise.name, two[0].exercise.name}

    def _changed(self, pairs: Sequence[tuple[Known, Known]]) -> Iterator[Changed]:
        sheet = self.passing.grader.sheet
        for (key, first), (other, second) in pairs:
            only = key.exercise.functions + other.exercise.functions
            text = splice(sheet.solution, sheet.checks, first.function, source(first))
            text = splice(text, sheet.checks, second.function, source(second), only)
            names = first.function, second.function
            yield self.passing.changed(f"{first.name}, {second.name}", text, *names)
