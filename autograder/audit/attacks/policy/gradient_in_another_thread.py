"""Calls a forbidden function in a thread of its own, by a name that nobody can read.

sheet = "by_hand"
secret = "forbidden"
"""

import concurrent.futures

import numpy as np

GRADIENT = bytes(ord(letter) ^ 1 for letter in "gradient")


def square(x):
    return x * x


def slope(x):
    return vars(np)[bytes(letter ^ 1 for letter in GRADIENT).decode()](x)


def secret(x):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(slope, x.ravel()).result()
    return 3 * x * x
