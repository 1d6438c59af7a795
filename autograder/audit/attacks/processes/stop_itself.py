"""Stops its own process, which then uses no processor.

secret = "timed_out"
sheet = "hurry"
"""

import os
import signal


def square(x):
    return x * x


def secret(x):
    os.kill(os.getpid(), signal.SIGSTOP)
