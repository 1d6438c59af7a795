"""Raises an exception whose text, name and bases do something else.

secret = "raised"
"""

class Loud(Exception):
    def __str__(self):
        raise SystemExit(0)

    def __repr__(self):
        return "x" * 10_000_000


def square(x):
    return x * x


def secret(x):
    raise type("E" * 100_000, (Loud,), {})()
