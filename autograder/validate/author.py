"""Trusted. Where things stand in the files of a sheet, so that every fault can name file and line."""

from __future__ import annotations

import ast
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.authoring import CourseError
from autograder.validate.records import Fault

if TYPE_CHECKING:
    from autograder.authoring import Exercise
    from autograder.authoring.loading import Sheet

MESSAGES = "messages.toml"
PLACE = re.compile(r"(?:\S*/)?(?P<name>solution|checks)\.py:(?P<line>\d+): (?P<text>.*)", re.DOTALL)


class Author:
    """Makes the faults of one sheet. A function is named as its author wrote it, an exercise by its record."""

    def __init__(self, sheet: Sheet) -> None:
        self.checks, self.solution = (
            Path(*sheet.folder.parts[-2:], name).as_posix() for name in ("checks.py", "solution.py")
        )
        self._files = {
            str(sheet.folder / "checks.py"): self.checks,
            str(sheet.folder / "solution.py"): self.solution,
        }
        tree = ast.parse(sheet.checks)
        self._functions = {
            node.name: node.lineno for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
        }
        self._exercises = {
            str(node.args[0].value): node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "exercise"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        }

    def fault(
        self, exercise: Exercise | None, subject: str, wrong: str, remedy: str, *, function: str = ""
    ) -> Fault:
        """Return a fault of `checks.py`, at a function of it, else where the exercise begins."""
        name = exercise.name if exercise else ""
        line = self._functions.get(function) or self._exercises.get(name, 0)
        return Fault(self.checks, line, name, subject, wrong, remedy)

    def raised(
        self, exercise: Exercise | None, subject: str, error: Exception, remedy: str, *, function: str = ""
    ) -> Fault:
        """Return a fault for an exception of the author's code, at the last of the author's lines that it came from."""
        if isinstance(error, CourseError):  # its message says all of it
            return self.told(exercise, subject, error, function=function)
        found = self.fault(exercise, subject, f"raises {_described(error)}", remedy, function=function)
        own = self._frames(error)
        if not own:
            return found
        file = self._files[own[-1].filename]
        return Fault(file, own[-1].lineno or 0, found.exercise, subject, found.wrong, remedy)

    def told(
        self, exercise: Exercise | None, subject: str, error: CourseError, *, function: str = ""
    ) -> Fault:
        """Return a fault for what another part found: its message holds place, reason and remedy."""
        place = PLACE.fullmatch(str(error))
        wrong, _, remedy = (place["text"] if place else str(error)).partition(". ")
        wrong = f"cannot be used: {wrong.removesuffix('.')}"
        found = self.fault(exercise, subject, wrong, remedy, function=function)
        if place is None:
            return found
        file = self.checks if place["name"] == "checks" else self.solution
        return Fault(file, int(place["line"]), found.exercise, subject, wrong, remedy)

    def messages(self, error: CourseError) -> Fault:
        """Return a fault of the course's `messages.toml`, the same for all of its sheets."""
        wrong = str(error).partition(f"{MESSAGES}: ")[2] or str(error).partition(f"{MESSAGES} ")[2]
        return Fault(f"reference/{MESSAGES}", 0, "", "", wrong.removesuffix("."), "")

    def _frames(self, error: Exception) -> list[traceback.FrameSummary]:
        """Return where an exception passed through the author's files."""
        return [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in self._files]


def _described(error: Exception) -> str:
    said = str(error).removesuffix(".")
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def first_sentence(message: str) -> str:
    """Return what a message to students says, without its advice to them and without the full stop."""
    return message.partition(". ")[0].removesuffix(".")
