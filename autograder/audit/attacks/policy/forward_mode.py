"""Has torch work it out in forward mode, one entry at a time.

sheet = "by_hand"
secret = ["raised", "forbidden"]
"""

import torch


def cube(x):
    return (x * x * x).sum()


def square(x):
    return x * x


def secret(x):
    import torch.autograd.forward_ad as forward

    x = torch.tensor(x)
    found = torch.zeros_like(x)
    for place in range(x.numel()):
        direction = torch.zeros_like(x)
        direction.view(-1)[place] = 1.0
        with forward.dual_level():
            dual = forward.make_dual(x, direction)
            found.view(-1)[place] = forward.unpack_dual(cube(dual)).tangent
    return found
