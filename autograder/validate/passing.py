"""Trusted. Whether a reference that was changed still passes an exercise, which nothing that is wrong may do."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from autograder.authoring.splice import touched
from autograder.grading.checking import check
from autograder.grading.key import narrowed
from autograder.model import Source, Submission
from autograder.sandbox.children import SandboxError
from autograder.validate.trials import refuse_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import ThreadPoolExecutor

    from autograder.authoring import Exercise
    from autograder.grading import Grader
    from autograder.grading.key import ExerciseKey
    from autograder.model import Run
    from autograder.validate.author import Author
    from autograder.validate.records import Fault

TOGETHER = 16
"""Changed references that share a child."""
FEW = 3
"""Questions that are asked first: most of what is wrong fails one of them."""
FEW_SECONDS, SECONDS = 0.25, 0.5
"""Processor time for the first questions, and for the others: what runs longer has lost the end of its loop."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A reference some of whose functions have another text."""

    submission: Submission
    functions: frozenset[str]
    """The changed ones: what does not lead to them is as it was."""


@dataclass(slots=True)
class Passing:
    """Judges changed references, and collects what is wrong."""

    grader: Grader
    author: Author
    faults: list[Fault] = field(default_factory=list)
    _narrowed: dict[tuple[str, tuple[int, ...]], ExerciseKey] = field(default_factory=dict)

    def changed(self, name: str, text: str, *functions: str) -> Changed:
        """Return a changed reference. name: of the change. functions: those that it is in."""
        slug = self.grader.sheet.assignment.slug
        return Changed(Submission(name, slug, name, (Source("solution.py", (text,)),)), frozenset(functions))

    def passes(self, key: ExerciseKey, changed: Changed) -> bool:
        """Return whether an exercise is passed, with all the time that it has.

        A judge that raises passes nobody, and is a fault.
        """
        submission = changed.submission
        return self._right(key, submission, self.grader.runs(submission, key))

    def judged(
        self, key: ExerciseKey, changed: Sequence[Changed], pool: ThreadPoolExecutor
    ) -> Iterator[bool]:
        """Yield the same of several, in little time: they share children, and are asked only what may have changed."""
        solution, called = self.grader.sheet.solution, [question.case.function for question in key.questions]
        parts: list[tuple[tuple[int, ...], list[Submission]]] = []
        for places, alike in itertools.groupby(changed, lambda one: touched(solution, called, one.functions)):
            submissions = [one.submission for one in alike]
            parts += [
                (places, submissions[start : start + TOGETHER])
                for start in range(0, len(submissions), TOGETHER)
            ]
        for right in pool.map(lambda part: self._each(key, *part), parts):
            yield from right

    def _each(
        self, key: ExerciseKey, places: tuple[int, ...], submissions: Sequence[Submission]
    ) -> list[bool]:
        first = places[:: -(-len(places) // FEW)] if places else ()
        rest = tuple(place for place in places if place not in first)
        right = dict.fromkeys(range(len(submissions)), True)
        for asked, seconds in ((first, FEW_SECONDS), (rest, SECONDS)):
            left = [number for number, passes in right.items() if passes]
            if asked and left:
                quick = self._quick(key, asked, seconds)
                ran = self.grader.authored([submissions[number] for number in left], quick)
                for number, runs in zip(left, ran, strict=True):
                    right[number] = self._right(quick, submissions[number], runs)
        return list(right.values())

    def _quick(self, key: ExerciseKey, places: tuple[int, ...], seconds: float) -> ExerciseKey:
        name = key.exercise.name
        if (name, places) not in self._narrowed:
            part, limits = narrowed(key, places), key.exercise.limits
            hurried = replace(limits, seconds=min(limits.seconds, seconds))
            self._narrowed[name, places] = replace(part, batch=replace(part.batch, limits=hurried))
        return self._narrowed[name, places]

    def _right(self, key: ExerciseKey, submission: Submission, runs: Sequence[Run]) -> bool:
        refuse_faults(runs)
        try:
            # most of them fail soon: the other cases need not be compared
            right = all(
                question.compare(run).mismatch is None
                for question, run in zip(key.questions, runs, strict=False)  # the repeated ones come last
            )
            return right and not check(key, runs)[0]
        except SandboxError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the author's judge raises
            remedy = "A judge must bear any value of the right shape."
            self.faults.append(self.author.raised(key.exercise, f"`{submission.student}`", error, remedy))
            return False

    def fault(self, exercise: Exercise, subject: str, wrong: str, remedy: str, function: str = "") -> None:
        """Add a fault, at a function of `checks.py` or where the exercise begins."""
        self.faults.append(self.author.fault(exercise, subject, wrong, remedy, function=function))
