"""Makes a number of 40 GB.

secret = "out_of_memory"
needs = ["memory"]
harmful = true
"""

def square(x):
    return x * x


def secret(x):
    return 1 << (320 << 30)
