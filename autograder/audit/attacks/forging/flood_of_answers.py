"""Writes to the answers without end, from several threads.

secret = ["died", "timed_out"]
"""

import threading

from accomplice import *


def flood():
    while True:
        os.write(4, bytes(1 << 16))


def square(x):
    return x * x


def secret(x):
    for _ in range(3):
        threading.Thread(target=flood, daemon=True).start()
    os.write(5, b"!")
    flood()
