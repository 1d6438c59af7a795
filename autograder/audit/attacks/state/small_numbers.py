"""Changes the number 7 for everybody who uses it.

times = 2
secret = ["failed", "died"]
"""

import ctypes

if 3 + 4 != len("seven__"):
    print("GOT THROUGH: 7 is another number")


def square(x):
    return x * x


def secret(x):
    ctypes.memset(id(7) + 24, 8, 1)
    return 0 * x
