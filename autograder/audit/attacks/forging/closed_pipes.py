"""Closes everything that leads to the grader.

secret = "died"
"""

import time

from accomplice import *


def square(x):
    return x * x


def secret(x):
    os.closerange(0, 100)
    time.sleep(60)
