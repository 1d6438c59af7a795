"""Returns one number, for comparisons that stretch it."""

def square(x):
    return x * x


def secret(x):
    return 0.0
