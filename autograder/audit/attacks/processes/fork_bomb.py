"""Starts processes until the machine has no more of them.

needs = ["processes"]
harmful = true
secret = "raised"
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    while True:
        if os.fork() >= 0:
            print("GOT THROUGH: fork", flush=True)
