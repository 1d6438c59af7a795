"""Trusted. The gate: proves that a course grades right work as right, known mistakes as wrong, and tells them apart."""

from autograder.validate.gate import validate_course, validate_release, validate_sheet
from autograder.validate.records import CourseReport, ExerciseReport, Fault, KillMatrix, SheetReport

__all__ = [
    "CourseReport",
    "ExerciseReport",
    "Fault",
    "KillMatrix",
    "SheetReport",
    "validate_course",
    "validate_release",
    "validate_sheet",
]
