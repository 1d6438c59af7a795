"""What the commands print with: one console for results, one for errors, and a bar for long work."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from autograder.store import plain_line, plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.table import Table

    Advance = Callable[[int, int, str], None]

UNCUT = 10_000
"""Columns of a pipe or a file: nothing is wrapped there, so that `grep` finds a student with all of the marks."""

SILENCE = 300.0
"""Seconds after which a log hears how far it is, where there is no terminal to draw a bar on."""

console = Console(highlight=False)
if not console.is_terminal:
    console.width = UNCUT
errors = Console(stderr=True, highlight=False)


class OutputError(Exception):
    """What there is to say cannot be written. The message is one sentence that says what to do."""


def show(what: Text | Table, on: Console = console, *, wrap: bool = True) -> None:
    """Print texts and tables. Raises OutputError where that cannot be done, but for what is said of errors."""
    try:
        on.print(what, soft_wrap=not wrap)
    except OSError as error:
        with suppress(OSError):
            # What is still waiting cannot be written either, and would fail once more when the program ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), on.file.fileno())
        if on is console:
            raise OutputError(
                f"The output cannot be written ({error.strerror}): make room, then run the same command again."
            ) from None


def say(text: str, on: Console = console) -> None:
    """Print a text as it is: without what steers a terminal, taken for no markup, and never wrapped."""
    show(Text(plain_text(text)), on, wrap=False)


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
        said = monotonic()

        def advance(done: int, total: int, now: str) -> None:
            nonlocal said
            progress.update(task, completed=done, total=total, now=plain_line(now))
            if progress.disable and monotonic() - said >= SILENCE:
                said = monotonic()
                say(f"{what}: {done} of {total}, {plain_line(now)}", errors)

        yield advance
