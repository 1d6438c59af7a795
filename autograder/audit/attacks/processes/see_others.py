"""Finds out which other processes there are; it can do nothing to them.

needs = ["own process table"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "session of the grader": lambda: os.getsid(GRADER),
        "group of the grader": lambda: os.getpgid(GRADER),
        "parent is a common process": lambda: raising(os.getppid() > 100),
    })
