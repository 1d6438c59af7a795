"""Has torch work it out by autograd.grad.

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
    return torch.autograd.grad(cube(x), x)[0]
