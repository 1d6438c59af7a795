"""Answers with places of arguments that are no places.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(framed({"ended": "returned", **NOTHING, "mutated": [float("inf")]}))
    os._exit(0)
