"""Trusted. Whether the same work is always judged in the same words, whatever is graded before it or beside it."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from autograder.grading import Grader
from autograder.grading.diagnosis import edited
from autograder.validate.trials import source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.authoring import Exercise
    from autograder.model import ExerciseResult, Submission

SAMPLED = 10
"""Mistakes of a sheet that are graded over and over."""
THREADS = (1, 2, 3, 4, 5, 6, 7, 8, 12, 16)
JUDGEMENTS = 100
"""At least so many in all, as many with each number of threads."""


def unsteady(grader: Grader, seed: int) -> Iterator[tuple[Exercise, str, str]]:
    """Yield the exercise, the mistake, and what of its result changes, wherever one is not judged in the same words.

    A sample is graded one by one; then by a grader whose exercises are in another order, in another order each time,
    by another number of threads.
    """
    sheet = grader.sheet
    draw = random.Random(f"{seed}/{sheet.assignment.slug}/steady")  # noqa: S311 - a sample, no secret
    known = [mistake for exercise in sheet.assignment.exercises for mistake in exercise.mistakes]
    sample = [
        edited(sheet, mistake.function, source(mistake))
        for mistake in draw.sample(known, min(len(known), SAMPLED))
    ]
    if not sample:  # told already
        return
    first = [_results(grader, submission) for submission in sample]
    exercises = draw.sample(sheet.assignment.exercises, len(sheet.assignment.exercises))
    shuffled = [
        replace(exercise, oracles=[]) for exercise in exercises
    ]  # they have been asked about this draw
    assignment = replace(sheet.assignment, exercises=shuffled)
    other = Grader(replace(sheet, assignment=assignment), grader.sandbox, seed)
    each = -(-JUDGEMENTS // (len(THREADS) * len(sample)))
    for threads in THREADS:
        order = draw.sample([*range(len(sample))] * each, len(sample) * each)
        with ThreadPoolExecutor(threads) as pool:
            again = pool.map(lambda place: _results(other, sample[place]), order)
            for place, results in zip(order, again, strict=True):
                for exercise in sheet.assignment.exercises:
                    changed = _changed(first[place][exercise.name], results[exercise.name])
                    if changed:
                        yield exercise, sample[place].student.replace("_", "-"), changed


def _results(grader: Grader, submission: Submission) -> dict[str, ExerciseResult]:
    return {result.name: result for result in grader.grade(submission).exercises}


def _changed(one: ExerciseResult, two: ExerciseResult) -> str:
    """Return the name of the first field that differs."""
    for name in ("verdict", "score", "criteria", "mismatch", "diagnosis", "notes", "stdout"):
        if getattr(one, name) != getattr(two, name):
            return name
    return ""
