"""What `autograder validate` prints: a kill matrix for each exercise, then the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.validate import CourseReport, ExerciseReport, SheetReport

KILLED, SURVIVED = "●", "·"


def matrix(sheet: SheetReport, exercise: ExerciseReport) -> Iterator[str]:
    """Yield the lines of one exercise's matrix: a row for each mistake, a column for each case."""
    kills = exercise.matrix
    yield ""
    yield f"{sheet.slug}: {exercise.name}"
    width = max(map(len, kills.mistakes), default=0)
    for mistake, row in zip(kills.mistakes, kills.killed, strict=True):
        marks = "".join(KILLED if killed else SURVIVED for killed in row)
        yield f"  {mistake:<{width}}  {marks}  {sum(row)}"
    cases = "  ".join(f"{number} {case}" for number, case in enumerate(kills.cases, 1))
    yield f"  cases: {cases}"


def figures(report: CourseReport) -> Table:
    """Return the figures of all exercises."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("exercise", overflow="fold")
    for name in ("cases", "oracles", "variants", "mistakes", "fewest kills", "seconds"):
        table.add_column(name, justify="right")
    for sheet in report.sheets:
        for exercise in sheet.exercises:
            counts = (exercise.cases, exercise.oracles, exercise.variants, exercise.mistakes)
            last = (str(exercise.matrix.fewest), f"{exercise.seconds:.1f}")
            table.add_row(Text(f"{sheet.slug}: {exercise.name}"), *map(str, counts), *last)
    return table
