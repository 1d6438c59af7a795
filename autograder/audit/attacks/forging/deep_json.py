"""Answers with JSON that is nested until its reader has no stack left.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(framed(None, header=b'{"head":' + b"[" * 100_000))
    os._exit(0)
