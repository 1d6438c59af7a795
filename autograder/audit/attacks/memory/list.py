"""Makes a list of five thousand million entries.

secret = "out_of_memory"
needs = ["memory"]
harmful = true
"""

def square(x):
    return x * x


def secret(x):
    return [0] * (5 << 30)
