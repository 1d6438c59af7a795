"""Returns an object whose class has a name that is no text.

secret = ["failed", "raised", "died"]
"""

class Meta(type):
    @property
    def __name__(cls):
        return 10**5000


class Odd(metaclass=Meta):
    pass


def square(x):
    return x * x


def secret(x):
    return Odd()
