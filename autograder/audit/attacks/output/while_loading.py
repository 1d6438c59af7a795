"""Prints without end while its file is loaded.

sheet = "hurry"
"""

while True:
    print("x" * 1000)


def square(x):
    return x * x


def secret(x):
    return 0 * x
