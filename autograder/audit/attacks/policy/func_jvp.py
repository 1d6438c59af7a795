"""Has torch work it out by jvp, whose tangents go another way.

sheet = "by_hand"
secret = ["raised", "forbidden"]
"""

import torch


def cube(x):
    return (x * x * x).sum()


def square(x):
    return x * x


def secret(x):
    x = torch.tensor(x)
    eye = torch.eye(x.numel(), dtype=x.dtype)
    columns = [torch.func.jvp(cube, (x,), (row.view_as(x),))[1] for row in eye]
    return torch.stack(columns).view_as(x)
