"""Opens sockets of all other families: raw packets, the kernel's, other machines' of this one.

needs = ["network"]
"""

from accomplice import *

FAMILIES = {"internet": 2, "sixth": 10, "netlink": 16, "packet": 17, "bluetooth": 31, "crypto": 38, "vsock": 40, "xdp": 44}


def square(x):
    return x * x


def secret(x):
    attempts({f"{name} {how}": lambda f=family, how=how: called("socket", f, how, 0) for name, family in FAMILIES.items() for how in (1, 2, 3, 5)})
