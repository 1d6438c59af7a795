"""Makes folders, pipes, devices and sockets.

needs = ["processes"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    new = FOLDER + "/" + MARK
    attempts({
        "folder": lambda: os.mkdir(new),
        "pipe": lambda: os.mkfifo(new + "2"),
        "file node": lambda: os.mknod(new + "3"),
        "device": lambda: os.mknod(new + "4", 0o20666, os.makedev(1, 3)),
    })
