"""Makes a file of 1 TB that is a hole, and asks for its room.

needs = ["writing files"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    path = FOLDER + "/" + MARK

    def longer():
        with open(path, "wb") as file:
            file.truncate(1 << 40)

    attempts({
        "hole": longer,
        "room": lambda: os.posix_fallocate(os.open(path, os.O_RDWR | os.O_CREAT), 0, 1 << 30),
        "longer": lambda: os.truncate(VICTIM, 1 << 40),
    })
