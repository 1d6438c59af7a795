"""Trusted. Names the cause of a failing exercise, if exactly one explains every failing case.

In this order:

1. a known mistake of the exercise, which has the line of somebody who knows it;
2. a fingerprint that determines the answer: how the numbers are wrong, without a reason;
3. two causes at once: a known mistake with a factor on top, or two known mistakes, each in an output of its own;
4. a fingerprint that only describes: which of the outputs or numbers are wrong;
5. the symptom of the first failing case.

A cause is never guessed: what two of a kind explain, neither is named for. The descriptions come after the pairs since
they are true of an answer whatever its cause. An answer that is a mere multiple of the right one is never split into two
causes: any number is a product.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder.authoring.splice import reach, splice
from autograder.grading.factors import UNNAMED
from autograder.grading.failure import Failure, Known
from autograder.grading.fingerprints import DESCRIPTIONS, fingerprint
from autograder.grading.messages import messages
from autograder.grading.pairs import multiple, two_mistakes
from autograder.grading.question import parameters
from autograder.model import Diagnosis, Ended, Source, Submission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from autograder.authoring import Mistake
    from autograder.authoring.loading import Sheet
    from autograder.grading.key import ExerciseKey
    from autograder.grading.seen import Found
    from autograder.model import Mismatch, Run

    Runner = Callable[[Iterable[Submission], ExerciseKey], Iterable[Sequence[Run]]]


def edited(sheet: Sheet, function: str, replacement: str, only: tuple[str, ...] = ()) -> Submission:
    """Return the reference with one function replaced by a variant or a mistake: a submission like any other.

    only: the functions that will be called, where not all of the sheet's will.
    """
    text = splice(sheet.solution, sheet.checks, function, replacement, only)
    return Submission(replacement, sheet.assignment.slug, replacement, (Source("solution.py", (text,)),))


@dataclass(frozen=True, slots=True)
class Fit:
    """How far one known mistake explains the failing questions of one function, by their positions."""

    function: str
    mistake: Mistake
    explained: tuple[int, ...]
    """The failing questions that the mistake fails in the same way."""
    unexplained: tuple[int, ...]
    excused: tuple[int, ...]
    """What the mistake fails of the function, or of its own, and the student has right."""


class Mistakes:
    """What every known mistake of a sheet comes to on the key's questions, worked out when first asked for."""

    def __init__(self, sheet: Sheet, run: Runner) -> None:
        """Raises CourseError where the course's messages cannot be used."""
        self._sheet, self._run = sheet, run
        self._messages = messages(sheet)
        self._found: dict[str, Known] = {}
        self._locks = {exercise.name: threading.Lock() for exercise in sheet.assignment.exercises}

    def runs(self, key: ExerciseKey) -> dict[str, Sequence[Run]]:
        """Return, for each mistake of an exercise, its run of every question."""
        return {its.mistake.name: its.runs for its in self._known(key, key.exercise.mistakes)}

    def _known(self, key: ExerciseKey, mistakes: Sequence[Mistake]) -> list[Known]:
        with self._locks[key.exercise.name]:
            todo = [mistake for mistake in mistakes if mistake.name not in self._found]
            tried = dict(self._tried(todo, key))
            # what a fault of the sandbox has spoilt is tried again
            whole = {
                name: its for name, its in tried.items() if all(r.ended is not Ended.FAULT for r in its.runs)
            }
            self._found |= whole
            return [self._found.get(mistake.name) or tried[mistake.name] for mistake in mistakes]

    def _tried(self, mistakes: Sequence[Mistake], key: ExerciseKey) -> Iterator[tuple[str, Known]]:
        only = key.exercise.functions
        submissions = (
            edited(self._sheet, mistake.function, mistake.name.replace("-", "_"), only)
            for mistake in mistakes
        )
        for mistake, runs in zip(mistakes, self._run(submissions, key), strict=True):
            yield mistake.name, Known(key, mistake, runs)

    def _possible(self, key: ExerciseKey, function: str) -> list[Known]:
        """Return the mistakes that can be in what a function does."""
        reached = reach(self._sheet.solution)[function]
        return self._known(key, [mistake for mistake in key.exercise.mistakes if mistake.function in reached])

    def diagnose(self, key: ExerciseKey, runs: Sequence[Run], wrong: dict[int, Mismatch]) -> Diagnosis:
        """Return the cause of the failing questions, or the symptom of one where no single cause is known.

        The questions are those of one function, the first that fails though it was written: another function may
        fail for another reason.
        runs: the student's, one for each question. wrong: the mismatch of each failing question by its position.
        """
        first = telling(runs, wrong)
        failure = Failure(key, runs, wrong, key.questions[first].case.function)
        known = self._possible(key, failure.function)
        named = failure.mistake(known)
        if named is not None:
            return Diagnosis(named.says, named.name)
        return self._worked_out(failure, known) or Diagnosis(wrong[first].message)

    def fits(
        self, key: ExerciseKey, runs: Sequence[Run], wrong: dict[int, Mismatch], function: str
    ) -> Iterator[Fit]:
        """Yield how far each mistake that can reach a failing function explains its failing questions.

        runs, wrong: as for `diagnose`.
        """
        failure = Failure(key, runs, wrong, function)
        for its in self._possible(key, function):
            explained = tuple(place for place in failure.failing if failure.explained(place, its))
            rest = tuple(place for place in failure.failing if place not in explained)
            yield Fit(function, its.mistake, explained, rest, failure.excused(its))

    def _worked_out(self, failure: Failure, known: Sequence[Known]) -> Diagnosis | None:
        """Return what is said of how the numbers are wrong, or of two causes at once."""
        cases = failure.cases()
        if cases is None:
            return None
        arguments = parameters(self._sheet.solution).get(failure.function, ())
        symptom = failure.wrong[failure.failing[0]].message.removeprefix(f"{failure.function}: ")
        found = fingerprint(cases, failure.passed, arguments, symptom)
        if found is not None and (found.id not in DESCRIPTIONS or found.id == UNNAMED):
            return self._told(failure, found)
        pair = self._pair(failure, known, arguments)
        return pair or (self._told(failure, found) if found is not None else None)

    def _pair(self, failure: Failure, known: Sequence[Known], arguments: Sequence[str]) -> Diagnosis | None:
        if (scaled := multiple(failure, known, arguments)) is not None:
            mistake, factor = scaled
            message = self._filled("pair", {"says": mistake.says, "factor": self._template(factor)})
            return Diagnosis(message, f"{mistake.name}+{factor.id}")
        if (two := two_mistakes(failure, known)) is not None:
            one, other, words = two
            return Diagnosis(self._filled("two-mistakes", words), f"{one.name}+{other.name}")
        return None

    def _told(self, failure: Failure, found: Found) -> Diagnosis:
        return Diagnosis(f"{failure.function}: {self._template(found)}", found.id)

    def _template(self, found: Found) -> str:
        message = self._filled(found.id, found.words)
        return self._filled("some-cases", {"message": message}) if found.partly else message

    def _filled(self, name: str, words: dict[str, str]) -> str:
        return self._messages[name].format(**words)


def telling(runs: Sequence[Run], wrong: dict[int, Mismatch]) -> int:
    """Return the position of the failing question that says most: the first of a function that was written."""
    return min(wrong, key=lambda place: (runs[place].ended is Ended.MISSING, place))
