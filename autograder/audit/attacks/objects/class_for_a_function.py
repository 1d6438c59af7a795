"""Gives a class, a type and an object in place of the functions that are asked for."""

class square:
    def __new__(cls, x):
        return x * x


class Callable:
    def __call__(self, *args, **rest):
        return NotImplemented

    def __getattr__(self, name):
        return self


secret = Callable()


def square(x):
    return x * x
