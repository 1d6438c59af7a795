"""Keeps memory in segments, queues, semaphores and keys, which stay when a process ends.

needs = ["processes"]
machine = "x86_64"
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "segment": lambda: called("shmget", 0, 1 << 20, 0o1600),
        "messages": lambda: called("msgget", 0, 0o1600),
        "semaphores": lambda: called("semget", 0, 1, 0o1600),
        "queue": lambda: called("mq_open", b"/x", 0o102, 0o600, None),
        "key": lambda: kernel(248, b"user", b"x", b"x" * 1000, 1000, -3),
        "locked": lambda: called("mlockall", 3),
    })
