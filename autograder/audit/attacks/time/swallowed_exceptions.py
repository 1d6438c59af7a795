"""Goes on whatever is raised.

sheet = "hurry"
secret = "timed_out"
"""

import time


def square(x):
    return x * x


def secret(x):
    while True:
        try:
            while True:
                time.sleep(0.001)
        except BaseException:
            pass
        finally:
            continue
