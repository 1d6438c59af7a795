"""Trusted. Makes a notebook of a student's script: the same cells, marked so that nbgrader knows what to grade.

Nothing in it depends on when or where it was made: the same script always gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import jupytext
import nbformat

from autograder.build.stub import BuildError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.authoring.exercise import Exercise

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
LONGEST_ID = 64  # nbformat's limit

PERCENT = {"extension": ".py", "format_name": "percent", "comment_magics": False}
"""A comment such as `# symmetric?` is a comment, not a magic that was commented out."""


def notebook(text: str, exercises: Sequence[Exercise]) -> bytes:
    """Return a script in percent format as a notebook with nbgrader's metadata, schema 3.

    The cell of an exercise is a manually graded answer, worth the exercise's points, under its name; every other cell
    is read-only. Raises BuildError where an exercise has no cell, or two cells would have the same name.
    """
    read = jupytext.reads(text, fmt=PERCENT)
    homes = {_home(read.cells, exercise): exercise for exercise in exercises}
    made = []
    for position, cell in enumerate(read.cells):
        source = str(cell.source).rstrip("\n")  # the script's blank lines between cells
        marks = _marks(cell.cell_type, source, homes.get(position), position)
        made.append(_cell(cell, source, marks))
    names = [cell["metadata"]["nbgrader"]["grade_id"] for cell in made]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise BuildError(
            f"Two cells are called {', '.join(repeated)}. Rename one of the exercises in checks.py."
        )
    built = {"cells": made, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    nbformat.validate(built)
    return f"{json.dumps(built, sort_keys=True, indent=1, ensure_ascii=False)}\n".encode()


def checksum(cell_type: str, source: str, marks: dict[str, Any]) -> str:
    """Return nbgrader's checksum of a cell: it tells an answer from the untouched stub.

    Computed here because nbgrader is not needed for anything else in a build; `tests/build` compares the two.
    """
    parts = [
        source,
        cell_type,
        str(marks["grade"]),
        str(marks["solution"]),
        str(marks["locked"]),
        marks["grade_id"],
    ]
    if marks["grade"]:
        parts.append(str(float(marks["points"])))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def grade_id(name: str) -> str:
    """Return a name in the characters that nbgrader allows."""
    return re.sub(r"[^a-zA-Z0-9_-]", "-", name)


def _home(cells: Sequence[Any], exercise: Exercise) -> int:
    """Return the position of the cell that defines the exercise's functions."""
    opening = re.compile(rf"^(async\s+def|def|class)\s+{re.escape(exercise.functions[0])}\b", re.MULTILINE)
    for position, cell in enumerate(cells):
        if cell.cell_type == "code" and opening.search(cell.source):
            return position
    raise BuildError(
        f"No code cell defines {exercise.functions[0]}. Put it under a line `# %%` of the solution."
    )


def _marks(cell_type: str, source: str, exercise: Exercise | None, position: int) -> dict[str, Any]:
    """Return nbgrader's metadata of one cell."""
    marks: dict[str, Any] = {
        "schema_version": 3,
        "grade": exercise is not None,
        "solution": exercise is not None,
        "locked": exercise is None,
        "task": False,
        "cell_type": cell_type,
        "grade_id": grade_id(exercise.name) if exercise else f"read-only-{position}",
    }
    if exercise:
        marks["points"] = int(exercise.points) if exercise.points.is_integer() else exercise.points
    marks["checksum"] = checksum(cell_type, source, marks)
    return marks


def _cell(read: Any, source: str, marks: dict[str, Any]) -> dict[str, Any]:
    """Return one cell in the notebook format."""
    author = {key: value for key, value in read.metadata.items() if key != "lines_to_next_cell"}
    locks = {"deletable": False, "editable": False} if marks["locked"] else {"deletable": False}
    cell = {
        "cell_type": read.cell_type,
        "id": _cell_id(marks["grade_id"]),
        "metadata": {**author, **locks, "nbgrader": marks},
        "source": source.splitlines(
            keepends=True
        ),  # as nbformat writes it: a line of text is a line of the file
    }
    return cell | {"execution_count": None, "outputs": []} if read.cell_type == "code" else cell


def _cell_id(name: str) -> str:
    if len(name) <= LONGEST_ID:
        return name
    # Cut names must stay different from each other.
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_ID - 9]}-{digest}"
