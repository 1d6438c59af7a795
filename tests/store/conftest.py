"""A store with nothing in it, and reports to put there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.model import ExerciseResult, Report, Status, Verdict
from autograder.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSED = ExerciseResult("matmul", Verdict.PASSED, 4.0, 4.0)
UNGRADED = ExerciseResult("matmul", Verdict.UNGRADED, None, 4.0)


def report(student: str = "ada", assignment: str = "ops", score: float | None = 4.0) -> Report:
    """Return a report with one exercise."""
    exercise = UNGRADED if score is None else PASSED
    return Report(
        student, assignment, f"{student}/{assignment}.py", Status.GRADED, (), score, 4.0, 0.01, (exercise,)
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty store in `tmp_path`."""
    with Store.open(tmp_path) as opened:
        yield opened
