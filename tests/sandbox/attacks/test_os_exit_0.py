"""Ending the process as if all had gone well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_leaving_in_a_function_costs_that_function(arena: Arena) -> None:
    """No answer is no point, and the other function keeps its own."""
    result = arena.exercise(arena.square, "import os\ndef cube_backward(grad, x):\n    os._exit(0)\n")
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind == "died"
    assert "ended the Python process" in result.mismatch.message


@pytest.mark.parametrize("leave", ["os._exit(0)", "sys.exit(0)", "raise SystemExit", "os.abort()", "exit(0)"])
def test_leaving_everywhere_earns_nothing(arena: Arena, leave: str) -> None:
    """Whichever way: an exit is no answer."""
    code = f"import os, sys\ndef square_backward(grad, x):\n    {leave}\ncube_backward = square_backward\n"
    result = arena.exercise(code)
    died = leave.startswith("os.")
    assert (result.score, result.verdict) == (0.0, Verdict.DIED if died else Verdict.RAISED)


def test_leaving_at_top_level_costs_nothing(arena: Arena) -> None:
    """The definitions are used without what runs beside them."""
    report = arena.attack(f"import os\n{arena.square}os._exit(0)\n{arena.cube}")
    assert report.score == 3.0
    assert any("Only the definitions in the file were used." in note for note in report.notes)


def test_leaving_on_import_earns_nothing(arena: Arena) -> None:
    """A default that is worked out where the function is defined runs with the definitions as well."""
    result = arena.exercise(
        f"import os\n{arena.square}def cube_backward(grad, x, y=os._exit(0)):\n    pass\n"
    )
    assert (result.score, result.verdict) == (0.0, Verdict.DIED)


def test_leaving_from_exit_handlers_and_threads(arena: Arena) -> None:
    """What has been answered by then counts, as it would in any order of events; the rest does not."""
    code = (
        "import atexit, os, threading\natexit.register(os._exit, 0)\n"
        "def cube_backward(grad, x):\n"
        "    thread = threading.Thread(target=os._exit, args=(0,))\n    thread.start()\n    thread.join()\n"
    )
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
