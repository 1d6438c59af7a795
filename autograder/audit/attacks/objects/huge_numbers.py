"""Returns numbers beyond any float."""

def square(x):
    return x * x


def secret(x):
    return [10**400] * 3
