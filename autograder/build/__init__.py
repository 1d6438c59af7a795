"""Trusted. Makes `assignments/`, which students get, from `reference/`, which they never see."""

from autograder.build.notebook import notebook
from autograder.build.release import Changes, leaks, planned, stale, write
from autograder.build.stub import BuildError, sheet_stub, stub

__all__ = ["BuildError", "Changes", "leaks", "notebook", "planned", "sheet_stub", "stale", "stub", "write"]
