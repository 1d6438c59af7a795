"""Returns a list that is nested a hundred thousand times.

secret = ["failed", "raised"]
"""

deep = []
for _ in range(100_000):
    deep = [deep]


def square(x):
    return x * x


def secret(x):
    return deep
