"""Kills its process group.

needs = ["signals"]
harmful = true
"""

import signal

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "kill": lambda: os.kill(0, signal.SIGKILL),
        "stop": lambda: os.kill(0, signal.SIGSTOP),
    })
