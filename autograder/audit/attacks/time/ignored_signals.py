"""Ignores, blocks and catches the signals that end processes.

sheet = "hurry"
secret = "timed_out"
"""

import signal


def square(x):
    return x * x


def secret(x):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        pass
