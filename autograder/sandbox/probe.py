"""Runs inside the sandbox, as a submission does: tries what must not be possible, and returns True where it was."""

import contextlib
import ctypes
import mmap
import os
import socket
from pathlib import Path


def attempt(name: str, outside: list[str]) -> bool:
    """Return whether the named thing could be done. outside: files that must not be readable."""
    with contextlib.suppress(OSError, MemoryError, AttributeError):
        return ATTEMPTS[name](outside)
    return False


def _read(outside: list[str]) -> bool:
    for path in outside:
        with contextlib.suppress(OSError), Path(path).open("rb") as file:
            return bool(file.read(1))
    return False


def _write(outside: list[str]) -> bool:
    public = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - where anybody may write
    for folder in (".", *public, str(Path(os.__file__).parent), str(Path(outside[0]).parent)):
        with contextlib.suppress(OSError):
            # A file without a name: where making one is possible and removing it is not, nothing stays behind.
            os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY))
            return True
    for file in outside:
        with contextlib.suppress(OSError), Path(file).open("r+b"):
            return True
    return False


def _connect(_: list[str]) -> bool:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=1),
    ):
        return True


def _signal(_: list[str]) -> bool:
    os.kill(os.getppid(), 0)
    return True


def _fork(_: list[str]) -> bool:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True


def _trace(_: list[str]) -> bool:
    attach, detach = 16, 17
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(attach, os.getppid(), None, None) != 0:
        return False
    libc.ptrace(detach, os.getppid(), None, None)
    return True


def _memory(_: list[str]) -> bool:
    for flags in (mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS):
        with contextlib.suppress(OSError), mmap.mmap(-1, 8 << 30, flags):
            return True
    return False


def _memory_file(_: list[str]) -> bool:
    os.close(os.memfd_create("canary"))
    return True


ATTEMPTS = {
    "nothing": lambda _: True,
    "other files": _read,
    "writing files": _write,
    "network": _connect,
    "signals": _signal,
    "processes": _fork,
    "tracing": _trace,
    "memory": _memory,
    "memory files": _memory_file,
}
