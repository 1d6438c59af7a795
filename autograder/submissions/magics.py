"""Trusted. Takes out of a cell what is IPython and not Python, by its text alone.

Student text is never given to `ast.parse` on this side. What is needed is only whether a line begins a statement,
and for that it is enough to follow quotes, brackets and backslashes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BODY_KEPT = frozenset({"time", "timeit", "capture"})
"""Cell magics whose body is ordinary Python. So is what `%%writefile` writes into a script."""

TOKEN = re.compile(r"""\\.|\"{3}|'{3}|["'#()\[\]{}]""")
HELP = re.compile(r"%{0,2}[\w.*\[\]]+\?{1,2}")  # np.dot? and np.dot??
CAPTURED = re.compile(r"(\s*[^\W\d]\w*\s*=)\s*[!%]")  # files = !ls
RUN = re.compile(r"%run\s+(?:-\w+\s+)*[\"']?(?:\./)?([^\W\d]\w*)(?:\.py|\.ipynb)?[\"']?\s*$")
WRITEFILE = re.compile(r"%%(?:write)?file\s+(?:-a\s+)?\S+\.py\s*$")
CELL_MAGIC = re.compile(r"%%\s*(\w+)")
CANDIDATE = re.compile(r"^\s*[%!?]|\?\s*$|=\s*[!%]|get_ipython\(", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Healed:
    """A cell that is Python as far as IPython is concerned."""

    text: str
    lines: int = 0
    """How many lines were replaced."""
    dropped: str = ""
    """The cell magic for which the whole cell was left out."""


@dataclass(frozen=True, slots=True)
class Open:
    """What is still open at the end of a line."""

    quote: str = ""
    depth: int = 0
    continued: bool = False

    def __bool__(self) -> bool:
        return bool(self.quote or self.depth or self.continued)


def heal(text: str) -> Healed:
    """Return the cell with every IPython line replaced by a statement that does nothing, at the same line number."""
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if match := CELL_MAGIC.match(lines[first]):
        if match[1] not in BODY_KEPT and not WRITEFILE.match(lines[first]):
            return Healed("", dropped=match[1])
        lines[first] = ""
        healed = heal_lines(lines)
        return Healed(healed.text, healed.lines + 1)
    return heal_lines(lines) if CANDIDATE.search(text) else Healed(text)


def heal_lines(lines: list[str]) -> Healed:
    """Replace the IPython lines of a cell that has no cell magic."""
    made: list[str] = []
    state, command_goes_on, replaced = Open(), False, 0
    for line in lines:
        instead = "" if command_goes_on else None if state else replacement(line)
        if instead is None:
            made.append(line)
            state = after(line, state)
            continue
        # A shell command may go on over the next line; that line is part of it.
        command_goes_on = line.endswith("\\")
        replaced += 1
        made.append(instead)
    return Healed("\n".join(made), replaced)


def replacement(line: str) -> str | None:
    """Return what stands in for a line that begins a statement, None where the line is Python."""
    stripped = line.strip()
    indentation = line[: len(line) - len(line.lstrip())]
    if match := RUN.match(stripped):
        return f"{indentation}from {match[1]} import *"
    if stripped.startswith(("%", "!", "?", "get_ipython()")):
        return f"{indentation}pass"
    if stripped.endswith("?") and HELP.fullmatch(stripped):
        return f"{indentation}pass"
    if match := CAPTURED.match(line):
        return f"{match[1]} None"
    return None


def after(line: str, state: Open) -> Open:
    """Return what is open after a line of Python that began with `state` open."""
    quote, depth, comment = state.quote, state.depth, False
    for match in TOKEN.finditer(line):
        mark = match[0]
        if quote:
            # Within "...", the token of three quotes is the end of the string and an empty one.
            quote = "" if mark.startswith(quote) else quote
        elif mark[0] in "\"'":
            quote = mark
        elif mark == "#":
            comment = True
            break
        elif mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth = max(0, depth - 1)
    continued = line.endswith("\\") and not comment
    if len(quote) == 1 and not continued:
        quote = ""  # never closed: a syntax error of the student's, which ends with its line
    return Open(quote, depth, continued)
