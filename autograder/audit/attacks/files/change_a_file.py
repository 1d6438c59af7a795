"""Changes a file that everybody may write to, in every way there is.

needs = ["writing files"]
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "append": lambda: open(VICTIM, "a"),
        "overwrite": lambda: open(VICTIM, "w"),
        "in place": lambda: open(VICTIM, "r+"),
        "cut": lambda: os.truncate(VICTIM, 0),
        "create": lambda: called("creat", (FOLDER + "/" + MARK).encode(), 0o666),
        "libc": lambda: called("open", VICTIM.encode(), 1),
        "by a descriptor": lambda: os.open(f"/proc/self/fd/{os.open(VICTIM, os.O_PATH)}", os.O_WRONLY),
    })
