"""Returns a list that contains itself.

secret = ["failed", "raised"]
"""

loop = []
loop.append(loop)


def square(x):
    return x * x


def secret(x):
    return loop
