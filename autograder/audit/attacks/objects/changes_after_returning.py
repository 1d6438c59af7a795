"""Returns an array that it changes afterwards, when it has been looked at."""

import threading
import time


def square(x):
    return x * x


def secret(x):
    y = 0 * x

    def later():
        while True:
            y[...] += 1.0
            time.sleep(0)

    threading.Thread(target=later, daemon=True).start()
    return y
