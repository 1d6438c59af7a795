"""Asks whether it may signal the grader, the fork server, the group, its neighbours or all.

needs = ["signals", "processes"]
machine = "x86_64"
"""

import signal

from accomplice import *


def square(x):
    return x * x


def secret(x):
    near = [pid for pid in range(2, 40_000) if pid != os.getpid()]
    attempts({
        "grader": lambda: os.kill(GRADER, 0),
        "parent": lambda: os.kill(os.getppid(), 0),
        "first": lambda: os.kill(1, 0),
        "any": lambda: any_of(lambda pid: os.kill(pid, 0), near),
        "own group": lambda: os.kill(0, 0),
        "everybody": lambda: os.kill(-1, 0),
        "group of the parent": lambda: os.killpg(os.getpgid(os.getppid()), 0),
        "its thread": lambda: kernel(200, os.getppid(), 0),
        "limits": lambda: called("prlimit", os.getppid(), 7, ctypes.create_string_buffer(16), None),
        "thread": lambda: called("tgkill", GRADER, GRADER, 0),
        "queue": lambda: called("sigqueue", GRADER, 0, 0),
        "pidfd": lambda: signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0),
        "owner of a pipe": lambda: called("fcntl", 3, 8, os.getppid()),
    })
