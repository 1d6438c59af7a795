"""The files that are written from the store."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import sqlite3
import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.store import Store, StoreError, files, write_results
from tests.store.conftest import PASSED, report

if TYPE_CHECKING:
    from pathlib import Path


def test_results_json(store: Store, tmp_path: Path) -> None:
    """The file is schema 1, with the grader and every submission."""
    store.add(replace(report("ben"), notes=("\x1b[31mred\u202e",)), "key")
    store.add(report("ada", score=None), "key")
    grader = {
        "version": "0.1",
        "seed": 7,
        "isolation": {"level": "landlock", "enforced": ["network"], "missing": []},
    }
    write_results(store, tmp_path, grader)
    written = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert (written["schema"], written["grader"]) == (1, grader)
    assert [each["student"] for each in written["submissions"]] == ["ada", "ben"]
    assert written["submissions"][0]["score"] is None
    assert written["submissions"][1]["notes"] == ["red"]
    assert store.grader() == grader


def test_results_of_nobody(store: Store, tmp_path: Path) -> None:
    """Without submissions the files are valid and empty."""
    write_results(store, tmp_path, {})
    assert json.loads((tmp_path / "results.json").read_text()) == {
        "schema": 1,
        "grader": {},
        "submissions": [],
    }
    assert (tmp_path / "grades.csv").read_text() == "student,assignment,status,score,max_score,notes\n"


def test_grades_csv(store: Store, tmp_path: Path) -> None:
    """A line for each submission, the score empty where there is none."""
    store.add(replace(report("Zoë", score=1 / 3), notes=("one\nline", "and, another")), "key")
    store.add(report("ben", score=None), "key")
    write_results(store, tmp_path, {})
    with (tmp_path / "grades.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[1:] == [
        ["Zoë", "ops", "graded", "0.3333333333", "4", "one line and, another"],
        ["ben", "ops", "graded", "", "4", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\x00=", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    """A spreadsheet runs what begins like a formula: a student's name must not."""
    assert files.cell(f"{start}cmd|' /C calc'!A0").startswith("'")


FORMULAS = st.text(st.sampled_from("=+-@;,\"' \t\r\nab1\u202e\x00＝＠|!()"), max_size=12)


@given(name=FORMULAS, note=FORMULAS | st.text(max_size=12))
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_no_cell_is_a_formula_in_any_country(delimiter: str, name: str, note: str) -> None:
    """Nor where the cells of a table are parted at semicolons: there a cell begins in the middle of a text."""
    data = {"student": name, "assignment": "ops", "status": "graded", "score": 1.0, "max_score": 2.0}
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerow(files.grade_row({**data, "notes": [note]}))
    (cells,) = csv.reader([table.getvalue()], delimiter=delimiter)
    assert not [
        cell for cell in cells if cell.lstrip().lstrip('"').lstrip().startswith(tuple("=+-@＝＋－＠"))
    ]


def test_a_cell_that_is_no_formula_is_as_it_is() -> None:
    """A minus within a sentence, a semicolon before a word."""
    for text in ("x - y; and z", "a=b", "ada@example.org", "Zoë", ""):
        assert files.cell(text) == text


def test_a_full_disk_replaces_neither_file(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be written whole leaves both files as they were, of one run, and no draft."""
    store.add(report(), "key")
    write_results(store, tmp_path, {})
    before = {path.name: path.read_bytes() for path in tmp_path.glob("*s.[jc]s*")}
    store.add(report("ben"), "key")
    synced: list[int] = []

    def full(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(
            StoreError, match=r"^results\.json and grades\.csv cannot be written .*no space left"
        ):
            write_results(store, tmp_path, {})
    assert {
        path.name: path.read_bytes() for path in tmp_path.iterdir() if "sqlite" not in path.name
    } == before
    assert sorted(before) == ["grades.csv", "results.json"]
    write_results(store, tmp_path, {})
    assert len((tmp_path / "grades.csv").read_text().splitlines()) == 3


def test_a_disk_that_keeps_no_names_is_no_error(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some network folders cannot be told to: the files are there all the same."""
    real = os.fsync

    def refusing(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112 - a link of the kernel
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", refusing)
    write_results(store, tmp_path, {})
    assert (tmp_path / "results.json").is_file()


def test_the_draft_of_a_killed_run_does_not_stay(store: Store, tmp_path: Path) -> None:
    """The next run writes over it, whatever is in it."""
    for name in ("results.json", "grades.csv"):
        (tmp_path / f".{name}.draft").write_text("half of a fi" * 1000, encoding="utf-8")
    store.add(report(), "key")
    write_results(store, tmp_path, {})
    assert sorted(path.name for path in tmp_path.iterdir() if "sqlite" not in path.name) == [
        "grades.csv",
        "results.json",
    ]
    assert json.loads((tmp_path / "results.json").read_text())["submissions"][0]["student"] == "ada"


def test_files_are_replaced_whole(store: Store, tmp_path: Path) -> None:
    """If writing fails half-way, the earlier files stay and no partial one does."""
    store.add(report(), "key")
    write_results(store, tmp_path, {})
    before = (tmp_path / "results.json").read_bytes()
    with sqlite3.connect(tmp_path / "grades.sqlite") as direct:
        direct.execute(
            "INSERT INTO reports SELECT 'ben', assignment, key, done, status, score, max_score, graded_at, '{' FROM reports"
        )
    direct.close()
    with pytest.raises(StoreError, match="this is our error"):
        write_results(store, tmp_path, {})
    assert (tmp_path / "results.json").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir() if "sqlite" not in path.name) == [
        "grades.csv",
        "results.json",
    ]


def test_results_are_streamed(store: Store, tmp_path: Path) -> None:
    """Memory does not grow with the class: 1,000 reports of 20 kB are never in memory together."""
    big = replace(report(), exercises=(replace(PASSED, stdout="x" * 20_000),))
    for number in range(1000):
        store.add(replace(big, student=f"student{number:04}"), "key")
    tracemalloc.start()
    write_results(store, tmp_path, {})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "results.json").stat().st_size > 20_000_000
    assert peak < 8_000_000


@pytest.mark.parametrize("name", ["results.json", "grades.csv"])
def test_a_folder_in_the_place_of_a_results_file(store: Store, tmp_path: Path, name: str) -> None:
    """It is found out before either file is written: both appear, or none."""
    (tmp_path / "out" / name).mkdir(parents=True)
    with pytest.raises(StoreError, match=rf"{name} is a folder: move it away"):
        write_results(store, tmp_path / "out", {})
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]


def test_a_results_file_that_cannot_be_written(store: Store, tmp_path: Path) -> None:
    """The error names it."""
    with pytest.raises(StoreError, match=r"results\.json and grades\.csv cannot be written into .*nowhere"):
        write_results(store, tmp_path / "nowhere", {})
