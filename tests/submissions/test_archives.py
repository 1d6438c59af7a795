"""Archives are read like the folders that they unpack to, in memory, and nothing in them is followed or believed."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from broken_class import nested, tarred, twice, zipped, zipped_link

from autograder.model import Status, Submission
from autograder.submissions import FindError, archives, find, tree, walking
from autograder.submissions.archives import LimitError, Packed, Within, unpacked
from autograder.submissions.tree import Allowance, UnreadError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

COURSE = {"partials": ["dx", "dy"], "ops": ["matmul", "relu", "affine"]}
OPS = "def matmul(a, b):\n    return a @ b\n"
PARTIALS = "def dx(x):\n    return 1\n"

Files = dict[str, str | bytes]


def tar_gz(files: Mapping[str, bytes | str]) -> bytes:
    """Return a packed tar archive."""
    return tarred(files, mode="w:gz")


def put(place: Path, data: bytes) -> Path:
    """Write a file and return where it is."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


def rows(path: Path, assignment: str | None = None) -> list[tuple[str, str, str]]:
    """Return student, assignment and path of what is found."""
    return [(row.student, row.assignment, row.path) for row in find(path, COURSE, assignment)]


def only(tmp_path: Path, data: bytes, name: str = "work.zip") -> Submission:
    """Return the one row of a student who hands in an archive."""
    (row,) = find(put(tmp_path / "class" / "ada" / name, data).parents[1], COURSE, "ops")
    assert row.student == "ada"
    return row


CLASSES: list[Files] = [
    {"ada/ops.py": OPS, "ben/week3/ops.py": OPS, "cy_ops.py": OPS},
    {"ops/ada.py": OPS, "ops/ben/solution.py": OPS, "partials/ada.py": PARTIALS},
    {"submissions/ada/ops.py": OPS, "submissions/ada/tools.py": "x = 1\n", "submissions/ben/x.pdf": "x"},
    {"ops.py": OPS, "partials.py": PARTIALS},
    {"ada/hw.py": OPS, "ben/hw.py": OPS, "__MACOSX/ada/._hw.py": "x", ".DS_Store": "x"},
]


@pytest.mark.parametrize("files", CLASSES)
@pytest.mark.parametrize(("pack", "ending"), [(zipped, "zip"), (tar_gz, "tar.gz"), (tarred, "tar")])
def test_an_archive_of_a_class_is_read_like_its_folder(
    tmp_path: Path, files: Files, pack: Callable[[Files], bytes], ending: str
) -> None:
    """Same students, same assignments, same paths within it."""
    for name, text in files.items():
        put(tmp_path / "a" / "class" / name, text if isinstance(text, bytes) else text.encode())
    packed = put(tmp_path / "b" / f"class.{ending}", pack(files))
    assert rows(packed) == rows(tmp_path / "a" / "class")
    assert rows(packed, "ops") == rows(tmp_path / "a" / "class", "ops")


@pytest.mark.parametrize("ending", ["zip", "tar"])
def test_a_student_of_whom_there_is_nothing_has_a_row(tmp_path: Path, ending: str) -> None:
    """An empty folder is in the archive as well, and so is one with nothing but what systems leave behind."""
    files: Files = {"ada/ops.py": OPS, "cy/.DS_Store": "x", "dan/.git/config": "x"}
    made = io.BytesIO(zipped(files) if ending == "zip" else tarred(files))
    if ending == "zip":
        with zipfile.ZipFile(made, "a") as archive:
            archive.writestr("ben/", "")
    else:
        with tarfile.open(fileobj=made, mode="a") as archive_:
            info = tarfile.TarInfo("ben")
            info.type = tarfile.DIRTYPE
            archive_.addfile(info)
    found = find(put(tmp_path / f"class.{ending}", made.getvalue()), COURSE, "ops")
    assert [(row.student, row.status) for row in found] == [
        ("ada", Status.GRADED),
        *((name, Status.MISSING) for name in ("ben", "cy", "dan")),
    ]


@pytest.mark.parametrize("inner", ["class/", "CLASS/", "export-2026/", "a/b/"])
def test_an_archive_that_was_made_of_one_folder(tmp_path: Path, inner: str) -> None:
    """That folder is not a student."""
    packed = put(tmp_path / "class.zip", zipped({f"{inner}ada/ops.py": OPS, f"{inner}ben/ops.py": OPS}))
    assert [row[0] for row in rows(packed)] == ["ada", "ben"]


@pytest.mark.parametrize(
    ("name", "files", "student"),
    [
        ("ada.zip", {"ops.py": OPS}, "ada"),
        ("ada_ops.zip", {"ops.py": OPS}, "ada"),
        ("ada.zip", {"ada/ops.py": OPS}, "ada"),
        ("hw.zip", {"ada/ops.py": OPS}, "ada"),
        ("hw.zip", {"week3/ada/ops.py": OPS}, "ada"),
        ("hw.zip", {"ada/notes.pdf": "x"}, "ada"),
        ("ops.zip", {"ops.py": OPS}, "here"),
    ],
)
def test_an_archive_of_one_student(tmp_path: Path, name: str, files: Files, student: str) -> None:
    """The student is the archive's name, or the folder's in it or around it."""
    assert [row[0] for row in rows(put(tmp_path / "here" / name, zipped(files)))] == [student]


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("ada.zip", "ada"),
        ("ada_ops.zip", "ada"),
        ("ops-ada (2).zip", "ada"),
        ("ada.tar.gz", "ada"),
        ("ada.TGZ", "ada"),
        ("ada/work.zip", "ada"),
        ("ada/week3/work.tar", "ada"),
        ("submissions.zip", "hw"),
        ("ada_ops.py", "ada"),
    ],
)
def test_archives_in_a_class(tmp_path: Path, name: str, student: str) -> None:
    """One among the students' folders is a student's folder, one in a student's folder is a part of it."""
    files: Files = {"hw/ops.py": OPS, "hw/tools.py": "x = 1\n"}
    lowered = name.lower()
    data = tar_gz(files) if lowered.endswith(("gz", "tgz")) else tarred(files) if "tar" in name else zipped(files)
    put(tmp_path / "class" / name, data)
    put(tmp_path / "class" / "ben" / "ops.py", OPS.encode())
    ada, ben = find(tmp_path / "class", COURSE) if student < "ben" else find(tmp_path / "class", COURSE)[::-1]
    assert (ada.student, ada.assignment, ada.path, ada.status) == (
        student,
        "ops",
        f"{name}/hw/ops.py",
        Status.GRADED,
    )
    assert [source.cells for source in ada.sources] == [(OPS,)]
    assert (ben.student, ben.status) == ("ben", Status.GRADED)


def test_archives_beside_the_only_students_files(tmp_path: Path) -> None:
    """Beside a file that is called only after its assignment, an archive of helpers is the same student's."""
    put(tmp_path / "ada" / "ops.py", OPS.encode())
    put(tmp_path / "ada" / "more.zip", zipped({"tools.py": "x = 1\n"}))
    (row,) = find(tmp_path / "ada", COURSE)
    assert [module.name for module in row.modules] == ["more.zip/tools.py"]


# ------------------------------------------------------------------------------------------------- names and links


@pytest.mark.parametrize(
    "name",
    ["../ops.py", "a/../../ops.py", "/etc/ops.py", "\\etc\\ops.py", "C:\\ops.py", "c:/ops.py", "a\\..\\ops.py", "a/../ops.py"],
)
@pytest.mark.parametrize("pack", [zipped, tar_gz])
def test_a_name_that_leads_elsewhere_leads_nowhere(
    tmp_path: Path, name: str, pack: Callable[[Files], bytes]
) -> None:
    """Its file is not read, and the student is told."""
    row = only(tmp_path, pack({name: OPS}), "work.zip" if pack is zipped else "work.tgz")
    assert (row.status, row.sources) == (Status.UNREADABLE, ())
    assert row.notes == ("ops.py has a name that leads out of its archive.", archives.ZIP_AGAIN)
    assert ".." not in row.path


def test_a_file_out_of_the_archive_of_a_class(tmp_path: Path) -> None:
    """Whoever it names has a row that says so, and the others are graded."""
    packed = put(tmp_path / "class.zip", zipped({"../ada/ops.py": OPS, "ben/ops.py": OPS}))
    assert [(row.student, row.status) for row in find(packed, COURSE)] == [
        ("ada", Status.UNREADABLE),
        ("ben", Status.GRADED),
    ]


@pytest.mark.parametrize("data", [zipped_link("ops.py", "/etc/passwd"), tarred({}, {"ops.py": "/etc/passwd"})])
def test_links_are_never_followed(tmp_path: Path, data: bytes) -> None:
    """A link is named, and what it points to is not read."""
    row = only(tmp_path, data, "work.zip" if data[:1] == b"P" else "work.tar")
    assert row.notes == ("ops.py is a link, and links are never followed.", "Hand in the file itself.")
    assert row.status is Status.UNREADABLE


@pytest.mark.parametrize("kind", [tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.GNUTYPE_SPARSE])
def test_only_plain_files_of_a_tar_are_read(kind: bytes) -> None:
    """Hard links, pipes, devices and files with holes are not."""
    info = tarfile.TarInfo("ops.py")
    info.type, info.linkname = kind, "other" if kind == tarfile.LNKTYPE else ""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        archive.addfile(info)
    made.seek(0)
    with pytest.raises(UnreadError):
        unpacked(made, "x.tar").read("ops.py", "ops.py", Allowance())


def test_a_device_in_a_zip() -> None:
    """It is no plain file."""
    info = zipfile.ZipInfo("ops.py")
    info.external_attr = 0o020666 << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(info, OPS)
    made.seek(0)
    with pytest.raises(UnreadError, match="not a plain file"):
        unpacked(made, "x.zip").read("ops.py", "ops.py", Allowance())


def test_names_cannot_deceive(tmp_path: Path) -> None:
    """Controls and marks that turn the text around are shown, not obeyed; a shell's signs are only signs."""
    row = only(tmp_path, zipped({"\u202eevil\x1b[31m\n$(rm -rf ~)/ops.py": OPS}))
    assert row.path == "ada/work.zip/\\u202eevil\\x1b[31m\\n$(rm -rf ~)/ops.py"
    assert row.status is Status.GRADED


def test_two_files_of_one_name(tmp_path: Path) -> None:
    """The later one counts as the newer copy, and the row says so."""
    row = only(tmp_path, twice("ops.py", "x = 1\n", OPS))
    assert [source.name for source in row.sources] == ["ops (1).py"]
    assert row.notes == ("ops (1).py counts, as the newest copy by its number; not run: ops.py.",)


def test_a_file_and_a_folder_of_one_name() -> None:
    """Both are there."""
    packed = unpacked(io.BytesIO(zipped({"a": "x", "a/ops.py": OPS})), "x.zip")
    assert [(entry.name, entry.folder) for entry in packed.entries(9)[0]] == [("a", False), ("a", True)]


# ------------------------------------------------------------------------------------------------- bombs


def test_a_file_that_unpacks_to_too_much(tmp_path: Path) -> None:
    """What it says of itself is looked at before it is unpacked."""
    row = only(tmp_path, zipped({"ops.py": b"#" * (tree.MAX_BYTES + 1)}))
    assert row.notes == ("ops.py is larger than 20 MB.", "Hand in only your own code.")


def test_a_file_that_says_that_it_is_smaller() -> None:
    """What is read is counted, and never more than is allowed."""
    packed = Packed()
    packed.members["ops.py"] = archives.Member(1, lambda: io.BytesIO(b"#" * (tree.MAX_BYTES + 5)))
    with pytest.raises(UnreadError, match="larger than 20 MB"):
        packed.read("ops.py", "ops.py", Allowance())


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_more_files_than_anybody_hands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[Files], bytes]
) -> None:
    """The directory of a zip and the headers of a tar are limited: each name takes memory before it is looked at."""
    monkeypatch.setattr(archives, "MAX_DIRECTORY", 2_000)
    monkeypatch.setattr(archives, "MAX_TAR", 300 * archives.TAR_SHARE)
    files: Files = {f"{number}.txt": "" for number in range(400)}
    many = pack({**files, "ops.py": OPS})
    row = only(tmp_path, many, "work.zip" if pack is zipped else "work.tar")
    name = "work.zip" if pack is zipped else "work.tar"
    assert row.notes == (f"{name} holds far too much.", "Hand in only your own code.")
    few = pack({"ops.py": OPS})
    assert only(tmp_path / "few", few, name).status is Status.GRADED


def test_a_tar_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is gone through up to a limit, packed or not, whether its size is in one file or in many."""
    monkeypatch.setattr(archives, "MAX_TAR", 1 << 20)
    large: Files = {"data.bin": bytes(2 << 20), "ops.py": OPS}
    code: Files = {f"{number}.py": "#" * 100_000 for number in range(4)}
    for data in (tar_gz(large), tarred(large), tar_gz(code)):
        row = only(tmp_path, data, "work.tgz")
        assert row.notes == ("work.tgz holds far too much.", "Hand in only your own code.")


def test_archives_within_one_another(tmp_path: Path) -> None:
    """Three deep is read, four deep is said to be too deep."""
    assert only(tmp_path, nested(walking.MAX_NESTED)).status is not Status.MISSING
    row = only(tmp_path, nested(walking.MAX_NESTED + 1))
    assert row.status is Status.UNREADABLE
    assert row.notes == (
        "inner.zip was not opened: there are too many archives, or too many within one another.",
        "Hand in one .zip of your files.",
    )


def test_many_archives_of_one_student(tmp_path: Path) -> None:
    """The first twenty are opened."""
    files: Files = {f"{number:02d}.zip": zipped({f"t{number}.py": "x = 1\n"}) for number in range(30)}
    row = only(tmp_path, zipped({"ops.py": OPS, **files}))
    assert (row.status, len(row.modules)) == (Status.GRADED, tree.MAX_ARCHIVES - 1)
    assert sum("too many archives" in note for note in row.notes) == 30 - (tree.MAX_ARCHIVES - 1)


def test_an_archive_in_an_archive_counts_as_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unpacked of one student is limited as a whole, through all archives."""
    monkeypatch.setattr(tree.Allowance, "__init__", small)
    row = only(tmp_path, zipped({"a.zip": zipped({"tools.py": "#" * 900}), "b.zip": zipped({"ops.py": OPS})}, 0))
    assert "b.zip was not read: too much was handed in." in row.notes


def small(self: tree.Allowance) -> None:
    """Begin with room for a thousand bytes."""
    self.entries, self.files, self.archives, self.total, self.notes = 100, 100, 100, 1_000, []


def test_folders_that_are_too_deep(tmp_path: Path) -> None:
    """They are not opened, and their depth takes no memory."""
    data = zipped({"d/" * 30_000 + "x.py": "x = 1\n", "ops.py": OPS})
    row = only(tmp_path, data)
    assert row.notes == ("The folders are nested more than 8 deep; deeper ones were not opened.",)
    folder, depth = unpacked(io.BytesIO(data), "x.zip"), 0
    while folder.folders:
        folder, depth = folder.folders["d"], depth + 1
    assert depth == tree.MAX_DEPTH + 1


def test_a_tar_that_never_ends() -> None:
    """A size below zero would lead back to the beginning, for ever."""
    info = tarfile.TarInfo("ops.py")
    header = bytearray(info.tobuf(format=tarfile.GNU_FORMAT))
    header[124:136] = b"\xff" * 10 + (-1024 & 0xFFFF).to_bytes(2, "big")
    header[148:156] = b" " * 8
    header[148:155] = b"%06o\0" % sum(header)
    with pytest.raises(UnreadError):
        unpacked(io.BytesIO(bytes(header) + bytes(10_240)), "x.tar")


def test_a_file_is_read_within_its_limits() -> None:
    """Not too much at once; and where there is a total, not backwards and not beyond it."""
    free = Within(io.BytesIO(b"0123456789"), 4)
    assert (free.seekable(), free.read(4), free.seek(-2, io.SEEK_END), free.tell(), free.read()) == (True, b"0123", 8, 8, b"89")
    free.seek(0)
    for size in (5, -1):
        with pytest.raises(LimitError):
            free.read(size)
    whole = Within(io.BytesIO(b"0123456789"), 100, 6)
    assert (whole.read(4), whole.seek(5), whole.read(1)) == (b"0123", 5, b"5")
    for place in (2, 7):
        with pytest.raises(LimitError):
            whole.seek(place)
    with pytest.raises(LimitError):
        whole.read(1)


# ------------------------------------------------------------------------------------------------- broken archives

LOCKED = "ops.py is protected by a password."


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("work.zip", b"", "work.zip is empty."),
        ("work.zip", b"Rar!\x1a\x07\x00", "work.zip is no archive, whatever its name says."),
        ("work.zip", zipped({}), "work.zip holds no file."),
        ("work.zip", zipped({"ops.py": OPS})[:-30], "work.zip cannot be opened: it is damaged or cut off."),
        ("work.zip", zipped({"ops.py": OPS}, zipfile.ZIP_BZIP2), "ops.py is packed in an unusual way."),
        ("work.zip", zipped({"ops.py": OPS}, 0).replace(b"return", b"retern"), "ops.py is damaged in its archive."),
        ("work.tgz", tar_gz({"ops.py": OPS})[:60], "work.tgz cannot be opened: it is damaged or cut off."),
        ("work.tgz", gzip.compress(b"x = 1\n"), "work.tgz cannot be opened: it is damaged or cut off."),
        ("work.tar", tarred({"ops.py": OPS})[:520], "work.tar cannot be opened: it is damaged or cut off."),
    ],
    ids=range(9),  # the bytes hold the time
)  # fmt: skip
def test_an_archive_that_cannot_be_read(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    """The reason, and what the student should do."""
    row = only(tmp_path, data, name)
    assert (row.status, row.notes) == (Status.UNREADABLE, (reason, archives.ZIP_AGAIN))


def test_a_password(tmp_path: Path) -> None:
    """It is asked for an archive without one."""
    data = bytearray(zipped({"ops.py": OPS}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert only(tmp_path, bytes(data)).notes[0] == LOCKED


def test_an_archive_for_a_class_that_cannot_be_read(tmp_path: Path) -> None:
    """There are no rows to give: one sentence says why."""
    for data in (b"", b"PK\x03\x04", b"\x1f\x8b"):
        with pytest.raises(FindError, match=r"^class.zip .*\. Make a new .zip") as caught:
            find(put(tmp_path / "class.zip", data), COURSE)
        assert "\n" not in str(caught.value)
    with pytest.raises(FindError, match="nothing to grade"):
        find(put(tmp_path / "class.zip", zipped({})), COURSE)


def test_a_shelf_that_cannot_be_read(tmp_path: Path) -> None:
    """An archive that is called like an assignment becomes a row, so that nobody thinks it was graded."""
    put(tmp_path / "class" / "ops.zip", b"PK\x03\x04")
    put(tmp_path / "class" / "ben" / "partials.py", PARTIALS.encode())
    assert [(row.student, row.status) for row in find(tmp_path / "class", COURSE)] == [
        ("ben", Status.GRADED),
        ("ops", Status.UNREADABLE),
    ]


def test_a_link_to_an_archive_is_not_opened(tmp_path: Path) -> None:
    """As little as a link to a script."""
    put(tmp_path / "secret.zip", zipped({"ops.py": OPS}))
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada_ops.zip").symlink_to(tmp_path / "secret.zip")
    (row,) = find(tmp_path / "class", COURSE)
    assert (row.student, row.status) == ("ada", Status.UNREADABLE)
    assert row.notes[0] == "ada_ops.zip is a link, and links are never followed."
