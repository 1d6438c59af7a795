"""Looks for right answers in everything that students are told: over all known mistakes, under any diagnosis."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.grading.checking import check
from autograder.numerics.compare import leaves
from autograder.sandbox.wire import Leaf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from autograder.grading import Grader
    from autograder.grading.key import ExerciseKey
    from autograder.model import Mismatch, Run

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
COUNTS = re.compile(r"in line \d+|(?<![\w.])\d+ of \d+ entries")
"""Lines of the student's file, and entries of the student's array."""
DIGITS = 3
"""A number of fewer digits may be anything: a count of entries, or an index."""


def numbers(text: str) -> Iterator[str]:
    """Yield the numbers in a text that have digits enough to be somebody's, as they are written, without their signs."""
    for found in NUMBER.findall(COUNTS.sub("", text)):
        if len(Decimal(found).normalize().as_tuple().digits) >= DIGITS:
            yield found


def given_away(text: str, secret: Iterable[float], own: Iterable[float]) -> list[str]:
    """Return what a text holds of the secret numbers: rounded or cut to any number of digits, as a share or as percent.

    own: the numbers that the student returned: to say them is no secret.
    """
    return [
        number
        for number in numbers(text)
        if any(written_as(number, value) for value in secret)
        and not any(written_as(number, value) for value in own)
    ]


def written_as(number: str, value: float) -> bool:
    """Return whether a number in a text is this one, to the digits that it has there."""
    if not math.isfinite(value) or value == 0:
        return False
    said = Decimal(number)
    step = Decimal(1).scaleb(int(said.as_tuple().exponent))
    return any(abs(Decimal(abs(value)) * scale - said) < step for scale in (1, 100))


def of_answer(answer: Any) -> Iterator[float]:
    """Yield the numbers of a right answer."""
    for leaf in leaves(answer):
        if leaf.kind != "bool":
            yield from np.unique(leaf.value.astype(np.float64)).tolist()


def of_value(value: Any) -> Iterator[float]:
    """Yield the numbers that came."""
    if isinstance(value, Leaf):
        if value.array.dtype.kind in "iuf":
            yield from np.unique(value.array.astype(np.float64)).tolist()
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from of_value(item)


def messages(
    grader: Grader, key: ExerciseKey, name: str, runs: Sequence[Run], wrong: dict[int, Mismatch]
) -> Iterator[str]:
    """Yield what is said: of each case, and with the mistake known, and without it and those that are like it."""
    yield from (mismatch.message for mismatch in wrong.values())
    yield grader.mistakes.diagnose(key, runs, wrong).message
    mistakes = key.exercise.mistakes
    own = next(mistake for mistake in mistakes if mistake.name == name)
    same = {own.name, own.like} - {""}
    rest = [mistake for mistake in mistakes if not same & {mistake.name, mistake.like}]
    for known in (rest, []):
        bare = replace(key, exercise=replace(key.exercise, mistakes=known))
        yield grader.mistakes.diagnose(bare, runs, wrong).message


def searched(grader: Grader) -> tuple[int, list[tuple[str, str, str]]]:
    """Return how many messages all mistakes of a sheet bring about, and each (mistake, number, message) that tells."""
    found, said = [], 0
    for key in grader.keys:
        secret = {value for question in key.questions for value in of_answer(question.reference)}
        for name, runs in grader.mistakes.runs(key).items():
            wrong, _ = check(key, runs)
            own = {value for run in runs for value in of_value(run.value)}
            for text in messages(grader, key, name, runs, wrong):
                said += 1
                found += [(name, number, text) for number in given_away(text, secret, own)]
    return said, found
