"""Trusted. How far a value lies from a right answer, in units of the rounding error that an honest program may make."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.model import Ended
from autograder.numerics.compare import accepted, in_single, paired, place_of
from autograder.numerics.truth import U32, U64, Array, Raises, Truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.model import Run


FAR = 1e5
"""A hundred times what is looked into as nearly right."""


@dataclass(frozen=True, slots=True)
class Distance:
    """How far the farthest number of a run lies from the right one."""

    path: str
    """Where it stands in the returned value."""
    got: float
    right: float
    units: float
    """|got - right| / (u E): up to `SLACK` is accepted. Infinite where E is not known, or 0, and they differ."""
    unit: float
    """u: `U64` or `U32`, the tier that was used."""

    @property
    def tier(self) -> str:
        """What `units` counts, in words."""
        return "u64 E" if self.unit == U64 else "u32 E"


def distance(run: Run, answer: Any, *, exact: bool, names: Sequence[str] = ()) -> Distance | None:
    """Return how far a run's values are from the right ones, as `compare` measures it with the same arguments.

    None where there is nothing to measure: no value, another container, NaN, or no number in the answer.
    """
    if isinstance(answer, Raises) or run.ended is not Ended.RETURNED:
        return None
    mismatch, pairs = paired(run.value, answer, names)
    if mismatch is not None:
        return None
    single = in_single(got for _, got, want in pairs if want.kind == "float")
    found = [_farthest(*pair, exact=exact, single=single) for pair in pairs if pair[1].size]
    return max(found, key=lambda each: each.units, default=None)


def largest_error(value: Any, answer: Any, unit: float, *, rounded: bool = False) -> float:
    """Return the largest |value - answer| / (unit E) over all entries of a decoded value; 0 where all are equal.

    Infinite where the containers differ, where a label, count or truth value does, where a number is not finite,
    and where one differs that is exact (E = 0) or whose bound is not finite.
    answer: a tree of `Truth`, str, bool and None. unit: `U64` or `U32`.
    rounded: with E + |answer| for E, since even an exact number is rounded once before it is a float64.
    """
    mismatch, pairs = paired(value, answer, ())
    if mismatch is not None:
        return inf
    found = (_units(got, want, unit, rounded=rounded) for _, got, want in pairs)
    return max((float(units.max(initial=0)) for units in found), default=0.0)


def hopeless(value: Any, answer: Any, size: float) -> bool:
    """Return whether a number is so far from the right one that no honest formula's rounding errors explain it.

    So far: `FAR` u32, measured by the largest E or number of its array, or by `size` if that is larger; of a count or a
    truth value, which are not rounded, any other one. False where the containers differ.
    answer: the reference's, with its own bounds; those of the variants may be wider, but not by so much: `validate`
    fails a variant whose own answer is that far off. size: of the numbers that the answer is computed from.
    """
    mismatch, pairs = paired(value, answer, ())
    return mismatch is None and any(
        want.value.size > 0 and _hopeless(got, want, size) for _, got, want in pairs
    )


def _hopeless(got: Array, want: Truth, size: float) -> bool:
    if want.kind != "float":
        return bool((got != want.value).any())
    largest = np.maximum(np.abs(want.value), want.error).max(initial=size)
    with np.errstate(invalid="ignore"):
        return bool((np.abs(got - want.value) > FAR * U32 * largest).any())


def _farthest(path: str, got: Array, want: Truth, *, exact: bool, single: bool) -> Distance:
    double = want.kind != "float" or not single or accepted(got, want, U64, exact=exact).all()
    unit = U64 if double else U32
    units = _units(got, want, unit, exact=exact)
    place = np.unravel_index(int(np.argmax(units)), got.shape)
    here = np.zeros(got.shape, np.bool_)
    here[place] = True
    return Distance(
        place_of(path, here), float(got[place]), float(want.value[place]), float(units[place]), unit
    )


def _units(got: Array, want: Truth, unit: float, *, exact: bool = False, rounded: bool = False) -> Array:
    """Return |got - want| / (u E) of each entry, at most `SLACK` exactly where `within` accepts."""
    smallest = 2.0**-1074 if unit == U64 else 2.0**-149
    with np.errstate(all="ignore"):
        more = np.abs(want.value) if rounded and want.kind == "float" else 0
        bound, given = np.asarray(want.error + more, np.longdouble), got.astype(np.longdouble)
        far = np.abs(given - want.value.astype(np.longdouble)) / (bound * unit + smallest * (bound > 0))
    far = np.where(np.isfinite(bound) & ~np.isnan(far), far, inf)
    equal = (given == want.value) & (exact | np.isfinite(bound) | np.isinf(want.value))
    return np.where(equal, np.longdouble(0), far)
