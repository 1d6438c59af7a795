"""What the commands print with: one console for results, one for errors, and a bar for long work."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from autograder.store import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Advance = Callable[[int, int, str], None]

UNCUT = 10_000
"""Columns of a pipe or a file: nothing is wrapped there, so that `grep` finds a student with all of the marks."""

console = Console(highlight=False)
if not console.is_terminal:
    console.width = UNCUT
errors = Console(stderr=True, highlight=False)


def say(text: str, on: Console = console) -> None:
    """Print a text as it is: without what steers a terminal, taken for no markup, and never wrapped."""
    on.print(Text(plain_text(text)), soft_wrap=True)


@contextmanager
def progress_bar(what: str) -> Iterator[Advance]:
    """Give a function to call with how many are done, how many there are, and what is being done now."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[now]}", markup=False),
    )
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(what, total=None, now="")

        def advance(done: int, total: int, now: str) -> None:
            progress.update(task, completed=done, total=total, now=now)

        yield advance
