"""What is shown at the end of `autograder grade`: a row for each student, and a line for what somebody must look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from autograder.model import Status, Verdict
from autograder.store import plain_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from autograder.model import Report

STUDENT = "student"
GAP = 2
"""Between two columns."""


class Gradebook:
    """A class as it is shown. Reads each report once and keeps none: what students print can be long."""

    def __init__(self, reports: Iterable[Report]) -> None:
        self._cells: dict[str, dict[str, Text]] = {}
        self._unreadable: list[str] = []
        self._ungraded: dict[str, list[str]] = {}
        self.complete = True
        """Whether every submission has a score."""
        for report in reports:
            self._add(report)

    def _add(self, report: Report) -> None:
        student, slug = plain_line(report.student), plain_line(report.assignment)
        self._cells.setdefault(student, {})[slug] = _cell(report)
        self.complete = self.complete and report.score is not None
        if report.status is Status.UNREADABLE:
            self._unreadable.append(f"{student}, {slug}: {plain_line(' '.join(report.notes))}")
        for exercise in report.exercises:
            if exercise.verdict is Verdict.UNGRADED:
                what = f"{slug}, {plain_line(exercise.name)}: {plain_line(' '.join(exercise.notes))}"
                self._ungraded.setdefault(what, []).append(student)

    def tables(self, width: int) -> Iterator[Table]:
        """Yield the marks in as many tables as it takes to cut no column, each with the students' names."""
        slugs = sorted(
            {slug for row in self._cells.values() for slug in row}, key=lambda slug: (slug == "unknown", slug)
        )
        room = width - max(map(cell_len, [STUDENT, *self._cells]))
        for columns in _fitting([(slug, GAP + self._width(slug)) for slug in slugs], room):
            yield self._table(columns)

    def _width(self, slug: str) -> int:
        return max(cell_len(slug), *(row[slug].cell_len for row in self._cells.values() if slug in row))

    def _table(self, slugs: Sequence[str]) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, GAP // 2), header_style="bold")
        table.add_column(STUDENT, overflow="fold")
        for slug in slugs:
            table.add_column(Text(slug), justify="right", no_wrap=True, min_width=self._width(slug))
        for student, row in sorted(self._cells.items()):
            table.add_row(Text(student), *(row.get(slug, Text()) for slug in slugs))
        return table

    def attention(self) -> Iterator[str]:
        """Yield a line for each thing that somebody must look at: what could not be read, or not be graded."""
        yield from self._unreadable
        for what, students in self._ungraded.items():
            others = f" and {len(students) - 1} more" if len(students) > 1 else ""
            yield f"{students[0]}{others}, {what}"


def _fitting(columns: Iterable[tuple[str, int]], room: int) -> Iterator[list[str]]:
    """Yield groups of columns that fit into the room, at least one in each."""
    group: list[str] = []
    left = room
    for name, width in columns:
        if group and width > left:
            yield group
            group, left = [], room
        group.append(name)
        left -= width
    if group:
        yield group


def _cell(report: Report) -> Text:
    if report.status in {Status.MISSING, Status.UNREADABLE}:
        return Text(report.status.value, style="yellow")
    if report.score is None:
        return Text("ungraded", style="bold red")
    return Text(
        f"{report.score:g}/{report.max_score:g}", style="green" if report.score == report.max_score else ""
    )
