"""Trusted. Reads a notebook's code cells straight from its JSON: leniently, and without running or validating it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from autograder.submissions.conflicts import resolved
from autograder.submissions.magics import heal

SAVE_AGAIN = "Open the notebook, save it again and hand that in."
PROSE = ("markdown", "raw", "heading")  # not a set: a broken cell's type may be a list
CELLS = re.compile(r'"cells"\s*:\s*\[')
BETWEEN = re.compile(r"[\s,]*")
CODE = re.compile(r"\s*(?:def |class |import |from \w+ import |@|#)")
"""How the text of a cell begins that was code before it became prose."""
FUNCTION = re.compile(r"^def \w+\(", re.MULTILINE)
MAX_CODE = 1 << 20
"""Characters of code in one submission: twenty thousand lines. What is above it was not written by a student."""


class BrokenNotebookError(ValueError):
    """The text is no notebook that can be graded. Its two arguments are the reason and the remedy."""

    def __init__(self, reason: str, remedy: str = SAVE_AGAIN) -> None:
        super().__init__(reason, remedy)


def is_notebook(text: str) -> bool:
    """Say whether a text is meant as a notebook, whatever its file is called, and even if it is cut off."""
    head = text[:4096].lstrip()
    return head.startswith("{") and any(
        key in text for key in ('"cell_type"', '"nbformat"', '"worksheets"', '"cells"')
    )


@dataclass(frozen=True, slots=True)
class Cells:
    """The code of a notebook."""

    code: tuple[str, ...]
    prose: tuple[str, ...] = ()
    """What became prose or raw text by a slip of the hand, to be run before the rest: so it replaces nothing."""
    repairs: tuple[str, ...] = ()
    """A sentence for each kind of repair."""


def read_notebook(text: str) -> Cells:
    """Return the code cells as Python text. Raises BrokenNotebookError."""
    notebook, repairs = parsed(text)
    raw = raw_cells(notebook)
    code = [cell_source(cell) for cell in raw if not is_prose(cell)]
    prose = [source for cell in raw if is_prose(cell) if (source := retyped(cell))]
    sources = [source for source in code if source is not None]
    if sum(map(len, sources + prose)) > MAX_CODE:
        raise BrokenNotebookError(
            f"it holds more than {MAX_CODE >> 20} MB of code", "Leave only your own code in it."
        )
    if skipped := len(code) - len(sources):
        repairs.append(f"{counted(skipped, 'broken cell was', 'broken cells were')} skipped.")
    cells = healed(sources, repairs)
    if prose:
        repairs.append(f"{counted(len(prose), 'cell of text holds', 'cells of text hold')} code, which was run first.")
    return Cells(cells, healed(prose, repairs), tuple(repairs))


def healed(sources: list[str], said: list[str]) -> tuple[str, ...]:
    """Return the cells as Python text, and say in sentences what was left out or replaced."""
    cells: list[str] = []
    dropped: list[str] = []
    odd = lines = conflicts = 0
    for source in sources:
        sendable = source.encode("utf-8", "replace").decode("utf-8")  # JSON can hold halves of characters
        odd += sendable != source
        merged, found = resolved(sendable)
        conflicts += found
        cell = heal(merged)
        lines += cell.lines
        if cell.dropped:
            dropped.append(f"%%{cell.dropped}")
        elif cell.text.strip():
            cells.append(cell.text)
    if odd:
        said.append(
            f"{counted(odd, 'cell', 'cells')} held characters that are no text; they became question marks."
        )
    if conflicts:
        said.append(merge_note(conflicts))
    if lines:
        said.append(
            f"{counted(lines, 'IPython line was', 'IPython lines were')} replaced, as they are not Python."
        )
    if dropped:
        named = ", ".join(sorted(set(dropped))[:5])
        said.append(f"{counted(len(dropped), 'cell was', 'cells were')} left out, not being Python: {named}.")
    return tuple(cells)


def merge_note(conflicts: int) -> str:
    """Say that a merge had been left unfinished."""
    return f"{counted(conflicts, 'merge conflict was', 'merge conflicts were')} settled by taking one side: look whether it is yours."


def counted(number: int, one: str, many: str) -> str:
    """Return a number with the noun that fits it."""
    return f"{number} {one if number == 1 else many}"


def parsed(text: str) -> tuple[dict[str, Any], list[str]]:
    """Return the notebook as nested containers, and what had to be done for it. Raises BrokenNotebookError."""
    try:
        notebook = json.loads(text, strict=False)
    except (ValueError, RecursionError, MemoryError):
        cells = salvaged(text)
        if not any(not is_prose(cell) for cell in cells):
            raise BrokenNotebookError("it is cut off or not valid JSON") from None
        return {"cells": cells}, [f"It is cut off or damaged; its first {counted(len(cells), 'cell was', 'cells were')} read. {SAVE_AGAIN}"]
    if not isinstance(notebook, dict):
        raise BrokenNotebookError("it is JSON, but not a notebook")
    return notebook, []


def salvaged(text: str) -> list[Any]:
    """Return the cells of a broken notebook up to the first one that is not whole."""
    cells: list[Any] = []
    if match := CELLS.search(text):
        decoder = json.JSONDecoder(strict=False)
        place = match.end()
        while (start := BETWEEN.match(text, place)) and text.startswith("{", start.end()):
            try:
                cell, place = decoder.raw_decode(text, start.end())
            except (ValueError, RecursionError, MemoryError):
                break
            cells.append(cell)
    return cells


def is_prose(cell: Any) -> bool:
    """Whether a cell is not meant to be run."""
    return isinstance(cell, dict) and cell.get("cell_type") in PROSE


def retyped(cell: dict[str, Any]) -> str:
    """Return the text of a cell of prose that was code before, empty where it is prose."""
    text = cell_source({**cell, "cell_type": "code"}) or ""
    return text if CODE.match(text) and FUNCTION.search(text) and "```" not in text else ""


def raw_cells(notebook: dict[str, Any]) -> list[Any]:
    """Return the cells as they stand in the file. Raises BrokenNotebookError.

    Up to format 3 they lie in worksheets. They are taken from there without `nbformat.convert`, which would check the
    file first and print what a stranger wrote into the grader's terminal.
    """
    sheets = notebook.get("worksheets")
    if "cells" not in notebook and isinstance(sheets, list):
        lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in lists if isinstance(cells, list) for cell in cells]
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise BrokenNotebookError("it has no list of cells")
    return cells


def cell_source(cell: Any) -> str | None:
    """Return the text of a code cell, None where the cell is broken."""
    if not isinstance(cell, dict):
        return None
    # Of a cell that has lost its type, the text is tried: what is no Python costs itself.
    if cell.get("cell_type") != "code" and not {"source", "input"} & cell.keys():
        return None
    source = cell.get("source", cell.get("input", ""))  # `input` up to format 3
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or "\0" in source:
        return None
    return source.replace("\r\n", "\n").replace("\r", "\n")
