"""Trusted. Right answers: what the reference comes to, with bounds that the honest variants widen."""

from __future__ import annotations

import dis
import inspect
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.authoring.live import live
from autograder.authoring.splice import splice
from autograder.numerics.bounds import Bounded
from autograder.numerics.compare import leaves
from autograder.numerics.evaluate import bounded, namespace
from autograder.numerics.truth import U64, Raises, Truth, within
from autograder.sandbox.drivers import driven

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.authoring import Exercise
    from autograder.authoring.loading import Sheet
    from autograder.numerics.truth import Array

RAISE = dis.opmap["RAISE_VARARGS"]


@lru_cache(maxsize=8)  # the exercises of a sheet share one
def _solution(text: str, file: str) -> dict[str, Any]:
    return namespace(text, file)


def rightly(sheet: Sheet, exercise: Exercise, function: str) -> Callable[..., Any]:
    """Return what the right answers of a function come from: the reference, or the formula that stands in for it.

    It takes a case's arguments and computes with bounds.
    """
    if (formula := exercise.formulas.get(function)) is not None:
        space = changed(sheet, function, formula, function)
        return driven("", space[function])
    space = _solution(sheet.solution, str(sheet.folder / "solution.py"))
    return driven(exercise.drivers.get(function, ""), space[function])


def solve(function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Return the right answer of a call: the reference's values with their running error bounds.

    function: as `rightly` returns it. An exception is the answer only where the reference's own
    file raises it by a `raise` statement, and not because of a TypeError or AttributeError, which is how a lost bound
    shows. Neither NotImplementedError (a stub) nor AssertionError is one. Everything else that is raised here is the
    author's error.
    """
    try:
        answer = truth(function(*bounded(live(args))))
    except Exception as error:
        if _is_answer(error, function):
            return Raises(type(error).__name__)
        raise
    return _rounded(answer, function, args) if _is_whole(args) else answer


def _is_whole(args: tuple[Any, ...]) -> bool:
    """Return whether every number among the arguments is an integer, and there is one."""
    kinds = {leaf.dtype.kind for leaf in _numbers(args)}
    return bool(kinds) and kinds <= {"i", "u"}


def _numbers(value: Any) -> Iterator[Array]:
    """Yield the numbers and arrays of an argument; whatever else is in it as an array of objects."""
    if isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _numbers(part)
    elif isinstance(value, np.ndarray | float | int) and not isinstance(value, bool):
        yield np.asarray(value)
    elif not isinstance(value, bool | str | None):
        yield np.asarray(value, dtype=object)


def _rounded(answer: Any, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Return an answer to integers as that to the same numbers as floats, with its bounds, where it is the same.

    The reference rounds nothing then; another formula for it may. What is no more than passed on stays an integer.
    """
    try:
        floats = truth(function(*bounded(live(_floats(args)))))
    except Exception:  # noqa: BLE001 - a count of steps, an index: only an integer will do
        return answer
    rounds = any(leaf.error.any() for leaf in leaves(floats))
    return floats if rounds and agree(answer, floats) else answer


def _floats(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.astype(np.float64)
    if isinstance(value, list | tuple):
        return type(value)(map(_floats, value))
    if isinstance(value, dict):
        return {key: _floats(item) for key, item in value.items()}
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _is_answer(error: Exception, function: Callable[..., Any]) -> bool:
    trace = error.__traceback__
    if trace is None or isinstance(error, NotImplementedError | AssertionError):
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    code, own = trace.tb_frame.f_code, getattr(inspect.unwrap(function), "__globals__", None)
    on_purpose = trace.tb_frame.f_globals is own and code.co_code[trace.tb_lasti] == RAISE
    return on_purpose and not any(
        isinstance(reason, TypeError | AttributeError) for reason in _reasons(error)
    )


def _reasons(error: BaseException) -> Iterator[BaseException]:
    """Yield what was raised before an exception and led to it, also behind `from None`."""
    seen, waiting = {id(error)}, [error.__cause__, error.__context__]
    while waiting:
        reason = waiting.pop()
        if reason is not None and id(reason) not in seen:
            seen.add(id(reason))
            yield reason
            waiting += [reason.__cause__, reason.__context__]


def truth(found: Any) -> Any:
    """Return the tree of a right answer from what the reference returned."""
    if isinstance(found, Bounded):
        return Truth(found.value, found.error, "float")
    if isinstance(found, bool | str) or found is None:
        return found
    if isinstance(found, list | tuple):
        return tuple(truth(item) for item in found)
    if isinstance(found, dict):
        return {str(key): truth(item) for key, item in found.items()}
    array = np.asarray(found)
    if array.dtype.kind == "b":
        return Truth(array, np.zeros(array.shape), "bool")
    if array.dtype.kind in "iu":
        return Truth(array, np.zeros(array.shape), "int")
    if array.dtype.kind != "f":
        raise TypeError(f"the reference returned a {type(found).__name__}, which is no answer")
    # A constant, rounded once where it was written down.
    return Truth(array.astype(np.longdouble), np.abs(array), "float")


def witnesses(sheet: Sheet, exercise: Exercise, function: str, args: tuple[Any, ...]) -> Iterator[Any]:
    """Yield what each variant of a function comes to on these arguments, with its own bounds.

    A variant that cannot be computed with bounds (it casts to float32, it calls torch) is no witness.
    """
    for variant in exercise.variants:
        if variant.function == function:
            try:
                space = changed(sheet, function, variant.name, function)
                solution = driven(exercise.drivers.get(function, ""), space[function])
                yield truth(solution(*bounded(live(args))))
            except Exception:  # noqa: BLE001, S112 - whatever it is: nothing is widened
                continue


def changed(sheet: Sheet, function: str, replacement: str, called: str) -> dict[str, Any]:
    """Return the names of the reference with one function replaced by a variant or a mistake.

    called: the function that will be called; it has what it calls beside it, and computes with bounds.
    Raises SpliceError where the replacement cannot be made, and what the text raises.
    """
    return _changed(sheet.solution, sheet.checks, function, replacement, called)


@lru_cache(maxsize=256)  # a sheet has fifty variants, and each is asked about several cases
def _changed(solution: str, checks: str, function: str, replacement: str, called: str) -> dict[str, Any]:
    text = splice(solution, checks, function, replacement, (called,))
    return namespace(text, f"solution.py with {replacement}")


def agree(answer: Any, witness: Any) -> bool:
    """Return whether a witness comes to the same answer, within both bounds."""
    return _alike(
        answer, witness, lambda one, two: within(two.value, one.value, one.error + two.error, U64).all()
    )


def _alike(answer: Any, other: Any, same: Callable[[Truth, Truth], Any]) -> bool:
    """Return whether two answers have one form, and the same arrays in it."""
    if isinstance(answer, Truth) and isinstance(other, Truth):
        return answer.value.shape == other.value.shape and bool(same(answer, other))
    if isinstance(answer, tuple) and isinstance(other, tuple) and len(answer) == len(other):
        return all(_alike(one, two, same) for one, two in zip(answer, other, strict=True))
    if isinstance(answer, dict) and isinstance(other, dict) and answer.keys() == other.keys():
        return all(_alike(item, other[key], same) for key, item in answer.items())
    held = (Truth, tuple, dict)
    return not isinstance(answer, held) and not isinstance(other, held) and bool(answer == other)


def evened(answer: Any) -> Any:
    """Return an answer where every entry of an array may lose as many digits as the one that loses most.

    A formula may bring the rounding errors of some entries into another: the last of the probabilities as 1 minus the
    others. No bound gets larger than the largest of the array, and none of an entry that is 0 or has none.
    """
    if isinstance(answer, Truth) and answer.kind == "float":
        return Truth(answer.value, _evened(np.abs(answer.value), answer.error), answer.kind)
    if isinstance(answer, tuple):
        return tuple(map(evened, answer))
    return {key: evened(item) for key, item in answer.items()} if isinstance(answer, dict) else answer


def _evened(size: Array, error: Array) -> Array:
    known = np.isfinite(error) & np.isfinite(size) & (size > 0)
    relative = np.divide(error, size, out=np.zeros(error.shape, np.longdouble), where=known)
    with np.errstate(invalid="ignore"):  # where nothing is known
        most = np.minimum(size * relative.max(initial=0), np.max(error, where=known, initial=0))
    return np.where(known, np.maximum(error, most), error)


def widened(answer: Any, witness: Any) -> Any:
    """Return an answer with the larger of both bounds wherever the witness comes to the same number.

    The same number: within both bounds of each other. Where a witness has another form, another number or no finite
    bound, it says nothing.
    """
    if isinstance(answer, Truth) and isinstance(witness, Truth):
        if (answer.kind, witness.kind) != ("float", "float") or answer.value.shape != witness.value.shape:
            return answer
        # an infinite bound agrees with nothing, so it widens nothing
        agrees = within(witness.value, answer.value, answer.error + witness.error, U64)
        wider = np.where(agrees, np.maximum(answer.error, witness.error), answer.error)
        return Truth(answer.value, wider, answer.kind)
    if isinstance(answer, tuple) and isinstance(witness, tuple) and len(answer) == len(witness):
        return tuple(widened(one, two) for one, two in zip(answer, witness, strict=True))
    if isinstance(answer, dict) and isinstance(witness, dict) and answer.keys() == witness.keys():
        return {key: widened(item, witness[key]) for key, item in answer.items()}
    return answer
