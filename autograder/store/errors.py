"""Trusted. What keeps the results from being read or written, each in one sentence that says what to do."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterator

DAMAGED = "is damaged: move it away and grade again (--seed, with the number in results.json, draws the same inputs)."
REMEDIES = (
    ("locked", "is in use by another run: wait until it has ended, then start again."),
    ("locking protocol", "lies where files cannot be locked: give a folder of this machine with --out."),
    ("not a database", "is not a results database: move it away, or give another folder with --out."),
    ("malformed", DAMAGED),
    ("decode to UTF-8", DAMAGED),
    ("readonly", "cannot be written: give yourself the right to write it, or another folder with --out."),
    (
        "unable to open",
        "cannot be opened: give yourself the right to write there, or another folder with --out.",
    ),
    ("disk is full", "cannot grow, as the disk is full: make room and start again, nothing graded is lost."),
    (
        "disk I/O error",  # what a limit on the size of files comes to, too
        "cannot be read or written, as the disk is full or fails: make room and start again, nothing graded is lost.",
    ),
)


class StoreError(Exception):
    """The results cannot be read or written. The message is one sentence that says what to do."""


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn an error of the database into one sentence on what to do."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(f"{name} {remedy(str(getattr(error, 'orig', None) or error))}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(
            f"{name} holds or was given something that is no record ({error!r}): this is our error; grade "
            "into a new folder with --out."
        ) from None


def remedy(message: str) -> str:
    """Return what to do about an error that the database reports in these words."""
    for words, advice in REMEDIES:
        if words in message:
            return advice
    return (
        f"cannot be used ({' '.join(message.split())}): check the address, or give another folder with --out."
    )


def said(error: OSError) -> str:
    """Return what the system says of an error."""
    return (error.strerror or type(error).__name__).lower()
