"""What `autograder validate` prints: a kill matrix for each exercise, the figures, those of the proof, and certificates."""

from __future__ import annotations

from math import inf
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
    """Return the figures of all exercises. Margins are in u E: 4 is accepted; a dash where no tolerance decides."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("exercise", overflow="fold")
    for name in ("cases", "oracles", "variants", "mistakes", "fewest kills", "honest", "nearest", "seconds"):
        table.add_column(name, justify="right")
    for sheet in report.sheets:
        for exercise in sheet.exercises:
            counts = (exercise.cases, exercise.oracles, exercise.variants, exercise.mistakes)
            margins = map(_short, _margins(exercise))
            last = (str(exercise.matrix.fewest), *margins, f"{exercise.seconds:.1f}")
            table.add_row(Text(f"{sheet.slug}: {exercise.name}"), *map(str, counts), *last)
    return table


def _margins(exercise: ExerciseReport) -> tuple[float | None, float | None]:
    """Return the largest error of an honest solution, and the smallest one of a mistake that shows, over all cases."""
    found = exercise.certificates
    honest = [error for one in found for error in (one.honest64, one.honest32) if error is not None]
    nearest = [one.nearest for one in found if one.nearest is not None]
    return max(honest, default=None), min(nearest, default=None)


def proofs(report: CourseReport) -> Table:
    """Return the figures of the thorough proof, with the shares of a sheet's unlisted mutants that are killed."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("exercise", overflow="fold")
    for name in ("mutants", "killed", "listed", "surviving", "scaled", "cancelling", "pairs", "seeds"):
        table.add_column(name, justify="right")
    for sheet in report.sheets:
        found = [(exercise.name, exercise.proof) for exercise in sheet.exercises if exercise.proof]
        for name, proof in found:
            counts = (proof.mutants, proof.killed, proof.listed, len(proof.survivors))
            others = (proof.scaled, proof.cancelled, proof.pairs, proof.seeds)
            table.add_row(Text(f"{sheet.slug}: {name}"), *map(str, (*counts, *others)))
        asked = sum(proof.mutants - proof.listed for _, proof in found)
        killed = sum(proof.killed for _, proof in found)
        if asked:
            table.add_row(Text(f"{sheet.slug}: {100 * killed / asked:.2f} % of the unlisted mutants killed"))
    return table


def evidence(report: CourseReport) -> Iterator[str]:
    """Yield the certificates of all cases as lines: distances in units of u E, a dash where there is none."""
    head = ("case", "decided by", "honest64", "honest32", "nearest mistake", "hidden", "kinks", "oracles")
    rows = [
        (
            f"{sheet.slug}: {one.case}",
            one.decided,
            _short(one.honest64),
            _short(one.honest32),
            f"{_short(inf if one.nearest is None else one.nearest)} {one.nearest_mistake}"
            if one.nearest_mistake
            else "-",
            f"{len(one.invisible)}+{len(one.hidden32)}" if one.decided == "bounds" else "-",
            _short(one.kinks),
            " ".join(f"{name} {_short(off)}" for name, off in one.oracles) or "-",
        )
        for sheet in report.sheets
        for exercise in sheet.exercises
        for one in exercise.certificates
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
    yield "honest64 in u64 E, accepted up to 4; honest32, nearest mistake and kinks in u32 E; oracles in u64 (E + |answer|)."
    yield "hidden: mistakes that are right on this case, and those that float32 cannot tell from right."


def _short(number: float | None) -> str:
    return "-" if number is None else f"{number:.2g}"
