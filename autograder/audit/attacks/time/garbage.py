"""Leaves what takes for ever to be thrown away.

sheet = "hurry"
secret = "timed_out"
"""

class Slow:
    def __del__(self):
        while True:
            pass


def square(x):
    return x * x


def secret(x):
    return Slow()
