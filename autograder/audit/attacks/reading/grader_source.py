"""Reads the grader's own files.

needs = ["other files"]
"""

import inspect

from accomplice import *
from autograder.sandbox import worker, zygote


def square(x):
    return x * x


def secret(x):
    attempts({
        "folder": lambda: os.listdir(PACKAGE),
        "checkout": lambda: os.listdir(os.path.dirname(PACKAGE)),
        "grading": lambda: open(PACKAGE + "/grading/grade.py").read(),
        "worker": lambda: open(worker.__file__).read(),
        "source": lambda: inspect.getsource(zygote),
        "loader": lambda: worker.__loader__.get_data(worker.__file__),
        "filter": lambda: open(PACKAGE + "/sandbox/filters/x86_64.bpf", "rb").read(),
    })
