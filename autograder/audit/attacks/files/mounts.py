"""Makes another file system its own: by mounts, another root, and the calls that came after these.

needs = ["processes"]
machine = "x86_64"
"""

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "chroot": lambda: os.chroot("/tmp"),
        "mount": lambda: called("mount", b"x", b"/tmp", b"tmpfs", 0, 0),
        "bind": lambda: called("mount", b"/", b"/tmp", b"", 4096, 0),
        "remount": lambda: called("mount", b"", b"/", b"", 32, 0),
        "umount": lambda: called("umount2", b"/", 2),
        "pivot_root": lambda: kernel(155, b"/", b"/"),
        "open_tree": lambda: kernel(428, -100, b"/", 1),
        "fsopen": lambda: kernel(430, b"tmpfs", 0),
        "move_mount": lambda: kernel(429, -100, b"/", -100, b"/tmp", 0),
        "mount_setattr": lambda: kernel(442, -100, b"/", 0, 0, 0),
    })
