"""Warns without end.

sheet = "hurry"
secret = ["died", "timed_out"]
"""

import warnings


def square(x):
    return x * x


def secret(x):
    while True:
        warnings.warn("x" * 1000, stacklevel=1)
        warnings.resetwarnings()
