"""Catching, ignoring and sending oneself the signals that end others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


TRICKS = {
    "ignoring": "[signal.signal(n, signal.SIG_IGN) for n in range(1, 32) if n not in (9, 19)]",
    "blocking": "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))",
    "catching": "[signal.signal(n, lambda *args: None) for n in range(1, 32) if n not in (9, 19)]",
    "alarms": "signal.signal(signal.SIGALRM, lambda *args: None); signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)",
}


def test_the_clock_cannot_be_ignored(arena: Arena) -> None:
    """It ends a process with a signal that cannot be caught."""
    code = "import signal\ndef cube_backward(grad, x):\n    TRICK\n    while True:\n        pass\n"
    results = arena.exercises(
        {name: (arena.square, code.replace("TRICK", trick)) for name, trick in TRICKS.items()}
    )
    found = {
        name: (result.score, result.mismatch and result.mismatch.kind) for name, result in results.items()
    }
    assert found == dict.fromkeys(TRICKS, (1.0, "timed_out"))


def test_stopping_oneself_is_running_out_of_time(arena: Arena) -> None:
    """A process that stands still uses no processor, but the clock goes on."""
    code = "import os, signal\ndef cube_backward(grad, x):\n    os.kill(os.getpid(), signal.SIGSTOP)\n"
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind == "timed_out"


def test_handlers_that_run_between_the_answers(arena: Arena) -> None:
    """Whatever a handler does in the worker's own code, what is right stays right and nothing else becomes it."""
    code = """
import signal
signal.signal(signal.SIGALRM, lambda *args: None)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
"""
    assert arena.attack(code, arena.square, arena.cube).score == 3.0


def test_a_crash_in_native_code_costs_that_function(arena: Arena) -> None:
    """Reading where nothing is, and calling it."""
    for crash in ("ctypes.string_at(0)", "ctypes.CFUNCTYPE(None)(1)()", "faulthandler._sigsegv()"):
        code = f"import ctypes, faulthandler\ndef cube_backward(grad, x):\n    {crash}\n"
        result = arena.exercise(arena.square, code)
        assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
        assert result.mismatch is not None
        assert "SIGSEGV (a crash)" in result.mismatch.message


def test_endless_recursion_costs_that_function(arena: Arena) -> None:
    """Python's own limit, and beyond it the stack's."""
    for limit, kinds in (
        (1000, {"raised RecursionError"}),
        (10**8, {"died", "raised RecursionError", "out_of_memory", "timed_out"}),
    ):
        code = f"import sys\nsys.setrecursionlimit({limit})\ndef cube_backward(grad, x):\n    return cube_backward(grad, x)\n"
        result = arena.exercise(arena.square, code)
        assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
        assert result.mismatch is not None
        assert result.mismatch.kind in kinds
