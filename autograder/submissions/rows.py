"""Trusted. Makes the submissions of one student out of the files that are theirs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.model import Source, Status, Submission
from autograder.submissions.names import copy_number, natural, slugs_in
from autograder.submissions.notebooks import MAX_CODE
from autograder.submissions.reading import HAND_IN, Reading, read
from autograder.submissions.tree import TEXT, Item, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

UNKNOWN = "unknown"
DEFINITION = re.compile(r"def[ \t]+(\w+)[ \t]*\(")
IMPORT = re.compile(r"^[ \t]*(?:from|import)[ \t]+([^\n#]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The assignments that there are."""

    slugs: tuple[str, ...]
    owners: Mapping[str, tuple[str, ...]]
    """The assignments that ask for a function, whose name may be written in other letters."""

    @classmethod
    def of(cls, slugs_to_functions: Mapping[str, Sequence[str]]) -> Catalogue:
        """Return the catalogue of these assignments."""
        owners: dict[str, tuple[str, ...]] = {}
        for slug, functions in slugs_to_functions.items():
            for function in {function.casefold() for function in functions}:
                owners[function] = (*owners.get(function, ()), slug)
        return cls(tuple(slugs_to_functions), owners)

    def counts(self, functions: Iterable[str]) -> Counter[str]:
        """Count for each assignment how many of its functions these are."""
        names = {function.casefold() for function in functions}
        return Counter(slug for name in names for slug in self.owners.get(name, ()))

    def named(self, names: Sequence[str]) -> list[str]:
        """Return the assignments that the last of these names mentions which mentions any."""
        return next(filter(None, (slugs_in(name, self.slugs) for name in reversed(names))), [])


@dataclass(frozen=True, slots=True)
class File:
    """One file of a student, read."""

    parts: tuple[str, ...]
    kind: str
    reading: Reading
    named: str
    """The assignment that its name says, empty for none."""
    around: str
    """The assignment that a folder around it says, empty for none."""
    counts: Counter[str]
    """How many functions of each assignment it defines."""

    @property
    def slug(self) -> str:
        """The assignment that it belongs to: by its name, else by what it defines, else a notebook by its folder."""
        if self.named or not self.kind:
            return self.named
        if self.counts:
            most = max(self.counts.values())
            best = [slug for slug, count in self.counts.items() if count == most]
            return self.around if self.around in best else min(best)
        return self.around if self.kind == "notebook" else ""

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return kind_of(self.parts[-1])[0]

    @property
    def anonymous(self) -> bool:
        """Whether it is code of which nothing tells the assignment."""
        return bool(self.kind) and not self.named and not self.counts

    def says(self, slug: str) -> bool:
        """Whether it may be graded as this assignment, if that is the one asked for."""
        if not self.kind:
            return False
        return slug in {self.named, self.slug} or (not self.named and slug in self.counts)


@dataclass(slots=True)
class Work:
    """Everything that one student handed in."""

    student: str
    base: tuple[str, ...]
    """The student's folder."""
    files: list[File] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def look(item: Item, catalogue: Catalogue, *, above: Sequence[str] = ()) -> File:
    """Read one file and find out what tells its assignment. `above` names the folders that are not in its path."""
    reading = Reading(None, item.problem)
    kind = item.kind
    found: list[str] = []
    if kind and not item.problem:
        reading = read(item.name, item.data, kind)
        # What is cut off may still tell what it was meant to be.
        found = DEFINITION.findall(reading.text if reading.source else item.data.decode("latin-1"))
    counts = catalogue.counts(found)
    if kind == TEXT:
        kind = reading.kind if counts and reading.source else ""
        reading = reading if kind else Reading(None)
        counts = counts if kind else Counter()
    named = slugs_in(kind_of(item.name)[0], catalogue.slugs)
    around = catalogue.named((*above, *item.parts[:-1]))
    # Of several assignments in one name, what the file defines decides.
    best = max(named, key=lambda slug: counts[slug], default="")
    return File(item.parts, kind, reading, best, around[0] if around else "", counts)


def submissions_of(work: Work, assignment: str | None) -> list[Submission]:
    """Return the student's rows: one for each assignment there is work on, and never none."""
    groups = {assignment: asked_for(work.files, assignment)} if assignment else by_assignment(work.files)
    made = [submission(work, slug, files) for slug, files in sorted(groups.items()) if files]
    return made or [nothing(work, assignment or UNKNOWN)]


def by_assignment(files: list[File]) -> dict[str, list[File]]:
    """Sort the files by the assignments they belong to."""
    groups: dict[str, list[File]] = {}
    for file in files:
        if file.kind and file.slug and not is_helper(file, files):
            groups.setdefault(file.slug, []).append(file)
    lone = [file for file in files if file.anonymous]
    if not groups and len(lone) == 1 and lone[0].around:
        return {lone[0].around: lone}
    return groups


def is_helper(file: File, files: list[File]) -> bool:
    """Return whether only a function's name makes a script look like work on an assignment.

    So it is where a file that is named after another assignment imports it: `forward` is a name for many things.
    """
    others = [other for other in files if other.named and other.slug != file.slug]
    return file.kind == "script" and not file.named and file.stem in imported_by(others)


def imported_by(files: Iterable[File]) -> set[str]:
    """Return the names in the import statements of some files."""
    lines = (line for file in files for line in IMPORT.findall(file.reading.text))
    return {word for line in lines for word in re.findall(r"\w+", line)}


def asked_for(files: list[File], slug: str) -> list[File]:
    """Return the files of the assignment that is asked for, by the strongest sign that there is."""
    if chosen := [file for file in files if file.says(slug)]:
        return chosen
    anonymous = [file for file in files if file.anonymous]
    notebooks = [file for file in anonymous if file.kind == "notebook"]
    return next((lone for lone in (anonymous, notebooks) if len(lone) == 1), [])


def submission(work: Work, slug: str, files: list[File]) -> Submission:
    """Return one row that has files."""
    current, notes = newest(files)
    readable = [file for file in current if file.reading.source]
    if not readable:
        said = [note for file in current for note in file.reading.notes]
        return Submission(
            work.student, slug, "/".join(current[0].parts), (), (), Status.UNREADABLE, unique(said)
        )
    if size(readable) > MAX_CODE:
        said = [f"The files hold more than {MAX_CODE >> 20} MB of code.", "Hand in only your own code."]
        return Submission(
            work.student, slug, "/".join(current[0].parts), (), (), Status.UNREADABLE, unique(said)
        )
    for file in current:
        notes += file.reading.notes if file in readable else file.reading.notes[:1]
    if len(readable) > 1:
        listed = ", ".join(named_among(file, readable) for file in readable)
        notes.append(f"Several files were run in this order, and later definitions count: {listed}.")
    notes += [mislabelled(file, slug) for file in readable]
    notes += work.notes + side_notes(work, current)
    imports = modules(work, readable)
    room = MAX_CODE - size(readable)
    if sum(len(module.cells[0]) for module in imports) > room:
        imports = ()
        notes.append(f"The other files hold more than {MAX_CODE >> 20} MB of code, and cannot be imported.")
    repaired = len(readable) < len(current) or any(file.reading.repaired for file in readable)
    return Submission(
        work.student,
        slug,
        "/".join(readable[0].parts),
        tuple(source for file in readable for source in sources_of(file, named_among(file, readable))),
        imports,
        Status.REPAIRED if repaired else Status.GRADED,
        unique(notes),
    )


def sources_of(file: File, name: str) -> list[Source]:
    """Return what is run of a file, under a name that no other one has."""
    made = [Source(f"{name}, cells of text", file.reading.prose)] if file.reading.prose else []
    return [*made, Source(name, file.reading.source.cells)] if file.reading.source else made


def size(files: list[File]) -> int:
    """Return how many characters of code there are in the files."""
    return sum(len(file.reading.text) for file in files)


def unique(notes: Iterable[str]) -> tuple[str, ...]:
    """Return the notes that say something, each once, in order."""
    return tuple(dict.fromkeys(filter(None, notes)))


def newest(files: list[File]) -> tuple[list[File], list[str]]:
    """Keep of copies such as `ops.py` and `ops (1).py` the newest; return scripts first, and notes on what was left."""
    copies: dict[tuple[object, ...], list[File]] = {}
    for file in files:
        copies.setdefault((file.parts[:-1], file.kind, copy_number(file.stem)[0]), []).append(file)
    kept: list[File] = []
    notes: list[str] = []
    for same in copies.values():
        # One that can be read counts more than a newer one that cannot.
        best = max(same, key=lambda file: (file.reading.source is not None, copy_number(file.stem)[1]))
        kept.append(best)
        if len(same) > 1:
            others = ", ".join(sorted(file.parts[-1] for file in same if file is not best))
            notes.append(f"{best.parts[-1]} counts, as the newest copy by its number; not run: {others}.")
    kept.sort(key=lambda file: (file.kind != "script", natural("/".join(file.parts))))
    return kept, notes


def named_among(file: File, files: list[File]) -> str:
    """Return the file's name, with its folders where another one has the same name."""
    alike = sum(file.parts[-1] == other.parts[-1] for other in files)
    return file.parts[-1] if alike == 1 else "/".join(file.parts)


def mislabelled(file: File, slug: str) -> str:
    """Say so if the file defines another assignment's functions and none of this one's; else return nothing."""
    if not file.counts or slug in file.counts:
        return ""
    return f"{file.parts[-1]} defines functions of {', '.join(sorted(file.counts))}, and none of {slug}."


def side_notes(work: Work, graded: list[File]) -> list[str]:
    """Return a sentence for each other file of the student that could not be read."""
    return [file.reading.notes[0] for file in work.files if file not in graded and unreadable(file)]


def unreadable(file: File) -> bool:
    """Whether there was something to be read, and it could not be."""
    return file.reading.source is None and bool(file.reading.notes)


def modules(work: Work, sources: list[File]) -> tuple[Source, ...]:
    """Return the student's other scripts that the graded files may import."""
    scripts = [file for file in work.files if file.kind == "script" and file.reading.source]
    # A file that is graded itself is a module too where another one imports it.
    alone = sources[0] if len(sources) == 1 else None
    if all(file is alone for file in scripts):
        return ()
    spare = [file for file in scripts if not file.slug]
    imported = imported_by((*sources, *spare))
    wanted = [file for file in scripts if file is not alone and (not file.slug or copy_number(file.stem)[0] in imported)]
    made: dict[str, Source] = {}
    beside = sources[0].parts[:-1]
    for file in sorted(wanted, key=lambda file: (file.parts[: len(beside)] != beside, file.parts)):
        name = importable(file, beside, work.base)
        made.setdefault(name, Source(name, (file.reading.text,)))
    return tuple(made.values())


def importable(file: File, beside: tuple[str, ...], base: tuple[str, ...]) -> str:
    """Return a module's path relative to the graded file's folder, else to the student's."""
    root = beside if file.parts[: len(beside)] == beside else base
    return "/".join((*file.parts[len(root) : -1], f"{copy_number(file.stem)[0]}.py"))


def nothing(work: Work, slug: str) -> Submission:
    """Return the row of a student of whom there is nothing to grade, and say what there is instead."""
    path = "/".join(work.base if work.base or not work.files else work.files[0].parts)
    broken = [file for file in work.files if unreadable(file)]
    if broken and not any(file.reading.source for file in work.files):
        notes = unique(note for file in broken for note in file.reading.notes)
        return Submission(work.student, slug, path, (), (), Status.UNREADABLE, notes)
    said = [contents(work, slug), *work.notes, *side_notes(work, []), HAND_IN]
    return Submission(work.student, slug, path, (), (), Status.MISSING, unique(said))


def contents(work: Work, slug: str) -> str:
    """Say what was found instead of something to grade."""
    wanted = "any assignment" if slug == UNKNOWN else slug
    if not work.files:
        return f"Nothing was handed in for {wanted}: the folder is empty."
    names = sorted("/".join(file.parts[len(work.base) :]) for file in work.files)
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"Nothing was found for {wanted}; there is: {', '.join(names[:5])}{more}."
