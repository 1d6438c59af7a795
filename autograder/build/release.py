"""Trusted. Writes the release, says what is stale in it, and proves that no answer is in it.

A build owns `assignments/README.md`, `docs/course.md` and, in each folder `<nn>-<slug>`, the files `<slug>.py`, `<slug>.ipynb`,
`public.json` and `public.npz`. Whatever else lies in `assignments/` is somebody's, and stays. So a file is surplus
exactly where a build would have written it for a sheet that the course no longer has in that place.
"""

from __future__ import annotations

import ast
import json
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.build.notebook import notebook
from autograder.build.overview import overview
from autograder.build.stub import TODO, BuildError, Definition, body_lines, points, private_name, sheet_stub

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from autograder.authoring.loading import Course, Sheet

RELEASE = "assignments"
OVERVIEW = "docs/course.md"
"""What the course teaches, for instructors: written where `course.toml` says what its lectures are."""
OWNED = re.compile(r"(?P<folder>[0-9]{2,}-(?P<slug>[^/]+))/((?P=slug)\.(py|ipynb)|public\.(json|npz))")
TEXT = re.compile(r"""\s*[rf]?(".*"|'.*')[,)]*\s*""")
LONGEST_COMMON = 12
"""Lines up to this length say nothing: `return x`, `else:`."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a build did. Paths are relative to the course."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


def planned(course: Course) -> dict[str, bytes]:
    """Return the release: the content of each file by its path relative to the course. Raises BuildError."""
    files = {f"{RELEASE}/README.md": _readme(course).encode()}
    for sheet in course.sheets:
        slug, folder = sheet.assignment.slug, f"{RELEASE}/{_folder(sheet)}"
        text = sheet_stub(sheet)
        files[f"{folder}/{slug}.py"] = text.encode()
        files[f"{folder}/{slug}.ipynb"] = notebook(text, sheet.assignment.exercises)
    if course.lectures:
        files[OVERVIEW] = overview(course).encode()
    return files


def write(course: Course, root: Path) -> Changes:
    """Bring `assignments/` below `root` up to date. Raises BuildError, and then nothing half-written is left.

    All files are made before the first is written; each appears whole or not at all, and one that is right already
    is not touched.
    """
    files = planned(course)
    changed = [path for path, content in files.items() if _content(root / path) != content]
    surplus = _surplus(course, root)
    try:
        for path in changed:
            _replace(root / path, files[path])
        for path in surplus:
            (root / path).unlink()
            if not any((root / path).parent.iterdir()):
                (root / path).parent.rmdir()
    except OSError as error:
        raise BuildError(
            f"{error.filename} cannot be written: {error.strerror}. Build again after mending it."
        ) from None
    return Changes(tuple(changed), tuple(surplus))


def stale(course: Course, root: Path) -> list[str]:
    """Return a sentence for each file below `root` that a build would write or remove. Raises BuildError."""
    found = []
    for path, content in planned(course).items():
        there = _content(root / path)
        if there is None:
            found.append(f"{path} is missing: run `autograder build`.")
        elif there != content:
            found.append(
                f"{path} is not what the reference gives: run `autograder build`, and edit in reference/ only."
            )
    found += [f"{path} belongs to no assignment: run `autograder build`." for path in _surplus(course, root)]
    return found


def leaks(course: Course, root: Path) -> list[str]:
    """Return a sentence for each file in `assignments/` that holds lines which only instructors may know.

    These are the lines of what `build` cuts out of `solution.py`, found here by a way of its own, and all code of
    `checks.py`; except short ones, and those that a sheet gives to students anyway. Spaces and `#` do not matter.
    """
    given = {line for sheet in course.sheets for line in _given(sheet)}
    secrets = {
        line: f"reference/{sheet.assignment.slug}/{name}"
        for sheet in course.sheets
        for name, lines in (
            ("solution.py", _solution_lines(sheet)),
            ("checks.py", _checks_lines(sheet.checks)),
        )
        for line in lines
        if len(line) > LONGEST_COMMON and line not in given
    }
    found = []
    for file in sorted((root / RELEASE).rglob("*")):
        if file.is_file() and (leaked := [line for line in _lines(file) if line in secrets]):
            path = file.relative_to(root).as_posix()
            found.append(
                f"{path} holds a line of {secrets[leaked[0]]}: {leaked[0]!r} ({len(leaked)} in all)."
            )
    return found


def _folder(sheet: Sheet) -> str:
    return f"{sheet.number:02d}-{sheet.assignment.slug}"


def _readme(course: Course) -> str:
    rows = [
        f"| [{_folder(sheet)}]({_folder(sheet)}) | {sheet.assignment.title} | {points(sheet.assignment.points)} |"
        for sheet in course.sheets
    ]
    return "\n".join(
        [
            f"# {course.title}",
            "",
            "Generated by `autograder build` from `reference/`: edit there. Students work in a copy.",
            "",
            "| folder | assignment | worth |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _surplus(course: Course, root: Path) -> list[str]:
    folders = {_folder(sheet) for sheet in course.sheets}
    files = sorted(file.relative_to(root / RELEASE).as_posix() for file in (root / RELEASE).glob("*/*"))
    owned = [match for file in files if (match := OWNED.fullmatch(file))]
    return [f"{RELEASE}/{match[0]}" for match in owned if match["folder"] not in folders]


def _replace(file: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


# What must not get out


def _plain(line: str) -> str:
    return " ".join(line.lstrip("# \t").split())


def _lines(file: Path) -> Iterator[str]:
    """Yield the plain lines of a file: as they are, and those inside the strings of a JSON file."""
    text = file.read_bytes().decode("utf-8", "replace")
    yield from map(_plain, text.split("\n"))
    if file.suffix in {".json", ".ipynb"}:
        try:
            tree = json.loads(text)
        except ValueError:
            return  # its lines have been looked at as they are
        for string in _strings(tree):
            yield from map(_plain, string.split("\n"))


def _strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict | list):
        for inner in tree.values() if isinstance(tree, dict) else tree:
            yield from _strings(inner)


def _given(sheet: Sheet) -> set[str]:
    """Return the lines of `solution.py` that students see: prose, imports, signatures, docstrings, finished code."""
    secret = _secret_numbers(sheet)
    lines = enumerate(sheet.solution.split("\n"), 1)
    return {_plain(line) for number, line in lines if number not in secret} | set(map(_plain, TODO))


def _solution_lines(sheet: Sheet) -> Iterable[str]:
    secret = _secret_numbers(sheet)
    lines = enumerate(sheet.solution.split("\n"), 1)
    return [_plain(line) for number, line in lines if number in secret]


def _checks_lines(checks: str) -> Iterable[str]:
    """Return the lines of `checks.py` but imports and texts: hints are written to be read."""
    told: set[int] = set()
    for node in ast.walk(ast.parse(checks)):
        if isinstance(node, ast.Import | ast.ImportFrom) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and node.end_lineno != node.lineno
        ):
            told.update(_numbers(node))
    lines = enumerate(checks.split("\n"), 1)
    return [_plain(line) for number, line in lines if number not in told and not TEXT.fullmatch(line)]


def _secret_numbers(sheet: Sheet) -> set[int]:
    """Return the numbers of the lines of `solution.py` that students do not see.

    Not taken from the stub: a mistake there must not make what it leaks an allowed line.
    """
    lines = sheet.solution.split("\n")
    body = ast.parse(sheet.solution).body
    secret = _marked_numbers(lines)
    for node in body:
        if isinstance(node, Definition) and node.name in sheet.assignment.functions:
            secret.update(_body_numbers(node, lines, secret))
    private = [node for node in body if private_name(node) not in {"", *sheet.assignment.functions}]
    hidden = {line for node in private for line in _numbers(node)} | secret
    uses = [(name.id, name.lineno) for name in ast.walk(ast.Module(body, [])) if isinstance(name, ast.Name)]
    while given := [
        node
        for node in private
        if any(name == private_name(node) and line not in hidden for name, line in uses)
    ]:  # a private definition is secret unless something that students see uses it
        private = [node for node in private if node not in given]
        hidden -= {line for node in given for line in _numbers(node)} - secret
    return hidden


def _marked_numbers(lines: Sequence[str]) -> set[int]:
    marked, inside = set(), False
    for number, line in enumerate(lines, 1):
        inside = inside or line.strip() == "### BEGIN SOLUTION"
        if inside:
            marked.add(number)
        inside = inside and line.strip() != "### END SOLUTION"
    return marked


def _body_numbers(node: Definition, lines: Sequence[str], marked: set[int]) -> Iterator[int]:
    start, end = body_lines(node, lines)
    if marked.intersection(range(start, end + 1)):
        return  # then the marks alone decide
    if isinstance(node, ast.ClassDef):
        for inner in node.body:
            if isinstance(inner, Definition):
                yield from _body_numbers(inner, lines, set())
    else:
        yield from range(start, end + 1)


def _numbers(node: ast.stmt | ast.expr) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)
