"""Trusted. What an author writes an assignment with: records, filled by decorators next to the code they describe.

For example:

    assignment = Assignment("ops", title="Backward passes of tensor operations")

    matmul = assignment.exercise(
        "matmul_backward",
        id="o.3",
        points={"2-D operands": 2, "batches": 2},
        hints=("...", "...", "..."),
    )

    @matmul.case("2-D operands")
    def matmul_rectangular(rng):
        "No two sizes equal, so that a transpose shows in the shape."
        return rng.normal(size=(3, 5)), rng.normal(size=(3, 4)), rng.normal(size=(4, 5))

    @matmul.oracle()
    def matmul_torch(grad, a, b): ...

    @matmul.variant()
    def matmul_einsum(grad, a, b): ...

    @matmul.mistake("Which way round must b be for the shapes to meet?", catalogue="M31")
    def matmul_missing_transpose(grad, a, b): ...
"""

from autograder.authoring.exercise import (
    AUTOGRAD,
    Assignment,
    Ban,
    Case,
    Criterion,
    Exercise,
    Limits,
    Mistake,
    Oracle,
    Totals,
    Variant,
)
from autograder.authoring.loading import Course, CourseError, find_course, installed_courses, load_course
from autograder.authoring.scaffold import scaffold

__all__ = [
    "AUTOGRAD",
    "Assignment",
    "Ban",
    "Case",
    "Course",
    "CourseError",
    "Criterion",
    "Exercise",
    "Limits",
    "Mistake",
    "Oracle",
    "Totals",
    "Variant",
    "find_course",
    "installed_courses",
    "load_course",
    "scaffold",
]
