"""Trusted. Why no verdict can be given on a key's inputs: an oracle disagrees, a bound is missing, a case is."""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.authoring.live import live
from autograder.model import Ended, Query, Run
from autograder.numerics.compare import compare, leaves
from autograder.numerics.truth import Array, Raises, Truth
from autograder.sandbox.wire import Callback, Encoder, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.authoring import Exercise
    from autograder.grading.key import Question

SIX_DIGITS = 1e9
"""In units of u64: how near an oracle must come to a value that its judge takes only with queries."""


def faults(exercise: Exercise, questions: Sequence[Question]) -> Iterator[str]:
    """Yield one sentence for each reason not to believe the key of an exercise."""
    for criterion in exercise.criteria:
        if all(question.case.criterion != criterion.name for question in questions):
            yield f"{exercise.name}: no case asks for {criterion.name}"
    for question in questions:
        if not _has_bounds(question):
            yield f"{exercise.name}: the right answer of case {question.case.name} has no finite error bound"
        yield from disagreements(exercise, question)


def _has_bounds(question: Question) -> bool:
    """Return whether something could be right by comparison: no NaN, and a finite bound for each finite number."""
    if question.judge is not None:
        return True
    for leaf in leaves(question.reference):
        unbounded = np.isfinite(leaf.value) & ~np.isfinite(leaf.error)
        if np.isnan(leaf.value).any() or (unbounded.any() and not question.case.exact):
            return False
    return True


def disagreements(exercise: Exercise, question: Question) -> Iterator[str]:
    """Yield one sentence for each oracle that does not agree with the reference on a question's very inputs."""
    case = question.case
    for oracle in exercise.oracles:
        if oracle.function != case.function or isinstance(question.reference, Raises):
            continue
        queries: list[Query] = []
        try:
            said = oracle.solve(*live(question.args, queries))
            agrees = _agrees(said, queries, question)
        except Exception as error:  # noqa: BLE001 - an oracle that fails is a fault like one that disagrees
            yield f"{exercise.name}: oracle {oracle.name} fails on case {case.name} with {raised_at(error)}"
            continue
        if not agrees:
            yield f"{exercise.name}: oracle {oracle.name} and the reference disagree on case {case.name}"


def _agrees(said: Any, queries: Sequence[Query], question: Question) -> bool:
    """Return whether an oracle vouches for the answer.

    Without a judge: its value is the reference's, within both their rounding errors. With a judge: the judge accepts
    it as it would a student's, value and queries. Only where a case hands out a function may the judge have refused
    the way and not the value, since an oracle may go a way without queries: then six digits have to agree.
    """
    run = _as_run(said, queries)
    if question.judge is None:
        return compare(run, _roomier(question.reference, _few_roundings), exact=False).mismatch is None
    if compare(run, question.reference, exact=False, judge=question.judge).mismatch is None:
        return True
    return (
        _asks(question.args)
        and compare(run, _roomier(question.reference, _last_digits), exact=False).mismatch is None
    )


def _as_run(said: Any, queries: Sequence[Query]) -> Run:
    """Return what an oracle did as if it had come out of the sandbox."""
    encoder = Encoder()

    def sent(item: Any) -> Any:
        return value(encoder.tree(item), encoder.arrays)

    asked = tuple(Query(query.part, tuple(map(sent, query.args)), sent(query.value)) for query in queries)
    return Run(Ended.RETURNED, sent(said), queries=asked)


def _asks(value: Any) -> bool:
    """Return whether there is a function among the arguments."""
    if isinstance(value, list | tuple):
        return any(map(_asks, value))
    return any(map(_asks, value.values())) if isinstance(value, dict) else isinstance(value, Callback)


def _roomier(answer: Any, room: Callable[[Array], Any]) -> Any:
    """Return the answer with four times its bounds, and `room` of its values on top: the oracle rounds as well."""
    if isinstance(answer, Truth) and answer.kind == "float":
        return Truth(answer.value, answer.error * 4 + room(answer.value) + 1e-300, answer.kind)
    if isinstance(answer, tuple):
        return tuple(_roomier(item, room) for item in answer)
    if isinstance(answer, dict):
        return {key: _roomier(item, room) for key, item in answer.items()}
    return answer


def _few_roundings(values: Array) -> Any:
    return 4 * np.abs(values)


def _last_digits(values: Array) -> Any:
    return SIX_DIGITS * np.abs(values[np.isfinite(values)]).max(initial=0)


def raised_at(error: BaseException) -> str:
    """Return what was raised and where; not its message, which may hold what no student should see."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {PurePath(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
