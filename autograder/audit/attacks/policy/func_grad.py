"""Has torch work it out by torch.func, which has names of its own for the same.

sheet = "by_hand"
secret = ["raised", "forbidden"]
"""

import torch


def cube(x):
    return (x * x * x).sum()


def square(x):
    return x * x


def secret(x):
    return torch.func.grad(cube)(torch.tensor(x))
