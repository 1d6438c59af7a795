"""Trusted. Grades a whole class: where the work is done, in what order, and what is kept of it."""

from autograder.engines.asked import ReplayError
from autograder.engines.grade_class import ClassRun, grade_class
from autograder.engines.replay import Replay, replay_verdict

__all__ = ["ClassRun", "Replay", "ReplayError", "grade_class", "replay_verdict"]
