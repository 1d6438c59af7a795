"""Runs inside the sandbox. Holds inputs, never answers. Makes the most of text that is not quite Python.

What is mended is said. What is not understood is left out: it costs what it would have defined, and nothing else.
"""

from __future__ import annotations
import __future__

import ast
import copy
import re
from dataclasses import dataclass

# Annotations are never evaluated: one that does not resolve must not cost a function.
FLAGS = __future__.annotations.compiler_flag
MAX_BLOCKS = 500
"""Blocks of one cell that are tried one by one; a text with more of them was not written by a student."""
MAX_JOINED = 8
"""Blocks that are tried as one: a text over several lines may hold lines that look like the beginning of a statement."""
INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
TAB_SIZES = (4, 8)  # as editors show them; and as Python once read them
BEGINS = re.compile(r"[^\W\d]|@")
GOES_ON = re.compile(r"(?:else|elif|except|finally)\b")
DEFINES = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
REFUSED = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What the compiler raises for text that it does not take."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A part of a cell that is no Python."""

    error: BaseException
    text: str


@dataclass(frozen=True, slots=True)
class Mended:
    """What can be run of a cell that is no Python as a whole."""

    body: list[ast.stmt]
    broken: list[Broken]
    note: str = ""


def mended(cell: str, where: str, error: BaseException) -> Mended:
    """Return what can be run of a cell that the compiler refuses with an error."""
    if "\t" in cell and isinstance(error, IndentationError):
        for size in TAB_SIZES:
            if (body := parsed(without_tabs(cell, size), where)) is not None:
                note = f"{where}: tabs and spaces were mixed; each tab was read as {size} spaces."
                return Mended(body, [], note)
    starts = beginnings(cell)
    if isinstance(error, SyntaxError) and 1 < len(starts) <= MAX_BLOCKS:
        found = by_blocks(cell, where, starts)
        if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in found.body):
            return found
    return Mended([], [Broken(error, cell)])


def without_tabs(text: str, size: int) -> str:
    """Return the text with spaces for the tabs that lines begin with."""
    return INDENTATION.sub(lambda match: match[0].expandtabs(size), text)


def parsed(text: str, where: str) -> list[ast.stmt] | None:
    """Return the statements of a text, None where it is no Python."""
    try:
        compile(text, where, "exec", FLAGS, dont_inherit=True)  # finds more than the parser alone
        return ast.parse(text, where).body
    except REFUSED:
        return None


def beginnings(cell: str) -> list[int]:
    """Return the places of the lines at which a statement at the top may begin."""
    starts: list[int] = []
    decorated = False
    place = 0
    for line in cell.split("\n"):
        if BEGINS.match(line) and not GOES_ON.match(line):
            if not decorated:
                starts.append(place)
            decorated = line.startswith("@")
        place += len(line) + 1
    return starts


def by_blocks(cell: str, where: str, starts: list[int]) -> Mended:
    """Return the statements of the blocks that are Python, and the others with what is wrong with them."""
    ends = [*starts[1:], len(cell)]
    body: list[ast.stmt] = []
    broken: list[Broken] = []
    at, good = 0, True
    while at < len(starts):
        last = next(
            (
                end
                for end in range(at, min(at + MAX_JOINED, len(starts)))
                if parsed(cell[starts[at] : ends[end]], where) is not None
            ),
            None,
        )
        # Blank lines in front: every line keeps its number.
        text = "\n" * cell.count("\n", 0, starts[at]) + cell[starts[at] : ends[at if last is None else last]]
        if last is not None:
            body += ast.parse(text, where).body
        elif good or DEFINES.match(cell, starts[at]):
            broken.append(Broken(refusal(text, where), text))
        good = last is not None
        at = (at if last is None else last) + 1
    return Mended(body, broken)


def refusal(text: str, where: str) -> BaseException:
    """Return what the compiler raises for a text."""
    try:
        compile(text, where, "exec", FLAGS, dont_inherit=True)
    except REFUSED as error:
        return error
    return SyntaxError("it is no Python")  # pragma: no cover - it has just been refused


def lost(text: str) -> list[str]:
    """Return the functions that a text would have defined."""
    return [line.split("(")[0][4:].strip() for line in text.splitlines() if line.startswith("def ")]


def defined(node: ast.stmt) -> list[str]:
    """Return the names that a definition gives a meaning to, none where it does more than that."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    inner = [
        part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])
    ]
    return (
        [part.id for part in inner if isinstance(part, ast.Name)]
        if all(isinstance(part, ast.Name) for part in inner)
        else []
    )


def one_by_one(node: ast.stmt) -> list[ast.stmt]:
    """Return what may still work of an import that failed: each of its names alone, and as files lie side by side."""
    if isinstance(node, ast.ImportFrom) and node.level:
        if not node.module:
            return [ast.copy_location(ast.Import([alias]), node) for alias in node.names]
        return [ast.copy_location(ast.ImportFrom(node.module, node.names, 0), node)]
    if isinstance(node, ast.Import) and len(node.names) > 1:
        return [ast.copy_location(ast.Import([alias]), node) for alias in node.names]
    if isinstance(node, ast.ImportFrom) and len(node.names) > 1:
        return [ast.copy_location(ast.ImportFrom(node.module, [alias], 0), node) for alias in node.names]
    return []


def undecorated(node: ast.stmt) -> ast.stmt | None:
    """Return a function without its decorators, None where it has none or is none."""
    if not isinstance(node, ast.FunctionDef) or not node.decorator_list:
        return None
    bare = copy.copy(node)
    bare.decorator_list = []
    return bare
