"""Looks for open files and sockets that the fork server might have left it."""

import stat

from accomplice import *


def kind(descriptor):
    mode = os.fstat(descriptor).st_mode
    return "pipe" if stat.S_ISFIFO(mode) else "device" if stat.S_ISCHR(mode) else "other"


def square(x):
    return x * x


def secret(x):
    attempts({f"descriptor {number}": lambda number=number: os.fstat(number) for number in range(6, 1024)})
    print("TRIED: 1")
    for number in range(1, 6):
        if kind(number) != "pipe":
            print("GOT THROUGH:", number, kind(number))
