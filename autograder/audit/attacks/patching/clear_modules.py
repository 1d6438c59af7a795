"""Throws all loaded modules away, so that what is imported next is somebody else's."""

import sys

sys.modules.clear()
sys.path[:] = ["/tmp"]


def square(x):
    return x * x


def secret(x):
    return x
