"""Fills the disk with a file that has no name, which nobody could find."""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        folder: lambda folder=folder: os.write(os.open(folder, os.O_TMPFILE | os.O_RDWR), bytes(1 << 20))
        for folder in (FOLDER, "/tmp", "/var/tmp", "/dev/shm", "/run")
    })
