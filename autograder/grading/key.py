"""Trusted. The answer key of one sheet and one seed: inputs, right answers with their bounds, and the oracles' word.

Everything here is done once for a class. The key never leaves the grader's process: a child is sent inputs only.
"""

from __future__ import annotations

import ast
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.authoring.live import live
from autograder.model import Ended, Run
from autograder.numerics.bounds import Bounded
from autograder.numerics.compare import compare
from autograder.numerics.evaluate import bounded, namespace
from autograder.numerics.truth import Raises, Truth, representable
from autograder.sandbox.host import Batch, Call
from autograder.sandbox.wire import Encoder, Leaf, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.authoring import Case, Exercise
    from autograder.authoring.loading import Sheet
    from autograder.numerics.compare import Comparison, Judge


@dataclass(frozen=True, slots=True)
class Question:
    """One case with the arguments that this seed draws, and the right answer."""

    case: Case
    args: tuple[Any, ...]
    answer: Any
    """A tree of `Truth`, str, bool and None, or `Raises`."""
    names: tuple[str, ...]
    """What the reference calls the entries of the tuple it returns."""
    judge: Judge | None

    def compare(self, run: Run) -> Comparison:
        """Return what is wrong with a run of this case, or nothing."""
        return compare(run, self.answer, exact=self.case.exact, names=self.names, judge=self.judge)


@dataclass(frozen=True, slots=True)
class ExerciseKey:
    """The questions of one exercise, ready to be asked."""

    exercise: Exercise
    questions: tuple[Question, ...]
    batch: Batch
    """The calls of the questions, then those of `repeated` once more."""
    repeated: tuple[int, ...]
    """Positions of the questions that are asked a second time: the first of each function."""
    faults: tuple[str, ...]
    """Why no verdict can be given on these inputs: the oracles and the reference disagree."""


def exercise_key(sheet: Sheet, exercise: Exercise, seed: int) -> ExerciseKey:
    """Return the key of one exercise for a seed.

    Raises whatever the reference or a case raises that is not part of an answer: `validate` names it.
    """
    space = namespace(sheet.solution, str(sheet.folder / "solution.py"))
    returned = returned_names(sheet.solution)
    questions = tuple(
        _question(exercise, case, space, _generator(seed, sheet.assignment.slug, case.name), returned)
        for case in exercise.cases
    )
    first = {question.case.function: place for place, question in reversed(list(enumerate(questions)))}
    repeated = tuple(sorted(first.values()))
    asked = [*questions, *(questions[place] for place in repeated)]
    calls = [Call(question.case.function, question.args) for question in asked]
    student_seed = int(_generator(seed, sheet.assignment.slug, exercise.name).integers(2**31))
    batch = Batch.encode(exercise.name, calls, exercise.limits, student_seed)
    faults = tuple(fault for question in questions for fault in disagreements(exercise, question))
    return ExerciseKey(exercise, questions, batch, repeated, faults)


def _generator(seed: int, slug: str, name: str) -> np.random.Generator:
    """Return the generator of one case: adding a case changes the inputs of no other."""
    digest = hashlib.sha256(f"{seed}/{slug}/{name}".encode()).digest()
    return np.random.default_rng(np.frombuffer(digest, np.uint32))


def _question(
    exercise: Exercise,
    case: Case,
    space: dict[str, Any],
    rng: np.random.Generator,
    returned: dict[str, tuple[str, ...]],
) -> Question:
    args = representable(tuple(case.draw(rng)))
    check = exercise.judges.get(case.function)
    judge = None if check is None else _judge(check, args)
    return Question(case, args, solve(space[case.function], args), returned.get(case.function, ()), judge)


def _judge(check: Any, args: tuple[Any, ...]) -> Judge:
    """Return the author's judge with its arguments; it sees plain arrays and numbers."""

    def judge(run: Run) -> Any:
        queries = tuple(
            type(query)(query.part, tuple(_plain(arg) for arg in query.args), _plain(query.value))
            for query in run.queries
        )
        seen = Run(run.ended, _plain(run.value), run.error, queries, run.mutated, run.aliased, run.detail)
        return check(seen, *live(args))

    return judge


def _plain(decoded: Any) -> Any:
    if isinstance(decoded, Leaf):
        return decoded.array.item() if decoded.array.ndim == 0 else decoded.array
    if isinstance(decoded, list | tuple):
        return type(decoded)(_plain(item) for item in decoded)
    if isinstance(decoded, dict):
        return {key: _plain(item) for key, item in decoded.items()}
    return decoded


def solve(function: Any, args: tuple[Any, ...]) -> Any:
    """Return the right answer of a call: the reference's values with their running error bounds."""
    try:
        return truth(function(*bounded(live(args))))
    except (TypeError, NotImplementedError):
        raise  # a reference that cannot carry bounds: the author's error
    except Exception as error:  # noqa: BLE001 - whatever else it raises is the answer
        return Raises(type(error).__name__)


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


def disagreements(exercise: Exercise, question: Question) -> list[str]:
    """Return one sentence for each oracle that does not agree with the reference on a question's very inputs."""
    case = question.case
    found = []
    for oracle in exercise.oracles:
        if oracle.function != case.function or isinstance(question.answer, Raises):
            continue
        try:
            said = oracle.solve(*live(question.args))
        except Exception as error:  # noqa: BLE001 - an oracle that fails is a fault like one that disagrees
            found.append(f"{exercise.name}: oracle {oracle.name} fails on case {case.name}: {error!s}")
            continue
        if not _agrees(said, question):
            found.append(
                f"{exercise.name}: oracle {oracle.name} and the reference disagree on case {case.name}"
            )
    return found


def _agrees(said: Any, question: Question) -> bool:
    answer = _widened(question.answer, judged=question.judge is not None)
    encoder = Encoder()
    run = Run(Ended.RETURNED, value(encoder.tree(said), encoder.arrays))
    return compare(run, answer, exact=False).mismatch is None


def _widened(answer: Any, *, judged: bool) -> Any:
    """Return the answer with room for the oracle's own rounding; a judged value is right only to some digits."""
    if isinstance(answer, Truth):
        size = np.abs(answer.value) if answer.kind == "float" else answer.error
        room = 1e10 * size.max(initial=0.0) if judged and answer.kind == "float" else 4 * size
        return Truth(answer.value, answer.error * 4 + room + (answer.kind == "float") * 1e-300, answer.kind)
    if isinstance(answer, list | tuple):
        return tuple(_widened(item, judged=judged) for item in answer)
    if isinstance(answer, dict):
        return {key: _widened(item, judged=judged) for key, item in answer.items()}
    return answer


def returned_names(solution: str) -> dict[str, tuple[str, ...]]:
    """Return what each function of the reference calls the entries of the tuple that it returns."""
    found = {}
    for node in ast.parse(solution).body:
        if isinstance(node, ast.FunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Tuple):
                    names = [part.id if isinstance(part, ast.Name) else "" for part in inner.value.elts]
                    found[node.name] = tuple(names) if all(names) else ()
    return found


def asked_functions(keys: Sequence[ExerciseKey]) -> set[str]:
    """Return the functions that at least one question calls."""
    return {question.case.function for key in keys for question in key.questions}
