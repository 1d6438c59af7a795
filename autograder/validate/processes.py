"""Trusted. Processes that go over seeds: the numbers are computed here, and threads would take turns."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from typing import TYPE_CHECKING, Self

from autograder.sandbox.children import SandboxError
from autograder.validate.sweep import Bench

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.validate.sweep import Found, Part

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4
INTERRUPTED = 130


class Sweeper:
    """Goes over parts of a sweep: with one job in a thread, else in processes. They begin with the first part."""

    def __init__(self, jobs: int) -> None:
        self._jobs, self._here = jobs, Bench()
        self._pool: ThreadPoolExecutor | ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._here.close()

    def begin(self, parts: Sequence[Part]) -> list[Future[list[Found]]]:
        """Return what will be known of each part; see `result`."""
        pool = self._pool = self._pool or self._opened()
        sweep = self._here.part if isinstance(pool, ThreadPoolExecutor) else _swept
        return [pool.submit(sweep, part) for part in parts]

    def _opened(self) -> ThreadPoolExecutor | ProcessPoolExecutor:
        if self._jobs == 1:
            return ThreadPoolExecutor(1)
        # spawned: a fork of a process with threads may find locks that nobody will open
        context = multiprocessing.get_context("spawn")
        # one for each core: each works while its children wait, and waits while they work
        return ProcessPoolExecutor(-(-self._jobs // 2), mp_context=context, initializer=_start)


def result(waiting: Future[list[Found]]) -> list[Found]:
    """Return what is wrong in a part. Raises SandboxError where its process is lost, and what `Bench.part` raises."""
    try:
        return waiting.result()
    except BrokenProcessPool:
        raise SandboxError(
            "A process that went over the seeds was killed. With fewer --jobs less memory is needed."
        ) from None


@cache
def _bench() -> Bench:
    return Bench()


def _start() -> None:
    """Begin a process: it ends with its parent, and at once when the user stops the command."""
    os.environ["OMP_NUM_THREADS"] = "1"  # of torch, which is not loaded yet: there is a process for each core
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))  # its sandbox ends when its socket closes
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)  # nothing that runs in a sandbox reads the answers from here


def _swept(part: Part) -> list[Found]:
    return _bench().part(part)
