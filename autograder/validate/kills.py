"""Trusted. When a mistake is killed: it must be wrong by more than any honest program could be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.numerics.distance import largest_error
from autograder.numerics.truth import U32

if TYPE_CHECKING:
    from autograder.grading.question import Question
    from autograder.model import Mismatch, Run

MARGIN = 100
"""A wrong value must be off by 100 u32 E: 25 times what a right one in float32 may be."""


def kills(question: Question, run: Run, mismatch: Mismatch) -> bool:
    """Return whether a run that is not accepted misses the answer by the margin.

    Where the values are right to the margin, or where a judge decides, a mismatch is a kill.
    """
    if question.judge is not None or mismatch.kind not in {"value", "sign"}:
        return True
    return largest_error(run.value, question.answer, U32) >= MARGIN
