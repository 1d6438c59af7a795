"""Asks torch's engine, past all functions that lead to it.

sheet = "by_hand"
secret = ["raised", "forbidden"]
"""

import torch


def cube(x):
    return (x * x * x).sum()


def square(x):
    return x * x


def secret(x):
    x = torch.tensor(x, requires_grad=True)
    engine = torch._C._EngineBase()
    return engine.run_backward((cube(x),), (torch.tensor(1.0, dtype=x.dtype),), False, False, (x,), True, True)[0]
