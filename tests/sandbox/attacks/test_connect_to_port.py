"""Asking the net for an answer: what the student is told. What may be reached is in the corpus (`--only network`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_a_function_that_asks_the_net_is_told_so(arena: Arena) -> None:
    """With the exception that Python has for it."""
    code = "import socket\ndef cube_backward(grad, x):\n    socket.create_connection(('127.0.0.1', 80))\n"
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind == "raised PermissionError"
