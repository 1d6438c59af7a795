"""Opens files by their number instead of their name, and watches others open theirs.

needs = ["processes"]
machine = "x86_64"
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "name to handle": lambda: kernel(303, -100, SOLUTION.encode(), ctypes.create_string_buffer(256), ctypes.byref(ctypes.c_int()), 0),
        "open by handle": lambda: kernel(304, -100, ctypes.create_string_buffer(32), 0),
        "openat2": lambda: kernel(437, -100, SOLUTION.encode(), (ctypes.c_uint64 * 3)(0, 0, 0), 24),
        "inotify": lambda: called("inotify_init1", 0),
        "fanotify": lambda: called("fanotify_init", 0, 0),
    })
