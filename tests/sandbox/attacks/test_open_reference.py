"""Reading the reference from the disk: what the student is told. The ways to it are in the corpus (`--only reading`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_a_solver_that_reads_the_reference_earns_nothing(arena: Arena) -> None:
    """The attack that works where tests and submission share a disk."""
    path = str(arena.root / "reference" / "tiny" / "solution.py")
    code = f"def square_backward(grad, x):\n    exec(open({path!r}).read(), globals())\n    return square_backward(grad, x)\n"
    result = arena.exercise(code)
    assert (result.score, result.verdict) == (0.0, Verdict.RAISED)
    assert result.mismatch is not None
    assert "Error in line 2" in result.mismatch.message
