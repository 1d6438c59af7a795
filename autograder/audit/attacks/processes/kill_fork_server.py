"""Kills the fork server that starts everybody's process.

needs = ["signals"]
harmful = true
"""

import signal

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "kill": lambda: os.kill(os.getppid(), signal.SIGKILL),
        "stop": lambda: os.kill(os.getppid(), signal.SIGSTOP),
    })
