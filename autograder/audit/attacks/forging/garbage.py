"""Writes something else than an answer to the pipe that answers go through.

secret = ["died"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    send(b'passed' * 100)
    os._exit(0)
