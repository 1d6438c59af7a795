"""Trusted. A failing case as fingerprints look at it: every array that came, beside the one that is right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.model import Ended
from autograder.numerics.compare import in_single
from autograder.numerics.truth import U32, U64, Array, Truth, within
from autograder.sandbox.wire import Leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from autograder.grading.question import Question
    from autograder.model import Mismatch, Run

ROOM = 16
"""How much more a wrong program may round than is known of the right one; wrong ways differ by far more."""
READABLE = frozenset({"value", "sign", "dtype", "shape"})
"""The mismatches of what was returned: behind any other kind there are no numbers to look at."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an answer is to the right one, with the words that the message about it needs."""

    id: str
    words: dict[str, str]
    partly: bool = False
    """Whether other cases of the function are right."""


@dataclass(frozen=True, slots=True)
class Part:
    """One array or number that came, and the one that is right. Shapes may differ."""

    path: str
    got: Array
    want: Array
    error: Array
    """The running error bound of `want`, in units of the unit roundoff."""
    whole: bool
    """Whether integers are asked for."""

    def of(self, change: Callable[[Array], Array]) -> Part:
        """Return the part with the right value changed."""
        return Part(self.path, self.got, change(self.want), np.abs(change(self.error)), self.whole)


@dataclass(frozen=True, slots=True)
class Seen:
    """One failing case: what came with what is right, part by part."""

    question: Question
    parts: tuple[Part, ...]
    unit: float
    """The precision that the run was computed in."""

    def near(self, part: Part) -> bool:
        """Return whether the two arrays are the same but for rounding."""
        if part.got.shape != part.want.shape:
            return False
        return bool(self.near_entries(part).all())

    def near_entries(self, part: Part) -> Array:
        """Return which entries of two arrays of one shape are the same but for rounding."""
        return within(part.got, part.want, ROOM * (np.abs(part.want) + part.error), self.unit)

    def right(self, part: Part) -> bool:
        """Return whether the array that came is accepted as right."""
        if part.got.shape != part.want.shape:
            return False
        return bool(within(part.got, part.want, part.error, self.unit).all())


def seen(run: Run, question: Question, mismatch: Mismatch, answer: Any = None) -> Seen | None:
    """Return a failing case with its arrays in parts, or None where it holds nothing to compare.

    answer: in place of the right one, a tree of `Truth`.
    """
    if question.judge is not None or run.ended is not Ended.RETURNED or mismatch.kind not in READABLE:
        return None  # a judge takes more than one answer
    parts = list(_parts(run.value, question.reference if answer is None else answer, "", question.names))
    found = [part for part in parts if part is not None]
    if not found or len(found) != len(parts):
        return None
    single = in_single(part.got for part in found if not part.whole)
    return Seen(question, tuple(found), U32 if single else U64)


def _parts(got: Any, want: Any, path: str, names: Sequence[str]) -> Iterator[Part | None]:
    """Yield the arrays of both trees side by side, and None where the trees or their labels differ."""
    if isinstance(want, Truth):
        readable = isinstance(got, Leaf) and got.array.dtype.kind in "iuf" and want.kind != "bool"
        if not readable or not (np.isfinite(got.array).all() and np.isfinite(want.value).all()):
            yield None
            return
        yield Part(path, got.array, want.value.astype(np.longdouble), want.error, want.kind == "int")
    elif isinstance(want, tuple | list):
        if not isinstance(got, list | tuple) or len(got) != len(want):
            yield None
            return
        for place, (one, two) in enumerate(zip(got, want, strict=True)):
            named = names[place] if not path and len(names) == len(want) else f"{path or 'value'}[{place}]"
            yield from _parts(one, two, named, ())
    elif isinstance(want, dict):
        if not isinstance(got, dict) or got.keys() != want.keys():
            yield None
            return
        for key, item in want.items():
            yield from _parts(got[key], item, f"{path or 'value'}[{key!r}]", ())
    elif type(got) is not type(want) or got != want:
        yield None


def wrong_parts(cases: Sequence[Seen]) -> list[Seen]:
    """Return the cases with those parts alone that are wrong in one of them."""
    paths: set[str] = set()
    for case in cases:
        paths.update(part.path for part in case.parts if part.path not in paths and not case.right(part))
    return [
        Seen(case.question, tuple(part for part in case.parts if part.path in paths), case.unit)
        for case in cases
    ]


def one_shape(cases: Iterable[Seen]) -> bool:
    """Return whether everything that came has the right shape."""
    return all(part.got.shape == part.want.shape for case in cases for part in case.parts)


def telling(cases: Iterable[Seen]) -> bool:
    """Return whether the right numbers are enough to tell: two that only rounding repeats, or four small round ones."""
    told: set[float] = set()
    for case in cases:
        for part in case.parts:
            told.update(np.unique(np.abs(part.want[part.want != 0]).astype(np.float64)).tolist())
            if len(told) >= 4:
                return True
    return sum(not (4 * value).is_integer() for value in told) >= 2


def listed(names: Sequence[str]) -> str:
    """Return names in words: `"a, b and c"`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
