"""Trusted. Grades a whole class: where the work is done, in what order, and what is kept of it."""

from autograder.engines.grade_class import ClassRun, grade_class

__all__ = ["ClassRun", "grade_class"]
