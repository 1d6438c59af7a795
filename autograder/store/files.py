"""Trusted. `results.json` and `grades.csv`, which are written from the store: each is whole at every moment."""

from __future__ import annotations

import csv
import json
import os
import re
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from autograder.store.errors import StoreError, explained, said
from autograder.store.records import SCHEMA
from autograder.store.text import plain_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import TextIO

    from autograder.store.results import Store

COLUMNS = ("student", "assignment", "status", "score", "max_score", "notes")
FORMULA = re.compile(r"""(^|;)([\s"]*)(?=[=+\-@＝＋－＠])""")
"""Where a spreadsheet takes what follows for a formula, the wide forms included.

In many countries it parts the cells at semicolons, so that a cell may begin in the middle of a text.
"""


def write_results(store: Store, folder: Path, grader: dict[str, Any]) -> None:
    """Write `results.json` and `grades.csv` from the store, a row at a time; neither is replaced unless both are whole.

    `grader` is the field of that name in `results.json`, and is kept in the store. Raises StoreError.
    """
    paths = [folder / "results.json", folder / "grades.csv"]
    for path in paths:
        if path.is_dir():  # found out before either is replaced
            raise StoreError(f"{path} is a folder: move it away, or give another folder with --out.")
    store.set_grader(grader)
    head = f'{{"schema": {SCHEMA},\n "grader": {json.dumps(grader, ensure_ascii=False)},\n "submissions": ['
    with replacing(*paths) as (results, grades):
        table = csv.writer(grades, lineterminator="\n")
        table.writerow(COLUMNS)
        results.write(head)
        separator = "\n  "
        for text in store.texts():
            with explained(store.name):
                results.write(separator + text)
                separator = ",\n  "
                table.writerow(grade_row(json.loads(text)))
        results.write("\n]}\n")


def grade_row(report: dict[str, Any]) -> list[str]:
    """Return the cells of one submission in the order of `COLUMNS`; the score is empty where there is none."""
    score = "" if report["score"] is None else f"{report['score']:.10g}"
    texts = [cell(report[name]) for name in ("student", "assignment", "status")]
    return [*texts, score, f"{report['max_score']:.10g}", cell(" ".join(report["notes"]))]


def cell(text: str) -> str:
    """Return a text on one line that no spreadsheet takes for a formula."""
    return FORMULA.sub(r"\1\2'", plain_line(text))


@contextmanager
def replacing(*paths: Path) -> Iterator[Sequence[TextIO]]:
    """Give a file for each of the paths; when the block ends well, they take their places. Raises StoreError.

    All of them are on the disk before the first takes its place. One that a killed run has left is overwritten.
    """
    drafts = [path.with_name(f".{path.name}.draft") for path in paths]
    try:
        with ExitStack() as opened:
            files = [opened.enter_context(draft.open("w", encoding="utf-8", newline="")) for draft in drafts]
            yield files
            for file in files:
                file.flush()
                os.fsync(file.fileno())
        for draft, path in zip(drafts, paths, strict=True):
            draft.replace(path)
        _keep_names(paths[0].parent)
    except OSError as error:
        named = " and ".join(path.name for path in paths)
        raise StoreError(
            f"{named} cannot be written into {paths[0].parent} ({said(error)}): make room or give another folder "
            "with --out."
        ) from None
    finally:
        for draft in drafts:
            with suppress(OSError):
                draft.unlink()  # still there only where it did not take its place


def _keep_names(folder: Path) -> None:
    """Have the disk keep the names in a folder, too: a machine that goes down may otherwise forget a replacement."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # some file systems cannot, and need not
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
