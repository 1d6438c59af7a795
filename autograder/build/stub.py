"""Trusted. Turns the text of a reference solution into the text that students get.

The syntax tree says where to cut, the cutting is done on lines: what is kept, is kept byte for byte.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.authoring.loading import CourseError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from autograder.authoring.exercise import Assignment, Exercise
    from autograder.authoring.loading import Sheet

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef

TODO = ("# YOUR CODE HERE", "raise NotImplementedError()")
"""What nbgrader puts in place of a solution: tools and students know it."""

MARK = re.compile(r"\s*### (BEGIN|END) SOLUTION\s*")
NEAR_MARK = re.compile(r"\s*#+\s*(BEGIN|END)\s+SOLUTION\b.*", re.IGNORECASE)
CELL = re.compile(r"# %%(?P<title>.*)")
PROSE = re.compile(r"\s*\[(markdown|md|raw)\]")
HEADING = re.compile(r"# #+ ")
POINTS = re.compile(r"\d points?\)\s*$")


class BuildError(CourseError):
    """The reference cannot be turned into a release. The message names file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a percent file, by its lines, counted from 1."""

    start: int
    """The line of its `# %%` marker."""
    end: int
    prose: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """The lines from `start` to `end` make way for `lines`. Nothing is taken away where `end` is before `start`."""

    start: int
    end: int
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Text:
    """A percent file with its tree and its cells."""

    file: str
    lines: tuple[str, ...]
    tree: ast.Module
    cells: tuple[Cell, ...]

    def error(self, line: int, message: str) -> BuildError:
        return BuildError(f"{self.file}:{line}: {message}")

    def cell(self, line: int) -> Cell | None:
        return next((cell for cell in self.cells if cell.start <= line <= cell.end), None)


def sheet_stub(sheet: Sheet) -> str:
    """Return the student's script of a sheet: a note on top, points in the headings, solutions cut out.

    Raises BuildError where an exercise has no heading, or no code cell of its own.
    """
    assignment = sheet.assignment
    file = Path(*sheet.folder.parts[-2:], "solution.py").as_posix()
    text = _read(sheet.solution, file)
    _check_cells(text, assignment)
    marked = "\n".join(_with_points(text, assignment.exercises))
    return _note(assignment) + stub(marked, assignment.functions, file=file)


def _note(assignment: Assignment) -> str:
    return (
        "# %% [markdown]\n"
        "# **This is your file: work in it.** Replace each `raise NotImplementedError()` and the comment above it\n"
        "# by your own code, and keep the names and the arguments of the functions. The script and the notebook of\n"
        f"# this sheet are the same: use the one you like better. There are {points(assignment.points)} to earn.\n"
        "\n"
    )


def stub(solution: str, functions: Collection[str], *, file: str = "solution.py") -> str:
    """Return the student's text: `functions` keep signature, types and docstring, and lose their bodies.

    Where a body holds `### BEGIN SOLUTION` and `### END SOLUTION`, only what is between the two is lost. What begins
    with an underscore and is used by nothing that is left, goes too. `file` is named in messages.

    Raises BuildError where a function is missing, has no docstring or no code cell, and where marks do not pair.
    """
    text = _read(solution, file)
    regions = _regions(text)
    graded = [_definition(text, name) for name in functions]
    edits = [edit for node in graded for edit in _cuts(text, node, regions)]
    edits += [
        _region_cut(text, region)
        for region in regions
        if not any(_holds(node, region, text.lines) for node in graded)
    ]
    cut = _without_private("\n".join(apply(text.lines, edits)), functions, file)
    _read(cut, f"{file} without its solutions")
    return cut


def points(value: float) -> str:
    """Return `"4 points"`, `"1 point"`, `"2.5 points"`."""
    return f"{value:g} point{'' if value == 1 else 's'}"


def cells(lines: Sequence[str]) -> tuple[Cell, ...]:
    """Return the cells of a percent file. What stands before the first marker belongs to none."""
    marks = [
        (number, matched["title"])
        for number, line in enumerate(lines, 1)
        if (matched := CELL.fullmatch(line))
    ]
    return tuple(
        Cell(start, following - 1, PROSE.match(title) is not None)
        for (start, title), (following, _) in pairwise([*marks, (len(lines) + 1, "")])
    )


def apply(lines: Sequence[str], edits: Iterable[Edit]) -> list[str]:
    """Return the lines with the edits made. The edits do not overlap."""
    done = list(lines)
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        done[edit.start - 1 : edit.end] = edit.lines
    return done


def body_lines(node: Definition, lines: Sequence[str]) -> tuple[int, int]:
    """Return the first and last line of a definition's body, without its docstring, with the comments in it.

    The last one lies before the first one where there is nothing but a docstring.
    """
    first = _first_line(node.body[0])
    if ast.get_docstring(node, clean=False) is not None:
        start = (node.body[0].end_lineno or 0) + 1
    else:
        start = first
        while lines[start - 2].strip() == "" or lines[start - 2].lstrip().startswith("#"):
            start -= 1  # a comment above the first statement belongs to the solution
    end = last = node.end_lineno or 0
    while last < len(lines):  # so does one below the last statement
        line = lines[last]
        last += 1
        if line.lstrip().startswith("#") and _indentation(line) > node.col_offset:
            end = last
        elif line.strip():
            break
    return start, end


def _read(text: str, file: str) -> _Text:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise BuildError(f"{file}:{line}: this is not Python: {error.args[0]}.") from None
    lines = tuple(text.split("\n"))
    return _Text(file, lines, tree, cells(lines))


def _definition(text: _Text, name: str) -> Definition:
    found = [node for node in text.tree.body if isinstance(node, Definition) and node.name == name]
    if not found:
        raise text.error(
            1, f"there is no function {name} at the top level. Write it, or correct its name in checks.py."
        )
    node = found[0]
    if len(found) > 1:
        raise text.error(found[1].lineno, f"{name} is defined a second time. Keep one of the two.")
    if not ast.get_docstring(node):
        raise text.error(
            node.lineno, f"{name} has no docstring. Its first line is what the student reads: add one."
        )
    if text.cell(node.lineno) is None:
        raise text.error(node.lineno, f"{name} is in no cell. Put a line `# %%` above it.")
    return node


# Cutting


def _cuts(text: _Text, node: Definition, regions: Sequence[Edit]) -> list[Edit]:
    """Return the edits that take the solution out of a graded definition."""
    for region in regions:
        if _touches(node, region, text.lines) and not _holds(node, region, text.lines):
            raise text.error(
                region.start, f"these marks reach beyond {node.name}. Put both of them into its body."
            )
    if marked := [region for region in regions if _holds(node, region, text.lines)]:
        return [_region_cut(text, region) for region in marked]
    if isinstance(node, ast.ClassDef):
        cuts = [_body_cut(text, method) for method in _methods(node)]
        if not cuts:
            raise text.error(
                node.lineno, f"{node.name} has no method to cut. Mark what students are to write."
            )
        return cuts
    return [_body_cut(text, node)]


def _methods(node: ast.ClassDef) -> Iterable[Function]:
    for inner in node.body:
        if isinstance(inner, Function):
            yield inner
        elif isinstance(inner, ast.ClassDef):
            yield from _methods(inner)


def _body_cut(text: _Text, node: Function) -> Edit:
    first = node.body[0]
    indent = text.lines[first.lineno - 1].encode()[: first.col_offset].decode()
    after = node.body[1:2] if ast.get_docstring(node, clean=False) is not None else []
    if indent.strip() or any(_first_line(statement) == first.end_lineno for statement in after):
        raise text.error(
            first.lineno, f"the body of {node.name} shares a line. Begin it on a line of its own."
        )
    start, end = body_lines(node, text.lines)
    return Edit(start, end, tuple(indent + line for line in TODO))


def _regions(text: _Text) -> list[Edit]:
    """Return the marked regions, marks included, as edits that would delete them."""
    found: list[Edit] = []
    begun = 0
    for number, line in enumerate(text.lines, 1):
        mark = MARK.fullmatch(line)
        if mark is None and NEAR_MARK.fullmatch(line):  # it would leave the solution in
            raise text.error(number, "this is nearly a mark. Write ### BEGIN SOLUTION or ### END SOLUTION.")
        if begun and (CELL.fullmatch(line) or (mark and mark[1] == "BEGIN")):
            raise text.error(begun, "### BEGIN SOLUTION has no ### END SOLUTION in its cell. Add it.")
        if mark and mark[1] == "BEGIN":
            begun = number
        elif mark and not begun:
            raise text.error(number, "### END SOLUTION has no ### BEGIN SOLUTION. Add it.")
        elif mark:
            found.append(Edit(begun, number))
            begun = 0
    if begun:
        raise text.error(begun, "### BEGIN SOLUTION has no ### END SOLUTION. Add it.")
    return found


def _region_cut(text: _Text, region: Edit) -> Edit:
    mark = text.lines[region.start - 1]
    indent = mark[: _indentation(mark)]
    in_function = any(
        isinstance(node, Function) and _holds(node, region, text.lines) for node in ast.walk(text.tree)
    )
    # Outside of functions an exception would stop the import of the whole sheet.
    wanted = TODO if in_function else (TODO[0], "pass") if indent else TODO[:1]
    return Edit(region.start, region.end, tuple(indent + line for line in wanted))


def _holds(node: Definition, region: Edit, lines: Sequence[str]) -> bool:
    return node.lineno < region.start and region.end <= body_lines(node, lines)[1]


def _touches(node: Definition, region: Edit, lines: Sequence[str]) -> bool:
    return region.start <= body_lines(node, lines)[1] and region.end >= _first_line(node)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


# Private names


def _without_private(text: str, functions: Collection[str], file: str) -> str:
    """Return the text without the private definitions that only solutions used."""
    while True:  # one at a time: each removal moves the lines of the next
        read = _read(text, f"{file} without its solutions")
        node = next(iter(_unused(read.tree.body, functions)), None)
        if node is None:
            return text
        text = "\n".join(apply(read.lines, [_removal(read, node)])).rstrip("\n") + "\n"


def _unused(body: Sequence[ast.stmt], functions: Collection[str]) -> list[ast.stmt]:
    """Return the private definitions that no road leads to from what students are given."""
    left = [node for node in body if private_name(node) not in {"", *functions}]
    roads = [node for node in body if node not in left]
    while roads:
        used = {name.id for node in roads for name in ast.walk(node) if isinstance(name, ast.Name)}
        roads = [node for node in left if private_name(node) in used]
        left = [node for node in left if node not in roads]
    return left


def private_name(node: ast.stmt) -> str:
    """Return the name beginning with an underscore that a statement defines, empty for any other statement."""
    name = ""
    if isinstance(node, Definition):
        name = node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if len(targets) == 1 and isinstance(targets[0], ast.Name):
            name = targets[0].id
    return name if name.startswith("_") and name.strip("_") else ""  # `_ = plt.plot(...)` is for its effect


def _removal(text: _Text, node: ast.stmt) -> Edit:
    """Return the edit that removes a statement with its comments, the gap beside it, and its cell if that is all."""
    start, end = _first_line(node), node.end_lineno or 0
    if isinstance(node, Definition):
        end = max(end, body_lines(node, text.lines)[1])
    cell = text.cell(start) or Cell(
        0, text.cells[0].start - 1 if text.cells else len(text.lines), prose=False
    )
    above, below = text.lines[cell.start : start - 1], text.lines[end : cell.end]
    while above and _is_comment(above[-1]):
        above, start = above[:-1], start - 1
    if not "".join(above + below).strip():
        return Edit(max(cell.start, 1), cell.end)
    if "".join(below).strip():
        end += next(number for number, line in enumerate(below) if line.strip())
    else:
        start -= next(number for number, line in enumerate(reversed(above)) if line.strip())
    return Edit(start, end)


def _is_comment(line: str) -> bool:
    return line.startswith("#") and line != TODO[0]


# What the sheet says of its exercises


def _check_cells(text: _Text, assignment: Assignment) -> None:
    """Raise BuildError unless each exercise has one code cell, with all of its functions and no other exercise's."""
    owners: dict[Cell | None, str] = {}
    for exercise in assignment.exercises:
        nodes = [_definition(text, name) for name in exercise.functions]
        home = text.cell(nodes[0].lineno)
        for node in nodes:
            if text.cell(node.lineno) != home:
                raise text.error(
                    node.lineno,
                    f"{node.name} belongs to {exercise.name}: move it to the cell of {nodes[0].name}.",
                )
        if home in owners:
            raise text.error(
                nodes[0].lineno,
                f"{exercise.name} shares a cell with {owners[home]}. Put a line `# %%` between them.",
            )
        owners[home] = exercise.name


def _with_points(text: _Text, exercises: Iterable[Exercise]) -> list[str]:
    """Return the lines, with each exercise's points appended to the heading that carries its id."""
    lines = list(text.lines)
    for exercise in exercises:
        carries = re.compile(rf"(?<![\w.]){re.escape(exercise.id)}(?!\w|\.\w)")
        found = [
            number
            for cell in text.cells
            if cell.prose
            for number in range(cell.start, cell.end)
            if HEADING.match(lines[number]) and carries.search(lines[number])
        ]
        if len(found) != 1:
            where = _definition(text, exercise.functions[0]).lineno if not found else found[1] + 1
            wanted = "no heading carries" if not found else "a second heading carries"
            raise text.error(
                where, f"{wanted} {exercise.id}. Write one `# ## {exercise.id} ...` in a markdown cell."
            )
        if POINTS.search(lines[found[0]]):
            raise text.error(found[0] + 1, "the points come from checks.py. Leave them out of the heading.")
        lines[found[0]] = f"{lines[found[0]].rstrip()} ({points(exercise.points)})"
    return lines
