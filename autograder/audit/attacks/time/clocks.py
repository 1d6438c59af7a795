"""Stops the clocks that Python can see.

sheet = "hurry"
secret = "timed_out"
"""

import resource
import time


def square(x):
    return x * x


def secret(x):
    time.monotonic = time.time = time.perf_counter = time.process_time = lambda: 0.0
    time.clock_gettime = lambda clock: 0.0
    resource.getrusage = lambda who: None
    while True:
        pass
