"""Answers with an ending that is no word.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(framed({"ended": [], **NOTHING}))
    os._exit(0)
