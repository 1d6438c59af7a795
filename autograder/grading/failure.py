"""Trusted. The failing questions of one function, beside what the known mistakes of the exercise come to there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.grading.checking import check
from autograder.grading.seen import seen
from autograder.numerics.compare import alike
from autograder.numerics.truth import Truth
from autograder.sandbox.wire import Leaf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.authoring import Mistake
    from autograder.grading.key import ExerciseKey
    from autograder.grading.question import Question
    from autograder.grading.seen import Seen
    from autograder.model import Mismatch, Run


@dataclass(frozen=True)
class Known:
    """What one mistake comes to."""

    key: ExerciseKey
    mistake: Mistake
    runs: Sequence[Run]
    """Of every question, then of the repeated ones."""

    @cached_property
    def wrong(self) -> dict[int, Mismatch]:
        """The mismatch of each question that it fails. Raises what a judge of the author raises.

        Asked last: most mistakes come to other numbers than the student did, and that is told sooner.
        """
        return check(self.key, self.runs)[0]

    @property
    def root(self) -> str:
        """The name of the mistake that it is, under whatever name."""
        return self.mistake.like or self.mistake.name


@dataclass(frozen=True, slots=True)
class Failure:
    """The failing questions of one function."""

    key: ExerciseKey
    runs: Sequence[Run]
    """The student's, one for each question."""
    wrong: dict[int, Mismatch]
    """The mismatch of each failing question by its position, of other functions too."""
    function: str

    @property
    def failing(self) -> tuple[int, ...]:
        """The positions of the failing questions of the function."""
        return tuple(
            place for place in self.wrong if self.key.questions[place].case.function == self.function
        )

    @property
    def passed(self) -> list[Question]:
        """The other questions of the function."""
        return [
            question
            for place, question in enumerate(self.key.questions)
            if question.case.function == self.function and place not in self.wrong
        ]

    def case(self, place: int, its: Known | None = None) -> Seen | None:
        """Return the numbers of one failing case beside the right ones, or beside those of a mistake.

        None where there is nothing to compare.
        """
        answer = None if its is None else as_answer(its.runs[place].value)
        return seen(self.runs[place], self.key.questions[place], self.wrong[place], answer)

    def cases(self, its: Known | None = None) -> list[Seen] | None:
        """Return all failing cases in this way, or None where one of them holds nothing to compare."""
        found = []
        for place in self.failing:
            case = self.case(place, its)
            if case is None:
                return None
            found.append(case)
        return found

    def mistake(self, known: Sequence[Known]) -> Mistake | None:
        """Return the one mistake that fails each of these questions in the same way, or None.

        It may fail no other question of the function or of its own: what is right there is not explained by it.
        """
        fitting = [
            its.mistake
            for its in known
            if all(self.explained(place, its) for place in self.failing) and not self.excused(its)
        ]
        roots = {mistake.like or mistake.name for mistake in fitting}
        if len(roots) != 1:
            return None
        return next((mistake for mistake in fitting if not mistake.like), fitting[0])

    def explained(self, place: int, its: Known) -> bool:
        """Return whether a mistake fails one question in the same way."""
        return (
            alike(self.runs[place], its.runs[place], self.key.questions[place].reference)
            and place in its.wrong
            and its.wrong[place].kind == self.wrong[place].kind
        )

    def excused(self, its: Known) -> tuple[int, ...]:
        """Return the questions of the function, or of the mistake's own, that it fails and the student does not."""
        told = {self.function, its.mistake.function}
        return tuple(
            place
            for place in sorted(its.wrong)
            if place not in self.wrong and self.key.questions[place].case.function in told
        )


def as_answer(value: Any) -> Any:
    """Return what a mistake came to as if it were right, with the rounding error of its last operation."""
    if isinstance(value, Leaf):
        if value.array.dtype.kind not in "iuf":
            return None
        wide = value.array.astype(np.longdouble)
        return Truth(wide, np.abs(wide), "float")
    if isinstance(value, list | tuple):
        return tuple(map(as_answer, value))
    return {key: as_answer(item) for key, item in value.items()} if isinstance(value, dict) else value
