"""Asks whether files exist whose names it knows or guesses; their content it does not get.

needs = ["own file system"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "reference": lambda: os.stat(SOLUTION),
        "other student": lambda: os.stat(OTHER),
        "open to all": lambda: os.stat(VICTIM),
        "grader": lambda: os.stat(PACKAGE + "/grading/grade.py"),
    })
