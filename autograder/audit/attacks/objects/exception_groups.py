"""Raises a thousand exceptions within one another.

secret = ["raised", "died"]
"""

def square(x):
    return x * x


def secret(x):
    error = ValueError("x" * 10_000)
    for _ in range(1000):
        error = ExceptionGroup("y" * 1000, [error])
    raise error
