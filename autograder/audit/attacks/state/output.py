"""Leaves output in a buffer for the next process to print.

times = 2
secret = "died"
"""

import os
import sys

sys.stdout.write("the secret of mallory")
sys.stderr.write("the secret of mallory")


def square(x):
    return x * x


def secret(x):
    sys.stdout.write("the secret of mallory")
    os._exit(0)
