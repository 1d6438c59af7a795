"""Works out one huge power.

sheet = "hurry"
secret = "timed_out"
"""

def square(x):
    return x * x


def secret(x):
    return pow(3, 10**9)
