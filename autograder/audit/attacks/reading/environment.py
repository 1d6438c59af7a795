"""Looks for secrets in the environment that the grader was started with."""

from accomplice import *


def raw():
    pointers = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
    place = 0
    while pointers[place]:
        yield pointers[place].decode().partition("=")[0]
        place += 1


def square(x):
    return x * x


def secret(x):
    attempts({
        "environment": lambda: os.environ[TOKEN],
        "libc": lambda: raising(TOKEN in list(raw())),
        "getenv": lambda: raising(ctypes.c_void_p(libc.getenv(TOKEN.encode())).value),
        "user": lambda: os.environ["USER"],
        "home": lambda: raising(os.path.isdir(os.environ["HOME"])),
        "path": lambda: os.environ["PYTHONPATH"],
    })
