"""Fills the logs of the machine.

needs = ["writing files", "network"]
"""

import socket

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).connect("/dev/log"),
        "kernel": lambda: open("/dev/kmsg", "w"),
        "journal": lambda: open("/run/systemd/journal/stdout", "w"),
        "files": lambda: open("/var/log/" + MARK, "w"),
    })
