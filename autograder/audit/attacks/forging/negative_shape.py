"""Sends an array with negative lengths.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(framed({"ended": "returned", **NOTHING, "value": {"a": 0, "k": "ndarray"}}, [["<f8", [-1, -8], 0, 64]], bytes(64)))
    os._exit(0)
