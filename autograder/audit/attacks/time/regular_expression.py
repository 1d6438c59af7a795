"""Matches a regular expression that goes back without end.

sheet = "hurry"
secret = "timed_out"
"""

import re


def square(x):
    return x * x


def secret(x):
    re.match("(a+)+b", "a" * 60)
