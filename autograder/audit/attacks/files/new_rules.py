"""Gives itself another Landlock domain or another filter, as if that could widen the first.

needs = ["processes"]
machine = "x86_64"
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "restrict": lambda: kernel(446, -1, 0),
        "filter": lambda: kernel(317, 1, 0, 0),
        "filter by prctl": lambda: called("prctl", 22, 2, 0),
        "undo no new privileges": lambda: called("prctl", 38, 0, 0, 0, 0),
        "personality": lambda: called("personality", 0x0400000),
    })
