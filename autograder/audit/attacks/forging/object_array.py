"""Sends an array of pointers.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(framed({"ended": "returned", **NOTHING, "value": {"a": 0, "k": "ndarray"}}, [["|O", [1], 0, 8]], bytes(8)))
    os._exit(0)
