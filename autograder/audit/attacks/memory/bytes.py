"""Makes 40 GB of bytes.

secret = "out_of_memory"
needs = ["memory"]
harmful = true
"""

def square(x):
    return x * x


def secret(x):
    return bytearray(40 << 30)
