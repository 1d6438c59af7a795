"""The way of an author, from an empty folder to graded work: a subject of its own, as a folder and as a package."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.authoring import CourseError, installed_courses, load_course, scaffold

if TYPE_CHECKING:
    from tests.cli.conftest import Command

NEWTON = Path(__file__).parent / "newton"

WRONG = """
import numpy as np


def newton_root(a, x0, n):
    rows = [x0]
    for _ in range(n):
        rows.append((rows[-1] + a / rows[-1]) / 2 if rows[-1] else 0.0)
    return np.array(rows)


def hvp(W, x, v):
    return W.T @ (np.sin(W @ x) * (W @ v))
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package that offers a course: its files, and what its installer wrote beside them."""
    site = tmp_path / "site"
    about = site / "newton_course-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: newton-course\nVersion: 1.0\n", encoding="utf-8"
    )
    (about / "entry_points.txt").write_text(
        "[autograder.courses]\nnewton-course = newton_course\n", encoding="utf-8"
    )
    folder = site / "newton_course"
    folder.mkdir()
    (folder / "__init__.py").write_text("raise RuntimeError('nobody runs this')\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    return folder


def test_what_it_begins_passes_the_gate(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an empty folder it begins a course; the example in it is a proper exercise."""
    monkeypatch.chdir(tmp_path)
    made = command("new", "powers", "--title", "Powers of x")
    assert (made.code, made.err) == (0, "")
    assert made.lines[0] == f"wrote {tmp_path / 'reference' / 'powers' / 'solution.py'}"
    assert made.lines[-1].startswith("Next: `autograder build`, then `autograder validate powers`")
    assert command("build").code == 0
    gate = command("validate", "--seed", 5)
    assert gate.code == 0, gate.out
    assert load_course(tmp_path).sheet("powers").assignment.title == "Powers of x"


def test_a_course_of_ones_own_grades_with_its_own_words(
    package: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A subject that this course does not know: begun, written, built, validated, and used by the package's name."""
    assert command("new", "newton", "--title", "Newton's method", "--course", package).code == 0
    for name in ("solution.py", "checks.py"):
        shutil.copyfile(NEWTON / name, package / "reference" / "newton" / name)
    assert command("build", "--course", "newton-course").code == 0
    gate = command("validate", "--seed", 1, "--course", "newton-course")
    assert gate.code == 0, gate.out

    class_folder = tmp_path / "class"
    for student, text in (("ada", (NEWTON / "solution.py").read_text(encoding="utf-8")), ("bob", WRONG)):
        (class_folder / student).mkdir(parents=True)
        (class_folder / student / "newton.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert command("grade", "class", "--course", "newton-course", "--seed", 1).code == 0
    results = json.loads((tmp_path / "results" / "results.json").read_text(encoding="utf-8"))
    ada, bob = results["submissions"]
    assert (ada["score"], ada["max_score"]) == (7.0, 7.0)
    assert bob["score"] == 3.0
    assert [each["diagnosis"]["mistake"] for each in bob["exercises"]] == ["root-from-anywhere", "hvp-sign"]


@pytest.mark.slow
def test_the_checks_of_the_other_subject_are_proved(package: Path, command: Command) -> None:
    """Its mutants, pairs and draws as well."""
    shutil.copytree(NEWTON, package / "reference" / "newton", ignore=shutil.ignore_patterns("__pycache__"))
    (package / "reference" / "course.toml").write_text(
        'title = "Newton"\nassignments = ["newton"]\n', encoding="utf-8"
    )
    assert command("build", "--course", package).code == 0
    gate = command("validate", "--thorough", "--seeds", 8, "-j", 1, "--seed", 1, "--course", package)
    assert gate.code == 0, gate.out


def test_a_course_is_found_by_the_name_of_its_entry_point(package: Path) -> None:
    """The package is not imported for it."""
    assert installed_courses()["newton-course"] == package
    assert "newton_course" not in sys.modules


def test_an_entry_point_without_a_package_is_no_course(package: Path) -> None:
    """A module in a module, and one that is not there, have no folder to hold a course."""
    text = "[autograder.courses]\none = newton_course.inner\ntwo = not_there\n"
    (package.parent / "newton_course-1.0.dist-info" / "entry_points.txt").write_text(text, encoding="utf-8")
    assert not {"one", "two"} & set(installed_courses())


def test_it_extends_a_course_and_changes_nothing_else(tmp_path: Path) -> None:
    """Comments, order and layout of the file stay; the new sheet is the last one."""
    file = tmp_path / "reference" / "course.toml"
    file.parent.mkdir()
    for before, after in (
        ('# mine\ntitle = "T"\nassignments = []\n', '# mine\ntitle = "T"\nassignments = ["new"]\n'),
        ('assignments = ["a"]  # one\ntitle = "T"\n', 'assignments = ["a", "new"]  # one\ntitle = "T"\n'),
        ('title = "T"\nassignments = ["a",]\n', 'title = "T"\nassignments = ["a", "new"]\n'),
        (
            'title = "T"\nassignments = [\n  "a",\n  "b",\n]\n',
            'title = "T"\nassignments = [\n  "a",\n  "b",\n  "new",\n]\n',
        ),
        ('title = "T"\nassignments = ["new"]\n', 'title = "T"\nassignments = ["new"]\n'),
    ):
        file.write_text(before, encoding="utf-8")
        scaffold(tmp_path, "new", "New")
        assert file.read_text(encoding="utf-8") == after
        shutil.rmtree(tmp_path / "reference" / "new")


@pytest.mark.parametrize("name", ["Two", "a b", "../a", "", "1st", "a-b", "ü"])
def test_a_name_is_one_of_a_file_and_of_a_module(name: str, tmp_path: Path) -> None:
    """Nothing is written for another one."""
    with pytest.raises(CourseError, match=r"cannot be the name of an assignment: use small letters"):
        scaffold(tmp_path, name, "T")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("title", ['a "quote"', "a\\b", "two\nlines"])
def test_a_title_fits_into_all_files(title: str, tmp_path: Path) -> None:
    """One line, nothing that ends a string."""
    with pytest.raises(CourseError, match="cannot be a title: it must be one line"):
        scaffold(tmp_path, "new", title)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["title = 3", "assignments = 7", "not toml", 'title = "T"\nassignments = ["]"]\n']
)
def test_a_file_that_cannot_be_extended_stays(text: str, tmp_path: Path) -> None:
    """The author is told what to write, and no folder is left behind."""
    file = tmp_path / "reference" / "course.toml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match='write "new" into its list `assignments`'):
        scaffold(tmp_path, "new", "New")
    assert file.read_text(encoding="utf-8") == text
    assert list(file.parent.iterdir()) == [file]


def test_what_is_there_is_never_overwritten(tmp_path: Path, command: Command) -> None:
    """A second time is a mistake, and so is a place that cannot be written to."""
    scaffold(tmp_path, "new", "New")
    again = command("new", "new", "--course", tmp_path)
    assert (again.code, again.out) == (2, "")
    assert "is there already: choose another name, or remove it." in again.err
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CourseError, match="cannot be written"):
        scaffold(tmp_path / "file", "new", "New")
