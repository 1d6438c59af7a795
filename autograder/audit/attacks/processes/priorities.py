"""Slows others down and takes processors for itself.

needs = ["processes"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "grader": lambda: os.setpriority(os.PRIO_PROCESS, GRADER, 19),
        "parent": lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19),
        "itself": lambda: os.setpriority(os.PRIO_PROCESS, 0, -20),
        "real time": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
        "processors of the parent": lambda: os.sched_setaffinity(os.getppid(), {0}),
        "death of the parent": lambda: called("prctl", 1, 0, 0, 0, 0),
        "timers": lambda: called("prctl", 29, 100),
    })
