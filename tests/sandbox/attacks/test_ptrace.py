"""Tracing other processes, and reading or writing their memory by the kernel's calls."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_no_process_can_be_traced(arena: Arena) -> None:
    """Neither the fork server nor the grader, nor can one ask to be traced."""
    setup = f"""
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
grader, zygote, parent = {os.getpid()}, {arena.zygote()}, os.getppid()
class Range(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]
buffer = ctypes.create_string_buffer(8)
mine = ctypes.byref(Range(ctypes.addressof(buffer), 8))
def called(name, *args):
    if getattr(libc, name)(*args) < 0:
        raise OSError(ctypes.get_errno())
"""
    attempts = {"traced": "called('ptrace', 0, 0, None, None)"}
    for name in ("grader", "zygote", "parent"):
        attempts |= {
            f"attach to {name}": f"called('ptrace', 16, {name}, None, None)",
            f"seize {name}": f"called('ptrace', 0x4206, {name}, None, None)",
            f"read {name}": f"called('process_vm_readv', {name}, mine, 1, mine, 1, 0)",
            f"write {name}": f"called('process_vm_writev', {name}, mine, 1, mine, 1, 0)",
            f"compare with {name}": f"called('syscall', 312, os.getpid(), {name}, 0, 0, 0)",
            f"descriptor of {name}": f"called('syscall', 434, {name}, 0)",
            f"advise {name}": f"called('syscall', 440, {name}, mine, 1, 4, 0)",
        }
    attempts["be traced by anybody"] = "called('prctl', 0x59616D61, -1, 0, 0, 0)"
    attempts["be dumped"] = "called('prctl', 4, 1, 0, 0, 0)"
    assert arena.possible(attempts, setup) == []
