"""Returns a million small things.

sheet = "hurry"
secret = ["failed", "timed_out"]
"""

def square(x):
    return x * x


def secret(x):
    return [[]] * 10**6
