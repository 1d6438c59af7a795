"""`autograder grade`: what an instructor sees, and what every wrong input comes to."""

from __future__ import annotations

import signal
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from autograder.cli import instructor
from autograder.grading import Grader
from autograder.model import Isolation
from autograder.sandbox import levels
from autograder.store import results
from tests.cli.conftest import begin
from tests.conftest import RIGHT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from autograder.model import Report, Submission
    from tests.cli.conftest import Command
    from tests.conftest import TinyClass

QUICK = ("--isolation", "landlock", "-j", 2, "--seed", 1)
"""Without bubblewrap, which takes longer to start."""


@pytest.fixture
def two(tiny_class: TinyClass) -> TinyClass:
    """Ada and Ben have handed in `lines`, Ada `curves` as well; half of Ben's is not written."""
    tiny_class.hand_in("ada")
    tiny_class.hand_in("ada", "curves")
    tiny_class.hand_in("ben", text="def double(x):\n    return 2 * x\n")
    return tiny_class


def test_a_class(two: TinyClass, command: Command) -> None:
    """A table, how many were graded, what held meanwhile, and where the results are; then nothing is left to do."""
    first = command("grade", "class", *QUICK)
    assert (first.code, first.err) == (0, "")
    assert first.lines == [
        "student curves lines",
        "ada 3/3 3/3",
        "ben 2/3",
        "3 graded.",
        f"Isolation: landlock. {instructor.HELD[Isolation.LANDLOCK]}",
        "Left open: which other processes there are can be seen; whether a file exists can be seen, its content not.",
        "Results: results/results.json, results/grades.csv",
    ]
    assert two.scores() == {("ada", "curves"): 3.0, ("ada", "lines"): 3.0, ("ben", "lines"): 2.0}
    again = command("grade", "class", *QUICK)
    assert (again.code, again.lines[:3]) == (0, first.lines[:3])
    assert again.lines[3:] == ["0 graded, 3 had been graded before and have not changed.", first.lines[-1]]
    assert command("grade", "class", *QUICK, "--again").lines == first.lines


ENDINGS = {
    "timed_out": "while True: pass",
    "out_of_memory": "x = np.ones(90 << 20)",
    "too_much_output": "print('x' * (2 << 20))",
    "raised": "open('notes.txt', 'w')",
    "forbidden": "x = x + 0 * np.cumsum(x)",
}


def test_limits_and_bans_are_in_the_results(tiny_class: TinyClass, command: Command) -> None:
    """Each has its verdict and a sentence, costs its exercise and no other; everybody has a row."""
    limits = "limits=Limits(seconds=0.4, memory_mb=128, output_mb=1)"
    tiny_class.plant('title="Lines"', f'title="Lines", {limits}')
    tiny_class.plant("import Assignment\n", "import Assignment, Limits\n")
    tiny_class.plant(
        '@double.case("value")\ndef double_few',
        'double.forbid("numpy.cumsum", because="Add them up yourself.")\n\n@double.case("value")\ndef double_few',
    )
    right = RIGHT["lines"]
    for name, body in ENDINGS.items():
        tiny_class.hand_in(name, text=right.replace("    return 2 *", f"    {body}\n    return 2 *"))
    assert command("grade", "class", *QUICK).code == 0
    rows = {student: row["exercises"] for (student, _), row in tiny_class.rows().items()}
    assert {student: (double["verdict"], half["verdict"]) for student, (double, half) in rows.items()} == {
        name: (name, "passed") for name in ENDINGS
    }
    said = {student: double["diagnosis"]["message"] for student, (double, _) in rows.items()}
    assert said["forbidden"] == (
        "lines.py, line 5: np.cumsum is not allowed in this exercise. Add them up yourself."
    )
    assert said["raised"].endswith("return what you have in place of saving it.")
    replayed = command("replay", "forbidden", "double", "--isolation", "landlock")
    assert (replayed.code, "This is the stored verdict." in replayed.out) == (0, True)


def test_the_options(two: TinyClass, command: Command) -> None:
    """One assignment, another folder for the results, a seed, another course's folder, and the strongest isolation."""
    done = command(
        "grade", "class", "-a", "curves", "-o", "elsewhere/deep", "--seed", 7, "-j", 1, "--course", "."
    )
    assert (done.code, done.err) == (0, "")
    assert done.lines[:4] == ["student curves", "ada 3/3", "ben missing", "2 graded."]
    assert done.lines[-1] == "Results: elsewhere/deep/results.json, elsewhere/deep/grades.csv"
    assert (two.root / "elsewhere" / "deep" / "grades.csv").is_file()
    assert not two.out.exists()


def test_one_file_from_a_folder_within_the_course(
    two: TinyClass, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The course is found upwards, paths are relative to where one is, and only what was asked for is shown."""
    monkeypatch.chdir(two.root / "reference")
    command("grade", "../class", *QUICK, "-o", "../results")
    done = command("grade", "../class/ben/lines.py", *QUICK, "-o", "../results")
    assert (done.code, done.lines[:3]) == (0, ["student lines", "ben 2/3", "1 graded."])


def test_what_could_not_be_read_is_told(two: TinyClass, command: Command) -> None:
    """A line for each such file, with the remedy; the class is graded all the same."""
    (two.work / "ben" / "lines.py").write_bytes(b"\x89PNG\0\0")
    done = command("grade", "class", *QUICK)
    assert done.code == 0
    assert done.lines[1:4] == [
        "ada 3/3 3/3",
        "ben unreadable",
        "ben, lines: lines.py is not a text file: it holds zero bytes. Hand in the .py file or the .ipynb notebook itself.",
    ]


def test_our_own_fault_is_loud(two: TinyClass, command: Command) -> None:
    """An exercise without a key is ungraded for everybody: one line that says it, the remedy, and exit code 3."""
    two.plant("def half_few(rng):", "def half_few(rng):\n    1 / 0")
    checks = (two.root / "reference" / "lines" / "checks.py").read_text(encoding="utf-8")
    line = checks[: checks.index("1 / 0")].count("\n") + 1
    done = command("grade", "class", *QUICK)
    assert done.code == 3
    assert done.lines[:4] == [
        "student curves lines",
        "ada 3/3 ungraded",
        "ben ungraded",
        f"ada and 1 more, lines, half: Not graded: its answer key cannot be made: ZeroDivisionError in checks.py, line {line}. This is our error, not yours.",
    ]
    assert done.lines[-1] == (
        "What is ungraded has no score and is tried again by the next run. "
        "`autograder validate` says what is wrong with an assignment."
    )
    two.plant("def half_few(rng):\n    1 / 0", "def half_few(rng):")
    assert command("grade", "class", *QUICK).code == 0


def test_texts_of_students_are_shown_as_they_are(two: TinyClass, command: Command) -> None:
    """Names and notes can neither steer the terminal nor be taken for markup, nor break it."""
    two.hand_in("[bold]eve[red]")
    two.hand_in("mal\x1b[31mlory\x07")
    (two.work / "[blink]").mkdir()
    (two.work / "[blink]" / "lines [x].ipynb").write_text("{", encoding="utf-8")
    done = command("grade", "class", *QUICK)
    assert (done.code, done.err) == (0, "")
    assert done.lines[:6] == [
        "student curves lines",
        "[blink] unreadable",
        "[bold]eve[red] 3/3",
        "ada 3/3 3/3",
        "ben 2/3",
        "mal\\x1b[31mlory\\x07 3/3",
    ]
    assert done.lines[6].startswith("[blink], lines: lines [x].ipynb is not a notebook")
    assert not set(done.out) & {"\x1b", "\x07", "\x9b"}


def nothing(tiny_class: TinyClass) -> None:
    """Change nothing."""


def link(tiny_class: TinyClass) -> None:
    """Make a link to the class."""
    (tiny_class.root / "link").symlink_to(tiny_class.work)


def empty(tiny_class: TinyClass) -> None:
    """Make an empty folder."""
    (tiny_class.root / "empty").mkdir()


def notes(tiny_class: TinyClass) -> None:
    """Write a file that is no code."""
    (tiny_class.root / "notes.md").write_text("hello", encoding="utf-8")


def broken_toml(tiny_class: TinyClass) -> None:
    """Break the course's list."""
    (tiny_class.root / "reference" / "course.toml").write_text("title = \n", encoding="utf-8")


def untitled(tiny_class: TinyClass) -> None:
    """Leave the title out."""
    (tiny_class.root / "reference" / "course.toml").write_text("assignments = []\n", encoding="utf-8")


def no_solution(tiny_class: TinyClass) -> None:
    """Remove a reference."""
    (tiny_class.root / "reference" / "lines" / "solution.py").unlink()


def broken_checks(tiny_class: TinyClass) -> None:
    """Break the syntax of a sheet's checks."""
    tiny_class.plant("@double.oracle()", "@double.oracle(")


def escaping_checks(tiny_class: TinyClass) -> None:
    """Raise a text that steers a terminal."""
    tiny_class.plant("import numpy as np", "raise ValueError('\\x1b[2Jgone [/bold]')")


@pytest.mark.parametrize(
    ("prepare", "args", "message"),
    [
        (nothing, ["nowhere"], "nowhere cannot be found (No such file or directory): give the folder"),
        (
            link,
            ["link"],
            "link is a link, which is never followed: give the folder or file that it points to.",
        ),
        (empty, ["empty"], "There is nothing to grade in empty: put a folder for each student"),
        (
            notes,
            ["notes.md"],
            "notes.md is no .py file and no .ipynb notebook: give one of these, a .zip or a folder.",
        ),
        (nothing, ["class", "-a", "circles"], "There is no assignment 'circles'; give one of lines, curves."),
        (
            nothing,
            ["class", "--course", "class"],
            "class is not a course: there is no class/reference/course.toml.",
        ),
        (
            nothing,
            ["class", "-o", "class/out"],
            "class/out lies within class, where the next run would take it",
        ),
        (broken_toml, ["class"], "reference/course.toml cannot be used: Invalid value (at line 1, column 9)"),
        (
            untitled,
            ["class"],
            "reference/course.toml cannot be used: 'title'. It needs `title` and `assignments`.",
        ),
        (no_solution, ["class"], "reference/lines/solution.py cannot be read:"),
        (broken_checks, ["class"], "reference/lines/checks.py:27: does not load: SyntaxError:"),
        (escaping_checks, ["class"], "reference/lines/checks.py:3: does not load: ValueError: gone [/bold]"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(
    two: TinyClass, command: Command, prepare: Callable[[TinyClass], None], args: list[str], message: str
) -> None:
    """What is wrong and what to do, with exit code 2; nothing is written."""
    prepare(two)
    done = command("grade", *args)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert done.err.count("\n") == 1
    assert not two.out.exists()


def test_no_course_here(
    command: Command, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where neither this folder nor one above it has a course."""
    monkeypatch.chdir(tmp_path_factory.mktemp("nowhere"))
    done = command("grade", "class")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("No course here: neither ")
    assert done.err.endswith(
        "Go to the course's folder, or name it with --course DIR; `autograder new NAME` begins one.\n"
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([], "Missing argument"),
        (["class", "other"], "unexpected extra argument"),
        (["class", "--sed", "1"], "No such option"),
        (["class", "--seed", "x"], "Invalid value for '--seed'"),
        (["class", "--seed", "-1"], "Invalid value for '--seed'"),
        (["class", "-j", "0"], "Invalid value for '--jobs'"),
        (["class", "-j", "513"], "Invalid value for '--jobs'"),
        (["class", "-j", "many"], "Invalid value for '--jobs'"),
        (["class", "--isolation", "strong"], "'strong' is not one of 'limits', 'landlock', 'full'"),
        (["class", "--assignment"], "requires an argument"),
        (["class\0"], "null byte"),
    ],
)
def test_options_that_mean_nothing(two: TinyClass, command: Command, args: list[str], message: str) -> None:
    """The option and its values are named, with exit code 2."""
    done = command("grade", *args)
    assert (done.code, done.out) == (2, "")
    assert message in " ".join(done.err.replace("│", " ").split())
    assert not two.out.exists()


def test_a_seed_that_is_too_large(two: TinyClass, command: Command) -> None:
    """The range is named."""
    done = command("grade", "class", "--seed", 2**63)
    assert (done.code, done.err) == (
        2,
        f"{2**63} cannot be a seed: give a whole number from 0 to 2**63 - 1.\n",
    )


@pytest.mark.parametrize(("place", "reason"), [("file", "file exists"), ("file/below", "not a directory")])
def test_a_file_where_the_results_should_go(
    two: TinyClass, command: Command, place: str, reason: str
) -> None:
    """It stays what it is."""
    (two.root / "file").write_text("mine", encoding="utf-8")
    done = command("grade", "class", "-o", place)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"{place} cannot be made ({reason}): choose another folder with --out.\n"
    assert (two.root / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["results.json", "grades.csv"])
def test_a_folder_in_the_way_of_the_results(two: TinyClass, command: Command, name: str) -> None:
    """What was graded is kept, no draft stays behind, and the next run has only to write."""
    (two.out / name).mkdir(parents=True)
    done = command("grade", "class", *QUICK)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"results/{name} is a folder: move it away, or give another folder with --out.\n"
    assert [file.name for file in two.out.iterdir() if file.name.startswith(".")] == []
    (two.out / name).rmdir()
    done = command("grade", "class", *QUICK)
    assert (done.code, done.lines[3]) == (0, "0 graded, 3 had been graded before and have not changed.")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"notes of mine, long enough to be looked at: " * 40, "is not a results database: move it away"),
        (b"SQLite format 3\0" + b"\xff" * 4000, "is not a results database: move it away"),
    ],
)
def test_a_file_that_is_no_database(two: TinyClass, command: Command, content: bytes, message: str) -> None:
    """It is told so and left alone."""
    two.out.mkdir()
    (two.out / "grades.sqlite").write_bytes(content)
    done = command("grade", "class", *QUICK)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"results/grades.sqlite {message}")
    assert done.err.count("\n") == 1
    assert (two.out / "grades.sqlite").read_bytes() == content


def test_a_damaged_database(two: TinyClass, command: Command) -> None:
    """The remedy is to grade again into another place: nothing is made up from what is left of it."""
    command("grade", "class", *QUICK)
    file = two.out / "grades.sqlite"
    data = bytearray(file.read_bytes())
    page = int.from_bytes(data[16:18], "big")
    data[page:] = b"\xa5" * (len(data) - page)
    file.write_bytes(data)
    done = command("grade", "class", *QUICK)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "results/grades.sqlite is damaged: move it away and grade again (--seed, with the number in results.json, "
        "draws the same inputs).\n"
    )


def test_a_database_that_another_run_has_locked(
    two: TinyClass, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is waited for, then told."""
    monkeypatch.setattr(results, "BUSY_SECONDS", 0.05)
    command("grade", "class", *QUICK)
    other = sqlite3.connect(two.out / "grades.sqlite")
    try:
        other.execute("BEGIN EXCLUSIVE")
        done = command("grade", "class", *QUICK, "--again")
    finally:
        other.close()
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "results/grades.sqlite is in use by another run: wait until it has ended, then start again.\n"
    )


def test_an_isolation_that_cannot_be_had(
    two: TinyClass, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused with the remedy, and never weakened; nothing is graded."""
    monkeypatch.setattr(levels, "_bubblewrap", lambda _: ["/nonexistent/bwrap", "--"])
    done = command("grade", "class", "--isolation", "full")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(
        "Isolation full cannot be had on this machine (full: The sandbox could not be started"
    )
    assert done.err.endswith(
        "Install bubblewrap (package `bubblewrap`) and allow user namespaces, or use --isolation landlock.\n"
    )
    assert not (two.out / "results.json").exists()


def test_an_interruption(two: TinyClass, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 130 and one sentence; the same command grades the rest."""
    grade = Grader.grade

    def interrupted(self: Grader, submission: Submission) -> Report:
        if submission.student == "ben":
            signal.raise_signal(signal.SIGINT)
        return grade(self, submission)

    with monkeypatch.context() as once:
        once.setattr(Grader, "grade", interrupted)
        done = command("grade", "class", *QUICK[:2], "-j", 1)
    assert (done.code, done.out) == (130, "")
    assert done.err == "Stopped. What was graded is kept: run the same command to go on.\n"
    assert command("grade", "class", *QUICK[:2], "-j", 1).code == 0


def stored(file: Path) -> int:
    """Return how many reports are in a database that somebody else writes."""
    try:
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            return int(connection.execute("SELECT count(*) FROM reports").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return 0


@pytest.mark.slow
def test_control_c_in_the_middle_of_a_class(tiny_class: TinyClass) -> None:
    """A real process, a real signal: it stops at once, and the same command goes on where it was."""
    tiny_class.plant('title="Lines"', 'title="Lines", limits=Limits(seconds=0.2)')
    tiny_class.plant("import Assignment", "import Assignment, Limits")
    tiny_class.hand_in("ada")
    for number in range(8):
        tiny_class.hand_in(f"slow{number}", text="import time\n\n\ndef double(x):\n    time.sleep(60)\n")
    args = ("grade", "class", "-j", 1, *QUICK[:2])
    with begin(tiny_class.root, *args) as running:
        started = time.monotonic()
        while stored(tiny_class.out / "grades.sqlite") < 2 and time.monotonic() - started < 60:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        signalled = time.monotonic()
        out, err = running.communicate(timeout=60)
        assert time.monotonic() - signalled < 5
    assert (running.returncode, out) == (130, "")
    assert err == "Stopped. What was graded is kept: run the same command to go on.\n"
    kept = stored(tiny_class.out / "grades.sqlite")
    assert 2 <= kept < 9
    for number in range(kept - 1, 8):  # the others need not be waited for
        tiny_class.hand_in(f"slow{number}")
    with begin(tiny_class.root, *args) as running:
        out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert f"{9 - kept} graded, {kept} had been graded before and have not changed." in out
    verdicts = [row["exercises"][0]["verdict"] for row in tiny_class.results()["submissions"]]
    assert sorted(verdicts) == ["passed"] * (10 - kept) + ["timed_out"] * (kept - 1)


def test_a_pipe_is_not_cut(tiny_class: TinyClass, process: Command) -> None:
    """Each student is one line with all marks, whatever COLUMNS says and however long the name is."""
    name = "maria-magdalena-theodora-von-und-zu-hohenlohe-waldenburg-schillingsfuerst-the-third"
    tiny_class.hand_in(name)
    tiny_class.hand_in(name, "curves")
    done = process("grade", "class", *QUICK)
    assert (done.code, done.err) == (0, "")
    assert done.lines[:3] == ["student curves lines", f"{name} 3/3 3/3", "2 graded."]
    assert done.lines[3] == f"Isolation: landlock. {instructor.HELD[Isolation.LANDLOCK]}"


def test_a_terminal_that_cannot_show_a_name(tiny_class: TinyClass) -> None:
    """A name that is not ASCII is written out in escapes: it does not end the grading."""
    tiny_class.hand_in("josé")
    with begin(tiny_class.root, "grade", "class", *QUICK, PYTHONIOENCODING="ascii") as running:
        out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert "jos\\xe9" in out


def test_progress_tells_whose_work_has_come(
    two: TinyClass, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bar counts what is done and names the last submission."""
    told: list[tuple[int, int, str]] = []

    class Bar:
        """Takes what the bar is told."""

        def __enter__(self) -> Callable[[int, int, str], None]:
            return lambda *now: told.append(now)

        def __exit__(self, *_: object) -> None:
            """Nothing was opened."""

    monkeypatch.setattr(instructor, "progress_bar", lambda _: Bar())
    command("grade", "class", *QUICK[:2], "-j", 1)
    assert told == [(0, 3, ""), (1, 3, "ada curves"), (2, 3, "ada lines"), (3, 3, "ben lines")]
