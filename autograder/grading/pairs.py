"""Trusted. Two causes at once: a known mistake with a factor on top, or two known ones, each in an output of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from autograder.grading.factors import PLAIN, factor_of, is_multiple, ratio_of
from autograder.grading.seen import Found, seen, wrong_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.authoring import Mistake
    from autograder.grading.failure import Failure, Known
    from autograder.grading.seen import Seen


def multiple(
    failure: Failure, known: Sequence[Known], arguments: Sequence[str]
) -> tuple[Mistake, Found] | None:
    """Return the one mistake that the answers are a named multiple of, with the factor.

    arguments: the names of the function's parameters.
    """
    cases = failure.cases()
    with np.errstate(all="ignore"):  # a student's numbers may be anything
        if cases is None or is_multiple(wrong_parts(cases)):
            return None
    found: dict[str, tuple[Mistake, Found]] = {}
    for its in known:
        factor = _factor(failure, its, arguments)
        if factor is not None:
            found.setdefault(its.root, (its.mistake, factor))
    return next(iter(found.values())) if len(found) == 1 else None


def _factor(failure: Failure, its: Known, arguments: Sequence[str]) -> Found | None:
    """Return the factor between a mistake's answers and these, if it is a slip of the pen."""
    cases = []
    with np.errstate(all="ignore"):
        for place in failure.failing:
            case = failure.case(place, its)
            if case is None or ratio_of(case) is None:  # most mistakes end here, at the first case
                return None
            cases.append(case)
        if failure.excused(its) or not any(place in its.wrong for place in failure.failing):
            return None
        factor = factor_of(cases, failure.passed, arguments)
    if factor is None or factor.id not in PLAIN:
        return None
    return Found(factor.id, {"numbers": "Every number that you return", "quantity": factor.quantity})


def two_mistakes(failure: Failure, known: Sequence[Known]) -> tuple[Mistake, Mistake, dict[str, str]] | None:
    """Return the two mistakes that each explain one of two wrong outputs, with the words to say it.

    Each is right in the other one's output, and the only one to explain its own. The first is the one to talk about:
    its line does not mention the other output, of which it takes for granted that it is right.
    """
    cases = failure.cases()
    if cases is None:
        return None
    paths = {tuple(part.path for part in case.parts) for case in wrong_parts(cases)}
    if len(paths) != 1 or len(both := paths.pop()) != 2:
        return None
    found: dict[str, dict[str, Mistake]] = {path: {} for path in both}
    for its in known:
        path = _own_output(failure, its)
        if path in found and not failure.excused(its) and _same_output(failure, its, path):
            found[path].setdefault(its.root, its.mistake)
    if any(len(fitting) != 1 for fitting in found.values()):
        return None
    for part, other in (both, both[::-1]):
        ((one,), (two,)) = found[part].values(), found[other].values()
        if not re.search(rf"\b{re.escape(other)}\b", one.says):
            return one, two, {"part": part, "other": other, "says": one.says}
    return None


def _own_output(failure: Failure, its: Known) -> str:
    """Return the one output that a mistake gets wrong, empty where that is not one."""
    cases: list[Seen] = []
    for place, mismatch in its.wrong.items():
        question = failure.key.questions[place]
        if question.case.function == failure.function:
            case = seen(its.runs[place], question, mismatch)
            if case is None:
                return ""
            cases.append(case)
    paths = {part.path for case in wrong_parts(cases) for part in case.parts}
    return paths.pop() if len(paths) == 1 else ""


def _same_output(failure: Failure, its: Known, path: str) -> bool:
    cases = failure.cases(its)
    return cases is not None and all(
        case.near(part) for case in cases for part in case.parts if part.path == path
    )
