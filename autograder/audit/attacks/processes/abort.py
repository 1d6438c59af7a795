"""Ends its process by an abort.

secret = "died"
"""

import os


def square(x):
    return x * x


def secret(x):
    os.abort()
