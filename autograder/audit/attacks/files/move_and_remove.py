"""Removes, renames and links files of a folder that is open to all.

needs = ["processes"]
machine = "x86_64"
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    new = FOLDER + "/" + MARK
    attempts({
        "remove": lambda: os.unlink(VICTIM),
        "rename": lambda: os.rename(VICTIM, new),
        "exchange": lambda: kernel(316, -100, VICTIM.encode(), -100, (FOLDER + "/local").encode(), 2),
        "link": lambda: os.link(VICTIM, new),
        "symbolic link": lambda: os.symlink(SOLUTION, new),
        "remove folder": lambda: os.rmdir(FOLDER),
    })
