"""Closes and replaces the streams that its output is flushed to."""

import os
import sys

sys.stdout.close()
sys.stderr = 5
os.close(1)
os.close(2)


def square(x):
    return x * x


def secret(x):
    return 0 * x
