"""Sends an array that says to be larger than what is sent.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(framed({"ended": "returned", **NOTHING}, [["<f8", [1 << 40], 0, 8]], bytes(8)))
    os._exit(0)
