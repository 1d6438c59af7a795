"""Takes memory in small pieces and keeps them.

secret = ["out_of_memory", "timed_out"]
needs = ["memory"]
harmful = true
sheet = "hurry"
"""

import numpy as np


def square(x):
    return x * x


def secret(x):
    return [np.ones(1 << 21) for _ in range(2500)]
