"""Trusted. Grades on this machine: threads that wait for sandboxed processes, as many as there are cores."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from autograder.model import Report, Submission

    Grade = Callable[[Submission], Report]


def run(
    grade: Grade, submissions: Iterable[Submission], jobs: int
) -> Generator[tuple[Submission, Report], None, None]:
    """Yield every submission with its report, in the order in which they are done; at most 2 x `jobs` wait.

    Raises what `grade` raises. Whoever closes it stops the work: what has not begun never begins.
    """
    waiting = iter(submissions)
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="grade")
    running: dict[Future[Report], Submission] = {}
    try:
        while True:
            for submission in islice(waiting, 2 * jobs - len(running)):
                running[pool.submit(grade, submission)] = submission
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield running.pop(future), future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
