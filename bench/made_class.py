"""Makes a class of any size out of the reference: right, in other words, and with one to three known mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograder.authoring.splice import SpliceError, splice
from autograder.model import Source, Submission

if TYPE_CHECKING:
    from autograder.authoring.loading import Sheet

MISTAKES = (0.35, 0.35, 0.2, 0.1)
"""Shares of the class with no mistake, one, two and three."""
REWRITTEN = 0.5
"""Share of the exercises that a student solves in other words than the reference."""


def made_class(sheet: Sheet, size: int, seed: int = 0) -> list[Submission]:
    """Return `size` submissions, each with a text of its own; the same ones for the same seed."""
    rng = np.random.default_rng(seed)
    return [_submission(sheet, number, rng) for number in range(size)]


def _submission(sheet: Sheet, number: int, rng: np.random.Generator) -> Submission:
    exercises = sheet.assignment.exercises
    count = min(int(rng.choice(len(MISTAKES), p=MISTAKES)), len(exercises))
    wrong = set(rng.choice(len(exercises), size=count, replace=False).tolist())
    text = f"# student {number}\n{sheet.solution}"
    for place, exercise in enumerate(exercises):
        if place in wrong:
            mistake = exercise.mistakes[rng.integers(len(exercise.mistakes))]
            text = _with(sheet, text, mistake.function, mistake.name.replace("-", "_"))
        elif rng.random() < REWRITTEN:
            variant = exercise.variants[rng.integers(len(exercise.variants))]
            text = _with(sheet, text, variant.function, variant.name)
    name = f"student{number:04d}"
    path = f"{name}/{sheet.assignment.slug}.py"
    return Submission(name, sheet.assignment.slug, path, (Source(f"{sheet.assignment.slug}.py", (text,)),))


def _with(sheet: Sheet, text: str, function: str, replacement: str) -> str:
    try:
        return splice(text, sheet.checks, function, replacement)
    except SpliceError:
        return text  # the two need names that exclude each other
