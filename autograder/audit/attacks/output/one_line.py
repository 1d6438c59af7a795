"""Prints without end, and never ends the line.

sheet = "hurry"
secret = ["died", "timed_out"]
"""

def square(x):
    return x * x


def secret(x):
    while True:
        print("x" * 1000, end="")
