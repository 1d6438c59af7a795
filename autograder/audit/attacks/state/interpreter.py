"""Changes builtins, modules and settings of the interpreter, and looks for that at its next time.

times = 2
"""

import builtins
import gc
import random
import sys
import warnings

import numpy as np

if any((
    hasattr(builtins, "mark"), hasattr(sys, "mark"), hasattr(np, "mark"), "mark" in sys.modules, not gc.isenabled(),
    np.geterr()["divide"] == "raise", sys.getrecursionlimit() == 777, not sys.meta_path,
)):
    print("GOT THROUGH: the interpreter remembers")
builtins.mark = sys.mark = np.mark = sys.modules["mark"] = "x"
np.add = np.multiply = None
sys.setrecursionlimit(777)
sys.meta_path.clear()
sys.path.insert(0, "/mark")
gc.disable()
random.seed(1)
np.seterr(all="raise")
warnings.simplefilter("error")


def square(x):
    return x * x


def secret(x):
    return 0 * x
