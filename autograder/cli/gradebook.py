"""The table at the end of `autograder grade`: a row for each student, a column for each assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from autograder.model import Status, Verdict
from autograder.store import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograder.model import Report


def gradebook(reports: Sequence[Report]) -> Table:
    """Return the table of a class."""
    slugs = list(dict.fromkeys(report.assignment for report in sorted(reports, key=_order)))
    cells: dict[str, dict[str, Report]] = {}
    for report in reports:
        cells.setdefault(report.student, {})[report.assignment] = report
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("student")
    for slug in slugs:
        table.add_column(Text(plain_text(slug)), justify="right")
    for student, row in sorted(cells.items()):
        table.add_row(Text(plain_text(student)), *(_cell(row.get(slug)) for slug in slugs))
    return table


def _order(report: Report) -> tuple[bool, str]:
    return report.assignment == "unknown", report.assignment


def _cell(report: Report | None) -> Text:
    if report is None:
        return Text("")
    if report.status in {Status.MISSING, Status.UNREADABLE}:
        return Text(report.status.value, style="yellow")
    if report.score is None:
        return Text("ungraded", style="bold red")
    return Text(
        f"{report.score:g}/{report.max_score:g}", style="green" if report.score == report.max_score else ""
    )


def attention(reports: Iterable[Report]) -> Iterable[str]:
    """Yield a line for each report that somebody should look at: what could not be read, or not be graded."""
    for report in reports:
        name = plain_text(f"{report.student}, {report.assignment}")
        if report.status is Status.UNREADABLE:
            yield f"{name}: {plain_text(' '.join(report.notes))}"
        for exercise in report.exercises:
            if exercise.verdict is Verdict.UNGRADED:
                yield f"{name}, {exercise.name}: {plain_text(' '.join(exercise.notes))}"
