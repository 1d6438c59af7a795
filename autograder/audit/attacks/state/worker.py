"""Breaks the worker for everybody who comes after it.

times = 2
square = "died"
secret = "died"
"""

from autograder.sandbox import wire, worker

if wire.MAX_BODY == 0:
    print("GOT THROUGH: the worker is still broken")
wire.MAX_BODY = 0
worker.answer = None


def square(x):
    return x * x


def secret(x):
    return 0 * x
