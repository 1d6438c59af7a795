"""Prints bytes that are no text, and halves of characters."""

import os
import sys

os.write(1, bytes(range(256)) * 100)
print("\ud800\udfff", file=sys.stderr)
sys.stdout = open(1, "w", encoding="utf-16", closefd=False)


def square(x):
    return x * x


def secret(x):
    print("x")
    return 0 * x
