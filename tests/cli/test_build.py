"""`autograder build`: what it writes, what it refuses, and what it says is out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Command
    from tests.conftest import TinyClass

FILES = [
    "README.md",
    "01-lines/lines.py",
    "01-lines/lines.ipynb",
    "02-curves/curves.py",
    "02-curves/curves.ipynb",
]


def release(tiny_class: TinyClass) -> Path:
    """Return the folder that students get."""
    return tiny_class.root / "assignments"


def test_it_writes_what_is_not_there_and_only_that(tiny_class: TinyClass, command: Command) -> None:
    """Each file is named; the second time there is nothing to do."""
    done = command("build")
    assert (done.code, done.err) == (0, "")
    assert done.lines == [
        *(f"wrote assignments/{file}" for file in FILES),
        "assignments/ is up to date: 2 assignments.",
    ]
    assert all((release(tiny_class) / file).is_file() for file in FILES)
    assert command("build").lines == ["assignments/ is up to date: 2 assignments."]


def test_a_check_writes_nothing(tiny_class: TinyClass, command: Command) -> None:
    """Exit code 1 and a line for each file, until it is built."""
    done = command("build", "--check")
    assert (done.code, done.err) == (1, "")
    assert done.lines == [f"assignments/{file} is missing: run `autograder build`." for file in FILES]
    assert not release(tiny_class).exists()
    command("build")
    done = command("build", "--check")
    assert (done.code, done.lines) == (0, ["assignments/ is up to date: 2 assignments."])
    (release(tiny_class) / FILES[1]).write_text("edited", encoding="utf-8")
    done = command("build", "--check")
    fault = f"assignments/{FILES[1]} is not what the reference gives: run `autograder build`, and edit in reference/ only."
    assert (done.code, done.lines) == (1, [fault])
    assert (release(tiny_class) / FILES[1]).read_text(encoding="utf-8") == "edited"


def test_what_belongs_to_no_assignment_is_removed(tiny_class: TinyClass, command: Command) -> None:
    """A sheet that the course no longer has; the number of a single one is written as it is said."""
    command("build")
    (tiny_class.root / "reference" / "course.toml").write_text(
        'title = "Tiny"\nassignments = ["lines"]\n', encoding="utf-8"
    )
    assert command("build").lines == [
        "wrote assignments/README.md",
        "removed assignments/02-curves/curves.ipynb",
        "removed assignments/02-curves/curves.py",
        "assignments/ is up to date: 1 assignment.",
    ]


def test_an_answer_in_the_release(tiny_class: TinyClass, command: Command) -> None:
    """It is named with exit code 1, whoever put it there; texts that look like markup are shown as they are."""
    tiny_class.plant("return 2 * x", "return [2 * v for v in x][:]  # [/bold]", name="solution.py")
    command("build")
    (release(tiny_class) / "notes.txt").write_text(
        "return [2 * v for v in x][:]  # [/bold]\n", encoding="utf-8"
    )
    done = command("build")
    assert (done.code, done.err) == (1, "")
    (fault,) = done.lines
    assert fault.startswith("assignments/notes.txt holds a line of reference/lines/solution.py: ")
    assert "[2 * v for v in x][:]" in fault
    assert "[/bold]" in fault


def test_a_sheet_that_cannot_be_built(tiny_class: TinyClass, command: Command) -> None:
    """One sentence, exit code 2, and nothing of the other sheets is written."""
    tiny_class.plant("## c.1 square", "The square", "curves", "solution.py")
    done = command("build")
    assert (done.code, done.out) == (2, "")
    assert "c.1" in done.err
    assert done.err.count("\n") == 1
    assert not release(tiny_class).exists()


@pytest.mark.parametrize("way", ["assignments", "assignments/01-lines"])
def test_a_file_in_the_way(tiny_class: TinyClass, command: Command, way: str) -> None:
    """It is named with the remedy and stays; no draft is left behind."""
    place = tiny_class.root / way
    place.parent.mkdir(exist_ok=True)
    place.write_text("mine", encoding="utf-8")
    done = command("build")
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert f"{way}" in done.err
    assert done.err.endswith("Build again after mending it.\n")
    assert place.read_text(encoding="utf-8") == "mine"
    assert list(tiny_class.root.rglob(".*")) == []


def test_no_course(tiny_class: TinyClass, command: Command) -> None:
    """The folder that was named is not one."""
    done = command("build", "--course", "class")
    assert (done.code, done.out) == (2, "")
    assert done.err == "class is not a course: there is no class/reference/course.toml.\n"


def test_as_a_process(tiny_class: TinyClass, process: Command) -> None:
    """Exit code 1 reaches the shell, without a traceback."""
    done = process("build", "--check")
    assert (done.code, done.err) == (1, "")
    assert len(done.lines) == len(FILES)
