"""Memory that belongs to no process and so to no limit: files in memory, shared segments, queues, full pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_no_memory_outside_the_limit(arena: Arena) -> None:
    """Every kind is refused."""
    setup = """
import ctypes, os, tempfile
from multiprocessing import shared_memory
libc = ctypes.CDLL(None, use_errno=True)
def called(name, *args):
    if getattr(libc, name)(*args) < 0:
        raise OSError(ctypes.get_errno())
def filled(fd):
    os.ftruncate(fd, 1 << 30)
def written(path):
    with open(path, "wb") as file:
        file.write(bytes(1 << 20))
"""
    attempts = {
        "memfd": "filled(os.memfd_create('x'))",
        "memfd of libc": "called('memfd_create', b'x', 0)",
        "memfd of huge pages": "called('syscall', 319, b'x', 4)",
        "secret memory": "called('syscall', 447, 0)",
        "shared memory": "shared_memory.SharedMemory(create=True, size=1 << 20)",
        "shm_open": "called('shm_open', b'/left-by-an-attack', 0o102, 0o600)",
        "shmget": "called('shmget', 0, 1 << 20, 0o1600)",
        "msgget": "called('msgget', 0, 0o1600)",
        "semget": "called('semget', 0, 1, 0o1600)",
        "mq_open": "called('syscall', 240, b'x', 0o102, 0o600, 0)",
        "/dev/shm": "written('/dev/shm/left-by-an-attack')",  # noqa: S108 - what is tried
        "/tmp": "written('/tmp/left-by-an-attack')",  # noqa: S108 - what is tried
        "temporary": "tempfile.TemporaryFile()",
        "pipe of 1 MB": "called('fcntl', os.pipe()[1], 1031, 1 << 20)",
        "keys": "called('syscall', 248, b'user', b'x', b'x' * 1000, 1000, -3)",
        "locked memory": "called('mlockall', 3)",
    }
    assert arena.possible(attempts, setup) == []


def test_pipes_are_few(arena: Arena) -> None:
    """What they hold is bounded by how many files may be open."""
    code = """
import errno, os
def cube_backward(grad, x):
    held = 0
    try:
        while True:
            _, end = os.pipe()
            os.set_blocking(end, False)
            held += os.write(end, bytes(1 << 20))
    except OSError as error:
        print(held >> 20, error.errno == errno.EMFILE)
    return 3 * grad * x * x
"""
    result = arena.exercise(arena.square, code)
    assert result.score == 3.0  # the function is right for all that
    assert int(result.stdout.split()[0]) <= 4
