"""Trusted. The results database, with one writer, and `results.json` and `grades.csv`, which are written from it.

A row is one student's work on one assignment, so grading an edited submission replaces its row. `StoreError` is
raised for whatever keeps the database or a file from being used; its message is one sentence that says what to do.
"""

from __future__ import annotations

import csv
import json
import os
import secrets
import sqlite3
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa

from autograder.model import Verdict
from autograder.store.records import SCHEMA, report_from_json, report_to_json
from autograder.store.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import TextIO

    from autograder.model import Report

    Identity = tuple[str, str]
    """Student and assignment."""

DATABASE = "grades.sqlite"
DATABASE_SCHEMA = "1"
BUSY_SECONDS = 10
FETCHED_AT_ONCE = 100
SEED_BITS = 53
"""A whole number of up to 53 bits survives every JSON reader."""

FORMULA = tuple("=+-@\t\r＝＋－＠")
"""What makes a spreadsheet take a cell for a formula, the wide forms included."""
COLUMNS = ("student", "assignment", "status", "score", "max_score", "notes")

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


class StoreError(Exception):
    """The results cannot be read or written. The message is one sentence that says what to do."""


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
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{folder} cannot be made ({said(error)}): choose another folder with --out."
            ) from None
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
            schema.create_all(self._engine)
        found = self._meta("schema")
        if found is None:
            self._set_meta("schema", DATABASE_SCHEMA)
        elif found != DATABASE_SCHEMA:
            raise StoreError(
                f"{self.name} was written by another version of autograder (schema {found}, not {DATABASE_SCHEMA}): "
                "grade with that version, or into a new folder with --out."
            )

    def _meta(self, name: str) -> str | None:
        with explained(self.name), self._engine.connect() as connection:
            return connection.scalar(sa.select(meta.c.value).where(meta.c.name == name))

    def _set_meta(self, name: str, value: str) -> None:
        with explained(self.name), self._engine.begin() as connection:
            connection.execute(sa.delete(meta).where(meta.c.name == name))
            connection.execute(sa.insert(meta).values(name=name, value=value))


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn an error of the database into one sentence on what to do."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(f"{name} {remedy(str(getattr(error, 'orig', None) or error))}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(
            f"{name} holds or was given something that is no record ({error!r}): this is our error; grade "
            "into a new folder with --out."
        ) from None


def prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    """Let readers read while a row is written, and wait for a lock instead of failing at once."""
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def same_row(student: str, assignment: str) -> sa.ColumnElement[bool]:
    """Return the condition for one row."""
    return sa.and_(rows.c.student == student, rows.c.assignment == assignment)


def complete(report: Report) -> bool:
    """Whether nothing in the report is left ungraded through our fault."""
    return report.score is not None and all(each.verdict is not Verdict.UNGRADED for each in report.exercises)


REMEDIES = (
    ("locked", "is in use by another run: wait until it has ended, then start again."),
    ("not a database", "is not a results database: move it away, or give another folder with --out."),
    ("malformed", "is damaged: move it away and grade again."),
    ("readonly", "cannot be written: give yourself the right to write it, or another folder with --out."),
    (
        "unable to open",
        "cannot be opened: give yourself the right to write there, or another folder with --out.",
    ),
    ("disk is full", "cannot grow, as the disk is full: make room and start again, nothing graded is lost."),
)


def remedy(message: str) -> str:
    """Return what to do about an error that the database reports in these words."""
    for words, advice in REMEDIES:
        if words in message:
            return advice
    return (
        f"cannot be used ({' '.join(message.split())}): check the address, or give another folder with --out."
    )


def said(error: OSError) -> str:
    """Return what the system says of an error."""
    return (error.strerror or type(error).__name__).lower()


def write_results(store: Store, folder: Path, grader: dict[str, Any]) -> None:
    """Write `results.json` and `grades.csv` from the store, a row at a time; both appear whole or not at all.

    `grader` is the field of that name in `results.json`, and is kept in the store. Raises StoreError.
    """
    for path in (folder / "results.json", folder / "grades.csv"):
        if path.is_dir():  # found out before either is replaced
            raise StoreError(f"{path} is a folder: move it away, or give another folder with --out.")
    store.set_grader(grader)
    head = f'{{"schema": {SCHEMA},\n "grader": {json.dumps(grader, ensure_ascii=False)},\n "submissions": ['
    with replacing(folder / "results.json") as results, replacing(folder / "grades.csv") as grades:
        table = csv.writer(grades, lineterminator="\n")
        table.writerow(COLUMNS)
        results.write(head)
        separator = "\n  "
        for text in store.texts():
            results.write(separator + text)
            separator = ",\n  "
            with explained(store.name):
                table.writerow(grade_row(json.loads(text)))
        results.write("\n]}\n")


def grade_row(report: dict[str, Any]) -> list[str]:
    """Return the cells of one submission in the order of `COLUMNS`; the score is empty where there is none."""
    score = "" if report["score"] is None else f"{report['score']:.10g}"
    texts = [cell(report[name]) for name in ("student", "assignment", "status")]
    return [*texts, score, f"{report['max_score']:.10g}", cell(" ".join(report["notes"]))]


def cell(text: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula."""
    line = " ".join(plain_text(text).split())
    return f"'{line}" if line.startswith(FORMULA) else line


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Give a file that takes the place of `path` when the block ends well. Raises StoreError."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written ({said(error)}): make room or give another --out folder."
        ) from None
    finally:
        with suppress(OSError):
            partial.unlink()  # still there only where it did not take its place
