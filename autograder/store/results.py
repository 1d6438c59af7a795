"""Trusted. The results database, with one writer. `results.json` and `grades.csv` are written from it.

A row is one student's work on one assignment, so grading an edited submission replaces its row. `StoreError` is
raised for whatever keeps the database from being used; its message is one sentence that says what to do.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa

from autograder.model import Verdict
from autograder.store.errors import DAMAGED, StoreError, explained
from autograder.store.lock import make_folder
from autograder.store.records import report_from_json, report_to_json
from autograder.store.text import plain_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from autograder.model import Report

    Identity = tuple[str, str]
    """Student and assignment."""

DATABASE = "grades.sqlite"
DATABASE_SCHEMA = "1"
BUSY_SECONDS = 10
FETCHED_AT_ONCE = 100
SEED_BITS = 53
"""A whole number of up to 53 bits survives every JSON reader."""

schema = sa.MetaData()
meta = sa.Table(
    "meta",
    schema,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
rows = sa.Table(
    "reports",
    schema,
    sa.Column("student", sa.String(255), primary_key=True),
    sa.Column("assignment", sa.String(255), primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    # What is ungraded is kept, so that it is seen, but is never done.
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("max_score", sa.Float, nullable=False),
    sa.Column("graded_at", sa.String(32), nullable=False),
    sa.Column("report", sa.Text, nullable=False),
    sqlite_with_rowid=False,  # the rows lie in the order in which they are written out
)
# Where the work of a row was found last: not a part of it, since an unchanged row is kept when a folder moves.
places = sa.Table(
    "places",
    schema,
    sa.Column("student", sa.String(255), primary_key=True),
    sa.Column("assignment", sa.String(255), primary_key=True),
    sa.Column("place", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run looked for submissions."""

    path: str
    """The absolute path of the folder or file that was graded."""
    assignment: str | None
    """The assignment that was asked for, None where the files had to tell."""


@dataclass(frozen=True, slots=True)
class Row:
    """One report with what is known of how it was made."""

    report: Report
    key: str
    seed: int | None
    """What its inputs were drawn from; None in a row of which that was not said."""
    place: Place | None
    """Where the work was found last, if that was said."""


class Store:
    """The results of one folder. Open it with `Store.open`, in a `with` block; only one process writes at a time."""

    def __init__(self, engine: sa.Engine, name: str) -> None:
        self._engine = engine
        self.name = name

    @classmethod
    def open(cls, folder: Path, url: str | None = None) -> Store:
        """Open or begin the results in `folder`, or in the database at `url`. Raises StoreError."""
        make_folder(folder)
        file = folder / DATABASE
        try:
            engine = sa.create_engine(url or sa.URL.create("sqlite", database=str(file)))
        except (sa.exc.ArgumentError, ImportError) as error:
            raise StoreError(
                f"The database cannot be used ({error}): give it as dialect://host/name."
            ) from None
        if engine.dialect.name == "sqlite":
            sa.event.listen(engine, "connect", prepare_sqlite)
        store = cls(engine, engine.url.render_as_string(hide_password=True) if url else str(file))
        try:
            store._begin()
        except BaseException:
            store.close()
            raise
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def seed(self, requested: int | None = None) -> int:
        """Return the seed of a run: the one that is requested, else the secret one of these results.

        That is drawn the first time; `set_seed` replaces it. Raises StoreError.
        """
        if requested is not None and not 0 <= requested < 2**63:
            raise StoreError(f"{requested} cannot be a seed: give a whole number from 0 to 2**63 - 1.")
        if requested is not None:
            return requested
        stored = self._meta("seed")
        if stored is not None:
            with explained(self.name):
                return int(stored)
        drawn = secrets.randbits(SEED_BITS)
        self.set_seed(drawn)
        return drawn

    def set_seed(self, seed: int) -> None:
        """Let the runs that ask for no seed use this one from now on. Raises StoreError.

        The keys contain the seed, so that what was graded with another one is graded again.
        """
        if self._meta("seed") != str(seed):
            self._set_meta("seed", str(seed))

    def grader(self) -> dict[str, Any]:
        """Return what was last said of the grader that wrote these results, empty before. Raises StoreError."""
        with explained(self.name):
            return dict(json.loads(self._meta("grader") or "{}"))

    def set_grader(self, grader: dict[str, Any]) -> None:
        """Keep what is to be said of the grader: its version, seed and isolation. Raises StoreError."""
        with explained(self.name):
            self._set_meta("grader", json.dumps(grader, allow_nan=False))

    def keys(self, *, done: bool = True) -> dict[Identity, str]:
        """Return the key of every row that is done, or of every row. Raises StoreError."""
        found = sa.select(rows.c.student, rows.c.assignment, rows.c.key)
        found = found.where(rows.c.done) if done else found
        with explained(self.name), self._engine.connect() as connection:
            return {(student, assignment): key for student, assignment, key in connection.execute(found)}

    def add(self, report: Report, key: str, seed: int | None = None) -> None:
        """Keep a report in place of an earlier one of the same student and assignment. Raises StoreError.

        seed: what its inputs were drawn from. Each row has its own, since part of a class may be graded alone.
        """
        data = report_to_json(report) | ({} if seed is None else {"seed": seed})
        with explained(self.name):
            row = {
                "student": data["student"],
                "assignment": data["assignment"],
                "key": key,
                "done": complete(report),
                "status": data["status"],
                "score": data["score"],
                "max_score": data["max_score"],
                "graded_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "report": json.dumps(data, ensure_ascii=False, allow_nan=False),
            }
            with self._engine.begin() as connection:
                # Deleted and inserted, since each database has its own dialect of "insert or replace".
                connection.execute(sa.delete(rows).where(same_row(data["student"], data["assignment"])))
                connection.execute(sa.insert(rows).values(row))

    def set_place(self, found: Iterable[Identity], place: Place) -> None:
        """Keep where the work of these students and assignments was found. Raises StoreError."""
        # JSON of ASCII alone: a path may hold bytes that are no text, which a database refuses.
        text = json.dumps([place.path, place.assignment])
        rewritten = [
            {"student": student, "assignment": slug, "place": text}
            for student, slug in {(plain_text(student), plain_text(slug)) for student, slug in found}
        ]
        if not rewritten:
            return
        old = sa.delete(places).where(
            places.c.student == sa.bindparam("whose"), places.c.assignment == sa.bindparam("of")
        )
        with explained(self.name), self._engine.begin() as connection:
            connection.execute(old, [{"whose": row["student"], "of": row["assignment"]} for row in rewritten])
            connection.execute(sa.insert(places), rewritten)

    def row(self, student: str, assignment: str) -> Row | None:
        """Return one row, None where there is none. Raises StoreError."""
        wanted = (
            sa.select(rows.c.report, rows.c.key, places.c.place)
            .outerjoin_from(
                rows,
                places,
                sa.and_(places.c.student == rows.c.student, places.c.assignment == rows.c.assignment),
            )
            .where(same_row(student, assignment))
        )
        with explained(self.name):
            with self._engine.connect() as connection:
                found = connection.execute(wanted).first()
            if found is None:
                return None
            text, key, place = found
            data = json.loads(text)
            where = None if place is None else Place(*json.loads(place))
            return Row(report_from_json(data), key, data.get("seed"), where)

    def reopen(self, found: Iterable[Identity]) -> None:
        """Let these students' work be graded anew, by this run or by one that goes on after it. Raises StoreError."""
        once_more = sa.update(rows).values(done=False)
        once_more = once_more.where(
            rows.c.student == sa.bindparam("whose"), rows.c.assignment == sa.bindparam("of")
        )
        named = [{"whose": plain_text(student), "of": plain_text(slug)} for student, slug in found]
        if named:
            with explained(self.name), self._engine.begin() as connection:
                connection.execute(once_more, named)

    def prune(self, current: Iterable[Identity], assignment: str | None = None) -> int:
        """Remove what the students of this run no longer hand in, and return how many rows that were.

        `current` names every submission that the run found, `assignment` the one that it was restricted to. A student
        who is not in the run at all keeps all rows, since part of a class may be graded alone; so does every
        assignment that the run did not look for. Raises StoreError.
        """
        kept = {(plain_text(student), plain_text(slug)) for student, slug in current}
        students = {student for student, _ in kept}
        looked_for = None if assignment is None else {assignment, "unknown"}
        with explained(self.name), self._engine.begin() as connection:
            stale = [
                (student, slug)
                for student, slug in connection.execute(sa.select(rows.c.student, rows.c.assignment)).all()
                if student in students
                and (student, slug) not in kept
                and (not looked_for or slug in looked_for)
            ]
            for student, slug in stale:
                connection.execute(sa.delete(rows).where(same_row(student, slug)))
                connection.execute(
                    sa.delete(places).where(places.c.student == student, places.c.assignment == slug)
                )
        return len(stale)

    def reports(self) -> Iterator[Report]:
        """Yield every report by student and assignment, a few in memory at a time. Raises StoreError."""
        for text in self.texts():
            with explained(self.name):
                report = report_from_json(json.loads(text))
            yield report

    def texts(self) -> Iterator[str]:
        """Yield the JSON of every report in the order of `reports`. Raises StoreError."""
        wanted = sa.select(rows.c.report).order_by(rows.c.student, rows.c.assignment)
        with explained(self.name), self._engine.connect() as connection:
            streaming = connection.execution_options(yield_per=FETCHED_AT_ONCE)
            for (text,) in streaming.execute(wanted):
                yield text

    def _begin(self) -> None:
        with explained(self.name):
            if self._engine.dialect.name == "sqlite":
                self._check()
            schema.create_all(self._engine)
        found = self._meta("schema")
        if found is None:
            self._set_meta("schema", DATABASE_SCHEMA)
        elif found != DATABASE_SCHEMA:
            raise StoreError(
                f"{self.name} was written by another version of autograder (schema {found}, not {DATABASE_SCHEMA}): "
                "grade with that version, or into a new folder with --out."
            )

    def _check(self) -> None:
        """Raise StoreError where the file is damaged: what is gone from it would not be missed otherwise."""
        with self._engine.connect() as connection:
            if connection.scalar(sa.text("PRAGMA quick_check(1)")) != "ok":
                raise StoreError(f"{self.name} {DAMAGED}")

    def _meta(self, name: str) -> str | None:
        with explained(self.name), self._engine.connect() as connection:
            return connection.scalar(sa.select(meta.c.value).where(meta.c.name == name))

    def _set_meta(self, name: str, value: str) -> None:
        with explained(self.name), self._engine.begin() as connection:
            connection.execute(sa.delete(meta).where(meta.c.name == name))
            connection.execute(sa.insert(meta).values(name=name, value=value))


def prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """Let readers read while a row is written, and wait for a lock instead of failing at once.

    What is kept is on the disk: also a machine that goes down loses no report.
    """
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def same_row(student: str, assignment: str) -> sa.ColumnElement[bool]:
    """Return the condition for one row."""
    return sa.and_(rows.c.student == student, rows.c.assignment == assignment)


def complete(report: Report) -> bool:
    """Whether nothing in the report is left ungraded through our fault."""
    return report.score is not None and all(each.verdict is not Verdict.UNGRADED for each in report.exercises)
