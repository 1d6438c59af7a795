"""Sends a datagram to a port of this machine and to the world.

needs = ["network"]
"""

import socket

from accomplice import *


def sent(family, address):
    with socket.socket(family, socket.SOCK_DGRAM) as mine:
        mine.sendto(b"x", address)


def square(x):
    return x * x


def secret(x):
    attempts({
        "loopback": lambda: sent(socket.AF_INET, ("127.0.0.1", DATAGRAMS)),
        "sixth": lambda: sent(socket.AF_INET6, ("::1", DATAGRAMS)),
        "world": lambda: sent(socket.AF_INET, ("192.0.2.1", 53)),
        "everybody": lambda: sent(socket.AF_INET, ("255.255.255.255", 9)),
    })
