"""Answers from handlers that run when the process ends.

secret = "raised"
"""

import atexit

from accomplice import *


def late():
    send(framed({"ended": "returned", **NOTHING}, tag=1))


atexit.register(late)


def square(x):
    return x * x


def secret(x):
    raise SystemExit(0)
