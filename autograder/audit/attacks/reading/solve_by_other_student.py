"""Runs what another student has handed in.

needs = ["other files"]
secret = "raised"
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    space = {}
    exec(open(OTHER).read(), space)
    return space["secret"](x)
