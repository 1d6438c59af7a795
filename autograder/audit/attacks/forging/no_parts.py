"""Answers with a header in which everything is missing.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(framed({}))
    os._exit(0)
