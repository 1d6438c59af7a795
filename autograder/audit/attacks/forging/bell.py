"""Rings the bell that tells the grader to read without end, and reads it back itself.

secret = "timed_out"
sheet = "hurry"
"""

import threading

from accomplice import *


def ring():
    while True:
        os.write(5, b"!" * 1000)


def square(x):
    return x * x


def secret(x):
    threading.Thread(target=ring, daemon=True).start()
    while True:
        try:
            os.read(5, 8)
        except OSError:
            pass
