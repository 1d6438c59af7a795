"""Returns an array of which every entry is masked."""

import numpy as np


def square(x):
    return x * x


def secret(x):
    return np.ma.masked_all(x.shape)
