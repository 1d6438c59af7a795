"""Trusted. Finds the submissions below a path, whatever the layout.

Understood, and freely mixed: a folder per student with anything below it; files that carry the student's name
(`ada_ops.py`, `ops-ada.ipynb`, `ada.py`); a folder per assignment with either of these in it; the folder of one
student; a single file. An archive, wherever it lies, is read like the folder that it unpacks to.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.submissions.archives import Packed, unpacked
from autograder.submissions.names import remains, slugs_in
from autograder.submissions.rows import UNKNOWN, Catalogue, File, Work, look, submissions_of
from autograder.submissions.tree import (
    ARCHIVE,
    MAX_STUDENTS,
    Allowance,
    Disk,
    FindError,
    Item,
    UnreadError,
    kind_of,
    opened,
    plain_file,
    read_at,
    shown,
)
from autograder.submissions.walking import enter, items

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autograder.model import Submission
    from autograder.submissions.tree import Entry, Folder

WRAPPERS = frozenset({"submissions", "submitted"})
"""Folders that are nobody's name: unpacked archives have them within one another."""
HANDED_IN = (".pdf", ".txt", ".html", ".doc", ".docx", ".rtf", ".gz", ".bz2", ".xz", ".rar", ".7z")
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
    root = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    stem, kind = kind_of(path.name)
    if kind == ARCHIVE:
        root = root.with_name(remains(stem, catalogue.slugs) or stem)
    gathering = Gathering(catalogue, root)
    try:
        if stat.S_ISDIR(status.st_mode):
            with opened(path) as folder:
                gathering.folder(Disk(folder), ())
        elif kind == ARCHIVE:
            with plain_file(None, path, shown(path.name)) as file:
                packed = unpacked(file, shown(path.name), of_class=True)
                gathering.folder(*inmost(packed, path.name))
        else:
            return single(path, catalogue, assignment)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FindError(
            f"{path} cannot be opened ({reason}): give the grader the right to read it."
        ) from None
    except UnreadError as error:
        raise FindError(" ".join(error.args)) from None
    if not gathering.works:
        raise FindError(
            f"There is nothing to grade in {path}: put a folder for each student or their files there."
        )
    return gathering.works


def inmost(packed: Packed, name: str) -> tuple[Packed, tuple[str, ...]]:
    """Return the folder of an archive that holds its students, and its path: the folders it was made of hold nothing else.

    A folder that holds code is a student's, unless the archive has its name.
    """
    places = [packed]
    path: list[str] = []
    while len(places[-1].folders) == 1 and not places[-1].members:
        ((only, folder),) = places[-1].folders.items()
        places.append(folder)
        path.append(shown(only))
    bottom = places[-1]
    students = bool(bottom.folders) and not any(kind_of(file)[1] for file in bottom.members)
    named = not path or path[-1].casefold() == kind_of(name)[0].casefold()
    if not students and not named:
        return places[-2], tuple(path[:-1])
    return bottom, tuple(path)


def single(path: Path, catalogue: Catalogue, assignment: str | None) -> dict[str, Work]:
    """Return the one student of a single file. Raises FindError where its name is not one of code."""
    stem, kind = kind_of(path.name)
    if not kind:
        raise FindError(
            f"{path} is no .py file and no .ipynb notebook: give one of these, a .zip or a folder."
        )
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

    def folder(self, place: Folder, parts: tuple[str, ...]) -> None:
        """Sort what is in an open folder of students. Raises OSError, and FindError where it is far too much."""
        listed, more = place.entries(MAX_STUDENTS)
        if more:
            raise FindError(
                f"There are more than {MAX_STUDENTS:,} names in one folder: give a folder of submissions."
            )
        holders = [entry for entry in listed if entry.folder or is_archive(entry)]
        loose = [
            (shown(entry.name), self.look(found))
            for entry in listed
            if entry not in holders
            for found in items(place, entry, (*parts, shown(entry.name)), Allowance())
        ]
        # A file called nothing but the assignment is the work of whose folder this is.
        own = any(file.kind and file.named and not self.student_in(name) for name, file in loose)
        for name, file in loose:
            self.flat(name, file, parts, own=own)
        seen: Counter[str] = Counter()
        for entry in holders:
            seen[shown(entry.name)] += 1
            self.holder(place, entry, parts, own=own, number=seen[shown(entry.name)])

    def look(self, found: Item) -> File:
        """Read one file."""
        return look(found, self.catalogue, above=self.above)

    def student_in(self, name: str) -> str:
        """Return the student that a file's name says, empty for none."""
        return remains(kind_of(name)[0], self.catalogue.slugs)

    def flat(self, name: str, file: File, parts: tuple[str, ...], *, own: bool) -> None:
        """Give a file to its student that lies among students' folders, or in a `name` that does."""
        student = self.student_in(name)
        if not file.kind:
            stem, ending = os.path.splitext(name)  # noqa: PTH122 - a name, not a path
            student = remains(stem, self.catalogue.slugs)
            mistaken = bool(file.named) and bool(student) and ending.lower() in HANDED_IN
            if not mistaken and not file.reading.notes:
                return
        if file.named:
            student = student or self.home
        elif own:
            student = self.home
        else:
            student = student or kind_of(name)[0]
        # The student of loose files has no folder of their own but the one they lie in.
        self.of(student, parts).files.append(file)

    def holder(
        self, parent: Folder, entry: Entry, parts: tuple[str, ...], *, own: bool, number: int
    ) -> None:
        """Sort a folder or an archive: of a student, of an assignment, or a part of the work of whose folder this is.

        number: how many names that look like this one there are so far; the others are other students'.
        """
        here = (*parts, shown(entry.name))
        name = here[-1] if entry.folder else kind_of(here[-1])[0]
        if shelf(name, self.catalogue) and len(here) <= 3 and self.students(parent, entry, here):
            return
        allowance = Allowance()
        found = (enter if entry.folder else items)(parent, entry, here, allowance)
        files = [self.look(each) for each in found]
        graded = any(file.kind and file.slug for file in files)
        student = name if entry.folder else remains(name, self.catalogue.slugs) or name
        if number > 1:
            allowance.notes.append(f"More than one folder is called {name}: find out whose this is.")
            student = f"{student} ({number})"
        work = self.of(self.home, parts) if own and not graded else self.of(student, here)
        work.files += files
        work.notes += allowance.notes

    def students(self, parent: Folder, entry: Entry, here: tuple[str, ...]) -> bool:
        """Sort a folder or an archive of students; return whether it could be opened."""
        try:
            if entry.folder:
                with parent.inside(entry.name) as place:
                    self.folder(place, here)
            else:
                with parent.seekable(entry.name, here[-1], Allowance()) as file:
                    place, parts = inmost(unpacked(file, here[-1], of_class=True), entry.name)
                    self.folder(place, here + parts)
        except (OSError, UnreadError):
            return False  # gone through once more as one student's, and becomes a row that says why
        return True


def is_archive(entry: Entry) -> bool:
    """Whether a name is that of an archive, and no link to one."""
    return kind_of(entry.name)[1] == ARCHIVE and not entry.link
