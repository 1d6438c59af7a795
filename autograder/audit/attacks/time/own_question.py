"""Waits for its next question by itself, so that nobody else reads it.

sheet = "hurry"
secret = "timed_out"
"""

import os


def square(x):
    return x * x


def secret(x):
    os.read(3, 1)
