"""Announces a body of 16 EB.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(struct.pack("<4sQIQ", b"GRD1", question().tag, 2, 2**64 - 1))
    os._exit(0)
