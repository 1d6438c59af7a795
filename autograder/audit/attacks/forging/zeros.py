"""Writes zeros where an answer is expected.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(bytes(1000))
    os._exit(0)
