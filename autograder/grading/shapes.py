"""Trusted. Fingerprints of a wrong shape: an axis, a sum, or an entry that is too much or missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from autograder.grading.seen import ROOM, Part, one_shape, telling
from autograder.numerics.truth import Array, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.grading.seen import Seen

    Fits = Callable[[Part, Seen], bool]
    Reduce = Callable[..., Array]


def shape(cases: Sequence[Seen]) -> str:
    """Return the id of the first relation of the shapes that explains every case; empty where none does.

    A part that is right, in a case where no axis is odd, is no objection.
    """
    if one_shape(cases) or not telling(cases):
        return ""
    for name, fits in SHAPES.items():
        if all(case.near(part) or fits(part, case) for case in cases for part in case.parts):
            return name
    return ""


def _same_order(part: Part, case: Seen) -> bool:
    if part.got.size != part.want.size:
        return False
    return case.near(Part(part.path, part.got.ravel(), part.want.ravel(), np.ravel(part.error), part.whole))


def _ones(by: int) -> Fits:
    """Return a test for axes of size 1 that are too many (1) or missing (-1), and nothing else."""

    def fits(part: Part, case: Seen) -> bool:
        apart = part.got.ndim - part.want.ndim
        wide, slim = ([size for size in sizes if size != 1] for sizes in (part.got.shape, part.want.shape))
        return apart * by > 0 and wide == slim and _same_order(part, case)

    return fits


def _each_with_each(part: Part, case: Seen) -> bool:
    """Return whether (n, 1) met (n,): every number with every number, and the right ones on the diagonal."""
    if part.want.ndim != 1 or part.got.shape != part.want.shape * 2 or part.want.size < 2:
        return False
    return case.near(Part(part.path, np.diagonal(part.got), part.want, part.error, part.whole))


def _reduced(reduce: Reduce, big: Array, small: Array) -> Iterator[Array]:
    """Yield `big` reduced over each axis that might give the shape of `small`, over all axes, and as broadcasting does."""
    added = big.ndim - small.ndim
    axes: list[tuple[int, ...]] = [(axis,) for axis in range(big.ndim)]
    stretched = [added + i for i, size in enumerate(small.shape) if added >= 0 and size == 1]
    axes += [(*range(max(added, 0)), *stretched), tuple(range(big.ndim))]
    for axis in dict.fromkeys(axes):
        if not axis or max(axis) >= big.ndim or math.prod(big.shape[i] for i in axis) < 2:
            continue
        for keep in (False, True):
            made = np.asarray(reduce(big, axis=axis, keepdims=keep))
            if made.shape == small.shape:
                yield made


def _not_summed(part: Part, case: Seen) -> bool:
    """Return whether only a sum is missing: made now, the numbers would be right."""
    if part.got.size <= part.want.size:
        return False
    bound = ROOM * (np.abs(part.got).max(initial=0) * part.got.size + part.error)
    sums = _reduced(np.sum, part.got.astype(np.longdouble), part.want)
    return any(bool(within(made, part.want, bound, case.unit).all()) for made in sums)


def _over(reduce: Reduce) -> Fits:
    """Return a test for a sum or a mean that is too much."""

    def fits(part: Part, case: Seen) -> bool:
        if part.got.size >= part.want.size:
            return False
        bound = ROOM * (np.abs(part.want) + part.error).max(initial=0) * part.want.size
        made = _reduced(reduce, part.want, part.got)
        return any(bool(within(part.got, one, bound, case.unit).all()) for one in made)

    return fits


def _without(kept: slice) -> Fits:
    def fits(part: Part, case: Seen) -> bool:
        return part.want.ndim > 0 and len(part.want) > 2 and case.near(part.of(lambda array: array[kept]))

    return fits


SHAPES: dict[str, Fits] = {
    "shape:axis-too-many": _ones(1),
    "shape:axis-missing": _ones(-1),
    "shape:each-with-each": _each_with_each,
    "shape:not-summed": _not_summed,
    "shape:summed": _over(np.sum),
    "shape:averaged": _over(np.mean),
    "shape:first-missing": _without(slice(1, None)),
    "shape:last-missing": _without(slice(None, -1)),
    "shape:other": _same_order,
}
"""In this order: one that says more stands before one that holds whenever it does."""
