"""Calls a forbidden function by a name that nobody can read.

sheet = "by_hand"
secret = "forbidden"
"""

import numpy as np

GRADIENT = bytes(ord(letter) ^ 1 for letter in "gradient")


def square(x):
    return x * x


def secret(x):
    vars(np)[bytes(letter ^ 1 for letter in GRADIENT).decode()](x.ravel())
    return 3 * x * x
