"""Asking the kernel without Python in between, for what would open the sandbox or the machine."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import pytest

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86_64")

CALLS = {
    "ptrace": (101, 0),
    "chroot": (161, "b'/tmp'"),
    "mount": (165, "b'x'", "b'/tmp'", "b'tmpfs'", 0, 0),
    "umount": (166, "b'/'", 2),
    "pivot_root": (155, "b'/'", "b'/'"),
    "unshare users": (272, 0x10000000),
    "unshare mounts": (272, 0x20000),
    "setns": (308, 0, 0),
    "setuid": (105, 0),
    "setresuid": (117, 1, 1, 1),
    "setgroups": (116, 0, 0),
    "capset": (126, 0, 0),
    "set limit": (160, 7, "ctypes.byref((ctypes.c_uint64 * 2)(1 << 20, 1 << 20))"),
    "personality": (135, 0x0400000),
    "bpf": (321, 0, 0, 0),
    "perf": (298, 0, 0, -1, -1, 0),
    "io_uring": (425, 8, 0),
    "userfaultfd": (323, 0),
    "keyctl": (250, 0, -3, 1),
    "init_module": (175, 0, 0, 0),
    "kexec": (246, 0, 0, 0, 0),
    "reboot": (169, 0xFEE1DEAD, 672274793, 0, 0),
    "swapon": (167, "b'/dev/zero'", 0),
    "sethostname": (170, "b'x'", 1),
    "settimeofday": (164, 0, 0),
    "clock_settime": (227, 0, 0),
    "quotactl": (179, 0, 0, 0, 0),
    "acct": (163, 0),
    "fanotify": (300, 0, 0),
    "inotify": (294, 0),
    "name_to_handle": (303, -100, "b'/'", 0, 0, 0),
    "open_by_handle": (304, -100, 0, 0),
    "open_tree": (428, -100, "b'/'", 0),
    "fsopen": (430, "b'tmpfs'", 0),
    "seccomp": (317, 1, 0, 0),
    "seccomp by prctl": (157, 22, 2, 0),
    "undo privileges": (157, 38, 0, 0, 0, 0),
    "keep capabilities": (157, 8, 1),
    "securebits": (157, 28, 1),
    "timers off": (157, 29, 100),
    "dumpable": (157, 4, 1),
    "vhangup": (153,),
    "ioperm": (173, 0, 1, 1),
    "iopl": (172, 3),
    "modify_ldt": (154, 1, 0, 0),
    "set affinity": (203, 0, 8, "bytes([1]) + bytes(7)"),
    "scheduler": (144, 0, 1, "bytes(4)"),
    "push to a terminal": (16, 0, 0x5412, "b'x'"),
    "async owner": (16, 1, 0x8901, "bytes(4)"),
    "landlock of another kind": (446, -1, 0),
    "a number that does not exist yet": (999,),
}


def test_the_kernel_refuses(arena: Arena) -> None:
    """Every call fails, and none ends more than itself."""
    setup = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def called(*args):
    if libc.syscall(*args) < 0:
        raise OSError(ctypes.get_errno())
"""
    attempts = {name: f"called({', '.join(map(str, args))})" for name, args in CALLS.items()}
    assert arena.possible(attempts, setup) == []


@pytest.mark.parametrize(
    "code",
    [
        "ctypes.CDLL(None).syscall(0x40000000 | 39)",  # getpid, as a program of x32
        "run(bytes.fromhex('b814000000cd80c3'))",  # getpid, as a program of i386: mov eax, 20; int 0x80; ret
    ],
    ids=["x32", "i386"],
)
def test_calls_of_another_machine_end_the_process(arena: Arena, code: str) -> None:
    """The filter knows the numbers of one machine only."""
    setup = """
import ctypes, mmap
def run(machine_code):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(machine_code)
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""
    result = arena.exercise(setup, arena.square, f"def cube_backward(grad, x):\n    {code}\n")
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind == "died"
