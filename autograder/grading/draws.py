"""Trusted. Draws the arguments of the cases: from the seed of a class, and again where a known mistake comes close.

Two curves cross somewhere: on a draw in a thousand a mistake may come to nearly the right answer, and neither be right
nor clearly wrong. The author of a case names the mistakes that can; the certificates of `validate` show which.
"""

from __future__ import annotations

import copy
import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.authoring.live import live
from autograder.authoring.loading import CourseError
from autograder.grading.answers import changed, near, rightly, truth
from autograder.numerics.truth import representable
from autograder.sandbox.drivers import driven

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.authoring import Case, Exercise
    from autograder.authoring.loading import Sheet

APART = 1e-3
"""The part of the largest number by which a mistake is off: a hundred times what rounding comes to in float32."""
DRAWS = 100
"""After so many draws in vain it is no chance that a mistake comes close."""


def generator(seed: int, slug: str, name: str) -> np.random.Generator:
    """Return the generator of one case: adding a case changes the inputs of no other."""
    digest = hashlib.sha256(f"{seed}/{slug}/{name}".encode()).digest()
    return np.random.default_rng(np.frombuffer(digest, np.uint32))


def drawn(sheet: Sheet, exercise: Exercise, case: Case, seed: int) -> tuple[Any, ...]:
    """Return the arguments of a case, each number as it can be sent.

    Raises CourseError where a mistake that it keeps apart is not there, or always comes close; and what the case raises.
    """
    rng = generator(seed, sheet.assignment.slug, case.name)
    others = {name: _mistake(sheet, exercise, case, name) for name in case.apart_from}
    close = ""
    for _ in range(DRAWS):
        args: tuple[Any, ...] = representable(tuple(case.draw(rng)))
        right = _answer(rightly(sheet, exercise, case.function), args) if others else None
        close = next((name for name, other in others.items() if near(right, _answer(other, args), APART)), "")
        if not close:
            return args
    raise CourseError(
        f"{exercise.name}: on {DRAWS} draws of case {case.name} in a row, mistake {close} comes close. "
        "Draw other inputs, or take it out of `apart_from`."
    )


def _mistake(sheet: Sheet, exercise: Exercise, case: Case, name: str) -> Callable[..., Any]:
    for mistake in exercise.mistakes:
        if mistake.name == name:
            space = changed(sheet, mistake.function, name.replace("-", "_"), case.function)
            return driven(case.driver, space[case.function])
    raise CourseError(
        f"{exercise.name}: case {case.name} keeps apart from {name!r}, which is no mistake of it."
    )


def _answer(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Return what a function comes to in plain floats: a tree of `Truth`, str, bool and None, or an exception's name."""
    try:
        with np.errstate(all="ignore"):
            return truth(function(*live(copy.deepcopy(args))))
    except Exception as error:  # noqa: BLE001 - a mistake may raise anything: it is no answer
        return type(error).__name__
