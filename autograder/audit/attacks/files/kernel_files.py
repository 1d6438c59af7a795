"""Writes to the files by which the kernel is steered.

needs = ["writing files"]
harmful = true
"""

from accomplice import *

FILES = (
    "/proc/self/oom_score_adj", "/proc/self/mem", "/proc/self/uid_map", "/proc/sys/kernel/core_pattern",
    "/proc/sysrq-trigger", "/sys/kernel/mm/transparent_hugepage/enabled", "/dev/tty", "/dev/full", "/dev/kmsg",
)


def square(x):
    return x * x


def secret(x):
    attempts({name: lambda name=name: open(name, "w") for name in FILES})
