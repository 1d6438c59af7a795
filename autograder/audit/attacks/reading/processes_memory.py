"""Traces the grader, the fork server and its neighbours, and reads their memory.

needs = ["tracing", "signals"]
machine = "x86_64"
"""

from accomplice import *


class Range(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


buffer = ctypes.create_string_buffer(8)
mine = ctypes.byref(Range(ctypes.addressof(buffer), 8))


def square(x):
    return x * x


def secret(x):
    near = [pid for pid in range(os.getpid() - 30, os.getpid() + 30) if pid > 0 and pid != os.getpid()]
    tried = {}
    for whose, pids in {"grader": [GRADER], "parent": [os.getppid()], "neighbours": near}.items():
        tried |= {
            f"attach, {whose}": lambda pids=pids: any_of(lambda pid: called("ptrace", 16, pid, None, None), pids),
            f"seize, {whose}": lambda pids=pids: any_of(lambda pid: called("ptrace", 0x4206, pid, None, None), pids),
            f"read, {whose}": lambda pids=pids: any_of(
                lambda pid: called("process_vm_readv", pid, mine, 1, mine, 1, 0), pids
            ),
            f"write, {whose}": lambda pids=pids: any_of(
                lambda pid: called("process_vm_writev", pid, mine, 1, mine, 1, 0), pids
            ),
            f"descriptor, {whose}": lambda pids=pids: any_of(os.pidfd_open, pids),
            f"compare, {whose}": lambda pids=pids: any_of(
                lambda pid: kernel(312, os.getpid(), pid, 0, 0, 0), pids
            ),
        }
    attempts(tried | {
        "be traced": lambda: called("ptrace", 0, 0, None, None),
        "be traced by anybody": lambda: called("prctl", 0x59616D61, -1, 0, 0, 0),
        "be dumped": lambda: called("prctl", 4, 1, 0, 0, 0),
    })
