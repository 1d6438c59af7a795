"""Runs the command as a user does, in this process or in one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest

from autograder.cli import main, terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import TinyClass


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What was printed, by lines, with single blanks."""
        return [" ".join(line.split()) for line in self.out.splitlines()]


class Command(Protocol):
    """Runs `autograder` with arguments in the folder of the tiny course."""

    def __call__(self, *args: object) -> Outcome:
        """Return how it ended."""


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Ctrl-C works, also where the tests run in the background of a shell, which lets its jobs ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def command(
    tiny_class: TinyClass, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command in this process, its output going into a pipe."""
    monkeypatch.setattr(terminal.console, "width", terminal.UNCUT)
    monkeypatch.chdir(tiny_class.root)

    def run(*args: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["autograder", *map(str, args)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Outcome(ended.value.code, said.out, said.err)

    return run


def begin(folder: Path, *args: object, **environment: str) -> subprocess.Popen[str]:
    """Return a process of its own that runs the command in a folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", *map(str, args)],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environment,
    )


@pytest.fixture
def process(tiny_class: TinyClass) -> Command:
    """The command in a process of its own."""

    def run(*args: object) -> Outcome:
        with begin(tiny_class.root, *args) as running:
            out, err = running.communicate(timeout=60)
        return Outcome(running.returncode, out, err)

    return run
