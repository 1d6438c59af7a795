"""Crashes so that a core file with the memory of its process is left.

secret = "died"
"""

from accomplice import *
import resource


def square(x):
    return x * x


def secret(x):
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print("GOT THROUGH: limit")
    except (OSError, ValueError):
        pass
    os.abort()
