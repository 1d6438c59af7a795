"""Is handed in beside every attack: makes attempts, and says which of them got through."""

import ctypes
import json
import os
import struct
import sys

from targets import *

libc = ctypes.CDLL(None, use_errno=True)


def attempts(tried):
    """Call each function; what raises nothing got through."""
    for name, attempt in tried.items():
        try:
            attempt()
        except BaseException:
            continue
        print("GOT THROUGH:", name, flush=True)
    print("TRIED:", len(tried), flush=True)


def called(name, *args):
    """Call a function of libc, and raise where it says that it failed."""
    if getattr(libc, name)(*args) < 0:
        raise OSError(ctypes.get_errno())


def kernel(*args):
    """Make a system call, and raise where it fails."""
    called("syscall", *args)


def raising(true):
    """Raise where something is not true."""
    if not true:
        raise OSError


def any_of(attempt, choices):
    """Raise where an attempt fails with every choice."""
    for choice in choices:
        try:
            return attempt(choice)
        except (OSError, ValueError):
            pass
    raise OSError


def question():
    """The question that is asked at the moment: it is in the frame of whoever called."""
    frame = sys._getframe()
    while "question" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["question"]


NOTHING = {"value": None, "mutated": [], "aliased": [], "queries": []}


def framed(head, arrays=(), body=b"", tag=None, header=None):
    """A frame as the worker writes it."""
    header = json.dumps({"head": head, "arrays": list(arrays)}).encode() if header is None else header
    tag = question().tag if tag is None else tag
    return struct.pack("<4sQIQ", b"GRD1", tag, len(header), len(body)) + header + body


def send(data):
    """Write to the pipe that answers go through, and ring the bell."""
    os.write(5, b"!")
    while data:
        data = data[os.write(4, data):]
    os.write(5, b"!")
