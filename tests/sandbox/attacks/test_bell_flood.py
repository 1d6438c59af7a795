"""Ringing the bell that tells the grader to read: without end, with odd settings, and not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


ABUSES = {
    "ringing": "while True: os.write(5, b'!' * 1000)",
    "ringing once too much": "os.write(5, b'!' * 60_000); time.sleep(30)",
    "a number as for an eventfd": "os.write(5, bytes([255] * 7 + [127])); time.sleep(30)",
    "reading it": "os.read(5, 8)",
    "closing it": "os.close(5); time.sleep(30)",
    "something else in its place": "os.dup2(1, 5); time.sleep(30)",
    "answers in its place": "os.dup2(4, 5); os.write(5, bytes(10)); time.sleep(30)",
    "it in place of the answers": "os.dup2(5, 4)",
    "ringing and reading": "race()",
    "reading it through its other end": "race(os.open('/proc/self/fd/5', os.O_RDONLY))",
    "waiting": "fcntl.fcntl(5, fcntl.F_SETFL, 0); race()",
    "not waiting": "[fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK) for fd in (3, 4, 5)]; time.sleep(30)",
}


CODE = """
import fcntl, os, threading, time
def ring():
    while True:
        os.write(5, bytes([1, 0, 0, 0, 0, 0, 0, 0]))
def race(end=5):
    threading.Thread(target=ring).start()
    while True:
        try:
            os.read(end, 8)
        except OSError:
            pass
def cube_backward(grad, x):
    ABUSE
    return 0 * x
"""


def test_the_bell_cannot_stop_the_grader(arena: Arena) -> None:
    """It listens as long as the exercise may take, and it is never a fault of ours."""
    results = arena.exercises(
        {name: (arena.square, CODE.replace("ABUSE", abuse)) for name, abuse in ABUSES.items()}
    )
    found = {name: (result.score, result.verdict) for name, result in results.items()}
    assert found == dict.fromkeys(ABUSES, (1.0, Verdict.PARTIAL))
