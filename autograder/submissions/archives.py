"""Trusted. Looks into a zip or tar archive as into a folder: in memory, nothing is ever unpacked to disk.

Names in it are labels and nothing else: one that leads elsewhere leads nowhere. What an archive says of its sizes is
checked before it is believed, and what is read is counted.
"""

from __future__ import annotations

import gzip
import io
import re
import stat
import tarfile
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import IO, TYPE_CHECKING

from autograder.submissions.tree import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_TOTAL,
    Allowance,
    Entry,
    UnreadError,
    check_size,
    in_order,
    kind_of,
    read_within,
    wanted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.submissions.tree import Folder

MAX_DIRECTORY = 1 << 20
"""Bytes of a zip's directory: twenty thousand names, each of which takes ten times its bytes."""
MAX_CLASS_DIRECTORY = 16 << 20
"""The same where the archive is the one that the grader was given: it may hold a class."""
MAX_TAR = 256 << 20
"""Bytes that a tar archive may hold: it has no directory, so all of it is gone through."""
MAX_CLASS_TAR = 2 << 30
CODE_SHARE = 4
"""At most one part in so many of them may be code, which is kept."""
TAR_SHARE = 10_000
"""At most one in so many of them may begin a file: every name is kept."""
ZIP_AGAIN = "Make a new .zip of your files and hand that in, or hand in the files themselves."
LINK = ("is a link, and links are never followed.", "Hand in the file itself.")
DEVICE = ("is not a plain file.", "Hand in the file itself.")
OUTSIDE = ("has a name that leads out of its archive.", ZIP_AGAIN)
LOCKED = ("is protected by a password.", "Make a .zip without a password and hand that in.")
UNUSUAL = ("is packed in an unusual way.", ZIP_AGAIN)
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
DRIVE = re.compile(r"^[A-Za-z]:(?=[/\\])")
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""Of packing that is read: the others unpack as much as they like at once."""


class LimitError(Exception):
    """An archive asks for more memory or time than it is given."""


class Within(io.RawIOBase):
    """A file of which nobody reads too much at once; and, where there is a total, neither backwards nor beyond it."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile, piece: int, total: int | None = None) -> None:
        self.piece = piece
        self._file, self._total = file, total

    def seekable(self) -> bool:
        """Yes, as zipfile asks."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a position. Raises LimitError."""
        # A tar archive may say of a file that it ends before it begins: it would be gone through for ever.
        if self._total is not None and not self._file.tell() <= offset <= self._total:
            raise LimitError
        return self._file.seek(offset, whence)

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes. Raises LimitError where they are too many."""
        if size > self.piece:
            raise LimitError
        data = self._file.read(self.piece + 1 if size < 0 else size)
        if len(data) > self.piece or (self._total is not None and self._file.tell() > self._total):
            raise LimitError
        return data


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive."""

    size: int
    """What the archive says."""
    opened: Callable[[], IO[bytes]]
    problem: tuple[str, ...] = ()
    """Why it is not read, and what to do; the name of the file stands before it."""


@dataclass(slots=True)
class Packed:
    """A folder in an archive."""

    folders: dict[str, Packed] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)

    def entries(self, limit: int) -> tuple[list[Entry], bool]:
        """Return what is in the folder."""
        names = [Entry(name, folder=False, link=bool(each.problem)) for name, each in self.members.items()]
        return in_order(names + [Entry(name, folder=True) for name in self.folders], limit)

    @contextmanager
    def inside(self, name: str) -> Iterator[Folder]:
        """Open a folder in it."""
        yield self.folders[name]

    def read(self, name: str, label: str, allowance: Allowance, limit: int = MAX_BYTES) -> bytes:
        """Return the bytes of a file. Raises UnreadError."""
        member = self.members[name]
        if member.problem:
            reason, remedy = member.problem
            raise UnreadError(f"{label} {reason}", remedy)
        check_size(member.size, label, limit)
        try:
            with member.opened() as file:
                return read_within(file, label, allowance, limit)
        except UnreadError:
            raise
        except Exception:  # noqa: BLE001 - zipfile raises whatever broken data makes it stumble over
            raise UnreadError(f"{label} is damaged in its archive.", ZIP_AGAIN) from None

    @contextmanager
    def seekable(self, name: str, label: str, allowance: Allowance) -> Iterator[IO[bytes]]:
        """Open an archive in this one. Raises UnreadError."""
        yield io.BytesIO(self.read(name, label, allowance, MAX_TOTAL))

    def place(self, path: str, member: Member | None) -> None:
        """Put a file, or a folder, where its name says; a file whose name leads out of the archive is not read."""
        inner = DRIVE.sub("", path, count=1).replace("\\", "/")
        names = inner.split("/")
        parts = [name for name in names if name not in {"", ".", ".."}]
        folder = self
        # What lies deeper is not opened, so its depth need not be kept.
        for part in parts[: min(len(parts) - (member is not None), MAX_DEPTH + 1)]:
            if not wanted(part):
                return
            folder = folder.folders.setdefault(part, Packed())
        if member is None or not parts or not wanted(parts[-1]):
            return
        if inner != path.replace("\\", "/") or not names[0] or ".." in names:
            member = replace(member, problem=OUTSIDE)
        folder.members[folder.free(parts[-1])] = member

    def free(self, name: str) -> str:
        """Return the name; or, where it is taken, that of a copy, as a browser would call it."""
        stem, _ = kind_of(name)
        copy, number = name, 0
        while copy in self.members:
            number += 1
            copy = f"{stem} ({number}){name[len(stem) :]}"
        return copy


def unpacked(file: IO[bytes], label: str, *, of_class: bool = False) -> Packed:
    """Return what is in an archive, as long as its file is open. Raises UnreadError where that cannot be done.

    of_class: whether it is the one that the grader was given; it may be larger than what a student hands in.
    """
    try:
        start = file.read(512)
        file.seek(0)
        if start.startswith(ZIP_MAGIC):
            return zipped(file, MAX_CLASS_DIRECTORY if of_class else MAX_DIRECTORY)
        if start.startswith(b"\x1f\x8b"):
            return tarred(gzip.GzipFile(fileobj=file, mode="rb"), MAX_CLASS_TAR if of_class else MAX_TAR)
        if start[257:262] == b"ustar":
            return tarred(file, MAX_CLASS_TAR if of_class else MAX_TAR)
    except LimitError:
        raise UnreadError(f"{label} holds far too much.", "Hand in only your own code.") from None
    except Exception:  # noqa: BLE001 - zipfile and tarfile raise whatever broken data makes them stumble over
        raise UnreadError(f"{label} cannot be opened: it is damaged or cut off.", ZIP_AGAIN) from None
    what = "is no archive, whatever its name says" if start else "is empty"
    raise UnreadError(f"{label} {what}.", ZIP_AGAIN)


def zipped(file: IO[bytes], directory: int) -> Packed:
    """Return the tree of a zip archive. Raises LimitError and whatever zipfile raises."""
    within = Within(file, directory)
    archive = zipfile.ZipFile(within)
    within.piece = MAX_TOTAL
    root = Packed()
    for info in archive.infolist():
        member = Member(info.file_size, partial(archive.open, info), zip_problem(info))
        root.place(info.filename, None if info.is_dir() else member)
    return root


def zip_problem(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """Return why a file of a zip archive is not read, nothing where it is."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return LINK
    if kind not in {0, stat.S_IFREG}:
        return DEVICE
    if info.flag_bits & 0x1:
        return LOCKED
    return () if info.compress_type in METHODS else UNUSUAL


def tarred(file: IO[bytes] | gzip.GzipFile, total: int) -> Packed:
    """Return the tree of a tar archive, with the code in it. Raises LimitError and whatever tarfile raises."""
    root = Packed()
    kept = 0
    with tarfile.open(fileobj=Within(file, MAX_BYTES, total), mode="r:") as archive:
        for number, info in enumerate(archive):
            if number > total // TAR_SHARE:
                raise LimitError
            if info.isdir():
                root.place(info.name, None)
                continue
            problem = LINK if info.issym() or info.islnk() else ()
            if not problem and (not info.isreg() or info.issparse()):
                problem = DEVICE
            data = b""
            if not problem and kind_of(info.name)[1] and info.size <= MAX_BYTES:
                packed = archive.extractfile(info)
                data = packed.read() if packed else b""
            kept += len(data)
            if kept > total // CODE_SHARE:
                raise LimitError
            root.place(info.name, Member(info.size, partial(io.BytesIO, data), problem))
    return root
