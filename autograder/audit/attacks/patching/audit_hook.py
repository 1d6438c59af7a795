"""Refuses by an audit hook whatever the worker does after it.

secret = ["failed", "raised", "died", "timed_out"]
"""

import sys


def hook(event, args):
    if armed:
        raise RuntimeError(event)


armed = False
sys.addaudithook(hook)


def square(x):
    return x * x


def secret(x):
    global armed
    armed = True
    return 0 * x
