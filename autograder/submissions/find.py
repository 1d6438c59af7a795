"""Trusted. Finds the submissions below a path, whatever the layout.

Understood, and freely mixed: a folder per student with anything below it; files that carry the student's name
(`ada_ops.py`, `ops-ada.ipynb`, `ada.py`); a folder per assignment with either of these in it; the folder of one
student; a single file.
"""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.submissions.names import remains, slugs_in
from autograder.submissions.rows import UNKNOWN, Catalogue, File, Work, look, submissions_of
from autograder.submissions.tree import (
    MAX_STUDENTS,
    Allowance,
    FindError,
    Item,
    UnreadError,
    enter,
    entries,
    item,
    kind_of,
    opened,
    read_at,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograder.model import Submission

WRAPPERS = frozenset({"submissions", "submitted"})
"""Folders that are nobody's name: unpacked archives have them within one another."""
HANDED_IN = (".zip", ".pdf", ".txt", ".html", ".doc", ".docx", ".rtf", ".gz", ".rar", ".7z")
"""Files that a student may hand in by mistake: with a student's name and an assignment in it, one gets a row."""


def find(
    path: Path, slugs_to_functions: Mapping[str, Sequence[str]], assignment: str | None = None
) -> list[Submission]:
    """Return every submission below `path`, sorted by student and assignment.

    `assignment` asks for that one alone: every student then has exactly one row. Raises FindError where there is
    nothing to look at; a submission that cannot be read is a row that says so.
    """
    catalogue = Catalogue.of(slugs_to_functions)
    if assignment is not None and assignment not in catalogue.slugs:
        raise FindError(f"There is no assignment {assignment!r}; give one of {', '.join(catalogue.slugs)}.")
    works = gathered(path, catalogue, assignment)
    made = [row for work in works.values() for row in submissions_of(work, assignment)]
    return sorted(made, key=lambda row: (row.student, row.assignment))


def gathered(path: Path, catalogue: Catalogue, assignment: str | None) -> dict[str, Work]:
    """Return what each student handed in. Raises FindError."""
    try:
        status = path.lstat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FindError(f"{path} cannot be found ({reason}): give the folder with the submissions.") from None
    if stat.S_ISLNK(status.st_mode):
        raise FindError(
            f"{path} is a link, which is never followed: give the folder or file that it points to."
        )
    if not stat.S_ISDIR(status.st_mode):
        return single(path, catalogue, assignment)
    gathering = Gathering(catalogue, Path(os.path.abspath(path)))  # noqa: PTH100 - resolve() would follow links
    try:
        with opened(path) as folder:
            gathering.folder(folder, ())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FindError(
            f"{path} cannot be opened ({reason}): give the grader the right to read it."
        ) from None
    if not gathering.works:
        raise FindError(
            f"There is nothing to grade in {path}: put a folder for each student or their files there."
        )
    return gathering.works


def single(path: Path, catalogue: Catalogue, assignment: str | None) -> dict[str, Work]:
    """Return the one student of a single file. Raises FindError where its name is not one of code."""
    stem, kind = kind_of(path.name)
    if not kind:
        raise FindError(f"{path} is no .py file and no .ipynb notebook: give one of these, or a folder.")
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    name = shown(path.name)
    try:
        found = Item((name,), kind, read_at(None, absolute, name, Allowance()))
    except UnreadError as error:
        found = Item((name,), kind, problem=error.args)
    file = look(found, catalogue, above=absolute.parts[-2:-1])
    if assignment:
        file = replace(file, named=assignment)
    student = shown(remains(stem, catalogue.slugs))
    if not student:
        student = home(absolute.parent, catalogue) if slugs_in(stem, catalogue.slugs) else shown(stem)
    return {student: Work(student, (), [file])}


def home(folder: Path, catalogue: Catalogue) -> str:
    """Return the student whose folder this is: the nearest name upwards that is not an assignment's."""
    names = (shown(place.name) for place in (folder, *folder.parents) if place.name)
    return next((name for name in names if not shelf(name, catalogue)), UNKNOWN)


def shelf(name: str, catalogue: Catalogue) -> bool:
    """Whether a folder of this name holds what is of an assignment, and not what is of a student."""
    if name.lower() in WRAPPERS:
        return True
    return bool(slugs_in(name, catalogue.slugs)) and not remains(name, catalogue.slugs)


class Gathering:
    """Sorts what lies below a folder by student."""

    def __init__(self, catalogue: Catalogue, root: Path) -> None:
        self.works: dict[str, Work] = {}
        self.catalogue = catalogue
        self.home = home(root, catalogue)
        self.above = (shown(root.name),)

    def of(self, student: str, base: tuple[str, ...]) -> Work:
        """Return the work of a student, wherever more of it is found."""
        return self.works.setdefault(student, Work(student, base))

    def folder(self, descriptor: int, parts: tuple[str, ...]) -> None:
        """Sort what is in an open folder of students. Raises OSError, and FindError where it is far too much."""
        listed, more = entries(descriptor, MAX_STUDENTS)
        if more:
            raise FindError(
                f"There are more than {MAX_STUDENTS:,} names in one folder: give a folder of submissions."
            )
        folders = [entry.name for entry in listed if entry.is_dir(follow_symlinks=False)]
        loose = [
            self.look(item(descriptor, entry, (*parts, shown(entry.name)), Allowance()))
            for entry in listed
            if not entry.is_dir(follow_symlinks=False)
        ]
        # A file called nothing but the assignment is the work of whose folder this is.
        own = any(file.kind and file.named and not self.student_in(file) for file in loose)
        for file in loose:
            self.flat(file, parts, own=own)
        for name in folders:
            self.subfolder(descriptor, name, parts, own=own)

    def look(self, found: Item) -> File:
        """Read one file."""
        return look(found, self.catalogue, above=self.above)

    def student_in(self, file: File) -> str:
        """Return the student that the file's name says, empty for none."""
        return remains(file.stem, self.catalogue.slugs)

    def flat(self, file: File, parts: tuple[str, ...], *, own: bool) -> None:
        """Give a file that lies among students' folders to its student."""
        student = self.student_in(file)
        if not file.kind:
            stem, ending = os.path.splitext(file.parts[-1])  # noqa: PTH122 - a name, not a path
            student = remains(stem, self.catalogue.slugs)
            mistaken = bool(file.named) and bool(student) and ending.lower() in HANDED_IN
            if not mistaken and not file.reading.notes:
                return
        if file.named:
            student = student or self.home
        elif own:
            student = self.home
        else:
            student = student or file.stem
        # The student of loose files has no folder of their own but the one they lie in.
        self.of(student, parts).files.append(file)

    def subfolder(self, parent: int, name: str, parts: tuple[str, ...], *, own: bool) -> None:
        """Sort a folder: of a student, of an assignment, or a part of the work of the one whose folder this is."""
        here = (*parts, shown(name))
        if shelf(here[-1], self.catalogue) and len(here) <= 3:
            try:
                with opened(name, parent) as descriptor:
                    self.folder(descriptor, here)
            except OSError:
                pass  # walked below, where it becomes a row that says why
            else:
                return
        allowance = Allowance()
        files = [self.look(found) for found in enter(parent, name, here, allowance)]
        graded = any(file.kind and file.slug for file in files)
        work = self.of(self.home, parts) if own and not graded else self.of(here[-1], here)
        work.files += files
        work.notes += allowance.notes
