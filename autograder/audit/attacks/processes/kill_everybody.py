"""Kills all processes that it may signal.

needs = ["signals"]
harmful = true
"""

import signal

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "kill": lambda: os.kill(-1, signal.SIGKILL),
        "stop": lambda: os.kill(-1, signal.SIGSTOP),
    })
