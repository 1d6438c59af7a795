"""Trusted. Turns whatever was handed in into `Submission` records, without running or parsing any of it as Python."""

from autograder.submissions.find import find
from autograder.submissions.tree import FindError

__all__ = ["FindError", "find"]
