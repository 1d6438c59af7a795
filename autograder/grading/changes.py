"""Trusted. Fingerprints of what was done to the right numbers: each change gives exactly what came, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograder.grading.seen import Part, listed, telling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.grading.seen import Seen

    Change = Callable[[Part], Part | None]
    """Makes the right numbers into what came, or None where it cannot be."""

DECIMALS = "rounding:decimals"
SWAPPED = "part:swapped"
MOST_DECIMALS = 8


def changes(cases: Sequence[Seen]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the id, with its words, of every change that explains all of the cases."""
    if not telling(cases):
        return
    for name, ways in CHANGES.items():
        if any(_makes(change, cases) for change in ways):
            yield name, {}
    places = _decimals(cases)
    if places is not None:
        yield DECIMALS, {"digits": str(places)}


def _makes(change: Change, cases: Sequence[Seen]) -> bool:
    for case in cases:
        for part in case.parts:
            made = change(part)
            if made is None or not case.near(made):
                return False
    return True


def _zero(part: Part) -> Part | None:
    return None if part.got.any() else part.of(np.zeros_like)


def _whole(part: Part) -> Part | None:
    """Return the right numbers cut, rounded down or rounded to whole ones, whichever came."""
    if part.whole or part.got.shape != part.want.shape or not part.got.any() or (part.got % 1).any():
        return None
    for cut in (np.trunc, np.floor, np.rint):
        if np.array_equal(part.got, cut(part.want)):
            return Part(part.path, part.got, cut(part.want), part.error, part.whole)
    return None


def _transposed(part: Part) -> Part | None:
    if part.want.ndim < 2 or part.got.ndim != part.want.ndim:
        return None
    turned = part.of(lambda array: np.swapaxes(array, -1, -2))
    return turned if part.got.shape == turned.want.shape else part.of(np.transpose)


def _column_major(part: Part) -> Part | None:
    if part.want.ndim < 2 or part.got.shape != part.want.shape or part.want.shape == part.want.shape[::-1]:
        return None  # of a square one it is the transpose
    return part.of(lambda array: array.ravel(order="F").reshape(array.shape))


def _reversed(axis: int) -> Change:
    return lambda part: part.of(lambda array: np.flip(array, axis)) if part.want.ndim > axis else None


CHANGES: dict[str, tuple[Change, ...]] = {
    "zero:all": (_zero,),
    "rounding:whole": (_whole,),
    "layout:transposed": (_transposed,),
    "layout:column-major": (_column_major,),
    "layout:reversed": (_reversed(0), _reversed(1)),
}


def _decimals(cases: Sequence[Seen]) -> int | None:
    """Return to how many decimals every number has been rounded."""
    parts = [part for case in cases for part in case.parts]
    if any(part.got.shape != part.want.shape for part in parts) or not parts[0].got.any():
        return None
    for places in range(1, MOST_DECIMALS + 1):
        if np.array_equal(np.round(parts[0].got, places), parts[0].got):
            same = (
                np.array_equal(part.got, np.round(part.want.astype(np.float64), places)) for part in parts
            )
            return places if all(same) else None
    return None


def exchanged(wrong: Sequence[Seen]) -> str:
    """Return which two outputs stand in each other's place, in words; empty where none do.

    wrong: the cases with their wrong parts alone.
    """
    if any(len(case.parts) != 2 for case in wrong) or not telling(wrong):
        return ""
    for case in wrong:
        one, two = case.parts
        crossed = (
            Part("", one.got, two.want, two.error, two.whole),
            Part("", two.got, one.want, one.error, one.whole),
        )
        if not all(map(case.near, crossed)):
            return ""
    return listed([part.path for part in wrong[0].parts])
