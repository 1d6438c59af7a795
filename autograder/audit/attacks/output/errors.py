"""Writes to the standard error without end.

sheet = "hurry"
secret = ["died", "timed_out"]
"""

import os


def square(x):
    return x * x


def secret(x):
    while True:
        os.write(2, bytes(100_000))
