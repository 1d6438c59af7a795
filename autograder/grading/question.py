"""Trusted. A question: one case with the arguments that were drawn for it, and the right answer with its bounds."""

from __future__ import annotations

import ast
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache, partial
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.authoring.live import live
from autograder.grading.answers import evened, rightly, solve, widened, witnesses
from autograder.numerics.bounds import Decisions, decisions
from autograder.numerics.compare import compare, leaves
from autograder.numerics.distance import hopeless
from autograder.numerics.trees import parse
from autograder.sandbox.host import Call
from autograder.sandbox.wire import Leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autograder.authoring import Case, Exercise
    from autograder.authoring.loading import Sheet
    from autograder.model import Mismatch, Run
    from autograder.numerics.compare import Comparison, Judge

UNRIGHT = frozenset({"value", "sign", "dtype"})
"""The mismatches of values: a wider bound may lift these, no other."""
REMEMBERED = 64
"""Answers to one question whose comparison is kept: a class gives few different ones."""


@dataclass(frozen=True)
class Question:
    """One case with the arguments that this seed draws, and the right answer."""

    case: Case
    args: tuple[Any, ...]
    reference: Any
    """What the reference comes to: a tree of `Truth`, str, bool and None, or `Raises`. The bounds are its own, evened."""
    names: tuple[str, ...]
    """What the reference calls the entries of the tuple it returns."""
    judge: Judge | None
    witnesses: Callable[[], Iterable[Any]]
    """What the honest variants come to."""
    margin: float = inf
    """How close the reference came to deciding otherwise: the smallest |a - b| / E (`Decisions`). Infinite with a judge."""
    known: dict[int, tuple[Run, Comparison]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    """What runs came to, by their identity."""
    agreed: dict[str, float | None] = field(init=False, default_factory=dict, repr=False, compare=False)
    """How far each oracle is from the reference, once they have been asked: see `oracles.agreement`."""

    @property
    def call(self) -> Call:
        """How it is asked."""
        return Call(self.case.function, self.args, self.case.driver, recorded=self.judge is not None)

    @cached_property
    def answer(self) -> Any:
        """The right answer: as `reference`, but each bound is the largest over the reference and its variants.

        Worked out when it is first needed: a whole sheet of variants with bounds takes seconds, and almost all right
        submissions are within the bounds of the reference.
        """
        answer = self.reference
        if self.judge is None and any(leaf.kind == "float" for leaf in leaves(answer)):
            for witness in self.witnesses():
                answer = widened(answer, witness)
        return evened(answer)

    def compare(self, run: Run) -> Comparison:
        """Return what is wrong with a run of this case, or nothing. Raises what the author's judge raises.

        Equal answers are one object (`replies.decoded`), and are compared once for a class.
        """
        known = self.known.get(id(run))
        if known is not None and known[0] is run:
            return known[1]
        found = self._compared(run, self.reference)
        if found.mismatch is not None and self.judge is None and self.may_be_right(run, found.mismatch):
            found = self._compared(run, self.answer)
        if len(self.known) >= REMEMBERED:
            self.known.clear()
        self.known[id(run)] = (run, found)
        return found

    def may_be_right(self, run: Run, mismatch: Mismatch) -> bool:
        """Return whether a wider bound may accept what the reference's does not.

        Asked before `answer`, which takes a hundred times as long to work out.
        """
        return mismatch.kind in UNRIGHT and not hopeless(run.value, self.reference, self._size)

    @cached_property
    def _size(self) -> float:
        """The largest number among the arguments, 1 at least: what the answer is computed from."""
        return max([1.0, *_sizes(self.args)])

    def _compared(self, run: Run, answer: Any) -> Comparison:
        return compare(run, answer, exact=self.case.exact, names=self.names, judge=self.judge)


def question_of(sheet: Sheet, exercise: Exercise, case: Case, args: tuple[Any, ...]) -> Question:
    """Return a case with the arguments that were drawn for it, each as it can be sent, and the right answer.

    Raises whatever the reference raises that is not part of an answer.
    """
    check = exercise.judges.get(case.function)
    function = rightly(sheet, exercise, case.function)
    with decisions() if check is None else nullcontext(Decisions()) as seen:
        reference = evened(solve(function, args))
    return Question(
        case,
        args,
        reference=reference,
        names=returned_names(sheet.solution).get(case.function, ()),
        judge=None if check is None else _judge(check, exercise.knowledge.get(case.function), args),
        witnesses=partial(witnesses, sheet, exercise, case.function, args),
        margin=seen.margin,
    )


def _sizes(value: Any) -> Iterator[float]:
    """Yield a bound for the numbers in each part of an argument."""
    if isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _sizes(part)
    elif isinstance(value, np.ndarray | float | int):
        array = np.asarray(value, np.float64)
        yield float(np.abs(array).max(initial=0.0, where=np.isfinite(array)))


def _judge(check: Any, knows: Callable[..., Any] | None, args: tuple[Any, ...]) -> Judge:
    """Return the author's judge with its arguments; it sees plain arrays and numbers."""

    @cache
    def known() -> tuple[Any, ...]:
        return () if knows is None else (knows(*live(args)),)

    def judge(run: Run) -> Any:
        queries = tuple(
            replace(query, args=tuple(map(_plain, query.args)), value=_plain(query.value))
            for query in run.queries
        )
        return check(replace(run, value=_plain(run.value), queries=queries), *known(), *live(args))

    return judge


def _plain(decoded: Any) -> Any:
    if isinstance(decoded, Leaf):
        return decoded.array.item() if decoded.array.ndim == 0 else decoded.array
    if isinstance(decoded, list | tuple):
        return type(decoded)(_plain(item) for item in decoded)
    if isinstance(decoded, dict):
        return {key: _plain(item) for key, item in decoded.items()}
    return decoded


@lru_cache(maxsize=8)
def returned_names(solution: str) -> dict[str, tuple[str, ...]]:
    """Return what each function of the reference calls the entries of the tuple that it returns."""
    found = {}
    for node in parse(solution).body:
        if isinstance(node, ast.FunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Tuple):
                    names = [part.id if isinstance(part, ast.Name) else "" for part in inner.value.elts]
                    found[node.name] = tuple(names) if all(names) else ()
    return found


@lru_cache(maxsize=8)
def parameters(solution: str) -> dict[str, tuple[str, ...]]:
    """Return the names of the parameters of each function of the reference, in order."""
    return {
        node.name: tuple(each.arg for each in (*node.args.posonlyargs, *node.args.args))
        for node in parse(solution).body
        if isinstance(node, ast.FunctionDef)
    }
