"""`autograder validate`: the matrix, the figures, every fault with its remedy, and the exit code for a pipeline."""

from __future__ import annotations

import json
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
    assert heads == ["exercise cases oracles variants mistakes fewest kills honest nearest seconds"]
    rows = [
        line.split()
        for line in done.lines
        if line.startswith(("lines: ", "curves: ")) and line.count(" ") > 1
    ]
    margins = [row[7:9] for row in rows]
    assert all(
        float(honest) <= 2 and (nearest == "-" or float(nearest) >= 100) for honest, nearest in margins
    )
    assert [row[:7] for row in rows] == [
        [slug, name, "2", "2", "3", "2", "2"]
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


def test_certificates_are_shown_and_saved(sound: TinyClass, command: Command) -> None:
    """A row for each case, and the same with all digits in a file, with the seed that it holds for."""
    file = sound.root / "certificates.json"
    done = command("validate", "lines", "--certificates", "--save", file, *QUICK)
    assert (done.code, done.err) == (0, "")
    head = next(place for place, line in enumerate(done.lines) if line.startswith("case decided by"))
    assert done.lines[head] == "case decided by honest64 honest32 nearest mistake hidden kinks oracles"
    assert done.lines[head + 1].split()[:4] == ["lines:", "double_few", "bounds", "0"]
    assert done.lines[head + 1].endswith(" 0+0 - double_oracle 0 double_exact 0")
    assert done.lines[head + 5].startswith("honest64 in u64 E, accepted up to 4; ")
    saved = json.loads(file.read_text(encoding="utf-8"))
    assert (saved["schema"], saved["seed"]) == (1, 5)
    (sheet,) = saved["sheets"]
    assert (sheet["slug"], [case["case"] for case in sheet["cases"]]) == (
        "lines",
        ["double_few", "double_more", "half_few", "half_more"],
    )
    assert all(case["certified"] for case in sheet["cases"])


def test_certificates_that_cannot_be_saved(sound: TinyClass, command: Command) -> None:
    """A folder is no file, and nothing is validated in vain."""
    done = command("validate", "--save", sound.root, *QUICK)
    assert (done.code, done.out) == (2, "")
    assert "Invalid value" in done.err


LISTED = """

square.equivalent("square-negative * -1", because="The mistake is the sign.")
"""


def test_a_thorough_validation(sound: TinyClass, command: Command) -> None:
    """A row of figures for each exercise, and the share of the mutants that are killed."""
    with (sound.root / "reference" / "curves" / "checks.py").open("a", encoding="utf-8") as stream:
        stream.write(LISTED)
    done = command("validate", "curves", "--thorough", "--seeds", 3, *QUICK[:2], "-j", 1, "--seed", 5)
    assert (done.code, done.err) == (0, "")
    head = next(place for place, line in enumerate(done.lines) if line.startswith("exercise mutants"))
    assert done.lines[head : head + 3] == [
        "exercise mutants killed listed surviving scaled cancelling pairs seeds",
        "curves: square 8 8 0 0 6 1 0 3",
        "curves: 100.00 % of the unlisted mutants killed",
    ]


def test_a_thorough_validation_that_finds_something(sound: TinyClass, command: Command) -> None:
    """One sentence with file, line, name and remedy."""
    done = command("validate", "curves", "--thorough", "--seeds", 1, *QUICK[:2], "-j", 1, "--seed", 5)
    assert done.code == 1
    assert done.lines[-2] == (
        "reference/curves/checks.py:10: square: `square-negative * -1` passes. "
        "Add a case on which it shows, or list it as equivalent with the reason."
    )
    assert done.lines[-1].startswith("1 fault. ")


def test_seeds_are_gone_over_only_where_a_proof_is_asked_for(sound: TinyClass, command: Command) -> None:
    """It takes minutes for a real course."""
    done = command("validate", "curves", "--seeds", 3, *QUICK)
    assert (done.code, done.err) == (0, "")
    assert "mutants" not in done.out


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


@pytest.mark.parametrize("args", [("-j", "0"), ("--seed", "-1"), ("--seeds", "0"), ("--isolation", "strong")])
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
