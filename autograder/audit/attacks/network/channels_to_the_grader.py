"""Uses the pipes that it has been given for more than they are for.

needs = ["network"]
"""

import socket

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        f"{name} of {descriptor}": lambda make=make, descriptor=descriptor: make(descriptor)
        for descriptor in range(6)
        for name, make in {
            "socket": lambda fd: socket.socket(fileno=fd).getsockname(),
            "send": lambda fd: called("send", fd, b"x", 1, 0),
            "descriptors": lambda fd: socket.send_fds(socket.socket(fileno=fd), [b"x"], [0]),
        }.items()
    })
