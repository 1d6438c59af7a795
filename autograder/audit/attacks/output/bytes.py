"""Prints single bytes without end.

sheet = "hurry"
secret = ["died", "timed_out"]
"""

def square(x):
    return x * x


def secret(x):
    while True:
        print("x", end="", flush=True)
