"""Becomes another program.

needs = ["processes"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "exec": lambda: os.execv("/bin/sh", ["sh", "-c", "echo GOT THROUGH: sh"]),
        "python": lambda: os.execv(sys.executable or "/usr/bin/python3", ["python3", "-c", "print('GOT THROUGH: python')"]),
        "from a descriptor": lambda: os.execve(os.open("/bin/true", os.O_RDONLY), ["true"], {}),
        "fexecve": lambda: called("execveat", -100, b"/bin/true", None, None, 0),
    })
