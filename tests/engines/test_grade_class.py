"""A class from its folder to its results: what is graded, what is kept, and what the results say of how they came."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import autograder
from autograder.authoring import CourseError
from autograder.engines import grade_class
from autograder.engines.grade_class import Keys
from autograder.engines.workplace import Workplace
from autograder.grading import Grader
from autograder.model import Isolation
from autograder.sandbox import canaries, levels
from autograder.sandbox.children import SandboxError
from autograder.store import Place, Store, StoreError
from autograder.submissions import FindError

if TYPE_CHECKING:
    from autograder.engines import ClassRun
    from autograder.model import Report, Submission
    from tests.conftest import TinyClass

WRONG = "def double(x):\n    return x.copy()\n\n\ndef half(x):\n    return x / 2\n"


@pytest.fixture
def three(tiny_class: TinyClass) -> TinyClass:
    """Ada, Ben and Cem have handed in `lines`; Ben's is wrong."""
    tiny_class.hand_in("ada")
    tiny_class.hand_in("ben", text=WRONG)
    tiny_class.hand_in("cem")
    return tiny_class


def counts(run: ClassRun) -> tuple[int, int]:
    """Return how many were graded and how many kept."""
    return run.graded, run.kept


def level(tiny_class: TinyClass) -> str:
    """Return the isolation that the results tell."""
    return str(tiny_class.results()["grader"]["isolation"]["level"])


def test_every_submission_gets_its_row(three: TinyClass) -> None:
    """Scores, verdicts and diagnoses are in the results, and the table for spreadsheets has the same rows."""
    run = three.grade()
    assert run.submissions == (("ada", "lines"), ("ben", "lines"), ("cem", "lines"))
    assert counts(run) == (3, 0)
    assert three.scores() == {("ada", "lines"): 3.0, ("ben", "lines"): 1.0, ("cem", "lines"): 3.0}
    double = three.rows()["ben", "lines"]["exercises"][0]
    assert (double["verdict"], double["diagnosis"]["mistake"]) == ("failed", "double-nothing")
    with (three.out / "grades.csv").open(encoding="utf-8") as file:
        table = [(row["student"], row["score"]) for row in csv.DictReader(file)]
    assert table == [("ada", "3"), ("ben", "1"), ("cem", "3")]


def test_the_results_tell_how_they_were_made(three: TinyClass) -> None:
    """Version, seed, and what held in the sandbox."""
    run = three.grade(seed=7)
    grader = three.results()["grader"]
    assert (grader["version"], grader["seed"]) == (autograder.__version__, 7)
    assert run.isolation is not None
    assert grader["isolation"] == {
        "level": "landlock",
        "enforced": list(run.isolation.enforced),
        "missing": list(run.isolation.missing),
    }
    assert "network" in run.isolation.enforced


def test_nothing_is_graded_twice(three: TinyClass) -> None:
    """What has not changed is kept, without a sandbox; the results stay the same to the byte."""
    three.grade()
    before = (three.out / "results.json").read_bytes()
    run = three.grade()
    assert (counts(run), run.isolation) == ((0, 3), None)
    assert (three.out / "results.json").read_bytes() == before


def test_only_what_is_new_or_has_changed_is_graded(three: TinyClass) -> None:
    """An edited file, and a new student."""
    three.grade()
    three.hand_in("ben")
    three.hand_in("dana", text="")
    run = three.grade()
    assert counts(run) == (2, 2)
    assert three.scores() == {
        ("ada", "lines"): 3.0,
        ("ben", "lines"): 3.0,
        ("cem", "lines"): 3.0,
        ("dana", "lines"): 0.0,
    }


def test_a_withdrawn_file_has_no_row(three: TinyClass) -> None:
    """The row of work that is no longer handed in goes; who has handed in nothing at all is told so."""
    three.hand_in("ada", "curves")
    three.grade()
    (three.work / "ada" / "curves.py").unlink()
    (three.work / "ben" / "lines.py").unlink()
    run = three.grade()
    assert run.kept == 2
    assert {key: row["status"] for key, row in three.rows().items()} == {
        ("ada", "lines"): "graded",
        ("ben", "unknown"): "missing",
        ("cem", "lines"): "graded",
    }


def test_part_of_a_class(three: TinyClass) -> None:
    """Grading one student's folder anew leaves the others' rows as they are."""
    three.grade()
    file = three.hand_in("ben")
    run = three.grade(file)
    assert (run.submissions, counts(run)) == ((("ben", "lines"),), (1, 0))
    assert three.scores() == {("ada", "lines"): 3.0, ("ben", "lines"): 3.0, ("cem", "lines"): 3.0}


def test_one_assignment(three: TinyClass) -> None:
    """Everybody has exactly one row for it, and rows of others stay."""
    three.hand_in("ada", "curves")
    three.grade()
    run = three.grade(assignment="curves")
    assert run.submissions == (("ada", "curves"), ("ben", "curves"), ("cem", "curves"))
    assert counts(run) == (2, 1)
    rows = three.rows()
    assert {key: (row["status"], row["score"], row["max_score"]) for key, row in rows.items()} == {
        ("ada", "curves"): ("graded", 3.0, 3.0),
        ("ada", "lines"): ("graded", 3.0, 3.0),
        ("ben", "curves"): ("missing", 0.0, 3.0),
        ("ben", "lines"): ("graded", 1.0, 3.0),
        ("cem", "curves"): ("missing", 0.0, 3.0),
        ("cem", "lines"): ("graded", 3.0, 3.0),
    }


def test_what_cannot_be_read_or_told_gets_a_row(three: TinyClass) -> None:
    """A broken notebook, a picture, and a file of no assignment: each says what it is, and nobody is left out."""
    (three.work / "dana").mkdir()
    (three.work / "dana" / "lines.ipynb").write_text('{"cells": [', encoding="utf-8")
    (three.work / "eve").mkdir()
    (three.work / "eve" / "lines.py").write_bytes(b"\x89PNG\0\0")
    (three.work / "finn").mkdir()
    (three.work / "finn" / "poem.py").write_text("roses = 'red'\n", encoding="utf-8")
    three.grade()
    rows = three.rows()
    assert {key: (row["status"], row["score"], row["max_score"]) for key, row in rows.items()} == {
        ("ada", "lines"): ("graded", 3.0, 3.0),
        ("ben", "lines"): ("graded", 1.0, 3.0),
        ("cem", "lines"): ("graded", 3.0, 3.0),
        ("dana", "lines"): ("unreadable", 0.0, 3.0),
        ("eve", "lines"): ("unreadable", 0.0, 3.0),
        ("finn", "unknown"): ("missing", 0.0, 0.0),
    }
    assert all(rows[key]["notes"] for key in [("dana", "lines"), ("eve", "lines"), ("finn", "unknown")])


def test_a_class_with_nothing_to_run(tiny_class: TinyClass) -> None:
    """No sandbox is opened; a row is worth the same as beside one that is graded."""
    (tiny_class.hand_in("ada")).write_bytes(b"\x89PNG\0\0")
    run = tiny_class.grade()
    assert (run.isolation, tiny_class.results()["grader"]["isolation"]) == (None, None)
    assert tiny_class.rows()["ada", "lines"]["max_score"] == 3.0


class Stop:
    """Interrupts a run when so many reports have come, and remembers whose they were."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.seen: list[str] = []

    def __call__(self, *told: Any) -> None:
        """Take what `grade_class` tells: how many are done, of how many, and the report that has come."""
        if (report := told[2]) is not None:
            self.seen.append(report.student)
        if len(self.seen) == self.after:
            raise KeyboardInterrupt


@pytest.mark.parametrize("after", [1, 3, 5])
def test_an_interrupted_run_goes_on_where_it_stopped(
    tiny_class: TinyClass, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """The rest is graded, nothing is graded twice, and the results are those of a run that nobody disturbed."""
    for number in range(5):
        tiny_class.hand_in(f"s{number}", text=WRONG if number % 2 else None)
    stop = Stop(after)
    with pytest.raises(KeyboardInterrupt):
        tiny_class.grade(progress=stop)
    assert not (tiny_class.out / "results.json").exists()
    graded: list[str] = []
    grade = Workplace.grade

    def recording(self: Workplace, submission: Submission) -> Report:
        graded.append(submission.student)
        return grade(self, submission)

    monkeypatch.setattr(Workplace, "grade", recording)
    run = tiny_class.grade()
    assert counts(run) == (5 - after, after)
    assert sorted(graded + stop.seen) == [f"s{number}" for number in range(5)]
    resumed = tiny_class.rows(), tiny_class.results()["grader"]
    shutil.rmtree(tiny_class.out)
    tiny_class.grade()
    assert resumed == (tiny_class.rows(), tiny_class.results()["grader"])


def test_an_interrupted_run_leaves_the_earlier_results(three: TinyClass) -> None:
    """The files in `results/` are written at the end, whole; what had come is kept all the same."""
    three.grade()
    before = (three.out / "results.json").read_bytes()
    with pytest.raises(KeyboardInterrupt):
        three.grade(again=True, jobs=1, progress=Stop(2))
    assert (three.out / "results.json").read_bytes() == before
    assert sorted(file.name for file in three.out.iterdir() if not file.name.startswith("grades.sqlite")) == [
        "grades.csv",
        "results.json",
    ]
    assert counts(three.grade()) == (1, 2)  # what was to be graded again and was not is still to be


def test_two_runs_into_one_folder(three: TinyClass) -> None:
    """The second is refused while the first goes on, which is not disturbed; nobody is graded twice."""

    def second(*_: object) -> None:
        with pytest.raises(StoreError, match="is in use by another run"):
            three.grade()

    assert counts(three.grade(progress=second)) == (3, 0)
    assert counts(three.grade()) == (0, 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [("grader", '{"levels": {"landlock": {}}}'), ("grader", '{"levels": {"best": {}}}'), ("seed", "x")],
)
def test_a_store_that_somebody_has_written_into(three: TinyClass, name: str, value: str) -> None:
    """It is an error in one sentence, and the results are as they were."""
    three.grade()
    before = (three.out / "results.json").read_bytes()
    with Store.open(three.out) as store:
        store._set_meta(name, value)
    with pytest.raises(StoreError, match="this is our error"):
        three.grade(seed=None)
    assert (three.out / "results.json").read_bytes() == before


def test_progress_counts_what_is_kept(three: TinyClass) -> None:
    """It begins with what needs no grading and ends with everything."""
    three.grade()
    three.hand_in("ben")
    three.hand_in("dana")
    told: list[tuple[int, int, bool]] = []
    three.grade(progress=lambda done, total, report: told.append((done, total, report is not None)))
    assert told == [(2, 4, False), (3, 4, True), (4, 4, True)]


@pytest.mark.parametrize("name", ["solution.py", "checks.py"])
def test_a_changed_reference_grades_its_assignment_anew(three: TinyClass, name: str) -> None:
    """All rows of it, and those of no other."""
    three.hand_in("ada", "curves")
    three.grade()
    three.plant("import numpy as np", "import numpy as np  # edited", name=name)
    assert counts(three.grade()) == (3, 1)


def test_changed_messages_grade_anew(three: TinyClass) -> None:
    """Students are told what the course says now; a file that is not used by anything changes nothing."""
    wrong = WRONG.replace("x.copy()", "6 * x")
    three.hand_in("ben", text=wrong)
    three.grade()
    told = three.rows()["ben", "lines"]["exercises"][0]["diagnosis"]
    assert (told["mistake"], told["message"].partition(".")[0]) == (
        "factor:unnamed",
        "double: Every number that you return is off by a factor, the same one within each case",
    )
    file = three.root / "reference" / "messages.toml"
    file.write_text('"factor:unnamed" = "{numbers}: a factor!"', encoding="utf-8")
    assert counts(three.grade()) == (3, 0)
    told = three.rows()["ben", "lines"]["exercises"][0]["diagnosis"]
    assert told["message"] == "double: Every number that you return: a factor!"
    assert counts(three.grade()) == (0, 3)


def test_messages_that_cannot_be_used_stop_a_run(three: TinyClass) -> None:
    """Before anything is graded: the results are as they were."""
    three.grade()
    before = three.results()
    (three.root / "reference" / "messages.toml").write_text('"zero:all" = "{right}"', encoding="utf-8")
    with pytest.raises(CourseError, match=r"messages\.toml: 'zero:all' may have only \{numbers\} in braces"):
        three.grade(seed=9)
    assert three.results() == before


def test_another_seed_grades_anew(three: TinyClass) -> None:
    """The seed is kept: without one the stored one is used, and another one that is asked for replaces it."""
    three.grade(seed=None)
    drawn = three.results()["grader"]["seed"]
    assert counts(three.grade(seed=None)) == (0, 3)
    assert counts(three.grade(seed=drawn)) == (0, 3)
    assert counts(three.grade(seed=drawn + 1)) == (3, 0)
    assert counts(three.grade(seed=None)) == (0, 3)
    assert three.results()["grader"]["seed"] == drawn + 1


def test_a_run_that_is_refused_leaves_the_seed(three: TinyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """A seed that was asked for in vain changes nothing: the next run finds its rows as they were."""
    three.grade(seed=5)
    with monkeypatch.context() as broken:
        broken.setattr(levels, "_bubblewrap", lambda _: ["/nonexistent/bwrap", "--"])
        with pytest.raises(SandboxError, match="Install bubblewrap"):
            three.grade(seed=6, isolation=Isolation.FULL)
    assert counts(three.grade(seed=None)) == (0, 3)
    assert three.results()["grader"]["seed"] == 5


def test_each_row_tells_its_seed(three: TinyClass) -> None:
    """Also the rows of students who were not in a later run with another seed; of unread work too."""
    (three.work / "cem" / "lines.py").write_bytes(b"\x89PNG\0\0")
    three.grade(seed=5)
    three.grade(three.work / "ben", seed=6)
    seeds = {student: row["seed"] for (student, _), row in three.rows().items()}
    assert (seeds, three.results()["grader"]["seed"]) == ({"ada": 5, "ben": 6, "cem": 5}, 6)


def test_where_the_work_lay_is_kept(three: TinyClass) -> None:
    """The last place, absolute, also of rows that were kept; what a run did not look at stays as it was."""
    three.grade()
    moved = three.root / "moved"
    three.work.rename(moved)
    assert counts(three.grade(moved)) == (0, 3)
    three.grade(moved / "ben" / "lines.py", assignment="lines")
    with Store.open(three.out) as store:
        rows = {student: store.row(student, "lines") for student in ("ada", "ben")}
    assert {student: row and row.place for student, row in rows.items()} == {
        "ada": Place(str(moved), None),
        "ben": Place(str(moved / "ben" / "lines.py"), "lines"),
    }


def test_a_key_tells_what_has_changed(three: TinyClass) -> None:
    """The grader and its seed, the reference, the work, each apart from the others."""
    ada, ben = three.submission("ada"), three.submission("ben")
    before = Keys(three.course(), 1)
    key = f"landlock {before.of(ada)}"
    assert before.changed(key, ada) == ()
    assert before.changed(key, ben) == ("the submission",)
    assert Keys(three.course(), 2).changed(key, ada) == ("the grader",)
    three.plant("import numpy as np", "import numpy as np  # edited")
    assert Keys(three.course(), 1).changed(key, ada) == ("the reference or its checks",)
    assert Keys(three.course(), 2).changed(key, ben) == Keys.PARTS
    assert before.changed("landlock of another version", ada) == ("the grader",)


def test_another_version_grades_anew(three: TinyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another grader may come to another verdict."""
    three.grade()
    monkeypatch.setattr(autograder, "__version__", "99")
    assert counts(three.grade()) == (3, 0)
    assert three.results()["grader"]["version"] == "99"


def test_again_grades_everything(three: TinyClass) -> None:
    """Though nothing has changed."""
    three.grade()
    assert counts(three.grade(again=True)) == (3, 0)


def test_a_stronger_isolation_grades_anew(three: TinyClass) -> None:
    """What was run with less is not good enough; weaker and equal demands are met by what is there."""
    limits, landlock = Isolation.LIMITS, Isolation.LANDLOCK
    assert counts(three.grade(isolation=limits)) == (3, 0)
    assert counts(three.grade(isolation=limits)) == (0, 3)
    assert level(three) == "limits"
    assert counts(three.grade(isolation=landlock)) == (3, 0)
    assert level(three) == "landlock"
    assert counts(three.grade(isolation=landlock)) == (0, 3)
    assert counts(three.grade(isolation=limits)) == (0, 3)
    assert level(three) == "landlock"


def test_what_was_run_with_limits_alone_is_accepted_by_name_only(three: TinyClass) -> None:
    """Without a word on isolation nothing weaker than `landlock` counts, not even from an earlier run."""
    three.grade(isolation=Isolation.LIMITS)
    assert counts(three.grade(isolation=None)) == (3, 0)
    assert level(three) in {"landlock", "full"}
    assert counts(three.grade(isolation=None)) == (0, 3)


def test_the_results_tell_the_weakest_isolation_of_all_rows(three: TinyClass) -> None:
    """Also of those that an earlier run has graded with more, or with less."""
    three.grade(isolation=Isolation.LANDLOCK)
    three.hand_in("dana")
    assert counts(three.grade(isolation=Isolation.LIMITS)) == (1, 3)
    assert level(three) == "limits"
    assert "other files" in three.results()["grader"]["isolation"]["missing"]
    assert counts(three.grade(three.work / "ada", isolation=Isolation.LANDLOCK)) == (1, 0)
    assert level(three) == "limits"
    assert three.grade(isolation=Isolation.LANDLOCK).graded == 2
    assert level(three) == "landlock"


def test_an_interrupted_run_has_told_its_isolation(three: TinyClass) -> None:
    """A later run that grades the rest with more still knows what the first rows were made with."""
    with pytest.raises(KeyboardInterrupt):
        three.grade(isolation=Isolation.LIMITS, progress=Stop(1))
    three.grade(three.work / "cem", isolation=Isolation.LANDLOCK)
    three.grade(isolation=Isolation.LIMITS)
    assert level(three) == "limits"


def test_what_one_level_enforces_is_what_it_enforced_everywhere(
    three: TinyClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of one level may come from two machines: what either of them lacked is missing."""
    three.grade(isolation=Isolation.LIMITS)
    missing = three.results()["grader"]["isolation"]["missing"]
    probe = canaries.probe

    def better(sandbox: Any) -> canaries.Enforced:
        found = probe(sandbox)
        return replace(found, enforced=(*found.enforced, *found.missing), missing=())

    monkeypatch.setattr(canaries, "probe", better)
    three.hand_in("dana")
    run = three.grade(isolation=Isolation.LIMITS)
    assert run.isolation is not None
    assert (run.graded, run.isolation.missing) == (1, ())
    assert three.results()["grader"]["isolation"]["missing"] == missing != []


def test_an_isolation_that_cannot_be_had(three: TinyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused, and the results are as they were."""
    three.grade()
    before = (three.out / "results.json").read_bytes()
    monkeypatch.setattr(levels, "_bubblewrap", lambda _: ["/nonexistent/bwrap", "--"])
    with pytest.raises(SandboxError, match="Install bubblewrap"):
        three.grade(isolation=Isolation.FULL)
    assert (three.out / "results.json").read_bytes() == before
    monkeypatch.undo()
    assert counts(three.grade()) == (0, 3)


def test_what_is_ungraded_is_tried_again(three: TinyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our fault is a row without a score, and not the last word."""

    def failing(self: Grader, submission: Submission) -> Report:
        raise RuntimeError(submission.student)

    with monkeypatch.context() as broken:
        broken.setattr(Grader, "grade", failing)
        assert counts(three.grade()) == (3, 0)
        assert three.scores() == dict.fromkeys(three.scores(), None)
    assert counts(three.grade()) == (3, 0)
    assert three.scores() == {("ada", "lines"): 3.0, ("ben", "lines"): 1.0, ("cem", "lines"): 3.0}


def test_a_broken_exercise_is_ungraded_until_it_is_mended(three: TinyClass) -> None:
    """Everybody keeps what was earned elsewhere on the sheet, and another sheet is not concerned."""
    three.hand_in("ada", "curves")
    three.plant("def double_few(rng):", "def double_few(rng):\n    1 / 0")
    three.grade()
    assert three.scores() == {
        ("ada", "curves"): 3.0,
        ("ada", "lines"): None,
        ("ben", "lines"): None,
        ("cem", "lines"): None,
    }
    rows = three.rows()
    verdicts = [exercise["verdict"] for exercise in rows["ben", "lines"]["exercises"]]
    assert verdicts == ["ungraded", "passed"]
    assert counts(three.grade()) == (3, 1)
    three.plant("def double_few(rng):\n    1 / 0", "def double_few(rng):")
    assert counts(three.grade()) == (3, 1)
    assert three.scores()["ben", "lines"] == 1.0


def test_answers_that_contradict_each_other_cost_nobody(three: TinyClass) -> None:
    """An oracle that disagrees makes its exercise ungraded, and no other."""
    three.plant("return np.array([2 * x for x in x.tolist()])", "return 3 * x")
    three.grade()
    for row in three.rows().values():
        double, half = row["exercises"]
        assert (double["verdict"], half["verdict"]) == ("ungraded", "passed")


@pytest.mark.parametrize("place", ["class", "class/results", "class/ada"])
def test_results_among_the_submissions(three: TinyClass, place: str) -> None:
    """They are refused before anything is written: the next run would take them for a student's."""
    with pytest.raises(StoreError, match=r"lies within .*, where the next run would take it .* --out\."):
        grade_class(three.course(), three.work, three.root / place)
    assert sorted(path.name for path in three.work.rglob("*")) == ["ada", "ben", "cem"] + ["lines.py"] * 3


@pytest.mark.parametrize(
    ("path", "assignment", "message"),
    [("nowhere", None, "cannot be found"), ("class", "circles", "no assignment 'circles'")],
)
def test_what_cannot_be_found_leaves_no_trace(
    three: TinyClass, path: str, assignment: str | None, message: str
) -> None:
    """Not even an empty folder for the results."""
    with pytest.raises(FindError, match=message):
        three.grade(three.root / path, assignment=assignment)
    assert not three.out.exists()


def test_students_whose_names_could_deceive(tiny_class: TinyClass) -> None:
    """A name that reverses its text or steers a terminal is its own row, and found again by the next run."""
    for name in ("eve\x1b[2J", "eve", "eve\u202e", "[bold]eve", "=cmd()"):
        tiny_class.hand_in(name)
    assert tiny_class.grade().graded == 5
    assert sorted(student for student, _ in tiny_class.rows()) == [
        "=cmd()",
        "[bold]eve",
        "eve",
        "eve\\u202e",
        "eve\\x1b[2J",
    ]
    assert counts(tiny_class.grade()) == (0, 5)
