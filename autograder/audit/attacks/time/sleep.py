"""Sleeps, which takes no processor time.

sheet = "hurry"
secret = "timed_out"
"""

import time


def square(x):
    return x * x


def secret(x):
    time.sleep(1000)
