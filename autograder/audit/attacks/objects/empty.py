"""Returns nothing, of which everything is right."""

import numpy as np


def square(x):
    return x * x


def secret(x):
    return np.zeros((0, *x.shape))
