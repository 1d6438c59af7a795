"""Ending oneself by a signal. Signals to others are in the corpus (`autograder audit --only processes`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


@pytest.mark.parametrize("number", ["SIGKILL", "SIGTERM", "SIGSEGV", "SIGABRT", "SIGALRM", "SIGUSR1"])
def test_killing_oneself_costs_that_function(arena: Arena, number: str) -> None:
    """The message names the signal."""
    code = f"import os, signal\ndef cube_backward(grad, x):\n    os.kill(os.getpid(), signal.{number})\n"
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert (result.mismatch.kind, number in result.mismatch.message) == ("died", True)
