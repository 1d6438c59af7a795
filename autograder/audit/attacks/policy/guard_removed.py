"""Takes away what watches over torch in its process, and then asks torch.

sheet = "by_hand"
needs = ["rules on the way to an answer"]
secret = ["raised", "forbidden"]
"""

import torch


def square(x):
    return x * x


def secret(x):
    variable = torch.autograd.Variable
    variable._execution_engine = variable._execution_engine._engine
    x = torch.tensor(x, requires_grad=True)
    return torch.autograd.grad((x * x * x).sum(), x)[0]
