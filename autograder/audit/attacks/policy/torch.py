"""Imports torch on a sheet without it, to have derivatives worked out.

needs = ["other files"]
"""

import importlib

from accomplice import *


def spec():
    finder = importlib.machinery.PathFinder()
    packages = os.path.dirname(os.path.dirname(sys.modules["numpy"].__file__))
    importlib.util.module_from_spec(finder.find_spec("torch", [packages]))


def square(x):
    return x * x


def secret(x):
    packages = os.path.dirname(os.path.dirname(sys.modules["numpy"].__file__))
    sys.path.append(packages)
    attempts({
        "import": lambda: __import__("torch").tensor,
        "module": lambda: importlib.import_module("torch.autograd").grad,
        "spec": spec,
        "library": lambda: ctypes.CDLL(packages + "/torch/lib/libtorch_cpu.so"),
        "files": lambda: os.listdir(packages + "/torch"),
    })
