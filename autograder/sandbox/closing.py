"""Runs inside the sandbox. Holds inputs, never answers. What an exercise forbids is closed while its questions are asked.

`policy` reads what is written out; this catches what is put together while a program runs, as far as a function can be
replaced and torch can be kept from differentiating. A policy, not a wall: whoever patches this process opens it again.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.sandbox.drivers import ByHandError, by_hand

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

AUTOGRAD = "torch.autograd"
_closed: frozenset[str] = frozenset()
"""What is closed now, in all threads: the process works for one student and asks one question at a time."""


class ForbiddenError(RuntimeError):
    """Something was called that the text of the exercise forbids."""


CLOSED = (ByHandError.__name__, ForbiddenError.__name__)
"""What a call of something that is closed raises."""


def install(names: Iterable[str], files: Collection[str]) -> None:
    """Have every function of these full names ask whether it is closed, wherever code of these files calls it.

    What is no plain function (a package, a class, an attribute) is left alone. Done before a submission is loaded, so
    that what it imports asks as well.
    """
    for name in names:
        package, _, last = name.rpartition(".")
        home = _found(package)
        function = getattr(home, last, None)
        if callable(function) and not isinstance(function, type | np.ufunc):
            setattr(home, last, _asking(name, function, files))


def _found(name: str) -> Any:
    """Return the object of a full name, None where there is none."""
    first, *rest = name.split(".")
    found: Any = sys.modules.get(first)
    for part in rest:
        found = getattr(found, part, None)
    return found


def _asking(name: str, function: Callable[..., Any], files: Collection[str]) -> Callable[..., Any]:
    @functools.wraps(function)
    def asks(*args: Any, **kwargs: Any) -> Any:
        # Libraries, and our own public problems, may call what students may not.
        if name in _closed and sys._getframe(1).f_code.co_filename in files:  # noqa: SLF001 - no other way
            raise ForbiddenError(f"{name} was called, which this exercise forbids")
        return function(*args, **kwargs)

    return asks


@contextlib.contextmanager
def closed(names: Collection[str]) -> Iterator[None]:
    """Close these names within the block: functions that were installed, and torch's derivatives."""
    global _closed  # noqa: PLW0603 - of the process
    before, _closed = _closed, frozenset(names)
    try:
        with by_hand() if AUTOGRAD in names else contextlib.nullcontext():
            yield
    finally:
        _closed = before
