"""Never ends while its file is loaded.

sheet = "hurry"
"""

def square(x):
    return x * x


def secret(x):
    return 0 * x


while True:
    pass
