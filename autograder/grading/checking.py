"""Trusted. Compares every run of an exercise with its answer, and the repeated ones with their first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.model import Mismatch
from autograder.sandbox.wire import Leaf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.grading.key import ExerciseKey
    from autograder.grading.question import Question
    from autograder.model import Run

UNREPEATABLE = "The same call gave two different results. Does your function keep something between calls?"


def check(key: ExerciseKey, runs: Sequence[Run]) -> tuple[dict[int, Mismatch], tuple[str, ...]]:
    """Return the mismatch of each wrong question by its position, and notes on right ones.

    runs: of the questions, then of the repeated ones: an answer must come out the same twice. A repeated one that was
    never asked, because another question ended the process before, says nothing. Raises what a judge of the author
    raises, nothing else.
    """
    wrong: dict[int, Mismatch] = {}
    notes: dict[str, None] = {}
    for place, question in enumerate(key.questions):
        compared = question.compare(runs[place])
        if compared.mismatch is not None:
            wrong[place] = _in_case(compared.mismatch, question)
        else:
            notes |= dict.fromkeys(f"{question.case.function}: {note}" for note in compared.notes)
    for place, again in zip(key.repeated, runs[len(key.questions) :], strict=True):
        if place not in wrong and again.asked:
            found = _difference(runs[place], again, key.questions[place])
            wrong |= {} if found is None else {place: _in_case(found, key.questions[place])}
    return wrong, tuple(notes)


def _difference(first: Run, again: Run, question: Question) -> Mismatch | None:
    """Return why a right answer does not count, because the same call came to something else the second time."""
    if again.ended is not first.ended:
        return question.compare(again).mismatch or Mismatch("unrepeatable", UNREPEATABLE)
    return None if _identical(first.value, again.value) else Mismatch("unrepeatable", UNREPEATABLE)


def _in_case(mismatch: Mismatch, question: Question) -> Mismatch:
    text = f"{question.case.function}: {mismatch.message}"
    return Mismatch(mismatch.kind, text, mismatch.path, question.case.name)


def _identical(one: Any, two: Any) -> bool:
    if isinstance(one, Leaf) and isinstance(two, Leaf):
        same_form = one.array.dtype == two.array.dtype and one.array.shape == two.array.shape
        return same_form and np.array_equal(one.array, two.array, equal_nan=one.array.dtype.kind in "fc")
    if isinstance(one, list | tuple) and type(one) is type(two) and len(one) == len(two):
        return all(_identical(a, b) for a, b in zip(one, two, strict=True))
    if isinstance(one, dict) and isinstance(two, dict) and one.keys() == two.keys():
        return all(_identical(one[key], two[key]) for key in one)
    return type(one) is type(two) and bool(one == two)
