"""Ends the process as if all had gone well.

secret = "died"
"""

import os


def square(x):
    return x * x


def secret(x):
    os._exit(0)
