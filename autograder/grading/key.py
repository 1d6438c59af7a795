"""Trusted. The answer key of one sheet and one seed: inputs, right answers with their bounds, and the oracles' word.

Everything here is done once for a class. The key never leaves the grader's process: a child is sent inputs only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autograder.grading.draws import drawn, generator
from autograder.grading.oracles import faults
from autograder.sandbox.host import Batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.authoring import Exercise
    from autograder.authoring.loading import Sheet
    from autograder.grading.question import Question


@dataclass(frozen=True, slots=True)
class ExerciseKey:
    """The questions of one exercise, ready to be asked."""

    exercise: Exercise
    questions: tuple[Question, ...]
    batch: Batch
    """The calls of the questions, then those of `repeated` once more."""
    repeated: tuple[int, ...]
    """Positions of the questions that are asked a second time: the first of each function."""
    faults: tuple[str, ...]
    """Why no verdict can be given: an oracle disagrees, an answer has no bound, a criterion has no case."""


def exercise_key(sheet: Sheet, exercise: Exercise, seed: int) -> ExerciseKey:
    """Return the key of one exercise for a seed.

    Raises whatever the reference or a case raises that is not part of an answer: `validate` names it.
    """
    slug = sheet.assignment.slug
    questions = tuple(drawn(sheet, exercise, case, seed) for case in exercise.cases)
    first = {question.case.function: place for place, question in reversed(list(enumerate(questions)))}
    repeated = tuple(sorted(first.values()))
    student_seed = int(generator(seed, slug, exercise.name).integers(2**31))
    batch = _batch(exercise, questions, repeated, student_seed)
    return ExerciseKey(exercise, questions, batch, repeated, tuple(faults(exercise, questions)))


def narrowed(key: ExerciseKey, places: Sequence[int]) -> ExerciseKey:
    """Return a key that asks some of the questions only. places: their positions, in order."""
    questions = tuple(key.questions[place] for place in places)
    again = [number for number, place in enumerate(key.repeated) if place in places]
    repeated = tuple(places.index(key.repeated[number]) for number in again)
    batch = key.batch.part([*places, *(len(key.questions) + number for number in again)])
    return replace(key, questions=questions, batch=batch, repeated=repeated)


def _batch(
    exercise: Exercise, questions: Sequence[Question], repeated: Sequence[int], student_seed: int
) -> Batch:
    calls = [question.call for question in (*questions, *(questions[place] for place in repeated))]
    return Batch.encode(
        exercise.name,
        calls,
        exercise.limits,
        student_seed,
        forbids=exercise.forbidden,
        closed=exercise.closed,
    )
