"""How often a cause is named, and how often the wrong one, over known mistakes and over changes nobody thought of.

    python bench/diagnosis.py [--course DIR] [--seeds 1 2 ...] [--list]

- Every known mistake, with all of them known: it has to be called by its own name.
- The same with this one (and those that are `like` it) taken away, as if a student had made a mistake that nobody has
  thought of. Then the name of another mistake is wrong.
- Every known mistake times -1, 2 and 1/2, as if a slip came on top of it: any name but its own is wrong.
- Every automatic mutant of the reference. The name of a mistake is wrong where the mutant and that mistake come apart
  on another seed.

A fingerprint is a statement on the outputs: it is right if the other seeds lead to the same one, and wrong if it was a
coincidence. What only describes (`fingerprints.DESCRIPTIONS`) is true by being said, and counted by itself. `--list`
prints every fingerprint beside the mistake's own line, for a reader to judge.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.authoring import load_course
from autograder.grading import Grader
from autograder.grading.checking import check
from autograder.grading.diagnosis import telling
from autograder.grading.factors import UNNAMED
from autograder.grading.fingerprints import DESCRIPTIONS
from autograder.model import Diagnosis, Source, Submission
from autograder.numerics.compare import alike
from autograder.sandbox.canaries import open_sandbox
from autograder.sandbox.wire import Leaf
from autograder.validate.mutants import mutants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.authoring import Mistake
    from autograder.authoring.loading import Sheet
    from autograder.model import Mismatch, Run
    from autograder.sandbox.host import Sandbox
    from autograder.validate.mutants import Mutant

    Outcome = tuple[Sequence[Run], dict[int, Mismatch]]

RIGHT, DESCRIBED, UNNAMED_CAUSE, WRONG = "named right", "described", "not named", "named wrong"
OUTCOMES = (RIGHT, DESCRIBED, UNNAMED_CAUSE, WRONG)
TRIALS = ("all known", "one left out", "times a factor", "mutants")
FACTORS = (-1.0, 2.0, 0.5)
MUTANT_SECONDS = 0.5
"""What runs longer has lost the end of its loop."""
NOTHING = Diagnosis("")


@dataclass(slots=True)
class Figures:
    """What has been counted."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: {trial: Counter() for trial in TRIALS})
    seconds: list[float] = field(default_factory=list)
    mistakes: Counter[str] = field(default_factory=Counter)
    """The mutants for which the name of a listed mistake is given, by outcome."""
    told: list[tuple[str, str]] = field(default_factory=list)
    """What a reader may want to judge, each with its outcome."""

    def add(self, trial: str, outcome: str, what: str, is_: str, said: Diagnosis) -> None:
        """Count one diagnosis."""
        self.counts[trial][outcome] += 1
        self.told.append((outcome, f"{trial}: {what}\n  is   {is_}\n  told {said.mistake}: {said.message}"))


class Bank:
    """One exercise on every seed."""

    def __init__(self, graders: Sequence[Grader], place: int, figures: Figures) -> None:
        self.graders, self.figures = graders, figures
        self.keys = [grader.keys[place] for grader in graders]
        self.exercise = self.keys[0].exercise
        self.sheet = graders[0].sheet
        self.known = [
            {
                name: (runs, check(key, runs)[0])
                for name, runs in grader.mistakes.runs(key).items()  # as a student's would
            }
            for grader, key in zip(graders, self.keys, strict=True)
        ]

    def label(self, what: str) -> str:
        """Return the full name of a trial."""
        return f"{self.sheet.assignment.slug}/{self.exercise.name}/{what}"

    def said(self, place: int, outcome: Outcome, without: Sequence[str] = ()) -> Diagnosis:
        """Return the diagnosis on one seed, as if some mistakes were not known."""
        runs, wrong = outcome
        if not wrong:
            return NOTHING
        kept = [mistake for mistake in self.exercise.mistakes if mistake.name not in without]
        key = replace(self.keys[place], exercise=replace(self.exercise, mistakes=kept))
        started = time.perf_counter()
        found = self.graders[place].mistakes.diagnose(key, runs, wrong)
        self.figures.seconds.append(time.perf_counter() - started)
        return found

    def mistakes(self) -> None:
        """Try every known mistake: known, left out, and times a factor."""
        for mistake in self.exercise.mistakes:
            root = mistake.like or mistake.name
            own = [other.name for other in self.exercise.mistakes if root in {other.name, other.like}]
            bank = [known[mistake.name] for known in self.known]
            itself = [self.said(place, outcome) for place, outcome in enumerate(bank)]
            for found in itself:
                self._add("all known", RIGHT if found.mistake in own else WRONG, mistake, found)
            others = [self.said(place, outcome, own) for place, outcome in enumerate(bank)]
            for found in others:
                self._add("one left out", self._judged(found, others), mistake, found)
            for factor in FACTORS:
                scaled = [
                    self._scaled(place, outcome[0], factor) if self._numbers(place) else None
                    for place, outcome in enumerate(bank)
                ]
                told = [self.said(place, outcome) for place, outcome in enumerate(scaled) if outcome]
                for found in told:
                    named = found.mistake.partition("+")[0]
                    right = RIGHT if named in own else self._judged(found, told)
                    if found is not NOTHING:
                        self._add("times a factor", right, mistake, found)

    def _add(self, trial: str, outcome: str, mistake: Mistake, found: Diagnosis) -> None:
        self.figures.add(trial, outcome, self.label(mistake.name), mistake.says, found)

    def _numbers(self, place: int) -> bool:
        """Return whether nothing of the exercise is judged: a judge would see queries that do not fit."""
        return all(question.judge is None for question in self.keys[place].questions)

    def _scaled(self, place: int, runs: Sequence[Run], factor: float) -> Outcome:
        changed = [replace(run, value=_times(run.value, factor)) for run in runs]
        return changed, check(self.keys[place], changed)[0]

    def _judged(self, found: Diagnosis, on_seeds: Sequence[Diagnosis]) -> str:
        """Return the outcome of a diagnosis that must not name a listed mistake."""
        if not found.mistake:
            return UNNAMED_CAUSE
        if found.mistake in DESCRIPTIONS or found.mistake == UNNAMED:
            return DESCRIBED
        if found.mistake.partition("+")[0] in self.known[0]:
            return WRONG
        return RIGHT if all(other.mistake == found.mistake for other in on_seeds) else WRONG

    def mutants(self, pool: ThreadPoolExecutor) -> None:
        """Try every automatic mutant of the functions of the exercise."""
        made = [mutant for name in self.exercise.functions for mutant in mutants(self.sheet.solution, name)]
        for mutant, outcomes in zip(made, pool.map(self._mutated, made), strict=True):
            told = [self.said(place, outcome) for place, outcome in enumerate(outcomes)]
            for place, found in enumerate(told):
                if found is not NOTHING:
                    outcome = self._of_mutant(place, found, outcomes, told)
                    self.figures.add("mutants", outcome, self.label(mutant.name), "one change", found)

    def _mutated(self, mutant: Mutant) -> list[Outcome]:
        source = Source("solution.py", (mutant.text,))
        submission = Submission(mutant.name, self.sheet.assignment.slug, mutant.name, (source,))
        found: list[Outcome] = []
        for grader, key in zip(self.graders, self.keys, strict=True):
            quick = replace(key.batch, limits=replace(key.batch.limits, seconds=MUTANT_SECONDS))
            runs = grader.runs(submission, replace(key, batch=quick))
            try:
                found.append((runs, check(key, runs)[0]))
            except Exception:  # noqa: BLE001 - a judge that cannot bear it: nobody is diagnosed then
                found.append((runs, {}))
        return found

    def _of_mutant(
        self, place: int, found: Diagnosis, outcomes: Sequence[Outcome], told: Sequence[Diagnosis]
    ) -> str:
        if found.mistake not in self.known[place]:
            there = [other for other in told if other is not NOTHING]
            if "+" in found.mistake:  # two causes: right if both are there on every seed
                return RIGHT if all(other.mistake == found.mistake for other in there) else WRONG
            return self._judged(found, there)
        outcome = RIGHT if self._everywhere(place, found, outcomes) else WRONG
        self.figures.mistakes[outcome] += 1
        return outcome

    def _everywhere(self, place: int, found: Diagnosis, outcomes: Sequence[Outcome]) -> bool:
        """Return whether a mutant comes to the same as the mistake that it is called, on all other seeds."""
        runs, wrong = outcomes[place]
        function = self.keys[place].questions[telling(runs, wrong)].case.function
        mistake = next(each for each in self.exercise.mistakes if each.name == found.mistake)
        fresh = [seed for seed in range(len(outcomes)) if seed != place]
        return all(self._same(seed, outcomes[seed], mistake, {function, mistake.function}) for seed in fresh)

    def _same(self, place: int, outcome: Outcome, mistake: Mistake, functions: set[str]) -> bool:
        """Return whether a mutant and a mistake come to the same in every case of these functions."""
        runs, wrong = outcome
        its, its_wrong = self.known[place][mistake.name]
        return all(
            (number in wrong) == (number in its_wrong)
            and (number not in wrong or alike(runs[number], its[number], question.reference))
            for number, question in enumerate(self.keys[place].questions)
            if question.case.function in functions
        )


def _times(value: Any, factor: float) -> Any:
    if isinstance(value, Leaf):
        return Leaf(np.asarray(value.array * factor), value.kind) if value.array.dtype.kind == "f" else value
    if isinstance(value, list | tuple):
        return type(value)(_times(item, factor) for item in value)
    return {key: _times(item, factor) for key, item in value.items()} if isinstance(value, dict) else value


def banks(
    sheets: Sequence[Sheet], open_: Callable[[str], Sandbox], seeds: Sequence[int], figures: Figures
) -> Iterator[Bank]:
    """Yield every exercise."""
    for sheet in sheets:
        sandbox = open_(sheet.assignment.profile)
        graders = [Grader(sheet, sandbox, seed) for seed in seeds]
        for place in range(len(sheet.assignment.exercises)):
            yield Bank(graders, place, figures)


def measured(sheets: Sequence[Sheet], seeds: Sequence[int]) -> Figures:
    """Return the figures of all sheets together. seeds: two at least, one to name a cause and another one to judge it."""
    figures = Figures()
    with ExitStack() as stack, ThreadPoolExecutor(os.cpu_count()) as pool:
        opened: dict[str, Sandbox] = {}

        def sandbox(profile: str) -> Sandbox:
            if profile not in opened:
                opened[profile] = stack.enter_context(open_sandbox(profile, None)[0])
            return opened[profile]

        for bank in banks(sheets, sandbox, seeds, figures):
            bank.mistakes()
            bank.mutants(pool)
    return figures


def main() -> None:
    """Print the figures of every sheet together, then what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--course", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--list", action="store_true", help="print every fingerprint for a reader to judge")
    asked = parser.parse_args()
    if len(asked.seeds) < 2:
        parser.error("at least two seeds are needed: one to name a cause, another one to judge it")
    figures = measured(load_course(asked.course).sheets, asked.seeds)
    print(f"seeds {asked.seeds}")
    for trial, counts in figures.counts.items():
        total = counts.total()
        shares = [f"{what} {counts[what] / total:7.2%} ({counts[what]})" for what in OUTCOMES]
        print(f"{trial:<15} {total:>5} diagnoses: {', '.join(shares)}")
    named, wrong = figures.mistakes.total(), figures.mistakes[WRONG]
    every = figures.counts["mutants"].total()
    print(f"mutants called by a listed mistake: {named}, wrongly {wrong}: {wrong / every:.2%} of all of them")
    spent = sorted(figures.seconds)
    middle, most = spent[len(spent) // 2], spent[int(0.99 * len(spent))]
    print(f"seconds         {middle * 1e3:.2f} ms (median), {most * 1e3:.2f} ms (99 %)")
    shown = {WRONG, RIGHT, DESCRIBED} if asked.list else {WRONG}
    for outcome, what in figures.told:
        if outcome in shown:
            print(f"\n{outcome.upper()} {what}")


if __name__ == "__main__":
    main()
