"""Trusted. Why an answer is nearly right: it lost digits to rounding, or it is a method that never had them.

Between the tolerance and a thousand times the tolerance of float32 no constant can tell an honest formula that cancels
from a difference quotient. Asking once more does: in float32 a rounding error grows by 2^29 and the error of a method
stays what it is. A difference quotient with too small a step is all rounding, however, so this alone lifts nothing: a
formula is called right only if it also has all of its digits on an ordinary input.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.model import Ended, Mismatch
from autograder.numerics.compare import accepted, in_single, leaves, paired
from autograder.numerics.distance import distance, largest_error
from autograder.numerics.truth import SLACK, U32, U64, Raises, is_single
from autograder.sandbox.children import SandboxError
from autograder.sandbox.host import Batch
from autograder.sandbox.wire import Callback, Leaf, Rng

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograder.grading.key import ExerciseKey
    from autograder.grading.question import Question
    from autograder.model import Run
    from autograder.numerics.distance import Distance

GREY = 1e3 * SLACK
"""In units of u32 E: what is further off than this is plainly wrong."""
SCALES = 2.0**20
"""How much larger an error of rounding gets in float32 at least. Honest formulas: 2^26 to 2^33; methods: below 2^13."""

UNSTABLE, INEXACT = "unstable", "inexact"
"""The kinds of mismatch that this module tells."""
NOTE = "right, but only to {digits} digits: for some inputs it subtracts numbers that are nearly equal"
CANCELS = (
    "{path} has only {digits} right digits, although the formula is right: rounding takes the others. "
    "Where are two nearly equal numbers subtracted, and how can that be rewritten?"
)
NOISY = (
    "{path} has only {digits} right digits, and there are never more, whatever the input. "
    "Is a difference of nearly equal numbers divided by a small one? This exercise asks for the formula."
)
APPROXIMATE = (
    "{path} has only {digits} right digits, and rounding is not the reason. "
    "What do you approximate: by a step h, a constant cut short, a sum broken off?"
)


@dataclass(frozen=True, slots=True)
class Settled:
    """What remains wrong once the grey zone has been looked into."""

    wrong: dict[int, Mismatch]
    notes: tuple[str, ...] = ()
    """On what is accepted after all."""


class Probe:
    """The questions of one exercise once more, in float32. They are encoded when they are first needed."""

    def __init__(self, key: ExerciseKey) -> None:
        self._key = key

    @cached_property
    def _places(self) -> tuple[int, ...]:
        """Which questions make sense in float32."""
        return tuple(place for place, question in enumerate(self._key.questions) if _scales(question))

    @cached_property
    def _batch(self) -> Batch:
        batch, places = self._key.batch, self._places
        calls = [
            replace(batch.calls[place], args=tuple(map(single, batch.calls[place].args))) for place in places
        ]
        return Batch.encode(self._key.exercise.name, calls, batch.limits, batch.seed)

    def settled(
        self, runs: Sequence[Run], wrong: dict[int, Mismatch], ask: Callable[[Batch], Sequence[Run]]
    ) -> Settled:
        """Return what is still wrong, with the reason where the float32 answers tell it.

        runs: the student's, one for each question. wrong: the mismatch of each failing question, which no known
        mistake explains. ask: runs more calls of the same submission. Raises SandboxError where that fails.
        """
        grey = {place: off for place in wrong if (off := self._grey(place, runs[place], wrong[place]))}
        if not grey:
            return Settled(wrong)
        coarse = dict(zip(self._places, ask(self._batch), strict=True))
        settled, notes = dict(wrong), dict[str, None]()
        for place, off in grey.items():
            function = self._key.questions[place].case.function
            grown = _growth(self._key.questions[place], runs[place], coarse[place])
            if grown is None:  # the function does not compute in float32: nothing is known
                continue
            rounding = grown >= SCALES
            sound = rounding and self._sound(function, runs, wrong)
            if sound and self._key.exercise.allows_cancellation:
                del settled[place]
                notes[f"{function}: {NOTE.format(digits=_digits(off))}"] = None
                continue
            says = CANCELS if sound else NOISY if rounding else APPROXIMATE
            told = f"{function}: {says.format(path=off.path, digits=_digits(off))}"
            settled[place] = replace(
                wrong[place], kind=UNSTABLE if sound else INEXACT, message=told, path=off.path
            )
        return Settled(settled, tuple(notes))

    def _grey(self, place: int, run: Run, mismatch: Mismatch) -> Distance | None:
        """Return how far an answer is off if it is nearly right in float64, else None."""
        if place not in self._places or mismatch.kind not in {"value", "sign"}:
            return None
        question = self._key.questions[place]
        if not question.may_be_right(run, mismatch):
            return None
        off = distance(run, question.answer, exact=False, names=question.names)
        if off is None or off.unit != U64 or _in_float32(run, question):
            return None
        return off if largest_error(run.value, question.answer, U32) <= GREY else None

    def _sound(self, function: str, runs: Sequence[Run], wrong: dict[int, Mismatch]) -> bool:
        """Return whether a function has all digits of an ordinary number somewhere: no difference quotient has."""
        return any(
            place not in wrong
            and self._key.questions[place].case.function == function
            and _ordinary(self._key.questions[place], runs[place])
            for place in self._places
        )


def single(value: Any) -> Any:
    """Return an argument in float32. Nothing is rounded: the inputs of a case are float32 values."""
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        return value.astype(np.float32)
    if isinstance(value, float):
        return np.float32(value)
    if isinstance(value, list | tuple):
        return type(value)(map(single, value))
    if isinstance(value, dict):
        return {key: single(item) for key, item in value.items()}
    return value


def _scales(question: Question) -> bool:
    """Return whether bounds decide on numbers, and the precision of the inputs is ours to choose."""
    if (
        question.judge is not None
        or question.case.exact
        or question.case.driver
        or isinstance(question.reference, Raises)
    ):
        return False
    kinds = _kinds(question.args)
    numbers = any(leaf.kind == "float" for leaf in leaves(question.reference))
    # a function or a generator that is handed over computes in float64
    return numbers and "float" in kinds and not kinds & {"Callback", "Rng"}


def _kinds(value: Any) -> set[str]:
    """Return what an argument holds: the names of what matters here."""
    if isinstance(value, list | tuple | dict):
        return set().union(*map(_kinds, value.values() if isinstance(value, dict) else value))
    if isinstance(value, Callback | Rng):
        return {type(value).__name__}
    array = isinstance(value, np.ndarray) and value.dtype == np.float64
    return {"float"} if array or isinstance(value, float) else set()


def _in_float32(run: Run, question: Question) -> bool:
    """Return whether the answer was in float32 in the first place: then there is nothing to compare it with."""
    _, pairs = paired(run.value, question.answer, ())
    return in_single(got for _, got, want in pairs if want.kind == "float")


def _growth(question: Question, fine: Run, coarse: Run) -> float | None:
    """Return how much larger the largest error is in float32, in the array where it grows least.

    None where the float32 call came to no answer of its form, or to one that was not computed in float32.
    """
    if coarse.ended is Ended.FAULT:
        raise SandboxError(coarse.detail)
    if coarse.ended is not Ended.RETURNED or not _in_float32(coarse, question):
        return None
    odd, pairs = paired(coarse.value, question.answer, ())
    _, before = paired(fine.value, question.answer, ())
    if odd is not None:
        return None
    found = [
        largest_error(Leaf(after), want, U64) / largest_error(Leaf(got), want, U64)
        for (_, got, want), (_, after, _) in zip(before, pairs, strict=True)
        if want.kind == "float" and not accepted(got, want, U64, exact=False).all()
    ]
    return min(found, default=None)


def _ordinary(question: Question, run: Run) -> bool:
    """Return whether a run is right to all digits of a number that has more digits than float32 holds."""
    odd, pairs = paired(run.value, question.answer, ())
    return odd is None and any(
        want.kind == "float"
        and not is_single(want.value.astype(np.float64))
        and bool(accepted(got, want, U64, exact=False).all())
        for _, got, want in pairs
    )


def _digits(off: Distance) -> int:
    """Return how many decimal digits of the farthest number are right."""
    if not off.right:
        return 0
    return max(0, math.floor(-math.log10(abs(off.got - off.right) / abs(off.right))))
