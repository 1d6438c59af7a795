"""Makes an array of 40 GB of which no page is there yet.

secret = "out_of_memory"
needs = ["memory"]
harmful = true
"""

import numpy as np


def square(x):
    return x * x


def secret(x):
    return np.zeros(5 << 30)
