"""Trusted. Fingerprints: one simple relation between what a function returned and what is right, in every failing case.

A fingerprint says how the numbers are wrong, `twice too large` or `transposed`, without knowing why. It is named only
if it holds in every failing case of the function, the numbers are many enough to tell, and no other one holds as well.
The ids have a colon, which no id of a mistake has: those are names of functions. They are the keys of the messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograder.grading import descriptions, factors
from autograder.grading.changes import CHANGES, DECIMALS, SWAPPED, changes, exchanged
from autograder.grading.factors import UNNAMED, factor_of
from autograder.grading.seen import Found, listed, wrong_parts
from autograder.grading.shapes import SHAPES, shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.grading.question import Question
    from autograder.grading.seen import Seen

DESCRIPTIONS = frozenset({*descriptions.DESCRIPTIONS, UNNAMED} - {descriptions.DIFFERENCE})
"""Those that are true of an answer without determining it."""
IDS = (*factors.IDS, *CHANGES, DECIMALS, SWAPPED, *SHAPES, *descriptions.DESCRIPTIONS)
"""Every fingerprint."""


def fingerprint(
    cases: Sequence[Seen], passed: Sequence[Question], arguments: Sequence[str], symptom: str
) -> Found | None:
    """Return the one relation that holds in every failing case of a function, or a description of it, or None.

    passed: the other questions of the function. arguments: the names of its parameters. symptom: what would be said
    without a fingerprint.
    """
    wrong = wrong_parts(cases)
    told = all(any(not case.near(part) for part in case.parts) for case in wrong)
    if not told or len({tuple(part.path for part in case.parts) for case in wrong}) != 1:
        return None
    with np.errstate(all="ignore"):  # a student's numbers may be anything
        found = _found(wrong, passed, arguments) or descriptions.one_output(wrong[0], cases[0], symptom)
    if found is None:
        return None
    words = _words(wrong[0], whole=len(wrong[0].parts) == len(cases[0].parts)) | found.words
    return Found(found.id, words, partly=found.partly and bool(passed))


def _found(wrong: Sequence[Seen], passed: Sequence[Question], arguments: Sequence[str]) -> Found | None:
    factor = factor_of(wrong, passed, arguments)
    fitting = [Found(name, words, partly=True) for name, words in changes(wrong)]
    if factor is not None and factor.named:
        fitting.append(Found(factor.id, {"quantity": factor.quantity}, partly=True))
    if name := shape(wrong):
        fitting.append(Found(name, {}, partly=True))
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        if part := exchanged(wrong):
            return Found(SWAPPED, {"part": part}, partly=True)
        if factor is not None:
            return Found(factor.id, {}, partly=True)
    # Of several nobody knows which it is: what can be said is what it looks like.
    return descriptions.description(wrong, passed, arguments)


def _words(wrong: Seen, *, whole: bool) -> dict[str, str]:
    """Return the words for what is wrong. whole: whether it is everything that was returned."""
    if whole:
        return {"numbers": "Every number that you return", "part": "your result"}
    names = listed([part.path for part in wrong.parts])
    return {"numbers": f"Every number in {names}", "part": names}
