"""Never ends.

sheet = "hurry"
secret = "timed_out"
"""

def square(x):
    return x * x


def secret(x):
    while True:
        pass
