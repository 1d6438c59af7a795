"""`autograder validate`: the matrix, the figures, every fault with its remedy, and the exit code for a pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.build import write
from autograder.cli.matrix import KILLED, SURVIVED, figures, matrix
from autograder.sandbox import levels
from autograder.validate import CourseReport, ExerciseReport, KillMatrix, SheetReport

if TYPE_CHECKING:
    from tests.cli.conftest import Command
    from tests.conftest import TinyClass

QUICK = ("--isolation", "landlock", "-j", 2, "--seed", 5)


@pytest.fixture
def sound(tiny_class: TinyClass) -> TinyClass:
    """A course that passes."""
    write(tiny_class.course(), tiny_class.root)
    return tiny_class


def test_a_sound_course(sound: TinyClass, command: Command) -> None:
    """A matrix for each exercise, a row of figures for each, and a last line that says how to see it again."""
    done = command("validate", *QUICK)
    assert (done.code, done.err) == (0, "")
    assert done.lines[1:5] == [
        "lines: double",
        "double-nothing ●● 2",
        "double-negative ●● 2",
        "cases: 1 double_few 2 double_more",
    ]
    heads = [line for line in done.lines if line.startswith("exercise ")]
    assert heads == ["exercise cases oracles variants mistakes fewest kills seconds"]
    rows = [
        line.split()[:7]
        for line in done.lines
        if line.startswith(("lines: ", "curves: ")) and line.count(" ") > 1
    ]
    assert rows == [
        [slug, name, "2", "1", "3", "2", "2"]
        for slug, name in (("lines:", "double"), ("lines:", "half"), ("curves:", "square"))
    ]
    assert done.lines[-1].startswith("Nothing falls short. ")
    assert done.lines[-1].endswith(" s, --seed 5")


def test_a_fault(sound: TinyClass, command: Command) -> None:
    """File, line, what is wrong and what to do, as plain text; exit code 1."""
    sound.plant('"Try 3."', '"What is it?"', "curves")
    done = command("validate", "curves", *QUICK)
    assert (done.code, done.err) == (1, "")
    assert done.lines[-2:-1] == [
        "reference/curves/checks.py:10: square: there are 2 different hints; 3 are asked for. Write a question, a pointer, and nearly the answer."
    ]
    assert done.lines[-1].startswith("1 fault. ")
    assert not [line for line in done.lines if line.startswith("lines:")]


def test_several_faults_with_what_looks_like_markup(sound: TinyClass, command: Command) -> None:
    """They are shown as they are."""
    sound.plant("def square_oracle(x):", "def square_oracle(x):\n    raise ValueError('[/bold]')", "curves")
    sound.plant(
        "def square_few(rng):", "def square_few(rng):\n    raise ValueError('[/bold] \\x1b[2J')", "curves"
    )
    done = command("validate", "curves", *QUICK)
    assert done.code == 1
    assert any("ValueError: [/bold]" in line for line in done.lines)
    assert "\x1b" not in done.out


def test_an_assignment_that_is_not_there(sound: TinyClass, command: Command) -> None:
    """Those that are there are named."""
    done = command("validate", "circles", *QUICK)
    assert (done.code, done.out) == (2, "")
    assert done.err == f"There is no assignment 'circles' in {sound.root}. There are: lines, curves.\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("@double.oracle()", "@double.oracle(", "does not load: SyntaxError"),
        ("import numpy as np", "1 / 0", "does not load: ZeroDivisionError"),
        (
            "assignment = Assignment",
            "work = assignment = lambda *a, **k: 0\nother = Assignment",
            "does not load",
        ),
    ],
)
def test_checks_that_do_not_load(
    sound: TinyClass, command: Command, old: str, new: str, message: str
) -> None:
    """File and line, in one sentence."""
    sound.plant(old, new)
    done = command("validate", *QUICK)
    assert (done.code, done.out) == (2, "")
    assert "reference/lines/checks.py:" in done.err
    assert message in done.err
    assert done.err.count("\n") == 1


def test_an_isolation_that_cannot_be_had(
    sound: TinyClass, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused with the remedy."""
    monkeypatch.setattr(levels, "_bubblewrap", lambda _: ["/nonexistent/bwrap", "--"])
    done = command("validate", "--isolation", "full")
    assert (done.code, done.out) == (2, "")
    assert "Install bubblewrap" in done.err


@pytest.mark.parametrize("args", [("-j", "0"), ("--seed", "-1"), ("--isolation", "strong")])
def test_options_that_mean_nothing(sound: TinyClass, command: Command, args: tuple[str, str]) -> None:
    """Exit code 2."""
    done = command("validate", *args)
    assert (done.code, done.out) == (2, "")
    assert "Invalid value" in done.err


def test_the_matrix_shows_what_survives() -> None:
    """A mark for each case in its column, and the number of kills at the end of the row."""
    kills = KillMatrix(("longer-name", "b"), ("one", "two"), ((True, False), (False, False)))
    exercise = ExerciseReport("ex", 2, 1, 3, 2, kills, 0.25)
    sheet = SheetReport("ops", (exercise,), (), 0.5)
    assert list(matrix(sheet, exercise)) == [
        "",
        "ops: ex",
        f"  longer-name  {KILLED}{SURVIVED}  1",
        f"  b            {SURVIVED}{SURVIVED}  0",
        "  cases: 1 one  2 two",
    ]
    assert figures(CourseReport(1, (sheet,), (), 1.0)).row_count == 1


def test_an_exercise_without_mistakes_has_an_empty_matrix() -> None:
    """Its cases are listed all the same."""
    exercise = ExerciseReport("ex", 1, 0, 0, 0, KillMatrix((), ("one",), ()), 0.0)
    assert list(matrix(SheetReport("ops", (exercise,), (), 0.0), exercise)) == [
        "",
        "ops: ex",
        "  cases: 1 one",
    ]
