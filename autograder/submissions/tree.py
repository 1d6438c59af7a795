"""Trusted. Walks a folder that strangers filled: never through a link, never into a device, never without a limit.

Every name is opened relative to the descriptor of its folder, so that nothing can be swapped for a link in between.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 20 << 20
"""Of one file. A notebook above it takes seconds to parse, and none is so large without its outputs."""
MAX_TOTAL = 60 << 20
"""Of all that is read of one student."""
MAX_FILES = 200
"""Python files and notebooks that are read of one student."""
MAX_ENTRIES = 5_000
"""Names that are looked at in one student's folder."""
MAX_STUDENTS = 50_000
MAX_DEPTH = 8

IGNORED = frozenset({"__pycache__", "__MACOSX", "node_modules", "site-packages", "venv"})
ENDINGS = {".ipynb": "notebook", ".py": "script"}
DISGUISED = {
    ".ipynb.txt": "notebook",
    ".ipynb.json": "notebook",
    ".py.txt": "script",
}  # as browsers save them
READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
FOLDER_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC


class FindError(Exception):
    """What was asked to be graded cannot be looked at. The message is one sentence that says what to do."""


class UnreadError(Exception):
    """A file was not read. Its two arguments are the reason and the remedy."""


@dataclass(frozen=True, slots=True)
class Item:
    """One name in a folder."""

    parts: tuple[str, ...]
    """Its path below what was asked to be graded, as it may be shown."""
    kind: str = ""
    """`notebook` or `script` by its ending, empty for anything else."""
    data: bytes = b""
    problem: tuple[str, ...] = ()
    """Why it was not read, and what to do about it."""

    @property
    def name(self) -> str:
        """The last part."""
        return self.parts[-1]


@dataclass(slots=True)
class Allowance:
    """What may still be looked at of one student."""

    entries: int = MAX_ENTRIES
    files: int = MAX_FILES
    total: int = MAX_TOTAL
    notes: list[str] = field(default_factory=list)


def shown(name: str) -> str:
    """Return a file name without characters that could deceive or control a terminal; distinct names stay distinct.

    Accents are composed, so that a name typed on a Mac equals the one in the roster.
    """
    composed = unicodedata.normalize("NFC", name)
    return "".join(char if char.isprintable() and char != "\\" else ascii(char)[1:-1] for char in composed)


def kind_of(name: str) -> tuple[str, str]:
    """Return the stem of a file name and the kind that its ending declares, which is empty where it is no code."""
    lowered = name.lower()
    for ending, kind in (DISGUISED | ENDINGS).items():
        if lowered.endswith(ending) and len(name) > len(ending):
            return name[: -len(ending)], kind
    return name, ""


@contextmanager
def opened(name: str | Path, parent: int | None = None) -> Iterator[int]:
    """Open a folder for the time of a `with` block. Raises OSError, also where it is a link."""
    descriptor = os.open(name, FOLDER_FLAGS, dir_fd=parent)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def entries(folder: int, limit: int) -> tuple[list[os.DirEntry[str]], bool]:
    """Return the names in a folder in a stable order, files before folders, and whether there are more than `limit`."""
    with os.scandir(folder) as names:
        wanted = (entry for entry in names if not entry.name.startswith(".") and entry.name not in IGNORED)
        listed = list(islice(wanted, limit + 1))
    # Files first: a stuffed subfolder must not use up what may be looked at.
    ordered = sorted(listed[:limit], key=lambda entry: (entry.is_dir(follow_symlinks=False), entry.name))
    return ordered, len(listed) > limit


def walk(folder: int, parts: tuple[str, ...], allowance: Allowance) -> Iterator[Item]:
    """Yield every file below an open folder. What cannot be read is an item with a problem; nothing is raised."""
    try:
        listed, more = entries(folder, allowance.entries)
    except OSError as error:
        yield Item(parts, problem=refused(parts[-1], error))
        return
    if more:
        allowance.notes.append(f"The folder holds more than {MAX_ENTRIES:,} files; not all were looked at.")
    allowance.entries -= len(listed)
    for entry in listed:
        here = (*parts, shown(entry.name))
        if not entry.is_dir(follow_symlinks=False):
            yield item(folder, entry, here, allowance)
        elif len(here) > MAX_DEPTH:
            allowance.notes.append(
                f"The folders are nested more than {MAX_DEPTH} deep; deeper ones were not opened."
            )
        else:
            yield from enter(folder, entry.name, here, allowance)


def enter(parent: int, name: str, parts: tuple[str, ...], allowance: Allowance) -> Iterator[Item]:
    """Yield every file below the folder of that name."""
    try:
        with opened(name, parent) as folder:
            yield from walk(folder, parts, allowance)
    except OSError as error:
        yield Item(parts, problem=refused(parts[-1], error))


def item(folder: int, entry: os.DirEntry[str], parts: tuple[str, ...], allowance: Allowance) -> Item:
    """Return one file with its bytes, if it is code and may be read."""
    _, kind = kind_of(entry.name)
    if not kind and not entry.is_symlink():
        return Item(parts)
    try:
        data = read_at(folder, entry.name, parts[-1], allowance)
    except UnreadError as error:
        return Item(parts, kind, problem=error.args)
    return Item(parts, kind, data)


def read_at(folder: int | None, name: str | Path, label: str, allowance: Allowance) -> bytes:
    """Return the bytes of a regular file. Raises UnreadError for a link, a device, a large or a forbidden file."""
    try:
        check_regular(os.stat(name, dir_fd=folder, follow_symlinks=False), label)
        # Looked at first, since opening a device can do something; and again, since it may have been swapped.
        descriptor = os.open(name, READ_FLAGS, dir_fd=folder)
    except OSError as error:
        raise UnreadError(*refused(label, error)) from None
    with os.fdopen(descriptor, "rb") as file:
        check_regular(os.fstat(file.fileno()), label)
        return read_within(file.fileno(), label, allowance)


def check_regular(status: os.stat_result, label: str) -> None:
    """Raise UnreadError unless it is a plain file of a size that may be read."""
    if stat.S_ISLNK(status.st_mode):
        raise UnreadError(f"{label} is a link, and links are never followed.", "Hand in the file itself.")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadError(f"{label} is not a plain file.", "Hand in the file itself.")
    if status.st_size > MAX_BYTES:
        raise UnreadError(
            f"{label} is larger than {MAX_BYTES >> 20} MB.",
            "Clear the notebook's outputs and hand it in again.",
        )


def read_within(descriptor: int, label: str, allowance: Allowance) -> bytes:
    """Return the bytes of an open file, never more than is allowed, even if it grows meanwhile."""
    if allowance.files <= 0 or allowance.total <= 0:
        raise UnreadError(f"{label} was not read: too much was handed in.", "Hand in only what is asked for.")
    try:
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadError(*refused(label, error)) from None
    if len(data) > MAX_BYTES:  # pragma: no cover - it grew between two system calls
        raise UnreadError(f"{label} is larger than {MAX_BYTES >> 20} MB.", "Hand in a smaller file.")
    allowance.files -= 1
    allowance.total -= len(data)
    return data


def refused(label: str, error: OSError) -> tuple[str, str]:
    """Say why the system does not let a name be read, and what to do."""
    reason = (error.strerror or type(error).__name__).lower()
    return f"{label} cannot be read: {reason}.", "Ask for it again, or give the grader the right to read it."
