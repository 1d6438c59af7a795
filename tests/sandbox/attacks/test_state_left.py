"""Leaving something for the next submission, or finding what the last one has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_the_next_submission_starts_afresh(arena: Arena) -> None:
    """Whatever one changes of the interpreter, its libraries, the environment or the file system, it has alone."""
    code = """
import atexit, builtins, gc, locale, os, random, signal, sys, threading, warnings
import numpy as np
builtins.sum = builtins.mark = lambda *args: 7
np.add = np.multiply = None
np.mark = sys.mark = "x"
os.environ["mark"] = "x"
sys.modules["mark"] = np
sys.path.insert(0, "/mark")
sys.meta_path.clear()
sys.setrecursionlimit(77)
random.seed(1)
np.random.seed(1)
np.seterr(all="raise")
signal.signal(signal.SIGTERM, signal.SIG_IGN)
warnings.simplefilter("error")
gc.disable()
os.umask(0)
threading.stack_size(1 << 20)
print("secret of ada")
"""
    assert arena.attack(code, arena.square, arena.cube).score == 3.0
    look = """
import builtins, gc, os, random, signal, sys, threading, warnings
import numpy as np
print([
    hasattr(builtins, "mark"), sum([1]) != 1, np.add is None, hasattr(np, "mark"), hasattr(sys, "mark"),
    "mark" in os.environ, "mark" in sys.modules, "/mark" in sys.path, not sys.meta_path,
    sys.getrecursionlimit() < 100, np.geterr()["divide"] == "raise",
    signal.getsignal(signal.SIGTERM) is signal.SIG_IGN, any(f[0] == "error" for f in warnings.filters),
    not gc.isenabled(), threading.stack_size() != 0, os.umask(0o22) == 0, "submission" not in sys.modules,
])
"""
    report = arena.attack(look, arena.square, arena.cube)
    assert report.score == 3.0
    assert report.exercises[0].stdout.splitlines() == [str([False] * 17)]


def test_random_numbers_are_the_same_for_everybody(arena: Arena) -> None:
    """A student can be told the same verdict twice: the generators start from the run's seed in each process."""
    code = "import random\nimport numpy as np\nprint(random.random(), np.random.rand())"
    printed = {arena.grader.grade(arena.submission(code, arena.square)).exercises[0].stdout for _ in range(3)}
    assert len(printed) == 1


def test_what_one_student_printed_is_not_told_to_another(arena: Arena) -> None:
    """Output that was not flushed at the end of a process is lost with it."""
    code = "import os, sys\nsys.stdout.write('secret of ada')\ndef square_backward(grad, x):\n    sys.stdout.write('more'); os._exit(0)\n"
    arena.attack(code, arena.cube)
    report = arena.patient.grade(arena.honest)
    assert report.exercises[0].stdout == ""


def test_the_memory_of_another_submission_is_not_inherited(arena: Arena) -> None:
    """The fork server never reads a submission: a later child finds no trace of an earlier one's text or inputs."""
    secret = "SECRET" + "OF" + "ADA"
    arena.attack(f"'{secret}'", arena.square, arena.cube)
    code = """
import gc
half = "SECRET" + "OF"
print([text for text in gc.get_objects() if isinstance(text, str) and text.startswith(half)])
found = [item for item in gc.get_objects() if isinstance(item, dict) and any(isinstance(v, str) and half + "ADA" == v for v in list(item.values()))]
print(len(found))
"""
    report = arena.attack(code, arena.square, arena.cube)
    assert report.exercises[0].stdout.splitlines() == ["[]", "0"]


def test_a_tool_that_is_broken_for_one_is_whole_for_the_next(arena: Arena) -> None:
    """A worker that was patched until it tells nothing any more is forgotten with its process."""
    broken = "import autograder.sandbox.worker as worker\nworker.answer = None\n"
    result = arena.exercise(broken, arena.square, arena.cube)
    assert (result.score, result.verdict) == (0.0, Verdict.DIED)
