"""Options that several commands share, and what they mean."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.authoring import find_course, installed_courses, load_course
from autograder.model import Isolation

if TYPE_CHECKING:
    from autograder.authoring import Course

CourseOption = Annotated[
    Path | None,
    typer.Option(
        "--course",
        metavar="DIR",
        help="The course's folder, or the name of an installed course. Without it: the nearest folder upwards that has "
        "reference/course.toml.",
    ),
]
SeedOption = Annotated[
    int | None,
    typer.Option("--seed", min=0, help="Draw the inputs from this number instead of a secret one."),
]
JobsOption = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", min=1, max=512, help="How many to run at once. Without it: two for each core."
    ),
]
IsolationOption = Annotated[
    Isolation | None,
    typer.Option(
        "--isolation",
        help="Ask for this isolation, and refuse less. Without it: the strongest of `full` and `landlock` that "
        "this machine gives.",
    ),
]


def at_once(jobs: int | None) -> int:
    """Return how many to run at once: what was asked for, or so many that no core waits for a program that hangs."""
    return jobs or 2 * (os.cpu_count() or 1)


def course_at(folder: Path | None) -> Course:
    """Return the course in `folder`, or the nearest one from here upwards. Raises CourseError.

    folder: where there is none of that name, an installed course that is called so.
    """
    if folder is None:
        return load_course(find_course(Path.cwd()))
    if not folder.exists() and (place := installed_courses().get(str(folder))) is not None:
        return load_course(place)
    return load_course(folder)
