"""Signalling other processes: the fork server, the grader, the group, everybody."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_nobody_else_can_be_signalled(arena: Arena) -> None:
    """Neither by number, nor as a group, nor all at once."""
    grader, zygote = os.getpid(), arena.zygote()
    setup = f"""
import ctypes, os, signal, threading
libc = ctypes.CDLL(None, use_errno=True)
def called(name, *args):
    if getattr(libc, name)(*args) < 0:
        raise OSError(ctypes.get_errno())
def any_of(pids):
    reached = 0
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
            reached += 1
        except OSError:
            pass
    if not reached:
        raise OSError
grader, zygote, me = {grader}, {zygote}, os.getpid()
"""
    attempts = {
        "parent": "os.kill(os.getppid(), signal.SIGKILL)",
        "parent by 0": "os.kill(os.getppid(), 0)",
        "zygote": "os.kill(zygote, signal.SIGKILL)",
        "grader": "os.kill(grader, signal.SIGKILL)",
        "stop the grader": "os.kill(grader, signal.SIGSTOP)",
        "group": "os.kill(0, signal.SIGKILL)",
        "group of the parent": "os.killpg(os.getpgid(os.getppid()), signal.SIGKILL)",
        "everybody": "os.kill(-1, signal.SIGKILL)",
        "one": "os.kill(1, signal.SIGKILL)",
        "all numbers": "any_of(pid for pid in range(1, 40_000) if pid != me)",
        "tgkill": "called('syscall', 234, grader, grader, 9)",
        "tkill": "called('syscall', 200, zygote, 9)",
        "queue": "called('sigqueue', zygote, 9, 0)",
        "pidfd": "os.pidfd_open(zygote)",
        "other priority": "os.setpriority(os.PRIO_PROCESS, zygote, 19)",
        "other limits": "called('prlimit', zygote, 7, ctypes.create_string_buffer(16), None)",
        "owner of a pipe": "called('fcntl', 3, 8, zygote)",
        "parent's death": "called('prctl', 1, 0, 0, 0, 0)",
    }
    assert arena.possible(attempts, setup) == []


@pytest.mark.parametrize("number", ["SIGKILL", "SIGTERM", "SIGSEGV", "SIGABRT", "SIGALRM", "SIGUSR1"])
def test_killing_oneself_costs_that_function(arena: Arena, number: str) -> None:
    """The message names the signal."""
    code = f"import os, signal\ndef cube_backward(grad, x):\n    os.kill(os.getpid(), signal.{number})\n"
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert (result.mismatch.kind, number in result.mismatch.message) == ("died", True)
