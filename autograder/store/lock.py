"""Trusted. One run at a time writes into a folder of results."""

from __future__ import annotations

import fcntl
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from autograder.store.errors import StoreError, said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = "grades.sqlite-lock"
"""An empty file, which stays: to remove it would open a way past it."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep all other runs out of a folder of results, which is made if need be. Raises StoreError if one is in it.

    The kernel lets go of the lock when the process ends, however it ends. Reading needs none.
    """
    make_folder(folder)
    with ExitStack() as held:
        try:
            fcntl.flock(held.enter_context((folder / LOCK).open("a")), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(
                f"{folder} is in use by another run: wait until it has ended, or give another folder with --out."
            ) from None
        except OSError as error:
            raise StoreError(
                f"{folder / LOCK} cannot be locked ({said(error)}): give a folder of this machine that you may write "
                "to with --out."
            ) from None
        yield


def make_folder(folder: Path) -> None:
    """Make a folder of results where there is none. Raises StoreError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be made ({said(error)}): choose another folder with --out."
        ) from None
