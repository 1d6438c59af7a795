"""Trusted. Fingerprints that are true of an answer without determining it: which numbers are wrong, or how they differ.

They say where to look, and no more. The first that holds is told.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.grading.seen import Found, Part, listed, one_shape, telling
from autograder.numerics.truth import U32, Array

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograder.grading.question import Question
    from autograder.grading.seen import Seen

DIFFERENCE, FEW_DIGITS = "precision:difference-quotient", "precision:few-digits"
PERMUTED, SIGNS = "layout:permuted", "sign:some"
PLACE, WHERE, ZERO_PLACES = "part:place", "part:where", "zero:some"
ONE_OUTPUT = "part:one-output"
DESCRIPTIONS = (DIFFERENCE, FEW_DIGITS, PERMUTED, SIGNS, PLACE, WHERE, ZERO_PLACES, ONE_OUTPUT)

NEARLY = (1e-11, 1e-4)
"""Between which relative errors an answer is nearly right, and not by rounding."""
SINGLE = (1e-8, 2e-6)
"""Within which the relative error may just as well be that of float32."""
MEASURED = 0.9
"""The share of the numbers that a difference quotient misses at least; a formula with a slip misses some."""


def description(cases: Sequence[Seen], passed: Sequence[Question], arguments: Sequence[str]) -> Found | None:
    """Return the first description that is true of every failing case.

    cases: with their wrong parts alone. passed: the other questions of the function. arguments: its parameters.
    """
    if not one_shape(cases):
        return None
    if (nearly := _few_digits(cases, passed)) is not None:
        return nearly
    if telling(cases) and all(_permuted(part, case) for case in cases for part in case.parts):
        return Found(PERMUTED, {})
    if all(case.near(_sizes(part)) for case in cases for part in case.parts):
        return Found(SIGNS, {})
    if len(cases[0].parts) != 1:
        return None
    return _place(cases, passed, arguments)


def one_output(wrong: Seen, whole: Seen, symptom: str) -> Found | None:
    """Return which one of several outputs is wrong, where it is one."""
    right = [part.path for part in whole.parts if part not in wrong.parts]
    if len(wrong.parts) != 1 or not right:
        return None
    verb = "is" if len(right) == 1 else "are"
    return Found(ONE_OUTPUT, {"symptom": symptom, "right": f"{listed(right)} {verb}"})


# How the numbers differ


def _few_digits(cases: Sequence[Seen], passed: Sequence[Question]) -> Found | None:
    """Return that an answer is nearly right: not by a difference quotient unless every case shows that."""
    worst, mixed, off, count = 0.0, set[float](), 0, 0
    for case in cases:
        for part in case.parts:
            apart, scale = part.got - part.want, np.abs(part.want).max(initial=0)
            far = np.abs(apart) > 1e-3 * np.abs(part.want) + 1e-8 * scale
            if part.whole or case.unit == U32 or not scale or far.any():
                return None
            worst = max(worst, float(np.abs(apart).max() / scale))
            mixed |= set(np.sign((apart * np.sign(part.want)).astype(np.float64)).ravel().tolist())
            off, count = off + int(np.count_nonzero(apart)), count + apart.size
    if not NEARLY[0] <= worst <= NEARLY[1]:
        return None
    words = {"digits": str(math.floor(-math.log10(worst)))}
    noisy = {-1.0, 1.0} <= mixed and off >= max(4, MEASURED * count)
    if noisy and not passed and not SINGLE[0] <= worst <= SINGLE[1]:
        return Found(DIFFERENCE, words)
    return Found(FEW_DIGITS, words)


def _permuted(part: Part, case: Seen) -> bool:
    """Return whether the right numbers came in another order."""
    if part.want.size < 3:
        return False
    order = np.argsort(part.want, axis=None)
    want, error = part.want.flat[order], np.ravel(part.error)[order]
    return case.near(Part(part.path, np.sort(part.got, axis=None), want, error, part.whole))


def _sizes(part: Part) -> Part:
    return Part(part.path, np.abs(part.got.astype(np.longdouble)), np.abs(part.want), part.error, part.whole)


# Where the wrong numbers stand


def _place(cases: Sequence[Seen], passed: Sequence[Question], arguments: Sequence[str]) -> Found | None:
    """Return which numbers of the one wrong output are wrong, if the others are right in every case."""
    wrong = [~case.near_entries(case.parts[0]) for case in cases]
    for place in PLACES:
        if all(_stands(mask, place) for mask in wrong):
            return Found(PLACE, {"place": place})
    if any(mask.all() for mask in wrong):
        return None
    if where := _condition(cases, wrong, passed, arguments):
        return Found(WHERE, {"condition": where})
    lost = [not case.parts[0].got[mask].any() for case, mask in zip(cases, wrong, strict=True)]
    return Found(ZERO_PLACES, {}) if all(lost) and sum(map(np.count_nonzero, wrong)) > 1 else None


PLACES: dict[str, tuple[Any, ...]] = {
    "first number": (0,),
    "last number": (-1,),
    "first row": (0, slice(None)),
    "last row": (-1, slice(None)),
    "first column": (slice(None), 0),
    "last column": (slice(None), -1),
}
"""Parts of an array, by their indices."""


def _stands(mask: Array, place: str) -> bool:
    index = PLACES[place]
    if mask.ndim != len(index) or min(mask.shape) < 2:
        return False
    there = np.zeros_like(mask)
    there[index] = True
    return np.array_equal(mask, there)


CONDITIONS: dict[str, Callable[[Array], Array]] = {
    "negative": lambda array: array < 0,
    "0": lambda array: array == 0,
    "positive": lambda array: array > 0,
}


def _condition(
    cases: Sequence[Seen], wrong: Sequence[Array], passed: Sequence[Question], arguments: Sequence[str]
) -> str:
    """Return for which entries of an argument the answer is wrong, if it is wrong exactly there."""
    found = [
        f"{name} is {word}"
        for place, name in enumerate(arguments)
        for word, holds in CONDITIONS.items()
        if all(_holds(case.question, place, holds, mask) for case, mask in zip(cases, wrong, strict=True))
        and not any(_occurs(question, place, holds) for question in passed)
    ]
    return found[0] if len(found) == 1 else ""


def _holds(question: Question, place: int, holds: Callable[[Array], Array], mask: Array) -> bool:
    given = question.args[place] if place < len(question.args) else None
    return isinstance(given, np.ndarray) and given.shape == mask.shape and np.array_equal(holds(given), mask)


def _occurs(question: Question, place: int, holds: Callable[[Array], Array]) -> bool:
    given = question.args[place] if place < len(question.args) else None
    return isinstance(given, np.ndarray) and bool(holds(given).any())
