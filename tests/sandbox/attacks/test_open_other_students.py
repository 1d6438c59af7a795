"""Copying from somebody else: from the disk, or from the memory of a submission that is graded at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import Arena


def test_another_students_file_cannot_be_read(arena: Arena, tmp_path: Path) -> None:
    """It lies where the grader has found it, readable for everybody."""
    theirs = tmp_path / "ada" / "tiny.py"
    theirs.parent.mkdir()
    theirs.write_text(arena.square + arena.cube)
    theirs.chmod(0o644)
    for folder in (tmp_path, theirs.parent):
        folder.chmod(0o755)
    code = f"""
def square_backward(grad, x):
    exec(open({str(theirs)!r}).read(), globals())
    return square_backward(grad, x)
def cube_backward(grad, x):
    exec(open({str(theirs)!r}).read(), globals())
    return cube_backward(grad, x)
"""
    result = arena.exercise(code)
    assert (result.score, result.verdict) == (0.0, Verdict.RAISED)


def test_no_home_and_no_submission_can_be_listed(arena: Arena, tmp_path: Path) -> None:
    """Nor can what others have left behind."""
    setup = "import os, pathlib"
    places = ["/", "/home", "/root", "/tmp", "/var/tmp", "/etc", "/srv", "/mnt", str(tmp_path), "..", "~"]  # noqa: S108 - what is tried
    attempts = {place: f"os.listdir(os.path.expanduser({place!r}))" for place in places}
    attempts |= {"passwd": "open('/etc/passwd').read()", "home": "list(pathlib.Path.home().iterdir())"}
    assert set(arena.possible(attempts, setup)) == set()


def test_another_submissions_memory_cannot_be_read(arena: Arena) -> None:
    """Processes around one's own, which are honest submissions at that time, do not let it in."""
    setup = """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
near = [pid for pid in range(os.getpid() - 30, os.getpid() + 30) if pid > 0 and pid != os.getpid()] + [os.getppid()]
class Range(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
def any_of(attempt):
    for pid in near:
        try:
            attempt(pid)
        except OSError:
            continue
        return
    raise OSError
def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno())
buffer = ctypes.create_string_buffer(8)
mine = Range(ctypes.addressof(buffer), 8)
"""
    attempts = {
        "mem": "any_of(lambda pid: open(f'/proc/{pid}/mem', 'rb'))",
        "maps": "any_of(lambda pid: open(f'/proc/{pid}/maps'))",
        "fd": "any_of(lambda pid: os.listdir(f'/proc/{pid}/fd'))",
        "readv": "any_of(lambda pid: checked(libc.process_vm_readv(pid, ctypes.byref(mine), 1, ctypes.byref(mine), 1, 0)))",
        "ptrace": "any_of(lambda pid: checked(libc.ptrace(16, pid, None, None)))",
        "pidfd": "any_of(os.pidfd_open)",
        "signal": "any_of(lambda pid: os.kill(pid, 0))",
    }
    assert arena.possible(attempts, setup) == []
