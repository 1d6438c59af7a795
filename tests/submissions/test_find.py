"""From a folder to submissions, whatever the layout."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.model import Status, Submission
from autograder.submissions import FindError, find, tree

FINDING = sys.modules[find.__module__]  # its name in the package is the function's
OPEN_FILES = Path("/proc/self/fd")
COURSE = {"partials": ["dx", "dy"], "ops": ["matmul", "relu", "affine"], "descent": ["step", "momentum"]}
OPS = "def matmul(a, b):\n    return a @ b\n\ndef relu(x):\n    return x\n"
PARTIALS = "def dx(x):\n    return 1\n"


def notebook(text: str = OPS) -> str:
    """Return a notebook with one code cell."""
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": text}]})


def lay(root: Path, *files: str) -> Path:
    """Write files below `root`: `=` separates a path from a content; without one it follows from the ending."""
    for file in files:
        name, _, text = file.partition("=")
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text or (notebook() if name.endswith(".ipynb") else "" if name.endswith(".txt") and ".py" not in name else OPS))
    return root


def rows(path: Path, assignment: str | None = None) -> list[tuple[str, str, str]]:
    """Return student, assignment and path of what is found."""
    return [(row.student, row.assignment, row.path) for row in find(path, COURSE, assignment)]


def only(path: Path, assignment: str | None = None) -> Submission:
    """Return the one submission below a path."""
    (row,) = find(path, COURSE, assignment)
    return row


def names(row: Submission) -> list[str]:
    """Return the names of a submission's sources."""
    return [source.name for source in row.sources]


LAYOUTS: list[tuple[list[str], list[tuple[str, str, str]]]] = [
    (["ada/ops.py", "ben/ops.ipynb"], [("ada", "ops", "ada/ops.py"), ("ben", "ops", "ben/ops.ipynb")]),
    (["ada/week3/ops.py", "ada/x/y/partials.py"], [("ada", "ops", "ada/week3/ops.py"), ("ada", "partials", "ada/x/y/partials.py")]),
    (["ada/ops/problem.ipynb=" + notebook("x")], [("ada", "ops", "ada/ops/problem.ipynb")]),
    (["ada/homework.py"], [("ada", "ops", "ada/homework.py")]),
    (["ada/ben_ops.py"], [("ada", "ops", "ada/ben_ops.py")]),
    (["ada/OPS.PY", "ben/02-ops.py", "cy/ops (1).ipynb"], [("ada", "ops", "ada/OPS.PY"), ("ben", "ops", "ben/02-ops.py"), ("cy", "ops", "cy/ops (1).ipynb")]),
    (["ada_ops.py", "ops-ben.ipynb", "cy.py"], [("ada", "ops", "ada_ops.py"), ("ben", "ops", "ops-ben.ipynb"), ("cy", "ops", "cy.py")]),
    (["ada/ops.py", "ben_ops.py"], [("ada", "ops", "ada/ops.py"), ("ben", "ops", "ben_ops.py")]),
    (["ops.py", "partials.ipynb"], [("class", "ops", "ops.py"), ("class", "partials", "partials.ipynb")]),
    (["01-partials/partials.py", "02-ops/ops.ipynb"], [("class", "ops", "02-ops/ops.ipynb"), ("class", "partials", "01-partials/partials.py")]),
    (["ops/ada.py", "ops/ben/solution.py", "partials/ada.py=" + PARTIALS], [("ada", "ops", "ops/ada.py"), ("ada", "partials", "partials/ada.py"), ("ben", "ops", "ops/ben/solution.py")]),
    (["submissions/submitted/ada/ops/ops.ipynb"], [("ada", "ops", "submissions/submitted/ada/ops/ops.ipynb")]),
    (["ada/ops.py.txt"], [("ada", "ops", "ada/ops.py.txt")]),
    (["ada/hw.py=" + OPS + PARTIALS], [("ada", "ops", "ada/hw.py")]),
    (["ada/ops_partials.py=" + PARTIALS], [("ada", "partials", "ada/ops_partials.py")]),
    (["ops/ada.py=x = 1\n"], [("ada", "ops", "ops/ada.py")]),
]  # fmt: skip


@pytest.mark.parametrize(("files", "expected"), LAYOUTS)
def test_layouts(tmp_path: Path, files: list[str], expected: list[tuple[str, str, str]]) -> None:
    """Every file goes to its student and its assignment."""
    root = lay(tmp_path / "class", *files)
    assert rows(root) == expected
    assert all(row.status is not Status.MISSING and row.sources for row in find(root, COURSE))


@pytest.mark.parametrize(
    ("text", "kind"), [(OPS, "Python script"), (OPS.replace("relu", "RELU"), "Python script"), (notebook(), "notebook")]
)
def test_work_in_a_text_file(tmp_path: Path, text: str, kind: str) -> None:
    """It is read where it holds a function that is asked for; what it really is, is told."""
    row = only(lay(tmp_path, f"ada/abgabe.txt={text}"))
    assert (row.assignment, row.status) == ("ops", Status.REPAIRED)
    assert row.notes == (f"abgabe.txt is really a {kind} and was read as one.",)


def test_other_texts_are_no_work(tmp_path: Path) -> None:
    """Neither notes about the work nor a text that cannot be read are missed, and they are no helpers."""
    lay(tmp_path, "ada/ops.py", "ada/notes.txt=def my_own(x)", "ada/binary.txt=\0", "ada/x.txt=relu is easy")
    os.truncate(lay(tmp_path, "ada/large.txt=x") / "ada" / "large.txt", 2 << 30)
    row = only(tmp_path)
    assert (names(row), row.modules, row.notes) == (["ops.py"], (), ())


def test_a_function_in_other_letters_tells_its_assignment(tmp_path: Path) -> None:
    """As it is taken for the one that is asked for."""
    assert only(lay(tmp_path, "ada/homework.py=def MatMul(a, b):\n    pass\n")).assignment == "ops"


def test_a_helper_that_was_downloaded_twice(tmp_path: Path) -> None:
    """It is imported by the name that it had."""
    row = only(lay(tmp_path, "ada/ops.py=from tools import x\n", "ada/tools (1).py=x = 1\n"))
    assert [module.name for module in row.modules] == ["tools.py"]


def test_code_in_cells_of_text_is_run_first(tmp_path: Path) -> None:
    """Under a name of its own, so that the numbers of the cells stay what they are."""
    cells = [{"cell_type": "code", "source": "x = 1"}, {"cell_type": "raw", "source": OPS}]
    row = only(lay(tmp_path, "ada/homework.ipynb=" + json.dumps({"nbformat": 4, "cells": cells})))
    assert [(source.name, source.cells) for source in row.sources] == [
        ("homework.ipynb, cells of text", (OPS,)),
        ("homework.ipynb", ("x = 1",)),
    ]
    assert (row.assignment, row.status) == ("ops", Status.REPAIRED)


def test_two_students_with_one_name(tmp_path: Path) -> None:
    """Names that look the same and are not are two students', and the second one is to be looked at."""
    composed, decomposed = (unicodedata.normalize(form, "josé") for form in ("NFC", "NFD"))
    one, two = find(lay(tmp_path, f"{composed}/ops.py", f"{decomposed}/ops.py"), COURSE)
    assert (one.student, one.notes, two.student) == ("josé", (), "josé (2)")
    assert two.notes == ("More than one folder is called josé: find out whose this is.",)


def test_the_order_is_stable(tmp_path: Path) -> None:
    """Rows come by student, then assignment, whatever the order of the disk."""
    lay(tmp_path, "b/ops.py", "a/partials.py", "a/ops.py", "C_ops.py")
    assert [row[:2] for row in rows(tmp_path)] == [
        ("C", "ops"),
        ("a", "ops"),
        ("a", "partials"),
        ("b", "ops"),
    ]


@pytest.mark.parametrize(
    ("file", "student"),
    [
        ("ada/ops.py", "ada"),
        ("ada/ops/ops.py", "ada"),
        ("x/ada_ops.py", "ada"),
        ("x/ops (2).ipynb", "x"),
        ("x/ada.py", "ada"),
        ("x/solution.py", "solution"),
    ],
)
def test_a_single_file(tmp_path: Path, file: str, student: str) -> None:
    """The student is in the name, or else the folder's."""
    row = only(lay(tmp_path, file) / file)
    assert (row.student, row.assignment, row.path) == (student, "ops", file.rpartition("/")[2])


def test_a_single_file_is_what_it_is_said_to_be(tmp_path: Path) -> None:
    """With an assignment given, neither name nor content matters."""
    assert only(lay(tmp_path, "partials.py=x = 1\n") / "partials.py", "ops").assignment == "ops"


def test_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file named without a folder belongs to the folder one is in."""
    monkeypatch.chdir(lay(tmp_path / "ada", "ops.py"))
    assert only(Path("ops.py")).student == "ada"
    assert only(Path()).student == "ada"


def test_scripts_run_before_notebooks(tmp_path: Path) -> None:
    """Several files of one assignment are run in a stated order."""
    row = only(lay(tmp_path, "ada/ops.ipynb", "ada/ops_10.py", "ada/ops_2.py"))
    assert names(row) == ["ops_2.py", "ops_10.py", "ops.ipynb"]
    assert row.status is Status.GRADED
    assert row.notes == (
        "Several files were run in this order, and later definitions count: ops_2.py, ops_10.py, ops.ipynb.",
    )


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Where two files have the same name, their folders are named too."""
    row = only(lay(tmp_path, "ada/one/ops.py", "ada/two/ops.py"))
    assert names(row) == ["ada/one/ops.py", "ada/two/ops.py"]


def test_the_newest_copy_counts(tmp_path: Path) -> None:
    """Of copies, the one with the highest number is run, and the others are named."""
    row = only(lay(tmp_path, "ada/ops.py", "ada/ops (2).py", "ada/ops (10).py", "ada/ops.ipynb"))
    assert names(row) == ["ops (10).py", "ops.ipynb"]
    assert (
        row.notes[0] == "ops (10).py counts, as the newest copy by its number; not run: ops (2).py, ops.py."
    )


def test_a_copy_that_cannot_be_read_does_not_count(tmp_path: Path) -> None:
    """An older copy that can be read is graded rather than a newer one that cannot."""
    row = only(lay(tmp_path, "ada/ops.py", "ada/ops (1).py=\0"))
    assert names(row) == ["ops.py"]


def test_other_scripts_are_modules(tmp_path: Path) -> None:
    """Helpers go with each of the student's submissions, named as they are imported."""
    lay(
        tmp_path,
        "ada/ops.py",
        "ada/partials.py",
        "ada/tools.py=# %%\nx = 1\n# %%\n",
        "ada/pkg/deep.py=y = 2\n",
        "ben/ops.py",
    )
    ops, partials, ben = find(tmp_path, COURSE)
    assert [(module.name, module.cells) for module in ops.modules] == [
        ("pkg/deep.py", ("y = 2\n",)),
        ("tools.py", ("# %%\nx = 1\n# %%\n",)),
    ]
    assert partials.modules == ops.modules
    assert ben.modules == ()


def test_modules_beside_a_nested_file(tmp_path: Path) -> None:
    """A helper is named from the folder of the file that imports it, one above from the student's."""
    row = only(lay(tmp_path, "ada/week3/ops.py", "ada/week3/near.py=x = 1\n", "ada/far.py=x = 1\n"))
    assert [module.name for module in row.modules] == ["near.py", "far.py"]


def test_a_graded_script_that_is_imported_is_a_module_too(tmp_path: Path) -> None:
    """A notebook may import the script that is graded with it, or another assignment's."""
    lay(tmp_path, "ada/ops.py=from partials import dx\n", "ada/partials.py=x = 1\n", "ada/descent.py=x = 1\n")
    descent, ops, partials = find(tmp_path, COURSE)
    assert [module.name for module in ops.modules] == ["partials.py"]
    assert descent.modules == partials.modules == ()
    both = only(lay(tmp_path / "b", "ben/work.py", "ben/ops.ipynb=" + notebook("import work")))
    assert names(both) == ["work.py", "ops.ipynb"]
    assert [module.name for module in both.modules] == ["work.py"]


def test_helpers_in_the_folder_of_one_student(tmp_path: Path) -> None:
    """Beside a file that is called only after its assignment, other files and folders are the same student's."""
    root = lay(tmp_path / "ada", "ops.py", "tools.py=x = 1\n", "src/more.py=x = 1\n")
    row = only(root)
    assert row.student == "ada"
    assert [module.name for module in row.modules] == ["src/more.py", "tools.py"]


def test_with_an_assignment_every_student_has_a_row(tmp_path: Path) -> None:
    """Who handed in nothing for it is missing, and the row says what there is instead."""
    lay(tmp_path, "ada/ops.py", "ben/partials.py=" + PARTIALS, "cy_partials.py=" + PARTIALS, "dan/notes.pdf")
    (tmp_path / "eve").mkdir()
    found = find(tmp_path, COURSE, "ops")
    assert [(row.student, row.assignment, row.status) for row in found] == [
        ("ada", "ops", Status.GRADED),
        ("ben", "ops", Status.MISSING),
        ("cy", "ops", Status.MISSING),
        ("dan", "ops", Status.MISSING),
        ("eve", "ops", Status.MISSING),
    ]
    assert [row.notes[0] for row in found[1:]] == [
        "Nothing was found for ops; there is: partials.py.",
        "Nothing was found for ops; there is: cy_partials.py.",
        "Nothing was found for ops; there is: notes.pdf.",
        "Nothing was handed in for ops: the folder is empty.",
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["ada/ops.py", "ada/extra.py=def relu(x): pass\n", "ada/plot.py=x = 1\n"], ["extra.py", "ops.py"]),
        (["ada/hw.py=" + PARTIALS + "def dy(): pass\ndef relu(x): pass\n"], ["hw.py"]),
        (["ada/renamed.py=def my_own(x): pass\n"], ["renamed.py"]),
        (["ada/a.ipynb=" + notebook("x"), "ada/b.py=x = 1\n"], ["a.ipynb"]),
        (["ada/a.py=x = 1\n", "ada/b.py=x = 1\n"], []),
        (["ada/partials.py=def my_own(x): pass\n"], []),
    ],
)
def test_the_assignment_that_is_asked_for(tmp_path: Path, files: list[str], expected: list[str]) -> None:
    """By name, else by what it defines, else because there is nothing else that it could be."""
    assert names(only(lay(tmp_path, *files), "ops")) == expected


def test_nothing_that_can_be_graded(tmp_path: Path) -> None:
    """A student's folder has a row even if nothing in it is an assignment."""
    lay(tmp_path, "ada/essay.pdf", "ben/a.py=x = 1\n", *(f"cy/{number}.txt" for number in range(8)))
    (tmp_path / "dan").mkdir()
    found = find(tmp_path, COURSE)
    assert {(row.assignment, row.status) for row in found} == {("unknown", Status.MISSING)}
    assert [row.path for row in found] == ["ada", "ben", "cy", "dan"]
    assert [row.notes[0] for row in found] == [
        "Nothing was found for any assignment; there is: essay.pdf.",
        "Nothing was found for any assignment; there is: a.py.",
        "Nothing was found for any assignment; there is: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 3 more.",
        "Nothing was handed in for any assignment: the folder is empty.",
    ]
    assert {row.notes[1:] for row in found} == {("Hand in the .py file or the .ipynb notebook itself.",)}


def test_files_that_nobody_handed_in(tmp_path: Path) -> None:
    """An instructor's lists beside the students are no submissions; a student's document is one."""
    lay(tmp_path, "ada_ops.py", "README.md", "ops.pdf", "roster.csv", "ben_ops.pdf", "cy.py=x = 1\n")
    found = find(tmp_path, COURSE)
    assert [(row.student, row.assignment, row.status) for row in found] == [
        ("ada", "ops", Status.GRADED),
        ("ben", "unknown", Status.MISSING),
        ("cy", "unknown", Status.MISSING),
    ]


def test_what_is_ignored(tmp_path: Path) -> None:
    """Caches, version control and what systems leave behind are not looked at."""
    ignored = ("__pycache__", ".ipynb_checkpoints", "__MACOSX", ".git", "venv")
    lay(
        tmp_path,
        "ada/ops.py",
        *(f"ada/{folder}/ops.py" for folder in ignored),
        ".DS_Store",
        "__MACOSX/x/ops.py",
    )
    lay(tmp_path, "ada/._ops.py")
    row = only(tmp_path)
    assert (names(row), row.modules, row.notes) == (["ops.py"], (), ())


def test_a_name_that_contradicts_the_content(tmp_path: Path) -> None:
    """The name counts, and the contradiction is noted."""
    row = only(lay(tmp_path, "ada/ops.py=" + PARTIALS))
    assert row.notes == ("ops.py defines functions of partials, and none of ops.",)


def test_a_repaired_file(tmp_path: Path) -> None:
    """Repairs are noted with the row."""
    row = only(lay(tmp_path, "ada/ops.py=" + notebook()))
    assert (row.status, row.notes) == (Status.REPAIRED, ("ops.py is really a notebook and was read as one.",))


def test_an_unreadable_file(tmp_path: Path) -> None:
    """A file that cannot be read is a row with the reason and the remedy."""
    row = only(lay(tmp_path, "ada/ops.ipynb=" + notebook()[:-5]))
    assert (row.assignment, row.status, row.sources, row.path) == (
        "ops",
        Status.UNREADABLE,
        (),
        "ada/ops.ipynb",
    )
    assert row.notes == (
        "ops.ipynb cannot be read: it is cut off or not valid JSON.",
        "Open the notebook, save it again and hand that in.",
    )


@pytest.mark.parametrize(
    ("text", "assignment"), [(notebook()[:-5], "ops"), (notebook("x = 1")[:-5], "unknown")]
)
def test_an_unreadable_file_without_a_name(tmp_path: Path, text: str, assignment: str) -> None:
    """What is cut off may still tell its assignment; if not, the student has a row all the same."""
    row = only(lay(tmp_path, f"ada/homework.ipynb={text}"))
    assert (row.assignment, row.status, len(row.notes)) == (assignment, Status.UNREADABLE, 2)


def test_one_of_two_files_is_unreadable(tmp_path: Path) -> None:
    """The other one is graded, and the row says so."""
    row = only(lay(tmp_path, "ada/ops.ipynb={", "ada/ops.py", "ada/broken.py=\0"))
    assert (row.status, names(row)) == (Status.REPAIRED, ["ops.py"])
    assert row.notes == (
        "ops.ipynb is not a notebook: it is cut off or not valid JSON.",
        "broken.py is not a text file: it holds zero bytes.",
    )


def test_links_are_never_followed(tmp_path: Path) -> None:
    """Neither a file, nor a folder, nor a student who is a link is read; each is named."""
    secret = lay(tmp_path / "reference", "solution.py=SECRET = 1\n" + OPS)
    root = lay(tmp_path / "class", "ada/x.txt", "ben/ops.py", "cy/x.txt")
    (root / "ada" / "ops.py").symlink_to(secret / "solution.py")
    (root / "ben" / "more").symlink_to(secret)
    (root / "cy" / "dangling.ipynb").symlink_to("/nowhere")
    (root / "dan").symlink_to(secret)
    (root / "eve_ops.py").symlink_to(secret / "solution.py")
    found = find(root, COURSE)
    assert [(row.student, row.assignment, row.status) for row in found] == [
        ("ada", "ops", Status.UNREADABLE),
        ("ben", "ops", Status.GRADED),
        ("cy", "unknown", Status.UNREADABLE),
        ("dan", "unknown", Status.UNREADABLE),
        ("eve", "ops", Status.UNREADABLE),
    ]
    assert found[0].notes == ("ops.py is a link, and links are never followed.", "Hand in the file itself.")
    assert found[1].notes == ("more is a link, and links are never followed.",)
    assert "SECRET" not in str(found)


@pytest.mark.parametrize("target", ["class", "class/ada/ops.py"])
def test_what_is_asked_for_may_not_be_a_link(tmp_path: Path, target: str) -> None:
    """A link is refused with what to give instead."""
    lay(tmp_path, "class/ada/ops.py")
    (tmp_path / "link.py").symlink_to(tmp_path / target)
    with pytest.raises(FindError, match="give the folder or file that it points to"):
        find(tmp_path / "link.py", COURSE)


def test_a_file_swapped_for_a_link_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was a file when it was looked at and is a link when it is opened is refused by the system."""
    lay(tmp_path, "ada/ops.py", "secret.txt")
    monkeypatch.setattr(tree, "check_regular", lambda *_: swap(tmp_path))
    assert only(tmp_path).status is Status.UNREADABLE


def swap(root: Path) -> None:
    """Put a link in the place of the file."""
    (root / "ada" / "ops.py").unlink()
    (root / "ada" / "ops.py").symlink_to(root / "secret.txt")


def test_pipes_and_folders_are_no_files(tmp_path: Path) -> None:
    """A pipe would hang whoever opens it; a folder called like a script is a folder."""
    lay(tmp_path, "ada/x.txt", "ben/ops.py/ops.py")
    os.mkfifo(tmp_path / "ada" / "ops.py")
    ada, ben = find(tmp_path, COURSE)
    assert ada.status is Status.UNREADABLE
    assert ada.notes == ("ops.py is not a plain file.", "Hand in the file itself.")
    assert ben.status is Status.GRADED


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    """The size is looked at first: a file of 2 GB costs nothing."""
    lay(tmp_path, "ada/ops.ipynb")
    os.truncate(tmp_path / "ada" / "ops.ipynb", 2 << 30)
    row = only(tmp_path)
    assert (row.status, row.notes[0]) == (Status.UNREADABLE, "ops.ipynb is larger than 20 MB.")


@pytest.mark.parametrize(("limit", "value"), [("MAX_FILES", 2), ("MAX_TOTAL", 10)])
def test_too_much_of_one_student(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    """What is over the limit is not read and is named; the others are graded."""
    monkeypatch.setattr(tree, limit, value)
    monkeypatch.setattr(tree.Allowance, "__init__", limited(**{limit: value}))
    lay(tmp_path, "ada/ops.py", "ada/x.py=x = 1\n", "ada/y.py=x = 1\n", "ben/ops.py")
    ada, ben = find(tmp_path, COURSE)
    assert ada.notes[-1] == "y.py was not read: too much was handed in."
    assert names(ada) == names(ben) == ["ops.py"]


def limited(MAX_FILES: int = 200, MAX_TOTAL: int = 100, MAX_ENTRIES: int = 100) -> Any:
    """Return an initialiser of `Allowance` with other limits."""

    def initialise(self: tree.Allowance) -> None:
        self.entries, self.files, self.total, self.notes = MAX_ENTRIES, MAX_FILES, MAX_TOTAL, []
        self.archives = 20

    return initialise


def test_more_code_than_anybody_writes(tmp_path: Path) -> None:
    """What would not go through to the sandbox is said to be too much; helpers are left out before the work is."""
    much = "x = 1  # " + "x" * 600_000
    lay(
        tmp_path,
        f"ada/ops.py={much}",
        f"ada/ops.ipynb={notebook(much)}",
        f"ben/ops.py={much}",
        f"ben/help.py={much}",
    )
    ada, ben = find(tmp_path, COURSE)
    assert (ada.status, ada.sources) == (Status.UNREADABLE, ())
    assert ada.notes == ("The files hold more than 1 MB of code.", "Hand in only your own code.")
    assert (ben.status, names(ben), ben.modules) == (Status.GRADED, ["ops.py"], ())
    assert ben.notes == ("The other files hold more than 1 MB of code, and cannot be imported.",)


def test_too_many_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not every name of a stuffed folder is looked at, and the row says so."""
    monkeypatch.setattr(tree.Allowance, "__init__", limited(MAX_ENTRIES=3))
    lay(tmp_path, "ada/ops.py", *(f"ada/sub/{number}.txt" for number in range(9)))
    row = only(tmp_path)
    assert names(row) == ["ops.py"]
    assert row.notes == ("The folder holds more than 5,000 files; not all were looked at.",)


def test_nested_too_deep(tmp_path: Path) -> None:
    """A folder ten deep is not opened, and the row says so."""
    row = only(lay(tmp_path, "ada/ops.py", "ada/" + "d/" * 10 + "x.py=x = 1\n"))
    assert row.modules == ()
    assert row.notes == ("The folders are nested more than 8 deep; deeper ones were not opened.",)


def test_too_many_students(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with absurdly many names is not a class."""
    monkeypatch.setattr(FINDING, "MAX_STUDENTS", 2)
    with pytest.raises(FindError, match="give a folder of submissions"):
        find(lay(tmp_path, "a/ops.py", "b/ops.py", "c/ops.py"), COURSE)


def denied(what: str, *, call: str = "open") -> Any:
    """Return a replacement of a system call that refuses one name, as the tests may run as root."""
    real = getattr(os, call)

    def refuse(path: Any, *args: Any, **kwargs: Any) -> Any:
        if os.fspath(path).endswith(what):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **kwargs)

    return refuse


@pytest.mark.parametrize(("what", "assignment"), [("ops.py", "ops"), ("ada", "unknown"), ("sub", "unknown")])
def test_without_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, assignment: str
) -> None:
    """A file or folder that may not be read is a row, and the others are graded."""
    lay(tmp_path, "ada/sub/ops.py", "ben/partials.py")
    monkeypatch.setattr(os, "open", denied(what))
    ada, ben = find(tmp_path, COURSE)
    assert (ada.assignment, ada.status) == (assignment, Status.UNREADABLE)
    assert ada.notes == (
        f"{what} cannot be read: permission denied.",
        "Ask for it again, or give the grader the right to read it.",
    )
    assert ben.status is Status.GRADED


def test_a_folder_of_an_assignment_without_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It becomes a row, so that nobody thinks it was graded."""
    lay(tmp_path, "ops/ada.py", "ben/partials.py")
    monkeypatch.setattr(os, "open", denied("ops"))
    assert [(row.student, row.status) for row in find(tmp_path, COURSE)] == [
        ("ben", Status.GRADED),
        ("ops", Status.UNREADABLE),
    ]


def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening may be allowed and listing not: also a row."""
    lay(tmp_path, "ada/ops.py")
    real, listed = tree.Disk.entries, []

    def entries(self: tree.Disk, limit: int) -> Any:
        listed.append(self)
        if len(listed) > 1:
            raise PermissionError(13, "Permission denied")
        return real(self, limit)

    monkeypatch.setattr(tree.Disk, "entries", entries)
    assert only(tmp_path).status is Status.UNREADABLE


def test_a_file_that_fails_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken disk is a row."""

    class Broken(io.FileIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    lay(tmp_path, "ada/ops.py")
    monkeypatch.setattr(os, "fdopen", Broken)
    assert only(tmp_path).notes[0] == "ops.py cannot be read: input/output error."


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("nowhere", "cannot be found"),
        ("a\0b", "cannot be found"),
        ("x" * 5000, "cannot be found"),
        ("empty", "put a folder for each student"),
        ("lists", "put a folder for each student"),
        ("lists/roster.csv", "no .py file and no .ipynb notebook"),
        ("pipe", "no .py file and no .ipynb notebook"),
    ],
)
def test_wrong_paths(tmp_path: Path, path: str, says: str) -> None:
    """Each wrong path is one sentence that says what to do."""
    lay(tmp_path, "lists/roster.csv", "lists/README.md")
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FindError, match=says) as caught:
        find(tmp_path / path, COURSE)
    assert "\n" not in str(caught.value)


def test_a_folder_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be looked at, there are no rows to give."""
    monkeypatch.setattr(os, "open", denied("class"))
    with pytest.raises(FindError, match="give the grader the right to read it"):
        find(lay(tmp_path / "class", "ada/ops.py"), COURSE)


def test_a_single_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a row as in a folder."""
    lay(tmp_path, "ada/ops.py")
    monkeypatch.setattr(os, "open", denied("ops.py"))
    row = only(tmp_path / "ada" / "ops.py")
    assert (row.student, row.assignment, row.status) == ("ada", "ops", Status.UNREADABLE)


def test_an_assignment_that_there_is_not(tmp_path: Path) -> None:
    """The ones that there are are named."""
    with pytest.raises(FindError, match="give one of partials, ops, descent"):
        find(tmp_path, COURSE, "opps")


def test_names_cannot_deceive(tmp_path: Path) -> None:
    """Control and direction characters in names are written out, and distinct names stay distinct."""
    lay(tmp_path, "a\x1b[31m/ops.py", "a\\x1b[31m/ops.py", "b\u202egpj/ops.py", "c\nd_ops.py")
    (tmp_path / os.fsdecode(b"e\xff")).mkdir()
    students = [row.student for row in find(tmp_path, COURSE)]
    assert students == [r"a\\x1b[31m", r"a\x1b[31m", r"b\u202egpj", r"c\nd", r"e\udcff"]


def test_accents_are_composed(tmp_path: Path) -> None:
    """A name typed on a Mac is the one in the roster."""
    lay(tmp_path, unicodedata.normalize("NFD", "Özçep") + "/ops.py")
    assert only(tmp_path).student == unicodedata.normalize("NFC", "Özçep")


PART = st.sampled_from(["ada", "ben", "ops", "02-partials", "submitted", "week 3", "x.py", "dir.ipynb"])
FILE = st.sampled_from(
    ["ops.py", "ops (1).py", "ops.ipynb", "ada_ops.py", "x.py", "y.ipynb", "a.pdf", "\\x1b.py", "ops"]
)
TEXT = st.sampled_from([OPS, PARTIALS, notebook(), notebook()[:-4], "", "\0", "import x", "%ls", "{"])


@given(
    files=st.dictionaries(
        st.tuples(st.lists(PART, max_size=3).map(tuple), FILE), TEXT, min_size=1, max_size=8
    ),
    assignment=st.sampled_from([None, "ops"]),
)
@settings(deadline=None)
def test_every_student_has_a_row_in_any_layout(
    tmp_path_factory: pytest.TempPathFactory,
    files: dict[tuple[tuple[str, ...], str], str],
    assignment: str | None,
) -> None:
    """Nothing but FindError is raised; each row is of another student and assignment; each one has a reason."""
    root = tmp_path_factory.mktemp("class")
    for (folders, name), text in files.items():
        place = root.joinpath(*folders)
        with contextlib.suppress(OSError):  # a file already has the folder's name, or the other way round
            place.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(text)
    try:
        found = find(root, COURSE, assignment)
    except FindError:
        return
    assert len({(row.student, row.assignment) for row in found}) == len(found)
    for row in found:
        assert bool(row.sources) == (row.status in {Status.GRADED, Status.REPAIRED})
        assert row.notes or row.status is Status.GRADED
        assert assignment in {None, row.assignment}


@pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="the system does not list open files")
def test_no_descriptor_stays_open(tmp_path: Path) -> None:
    """A class of any size does not use up what may be open."""
    lay(tmp_path, *(f"s{number}/week/ops.py" for number in range(50)))
    before = len(list(OPEN_FILES.iterdir()))
    find(tmp_path, COURSE)
    assert len(list(OPEN_FILES.iterdir())) == before


def test_a_helper_with_the_name_of_another_sheets_function_is_no_work_on_that_sheet(tmp_path: Path) -> None:
    """It is what the named file imports; without such a file its functions tell what it is."""
    ops = "from tools import step\n" + OPS
    helped = lay(tmp_path / "helped" / "ada", f"ops.py={ops}", "tools.py=def step(x):\n    return x\n").parent
    assert rows(helped) == [("ada", "ops", "ada/ops.py")]
    assert [module.name for module in only(helped).modules] == ["tools.py"]
    alone = lay(tmp_path / "alone" / "ada", "ops.py", "tools.py=def step(x):\n    return x\n").parent
    assert [row[1] for row in rows(alone)] == ["descent", "ops"]
    parts = lay(tmp_path / "parts" / "ada", "ops.py=from tools import relu\n", f"tools.py={OPS}").parent
    assert [names(row) for row in find(parts, COURSE, None)] == [["ops.py", "tools.py"]]
