"""Leaves threads at work that answer for later questions."""

import threading
import time

from accomplice import *


def later():
    while True:
        time.sleep(0.001)
        for name in list(sys.modules["submission"].__dict__):
            if name == "secret":
                sys.modules["submission"].__dict__["score"] = 3


for _ in range(3):
    threading.Thread(target=later).start()


def square(x):
    return x * x


def secret(x):
    return 0 * x
