"""Filling the grader's memory and disk with output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict
from autograder.sandbox.children import KEPT_OUTPUT

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


FLOODS = {
    "lines": "print('x' * 1000)",
    "no newline": "print('x' * 1000, end='')",
    "one byte": "print('x', end='', flush=True)",
    "errors": "print('x' * 1000, file=sys.stderr)",
    "raw": "os.write(1, b'x' * 100_000)",
    "raw errors": "os.write(2, bytes(100_000))",
    "warnings": "warnings.warn('x' * 1000, stacklevel=1); warnings.resetwarnings()",
    "one line": "sys.stdout.write('x' * 50_000_000)",
}


def test_a_flood_is_stopped(arena: Arena) -> None:
    """At the limit of the exercise, and little of it is kept; the honest function keeps its point."""
    code = "import os, sys, warnings\ndef cube_backward(grad, x):\n    while True:\n        FLOOD\n"
    results = arena.exercises(
        {name: (arena.square, code.replace("FLOOD", flood)) for name, flood in FLOODS.items()}
    )
    found = {name: (result.score, result.verdict) for name, result in results.items()}
    assert found == dict.fromkeys(FLOODS, (1.0, Verdict.PARTIAL))
    for name, result in results.items():
        assert result.mismatch is not None
        # A machine that is slow at many small writes stops it by the clock.
        assert result.mismatch.kind in {"too_much_output", "timed_out"}
        if name in {"raw", "raw errors", "one line"}:
            assert "printed more than 1 MB" in result.mismatch.message
        assert 0 < len(result.stdout) <= 2 * KEPT_OUTPUT


def test_what_was_printed_is_kept_from_its_beginning(arena: Arena) -> None:
    """And the rest is counted."""
    code = "def cube_backward(grad, x):\n    print('first')\n    while True:\n        print('y' * 10_000)\n"
    result = arena.exercise(arena.square, code)
    assert result.stdout.startswith("first\nyyyy")
    assert result.stdout.endswith(" more bytes were printed]")


def test_a_flood_at_top_level_costs_nothing(arena: Arena) -> None:
    """The definitions are used without it."""
    report = arena.attack(f"while True:\n    print('x' * 1000)\n{arena.square}{arena.cube}")
    assert report.score == 3.0
    assert any("printed more than" in note for note in report.notes)


def test_printing_costs_nothing(arena: Arena) -> None:
    """Honest code that prints a lot, binary and broken text among it, has full marks."""
    code = (
        "import os, sys\nprint('x' * 300_000)\nos.write(1, bytes(range(256)))\n"
        "print('\\ud800 \\x1b[2J', file=sys.stderr)\n"
    )
    report = arena.attack(code, arena.square, arena.cube)
    assert report.score == 3.0
    report.exercises[0].stdout.encode()  # it can be written to a file
