"""Makes so many files that there are no more names.

needs = ["writing files"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({f"file {number}": lambda number=number: open(f"{FOLDER}/{MARK}-{number}", "x") for number in range(500)})
