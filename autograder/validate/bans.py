"""Trusted. Whether what an exercise forbids can be found, and whether its author's honest solutions do without it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from autograder.grading.diagnosis import edited
from autograder.model import Source, Submission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.authoring import Exercise
    from autograder.grading import Grader
    from autograder.grading.key import ExerciseKey
    from autograder.validate.author import Author
    from autograder.validate.records import Fault


def faults(grader: Grader, key: ExerciseKey, author: Author) -> Iterator[Fault]:
    """Yield the faults in what an exercise forbids; the reference is seen to where it is graded.

    A violation is planted for each name and must be found. Every variant must pass.
    """
    exercise = key.exercise
    for name in exercise.forbidden:
        subject = f"what is forbidden, {name},"
        if not _exists(name):
            yield author.fault(exercise, subject, "does not exist", "Write its full name: numpy, not np.")
        elif all(finding.name != name for finding in grader.findings(_planted(exercise, name), key)):
            yield author.fault(
                exercise, subject, "is not found where it is used", "Name what students write."
            )
    for variant in exercise.variants if exercise.bans else ():
        for finding in grader.findings(edited(grader.sheet, variant.function, variant.name), key):
            yield author.fault(
                exercise,
                f"variant {variant.name}",
                f"uses {finding.said}, which the exercise forbids",
                "Correct it, or do not forbid what honest solutions use.",
                function=variant.name,
            )


def _exists(name: str) -> bool:
    """Return whether there is something of a full name; of an attribute or an argument that cannot be told."""
    path = name.partition("(")[0].split(".")
    if not path[0]:
        return True
    for length in range(len(path), 0, -1):
        try:
            found = importlib.import_module(".".join(path[:length]))
        except ImportError:
            continue
        for part in path[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def _planted(exercise: Exercise, name: str) -> Submission:
    """Return a submission whose functions use what is forbidden, by an alias."""
    path, _, argument = name.partition("(")
    package, *inside = path.split(".")
    used = ".".join(["planted", *inside])
    if not package:
        used = f"arguments[0]{path}"
    elif argument:
        used += f"({argument.removesuffix('=)')}=True)"
    lines = [f"import {package} as planted"] if package else []
    for function in exercise.functions:
        lines += [f"def {function}(*arguments):", f"    return {used}"]
    return Submission("planted", "", "planted.py", (Source("planted.py", ("\n".join(lines),)),))
