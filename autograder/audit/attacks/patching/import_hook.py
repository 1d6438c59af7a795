"""Has all further imports lead to its own code."""

import builtins
import sys


class Finder:
    def find_spec(self, name, path=None, target=None):
        raise SystemExit


sys.meta_path.insert(0, Finder())
builtins.__import__ = lambda *args, **rest: Finder()


def square(x):
    return x * x


def secret(x):
    return x
