"""Multiplies two vectors to a matrix of 128 GB.

secret = "out_of_memory"
needs = ["memory"]
harmful = true
"""

import numpy as np


def square(x):
    return x * x


def secret(x):
    return np.outer(np.ones(1 << 17), np.ones(1 << 17))
