"""Waits for a lock that it holds itself.

sheet = "hurry"
secret = "timed_out"
"""

import threading


def square(x):
    return x * x


def secret(x):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()
