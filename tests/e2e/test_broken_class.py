"""A class of 300 in which everything is broken that students break: every one has a row, and it says what to do."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from broken_class import STUDENTS, kinds, write_class

from autograder.submissions import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from broken_class import Kind

Row = dict[str, Any]


@pytest.fixture(scope="session")
def graded(
    tmp_path_factory: pytest.TempPathFactory, tiny_course: Callable[[Path], None]
) -> tuple[dict[str, Kind], list[Row]]:
    """The kind of each student, and the rows of the command that an instructor calls."""
    root = tmp_path_factory.mktemp("broken")
    tiny_course(root)
    of = write_class(root / "class")
    command = [sys.executable, "-m", "autograder", "grade", str(root / "class"), "--assignment", "lines"]
    done = subprocess.run(
        [*command, "--course", str(root), "--out", str(root / "results"), "--seed", "1", "-j", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    rows = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))["submissions"]
    with (root / "results" / "grades.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == STUDENTS + 1
    return of, rows


def test_an_archive_of_the_class_is_the_class(tmp_path: Path) -> None:
    """Packed and not unpacked, it has the same rows, byte for byte."""
    of = write_class(tmp_path / "class")
    packed = Path(shutil.make_archive(str(tmp_path / "class"), "zip", tmp_path / "class"))
    course = {"lines": ["double", "half"], "curves": ["square"]}
    rows = find(packed, course, "lines")
    assert rows == find(tmp_path / "class", course, "lines")
    assert len(rows) == len(of) == STUDENTS


@pytest.mark.slow
def test_every_student_has_one_row(graded: tuple[dict[str, Kind], list[Row]]) -> None:
    """300 students, 300 rows, whatever they handed in."""
    of, rows = graded
    assert [row["student"] for row in rows] == sorted(of)
    assert len(rows) == STUDENTS


@pytest.mark.slow
@pytest.mark.parametrize("name", [kind.name for kind in kinds()] + ["honest work"])
def test_a_kind_gets_what_it_must(name: str, graded: tuple[dict[str, Kind], list[Row]]) -> None:
    """Status and verdicts are those of the table, and the notes say what was done and what there is to do."""
    of, rows = graded
    found = [row for row in rows if of[row["student"]].name == name]
    assert found
    for row in found:
        kind = of[row["student"]]
        verdicts = tuple(exercise["verdict"] for exercise in row["exercises"])
        said = "\n".join(row["notes"])
        assert (row["status"], verdicts) == (kind.status, kind.verdicts), said
        assert [part for part in kind.notes if part not in said] == [], said
        assert bool(row["notes"]) or kind.status == "graded"
        # What is not told was not done: work that needed nothing has nothing to read.
        assert kind.notes or not row["notes"], said
