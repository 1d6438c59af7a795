"""The results database."""

from __future__ import annotations

import functools
import json
import os
import sqlite3
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox.confine import NOBODY
from autograder.store import Place, Row, Store, StoreError, alone, results, write_results
from tests.store.conftest import PASSED, UNGRADED, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.model import Report


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


def test_a_lock_that_is_let_go_of_is_only_waited_for(tmp_path: Path) -> None:
    """Somebody else writes for a moment: the row is kept all the same."""
    with Store.open(tmp_path) as store:
        other = sqlite3.connect(tmp_path / "grades.sqlite", isolation_level=None, check_same_thread=False)
        other.execute("BEGIN EXCLUSIVE")
        lets_go = threading.Timer(0.2, other.rollback)
        lets_go.start()
        store.add(report(), "key")
        lets_go.join()
        other.close()
        assert store.keys() == {("ada", "ops"): "key"}


@pytest.fixture
def nobody() -> Iterator[Callable[[], None]]:
    """Give what makes an ordinary user of this process, if it is root's, until the test ends."""
    before = os.geteuid()
    yield lambda: os.seteuid(NOBODY if before == 0 else before)
    os.seteuid(before)


def test_results_of_somebody_else(nobody: Callable[[], None]) -> None:
    """An ordinary user who may read a folder and not write there is told so."""
    with tempfile.TemporaryDirectory() as name:  # below tmp_path nobody can enter
        folder = Path(name)
        with Store.open(folder) as store:
            store.set_seed(2)
        (folder / "grades.sqlite").chmod(0o444)
        folder.chmod(0o555)
        nobody()
        with pytest.raises(
            StoreError, match=r"grades\.sqlite cannot be (written|opened): give yourself the right"
        ):
            Store.open(folder)
        with pytest.raises(StoreError, match=r"cannot be locked \(permission denied\)"), alone(folder):
            pass
        os.seteuid(folder.stat().st_uid)
        folder.chmod(0o755)


def test_a_seed_that_is_no_number(store: Store) -> None:
    """Nothing is drawn in its place: every row was made with it."""
    store._set_meta("seed", "seven")
    with pytest.raises(StoreError, match="this is our error"):
        store.seed()


def test_reopened_rows_are_not_done(store: Store) -> None:
    """They stay as they are until they are graded, and only those that were named."""
    for student in ("ada", "ben"):
        store.add(report(student), "key")
    store.reopen([("ada", "ops"), ("cem", "ops")])
    assert store.keys() == {("ben", "ops"): "key"}
    assert identities(store) == [("ada", "ops"), ("ben", "ops")]
    store.reopen([])
    store.add(report("ada"), "new")
    assert store.keys() == {("ada", "ops"): "new", ("ben", "ops"): "key"}


@functools.cache
def whole() -> bytes:
    """Return a database of forty rows."""
    with tempfile.TemporaryDirectory() as name, Store.open(Path(name)) as store:
        store.seed()
        for number in range(40):
            store.add(report(f"student{number}"), "key", 7)
        store.set_place([(f"student{number}", "ops") for number in range(40)], PLACE)
        store.set_grader({"version": "1"})
        store.close()
        return Path(name, "grades.sqlite").read_bytes()


def test_a_page_that_is_gone_is_missed(tmp_path: Path) -> None:
    """The rows in it would otherwise not be there, and nobody would be told."""
    (tmp_path / "grades.sqlite").write_bytes(whole()[:-4096] + bytes(4096))
    with pytest.raises(StoreError, match="is damaged: move it away and grade again"):
        Store.open(tmp_path)


DAMAGE = st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(min_size=1, max_size=64)), max_size=5)


@settings(deadline=None, max_examples=60)
@given(damage=DAMAGE, length=st.integers(0, 1 << 20))
def test_a_damaged_database_is_an_error_or_none(damage: list[tuple[int, bytes]], length: int) -> None:
    """Whatever the disk does to it: each use of it says in one sentence what to do, or works."""
    data = bytearray(whole()[: length % (2 * len(whole()))])
    for place, junk in damage:
        start = place % (len(data) + 1)
        data[start : start + len(junk)] = junk
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "grades.sqlite").write_bytes(data)
        said = "again."
        try:
            with Store.open(folder) as store:
                store.seed()
                store.keys(done=False)
                store.row("student7", "ops")
                store.add(report("student7"), "new", 7)
                store.prune([("student8", "ops")])
                write_results(store, folder, store.grader())
        except StoreError as error:
            said = str(error)
        assert "\n" not in said
        assert said.endswith(("--out.", "again.", "lost.", "same inputs)."))


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
