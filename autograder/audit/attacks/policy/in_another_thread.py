"""Has torch work it out in a thread of its own.

sheet = "by_hand"
secret = ["raised", "forbidden"]
"""

import torch
import concurrent.futures


def cube(x):
    return (x * x * x).sum()


def square(x):
    return x * x


def secret(x):
    x = torch.tensor(x, requires_grad=True)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(torch.autograd.grad, cube(x), x).result()[0]
