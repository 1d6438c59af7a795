"""Prints lines without end.

sheet = "hurry"
secret = ["died", "timed_out"]
"""

def square(x):
    return x * x


def secret(x):
    while True:
        print("x" * 1000)
