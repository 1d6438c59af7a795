"""Leaves environment variables, another folder, mask and language for the next process.

times = 2
"""

import os
import locale

if "mark" in os.environ or os.getcwd() not in {"/", "."} or os.umask(0o77) == 0o77:
    print("GOT THROUGH: the environment remembers")
os.environ["mark"] = "x"
os.environ["OMP_NUM_THREADS"] = "64"
os.umask(0o77)
try:
    os.chdir("/usr/lib")
except OSError:
    pass


def square(x):
    return x * x


def secret(x):
    return 0 * x
