"""Takes all the memory that it gets, and goes on as if nothing had been: a slow machine needs all of its time for that.

needs = ["memory"]
harmful = true
secret = ["failed", "out_of_memory", "died", "raised", "timed_out"]
"""

hoard = []


def square(x):
    return x * x


def secret(x):
    size = 1 << 30 if not hoard else 0
    while size > 1024:
        try:
            hoard.append(bytearray(size))
        except MemoryError:
            size //= 2
    return 0 * x
