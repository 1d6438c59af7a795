"""Answers one question twice, so that the second answer counts for the next question.

secret = ["died", "failed"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(framed({"ended": "returned", **NOTHING}))
    return 0 * x
