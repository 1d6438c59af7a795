"""Trusted. Turns a case's arguments into what author code (references, oracles, judges) is called with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.model import Query
from autograder.sandbox import problems
from autograder.sandbox.wire import Callback, Rng, plain

if TYPE_CHECKING:
    from collections.abc import Callable


def live(value: Any, queries: list[Query] | None = None) -> Any:
    """Return arguments with every `Callback` as a function and every `Rng` as a generator.

    queries: where given, every call of such a function is added to it, as the sandbox does for a student's.
    """
    if isinstance(value, Callback):
        parts = problems.build(value.problem, {name: plain(item) for name, item in value.params.items()})
        function = parts[value.part]
        return function if queries is None else _recorded(value.part, function, queries)
    if isinstance(value, Rng):
        return np.random.default_rng(value.seed)
    if isinstance(value, list):
        return [live(item, queries) for item in value]
    if isinstance(value, tuple):
        return tuple(live(item, queries) for item in value)
    if isinstance(value, dict):
        return {key: live(item, queries) for key, item in value.items()}
    return value


def _recorded(part: str, function: Callable[..., Any], queries: list[Query]) -> Callable[..., Any]:
    def query(*args: Any) -> Any:
        seen = tuple(_copy(arg) for arg in args)  # before the call: the caller may change them afterwards
        answer = function(*args)
        queries.append(Query(part, seen, _copy(answer)))
        return answer

    return query


def _copy(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value
