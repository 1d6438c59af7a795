"""Looks on its own command line for where the course lies."""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    line = " ".join(sys.orig_argv)
    attempts({
        "course": lambda: raising(COURSE in line),
        "checks": lambda: raising("checks.py" in line or "solution.py" in line),
        "folder": lambda: raising(os.path.dirname(OTHER) in line),
        "seed": lambda: raising("seed" in line),
    })
