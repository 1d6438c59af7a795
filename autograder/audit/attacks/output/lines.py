"""Prints lines without end.

sheet = "hurry"
secret = ["too_much_output", "timed_out"]
"""

def square(x):
    return x * x


def secret(x):
    while True:
        print("x" * 1000)
