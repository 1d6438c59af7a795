"""Trusted. Finds a course and loads its assignments: `reference/course.toml` and a folder for each sheet."""

from __future__ import annotations

import sys
import tomllib
import traceback
from dataclasses import dataclass
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.authoring.exercise import Assignment

GROUP = "autograder.courses"
LECTURES = (
    "Each [[lecture]] has a title and a table of concepts, and each concept a list of exercises' ids or the reason why "
    'there is none: "chain rule" = ["3.4"].'
)


class CourseError(Exception):
    """Something an author wrote cannot be used. The message names the file and the remedy."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An assignment with the files that it is made of."""

    number: int
    """Position in the course, from 1: the `<nn>` of its folder in `assignments/`."""
    assignment: Assignment
    folder: Path
    solution: str
    """The text of `solution.py`."""
    checks: str
    """The text of `checks.py`."""
    messages: str = ""
    """The text of the course's `messages.toml`, empty where it has none."""


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that a lecture teaches."""

    name: str
    exercises: tuple[str, ...]
    """The ids of the exercises that practise it."""
    reason: str
    """Why there is none; empty where there is one."""


@dataclass(frozen=True, slots=True)
class Lecture:
    """A lecture, and what it teaches, in its order."""

    title: str
    concepts: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A folder with `reference/`, and what its `course.toml` says."""

    root: Path
    title: str
    sheets: tuple[Sheet, ...]
    lectures: tuple[Lecture, ...] = ()
    remarks: tuple[str, ...] = ()
    """Where the sheets depart from what was asked for, and why."""

    def sheet(self, slug: str) -> Sheet:
        """Return the sheet of an assignment. Raises CourseError where there is none of that name."""
        for sheet in self.sheets:
            if sheet.assignment.slug == slug:
                return sheet
        known = ", ".join(sheet.assignment.slug for sheet in self.sheets)
        raise CourseError(f"There is no assignment {slug!r} in {self.root}. There are: {known}.")


def find_course(start: Path) -> Path:
    """Return the nearest folder from `start` upwards that holds `reference/course.toml`. Raises CourseError."""
    for folder in (start, *start.parents):
        if (folder / "reference" / "course.toml").is_file():
            return folder
    raise CourseError(
        f"No course here: neither {start} nor a folder above it has reference/course.toml. "
        "Go to the course's folder, or name it with --course DIR; `autograder new NAME` begins one."
    )


def installed_courses() -> dict[str, Path]:
    """Return the courses that installed packages offer: name and folder, from the entry points `autograder.courses`.

    An entry point names a package; its folder is the course's. No code of the package is run to find it.
    """
    found = {}
    for entry in entry_points(group=GROUP):
        spec = find_spec(entry.module) if "." not in entry.module else None
        for place in (spec.submodule_search_locations or ()) if spec else ():
            found[entry.name] = Path(place)
    return found


def load_course(root: Path) -> Course:
    """Return the course in `root`. Raises CourseError for whatever is missing or broken in it."""
    file = root / "reference" / "course.toml"
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
        title, slugs = str(table["title"]), table["assignments"]
    except FileNotFoundError:
        raise CourseError(f"{root} is not a course: there is no {file}.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise CourseError(f"{file} cannot be used: {error!s}. It needs `title` and `assignments`.") from None
    if not isinstance(slugs, list) or not all(isinstance(slug, str) for slug in slugs):
        raise CourseError(f'{file} cannot be used: `assignments` must be a list of names, as in ["ops"].')
    sheets = tuple(
        load_sheet(root / "reference" / slug, slug, number) for number, slug in enumerate(slugs, 1)
    )
    try:
        remarks = tuple(str(remark) for remark in table.get("remarks", ()))
        lectures = tuple(_lecture(each) for each in table.get("lecture", ()))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CourseError(f"{file} cannot be used: {error!s}. {LECTURES}") from None
    course = Course(root, title, sheets, lectures, remarks)
    if lectures and (wrong := _uncovered(course)):
        raise CourseError(f"{file} cannot be used: {wrong}. {LECTURES}")
    return course


def _lecture(table: dict[str, Any]) -> Lecture:
    concepts = []
    for name, said in table["concepts"].items():
        if said and isinstance(said, str):
            concepts.append(Concept(name, (), said))
        elif said and isinstance(said, list):
            concepts.append(Concept(name, tuple(map(str, said)), ""))
        else:
            raise ValueError(f"nothing is said of {name!r}")
    return Lecture(str(table["title"]), tuple(concepts))


def _uncovered(course: Course) -> str:
    """Return which exercise is in no row of the lectures' concepts, or which row names one that is not there."""
    known = {exercise.id for sheet in course.sheets for exercise in sheet.assignment.exercises}
    asked = {
        number for lecture in course.lectures for concept in lecture.concepts for number in concept.exercises
    }
    if unknown := sorted(asked - known):
        return f"no exercise has the id {unknown[0]}"
    missing = sorted(known - asked)
    return f"exercise {missing[0]} practises no concept of any lecture" if missing else ""


def load_sheet(folder: Path, slug: str, number: int) -> Sheet:
    """Return one sheet. Raises CourseError where a file is missing or `checks.py` does not load."""
    texts = {name: _text(folder / name) for name in ("solution.py", "checks.py")}
    messages = folder.parent / "messages.toml"
    module = _module(f"autograder_checks_{slug}", texts["checks.py"], folder / "checks.py")
    assignment = getattr(module, "assignment", None)
    if not isinstance(assignment, Assignment):
        raise CourseError(f"{folder / 'checks.py'} defines no `assignment = Assignment(...)`.")
    if assignment.slug != slug:
        raise CourseError(f"{folder / 'checks.py'} calls itself {assignment.slug!r}; its folder is {slug!r}.")
    said = _text(messages) if messages.exists() else ""
    return Sheet(number, assignment, folder, texts["solution.py"], texts["checks.py"], said)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{file} cannot be read: {error!s}") from None


def _module(name: str, text: str, file: Path) -> ModuleType:
    """Return the module of a text that was read from `file`. Raises CourseError where it does not load."""
    module = ModuleType(name)
    module.__file__ = str(file)
    sys.modules[name] = module  # dataclasses look their module up
    try:
        # Not by the import system: its cache takes an edit within a second, of the same length, for no edit.
        exec(compile(text, file, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - the author's own code
    except (Exception, SystemExit) as error:  # an exit must not end the command as if all were well
        line = error.lineno if isinstance(error, SyntaxError) and error.filename == str(file) else None
        for frame in traceback.extract_tb(error.__traceback__):
            line = frame.lineno if frame.filename == str(file) else line
        raise CourseError(f"{file}:{line or 1}: does not load: {type(error).__name__}: {error}") from error
    return module
