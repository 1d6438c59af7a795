"""Imports the grader's modules, and the packages of its environment.

needs = ["other files"]
"""

import importlib

from accomplice import *


def imported(name):
    module = importlib.import_module(name)
    raising(getattr(module, "__file__", None))


def square(x):
    return x * x


def secret(x):
    sys.path[:0] = [os.path.dirname(PACKAGE), COURSE, os.path.dirname(os.path.dirname(sys.modules["numpy"].__file__))]
    names = (
        "autograder.grading", "autograder.grading.key", "autograder.store", "autograder.engines", "autograder.cli",
        "autograder.sandbox.host", "reference.vault.solution", "torch", "mpmath", "sqlalchemy", "typer", "pip",
    )
    attempts({name: lambda name=name: imported(name) for name in names})
