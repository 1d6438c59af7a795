"""Trusted. From what a submission's functions came to, to marks and a diagnosis."""

from autograder.grading.grade import Grader

__all__ = ["Grader"]
