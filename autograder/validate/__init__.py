"""Trusted. The gate: proves that a course grades right work as right, known mistakes as wrong, and tells them apart."""

from autograder.validate.certificates import stored
from autograder.validate.gate import validate_course, validate_release, validate_sheet
from autograder.validate.records import (
    Certificate,
    CourseReport,
    ExerciseReport,
    Fault,
    KillMatrix,
    Proof,
    SheetReport,
)

__all__ = [
    "Certificate",
    "CourseReport",
    "ExerciseReport",
    "Fault",
    "KillMatrix",
    "Proof",
    "SheetReport",
    "stored",
    "validate_course",
    "validate_release",
    "validate_sheet",
]
