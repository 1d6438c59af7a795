"""Sends 16 MB as 50,000 arrays of 16 MB each.

secret = ["died", "timed_out"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(framed({"ended": "returned", **NOTHING}, [["|b1", [1 << 24], 0, 1 << 24]] * 50_000, bytes(1 << 24)))
    os._exit(0)
