"""Interrupts itself a thousand times a second, so that the worker never gets on.

sheet = "hurry"
secret = "timed_out"
"""

import signal


def square(x):
    return x * x


def secret(x):
    signal.signal(signal.SIGALRM, lambda *args: None)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    while True:
        pass
