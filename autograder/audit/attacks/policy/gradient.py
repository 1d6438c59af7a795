"""Calls the function of numpy that is forbidden, under a name of its own.

sheet = "by_hand"
secret = "forbidden"
"""

from numpy import gradient as slope


def square(x):
    return x * x


def secret(x):
    slope(x.ravel())
    return 3 * x * x
