"""Opens the reference and the checks, by every function that opens files.

needs = ["other files"]
"""

import importlib.util
import linecache
import mmap
import runpy
import shutil
import sqlite3

import numpy as np
from accomplice import *


def mapped():
    file = os.open(SOLUTION, os.O_RDONLY)
    mmap.mmap(file, 0, prot=mmap.PROT_READ)


def square(x):
    return x * x


def secret(x):
    attempts({
        "open": lambda: open(SOLUTION).read(),
        "checks": lambda: open(CHECKS).read(),
        "os.open": lambda: os.open(SOLUTION, os.O_RDONLY),
        "by its descriptor": lambda: open(f"/proc/self/fd/{os.open(SOLUTION, os.O_PATH)}").read(),
        "dots": lambda: open("/usr/lib/../.." + SOLUTION).read(),
        "relative": lambda: open(os.path.relpath(SOLUTION, "/")).read(),
        "list": lambda: os.listdir(os.path.dirname(SOLUTION)),
        "scan": lambda: list(os.scandir(COURSE)),
        "numpy": lambda: np.fromfile(SOLUTION, np.uint8),
        "loadtxt": lambda: np.loadtxt(CHECKS, str),
        "memmap": lambda: np.memmap(SOLUTION, mode="r"),
        "mmap": mapped,
        "libc": lambda: called("open", SOLUTION.encode(), 0),
        "openat": lambda: called("openat", -100, CHECKS.encode(), 0),
        "run": lambda: runpy.run_path(SOLUTION),
        "linecache": lambda: raising(linecache.getlines(SOLUTION)),
        "import": lambda: importlib.util.spec_from_file_location("s", SOLUTION).loader.exec_module(type(os)("s")),
        "copy": lambda: shutil.copy(SOLUTION, "/tmp/" + MARK),
        "database": lambda: sqlite3.connect(f"file:{SOLUTION}?mode=ro", uri=True).execute("select * from x"),
        "by the working directory": lambda: open("/proc/self/cwd" + SOLUTION).read(),
        "by the first root": lambda: open("/proc/1/root" + SOLUTION).read(),
        "by the parent's root": lambda: open(f"/proc/{os.getppid()}/root" + SOLUTION).read(),
    })
