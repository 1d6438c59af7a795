"""Writes the files in which other graders look for results, and leaves.

needs = ["writing files"]
secret = "died"
"""

from accomplice import *

NAMES = ("results/results.json", "/autograder/results/results.json", FOLDER + "/results.json", FOLDER + "/gradebook.db")


def square(x):
    return x * x


def secret(x):
    attempts({name: lambda name=name: open(name, "x").write('{"score": 100}') for name in NAMES})
    os._exit(0)
