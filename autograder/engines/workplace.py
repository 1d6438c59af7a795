"""Trusted. What grading needs on one machine: a sandbox for each profile and an answer key for each assignment."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Self

from autograder.grading import Grader
from autograder.grading.grade import unread
from autograder.sandbox.canaries import Enforced, open_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autograder.authoring import Course
    from autograder.model import Isolation, Report, Submission
    from autograder.sandbox.host import Sandbox


class Workplace:
    """Grades any submission of a course. Safe to use from several threads; close it by leaving its `with` block."""

    def __init__(self, course: Course, seed: int, isolation: Isolation | None, slugs: Iterable[str]) -> None:
        """Open the sandboxes that the assignments in `slugs` need. Raises SandboxError."""
        self._course, self._seed = course, seed
        self._graders: dict[str, Grader] = {}
        self._locks = {slug: threading.Lock() for slug in sorted(slugs)}
        self._sandboxes: dict[str, Sandbox] = {}
        self._opened = contextlib.ExitStack()
        self.enforced: Enforced | None = None
        with contextlib.ExitStack() as opened:
            for profile in sorted({course.sheet(slug).assignment.profile for slug in self._locks}):
                sandbox, enforced = open_sandbox(profile, isolation)
                self._sandboxes[profile] = opened.enter_context(sandbox)
                self.enforced = weaker(self.enforced, enforced)
                isolation = enforced.level  # one level for the whole class
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def grade(self, submission: Submission) -> Report:
        """Return the report on one submission. Raises whatever is wrong with the assignment's own files."""
        if submission.assignment not in self._locks:
            return unread(submission, None)
        return self.grader(submission.assignment).grade(submission)

    def grader(self, slug: str) -> Grader:
        """Return the grader of an assignment. Its key is made when it is first asked for, once."""
        with self._locks[slug]:
            if slug not in self._graders:
                sheet = self._course.sheet(slug)
                self._graders[slug] = Grader(sheet, self._sandboxes[sheet.assignment.profile], self._seed)
            return self._graders[slug]


def weaker(one: Enforced | None, two: Enforced) -> Enforced:
    """Return what holds in both of two sandboxes."""
    if one is None:
        return two
    level = min(one.level, two.level, key=lambda isolation: isolation.rank)
    missing = {*one.missing, *two.missing}
    enforced = tuple(layer for layer in two.enforced if layer not in missing)
    return Enforced(level, enforced, tuple(sorted(missing)))
