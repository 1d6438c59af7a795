"""Returns an object that says to be an array."""

import numpy as np


class Disguised:
    @property
    def __class__(self):
        return np.ndarray

    dtype = np.dtype(float)
    shape = (3, 4)
    size = 12
    ndim = 2


def square(x):
    return x * x


def secret(x):
    return Disguised()
