"""Kills its own process.

secret = "died"
"""

import os
import signal


def square(x):
    return x * x


def secret(x):
    os.kill(os.getpid(), signal.SIGKILL)
