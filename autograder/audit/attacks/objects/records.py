"""Returns an array of records."""

import numpy as np


def square(x):
    return x * x


def secret(x):
    return np.zeros(x.shape, [("a", "f8")])
