"""The results database and the files that are written from it."""

from __future__ import annotations

import csv
import json
import sqlite3
import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autograder.model import ExerciseResult, Report, Status, Verdict
from autograder.store import Place, Row, Store, StoreError, results, write_results

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSED = ExerciseResult("matmul", Verdict.PASSED, 4.0, 4.0)
UNGRADED = ExerciseResult("matmul", Verdict.UNGRADED, None, 4.0)


def report(student: str = "ada", assignment: str = "ops", score: float | None = 4.0) -> Report:
    """Return a report with one exercise."""
    exercise = UNGRADED if score is None else PASSED
    return Report(
        student, assignment, f"{student}/{assignment}.py", Status.GRADED, (), score, 4.0, 0.01, (exercise,)
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty store in `tmp_path`."""
    with Store.open(tmp_path) as opened:
        yield opened


def identities(store: Store) -> list[tuple[str, str]]:
    """Return what the store has, in its order."""
    return [(each.student, each.assignment) for each in store.reports()]


def test_reports_come_back_in_order(store: Store) -> None:
    """Whatever order they were added in, they come by student, then assignment."""
    for student, assignment in [("ben", "ops"), ("ada", "partials"), ("Zoë", "ops"), ("ada", "ops")]:
        store.add(report(student, assignment), "key")
    assert identities(store) == [("Zoë", "ops"), ("ada", "ops"), ("ada", "partials"), ("ben", "ops")]


def test_adding_twice_is_adding_once(store: Store) -> None:
    """A result that arrives twice is one row."""
    store.add(report(), "key")
    store.add(report(), "key")
    assert list(store.reports()) == [report()]


def test_an_edited_submission_replaces_its_row(store: Store) -> None:
    """Another file name or content of the same student and assignment is the same row, with the new key."""
    store.add(report(), "old")
    edited = replace(report(score=1.0), path="ada/ops (1).py")
    store.add(edited, "new")
    assert list(store.reports()) == [edited]
    assert store.keys().get(("ada", "ops")) != "old"
    assert store.keys()["ada", "ops"] == "new"


def test_equal_files_of_two_students_are_two_rows(store: Store) -> None:
    """That one student's work is done says nothing of another's, even with the same key."""
    store.add(report("ada"), "same")
    assert store.keys()["ada", "ops"] == "same"
    assert store.keys().get(("ben", "ops")) != "same"
    assert store.keys() == {("ada", "ops"): "same"}


@pytest.mark.parametrize("ungraded", [report(score=None), replace(report(), exercises=(PASSED, UNGRADED))])
def test_ungraded_is_never_done(store: Store, ungraded: Report) -> None:
    """What we failed to grade is kept, so that it is seen, and graded again by the next run."""
    store.add(ungraded, "key")
    assert list(store.reports()) == [ungraded]
    assert store.keys().get(("ada", "ops")) != "key"
    assert store.keys() == {}


def test_results_outlive_the_process(tmp_path: Path) -> None:
    """A run that is resumed finds what the earlier one did, and its seed."""
    with Store.open(tmp_path / "new" / "results") as store:
        seed = store.seed()
        store.add(report(), "key")
        store.set_grader({"version": "1"})
    with Store.open(tmp_path / "new" / "results") as store:
        assert store.seed() == seed
        assert store.keys() == {("ada", "ops"): "key"}
        assert store.grader() == {"version": "1"}


def test_the_seed_is_drawn_once_and_can_be_replaced(store: Store) -> None:
    """No seed is repeated by another store by chance; one that is asked for stays."""
    drawn = store.seed()
    assert 0 <= drawn < 2**53
    assert store.seed() == drawn
    assert store.seed(7) == 7
    assert store.seed() == drawn
    store.set_seed(7)
    assert store.seed() == 7


def test_a_row_tells_its_own_seed(store: Store) -> None:
    """In the database and in its JSON: part of a class may have been graded with another one."""
    store.add(report(), "key", 7)
    store.add(report("ben"), "key")
    told = [(json.loads(text)["student"], json.loads(text).get("seed")) for text in store.texts()]
    assert told == [("ada", 7), ("ben", None)]
    assert [row.seed for row in map(store.row, ("ada", "ben"), ("ops", "ops")) if row] == [7, None]


PLACE = Place("/home/zoë/class", "ops")


def test_a_row_with_its_place(store: Store) -> None:
    """A row comes back with its key and with where its work was found last."""
    store.add(report(), "key", 7)
    assert store.row("ada", "ops") == Row(report(), "key", 7, None)
    store.set_place([("ada", "ops"), ("ben", "ops")], Place("/elsewhere", None))
    store.set_place([("ada", "ops")], PLACE)
    assert store.row("ada", "ops") == Row(report(), "key", 7, PLACE)
    assert store.row("ada", "partials") is None
    assert store.row("ben", "ops") is None


def test_two_names_that_are_one_row_are_one_place(store: Store) -> None:
    """Names that differ in what is taken out of them do not clash."""
    store.add(report(), "key")
    store.set_place([("ada", "ops"), ("ada\u202e", "ops")], PLACE)
    store.set_place([], Place("/nowhere", None))
    assert store.row("ada", "ops") == Row(report(), "key", None, PLACE)


def test_a_path_of_any_bytes_is_kept(store: Store) -> None:
    """A folder's name need not be text: that must not end the grading."""
    odd = Place("/class/\udcff\x00\u2028", None)
    store.add(report(), "key")
    store.set_place([("ada", "ops")], odd)
    assert store.row("ada", "ops") == Row(report(), "key", None, odd)


def test_prune_forgets_the_place(store: Store) -> None:
    """A row that is made again later is found where it is then, or nowhere."""
    store.add(report("ada", "unknown"), "key")
    store.set_place([("ada", "unknown")], PLACE)
    assert store.prune([("ada", "ops")]) == 1
    store.add(report("ada", "unknown"), "key")
    assert store.row("ada", "unknown") == Row(report("ada", "unknown"), "key", None, None)


def test_results_from_before_there_were_places(tmp_path: Path) -> None:
    """They can be read and written on."""
    with Store.open(tmp_path) as store:
        store.add(report(), "key")
        results.places.drop(store._engine)
    with Store.open(tmp_path) as store:
        assert store.row("ada", "ops") == Row(report(), "key", None, None)
        store.set_place([("ada", "ops")], PLACE)
        assert store.row("ada", "ops") == Row(report(), "key", None, PLACE)


def test_two_stores_have_two_seeds(tmp_path: Path) -> None:
    """The seed is a secret of one course run."""
    with Store.open(tmp_path / "a") as one, Store.open(tmp_path / "b") as other:
        assert one.seed() != other.seed()


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_must_be_usable(store: Store, seed: int) -> None:
    """A negative or huge seed is refused with the range."""
    with pytest.raises(StoreError, match="whole number from 0"):
        store.seed(seed)


def test_an_empty_store_says_nothing_of_the_grader(store: Store) -> None:
    """Before anything is written there is nothing to say."""
    assert store.grader() == {}


def test_prune_removes_what_a_student_took_back(store: Store) -> None:
    """A row whose submission is gone goes, such as that of a file that was renamed after its assignment."""
    store.add(report("ada", "unknown"), "key")
    store.add(report("ada", "ops"), "key")
    assert store.prune([("ada", "ops")]) == 1
    assert identities(store) == [("ada", "ops")]


def test_prune_keeps_students_who_are_not_in_the_run(store: Store) -> None:
    """Grading one student alone takes nobody else's grade away."""
    store.add(report("ada"), "key")
    store.add(report("ben"), "key")
    assert store.prune([("ada", "ops")]) == 0
    assert identities(store) == [("ada", "ops"), ("ben", "ops")]


def test_prune_keeps_assignments_that_were_not_looked_for(store: Store) -> None:
    """A run with --assignment speaks of that assignment alone."""
    for assignment in ("ops", "partials", "unknown"):
        store.add(report("ada", assignment), "key")
    assert store.prune([("ada", "ops")], assignment="ops") == 1
    assert identities(store) == [("ada", "ops"), ("ada", "partials")]


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
    assert results.cell(f"{start}cmd|' /C calc'!A0").startswith("'")


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


def test_another_database_by_url(tmp_path: Path) -> None:
    """The database may lie elsewhere; the folder then holds the written files only."""
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    with Store.open(tmp_path / "out", url) as store:
        store.add(report(), "key")
    assert (tmp_path / "elsewhere.db").exists()
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("url", ["nonsense", "oracle+nodriver://host/x"])
def test_an_address_that_is_none(tmp_path: Path, url: str) -> None:
    """An unusable address is named as such."""
    with pytest.raises(StoreError, match="dialect://host/name"):
        Store.open(tmp_path, url)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A corrupt database is said to be one, with the way out."""
    (tmp_path / "grades.sqlite").write_bytes(b"no database " * 1000)
    with pytest.raises(StoreError, match="move it away"):
        Store.open(tmp_path)


def test_a_locked_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer is waited for, then named."""
    monkeypatch.setattr(results, "BUSY_SECONDS", 0.05)
    with Store.open(tmp_path) as store:
        other = sqlite3.connect(tmp_path / "grades.sqlite", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="in use by another run"):
            store.add(report(), "key")
        other.close()


def test_a_schema_from_another_version(tmp_path: Path) -> None:
    """Results of another version are neither read nor overwritten."""
    with Store.open(tmp_path) as store:
        store._set_meta("schema", "99")
    with pytest.raises(StoreError, match="schema 99, not 1"):
        Store.open(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A file in the place of the folder is an error with a remedy."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another folder"):
        Store.open(tmp_path / "file" / "results")


def test_a_database_that_cannot_be_opened(tmp_path: Path) -> None:
    """A folder in the place of the database is an error with a remedy."""
    (tmp_path / "grades.sqlite").mkdir()
    with pytest.raises(StoreError, match="cannot be opened"):
        Store.open(tmp_path)


def test_a_row_that_is_no_report(store: Store) -> None:
    """A row that cannot be read is our error, and said to be."""
    store.add(report(), "key")
    with store._engine.begin() as connection:
        connection.execute(results.rows.update().values(report="{}"))
    with pytest.raises(StoreError, match="this is our error"):
        list(store.reports())
    with pytest.raises(StoreError, match="this is our error"):
        store.row("ada", "ops")


def test_a_score_is_never_nan(store: Store) -> None:
    """What is not a number is not a score: it is refused where it would be kept."""
    with pytest.raises(StoreError, match="this is our error"):
        store.add(report(score=float("nan")), "key")


@pytest.mark.parametrize("name", ["results.json", "grades.csv"])
def test_a_folder_in_the_place_of_a_results_file(store: Store, tmp_path: Path, name: str) -> None:
    """It is found out before either file is written: both appear, or none."""
    (tmp_path / "out" / name).mkdir(parents=True)
    with pytest.raises(StoreError, match=rf"{name} is a folder: move it away"):
        write_results(store, tmp_path / "out", {})
    assert [path.name for path in (tmp_path / "out").iterdir()] == [name]


def test_a_results_file_that_cannot_be_written(store: Store, tmp_path: Path) -> None:
    """The error names it."""
    with pytest.raises(StoreError, match=r"grades\.csv cannot be written|results\.json cannot be written"):
        write_results(store, tmp_path / "nowhere", {})


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("attempt to write a readonly database", "the right to write it"),
        ("database disk image is malformed", "grade again"),
        ("database or disk is full", "make room"),
        ("could not translate\nhost name", "(could not translate host name)"),
    ],
)
def test_every_failure_has_a_remedy(message: str, expected: str) -> None:
    """What the database reports becomes what to do about it."""
    assert expected in results.remedy(message)
