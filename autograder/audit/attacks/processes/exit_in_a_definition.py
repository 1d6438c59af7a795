"""Leaves in a default that is worked out where a function is defined.

square = "died"
secret = "died"
"""

import os


def square(x):
    return x * x


def secret(x, y=os._exit(0)):
    return 0 * x
