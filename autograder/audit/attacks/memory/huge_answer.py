"""Returns more than the grader may have to hold.

needs = ["memory"]
secret = ["failed", "raised", "died", "timed_out"]
"""

import numpy as np


def square(x):
    return x * x


def secret(x):
    return np.zeros(60 << 17)
