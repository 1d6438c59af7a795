"""Taking all the time there is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


WAITS = {
    "busy": "while True: pass",
    "sleeping": "time.sleep(1000)",
    "naps": "while True: time.sleep(0.001)",
    "native": "sum(range(10**12))",
    "linear algebra": "while True: np.linalg.svd(np.ones((300, 300)))",
    "one huge power": "pow(3, 10**9)",
    "regular expression": "re.match('(a+)+b', 'a' * 60)",
    "a lock": "threading.Lock().acquire() and (lock := threading.Lock()).acquire() and lock.acquire()",
    "waiting for itself": "os.read(os.pipe()[0], 1)",
    "waiting for a question": "os.read(3, 1)",
}


def test_waiting_is_stopped(arena: Arena) -> None:
    """By processor time, or by the clock where none is used; what was answered before counts."""
    code = "import os, re, threading, time\nimport numpy as np\ndef cube_backward(grad, x):\n    WAIT\n"
    started = time.monotonic()
    results = arena.exercises(
        {name: (arena.square, code.replace("WAIT", wait)) for name, wait in WAITS.items()}
    )
    assert time.monotonic() - started < 60
    found = {
        name: (result.score, result.mismatch and result.mismatch.kind) for name, result in results.items()
    }
    assert found == dict.fromkeys(WAITS, (1.0, "timed_out"))


def test_an_exception_cannot_be_caught_for_ever(arena: Arena) -> None:
    """Nothing is raised in the student's code that it could swallow."""
    code = """
import time
def cube_backward(grad, x):
    while True:
        try:
            while True:
                time.sleep(0.001)
        except BaseException:
            pass
        finally:
            continue
"""
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)


def test_a_loop_at_top_level_costs_nothing(arena: Arena) -> None:
    """The definitions are used without it, and the student is told."""
    report = arena.attack(f"{arena.square}while True:\n    pass\n{arena.cube}")
    assert report.score == 3.0
    assert report.notes == (
        "Your code was stopped after 0.15 seconds. Only the definitions in the file were used.",
    )


def test_a_file_that_never_loads_earns_nothing(arena: Arena) -> None:
    """A definition that does not end is tried twice, and then no more."""
    result = arena.exercise(
        f"{arena.square}def cube_backward(grad, x=[i for i in iter(int, 1)]):\n    pass\n"
    )
    assert result.score == 0.0
    assert result.verdict in {Verdict.TIMED_OUT, Verdict.DIED}


def test_everything_that_hangs_is_everything_that_is_lost(arena: Arena) -> None:
    """Both functions hang: the verdict says so."""
    result = arena.exercise(
        "def square_backward(grad, x):\n    while True: pass\ncube_backward = square_backward\n"
    )
    assert (result.score, result.verdict) == (0.0, Verdict.TIMED_OUT)


def test_changing_the_clock_changes_nothing(arena: Arena) -> None:
    """Time is measured outside."""
    code = """
import time, os, resource
time.monotonic = time.time = time.perf_counter = time.process_time = lambda: 0.0
time.clock_gettime = lambda clock: 0.0
def cube_backward(grad, x):
    while True:
        pass
"""
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
