"""Trusted. Why no verdict can be given on a key's inputs: an oracle disagrees, a bound is missing, a case is."""

from __future__ import annotations

import traceback
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.authoring.live import live
from autograder.model import Ended, Query, Run
from autograder.numerics.compare import compare, leaves
from autograder.numerics.distance import largest_error
from autograder.numerics.truth import U64, Raises, Truth
from autograder.sandbox.wire import Callback, crossed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.authoring import Exercise, Oracle
    from autograder.grading.question import Question

ROUNDINGS = 2
"""In units of u64 (E + |answer|): how far an oracle may be from the reference. One for each of the two: E for what its
formula rounds, |answer| for bringing the result to float64. Oracles in mpmath and in doubles stay below 1."""
SIX_DIGITS = 1e9
"""In units of u64: how near an oracle must come to a value that its judge takes only with queries."""


def faults(exercise: Exercise, questions: Sequence[Question]) -> Iterator[str]:
    """Yield one sentence for each reason not to believe the key of an exercise."""
    for criterion in exercise.criteria:
        if all(question.case.criterion != criterion.name for question in questions):
            yield f"{exercise.name}: no case asks for {criterion.name}"
    for question in questions:
        yield from doubts(exercise, question)


def doubts(exercise: Exercise, question: Question) -> Iterator[str]:
    """Yield one sentence for each reason not to believe the answer to one question."""
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
        try:
            agrees, question.agreed[oracle.name] = agreement(oracle, question)
        except Exception as error:  # noqa: BLE001 - an oracle that fails is a fault like one that disagrees
            yield f"{exercise.name}: oracle {oracle.name} fails on case {case.name} with {raised_at(error)}"
            continue
        if not agrees:
            yield f"{exercise.name}: oracle {oracle.name} and the reference disagree on case {case.name}"


def agreement(oracle: Oracle, question: Question) -> tuple[bool, float | None]:
    """Return whether an oracle vouches for the answer, and how far it is from it; raises what the oracle raises.

    Without a judge: its value is the reference's, within both their rounding errors; the distance is the largest
    one of any entry, in units of u64 (E + |answer|). With a judge: the judge accepts it as it would a student's,
    value and queries, and there is no distance. Only where a case hands out a function may the judge have refused
    the way and not the value, since an oracle may go a way without queries: then six digits have to agree.
    """
    queries: list[Query] = []
    run = _as_run(oracle.solve(*live(question.args, queries)), queries)
    if question.judge is None:
        distance = largest_error(run.value, question.reference, U64, rounded=True)
        return distance <= ROUNDINGS, distance
    if compare(run, question.reference, exact=False, judge=question.judge).mismatch is None:
        return True, None
    near = compare(run, _to_six_digits(question.reference), exact=False).mismatch is None
    return near and _asks(question.args), None


def _as_run(said: Any, queries: Sequence[Query]) -> Run:
    """Return what an oracle did as if it had come out of the sandbox."""
    asked = tuple(
        Query(query.part, tuple(map(crossed, query.args)), crossed(query.value)) for query in queries
    )
    return Run(Ended.RETURNED, crossed(said), queries=asked)


def _asks(value: Any) -> bool:
    """Return whether there is a function among the arguments."""
    if isinstance(value, list | tuple):
        return any(map(_asks, value))
    return any(map(_asks, value.values())) if isinstance(value, dict) else isinstance(value, Callback)


def _to_six_digits(answer: Any) -> Any:
    """Return the answer with bounds that leave room from the seventh digit of its largest number on."""
    if isinstance(answer, Truth) and answer.kind == "float":
        largest = np.abs(answer.value[np.isfinite(answer.value)]).max(initial=0)
        return Truth(answer.value, answer.error + SIX_DIGITS * largest + 1e-300, answer.kind)
    if isinstance(answer, tuple):
        return tuple(map(_to_six_digits, answer))
    if isinstance(answer, dict):
        return {key: _to_six_digits(item) for key, item in answer.items()}
    return answer


def raised_at(error: BaseException) -> str:
    """Return what was raised and where; not its message, which may hold what no student should see."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {PurePath(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
