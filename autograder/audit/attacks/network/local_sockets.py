"""Connects to sockets of this machine that are files, or names without a file.

needs = ["network"]
"""

import socket

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "file": lambda: socket.socket(socket.AF_UNIX).connect(LOCAL),
        "abstract": lambda: socket.socket(socket.AF_UNIX).connect(ABSTRACT),
        "containers": lambda: socket.socket(socket.AF_UNIX).connect("/var/run/docker.sock"),
        "bus": lambda: socket.socket(socket.AF_UNIX).connect("/run/dbus/system_bus_socket"),
        "pair": lambda: socket.socketpair(),
    })
