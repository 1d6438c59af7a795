"""Calls itself until the stack of the process is full.

secret = ["died", "raised", "out_of_memory", "timed_out"]
sheet = "hurry"
"""

import sys

sys.setrecursionlimit(10**8)


def square(x):
    return x * x


def secret(x):
    return secret(x)
