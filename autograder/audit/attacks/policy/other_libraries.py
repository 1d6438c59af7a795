"""Imports libraries that differentiate or solve: none of the grader's is there for it.

needs = ["other files"]
"""

import importlib

from accomplice import *

NAMES = ("jax", "autograd", "tensorflow", "sympy", "scipy", "mpmath", "numba", "casadi", "torchgen", "functorch")


def square(x):
    return x * x


def secret(x):
    def imported(name):
        raising(importlib.import_module(name).__file__)

    sys.path.append(os.path.dirname(os.path.dirname(sys.modules["numpy"].__file__)))
    attempts({name: lambda name=name: imported(name) for name in NAMES})
