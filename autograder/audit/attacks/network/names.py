"""Asks for the address of a name, which tells the name to others.

needs = ["network", "other files"]
"""

import socket

from accomplice import *


def resolved(name):
    raising(ctypes.c_void_p(libc.gethostbyname(name)).value)


def square(x):
    return x * x


def secret(x):
    attempts({
        "python": lambda: socket.getaddrinfo("example.org", 80),
        "libc": lambda: resolved(b"example.org"),
        "reverse": lambda: raising(socket.gethostbyaddr("127.0.0.1")),
    })
