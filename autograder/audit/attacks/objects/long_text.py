"""Returns a text of 10 MB."""

def square(x):
    return x * x


def secret(x):
    return "x" * 10_000_000
