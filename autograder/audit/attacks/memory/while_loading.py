"""Takes all memory while its file is loaded.

needs = ["memory"]
harmful = true
"""

import numpy as np

hoard = np.ones(5 << 30)


def square(x):
    return x * x


def secret(x):
    return 0 * x
