"""Trusted. Draws the questions: from the seed of a class, and again where something is a near thing by chance.

Two curves cross somewhere: on a draw in a thousand a mistake comes to nearly the right answer, and is neither right nor
clearly wrong; or the reference decides by a hair's breadth what float32 decides otherwise. On such inputs nobody is
graded. What is near on every draw is no chance, and stays: the certificates of `validate` say whether it may.
"""

from __future__ import annotations

import builtins
import copy
import hashlib
from functools import lru_cache
from types import CodeType
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.authoring.live import live
from autograder.authoring.splice import reach, splice
from autograder.grading.question import question_of
from autograder.grading.steps import EndlessError, at_most
from autograder.model import Ended, Run
from autograder.numerics.compare import leaves
from autograder.numerics.distance import distance, hopeless
from autograder.numerics.truth import SLACK, U32, Raises, representable
from autograder.sandbox.drivers import driven
from autograder.sandbox.wire import crossed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.authoring import Case, Exercise, Mistake
    from autograder.authoring.loading import Sheet
    from autograder.grading.question import Question

EQUAL = SLACK / 2
"""In units of u64 E: a mistake that is not further off than this does not show on the draw."""
APART = 1e4
"""In units of u32 E: one that is further off than this is clearly wrong. The certificates ask for a hundredth of it,
by the bounds of the variants, which may be wider."""
KINKS = 1e3
"""In units of u32 E: how far the reference must stay from deciding the other way, in float32 too."""
NO_CHANCE = 3
"""What is near on so many draws in a row is near on all."""
DRAWS = 40
"""After so many draws, each of them near something else, the first one has to do."""
STEPS = 2_000
"""What a mistake may take of `steps.at_most`: one that takes longer is not looked at."""
NUMBERS = 1_000
"""In an answer: so many do not come close to others by chance, and a wrong way to them may take gigabytes."""
DECISION = ""
"""Stands for a decision of the reference among the names of mistakes."""


def generator(seed: int, slug: str, name: str) -> np.random.Generator:
    """Return the generator of one case: adding a case changes the inputs of no other."""
    digest = hashlib.sha256(f"{seed}/{slug}/{name}".encode()).digest()
    return np.random.default_rng(np.frombuffer(digest, np.uint32))


def arguments(case: Case, rng: np.random.Generator) -> tuple[Any, ...]:
    """Return the next arguments that a case draws, each number as it can be sent. Raises what the case raises."""
    drawn: tuple[Any, ...] = representable(tuple(case.draw(rng)))
    return drawn


def drawn(sheet: Sheet, exercise: Exercise, case: Case, seed: int) -> Question:
    """Return the question that a case asks: of its first draw on which nothing is near but what always is.

    Raises what the case and the reference raise.
    """
    rng = generator(seed, sheet.assignment.slug, case.name)
    made: list[tuple[Question, frozenset[str]]] = []
    for _ in range(DRAWS):
        question = question_of(sheet, exercise, case, arguments(case, rng))
        near = frozenset(_near(sheet, exercise, question))
        if not near:
            return question
        made.append((question, near))
        always = frozenset.intersection(*(near for _, near in made))
        if len(made) >= NO_CHANCE:
            for each, near in made:
                if near == always:
                    return each
    return made[0][0]


def _near(sheet: Sheet, exercise: Exercise, question: Question) -> Iterator[str]:
    """Yield the mistakes that are neither right nor clearly wrong on a question, and `DECISION` where one is close."""
    case, right = question.case, question.reference
    if case.exact or question.judge is not None or isinstance(right, Raises):
        return
    if not any(leaf.kind == "float" for leaf in leaves(right)):
        return
    if question.margin < KINKS * U32:
        yield DECISION
    if sum(leaf.value.size for leaf in leaves(right)) > NUMBERS:
        return
    reached = reach(sheet.solution)[case.function]
    for mistake in exercise.mistakes:
        if mistake.function in reached and _is_near(sheet, mistake, question):
            yield mistake.name


def _is_near(sheet: Sheet, mistake: Mistake, question: Question) -> bool:
    run = _tried(sheet, mistake, question)
    if run is None or hopeless(run.value, question.reference, 0):
        return False
    off = distance(run, question.reference, exact=False)
    if off is None or off.units <= EQUAL or off.units * off.unit >= APART * U32:
        return False
    # one that throws dice comes to something else the next time, and would make a draw a matter of luck
    again = distance(_tried(sheet, mistake, question) or run, question.reference, exact=False)
    return again == off


def _tried(sheet: Sheet, mistake: Mistake, question: Question) -> Run | None:
    """Return what a mistake comes to on a question, in plain floats: nothing where it raises, or takes too long."""
    case = question.case
    try:
        code = _wrong(sheet.solution, sheet.checks, mistake.function, mistake.name, case.function)
        if code is None:
            return None
        function = driven(case.driver, _space(code)[case.function])  # anew: it may remember what it was asked
        args = live(copy.deepcopy(question.args))
        with np.errstate(all="ignore"), at_most(STEPS):
            value = function(*args)
        return Run(Ended.RETURNED, crossed(value))
    except (Exception, EndlessError, SystemExit):  # noqa: BLE001 - a mistake may do anything: it has no answer
        return None


@lru_cache(maxsize=512)  # a sheet has two hundred mistakes, and each is tried on several cases
def _wrong(solution: str, checks: str, function: str, name: str, called: str) -> CodeType | None:
    """Return a module in which a function has a mistake; none where the one that is called uses torch.

    What changes how torch works would change it for the oracles as well.
    """
    text = splice(solution, checks, function, name.replace("-", "_"), (called,))
    code = compile(text, f"solution.py with {name}", "exec", dont_inherit=True)
    space = _space(code)
    return None if "torch" in _names(space[called], space) else code


def _space(code: CodeType) -> dict[str, Any]:
    """Return what a module defines; nothing that it prints is seen."""
    # dataclasses look their module up by name: one that exists
    builtin = {**vars(builtins), "print": lambda *_, **__: None}
    space: dict[str, Any] = {"__name__": __name__, "__builtins__": builtin}
    exec(code, space)  # noqa: S102 - trusted: the author's own file
    return space


def _names(item: Any, space: dict[str, Any]) -> set[str]:
    """Return the names that a function or a class refers to, and what it reaches in its module."""
    names: set[str] = set()
    waiting, seen = [item], {id(item)}
    while waiting:
        one = waiting.pop()
        if isinstance(one, CodeType):
            names.update(one.co_names)
            parts = [*one.co_consts, *(space[name] for name in one.co_names if name in space)]
        elif isinstance(one, type):
            parts = [*vars(one).values()]
        else:
            held = (getattr(one, name, None) for name in ("__code__", "__wrapped__", "__func__", "fget"))
            parts = [part for part in held if part is not None]
        waiting += [part for part in parts if id(part) not in seen]
        seen.update(map(id, parts))
    return names
