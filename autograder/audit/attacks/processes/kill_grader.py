"""Kills the grader.

needs = ["signals"]
harmful = true
"""

import signal

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "kill": lambda: os.kill(GRADER, signal.SIGKILL),
        "stop": lambda: os.kill(GRADER, signal.SIGSTOP),
    })
