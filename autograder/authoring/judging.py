"""Trusted. What authors write judges with: checks of the steps and properties of a run that returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.model import Mismatch, Query
from autograder.numerics.truth import U32, U64, is_single, within

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Mismatch", "asked", "close", "first_wrong_step", "gradients_at"]

Array = np.ndarray[Any, Any]


def close(got: Any, want: Any, error: Any) -> bool:
    """Return whether every entry of `got` is within 4 u E of `want`, in the precision that `got` was computed in.

    error: E, the size of what was added and multiplied on the way, times the number of operations.
    """
    array, right = np.asarray(got, np.float64), np.asarray(want, np.longdouble)
    unit = U32 if is_single(np.asarray(got)) else U64
    return array.shape == right.shape and bool(
        within(array, right, np.asarray(error, np.longdouble), unit).all()
    )


def first_wrong_step(
    rows: Array,
    queries: Sequence[Query],
    lr: Any,
    *,
    sign: float = -1.0,
    grad: Callable[[Array], Any] | None = None,
) -> Mismatch | None:
    """Return the first step of a trajectory that is not x + sign * lr * g, or None.

    rows: (n + 1, d), the student's iterates. queries: what was `asked` of `grad`, in order; more of it than steps is
    no fault. lr: the step size, or one for each step. The gradient must have been asked at the student's own
    iterate, bit for bit, and the step taken from there: rounding errors of earlier steps then do not count. A row may
    also be the start minus all steps so far, added up in any order, so the tolerance of a step is that of the way up
    to it.
    grad: the live function. With it a recorded answer counts only where it is what the function answers: the record
    was made in the sandbox.
    """
    steps = len(rows) - 1
    sizes = np.broadcast_to(np.asarray(lr, np.float64), steps)
    place, way = 0, np.abs(rows[0]).astype(np.longdouble)
    for t in range(steps):
        found = _where_asked(rows, t, queries, place)
        if isinstance(found, Mismatch):
            return found
        place = found
        g = np.asarray(queries[place].value, np.float64)
        if g.shape != rows[t].shape or (grad is not None and not _answers(grad, queries[place], g)):
            return Mismatch(
                "queries", f"What was recorded in step {t + 1} is not the gradient at row {t}.", f"[{t}]"
            )
        move = np.longdouble(sizes[t]) * g
        want = rows[t].astype(np.longdouble) + sign * move
        way = way + 3 * np.abs(move)
        if not close(rows[t + 1], want, np.maximum(way, np.abs(rows[t]))):
            return Mismatch("step", f"Row {t + 1} is not the result of one step from row {t}.", f"[{t + 1}]")
    return None


def gradients_at(
    rows: Array, queries: Sequence[Query], grad: Callable[[Array], Any]
) -> list[Array] | Mismatch:
    """Return the gradient at each row of a trajectory but the last, or the mismatch of the first that was not asked.

    rows: (n + 1, d), the student's iterates. queries: what was `asked` of `grad`, in order; more of it than steps is
    no fault. grad: the live function: it is asked again, where the student's code has asked it, so that the record
    need not be believed.
    """
    gradients: list[Array] = []
    place = 0
    for t in range(len(rows) - 1):
        found = _where_asked(rows, t, queries, place)
        if isinstance(found, Mismatch):
            return found
        place = found
        gradients.append(np.asarray(grad(queries[place].args[0]), np.float64))
        if not np.isfinite(gradients[t]).all():
            return Mismatch("queries", f"The gradient at row {t} of your history is not finite.", f"[{t}]")
    return gradients


def _where_asked(rows: Array, t: int, queries: Sequence[Query], start: int) -> int | Mismatch:
    """Return which query, from `start` on, was made at row t, or what is said where there is none.

    The next row may have the same one: at a point that has not moved, the last answer still holds.
    """
    for place in range(start, len(queries)):
        if _asked_at(queries[place], rows[t]):
            return place
    steps = len(rows) - 1
    if len(queries) < steps:
        return Mismatch("queries", f"grad was {_times(len(queries))} for {steps} steps.")
    return Mismatch(
        "queries", f"In step {t + 1} the gradient was not asked at row {t} of your history.", f"[{t}]"
    )


def asked(queries: Sequence[Query], part: str, *, arguments: int = 1) -> list[Query]:
    """Return the queries of one function of the problem that hold numbers: so many arrays there, and one back.

    What else the record holds is no question that the function could answer, or was forged.
    """
    found = []
    for query in queries:
        if query.part == part and len(query.args) == arguments:
            given = [at for at in map(_numbers, query.args) if at is not None]
            answer = _numbers(query.value)
            if len(given) == arguments and answer is not None:
                found.append(Query(part, tuple(given), answer))
    return found


def _numbers(value: Any) -> Array | None:
    try:
        array = np.asarray(value)
    except ValueError:  # rows of unequal length
        return None
    return array if array.dtype.kind in "iuf" else None


def _asked_at(query: Query, row: Array) -> bool:
    """Return whether a query was made at `row`, in the precision in which the row was kept."""
    at = query.args[0]
    if at.shape != row.shape:
        return False
    return np.array_equal(at.astype(row.dtype) if row.dtype.kind == "f" else at, row)


def _answers(grad: Callable[[Array], Any], query: Query, recorded: Array) -> bool:
    """Return whether the recorded gradient is the function's, up to what another order of its sums would change."""
    at = query.args[0]
    truth, mirrored = np.asarray(grad(at), np.float64), np.asarray(grad(-at), np.float64)
    # at and -at together: near a minimum the parts of a gradient are larger than the gradient
    scale = np.abs(truth).max(initial=0.0) + np.abs(mirrored).max(initial=0.0)
    if recorded.shape != truth.shape or not np.isfinite(scale):
        return False
    return bool((np.abs(recorded - truth) <= 2.0**-40 * scale).all())


def _times(count: int) -> str:
    return {0: "never called", 1: "called once"}.get(count, f"called {count} times")
