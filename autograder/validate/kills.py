"""Trusted. When a mistake is killed: it must be wrong by more than any honest program could be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.numerics.truth import SLACK, U32, Truth, within
from autograder.sandbox.wire import Leaf

if TYPE_CHECKING:
    from autograder.grading.key import Question
    from autograder.model import Mismatch, Run

MARGIN = 100
"""A wrong value must be off by 100 u32 E: 25 times what a right one in float32 may be."""


def kills(question: Question, run: Run, mismatch: Mismatch) -> bool:
    """Return whether a run that is not accepted misses the answer by the margin.

    Where the values are right to the margin, or where a judge or equality decides, a mismatch is a kill.
    """
    if question.judge is not None or question.case.exact or mismatch.kind not in {"value", "sign"}:
        return True
    return _misses(run.value, question.answer)


def _misses(value: Any, answer: Any) -> bool:
    """Return whether a value whose containers are right is wrong by the margin in some entry."""
    if isinstance(answer, dict):
        return any(_misses(value[key], item) for key, item in answer.items())
    if isinstance(answer, list | tuple):
        return any(_misses(one, item) for one, item in zip(value, answer, strict=True))
    array = value.array if isinstance(value, Leaf) else np.asarray(value)
    if not isinstance(answer, Truth):
        return bool(array.item() != answer)
    if answer.kind != "float":
        return not np.array_equal(array, answer.value)
    return not within(array, answer.value, answer.error * (MARGIN / SLACK), U32).all()
