"""Trusted. A limit for authors' code that may never end: counted in steps, so that it is the same on every machine."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

AUTHORED = ("solution.py", "checks.py")
"""How the names of the files begin whose lines are counted."""


class EndlessError(BaseException):
    """More steps than were allowed. No `except Exception` on the way takes it for an author's error."""


@cache
def _is_authored(filename: str) -> bool:
    return Path(filename).name.startswith(AUTHORED)


@contextmanager
def at_most(steps: int) -> Iterator[None]:
    """Raise EndlessError if the block takes more calls, or lines of an author's file. For this thread."""
    left = steps

    def step(frame: FrameType, _event: str, _arg: object) -> Callable[..., Any] | None:
        nonlocal left
        left -= 1
        if left < 0:
            raise EndlessError
        return step if _is_authored(frame.f_code.co_filename) else None

    before = sys.gettrace()
    sys.settrace(step)
    try:
        yield
    finally:
        sys.settrace(before)
