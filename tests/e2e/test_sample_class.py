"""The sample class in `submissions/`, graded: `sample_class.toml` says what every submission must get, and why."""

from __future__ import annotations

import codecs
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from autograder.authoring.loading import load_course
from autograder.grading.fingerprints import IDS
from autograder.model import Verdict
from autograder.store import Store
from autograder.submissions import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.authoring.loading import Course
    from autograder.model import ExerciseResult, Report, Submission

ROOT = Path(__file__).parents[2]
CLASS = ROOT / "submissions"
TABLE = Path(__file__).with_name("sample_class.toml")
OF_THE_SUBMISSION = ("about", "path", "status", "score", "notes")
SEEDS = (1, 20_260_214)  # two, since no verdict and no cause may depend on the numbers that are drawn
CUT_OFF = CLASS / "rosa" / "partials.ipynb"

Key = tuple[str, str]
Row = dict[str, Any]


def expected() -> dict[Key, Row]:
    """Return the table's row for each student and assignment."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    unset = table.pop("unset")
    return {
        (student, slug): _untouched(unset.get(slug, ())) | row
        if row["status"] in {"graded", "repaired"}
        else row
        for student, rows in table.items()
        for slug, row in rows.items()
    }


def _untouched(exercises: Sequence[str]) -> Row:
    return {name: {"verdict": "not_attempted", "score": 0} for name in exercises}


EXPECTED = expected()


@pytest.fixture(scope="session")
def course() -> Course:
    """The course of this repository."""
    return load_course(ROOT)


@pytest.fixture(scope="session")
def submissions(course: Course) -> list[Submission]:
    """What is found in the folder."""
    return find(CLASS, {sheet.assignment.slug: sheet.assignment.functions for sheet in course.sheets})


@pytest.fixture(scope="session", params=SEEDS)
def reports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[Key, Report]:
    """The report on every submission, for one seed, by the command that an instructor calls."""
    out = tmp_path_factory.mktemp("results")
    command = [sys.executable, "-m", "autograder", "grade", str(CLASS), "--course", str(ROOT)]
    done = subprocess.run(
        [*command, "--out", str(out), "--seed", str(request.param), "-j", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    with Store.open(out) as store:
        return {(report.student, report.assignment): report for report in store.reports()}


def row_of(report: Report) -> Row:
    """Return a report in the form of the table, without what is written for people."""
    row: Row = {"path": report.path, "status": str(report.status), "score": report.score}
    return row | {
        exercise.name: {"verdict": str(exercise.verdict), "score": exercise.score} | cause_of(exercise)
        for exercise in report.exercises
        if exercise.verdict is not Verdict.PASSED
    }


def cause_of(exercise: ExerciseResult) -> Row:
    """Return the mistake that is named, else the kind of the symptom that is described, else nothing."""
    if exercise.diagnosis is None or not exercise.diagnosis.message:
        return {}
    if exercise.diagnosis.mistake:
        return {"mistake": exercise.diagnosis.mistake}
    return {"symptom": exercise.mismatch.kind if exercise.mismatch else ""}


@pytest.mark.slow
@pytest.mark.parametrize("key", EXPECTED, ids=" ".join)
def test_a_submission_gets_what_it_must(key: Key, reports: dict[Key, Report]) -> None:
    """Status, score, verdicts and causes are those of the table, and what is not in it is passed."""
    row = {name: value for name, value in EXPECTED[key].items() if name not in {"about", "notes"}}
    assert row_of(reports[key]) == row


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "part"),
    [(key, part) for key, row in EXPECTED.items() for part in row.get("notes", ())],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_the_notes_say_what_happened_to_a_submission(key: Key, part: str, reports: dict[Key, Report]) -> None:
    """Repairs, skipped parts and the reason why a file cannot be graded are told."""
    assert part in "\n".join(reports[key].notes)


@pytest.mark.slow
def test_every_submission_is_worth_its_assignment(course: Course, reports: dict[Key, Report]) -> None:
    """Also what cannot be read could have earned all points; only where no assignment is known there are none."""
    points = {sheet.assignment.slug: sheet.assignment.points for sheet in course.sheets}
    assert {key: report.max_score for key, report in reports.items()} == {
        key: points.get(key[1], 0.0) for key in reports
    }


def test_the_table_holds_what_is_found(submissions: list[Submission]) -> None:
    """Every submission found has a row in the table, and every row a submission; none is found twice."""
    assert sorted((row.student, row.assignment) for row in submissions) == sorted(EXPECTED)


def test_the_table_names_exercises_and_mistakes_that_exist(course: Course) -> None:
    """A row's exercises are those of its assignment, and a mistake is one of its exercise, or a fingerprint."""
    known: dict[str, dict[str, set[str]]] = {
        sheet.assignment.slug: {
            exercise.name: {*IDS, *(mistake.name for mistake in exercise.mistakes)}
            for exercise in sheet.assignment.exercises
        }
        for sheet in course.sheets
    }
    unknown = [
        (key, name, result)
        for key, row in EXPECTED.items()
        for name, result in row.items()
        if name not in OF_THE_SUBMISSION
        and result.get("mistake") not in {None, *known.get(key[1], {}).get(name, ())}
    ]
    misplaced = [
        (key, name)
        for key, row in EXPECTED.items()
        for name in row
        if name not in {*OF_THE_SUBMISSION, *known.get(key[1], ())}
    ]
    assert (unknown, misplaced) == ([], [])


def test_the_class_shows_every_verdict() -> None:
    """Every verdict that students can bring about without torch occurs in the class."""
    results = [result for row in EXPECTED.values() for result in row.values() if isinstance(result, dict)]
    assert {result["verdict"] for result in results} == {
        str(verdict) for verdict in Verdict if verdict not in {Verdict.FORBIDDEN, Verdict.UNGRADED}
    } - {str(Verdict.PASSED)}
    assert any(not set(row) - set(OF_THE_SUBMISSION) for row in EXPECTED.values())


@pytest.mark.parametrize(
    "file", sorted(CLASS.rglob("*.ipynb")), ids=lambda file: file.relative_to(CLASS).as_posix()
)
def test_the_notebooks_are_valid_but_for_the_one_that_is_cut_off(file: Path) -> None:
    """Jupyter could have saved them; the file that was cut off is not even JSON."""
    text = file.read_text(encoding="utf-8")
    if file == CUT_OFF:
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)
    else:
        nbformat.validate(json.loads(text))


def test_the_encodings_have_survived() -> None:
    """No editor and no checkout has changed a byte order mark, Windows line ends, Latin-1 or a picture."""
    marked, windows, latin, picture = (
        (CLASS / name).read_bytes()
        for name in ("rosa/ops.py", "mary ann/ops.py", "josé álvarez/partials.py", "tamar/ops.py")
    )
    assert marked.startswith(codecs.BOM_UTF8)
    assert windows.count(b"\r\n") == windows.count(b"\n") > 0
    assert "ángulo".encode("latin-1") in latin
    assert picture.startswith(b"\x89PNG")
