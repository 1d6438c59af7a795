"""Raises the limits on its memory, time, files and processes.

needs = ["processes"]
"""

import resource

from accomplice import *

LIMITS = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_CORE")


def raised(name):
    kind = getattr(resource, name)
    soft, hard = resource.getrlimit(kind)
    raising(hard != resource.RLIM_INFINITY)
    resource.setrlimit(kind, (hard + 1, hard + 1))


def square(x):
    return x * x


def secret(x):
    attempts({name: lambda name=name: raised(name) for name in LIMITS} | {
        "of the parent": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1)),
    })
