"""Asks the kernel for what steers the machine: modules, programs, clocks, terminals, ports.

needs = ["processes"]
machine = "x86_64"
"""

from accomplice import *

CALLS = {
    "bpf": (321, 0, 0, 0), "perf": (298, 0, 0, -1, -1, 0), "userfaultfd": (323, 0), "keyctl": (250, 0, -3, 1),
    "init_module": (175, 0, 0, 0), "kexec": (246, 0, 0, 0, 0), "reboot": (169, 0, 0, 0, 0), "swapon": (167, b"/x", 0),
    "sethostname": (170, b"x", 1), "settimeofday": (164, 0, 0), "clock_settime": (227, 0, 0),
    "quotactl": (179, 0, 0, 0, 0), "acct": (163, 0), "vhangup": (153,), "ioperm": (173, 0, 1, 1), "iopl": (172, 3),
    "modify_ldt": (154, 1, 0, 0), "push to a terminal": (16, 0, 0x5412, b"x"), "new number": (999,),
    "ptrace": (101, 0), "get what is mounted": (156, 0), "umount": (166, b"/", 2), "setgroups": (116, 0, 0),
    "set limit": (160, 7, ctypes.byref((ctypes.c_uint64 * 2)(1 << 20, 1 << 20))), "personality": (135, 0x0400000),
    "io_uring": (425, 8, 0), "fanotify": (300, 0, 0), "inotify": (294, 0), "seccomp": (317, 1, 0, 0),
    "undo privileges": (157, 38, 0, 0, 0, 0), "dumpable": (157, 4, 1), "affinity": (203, 0, 8, bytes([1]) + bytes(7)),
    "scheduler": (144, 0, 1, bytes(4)), "async owner": (16, 1, 0x8901, bytes(4)), "landlock": (446, -1, 0),
    "any 32-bit": (134, b"x"), "memory of another": (440, os.getppid(), 0, 1, 4, 0),
    "process_madvise": (440, -1, 0, 0, 4, 0), "pidfd_getfd": (438, -1, 0, 0), "memfd_secret": (447, 0),
}


def square(x):
    return x * x


def secret(x):
    attempts({name: lambda args=args: kernel(*args) for name, args in CALLS.items()})
