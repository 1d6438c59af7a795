"""Reads where no memory is.

secret = "died"
"""

import ctypes


def square(x):
    return x * x


def secret(x):
    return ctypes.string_at(0)
