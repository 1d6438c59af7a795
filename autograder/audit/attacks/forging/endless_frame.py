"""Sends the largest frames that there may be, again and again.

secret = ["died", "timed_out", "out_of_memory"]
sheet = "hurry"
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    os.write(5, b"!")
    while True:
        data = memoryview(struct.pack("<4sQIQ", b"GRD1", 0, 2, 64 << 20) + b"{}" + bytes(64 << 20))
        while data:
            data = data[os.write(4, data):]
