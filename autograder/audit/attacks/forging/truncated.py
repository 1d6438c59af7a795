"""Stops in the middle of an answer.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(framed({"ended": "returned", **NOTHING})[:30])
    os._exit(0)
