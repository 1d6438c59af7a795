"""Has a default that takes for ever, which is worked out where the function is defined.

sheet = "hurry"
square = ["timed_out", "died"]
secret = ["timed_out", "died"]
"""

def square(x):
    return x * x


def secret(x, y=[number for number in iter(int, 1)]):
    return 0 * x
