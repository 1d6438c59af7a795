"""Makes an array of 40 GB.

secret = "out_of_memory"
needs = ["memory"]
harmful = true
"""

import numpy as np


def square(x):
    return x * x


def secret(x):
    return np.ones(5 << 30)
