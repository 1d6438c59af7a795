"""Has the kernel connect on its behalf, by a queue that no filter sees into.

needs = ["network"]
machine = "x86_64"
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "setup": lambda: kernel(425, 8, ctypes.create_string_buffer(120)),
        "enter": lambda: kernel(426, 3, 1, 0, 0, 0, 0),
        "register": lambda: kernel(427, 3, 0, 0, 0),
        "aio": lambda: raising(libc.syscall(206, 8, ctypes.byref(ctypes.c_ulong())) == 0),
    })
