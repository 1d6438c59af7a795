"""Maps 40 GB, private, shared, without reserving it, as a stack, and in many pieces.

needs = ["memory"]
"""

import mmap

from accomplice import *

libc.mmap.restype = ctypes.c_void_p


def mapped(size, flags, times=1):
    for _ in range(times):
        found = libc.mmap(None, ctypes.c_size_t(size), 3, flags, -1, ctypes.c_long(0))
        raising(found not in (None, ctypes.c_void_p(-1).value))


def square(x):
    return x * x


def secret(x):
    attempts({
        "private": lambda: mmap.mmap(-1, 40 << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS),
        "shared": lambda: mmap.mmap(-1, 40 << 30),
        "not reserved": lambda: mapped(40 << 30, 0x4022),
        "stack": lambda: mapped(40 << 30, 0x20122),
        "many": lambda: mapped(1 << 30, 0x21, 40),
    })
