"""The engine of this machine, with a stand-in for grading: what it takes, what it yields, and when it stops."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.engines import local
from autograder.model import Report, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 10.0
"""Seconds after which something that should happen at once has not happened."""


def submissions(count: int) -> list[Submission]:
    """Return submissions that are told apart by their students."""
    return [Submission(f"s{number}", "ops", "") for number in range(count)]


def graded(submission: Submission) -> Report:
    """Return the report of a student who gets nothing."""
    return Report(submission.student, submission.assignment, "", Status.GRADED, (), 0.0, 1.0, 0.0)


def at_work() -> list[str]:
    """Return the names of the threads that grade."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("grade")]


@settings(deadline=None, max_examples=30)
@given(count=st.integers(0, 30), jobs=st.integers(1, 6))
def test_every_submission_comes_once_with_its_own_report(count: int, jobs: int) -> None:
    """Whatever the number of threads."""
    done = list(local.run(graded, submissions(count), jobs))
    assert sorted(submission.student for submission, _ in done) == sorted(
        submission.student for submission in submissions(count)
    )
    assert [report.student for _, report in done] == [submission.student for submission, _ in done]


def test_one_job_grades_one_after_the_other() -> None:
    """In the order in which they were given, and never two at once."""
    begun: list[str] = []
    alone = threading.Lock()

    def grade(submission: Submission) -> Report:
        assert alone.acquire(blocking=False)
        begun.append(submission.student)
        time.sleep(0.001)  # so that a second one would meet it
        alone.release()
        return graded(submission)

    assert len(list(local.run(grade, submissions(20), 1))) == 20
    assert begun == [submission.student for submission in submissions(20)]


def test_they_come_in_the_order_in_which_they_are_done() -> None:
    """The slow first one does not keep the others waiting."""
    last_is_out = threading.Event()

    def grade(submission: Submission) -> Report:
        if submission.student == "s0":
            assert last_is_out.wait(PATIENCE)
        return graded(submission)

    came = []
    for submission, _ in local.run(grade, submissions(8), 2):
        came.append(submission.student)
        if len(came) == 7:
            last_is_out.set()
    assert came[-1] == "s0"
    assert sorted(came) == sorted(submission.student for submission in submissions(8))


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_few_are_taken_ahead(jobs: int) -> None:
    """Never more than 2 x jobs are taken that have not come back: a class need not be in memory."""
    taken = 0

    def taking() -> Iterator[Submission]:
        nonlocal taken
        for submission in submissions(40):
            taken += 1
            yield submission

    ahead = [taken - back for back, _ in enumerate(local.run(graded, taking(), jobs))]
    assert max(ahead) == 2 * jobs
    assert taken == 40


def test_as_many_run_at_once_as_there_are_jobs() -> None:
    """Three wait for one another, which only three at once can."""
    together = threading.Barrier(3)

    def grade(submission: Submission) -> Report:
        together.wait(PATIENCE)
        return graded(submission)

    assert len(list(local.run(grade, submissions(6), 3))) == 6


def test_an_exception_reaches_the_listener_and_stops_the_work() -> None:
    """What had not begun by then does not begin."""
    begun: list[str] = []

    def grade(submission: Submission) -> Report:
        begun.append(submission.student)
        if submission.student == "s3":
            raise ValueError("s3 is odd")
        return graded(submission)

    with pytest.raises(ValueError, match="s3 is odd"):
        list(local.run(grade, submissions(100), 1))
    assert len(begun) <= 6


def test_whoever_stops_listening_stops_the_work() -> None:
    """What is being graded is not waited for, and nothing more begins."""
    begun: list[str] = []
    go_on = threading.Event()

    def grade(submission: Submission) -> Report:
        begun.append(submission.student)
        if submission.student != "s0":
            go_on.wait(PATIENCE)
        return graded(submission)

    started = time.monotonic()
    with closing(local.run(grade, submissions(100), 2)) as reports:
        next(reports)
    assert time.monotonic() - started < PATIENCE / 2  # not after the patience of what is being graded
    go_on.set()
    while at_work() and time.monotonic() - started < PATIENCE:
        time.sleep(0.01)
    assert (at_work(), len(begun) <= 3) == ([], True)


def test_nothing_to_grade() -> None:
    """An empty class ends at once."""
    assert list(local.run(graded, [], 4)) == []
