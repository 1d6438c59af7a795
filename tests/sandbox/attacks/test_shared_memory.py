"""Handing something to another process: between submissions, or to a later process of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_a_later_process_of_the_same_submission_knows_nothing(arena: Arena) -> None:
    """Each function that ends its process is followed by a new one, in which nothing is left of what was done."""
    code = """
import os, sys, gc, mmap
import numpy as np
shared = mmap.mmap(-1, 4096)
known = [
    shared[0] != 0, hasattr(np, "mark"), "mark" in os.environ, hasattr(sys, "mark"),
    os.getcwd() != "/", threading_mark() if "threading_mark" in globals() else False,
]
print(known)
def square_backward(grad, x):
    shared[0] = 1
    np.mark = sys.mark = os.environ["mark"] = "x"
    try:
        os.chdir("/usr/lib")
    except OSError:
        pass
    os._exit(0)
def cube_backward(grad, x):
    print([shared[0] != 0, hasattr(np, "mark"), "mark" in os.environ, hasattr(sys, "mark")])
    return 3 * grad * x * x
"""
    result = arena.exercise(code)
    assert (result.score, result.verdict) == (2.0, Verdict.PARTIAL)
    assert "True" not in result.stdout


def test_nothing_is_shared_with_the_fork_server(arena: Arena) -> None:
    """A child writes over every array that its process was born with; the next child has them as they were."""
    spoil = """
import ctypes, gc, sys
import numpy as np
for item in gc.get_objects():
    if isinstance(item, dict) and item is not globals():
        for name, value in list(item.items()):
            if isinstance(value, np.ndarray):
                try:
                    value.setflags(write=True)
                    value[...] = 0
                except Exception:
                    pass
np.pi = 3
np.core = None
sys.modules["autograder.sandbox.wire"].MAX_BODY = 0
sys.modules["autograder.sandbox.worker"].MAX_QUERIES = 0
ctypes.memset(id(7) + 24, 8, 1)
"""
    arena.attack(spoil, arena.square, arena.cube)
    code = """
import numpy as np
from autograder.sandbox import wire
def cube_backward(grad, x):
    assert np.pi > 3.1 and wire.MAX_BODY and 3 + 4 == len("seven__")
    return 3 * grad * x * x
"""
    assert arena.attack(arena.square, code).score == 3.0
