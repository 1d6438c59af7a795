"""Trusted. What to say of an exception that came because the sandbox refuses what was asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.model import Error

FILES = "Files are closed here: work with the arguments, and return what you have in place of saving it."
NO_FILE = "Only your own Python files are here: write down in your code what it needs to know."
PROCESSES = "No other program can be started here and no connection opened: do the work in your own function."
THREADS = "Too many threads were started: do the work in one."
INPUT = "Nobody is there to type: work with the arguments in place of input()."

ERRNO = re.compile(r"\[Errno (-?\d+)\] [^:]*(:?)")
ENOENT, EFBIG, ENOSPC, EROFS = 2, 27, 28, 30
"""As Linux numbers them: the sandbox runs nowhere else, and has them in its messages."""
NAMED = {1, 13}
"""EPERM and EACCES: of a file where one is named, of a process or a socket else."""
UNNAMED = {11, 38, -2, -3, -5}
"""EAGAIN and ENOSYS, and what asking for an internet address comes to."""


def refused(error: Error) -> str:
    """Return one sentence on what is closed and what to do, empty where the exception is no refusal."""
    if "RuntimeError" in error.bases and "can't start new thread" in error.message:
        return THREADS
    if "EOFError" in error.bases and error.message == "EOF when reading a line":
        return INPUT
    found = ERRNO.search(error.message)
    if "OSError" not in error.bases or found is None:
        return ""
    code, named = int(found[1]), bool(found[2])
    if code in {EFBIG, ENOSPC, EROFS} or (code in NAMED and named) or "temporary directory" in error.message:
        return FILES
    if code == ENOENT and named:
        return NO_FILE
    # without a name, a file that is missing or closed is the semaphore of a pool of processes
    return PROCESSES if code in UNNAMED | NAMED | {ENOENT} else ""
