"""Trusted. Which stored verdict an instructor means, and where the work is that it was given for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from autograder.model import Status, Verdict
from autograder.store import plain_line, plain_text
from autograder.submissions import FindError, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autograder.authoring import Course, Exercise
    from autograder.authoring.loading import Sheet
    from autograder.engines.grade_class import Keys
    from autograder.model import ExerciseResult, Report, Submission
    from autograder.store import Row

Meant = TypeVar("Meant")

LISTED = 50
"""Names that an error lists."""


class ReplayError(Exception):
    """The verdict cannot be replayed. The message is one sentence that says why, and what to do."""


def student_meant(asked: str, students: Sequence[str]) -> str:
    """Return the student that a name means. Raises ReplayError."""
    found = _meant(asked, [(name, name) for name in students])
    if len(found) == 1:
        return found[0]
    names = found or students
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    told = ", ".join(names[:LISTED]) + more or "none"
    if found:
        raise ReplayError(f"{asked!r} is more than one student; say which: {told}.")
    raise ReplayError(f"There is no student {asked!r}; there are: {told}.")


def exercise_meant(asked: str, sheets: Sequence[Sheet], rows: set[str]) -> tuple[Sheet, Exercise]:
    """Return an exercise, of the assignments that the student has a row for if there is one. Raises ReplayError."""
    every = {
        (place, number): (sheet, exercise)
        for place, sheet in enumerate(sheets)
        for number, exercise in enumerate(sheet.assignment.exercises)
    }
    names = [
        (name, place)
        for place, (_, exercise) in every.items()
        for name in (exercise.name, exercise.id, *exercise.functions)
    ]
    mine = [(name, place) for name, place in names if every[place][0].assignment.slug in rows]
    found = _meant(asked, mine) or _meant(asked, names)
    if len(found) == 1:
        return every[found[0]]
    told = ", ".join(
        f"{exercise.name} ({exercise.id} of {sheet.assignment.slug})"
        for place, (sheet, exercise) in every.items()
        if (place in found if found else sheet.assignment.slug in rows or not mine)
    )
    if found:
        raise ReplayError(f"{asked!r} is more than one exercise; say which, or give --assignment: {told}.")
    raise ReplayError(f"There is no exercise {asked!r}; there are: {told or 'none'}.")


def _meant(asked: str, known: Sequence[tuple[str, Meant]]) -> list[Meant]:
    """Return everything that a name may mean, of the strictest reading under which it means something."""
    folded = asked.casefold()
    readings = (
        [meant for name, meant in known if name == asked],
        [meant for name, meant in known if name.casefold() == folded],
        [meant for name, meant in known if name.casefold().startswith(folded)],
    )
    found = next(filter(None, readings), [])
    return [meant for place, meant in enumerate(found) if meant not in found[:place]]


def stored_verdict(report: Report, exercise: Exercise) -> ExerciseResult:
    """Return the verdict that is to be replayed. Raises ReplayError where there is none."""
    whose = f"{report.assignment} of {report.student}"
    if report.status is Status.MISSING:
        raise ReplayError(
            f"There is nothing to replay: {report.student} has not handed in {report.assignment}."
        )
    if report.status is Status.UNREADABLE:
        raise ReplayError(f"There is nothing to replay: {whose} could not be read. {one_line(report.notes)}")
    result = next((result for result in report.exercises if result.name == exercise.name), None)
    if result is None:
        raise ReplayError(f"The results hold no verdict on {exercise.name} in {whose}: grade again.")
    if result.verdict is Verdict.UNGRADED:
        raise ReplayError(f"{exercise.name} in {whose} has no verdict, grade again: {one_line(result.notes)}")
    return result


def work_of(course: Course, keys: Keys, row: Row, elsewhere: Path | None) -> tuple[Submission, str]:
    """Return the work of a row, and its path. Raises ReplayError where it is gone, FindError for a bad path."""
    report, place = row.report, row.place
    whose = f"{report.assignment} of {report.student}"
    ways: tuple[str | None, ...] = (None, report.assignment)
    if place is not None:  # as it was found then; elsewhere it may take an --assignment to see what a file is
        ways = (place.assignment,) if elsewhere is None else (place.assignment, *ways)
    elif elsewhere is None:
        raise ReplayError(f"It is not known where {whose} was graded: name the folder with --submissions.")
    path = elsewhere or Path(place.path if place is not None else "")
    functions = {sheet.assignment.slug: sheet.assignment.functions for sheet in course.sheets}
    found: list[Submission] = []
    for way in dict.fromkeys(ways):
        try:
            rows = find(path, functions, way)
        except FindError:
            if elsewhere is not None:
                raise
            raise ReplayError(
                f"The work is gone: there are no submissions in {path} any more, where {whose} was graded; "
                "name their folder with --submissions."
            ) from None
        found += [
            each
            for each in rows
            if (plain_text(each.student), plain_text(each.assignment)) == (report.student, report.assignment)
        ]
    readable = [each for each in found if each.sources]
    if not readable:
        notes = one_line(note for each in found for note in each.notes if each.status is Status.UNREADABLE)
        gone = (
            f"cannot be read any more: {notes}"
            if notes
            else f"is not in {path}: name its folder with --submissions."
        )
        raise ReplayError(f"The work of this verdict, {whose}, {gone}")
    # Of several readings of the same folder, the one that was graded.
    best = min(readable, key=lambda each: len(keys.changed(row.key, each)))
    return best, str(path / best.path) if path.is_dir() else str(path)


def one_line(texts: Iterable[str]) -> str:
    """Return what students may have written as one plain line: it can imitate no line of ours."""
    return plain_line(" ".join(texts))
