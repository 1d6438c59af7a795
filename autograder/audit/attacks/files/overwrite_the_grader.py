"""Writes into the grader, the reference, numpy and Python itself.

needs = ["writing files"]
"""

import numpy as np
from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        name: lambda path=path: open(path, "r+")
        for name, path in {
            "reference": SOLUTION, "checks": CHECKS, "other student": OTHER, "numpy": np.__file__,
            "standard library": os.__file__, "grader": PACKAGE + "/__init__.py", "worker": PACKAGE + "/sandbox/worker.py",
            "interpreter": os.path.realpath(sys.executable or "/usr/bin/python3"),
        }.items()
    })
