"""Writes an answer without having read the question.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(framed({"ended": "returned", **NOTHING}, tag=1))
    os._exit(0)
