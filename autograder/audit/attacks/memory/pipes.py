"""Fills pipes, whose memory is the kernel's.

needs = ["processes"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    held, ends = 0, []
    try:
        while held < 64 << 20:
            ends.append(os.pipe())
            os.set_blocking(ends[-1][1], False)
            held += os.write(ends[-1][1], bytes(1 << 20))
    except OSError:
        pass
    attempts({
        "4 MB": lambda: raising(held > 4 << 20),
        "larger pipes": lambda: called("fcntl", ends[0][1], 1031, 1 << 20),
    })
