"""Starting processes without end: what the student is told. The ways to start one are in the corpus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_a_fork_bomb_ends_at_its_first_fork(arena: Arena) -> None:
    """It is an exception like any other, and the honest function keeps its point."""
    code = "import os\ndef cube_backward(grad, x):\n    while True:\n        os.fork()\n"
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind == "raised PermissionError"


def test_a_fork_bomb_at_top_level_costs_nothing(arena: Arena) -> None:
    """The statement fails, and the others run."""
    report = arena.attack(f"import os\nwhile True:\n    os.fork()\n{arena.square}{arena.cube}")
    assert report.score == 3.0
    assert any("PermissionError" in note and "line 3" in note for note in report.notes)
