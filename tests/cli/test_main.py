"""The command as a whole: help, version, exit codes, and what it does with an error that nobody foresaw."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from rich.console import Console
from typer.testing import CliRunner

import autograder
from autograder.authoring import CourseError
from autograder.cli import author, instructor, terminal
from autograder.cli.main import app
from autograder.sandbox.children import SandboxError
from autograder.store import StoreError
from autograder.submissions import FindError

if TYPE_CHECKING:
    from tests.cli.conftest import Command
    from tests.conftest import TinyClass

COMMANDS = ("grade", "replay", "new", "build", "validate", "audit")
ROOT = Path(autograder.__file__).parents[1]


def test_help_lists_the_commands() -> None:
    """Those that there are, each with a line on what it does."""
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    found = re.findall(r"^│ (\w+) +\S", result.output, flags=re.MULTILINE)
    assert sorted(found) == sorted(COMMANDS)


def test_without_a_command_there_is_help() -> None:
    """It is what somebody needs who does not know the commands."""
    result = CliRunner().invoke(app, [])
    assert result.exit_code == 2
    assert "grade" in result.output


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(name: str, option: str) -> None:
    """Its first line, its exit codes, and every option with a sentence; no docstring markup is left."""
    result = CliRunner().invoke(app, [name, option], env={"COLUMNS": "100"})
    assert result.exit_code == 0
    assert f"autograder {name} [OPTIONS]" in " ".join(result.output.split())
    assert "Exit code 0" in result.output
    assert "`" not in result.output
    options = re.findall(r"^│ \*? *(--[\w-]+)", result.output, flags=re.MULTILINE)
    assert "--help" in options
    assert ("--course" in options) == (name != "audit")  # attacks have a course of their own


def test_the_version(tiny_class: TinyClass, command: Command) -> None:
    """That of the package, which is also the one that the results tell."""
    done = command("--version")
    assert (done.code, done.out, done.err) == (0, f"autograder {autograder.__version__}\n", "")


def test_a_command_that_there_is_not(command: Command) -> None:
    """Exit code 2, and its name."""
    done = command("grad")
    assert (done.code, done.out) == (2, "")
    assert "No such command 'grad'" in done.err


@pytest.mark.parametrize("error", [CourseError, FindError, StoreError, SandboxError])
def test_a_known_error_is_its_message(
    command: Command, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """On the error stream, as plain text on one line however long, with exit code 2."""
    message = "the [bold]file[/] \x1b[31mis odd: " + "mend it, " * 30

    def failing(*_: object, **__: object) -> NoReturn:
        raise error(message)

    monkeypatch.setattr(instructor, "grade_class", failing)
    done = command("grade", "class")
    assert (done.code, done.out) == (2, "")
    assert done.err == "the [bold]file[/] is odd: " + "mend it, " * 30 + "\n"


def test_an_error_that_nobody_foresaw_is_ours(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so, with what we need to mend it, and exit code 3."""

    def failing(*_: object, **__: object) -> NoReturn:
        raise RuntimeError("odd")

    monkeypatch.setattr(instructor, "grade_class", failing)
    done = command("grade", "class")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("Traceback")
    assert "RuntimeError: odd" in done.err
    assert done.err.endswith(
        "This is an error of autograder, not of a submission. Nothing that was graded is lost.\n"
    )


@pytest.mark.parametrize("name", ["build", "validate"])
def test_an_interruption(command: Command, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Exit code 130, and nothing is promised that is not so."""

    def interrupted(_: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(author, "course_at", interrupted)
    done = command(name)
    assert (done.code, done.out, done.err) == (130, "", "Stopped.\n")


@pytest.mark.parametrize(
    "start",
    [
        pytest.param([sys.executable, "-m", "autograder"], id="module"),
        pytest.param([str(Path(sys.executable).with_name("autograder"))], id="script"),
    ],
)
def test_it_can_be_started_in_two_ways(tiny_class: TinyClass, start: list[str]) -> None:
    """As a script and as a module, with the same outcome."""
    done = subprocess.run(
        [*start, "grade", "nowhere"],
        cwd=tiny_class.root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "nowhere cannot be found (No such file or directory): give the folder with the submissions.\n"
    )


def test_grading_starts_without_what_it_does_not_need() -> None:
    """The notebook libraries and torch take seconds to import: only who builds or validates waits for them."""
    code = "import sys, autograder.cli; print(*sorted({'torch', 'jupytext', 'nbformat', 'mpmath'} & {*sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "\n"


def test_a_reader_that_has_gone_is_no_error(tiny_class: TinyClass) -> None:
    """`autograder grade ... | head -1`: the results are written, and nobody sees a traceback."""
    tiny_class.hand_in("ada")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "autograder", "grade", "class", "--isolation", "landlock"],
            cwd=tiny_class.root,
            stdout=gone,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.stderr == ""
    assert tiny_class.scores() == {("ada", "lines"): 3.0}


def test_a_log_hears_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no terminal: a line now and then, without what would steer one."""
    monkeypatch.setattr(terminal, "errors", Console(stderr=True, force_terminal=False, width=200))
    clock = iter([0.0, 10.0, 301.0, 301.0, 310.0])
    monkeypatch.setattr(terminal, "monotonic", lambda: next(clock))
    with terminal.progress_bar("Grading") as advance:
        for done in range(3):
            advance(done, 3, "ada\x1b[2J")
    assert capsys.readouterr().err == "Grading: 1 of 3, ada\n"


def test_a_bar_is_drawn_on_terminals_only(capsys: pytest.CaptureFixture[str]) -> None:
    """A log gets no escapes and no empty lines."""
    with terminal.progress_bar("Grading") as advance:
        advance(1, 2, "[bold]ada[/]")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")
