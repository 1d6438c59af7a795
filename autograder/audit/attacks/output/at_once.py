"""Writes 50 MB at once.

sheet = "hurry"
secret = ["died", "timed_out"]
"""

import sys


def square(x):
    return x * x


def secret(x):
    while True:
        sys.stdout.write("x" * 50_000_000)
