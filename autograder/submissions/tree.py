"""Trusted. A folder that strangers filled: never through a link, never into a device, never without a limit.

Every name is opened relative to the descriptor of its folder, so that nothing can be swapped for a link in between.
What is in an archive is looked at through the same protocol: see `archives`.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

MAX_BYTES = 20 << 20
"""Of one file. A notebook above it takes seconds to parse, and none is so large without its outputs."""
MAX_TOTAL = 60 << 20
"""Of all that is read of one student."""
MAX_FILES = 200
"""Python files and notebooks that are read of one student."""
MAX_ENTRIES = 5_000
"""Names that are looked at in one student's folder."""
MAX_ARCHIVES = 20
"""Archives that are opened of one student."""
MAX_STUDENTS = 50_000
MAX_DEPTH = 8

IGNORED = frozenset({"__pycache__", "__MACOSX", "node_modules", "site-packages", "venv"})
ARCHIVE = "archive"
TEXT = "text"
"""A text that may be a script or a notebook, if it looks like one."""
ENDINGS = {
    ".ipynb": "notebook",
    ".py": "script",
    ".zip": ARCHIVE,
    ".tar.gz": ARCHIVE,
    ".tgz": ARCHIVE,
    ".tar": ARCHIVE,
    ".txt": TEXT,
}
DISGUISED = {
    ".ipynb.txt": "notebook",
    ".ipynb.json": "notebook",
    ".ipynb.download": "notebook",
    ".py.txt": "script",
    ".py.download": "script",
    ".pyw": "script",
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
    """`notebook`, `script`, `text` or `archive` by its ending, empty for anything else."""
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
    archives: int = MAX_ARCHIVES
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


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder, on disk or in an archive."""

    name: str
    folder: bool
    """Whether it is a folder. A link to one is not."""
    link: bool = False


class Folder(Protocol):
    """Where names are looked up: a folder on disk, or one in an archive."""

    def entries(self, limit: int) -> tuple[list[Entry], bool]:
        """Return what is in it, files before folders, and whether there is more than `limit`. Raises OSError."""

    def inside(self, name: str) -> AbstractContextManager[Folder]:
        """Open a folder in it for the time of a `with` block. Raises OSError."""

    def read(self, name: str, label: str, allowance: Allowance) -> bytes:
        """Return the bytes of a file in it. Raises UnreadError."""

    def seekable(self, name: str, label: str, allowance: Allowance) -> AbstractContextManager[IO[bytes]]:
        """Open an archive in it for the time of a `with` block. Raises UnreadError."""


def in_order(listed: list[Entry], limit: int) -> tuple[list[Entry], bool]:
    """Return at most `limit` entries in a stable order, files before folders, and whether there were more."""
    # Files first, and code before texts: a stuffed subfolder must not use up what may be looked at.
    ordered = sorted(
        listed[:limit], key=lambda entry: (entry.folder, kind_of(entry.name)[1] == TEXT, entry.name)
    )
    return ordered, len(listed) > limit


def wanted(name: str) -> bool:
    """Return whether a name is looked at: not what systems and editors leave behind."""
    return not name.startswith(".") and name not in IGNORED


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder on disk, by its descriptor."""

    descriptor: int

    def entries(self, limit: int) -> tuple[list[Entry], bool]:
        """Return what is in the folder. Raises OSError."""
        with os.scandir(self.descriptor) as names:
            listed = [
                Entry(entry.name, entry.is_dir(follow_symlinks=False), entry.is_symlink())
                for entry in islice((entry for entry in names if wanted(entry.name)), limit + 1)
            ]
        return in_order(listed, limit)

    @contextmanager
    def inside(self, name: str) -> Iterator[Folder]:
        """Open a folder in it. Raises OSError, also where it is a link."""
        with opened(name, self.descriptor) as descriptor:
            yield Disk(descriptor)

    def read(self, name: str, label: str, allowance: Allowance) -> bytes:
        """Return the bytes of a regular file. Raises UnreadError for a link, a device, a large or a forbidden file."""
        return read_at(self.descriptor, name, label, allowance)

    @contextmanager
    def seekable(self, name: str, label: str, allowance: Allowance) -> Iterator[IO[bytes]]:  # noqa: ARG002 - only what is read out of it counts
        """Open an archive, of any size: nobody reads it as a whole. Raises UnreadError."""
        with plain_file(self.descriptor, name, label) as file:
            yield file


def read_at(folder: int | None, name: str | Path, label: str, allowance: Allowance) -> bytes:
    """Return the bytes of a regular file. Raises UnreadError for a link, a device, a large or a forbidden file."""
    with plain_file(folder, name, label) as file:
        check_size(os.fstat(file.fileno()).st_size, label)
        return read_within(file, label, allowance)


@contextmanager
def plain_file(folder: int | None, name: str | Path, label: str) -> Iterator[IO[bytes]]:
    """Open a regular file for the time of a `with` block. Raises UnreadError for a link, a device, a forbidden file."""
    try:
        check_regular(os.stat(name, dir_fd=folder, follow_symlinks=False), label)
        # Looked at first, since opening a device can do something; and again, since it may have been swapped.
        descriptor = os.open(name, READ_FLAGS, dir_fd=folder)
    except OSError as error:
        raise UnreadError(*refused(label, error)) from None
    with os.fdopen(descriptor, "rb") as file:
        check_regular(os.fstat(file.fileno()), label)
        yield file


def check_regular(status: os.stat_result, label: str) -> None:
    """Raise UnreadError unless it is a plain file."""
    if stat.S_ISLNK(status.st_mode):
        raise UnreadError(f"{label} is a link, and links are never followed.", "Hand in the file itself.")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadError(f"{label} is not a plain file.", "Hand in the file itself.")


def check_size(size: int, label: str, limit: int = MAX_BYTES) -> None:
    """Raise UnreadError for a file that is larger than it may be."""
    if size > limit:
        remedy = "Clear the notebook's outputs and hand it in again."
        raise UnreadError(
            f"{label} is larger than {limit >> 20} MB.",
            remedy if kind_of(label)[1] == "notebook" else "Hand in only your own code.",
        )


def read_within(file: IO[bytes], label: str, allowance: Allowance, limit: int = MAX_BYTES) -> bytes:
    """Return the bytes of an open file, never more than is allowed, whatever size it had said. Raises UnreadError."""
    if allowance.files <= 0 or allowance.total <= 0:
        raise UnreadError(f"{label} was not read: too much was handed in.", "Hand in only what is asked for.")
    try:
        data = file.read(limit + 1)
    except OSError as error:
        raise UnreadError(*refused(label, error)) from None
    check_size(len(data), label, limit)
    allowance.files -= 1
    allowance.total -= len(data)
    return data


def refused(label: str, error: OSError) -> tuple[str, str]:
    """Say why the system does not let a name be read, and what to do."""
    reason = (error.strerror or type(error).__name__).lower()
    return f"{label} cannot be read: {reason}.", "Ask for it again, or give the grader the right to read it."
