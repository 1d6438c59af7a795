"""Has torch work out a derivative that is to be found by hand, by backward.

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
    cube(x).backward()
    return x.grad
