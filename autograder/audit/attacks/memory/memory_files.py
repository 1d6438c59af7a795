"""Keeps memory in files that belong to no process.

needs = ["memory files", "writing files"]
"""

from multiprocessing import shared_memory

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "memfd": lambda: os.memfd_create("x"),
        "libc": lambda: called("memfd_create", b"x", 0),
        "huge pages": lambda: called("memfd_create", b"x", 4),
        "secret": lambda: kernel(447, 0),
        "python": lambda: shared_memory.SharedMemory(MARK, create=True, size=1 << 20),
        "shm_open": lambda: called("shm_open", ("/" + MARK).encode(), 0o102, 0o600),
    })
