"""Closing what leads to the grader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


@pytest.mark.parametrize("which", ["3", "4", "5", "3, 4", "4, 5", "0, 1, 2, 3, 4, 5"])
def test_closing_is_dying(arena: Arena, which: str) -> None:
    """Who closes the way for answers has none, at once and not after the time is up; it is not our fault."""
    code = f"import os, time\ndef cube_backward(grad, x):\n    [os.close(fd) for fd in ({which},)]\n    return 0 * x\n"
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)


def test_closing_and_waiting_is_dying(arena: Arena) -> None:
    """The message says what was done."""
    code = "import os, time\ndef cube_backward(grad, x):\n    os.closerange(0, 100)\n    time.sleep(60)\n"
    result = arena.exercise(code)
    assert (result.score, result.verdict) == (0.0, Verdict.DIED)
    assert result.mismatch is not None


def test_closing_the_output_costs_nothing(arena: Arena) -> None:
    """Output is never needed: neither with the streams closed, nor with the descriptors, nor with others."""
    for closing in (
        "sys.stdout.close(); sys.stderr.close()",
        "os.close(1); os.close(2)",
        "sys.stdout = None",
        "sys.stdout = sys.stderr = 5",
        "os.dup2(0, 1)",
    ):
        report = arena.attack(f"import os, sys\n{closing}\n", arena.square, arena.cube)
        assert report.score == 3.0


def test_only_its_own_descriptors_are_open(arena: Arena) -> None:
    """Null, the output twice, requests, answers, the bell: no file, no socket, nobody else's pipe."""
    code = """
import os, stat
kinds = []
for fd in range(1024):
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        continue
    kinds.append((fd, "pipe" if stat.S_ISFIFO(mode) else "device" if stat.S_ISCHR(mode) else "other"))
print(kinds)
"""
    report = arena.attack(code, arena.square, arena.cube)
    assert report.exercises[0].stdout == (
        "[(0, 'device'), (1, 'pipe'), (2, 'pipe'), (3, 'pipe'), (4, 'pipe'), (5, 'pipe')]\n"
    )
