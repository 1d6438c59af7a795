"""Returns an array of a single number that is seen everywhere."""

import numpy as np


def square(x):
    return x * x


def secret(x):
    return np.broadcast_to(0.0, x.shape)
