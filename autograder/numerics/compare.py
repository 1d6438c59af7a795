"""Trusted. Compares what a student's function came to with the right answer: containers first, then tiers of precision.

A tier is never widened for a case. In order: equality where the inputs are dyadic, 4 u64 E, and 4 u32 E for values
that were computed in float32. Nothing passes because of a constant. What differs on dyadic inputs goes on to the
other tiers: an honest mean that is updated entry by entry divides by 3, and is not exact.

Whatever a submission can send is answered with a mismatch, never with an exception; only a judge may raise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.model import Ended, Mismatch, Run
from autograder.numerics.truth import U32, U64, Array, Raises, Truth, is_single, within
from autograder.sandbox.wire import Leaf, Opaque

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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
        return _label(got, want, path)

    def _items(self, got: Any, want: Sequence[Any], path: str) -> Mismatch | None:
        asked = f"should be {len(want)} values" if want else "should be empty"
        if want and self._named(want, path):
            asked += f", {', '.join(self.names)}"
        if not isinstance(got, list | tuple):
            return _mismatch("type", path, f"{asked}; it is {describe(got)}.")
        if len(got) != len(want):
            there = f"there are {len(got)}" if want else f"it is {describe(got)}"
            return _mismatch("count", path, f"{asked}; {there}.")
        for index, (item, right) in enumerate(zip(got, want, strict=True)):
            where = self.names[index] if self._named(want, path) else f"{path or 'value'}[{index}]"
            if (found := self.visit(item, right, where)) is not None:
                return found
        return None

    def _named(self, want: Sequence[Any], path: str) -> bool:
        return not path and len(self.names) == len(want)

    def _keys(self, got: Any, want: dict[str, Any], path: str) -> Mismatch | None:
        keys = ", ".join(map(repr, sorted(want)))
        if not isinstance(got, dict):
            return _mismatch("type", path, f"should be a dict with the keys {keys}; it is {describe(got)}.")
        if got.keys() != want.keys():
            odd = min(got.keys() ^ want.keys())
            which = f"{odd!r} is missing" if odd in want else f"{_said(odd)!r} is not one of them"
            return _mismatch("keys", path, f"should be a dict with the keys {keys}; {which}.")
        for key, right in want.items():
            if (found := self.visit(got[key], right, f"{path or 'value'}[{key!r}]")) is not None:
                return found
        return None

    def _leaf(self, got: Any, want: Truth, path: str) -> Mismatch | None:
        if isinstance(got, bool):
            got = Leaf(np.array(got), "scalar")
        if not isinstance(got, Leaf):
            advice = " Is np.array(...) missing?" if isinstance(got, list) else ""
            advice = " Is a comma too many in the return?" if isinstance(got, tuple) else advice
            rest = f"should be {_container(want.value)}; it is {describe(got)}.{advice}"
            return _mismatch("type", path, rest)
        if (found := _kind(got, want, path)) is not None:
            return found
        if got.array.shape != want.value.shape:
            return _mismatch("shape", path, _shapes(got.array, want.value))
        bad = np.isfinite(want.value) & ~np.isfinite(got.array)
        if bad.any():
            return _not_finite(got.array, bad, path)
        self.pairs.append((path, got.array, want))
        return None


def _label(got: Any, want: Any, path: str) -> Mismatch | None:
    """Compare a string, a truth value or None."""
    given = _plain_truth(got)
    if type(given) is not type(want):
        asked = {str: "a string", bool: "True or False", type(None): "None"}[type(want)]
        return _mismatch("type", path, f"should be {asked}; it is {describe(given)}.")
    if given == want:
        return None
    return _mismatch("value", path, "is not right for this input. Which condition decides it?")


def _plain_truth(value: Any) -> Any:
    """Return a single truth value of numpy as one of Python, anything else as it is."""
    if isinstance(value, Leaf) and value.array.dtype.kind == "b" and value.array.ndim == 0:
        return bool(value.array)
    return value


def _kind(got: Leaf, want: Truth, path: str) -> Mismatch | None:
    """Return why a leaf of this kind cannot be an answer, or None."""
    if got.kind == "tensor requiring grad":
        return _mismatch("detached", path, "still belongs to a graph. Return plain numbers: .detach().")
    if got.kind not in NUMBERS:
        rest = f"is of the type {_said(got.kind)}. Return an ordinary array: np.asarray(...)."
        return _mismatch("type", path, rest)
    kind = got.array.dtype.kind
    if kind == "c":
        rest = "is complex; every number in this exercise is real. Where does the imaginary part come from?"
        return _mismatch("dtype", path, rest)
    if kind == "b" and want.kind != "bool":
        asked = "a number is" if got.array.ndim == 0 else "numbers are"
        rest = (
            f"is True or False where {asked} asked for. Is a comparison returned in place of what it selects?"
        )
        return _mismatch("dtype", path, rest)
    if kind != "b" and want.kind == "bool":
        return _mismatch(
            "dtype", path, "holds numbers where True or False is asked for. Return the comparison."
        )
    return None


def _shapes(got: Array, want: Array) -> str:
    came = "is one number" if got.ndim == 0 else f"has shape {got.shape}"
    asked = "one number" if want.ndim == 0 else f"shape {want.shape}"
    if got.size == want.size:
        return f"{came}; this exercise asks for {asked}. It has as many entries: which axis is odd?"
    return f"{came}; this exercise asks for {asked}. Print the shape after every step."


def _not_finite(got: Array, bad: Array, path: str) -> Mismatch:
    first = place_of(path, bad)
    what = "NaN" if np.isnan(got[bad][0]) else "infinite"
    advice = "Which step divides by 0, or takes the log of 0 or the exp of something large?"
    return Mismatch("nonfinite", f"{first} is {what}{_of(bad, 'are not finite')}. {advice}", first)


def compare(
    run: Run, answer: Any, *, exact: bool, names: Sequence[str] = (), judge: Judge | None = None
) -> Comparison:
    """Return what is wrong with a run, or nothing.

    answer: a tree of `Truth`, str, bool and None in lists, tuples and dicts; or `Raises`.
    exact: equality is enough, also where no bound is known. names: what the entries of a returned tuple are called.
    judge: replaces the comparison of values, once the containers are right. What it raises is raised here.
    """
    if isinstance(answer, Raises):
        return Comparison(_should_raise(run, answer))
    if run.ended is not Ended.RETURNED:
        return Comparison(_ending(run))
    with np.errstate(all="ignore"):  # a student's numbers may be anything
        odd, pairs = paired(run.value, answer, names)
        if (found := odd or _conduct(run)) is not None:
            return Comparison(found)
        compared = Comparison(judge(run)) if judge is not None else _values(pairs, exact=exact)
    return Comparison(compared.mismatch, (*_shared(run), *compared.notes))


def paired(
    value: Any, answer: Any, names: Sequence[str]
) -> tuple[Mismatch | None, list[tuple[str, Array, Truth]]]:
    """Return the first difference of the containers, or None with each array, where it stands, and what is right."""
    walk = _Walk(names)
    return walk.visit(value, answer, ""), walk.pairs


def _shared(run: Run) -> tuple[str, ...]:
    """Return a note on a result that shares memory with an argument: right, and a trap for whoever changes one."""
    if not run.aliased:
        return ()
    return (f"the result shares memory with the {_arguments(run.aliased)}: a copy would be safer",)


def _should_raise(run: Run, answer: Raises) -> Mismatch | None:
    asked = f"The text asks for a {answer.type} here; your function"
    if run.ended is Ended.RETURNED:
        return Mismatch("raised", f"{asked} returned a value. Which input has to be refused?")
    if run.ended is Ended.RAISED and run.error is not None and answer.type in run.error.bases:
        return None
    if run.ended is Ended.RAISED and run.error is not None:
        return Mismatch("raised", f"{asked} raised {_said(run.error.type)}{_line(run)}.")
    return _ending(run)


def _ending(run: Run) -> Mismatch:
    """Return the sentence for a run without a value."""
    if run.ended is Ended.MISSING:
        return Mismatch(run.ended.value, "It is not written yet, or not under this name.")
    if run.ended is Ended.RAISED and run.error is not None:
        text = f": {run.error.message}" if run.error.message else "."
        kind = _said(run.error.type)
        if "SyntaxError" in run.error.bases:
            return Mismatch(f"raised {kind}", f"Your file cannot be read as Python: {kind}{_line(run)}{text}")
        text = f"{text.removesuffix('.')}. {run.detail}" if run.detail else text
        return Mismatch(f"raised {kind}", f"Your function raised {kind}{_line(run)}{text}")
    return Mismatch(run.ended.value, run.detail or f"The run ended without a value: {run.ended.value}.")


def _line(run: Run) -> str:
    return f" in line {run.error.line}" if run.error is not None and run.error.line else ""


def _conduct(run: Run) -> Mismatch | None:
    """Return what the call did to its inputs that it should not have."""
    if run.mutated:
        return Mismatch(
            "mutated", f"Your function changed its {_arguments(run.mutated)} in place. Work on a copy."
        )
    return None


def _values(pairs: list[tuple[str, Array, Truth]], *, exact: bool) -> Comparison:
    """Return the tiers' word on arrays whose containers are right."""
    single = in_single(got for _, got, want in pairs if want.kind == "float")
    notes: tuple[str, ...] = ()
    for path, got, want in pairs:
        close = accepted(got, want, U64, exact=exact)
        if not close.all() and single and want.kind == "float":
            close = accepted(got, want, U32, exact=exact)
            notes = (SINGLE,) if close.all() else notes
        if not close.all():
            return Comparison(_wrong(path, got, want, ~close))
    return Comparison(None, notes)


def in_single(arrays: Iterable[Array]) -> bool:
    """Return whether a run's numbers were computed in float32. Integers and empty arrays say nothing of it."""
    told = [array for array in arrays if array.dtype.kind == "f" and array.size]
    return bool(told) and all(map(is_single, told))


def accepted(got: Array, want: Truth, unit: float, *, exact: bool) -> Array:
    """Return elementwise whether one tier accepts an array whose container is right."""
    if want.kind != "float":
        equal: Array = np.asarray(got == want.value)
        return equal
    close = within(got, want.value, want.error, unit)
    return close | (got == want.value) if exact else close


def _wrong(path: str, got: Array, want: Truth, wrong: Array) -> Mismatch:
    """Return the symptom: where the first wrong entry stands, how many there are, and whether only signs differ."""
    first = place_of(path, wrong)
    whole = want.kind == "float" and got.dtype.kind in "iu"
    if whole and (want.value[wrong] != np.rint(want.value[wrong])).all():
        rest = (
            f"is a whole number and should not be one{_of(wrong, 'are wrong')}. Is an array of integers used?"
        )
        return Mismatch("dtype", f"{first} {rest}", first)
    opposite = np.longdouble(-1) * got  # also of unsigned numbers
    if (
        want.kind == "float"
        and within(opposite, want.value, want.error + np.abs(want.value), U32)[wrong].all()
    ):
        rest = f"has the wrong sign{_of(wrong, 'do')}. Which way round is the difference?"
        return Mismatch("sign", f"{first} {rest}", first)
    advice = "What sets it apart from the others?"
    if wrong.all():
        advice = "Try the smallest example that you can work out by hand."
    return Mismatch("value", f"{first} is not right{_of(wrong, 'are wrong')}. {advice}", first)


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
    with np.errstate(all="ignore"):  # a student's numbers may be anything
        unit = U32 if in_single(_arrays(run.value)) else U64
        return _same(run.value, other.value, unit, lambda: next(errors, None))


def _arrays(value: Any) -> Iterator[Array]:
    if isinstance(value, Leaf):
        yield value.array
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _arrays(item)


def _same(first: Any, second: Any, unit: float, error: Callable[[], Array | None]) -> bool:
    one, two = _plain_truth(first), _plain_truth(second)
    if isinstance(one, Leaf) and isinstance(two, Leaf):
        return _same_array(one.array, two.array, unit, error())
    if isinstance(one, list | tuple) and isinstance(two, list | tuple):
        return len(one) == len(two) and all(_same(a, b, unit, error) for a, b in zip(one, two, strict=True))
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_same(one[key], two[key], unit, error) for key in one)
    return type(one) is type(two) and bool(one == two)


def _same_array(one: Array, two: Array, unit: float, error: Array | None) -> bool:
    if one.shape != two.shape or "c" in {one.dtype.kind, two.dtype.kind}:
        return False
    if one.dtype.kind != "f" and two.dtype.kind != "f":
        return np.array_equal(one, two)
    finite = np.isfinite(one) & np.isfinite(two)
    if not np.array_equal(one[~finite], two[~finite], equal_nan=True):
        return False
    given, known = one[finite], two[finite].astype(np.longdouble)
    # The mistake's own error bound is not known here: the size of its values, and the right answer's bound where the
    # shapes agree, stand for it. Mistakes differ from each other by far more.
    scale = np.abs(known)
    if error is None or error.shape != one.shape:
        bound = scale + scale.max(initial=0.0)
    else:
        bound = scale + np.where(np.isfinite(error), error, 0)[finite]
    return bool(within(given, known, 16 * bound, unit).all())


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
        return f"of the type {_said(value.kind)}"
    if isinstance(value, Leaf):
        return _container(value.array)
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    return {str: "a string", bool: "a truth value", dict: "a dict"}.get(type(value), type(value).__name__)


def _container(array: Array) -> str:
    return "a number" if array.ndim == 0 else f"an array of shape {array.shape}"


def _said(name: str) -> str:
    """Return a name that came out of the sandbox, cut and without what a terminal obeys."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:60])


def place_of(path: str, wrong: Array) -> str:
    """Return where the first of the wrong entries stands, `"da[0, 2]"`."""
    if wrong.ndim == 0:
        return path or "The value"
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    return f"{path or 'value'}[{', '.join(map(str, index))}]"


def _of(wrong: Array, verb: str) -> str:
    """Return how many entries share a fault, `"; 3 of 30 entries are wrong"`; nothing of a single number."""
    count = int(wrong.sum())
    if wrong.size == 1:
        return ""
    one = {"do": "does"}.get(verb, verb.replace("are", "is", 1))
    return f"; {count} of {wrong.size} entries {verb if count != 1 else one}"


def _arguments(positions: Sequence[int]) -> str:
    words = ("first", "second", "third", "fourth", "fifth", "sixth")
    ordinals = [words[i] if 0 <= i < len(words) else f"{i + 1}th" for i in positions]
    return f"{' and '.join(ordinals)} argument{'s' if len(ordinals) > 1 else ''}"


def _mismatch(kind: str, path: str, rest: str) -> Mismatch:
    return Mismatch(kind, f"{path or 'The value'} {rest}", path)
