"""Reads what the kernel shows of processes: memory, environment, command lines, open files.

needs = ["other files"]
"""

from accomplice import *

FILES = (
    "mem", "maps", "environ", "cmdline", "auxv", "stat", "status", "pagemap", "syscall", "clear_refs", "fd", "fdinfo", "cwd",
    "root", "task", "map_files", "ns",
)


def opened(path):
    return os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1)


def square(x):
    return x * x


def secret(x):
    places = {"own": "self", "grader": GRADER, "first": 1, "parent": os.getppid()}
    attempts({
        f"{file}, {whose}": lambda path=f"/proc/{pid}/{file}": opened(path)
        for whose, pid in places.items()
        for file in FILES
    })
