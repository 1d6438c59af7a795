"""Leaves a file for its next time.

times = 2
needs = ["writing files"]
"""

from accomplice import *

PATHS = [folder + "/" + MARK for folder in (FOLDER, *PLACES)]


def square(x):
    return x * x


def secret(x):
    attempts({f"leave {path}": lambda path=path: open(path, "w").write("x") for path in PATHS} | {f"find {path}": lambda path=path: open(path) for path in PATHS})
