"""Trusted. The smallest example that a failing function gets wrong: few, small, whole numbers to work out by hand.

The examples of a function are its cases made small (`shrinking`), drawn from a public seed, so that they tell nothing
of the inputs that are graded with. They count for no mark. One is used only if the reference, every oracle and every
variant come to the same answer on it: making a case small may break what its author took for granted, and then honest
solutions part.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.grading.answers import agree
from autograder.grading.draws import arguments, generator
from autograder.grading.oracles import doubts
from autograder.grading.question import Question, question_of
from autograder.grading.shrinking import entries, smaller, spelled
from autograder.grading.steps import EndlessError, at_most
from autograder.model import Ended
from autograder.numerics.compare import leaves
from autograder.numerics.truth import Raises
from autograder.sandbox.host import Batch, Call

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autograder.authoring import Case, Exercise
    from autograder.authoring.loading import Sheet
    from autograder.model import Run

SEED = 0
"""Public: what is drawn from it may be shown."""
MOST_NUMBERS = 12
"""In all arguments of an example."""
OF_A_SIZE = 2
"""How many examples of a function hold the same count of numbers."""
OF_A_FUNCTION = 6
STEPS = 200_000
"""What one example may take of `steps.at_most`: in a case made small a loop may never end."""


@dataclass(frozen=True, slots=True)
class _Example:
    """A case made small."""

    case: Case
    args: tuple[Any, ...]

    @property
    def text(self) -> str:
        """The call as it is written in Python."""
        return f"{self.case.function}({', '.join(map(spelled, self.args))})"


class Examples:
    """The small examples of one exercise: drawn at once, each solved when an answer to it is first looked at."""

    def __init__(self, sheet: Sheet, exercise: Exercise) -> None:
        self._sheet, self._exercise = sheet, exercise
        self._examples = tuple(
            example for function in exercise.functions for example in _smallest(sheet, exercise, function)
        )
        calls = [Call(example.case.function, example.args) for example in self._examples]  # none has a driver
        self.batch = Batch.encode(f"{exercise.name} examples", calls, exercise.limits, SEED)
        self._solved: dict[int, Question | None] = {}
        self._sound: dict[int, bool] = {}
        self._lock = threading.Lock()

    def places(self, function: str) -> list[int]:
        """Return the positions in `batch` of the examples of a function, the smallest first."""
        return [place for place, example in enumerate(self._examples) if example.case.function == function]

    def failed(self, runs: Mapping[int, Run], function: str) -> str:
        """Return the first call of a function that came out wrong, as Python; empty where none did.

        runs: by the positions that `places` gave.
        """
        for place, run in sorted(runs.items()):
            example = self._examples[place]
            if run.ended not in {Ended.RETURNED, Ended.RAISED} or example.case.function != function:
                continue
            try:
                with at_most(STEPS):
                    if self._is_wrong(place, run):
                        return example.text
            except EndlessError:
                with self._lock:
                    self._solved[place] = None
        return ""

    def _is_wrong(self, place: int, run: Run) -> bool:
        question = self._question(place)
        wrong = question is not None and question.compare(run).mismatch is not None
        return question is not None and wrong and self._is_sound(place, question)

    def _question(self, place: int) -> Question | None:
        """Return an example with its answer, or None where the reference has none that is finite."""
        with self._lock:
            if place not in self._solved:
                example = self._examples[place]
                try:
                    made = question_of(self._sheet, self._exercise, example.case, example.args)
                    self._solved[place] = made if _is_finite(made) else None
                except Exception:  # noqa: BLE001 - what was made small need not be a question of the exercise
                    self._solved[place] = None
            return self._solved[place]

    def _is_sound(self, place: int, question: Question) -> bool:
        """Return whether all who know the answer agree on it. Asked last: it takes the longest."""
        with self._lock:
            if place not in self._sound:
                try:
                    self._sound[place] = _agreed(self._exercise, question)
                except Exception:  # noqa: BLE001 - as above
                    self._sound[place] = False
            return self._sound[place]


def _is_finite(question: Question) -> bool:
    answer = question.reference
    return not isinstance(answer, Raises) and all(np.isfinite(leaf.value).all() for leaf in leaves(answer))


def _agreed(exercise: Exercise, question: Question) -> bool:
    if any(doubts(exercise, question)):
        return False
    return all(agree(question.reference, other) for other in question.witnesses())


def _smallest(sheet: Sheet, exercise: Exercise, function: str) -> Iterator[_Example]:
    """Yield the examples of one function, smallest first: none where a judge decides, or a call does not show it all."""
    if function in exercise.judges or function in exercise.drivers:
        return
    made = {example.text: example for example in _made(sheet, exercise, function)}
    counted: Counter[int] = Counter()
    for example in sorted(made.values(), key=lambda each: (entries(each.args), len(each.text))):
        size = entries(example.args)
        if counted[size] < OF_A_SIZE and counted.total() < OF_A_FUNCTION:
            counted[size] += 1
            yield example


def _made(sheet: Sheet, exercise: Exercise, function: str) -> Iterator[_Example]:
    for case in exercise.cases:
        if case.function == function:
            try:
                args = arguments(case, generator(SEED, sheet.assignment.slug, case.name))
            except Exception:  # noqa: BLE001, S112 - an author's error on this seed costs an example, no verdict
                continue
            yield from (
                _Example(replace(case, exact=False), small)
                for small in smaller(args)
                if entries(small) <= MOST_NUMBERS
            )
