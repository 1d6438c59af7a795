"""Starting processes: until the machine has no more of them, or one that outlives the grading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_no_process_can_be_started(arena: Arena) -> None:
    """By any function of Python or of libc."""
    setup = """
import ctypes, multiprocessing, os, pty, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
def called(name, *args):
    if getattr(libc, name)(*args) < 0:
        raise OSError(ctypes.get_errno())
def started():
    process = multiprocessing.Process(target=print)
    process.start()
def system():
    if os.system('true') != 0:
        raise OSError
"""
    attempts = {
        "fork": "os.fork()",
        "forkpty": "os.forkpty()",
        "subprocess": "subprocess.Popen([sys.executable, '-c', '1'])",
        "shell": "subprocess.run('true', shell=True, check=True)",
        "system": "system()",
        "popen": "os.popen('true').close()",
        "posix_spawn": "os.posix_spawn('/bin/true', ['true'], {})",
        "exec": "os.execv('/bin/true', ['true'])",
        "multiprocessing": "started()",
        "pool": "multiprocessing.Pool(2)",
        "libc fork": "called('fork')",
        "libc vfork": "called('vfork')",
        "clone": "called('syscall', 56, 17, 0, 0, 0, 0)",
        "clone of memory": "called('syscall', 56, 0x100 | 17, 0, 0, 0, 0)",
        "clone into a namespace": "called('syscall', 56, 0x10000000 | 17, 0, 0, 0, 0)",
        "clone3": "called('syscall', 435, ctypes.create_string_buffer(88), 88)",
        "daemon": "called('daemon', 0, 0)",
    }
    assert arena.possible(attempts, setup) == []


def test_a_fork_bomb_ends_at_its_first_fork(arena: Arena) -> None:
    """It is an exception like any other, and the honest function keeps its point."""
    code = "import os\ndef cube_backward(grad, x):\n    while True:\n        os.fork()\n"
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind == "raised PermissionError"


def test_a_fork_bomb_at_top_level_costs_nothing(arena: Arena) -> None:
    """The statement fails, and the others run."""
    report = arena.attack(f"import os\nwhile True:\n    os.fork()\n{arena.square}{arena.cube}")
    assert report.score == 3.0
    assert any("PermissionError" in note and "line 3" in note for note in report.notes)
