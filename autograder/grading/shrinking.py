"""Trusted. Makes the arguments of a case small: axes cut to one or two entries, numbers whole and up to 3.

Nothing here knows what the arguments mean. Axes of equal length are cut alike, since they most likely belong together;
whether what comes out is still a question of the exercise, the reference has to tell.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.numerics.truth import Array, representable
from autograder.sandbox.wire import Callback, Rng

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LARGEST = 3.0
"""The largest number that is left."""
CUT_ONE_BY_ONE = 3
"""Up to so many different lengths are cut in all combinations; more of them all alike, but for one."""
WHOLE = 1 << 30
"""Where an axis ends that is not cut."""


def smaller(args: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield the arguments with whole numbers and shorter axes: one entry, two, or all, in many combinations.

    Nothing where a function or a generator is among them, or no array of numbers.
    """
    if _holds(args, Callback | Rng) or not _holds(args, np.ndarray):
        return
    plain = _numbers(args)
    lengths = sorted(_lengths(args))
    for kept in _combinations(len(lengths)):
        yield representable(_cut(plain, dict(zip(lengths, kept, strict=True))))


def entries(value: Any) -> int:
    """Return how many numbers the arrays in a value hold."""
    if isinstance(value, list | tuple):
        return sum(map(entries, value))
    if isinstance(value, dict):
        return sum(map(entries, value.values()))
    return value.size if isinstance(value, np.ndarray) else 0


def spelled(value: Any) -> str:
    """Return a value as it is written in Python, with numpy as np."""
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()!r})"
    if isinstance(value, tuple):
        return f"({', '.join(map(spelled, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(spelled, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {spelled(item)}' for key, item in value.items())}}}"
    return repr(value.item() if isinstance(value, np.generic) else value)


def _holds(value: Any, kind: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(_holds(item, kind) for item in value)
    if isinstance(value, dict):
        return any(_holds(item, kind) for item in value.values())
    return isinstance(value, kind)


def _is_shape(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(type(size) is int and size > 0 for size in value)


def _lengths(value: Any) -> set[int]:
    """Return every length of an axis that can be cut."""
    if isinstance(value, np.ndarray):
        return {size for size in value.shape if size > 1}
    if isinstance(value, dict):
        return set().union(*map(_lengths, value.values()))
    if isinstance(value, list | tuple) and not _is_shape(value):
        return set().union(*map(_lengths, value))
    return set()


def _combinations(count: int) -> Iterator[tuple[int, ...]]:
    if count <= CUT_ONE_BY_ONE:
        yield from itertools.product((1, 2, WHOLE), repeat=count)
        return
    yield (1,) * count
    yield from (tuple(1 + (place == long) for place in range(count)) for long in range(count))
    yield from ((2,) * count, (WHOLE,) * count)


def _cut(value: Any, kept: Mapping[int, int]) -> Any:
    if isinstance(value, np.ndarray):
        return np.array(value[tuple(slice(kept.get(size)) for size in value.shape)])
    if _is_shape(value):
        return tuple(min(kept.get(size, size), size) for size in value)
    if isinstance(value, list | tuple):
        return type(value)(_cut(item, kept) for item in value)
    return {key: _cut(item, kept) for key, item in value.items()} if isinstance(value, dict) else value


def _numbers(value: Any) -> Any:
    """Return a value with short numbers: whole ones, quarters in arrays between 0 and 1, 1/2^k for a number below 1."""
    if isinstance(value, np.ndarray) and value.dtype == np.float64 and np.isfinite(value).all():
        return _rounded(value)
    if isinstance(value, float) and math.isfinite(value):
        return _power(value) if 0 < abs(value) < 1 else float(_rounded(np.array(value)))
    if isinstance(value, list | tuple):
        return type(value)(map(_numbers, value))
    return {key: _numbers(item) for key, item in value.items()} if isinstance(value, dict) else value


def _power(number: float) -> float:
    """Return the power of two next to a number, on the side of 0."""
    return math.copysign(2.0 ** math.floor(math.log2(abs(number))), number)


def _rounded(array: Array) -> Array:
    if ((array > 0) & (array < 1)).all():
        return np.asarray(np.clip(np.rint(4 * array) / 4, 0.25, 0.75))
    size = np.ceil(np.abs(array))
    wrapped = np.where(size > LARGEST, np.mod(size - 1, LARGEST) + 1, size)  # cut off, all would be the same
    return np.asarray(np.copysign(wrapped, array))
