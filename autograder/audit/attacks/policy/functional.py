"""Has torch work it out by its functional interfaces.

sheet = "by_hand"
secret = ["raised", "forbidden"]
"""

import torch


def cube(x):
    return (x * x * x).sum()


def square(x):
    return x * x


def secret(x):
    return torch.autograd.functional.jacobian(cube, torch.tensor(x))
