"""Returns the question that it was asked, with what the worker knows about it."""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    return question()
