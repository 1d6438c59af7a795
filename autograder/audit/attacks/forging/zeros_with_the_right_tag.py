"""Answers a question by hand, without the worker; that is an output like any other, and compared.

secret = ["failed", "died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(framed({"ended": "returned", **NOTHING, "value": {"a": 0, "k": "ndarray"}}, [["<f8", list(x.shape), 0, x.nbytes]], bytes(x.nbytes)))
    os._exit(0)
