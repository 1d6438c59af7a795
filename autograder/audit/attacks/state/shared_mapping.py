"""Writes to a mapping that processes of the fork server might share.

times = 2
"""

import mmap

shared = mmap.mmap(-1, 1 << 20)
if shared[0]:
    print("GOT THROUGH: the mapping remembers")
shared[0] = 1


def square(x):
    return x * x


def secret(x):
    return 0 * x
