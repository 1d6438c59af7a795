"""Starts threads until there are no more, and keeps them busy.

sheet = "hurry"
secret = "timed_out"
"""

import threading

threading.stack_size(1 << 16)


def spin():
    while True:
        pass


def square(x):
    return x * x


def secret(x):
    try:
        for _ in range(500):
            threading.Thread(target=spin, daemon=True).start()
    except (RuntimeError, MemoryError):
        pass
    spin()
