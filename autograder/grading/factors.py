"""Trusted. Fingerprints of a factor: every number that came is the right one times the same constant.

The constants that have a name are few: a sign, 2, and what the arguments of the call give, their sizes, numbers and
lengths.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.grading.seen import one_shape, telling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.grading.question import Question
    from autograder.grading.seen import Seen

    Table = dict[str, Callable[[float], float]]

SAME = 1e-5
"""How near a ratio must come to a constant to be tried with it: every entry is then compared with all digits."""

UNNAMED = "factor:unnamed"

FIXED = {"factor:minus-one": -1.0, "factor:two": 2.0, "factor:half": 0.5}

OF_A_SIZE: Table = {
    "factor:size": float,
    "factor:per-size": lambda n: 1 / n,
    "factor:sample": lambda n: n / (n - 1),
    "factor:population": lambda n: (n - 1) / n,
}

OF_A_NUMBER: Table = {"factor:argument": lambda a: a, "factor:per-argument": lambda a: 1 / a}

OF_A_LENGTH: Table = {"factor:length": lambda a: a, "factor:per-length": lambda a: 1 / a}

PLAIN = frozenset({*FIXED, *OF_A_SIZE})
"""Slips: what the arguments hold, a length or a step size, can turn one mistake into another."""

IDS = (*FIXED, *OF_A_SIZE, *OF_A_NUMBER, *OF_A_LENGTH, UNNAMED)
"""Every id of a factor: the keys of its messages."""


@dataclass(frozen=True, slots=True)
class Factor:
    """What an answer is multiplied by."""

    id: str
    quantity: str
    """Of what in the arguments: `"the number of rows of X"`; empty for a fixed number."""
    values: tuple[float, ...]
    """In each of the cases."""

    @property
    def named(self) -> bool:
        """Whether it is one constant that has a name, and only one."""
        return self.id != UNNAMED


def factor_of(cases: Sequence[Seen], passed: Sequence[Question], arguments: Sequence[str]) -> Factor | None:
    """Return the factor between what came and what was compared with, the same constant in every case, or None.

    passed: the other questions of the function. arguments: the names of its parameters.
    """
    if not one_shape(cases) or not telling(cases):
        return None
    ratios = []
    for case in cases:
        ratio = ratio_of(case)
        if ratio is None:
            return None
        ratios.append(ratio)
    factor = common_factor(ratios, [case.question for case in cases], passed, arguments)
    if not all(_scaled(case, value) for case, value in zip(cases, factor.values, strict=True)):
        return None
    entries = max(np.unique(np.abs(part.want)).size for case in cases for part in case.parts)
    # one number is always a multiple of another
    return factor if factor.named or entries >= 3 else None


def is_multiple(cases: Sequence[Seen]) -> bool:
    """Return whether what came is the right answer times one number, the same in all cases, whatever it is."""
    ratios = [ratio_of(case) for case in cases]
    first = ratios[0]
    return first is not None and all(ratio is not None and _is(first, ratio) for ratio in ratios)


def ratio_of(case: Seen) -> float | None:
    """Return what every number of a case is multiplied by, or None where that is nothing."""
    if not one_shape([case]):
        return None
    part = max(case.parts, key=lambda each: np.abs(each.want).max(initial=0))
    if not part.want.any():
        return None
    place = np.abs(part.want).argmax()
    ratio = float(part.got.flat[place] / part.want.flat[place])
    return ratio if ratio and _scaled(case, ratio) else None


def _scaled(case: Seen, by: float) -> bool:
    return all(case.near(part.of(lambda array: np.longdouble(by) * array)) for part in case.parts)


def common_factor(
    ratios: Sequence[float], questions: Sequence[Question], passed: Sequence[Question], names: Sequence[str]
) -> Factor:
    """Return the constant that the ratios of all cases are; unnamed where there is none, or more than one.

    Two sizes that are equal in every question, the rows of X and the entries of y, are one and the same, if they
    take more than one value; two that merely happen to be equal in these cases are not told apart.
    passed: the other questions of the function. names: of its parameters.
    """
    fitting = {key for key, value in constants(questions[0].args, names) if _is(value, ratios[0])}
    for question, ratio in zip(questions[1:], ratios[1:], strict=True):
        if fitting:
            fitting &= {key for key, value in constants(question.args, names) if _is(value, ratio)}
    ordered = [key for key, _ in constants(questions[0].args, names) if key in fitting]
    if not ordered or not _are_one(ordered, [*questions, *passed], names):
        return Factor(UNNAMED, "", tuple(ratios))
    return Factor(*ordered[0], tuple(dict(constants(each.args, names))[ordered[0]] for each in questions))


def _is(constant: float, ratio: float) -> bool:
    return math.isclose(constant, ratio, rel_tol=SAME)


def _are_one(fitting: Sequence[tuple[str, str]], questions: Sequence[Question], names: Sequence[str]) -> bool:
    if len(fitting) == 1:
        return True
    if len({name for name, _ in fitting}) > 1:
        return False
    tables = [dict(constants(question.args, names)) for question in questions]
    rows = [tuple(table.get(key) for key in fitting) for table in tables]
    return all(len(set(row)) == 1 for row in rows) and len(set(rows)) > 1


def constants(args: Sequence[Any], names: Sequence[str]) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield every constant that the arguments of a call give, as ((id, quantity), value); never 1 or 0."""
    yield from (((name, ""), value) for name, value in FIXED.items())
    given = list(zip(names, args, strict=False))
    sizes = [found for name, value in given for found in _sizes(name, value)] + list(_copies(given))
    numbers = [(name, number) for name, value in given for number in _numbers(value)]
    lengths = [
        (f"the length |{name}|", float(np.linalg.norm(value)))
        for name, value in given
        if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind == "f"
    ]
    for table, known in ((OF_A_SIZE, sizes), (OF_A_NUMBER, numbers), (OF_A_LENGTH, lengths)):
        for quantity, size in known:
            if size not in {0, 1} and math.isfinite(size):
                yield from (((name, quantity), of(size)) for name, of in table.items())


def _sizes(name: str, value: Any) -> Iterator[tuple[str, float]]:
    """Yield every size of one argument, in words."""
    if isinstance(value, np.ndarray):
        words = {1: ("length",), 2: ("number of rows", "number of columns")}.get(value.ndim)
        axes = words or [f"size of axis {axis}" for axis in range(value.ndim)]
        yield from ((f"the {word} of {name}", size) for word, size in zip(axes, value.shape, strict=True))
        if value.ndim > 1:
            yield f"the number of entries of {name}", value.size
    elif _is_shape(value):
        yield from ((f"{name}[{place}]", size) for place, size in enumerate(value))
        if len(value) > 1:
            yield f"the product of {name}", math.prod(value)
    elif isinstance(value, list | tuple):
        yield f"the length of {name}", len(value)


def _copies(given: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, float]]:
    """Yield how many entries of one argument there are for each entry of another."""
    entries = [
        (name, math.prod(value.shape if isinstance(value, np.ndarray) else value))
        for name, value in given
        if (isinstance(value, np.ndarray) and value.size) or _is_shape(value)
    ]
    for one, many in entries:
        for other, few in entries:
            if one != other and many % few == 0:
                yield f"the number of entries of {one} for each one of {other}", many // few


def _is_shape(value: Any) -> bool:
    return isinstance(value, tuple) and all(type(size) is int and size > 0 for size in value)


def _numbers(value: Any) -> Iterator[float]:
    if type(value) in {int, float} or (
        isinstance(value, np.ndarray) and value.shape == () and value.dtype.kind == "f"
    ):
        yield float(value)
