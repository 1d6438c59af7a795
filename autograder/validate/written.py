"""Trusted. What can be seen in an author's records without running anything: hints, purposes, counts, names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.authoring import Exercise, Mistake
    from autograder.authoring.loading import Sheet
    from autograder.validate.author import Author
    from autograder.validate.records import Fault

HINTS = 3
VARIANTS = 3
"""Honest solutions beside the reference: fewer would not show that another order of the sums is accepted."""


def faults(sheet: Sheet, author: Author) -> Iterator[Fault]:
    """Yield the faults in what the author wrote down."""
    seen: set[str] = set()
    for exercise in sheet.assignment.exercises:
        yield from _cases(exercise, author, seen)
        yield from _hints(exercise, author)
        if len(exercise.variants) < VARIANTS:
            yield author.fault(
                exercise,
                "",
                f"there are {len(exercise.variants)} variants; at least {VARIANTS} are asked for",
                "Add other honest solutions: a loop, another order of the sums, float32.",
            )
        if not exercise.mistakes:
            yield author.fault(exercise, "", "there is no mistake", "Add what students get wrong.")
        for mistake in exercise.mistakes:
            yield from _mistake(mistake, exercise, author)


def _cases(exercise: Exercise, author: Author, seen: set[str]) -> Iterator[Fault]:
    for function in exercise.functions:
        if all(case.function != function for case in exercise.cases):
            yield author.fault(
                exercise, f"function {function}", "has no case: nothing checks it", "Add a case."
            )
    for case in exercise.cases:
        subject = f"case {case.name}"
        if not case.purpose:
            yield author.fault(
                exercise, subject, "has no docstring", "Say what it is there for.", function=case.name
            )
        if case.name in seen:
            yield author.fault(
                exercise, subject, "is the second one of this name", "Rename it.", function=case.name
            )
        seen.add(case.name)


def _hints(exercise: Exercise, author: Author) -> Iterator[Fault]:
    told = {hint.strip() for hint in exercise.hints} - {""}
    if len(exercise.hints) != HINTS or len(told) != HINTS:
        yield author.fault(
            exercise,
            "",
            f"there are {len(told)} different hints; {HINTS} are asked for",
            "Write a question, a pointer, and nearly the answer.",
        )


def _mistake(mistake: Mistake, exercise: Exercise, author: Author) -> Iterator[Fault]:
    subject, function = f"mistake {mistake.name}", mistake.name.replace("-", "_")
    if not mistake.says.strip():
        yield author.fault(
            exercise, subject, "says nothing", "Write what helps whoever made it.", function=function
        )
    roots = {other.name for other in exercise.mistakes if not other.like}
    if mistake.like and mistake.like not in roots:
        yield author.fault(
            exercise,
            subject,
            f"is said to be like {mistake.like}, which is not another mistake of the exercise that stands for itself",
            "Name one that has no `like`, or leave it out.",
            function=function,
        )
