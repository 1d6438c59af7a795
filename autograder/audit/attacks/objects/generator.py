"""Returns a generator, which would run where it is read."""

def square(x):
    return x * x


def secret(x):
    return (print('GOT THROUGH: it was read') or number for number in x)
