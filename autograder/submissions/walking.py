"""Trusted. Goes through everything that one student handed in: folders, files, and archives as if they were folders."""

from __future__ import annotations

import io
from contextlib import nullcontext
from typing import IO, TYPE_CHECKING

from autograder.submissions.archives import ZIP_AGAIN, ZIP_MAGIC, unpacked
from autograder.submissions.tree import (
    ARCHIVE,
    MAX_DEPTH,
    MAX_ENTRIES,
    TEXT,
    Allowance,
    Entry,
    Folder,
    Item,
    UnreadError,
    kind_of,
    refused,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

MAX_NESTED = 3
"""Archives within one another."""


def walk(folder: Folder, parts: tuple[str, ...], allowance: Allowance) -> Iterator[Item]:
    """Yield every file below an open folder. What cannot be read is an item with a problem; nothing is raised."""
    try:
        listed, more = folder.entries(allowance.entries)
    except OSError as error:
        yield Item(parts, problem=refused(parts[-1], error))
        return
    if more:
        allowance.notes.append(f"The folder holds more than {MAX_ENTRIES:,} files; not all were looked at.")
    allowance.entries -= len(listed)
    for entry in listed:
        here = (*parts, shown(entry.name))
        if not entry.folder:
            yield from items(folder, entry, here, allowance)
        elif len(here) > MAX_DEPTH:
            allowance.notes.append(
                f"The folders are nested more than {MAX_DEPTH} deep; deeper ones were not opened."
            )
        else:
            yield from enter(folder, entry, here, allowance)


def enter(parent: Folder, entry: Entry, parts: tuple[str, ...], allowance: Allowance) -> Iterator[Item]:
    """Yield every file below a folder."""
    try:
        with parent.inside(entry.name) as folder:
            yield from walk(folder, parts, allowance)
    except OSError as error:
        yield Item(parts, problem=refused(parts[-1], error))


def items(folder: Folder, entry: Entry, parts: tuple[str, ...], allowance: Allowance) -> Iterator[Item]:
    """Yield one file with its bytes, if it is code and may be read; of an archive what is in it."""
    _, kind = kind_of(entry.name)
    if kind == ARCHIVE and not entry.link:
        yield from in_archive(folder.seekable(entry.name, parts[-1], allowance), parts, allowance)
        return
    found = item(folder, entry, parts, allowance)
    if found.data.startswith(ZIP_MAGIC):
        allowance.notes.append(f"{found.name} is really an archive and was read as one.")
        yield from in_archive(nullcontext(io.BytesIO(found.data)), parts, allowance)
    else:
        yield found


def item(folder: Folder, entry: Entry, parts: tuple[str, ...], allowance: Allowance) -> Item:
    """Return one file with its bytes, if it is code and may be read."""
    _, kind = kind_of(entry.name)
    if not kind and not entry.link:
        return Item(parts)
    try:
        data = folder.read(entry.name, parts[-1], allowance)
    except UnreadError as error:
        # A text is not expected to be work, and so not missed.
        return Item(parts) if kind == TEXT and not entry.link else Item(parts, kind, problem=error.args)
    return Item(parts, kind, data)


def in_archive(
    opening: AbstractContextManager[IO[bytes]], parts: tuple[str, ...], allowance: Allowance
) -> Iterator[Item]:
    """Yield every file in an archive, which is called `parts`."""
    within = sum(kind_of(part)[1] == ARCHIVE for part in parts[:-1])
    if within >= MAX_NESTED or allowance.archives <= 0:
        reason = f"{parts[-1]} was not opened: there are too many archives, or too many within one another."
        yield Item(parts, ARCHIVE, problem=(reason, "Hand in one .zip of your files."))
        return
    allowance.archives -= 1
    try:
        with opening as file:
            packed = unpacked(file, parts[-1])
            if not packed.folders and not packed.members:
                raise UnreadError(f"{parts[-1]} holds no file.", ZIP_AGAIN)
            yield from walk(packed, parts, allowance)
    except UnreadError as error:
        yield Item(parts, ARCHIVE, problem=error.args)
