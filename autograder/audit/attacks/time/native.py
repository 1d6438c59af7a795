"""Never ends within one call of native code, which no exception can interrupt.

sheet = "hurry"
secret = "timed_out"
"""

def square(x):
    return x * x


def secret(x):
    return sum(range(10**12))
