"""Breaks numpy for everybody who comes after it.

times = 2
"""

import ctypes

import numpy as np

if np.pi == 3 or np.core is None:
    print("GOT THROUGH: numpy is still broken")
np.pi = 3
np.core = None
np.ndarray.__doc__
np.random.seed(1)


def square(x):
    return x * x


def secret(x):
    return 0 * x
