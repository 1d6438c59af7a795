"""Trusted. Reads a notebook's code cells straight from its JSON: leniently, and without running or validating it."""

from __future__ import annotations

import json
from typing import Any

from autograder.submissions.magics import heal

SAVE_AGAIN = "Open the notebook, save it again and hand that in."
PROSE = ("markdown", "raw", "heading")  # not a set: a broken cell's type may be a list
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


def read_notebook(text: str) -> tuple[tuple[str, ...], list[str]]:
    """Return the code cells as Python text, and a sentence for each kind of repair. Raises BrokenNotebookError."""
    sources, skipped = code_cells(parsed(text))
    if sum(map(len, sources)) > MAX_CODE:
        raise BrokenNotebookError(
            f"it holds more than {MAX_CODE >> 20} MB of code", "Leave only your own code in it."
        )
    cells: list[str] = []
    dropped: list[str] = []
    odd = lines = 0
    for source in sources:
        sendable = source.encode("utf-8", "replace").decode("utf-8")  # JSON can hold halves of characters
        odd += sendable != source
        healed = heal(sendable)
        lines += healed.lines
        if healed.dropped:
            dropped.append(f"%%{healed.dropped}")
        elif healed.text.strip():
            cells.append(healed.text)
    return tuple(cells), repairs(skipped, odd, lines, dropped)


def code_cells(notebook: dict[str, Any]) -> tuple[list[str], int]:
    """Return the texts of the code cells, and how many broken cells there are. Raises BrokenNotebookError."""
    cells = [
        cell_source(cell)
        for cell in raw_cells(notebook)
        if not (isinstance(cell, dict) and cell.get("cell_type") in PROSE)
    ]
    sources = [source for source in cells if source is not None]
    return sources, len(cells) - len(sources)


def repairs(skipped: int, odd: int, lines: int, dropped: list[str]) -> list[str]:
    """Say in sentences what was left out or replaced."""
    said = []
    if skipped:
        said.append(f"{counted(skipped, 'broken cell was', 'broken cells were')} skipped.")
    if odd:
        said.append(
            f"{counted(odd, 'cell', 'cells')} held characters that are no text; they became question marks."
        )
    if lines:
        said.append(
            f"{counted(lines, 'IPython line was', 'IPython lines were')} replaced, as they are not Python."
        )
    if dropped:
        named = ", ".join(sorted(set(dropped))[:5])
        said.append(f"{counted(len(dropped), 'cell was', 'cells were')} left out, not being Python: {named}.")
    return said


def counted(number: int, one: str, many: str) -> str:
    """Return a number with the noun that fits it."""
    return f"{number} {one if number == 1 else many}"


def parsed(text: str) -> dict[str, Any]:
    """Return the notebook as nested containers. Raises BrokenNotebookError."""
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError, MemoryError):
        raise BrokenNotebookError("it is cut off or not valid JSON") from None
    if not isinstance(notebook, dict):
        raise BrokenNotebookError("it is JSON, but not a notebook")
    return notebook


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
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return None
    source = cell.get("source", cell.get("input", ""))  # `input` up to format 3
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or "\0" in source:
        return None
    return source.replace("\r\n", "\n").replace("\r", "\n")
