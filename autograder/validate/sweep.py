"""Trusted. The seed sweep: whether honest work passes, mistakes fail and certificates hold on other draws too.

A class is graded on one draw, and nobody knows on which. What is judged otherwise on one draw in a hundred is found
here, not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from autograder.authoring import CourseError
from autograder.authoring.loading import load_sheet
from autograder.authoring.splice import touched
from autograder.grading.checking import check
from autograder.grading.diagnosis import edited
from autograder.grading.key import exercise_key, narrowed
from autograder.model import Ended, Source, Submission
from autograder.sandbox.host import Sandbox
from autograder.validate.author import Author
from autograder.validate.certificates import Certifier, is_doubtful
from autograder.validate.kills import kills
from autograder.validate.trials import LEAST_KILLS, refuse_faults, source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from autograder.authoring import Exercise, Mistake
    from autograder.authoring.loading import Sheet
    from autograder.grading.key import ExerciseKey
    from autograder.grading.question import Question
    from autograder.model import Isolation, Run
    from autograder.validate.records import Fault

CERTIFIED, TAKEN = 8, 2
"""One draw in so many is certified, by everything that is known of it; a mistake takes one in so many."""
ASKED = 16 << 20
"""Bytes of questions after which a sandbox is replaced: it keeps all that it was ever asked, and each child drops it."""
REMEDY = "Draw the inputs so that it cannot."


@dataclass(frozen=True, slots=True)
class Part:
    """Some draws of one exercise, with all that another process needs to go over them."""

    folder: Path
    slug: str
    number: int
    texts: tuple[str, str]
    """Of `solution.py` and `checks.py`."""
    exercise: str
    cases: frozenset[str]
    """Those that can be answered; the others are told already."""
    mistakes: tuple[tuple[str, tuple[str, ...]], ...]
    """Those that can be run, each with the cases that are the likeliest to kill it; the others are told already."""
    seeds: range
    isolation: Isolation


class Turn(NamedTuple):
    """Which draws something is looked at on: one in `every`, counted from `first`, and those that are certified."""

    every: int = 1
    first: int = 0

    def takes(self, seed: int) -> bool:
        """Return whether it is looked at on a draw."""
        return (seed - self.first) % self.every == 0 or seed % CERTIFIED == 0


EACH, CERTIFICATES = Turn(), Turn(CERTIFIED)


class Found(NamedTuple):
    """Something that is wrong on a draw."""

    fault: Fault
    seed: int
    turn: Turn
    """Which draws were looked at for it."""


class Bench:
    """Goes over parts in a sandbox of its own. Not for several threads."""

    def __init__(self) -> None:
        self._sandbox: Sandbox | None = None
        self._asked = 0

    def close(self) -> None:
        """End every process of the sandbox."""
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None

    def part(self, part: Part) -> list[Found]:
        """Return what is wrong on each draw. Raises SandboxError, and CourseError where a file has changed."""
        sheet, author = _sheet(part.folder, part.slug, part.number, part.texts)
        exercise = next(one for one in sheet.assignment.exercises if one.name == part.exercise)
        likely = dict(part.mistakes)
        exercise = replace(
            exercise,
            cases=[case for case in exercise.cases if case.name in part.cases],
            mistakes=[mistake for mistake in exercise.mistakes if mistake.name in likely],
        )
        draws = _Draws(sheet, author, exercise, self._opened(sheet.assignment.profile, part.isolation))
        found = draws.swept(part.seeds, likely)
        self._asked += draws.asked
        return found

    def _opened(self, profile: str, isolation: Isolation) -> Sandbox:
        same = self._sandbox is not None and self._sandbox.profile == profile
        if not same or self._asked > ASKED:
            self.close()
        if self._sandbox is None:
            self._sandbox, self._asked = Sandbox(profile, isolation), 0
        return self._sandbox


@lru_cache(maxsize=8)
def _sheet(folder: Path, slug: str, number: int, texts: tuple[str, str]) -> tuple[Sheet, Author]:
    sheet = load_sheet(folder, slug, number)
    if (sheet.solution, sheet.checks) != texts:
        raise CourseError(f"{folder} has changed while it was validated. Validate it again.")
    return sheet, Author(sheet)


class _Draws:
    """One exercise on several draws at once: each submission is loaded once for all of them."""

    def __init__(self, sheet: Sheet, author: Author, exercise: Exercise, sandbox: Sandbox) -> None:
        self._sheet, self._author, self._exercise, self._sandbox = sheet, author, exercise, sandbox
        self._keys: dict[int, ExerciseKey] = {}
        self._narrowed: dict[tuple[int, tuple[int, ...]], ExerciseKey] = {}
        self._found: list[Found] = []
        self._right: dict[tuple[int, str], list[Run]] = {}
        self._wrong: dict[tuple[int, str], dict[str, Run]] = {}
        """What honest work and each mistake came to, by seed and case, on the draws that are certified."""
        self._killers: set[tuple[int, str]] = set()
        """The cases that kill a mistake, by seed, on the draws that are certified."""
        self.asked = 0
        """Bytes of everything that was asked."""

    def swept(self, seeds: Sequence[int], likely: Mapping[str, Sequence[str]]) -> list[Found]:
        """Return what is wrong. likely: the cases that a mistake is tried on first."""
        for seed in seeds:
            self._draw(seed)
        everything = tuple(range(len(self._exercise.cases)))
        self._honest("the reference", "", self._reference(), everything)
        for variant in self._exercise.variants:
            try:
                submission = edited(self._sheet, variant.function, variant.name, self._exercise.functions)
            except CourseError:  # told already
                continue
            self._honest(f"variant {variant.name}", variant.name, submission, self._touched(variant.function))
        for number, mistake in enumerate(self._exercise.mistakes):
            self._mistake(mistake, likely[mistake.name], Turn(TAKEN, number))
        self._certify()
        return self._found

    def _tell(self, seed: int, fault: Fault, turn: Turn = EACH) -> None:
        self._found.append(Found(fault, seed, turn))

    def _fault(self, subject: str, wrong: str, function: str, remedy: str = REMEDY) -> Fault:
        return self._author.fault(self._exercise, subject, wrong, remedy, function=function)

    def _draw(self, seed: int) -> None:
        exercise = self._exercise if CERTIFICATES.takes(seed) else replace(self._exercise, oracles=[])
        try:
            key = exercise_key(self._sheet, exercise, seed)
        except Exception as error:  # noqa: BLE001 - whatever a case or the reference raises on this draw
            fault = self._author.raised(self._exercise, "a case", error, REMEDY)
            # without the message, which may be another one on each draw
            self._tell(seed, replace(fault, wrong=f"raises {type(error).__name__}"))
            return
        self._keys[seed] = key
        self.asked += len(key.batch.frame)
        for sentence in key.faults:
            wrong = sentence.removeprefix(f"{self._exercise.name}: ")
            self._tell(
                seed, self._fault("", wrong, ""), CERTIFICATES if wrong.startswith("oracle ") else EACH
            )

    def _reference(self) -> Submission:
        sources = (Source("solution.py", (self._sheet.solution,)),)
        return Submission("reference", self._sheet.assignment.slug, "", sources)

    def _touched(self, function: str) -> tuple[int, ...]:
        return touched(self._sheet.solution, [case.function for case in self._exercise.cases], [function])

    def _narrow(self, seed: int, places: tuple[int, ...]) -> ExerciseKey:
        if len(places) == len(self._exercise.cases):
            return self._keys[seed]
        if (seed, places) not in self._narrowed:
            self._narrowed[seed, places] = narrowed(self._keys[seed], places)
        return self._narrowed[seed, places]

    def _ran(
        self, submission: Submission, asked: Mapping[int, ExerciseKey]
    ) -> Iterator[tuple[int, ExerciseKey, Sequence[Run]]]:
        """Yield each seed, what was asked, and the runs."""
        batches = [key.batch for key in asked.values()]
        ran = self._sandbox.run(submission, batches, self._sheet.assignment.limits).batches if asked else ()
        for (seed, key), batch in zip(asked.items(), ran, strict=True):
            refuse_faults(batch.runs)
            yield seed, key, batch.runs

    # What has to pass

    def _honest(self, subject: str, function: str, submission: Submission, places: tuple[int, ...]) -> None:
        asked = {seed: self._narrow(seed, places) for seed in self._keys}
        for seed, key, runs in self._ran(submission, asked):
            if CERTIFICATES.takes(seed):
                for question, run in zip(key.questions, runs, strict=False):  # the repeated ones come last
                    self._right.setdefault((seed, question.case.name), []).append(run)
            try:
                wrong, _ = check(key, runs)
            except Exception as error:  # noqa: BLE001 - whatever the author's judge raises
                self._tell(seed, self._fault(subject, _raises(error), function))
                continue
            if wrong:
                self._tell(seed, self._fault(subject, f"fails case {wrong[min(wrong)].case}", function))

    # What has to fail

    def _mistake(self, mistake: Mistake, likely: Sequence[str], turn: Turn) -> None:
        """Try a mistake on few cases, on all where certificates are made, and once more on all where few do not do."""
        submission = edited(self._sheet, mistake.function, source(mistake), self._exercise.functions)
        names, every = [case.name for case in self._exercise.cases], self._touched(mistake.function)
        few = tuple(sorted(map(names.index, likely))) or every
        asked = {
            seed: self._narrow(seed, every if CERTIFICATES.takes(seed) else few)
            for seed in self._keys
            if turn.takes(seed)
        }
        doubtful = []
        for seed, key, runs in self._ran(submission, asked):
            found = _kills(key, runs)
            if _count(found) < LEAST_KILLS:
                doubtful.append(seed)
            if CERTIFICATES.takes(seed):
                # the repeated ones come last
                for question, run, kill in zip(key.questions, runs, found, strict=False):
                    place = seed, question.case.name
                    self._wrong.setdefault(place, {})[mistake.name] = run
                    self._killers |= set() if kill is Kill.NONE else {place}
        self._spared(mistake, submission, {seed: self._narrow(seed, every) for seed in doubtful}, turn)

    def _spared(
        self, mistake: Mistake, submission: Submission, asked: Mapping[int, ExerciseKey], turn: Turn
    ) -> None:
        """Tell on which draws too few of all cases kill a mistake."""
        subject, function = f"mistake {mistake.name}", source(mistake)
        for seed, key, runs in self._ran(submission, asked):
            try:
                check(key, runs)
            except Exception as error:  # noqa: BLE001 - whatever the author's judge raises
                self._tell(seed, self._fault(subject, _raises(error), function), turn)
                continue
            count = _count(_kills(key, runs))
            if count < LEAST_KILLS:
                wrong = f"fails {count} of the {LEAST_KILLS} cases by the margin"
                remedy = "Add a case on which it shows on every draw."
                self._tell(seed, self._fault(subject, wrong, function, remedy), turn)

    # What must be far from the tolerance

    def _certify(self) -> None:
        certifier, exercise = Certifier(self._sheet, self._author), self._exercise
        for seed, key in self._keys.items():
            if key.faults or not CERTIFICATES.takes(seed):
                continue
            for question in key.questions:
                name = question.case.name
                place = seed, name
                if exercise.mistakes and place not in self._killers:
                    remedy = "Draw inputs on which one shows."
                    self._tell(
                        seed, self._fault(f"case {name}", "kills no mistake", name, remedy), CERTIFICATES
                    )
                honest, wrong = self._right.get(place, []), self._wrong.get(place, {})
                if is_doubtful(question, honest, wrong):
                    certificate = certifier.certificate(exercise, question, honest, wrong)
                    for fault in certifier.faults(exercise, [certificate], figures=False):
                        self._tell(seed, fault, CERTIFICATES)


def _raises(error: Exception) -> str:
    return f"makes a judge raise {type(error).__name__}"


class Kill(Enum):
    """What a case does to a mistake."""

    NONE = "none"
    MARGIN = "margin"
    """It is wrong by the margin."""
    SURE = "sure"
    """It is wrong by the bounds of the reference alone, or a judge says so."""


def _kills(key: ExerciseKey, runs: Sequence[Run]) -> list[Kill]:
    """Return what each question does to a mistake: nothing, where the author's judge raises on one of them."""
    try:
        return [
            _kill(question, run)
            for question, run in zip(key.questions, runs, strict=False)  # the repeated ones come last
        ]
    except Exception:  # noqa: BLE001 - whatever it is: told once all cases have been tried
        return [Kill.NONE] * len(key.questions)


def _kill(question: Question, run: Run) -> Kill:
    mismatch = question.compare(run).mismatch
    if mismatch is None:
        return Kill.NONE
    # what is far off by the bounds of the reference needs none of the variants'
    if question.judge is not None or not question.may_be_right(run, mismatch):
        return Kill.SURE
    return Kill.MARGIN if kills(question, run, mismatch) else Kill.NONE


def _count(found: Sequence[Kill]) -> int:
    return len(found) - found.count(Kill.NONE)


def likeliest(key: ExerciseKey, runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the cases that are the likeliest to kill a mistake on another draw, just enough of them; else none.

    Those come first that need no time limit for it, and of these the ones that are sure.
    """
    found = zip(key.questions, runs, _kills(key, runs), strict=False)  # the repeated ones come last
    killers = [each for each in found if each[2] is not Kill.NONE]
    killers.sort(key=lambda each: (each[1].ended is Ended.TIMED_OUT, each[2] is Kill.MARGIN))
    names = [question.case.name for question, _, _ in killers]
    return tuple(names[:LEAST_KILLS]) if len(names) >= LEAST_KILLS else ()


def told(found: Sequence[Found], seeds: range) -> Iterator[Fault]:
    """Yield each fault once, with how many of the draws it occurs on, and the seeds of the first five of them."""
    where: dict[tuple[Fault, Turn], list[int]] = {}
    for fault, seed, turn in found:
        where.setdefault((fault, turn), []).append(seed)
    for (fault, turn), on in where.items():
        first = ", ".join(map(str, on[:5])) + (", ..." if len(on) > 5 else "")
        count = sum(map(turn.takes, seeds))
        yield replace(fault, wrong=f"{fault.wrong}, at {len(on)} of {count} seeds ({first})")
