"""Looking for secrets in the environment and on the command line."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from autograder.sandbox import levels
from autograder.sandbox.host import Sandbox

if TYPE_CHECKING:
    import pytest

    from tests.sandbox.conftest import Arena

LOOK = """
import ctypes, json, os, sys
libc = ctypes.CDLL(None)
pointers = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
names, place = [], 0
while pointers[place]:
    names.append(pointers[place].decode())
    place += 1
print(dict(os.environ))
print(names)
options = json.loads(sys.orig_argv[-1])
print(sorted(options))
print([value for value in [*sys.orig_argv[:-1], *map(str, options.values())] if any(word in value for word in WORDS)])
print(os.getcwd(), os.uname().nodename)
"""


def test_no_variable_of_the_grader_is_there(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only those that the sandbox sets itself, also as libc has them: no token, no home, no user."""
    monkeypatch.setenv("GRADEBOOK_TOKEN", "a secret of the course")
    with Sandbox("numpy", arena.level) as late:  # started with the variable set
        grader = type(arena.grader)(arena.grader.sheet, late, seed=1)
        report = grader.grade(arena.submission("WORDS = []", LOOK, arena.square, arena.cube))
    assert report.score == 3.0
    seen, raw = (ast.literal_eval(line) for line in report.exercises[0].stdout.splitlines()[:2])
    set_by_others = {"PWD", "LC_CTYPE"}  # bubblewrap sets the one, Python's start the other
    assert set(seen) - set_by_others == set(levels.ENVIRONMENT)
    assert {entry.partition("=")[0] for entry in raw} - set_by_others <= set(levels.ENVIRONMENT)
    assert "GRADEBOOK_TOKEN" not in report.exercises[0].stdout


def test_the_command_line_names_no_course(arena: Arena) -> None:
    """It says where the language lies, and nothing of what is graded."""
    words = [arena.root.name, "solution.py", "checks.py", "course.toml", "tiny", "seed"]
    report = arena.attack(f"WORDS = {words!r}", LOOK, arena.square, arena.cube)
    names, found = (ast.literal_eval(line) for line in report.exercises[0].stdout.splitlines()[2:4])
    assert found == []
    assert set(names) == {
        "control",
        "landlock",
        "outside",
        "own user namespace",
        "packages",
        "profile",
        "readable",
        "root",
    }
