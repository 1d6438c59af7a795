"""Starting threads without end, and keeping every processor busy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


@pytest.mark.parametrize("work", ["pass", "time.sleep(0.01)"], ids=["busy", "idle"])
def test_a_thread_bomb_stays_inside(arena: Arena, work: str) -> None:
    """All threads count for the time and the memory of the function that has started them."""
    code = f"""
import threading, time
threading.stack_size(1 << 16)
def spin():
    while True:
        {work}
def cube_backward(grad, x):
    try:
        for _ in range(500):
            threading.Thread(target=spin, daemon=True).start()
    except (RuntimeError, MemoryError):
        pass
    spin()
"""
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind == "timed_out"


def test_stacks_count_as_memory(arena: Arena) -> None:
    """A few dozen threads of the usual size are all that the memory of an exercise has room for."""
    code = """
import threading
def cube_backward(grad, x):
    threading.stack_size(8 << 20)
    done = threading.Event()
    for _ in range(500):
        threading.Thread(target=done.wait, daemon=True).start()
    return 3 * grad * x * x
"""
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind == "raised RuntimeError"


def test_threads_that_stay_do_not_outlive_the_grading(arena: Arena) -> None:
    """A thread that works on beside right answers costs time only, and ends with its process."""
    code = """
import threading, time
def later():
    while True:
        time.sleep(0.001)
for _ in range(3):
    threading.Thread(target=later).start()
"""
    assert arena.attack(code, arena.square, arena.cube).score == 3.0
