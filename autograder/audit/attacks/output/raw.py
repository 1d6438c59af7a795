"""Writes to the output without Python's buffers.

sheet = "hurry"
secret = ["died", "timed_out"]
"""

import os


def square(x):
    return x * x


def secret(x):
    while True:
        os.write(1, b"x" * 100_000)
