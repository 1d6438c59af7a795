"""Trusted. The proof of the checks: automatic mutants, pairs of mistakes, many seeds, and verdicts that do not waver.

The gate shows that the mistakes somebody thought of are caught on one draw of the inputs. Here are those that nobody
thought of, those that two errors make together, and every other draw.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autograder.authoring.splice import kept, reach
from autograder.validate.mutants import mutants
from autograder.validate.pairs import Pairs, scaled
from autograder.validate.processes import result
from autograder.validate.records import Proof
from autograder.validate.steady import unsteady
from autograder.validate.sweep import Part, likeliest, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future, ThreadPoolExecutor

    from autograder.authoring import Exercise
    from autograder.authoring.loading import Sheet
    from autograder.grading import Grader
    from autograder.grading.key import ExerciseKey
    from autograder.validate.mutants import Mutant
    from autograder.validate.passing import Passing
    from autograder.validate.processes import Sweeper
    from autograder.validate.records import ExerciseReport, Fault
    from autograder.validate.sweep import Found

    Step = Callable[[str], None]

SWEPT = 100
"""Seeds of one part: each submission is loaded once for all of them."""


def steps(sheet: Sheet, seeds: int) -> int:
    """Return how many things there are to do."""
    exercises = sheet.assignment.exercises
    found = sum(len(_mutants(sheet, exercise)) for exercise in exercises)
    return found + len(exercises) * (1 + len(_parts(range(seeds)))) + 2


def _mutants(sheet: Sheet, exercise: Exercise) -> list[Mutant]:
    """Return the mutants of the functions that an exercise asks for, and of private ones that these call."""
    try:
        reached = reach(sheet.solution)
    except Exception:  # noqa: BLE001 - a text that is no Python: the gate has said so
        return []
    asked = [name for name in exercise.functions if name in reached]
    text = kept(sheet.solution, exercise.functions)
    private = sorted({name for function in asked for name in reached[function] if name.startswith("_")})
    return [mutant for name in (*asked, *private) for mutant in mutants(text, name)]


def _parts(seeds: range) -> list[range]:
    return [seeds[start : start + SWEPT] for start in range(0, len(seeds), SWEPT)]


@dataclass(slots=True)
class Thorough:
    """The proofs of one sheet."""

    grader: Grader
    passing: Passing
    seed: int
    """The pairs and the sample are drawn from it, and the seeds of the sweep follow it."""
    seeds: int
    sweeper: Sweeper
    step: Step

    @property
    def faults(self) -> list[Fault]:
        """What is wrong, as far as it is known."""
        return self.passing.faults

    def proofs(
        self, exercises: Sequence[ExerciseReport], pool: ThreadPoolExecutor
    ) -> tuple[ExerciseReport, ...]:
        """Return the reports with what was found out; `faults` has grown by what is wrong."""
        keys = self.grader.keys
        swept = [self._begun(key, report) for key, report in zip(keys, exercises, strict=True)]
        found = [self._proof(key, pool) for key in keys]
        pairs = Pairs(self.passing, self.seed).tried(pool)
        self.step("pairs of mistakes")
        self._steady()
        self.step("verdicts, over and over")
        clean = [self._swept(key.exercise, waiting) for key, waiting in zip(keys, swept, strict=True)]
        return tuple(
            replace(report, proof=replace(proof, pairs=pairs.count(report.name), seeds=seeds))
            for report, proof, seeds in zip(exercises, found, clean, strict=True)
        )

    def _proof(self, key: ExerciseKey, pool: ThreadPoolExecutor) -> Proof:
        exercise = key.exercise
        made = _mutants(self.grader.sheet, exercise)
        passing = {mutant.name for mutant in self._passing(key, made, pool)}
        tried = dict(scaled(self.passing, key))
        judged = self.passing.judged(key, list(tried.values()), pool)
        right = {name for name, passes in zip(tried, judged, strict=True) if passes}
        self.step(f"{exercise.name}: scaled mistakes")
        self._listed(exercise, {mutant.name for mutant in made} | tried.keys(), passing | right)
        survivors = tuple(
            mutant.name for mutant in made if mutant.name in passing - exercise.equivalents.keys()
        )
        return Proof(
            mutants=len(made),
            listed=len(passing) - len(survivors),
            survivors=survivors,
            scaled=len(tried),
            cancelled=len(right & exercise.equivalents.keys()),
        )

    # Mutants

    def _passing(
        self, key: ExerciseKey, made: Sequence[Mutant], pool: ThreadPoolExecutor
    ) -> Iterator[Mutant]:
        tried = [self.passing.changed(mutant.name, mutant.text, mutant.function) for mutant in made]
        right = self.passing.judged(key, tried, pool)
        for mutant, changed, passes in zip(made, tried, right, strict=True):
            self.step(f"{key.exercise.name}: mutants")
            # a machine under load must not make an honest one late
            if passes or (mutant.name in key.exercise.equivalents and self.passing.passes(key, changed)):
                yield mutant

    def _listed(self, exercise: Exercise, tried: set[str], passing: set[str]) -> None:
        """What passes is listed with its reason, and nothing else is."""
        for name in sorted(passing - exercise.equivalents.keys()):
            remedy = "Add a case on which it shows, or list it as equivalent with the reason."
            self.passing.fault(exercise, f"`{name}`", "passes", remedy)
        for name in exercise.equivalents:
            if name not in passing:
                wrong = "fails a case" if name in tried else "is not there"
                self.passing.fault(exercise, f"the equivalent `{name}`", wrong, "Take it off the list.")

    # Seeds

    @property
    def _range(self) -> range:
        return range(self.seed + 1, self.seed + 1 + self.seeds)

    def _begun(self, key: ExerciseKey, report: ExerciseReport) -> list[Future[list[Found]]]:
        sheet, known = self.grader.sheet, self.grader.mistakes.runs(key)
        part = Part(
            folder=sheet.folder,
            slug=sheet.assignment.slug,
            number=sheet.number,
            texts=(sheet.solution, sheet.checks),
            exercise=key.exercise.name,
            cases=frozenset(case.name for case in key.exercise.cases),
            mistakes=tuple((name, likeliest(key, known[name])) for name in report.matrix.mistakes),
            seeds=self._range,
            isolation=self.grader.sandbox.isolation,
        )
        return self.sweeper.begin([replace(part, seeds=seeds) for seeds in _parts(part.seeds)])

    def _swept(self, exercise: Exercise, waiting: Sequence[Future[list[Found]]]) -> int:
        """Return on how many seeds everything comes out as it must."""
        found: list[Found] = []
        for part in waiting:
            found += result(part)
            self.step(f"{exercise.name}: seeds")
        self.passing.faults += told(found, self._range)
        return self.seeds - len({one.seed for one in found})

    # Verdicts

    def _steady(self) -> None:
        for exercise, mistake, changed in unsteady(self.grader, self.seed):
            wrong = f"is not judged in the same words each time: its {changed} changes"
            remedy = "Let nothing depend on what was graded before."
            self.passing.fault(exercise, f"mistake {mistake}", wrong, remedy, mistake.replace("-", "_"))
