"""Trusted. Compares what a student's function came to with the right answer: containers first, then tiers of precision.

A tier is never widened for a case. In order: equality where the inputs are dyadic, 4 u64 E, and 4 u32 E for values
that were computed in float32. Nothing passes because of a constant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.model import Ended, Mismatch, Run
from autograder.numerics.truth import U32, U64, Array, Raises, Truth, is_single, within
from autograder.sandbox.wire import Leaf, Opaque

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Judge = Callable[[Run], Mismatch | None]

SINGLE = "computed in float32: right, but only to 7 digits"

NUMBERS = {"ndarray", "scalar", "float", "int", "complex", "tensor"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of one comparison."""

    mismatch: Mismatch | None = None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Walk:
    """Collects the leaves of a student's value that have the container of the right answer."""

    names: Sequence[str]
    pairs: list[tuple[str, Array, Truth]] = field(default_factory=list)

    def visit(self, got: Any, want: Any, path: str) -> Mismatch | None:
        """Return the first difference of the containers, or None with every pair of arrays collected."""
        if isinstance(want, Truth):
            return self._leaf(got, want, path)
        if isinstance(want, list | tuple):
            return self._items(got, want, path)
        if isinstance(want, dict):
            return self._keys(got, want, path)
        return self._label(got, want, path)

    def _items(self, got: Any, want: Sequence[Any], path: str) -> Mismatch | None:
        if not isinstance(got, list | tuple):
            return _mismatch("type", path, f"should be {len(want)} values; it is {describe(got)}.")
        if len(got) != len(want):
            return _mismatch("count", path, f"should be {len(want)} values; there are {len(got)}.")
        named = not path and len(self.names) == len(want)
        for index, (item, right) in enumerate(zip(got, want, strict=True)):
            where = self.names[index] if named else f"{path or 'value'}[{index}]"
            if (found := self.visit(item, right, where)) is not None:
                return found
        return None

    def _keys(self, got: Any, want: dict[str, Any], path: str) -> Mismatch | None:
        if not isinstance(got, dict):
            return _mismatch("type", path, f"should be a dict; it is {describe(got)}.")
        if set(got) != set(want):
            keys = ", ".join(sorted(want))
            return _mismatch("keys", path, f"should have the keys {keys}.")
        for key, right in want.items():
            if (found := self.visit(got[key], right, f"{path}[{key!r}]")) is not None:
                return found
        return None

    def _leaf(self, got: Any, want: Truth, path: str) -> Mismatch | None:
        if isinstance(got, bool):
            got = Leaf(np.array(got), "scalar")
        if not isinstance(got, Leaf):
            return _mismatch("type", path, f"should be {_container(want)}; it is {describe(got)}.")
        if (found := _kind(got, want, path)) is not None:
            return found
        if got.array.shape != want.value.shape:
            return _mismatch(
                "shape", path, f"has shape {got.array.shape}; this exercise asks for {want.value.shape}."
            )
        if got.array.dtype.kind == "f" and np.isfinite(want.value).all() and not np.isfinite(got.array).all():
            bad = int((~np.isfinite(got.array)).sum())
            first = _where(path, ~np.isfinite(got.array))
            what = "NaN" if np.isnan(got.array).any() else "infinite"
            return Mismatch("nonfinite", f"{first} is {what}; {_of(bad, got.array.size)}.", first)
        self.pairs.append((path, got.array, want))
        return None

    @staticmethod
    def _label(got: Any, want: Any, path: str) -> Mismatch | None:
        """Compare a string, a truth value or None."""
        if (
            isinstance(want, bool)
            and isinstance(got, Leaf)
            and got.array.dtype.kind == "b"
            and got.array.ndim == 0
        ):
            got = bool(got.array)
        if type(got) is not type(want):
            expected = {str: "a string", bool: "True or False", type(None): "None"}[type(want)]
            return _mismatch("type", path, f"should be {expected}; it is {describe(got)}.")
        return None if got == want else _mismatch("value", path, "is not right.")


def _kind(got: Leaf, want: Truth, path: str) -> Mismatch | None:
    """Return why a leaf of this kind cannot be an answer, or None."""
    if got.kind == "tensor requiring grad":
        return _mismatch("detached", path, "still belongs to a graph. Return plain numbers: .detach().")
    if got.kind not in NUMBERS:
        return _mismatch("type", path, f"is a {got.kind}, not a plain array. Return an ordinary numpy array.")
    kind = got.array.dtype.kind
    if kind == "c":
        return _mismatch("dtype", path, "is complex; every number in this exercise is real.")
    if (kind == "b") != (want.kind == "bool"):
        return _mismatch(
            "dtype", path, f"holds {'truth values' if kind == 'b' else 'numbers'}, not {_plural(want)}."
        )
    return None


def compare(
    run: Run, answer: Any, *, exact: bool, names: Sequence[str] = (), judge: Judge | None = None
) -> Comparison:
    """Return what is wrong with a run, or nothing.

    answer: a tree of `Truth`, str, bool and None in lists, tuples and dicts; or `Raises`.
    exact: the values must be equal. names: what the entries of a returned tuple are called.
    judge: replaces the comparison of values, once the containers are right.
    """
    if isinstance(answer, Raises):
        return Comparison(_should_raise(run, answer))
    if run.ended is not Ended.RETURNED:
        return Comparison(_ending(run))
    walk = _Walk(names)
    found = walk.visit(run.value, answer, "") or _conduct(run)
    if found is not None:
        return Comparison(found)
    notes = _shared(run)
    if judge is not None:
        return Comparison(judge(run), notes)
    compared = _values(walk.pairs, exact=exact)
    return Comparison(compared.mismatch, (*notes, *compared.notes))


def _shared(run: Run) -> tuple[str, ...]:
    """Return a note on a result that shares memory with an argument: right, and a trap for whoever changes one."""
    if not run.aliased:
        return ()
    return (f"the result shares memory with the {_positions(run.aliased)} argument: a copy would be safer",)


def _should_raise(run: Run, answer: Raises) -> Mismatch | None:
    if run.ended is Ended.RETURNED:
        return Mismatch("raised", f"The text asks for a {answer.type} here; your function returned a value.")
    if run.ended is Ended.RAISED and run.error is not None and answer.type in run.error.bases:
        return None
    if run.ended is Ended.RAISED and run.error is not None:
        return Mismatch(
            "raised", f"The text asks for a {answer.type} here; your function raised {run.error.type}."
        )
    return _ending(run)


def _ending(run: Run) -> Mismatch:
    """Return the sentence for a run without a value."""
    if run.ended is Ended.RAISED and run.error is not None:
        line = f" in line {run.error.line}" if run.error.line else ""
        text = f": {run.error.message}" if run.error.message else ""
        return Mismatch(f"raised {run.error.type}", f"Your function raised {run.error.type}{line}{text}")
    return Mismatch(run.ended.value, run.detail or f"The run ended without a value: {run.ended.value}.")


def _conduct(run: Run) -> Mismatch | None:
    """Return what the call did to its inputs that it should not have."""
    if run.mutated:
        which = _positions(run.mutated)
        return Mismatch("mutated", f"Your function changed its {which} argument in place. Work on a copy.")
    return None


def _values(pairs: list[tuple[str, Array, Truth]], *, exact: bool) -> Comparison:
    """Return the tiers' word on arrays whose containers are right."""
    single = bool(pairs) and all(is_single(got) for _, got, want in pairs if want.kind == "float")
    notes: tuple[str, ...] = ()
    for path, got, want in pairs:
        close = _close(got, want, U64, exact=exact)
        if not close.all() and single and want.kind == "float":
            close = _close(got, want, U32, exact=exact)
            notes = (SINGLE,) if close.all() else notes
        if not close.all():
            return Comparison(_wrong(path, got, want, ~close))
    return Comparison(None, notes)


def _close(got: Array, want: Truth, unit: float, *, exact: bool) -> Array:
    if want.kind != "float":
        equal: Array = got == want.value
        return equal
    return within(got, want.value, 0.0 if exact else want.error, unit)


def _wrong(path: str, got: Array, want: Truth, wrong: Array) -> Mismatch:
    """Return the symptom: where the first wrong entry stands, how many there are, and whether only signs differ."""
    first = _where(path, wrong)
    count = _of(int(wrong.sum()), got.size)
    if got.dtype.kind in "iu" and want.kind == "float":
        return Mismatch(
            "dtype",
            f"{first} is a whole number where a fraction is due: is an array of integers used?",
            first,
        )
    if want.kind == "float" and within(-got, want.value, want.error + np.abs(want.value), U32)[wrong].all():
        return Mismatch(
            "sign", f"{first} has the wrong sign; {count}. Which way round is the difference?", first
        )
    return Mismatch("value", f"{first} is not right; {count}.", first)


def alike(run: Run, other: Run, answer: Any) -> bool:
    """Return whether two runs fail in the same way: one is then explained by the other.

    Values agree within the rounding errors of the precision that the first was computed in.
    """
    if run.ended is not other.ended:
        return False
    if run.ended is not Ended.RETURNED:
        same = run.error is None or other.error is None or run.error.type == other.error.type
        return same and run.detail == other.detail
    if run.mutated != other.mutated:
        return False
    errors = iter([truth.error for truth in leaves(answer)])
    return _same(run.value, other.value, lambda: next(errors, None))


def _same(one: Any, two: Any, error: Callable[[], Array | None]) -> bool:
    if isinstance(one, Leaf) and isinstance(two, Leaf):
        return _same_array(one.array, two.array, error())
    if isinstance(one, list | tuple) and isinstance(two, list | tuple):
        return len(one) == len(two) and all(_same(a, b, error) for a, b in zip(one, two, strict=True))
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_same(one[key], two[key], error) for key in one)
    return type(one) is type(two) and bool(one == two)


def _same_array(one: Array, two: Array, error: Array | None) -> bool:
    if one.shape != two.shape or one.dtype.kind == "c" or two.dtype.kind == "c":
        return False
    finite = np.isfinite(one)
    if not np.array_equal(finite, np.isfinite(two)) or not np.array_equal(np.isnan(one), np.isnan(two)):
        return False
    unit = U32 if is_single(one) and one.dtype != two.dtype else U64
    scale = np.abs(two[finite]).astype(np.longdouble)
    # The mistake's own error bound is not known here: the size of its values, and the right answer's bound where the
    # shapes agree, stand for it. Mistakes differ from each other by far more.
    largest = (
        scale.max(initial=0.0) if error is None or error.shape != one.shape else np.asarray(error)[finite]
    )
    return bool(within(one[finite], two[finite].astype(np.longdouble), 16 * (scale + largest), unit).all())


def leaves(answer: Any) -> Iterator[Truth]:
    """Yield the truths of an answer in order."""
    if isinstance(answer, Truth):
        yield answer
    elif isinstance(answer, list | tuple):
        for item in answer:
            yield from leaves(item)
    elif isinstance(answer, dict):
        for item in answer.values():
            yield from leaves(item)


def describe(value: Any) -> str:
    """Return what a decoded value is, in words for a student."""
    if value is None:
        return "None (is a return missing?)"
    if isinstance(value, Opaque):
        return f"a {value.kind}"
    if isinstance(value, Leaf):
        return "a number" if value.array.ndim == 0 else f"an array of shape {value.array.shape}"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    return {str: "a string", bool: "a truth value", dict: "a dict"}.get(type(value), type(value).__name__)


def _container(want: Truth) -> str:
    return "a number" if want.value.ndim == 0 else f"an array of shape {want.value.shape}"


def _plural(want: Truth) -> str:
    return {"bool": "truth values", "int": "whole numbers", "float": "numbers"}[want.kind]


def _where(path: str, wrong: Array) -> str:
    if wrong.ndim == 0:
        return path or "The value"
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    return f"{path or 'value'}[{', '.join(map(str, index))}]"


def _of(count: int, size: int) -> str:
    if size == 1:
        return "it is the only entry"
    return f"{count} of {size} entries {'is' if count == 1 else 'are'}"


def _positions(positions: Sequence[int]) -> str:
    words = ("first", "second", "third", "fourth", "fifth", "sixth")
    return " and ".join(words[i] if i < len(words) else f"{i + 1}th" for i in positions)


def _mismatch(kind: str, path: str, rest: str) -> Mismatch:
    return Mismatch(kind, f"{path or 'The value'} {rest}", path)
