"""Starts a process by the call whose flags no filter can see.

needs = ["processes"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)

    def cloned():
        pid = libc.syscall(435, arguments, 88)
        if pid == 0:
            os._exit(0)
        raising(pid > 0)

    attempts({"clone3": cloned})
