"""Leaves shared memory, a queue and a key for its next time.

times = 2
needs = ["processes"]
machine = "x86_64"
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "segment": lambda: called("shmget", 0x7E57, 4096, 0o1666),
        "messages": lambda: called("msgget", 0x7E57, 0o1666),
        "semaphore": lambda: called("semget", 0x7E57, 1, 0o1666),
        "key": lambda: kernel(248, b"user", b"mark", b"x", 1, -4),
    })
