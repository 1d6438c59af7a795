"""Answering without end: the grader's memory must not grow, nor may it listen for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


@pytest.mark.parametrize(
    "piece",
    [
        "bytes(1 << 16)",
        "b'GRD1' + bytes(20)",
        "(b'GRD1' + bytes(8) + bytes([2, 0, 0, 0]) + bytes(8) + b'{}') * 3000",
    ],
)
def test_a_flood_of_answers_is_no_answer(arena: Arena, piece: str) -> None:
    """From several threads at once, so that the pipe never runs dry."""
    code = f"""
import os, threading
piece = {piece}
def flood():
    while True:
        os.write(4, piece)
def cube_backward(grad, x):
    for _ in range(3):
        threading.Thread(target=flood).start()
    os.write(5, b"!")
    flood()
"""
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind == "bad_output"


def test_a_frame_that_never_ends_is_stopped(arena: Arena) -> None:
    """One of the largest kind, again and again."""
    code = """
import os, struct
def cube_backward(grad, x):
    os.write(5, b"!")
    while True:
        data = memoryview(struct.pack("<4sQIQ", b"GRD1", 0, 2, 64 << 20) + b"{}" + bytes(64 << 20))
        while data:
            data = data[os.write(4, data):]
"""
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind in {"bad_output", "timed_out"}


def test_results_that_are_too_large_are_wrong(arena: Arena) -> None:
    """What is larger than a frame is told by the child; many that are nearly as large are stopped."""
    code = """
import numpy as np
def square_backward(grad, x):
    return np.zeros(9 << 20)
def cube_backward(grad, x):
    return np.zeros(7 << 20)
"""
    result = arena.exercise(code)
    assert result.score == 0.0
    assert result.verdict in {Verdict.DIED, Verdict.TIMED_OUT}
