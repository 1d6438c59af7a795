"""Changes who may read a file, whose it is, and when it was written.

needs = ["processes"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "mode": lambda: os.chmod(VICTIM, 0o777),
        "open the reference": lambda: os.chmod(SOLUTION, 0o666),
        "owner": lambda: os.chown(VICTIM, os.getuid(), os.getgid()),
        "time": lambda: os.utime(VICTIM),
        "attribute": lambda: os.setxattr(VICTIM, "user.x", b"x"),
        "set uid": lambda: os.chmod(VICTIM, 0o4777),
    })
