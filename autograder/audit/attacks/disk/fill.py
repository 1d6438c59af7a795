"""Fills the disk with one file.

needs = ["writing files"]
"""

from accomplice import *


def filled(path):
    with open(path, "wb") as file:
        for _ in range(64):
            file.write(bytes(1 << 20))


def square(x):
    return x * x


def secret(x):
    attempts({"folder": lambda: filled(FOLDER + "/" + MARK), "/tmp": lambda: filled("/tmp/" + MARK)})
