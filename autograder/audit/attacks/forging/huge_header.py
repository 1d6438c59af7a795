"""Announces a header of 4 GB.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(struct.pack("<4sQIQ", b"GRD1", question().tag, 2**32 - 1, 0))
    os._exit(0)
