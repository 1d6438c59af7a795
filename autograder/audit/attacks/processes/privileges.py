"""Becomes another user, gets capabilities back, and enters namespaces.

needs = ["processes"]
machine = "x86_64"
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "root": lambda: os.setuid(0),
        "effective root": lambda: os.seteuid(0),
        "another user": lambda: os.setresuid(1, 1, 1),
        "groups": lambda: os.setgroups([0]),
        "capabilities": lambda: kernel(126, 0, 0),
        "keep capabilities": lambda: called("prctl", 8, 1),
        "secure bits": lambda: called("prctl", 28, 1),
        "user namespace": lambda: called("unshare", 0x10000000),
        "mount namespace": lambda: called("unshare", 0x20000),
        "network namespace": lambda: called("unshare", 0x40000000),
        "process namespace": lambda: called("unshare", 0x20000000),
        "enter": lambda: called("setns", 0, 0),
    })
