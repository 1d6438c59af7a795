"""Taking all memory of the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


HOGS = {
    "numpy": "np.ones(5 << 30)",
    "untouched": "np.zeros(5 << 30)",
    "bytes": "bytearray(40 << 30)",
    "list": "[0] * (5 << 30)",
    "text": "'x' * (40 << 30)",
    "number": "1 << (320 << 30)",
    "a little at a time": "[np.ones(1 << 21) for _ in range(2500)]",
    "objects": "[[object() for _ in range(1 << 16)] for _ in range(1 << 16)]",
    "outer product": "np.outer(np.ones(1 << 17), np.ones(1 << 17))",
}


def test_a_hog_runs_out_of_its_own_memory(arena: Arena) -> None:
    """With an exception that names the line, in that function only."""
    code = "import numpy as np\ndef cube_backward(grad, x):\n    return HOG\n"
    results = arena.exercises({name: (arena.square, code.replace("HOG", hog)) for name, hog in HOGS.items()})
    assert {name: result.score for name, result in results.items()} == dict.fromkeys(HOGS, 1.0)
    kinds = {name: result.mismatch.kind for name, result in results.items() if result.mismatch}
    slow = {"a little at a time", "objects"}  # these may be stopped by the clock before they have it all
    assert {kinds[name] for name in HOGS if name not in slow} == {"out_of_memory"}
    assert {kinds[name] for name in slow} <= {"out_of_memory", "timed_out"}


def test_shared_memory_counts_too(arena: Arena) -> None:
    """Mappings that no page was taken for yet, private and shared."""
    setup = """
import ctypes, mmap
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
def mapped(size, flags):
    found = libc.mmap(None, ctypes.c_size_t(size), 3, flags, -1, ctypes.c_long(0))
    if found in (None, ctypes.c_void_p(-1).value):
        raise OSError
    return found
def many(size):
    for _ in range(40):
        mapped(size, 0x21)
"""
    attempts = {
        "private": "mmap.mmap(-1, 40 << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)",
        "shared": "mmap.mmap(-1, 40 << 30)",
        "no reserve": "mapped(40 << 30, 0x4022)",
        "many": "many(1 << 30)",
        "stack": "mapped(40 << 30, 0x20122)",
    }
    assert arena.possible(attempts, setup) == []


def test_a_hog_at_top_level_costs_nothing(arena: Arena) -> None:
    """The statement fails, and the functions are graded."""
    report = arena.attack(f"import numpy as np\nhoard = np.ones(5 << 30)\n{arena.square}{arena.cube}")
    assert report.score == 3.0
    assert any("MemoryError" in note for note in report.notes)


def test_catching_it_earns_nothing(arena: Arena) -> None:
    """A function that takes what it gets and goes on is one that returns something wrong."""
    code = """
hoard = []
def cube_backward(grad, x):
    size = 1 << 30
    while size > 1024:
        try:
            hoard.append(bytearray(size))
        except MemoryError:
            size //= 2
    return 0 * x
"""
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
