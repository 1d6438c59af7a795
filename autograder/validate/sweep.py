"""Trusted. The seed sweep: whether the reference and the variants pass, and the mistakes fail, on other draws too.

A class is graded on one draw, and nobody knows on which. What is judged otherwise on one draw in a hundred is found
here, not there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from autograder.authoring import CourseError
from autograder.authoring.loading import load_sheet
from autograder.authoring.splice import reach
from autograder.grading.checking import check
from autograder.grading.diagnosis import edited
from autograder.grading.key import exercise_key, narrowed
from autograder.model import Ended, Source, Submission
from autograder.sandbox.host import Batch, Sandbox
from autograder.validate.author import Author
from autograder.validate.certificates import Certifier
from autograder.validate.kills import kills
from autograder.validate.trials import LEAST_KILLS, refuse_faults, source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from autograder.authoring import Exercise, Mistake
    from autograder.authoring.loading import Sheet
    from autograder.grading.key import ExerciseKey
    from autograder.model import Isolation, Run
    from autograder.validate.records import Fault

CERTIFIED, TRIED = 8, 2
"""One draw in so many is certified, with what the oracles say, and put before the mistakes: both take longer."""
ASKED = 16 << 20
"""Bytes of questions after which a sandbox is replaced: it keeps all that it was ever asked, and each child drops it."""
ANSWERED = {Ended.RETURNED, Ended.RAISED}
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
    killers: tuple[tuple[str, tuple[str, ...]], ...]
    """Each mistake that can be run, with the cases that kill it on the draw of the gate."""
    seeds: range
    isolation: Isolation


class Found(NamedTuple):
    """Something that is wrong on a draw."""

    fault: Fault
    seed: int
    every: int
    """One draw in so many was looked at for it."""


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
        known = dict(part.killers)
        exercise = replace(
            exercise,
            cases=[case for case in exercise.cases if case.name in part.cases],
            mistakes=[mistake for mistake in exercise.mistakes if mistake.name in known],
        )
        draws = _Draws(sheet, author, exercise, self._opened(sheet.assignment.profile, part.isolation))
        found = draws.swept(part.seeds, known)
        self._asked += sum(len(batch.frame) for batch in draws.batches.values())
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
        self.batches: dict[int, Batch] = {}
        """Everything that was asked, by its identity."""

    def swept(self, seeds: Sequence[int], killers: Mapping[str, Sequence[str]]) -> list[Found]:
        """Return what is wrong. killers: which cases are likely to kill a mistake; they are tried first."""
        for seed in seeds:
            self._draw(seed)
        # first, while the sandbox does not know the long questions of the others
        self._mistakes(cover(killers, LEAST_KILLS))
        self._honest("the reference", "", self._reference(), self._keys)
        for variant in self._exercise.variants:
            try:
                submission = edited(self._sheet, variant.function, variant.name, self._exercise.functions)
            except CourseError:  # told already
                continue
            asked = self._asked(variant.function, self._keys)
            self._honest(f"variant {variant.name}", variant.name, submission, asked)
        self._certify()
        return self._found

    def _tell(self, seed: int, fault: Fault, every: int = 1) -> None:
        self._found.append(Found(fault, seed, every))

    def _fault(self, subject: str, wrong: str, function: str, remedy: str = REMEDY) -> Fault:
        return self._author.fault(self._exercise, subject, wrong, remedy, function=function)

    def _draw(self, seed: int) -> None:
        exercise = self._exercise if seed % CERTIFIED == 0 else replace(self._exercise, oracles=[])
        try:
            key = exercise_key(self._sheet, exercise, seed)
        except Exception as error:  # noqa: BLE001 - whatever a case or the reference raises on this draw
            fault = self._author.raised(self._exercise, "a case", error, REMEDY)
            # without the message, which may be another one on each draw
            self._tell(seed, replace(fault, wrong=f"raises {type(error).__name__}"))
            return
        self._keys[seed] = key
        for sentence in key.faults:
            wrong = sentence.removeprefix(f"{self._exercise.name}: ")
            self._tell(seed, self._fault("", wrong, ""), CERTIFIED if wrong.startswith("oracle ") else 1)

    def _reference(self) -> Submission:
        sources = (Source("solution.py", (self._sheet.solution,)),)
        return Submission("reference", self._sheet.assignment.slug, "", sources)

    def _asked(self, function: str, seeds: Iterable[int]) -> dict[int, ExerciseKey]:
        """Return the keys of some seeds, with those questions only in which another text of a function may show."""
        reached = reach(self._sheet.solution)
        cases = self._exercise.cases
        places = tuple(place for place, case in enumerate(cases) if function in reached[case.function])
        return {seed: self._narrow(seed, places) for seed in seeds}

    def _narrow(self, seed: int, places: tuple[int, ...]) -> ExerciseKey:
        if len(places) == len(self._exercise.cases):
            return self._keys[seed]
        if (seed, places) not in self._narrowed:
            self._narrowed[seed, places] = narrowed(self._keys[seed], places)
        return self._narrowed[seed, places]

    def _runs(self, submission: Submission, batches: Sequence[Batch]) -> list[Sequence[Run]]:
        self.batches |= {id(batch): batch for batch in batches}
        ran = self._sandbox.run(submission, batches, self._sheet.assignment.limits)
        for batch in ran.batches:
            refuse_faults(batch.runs)
        return [batch.runs for batch in ran.batches]

    # What has to pass

    def _honest(
        self, subject: str, function: str, submission: Submission, asked: Mapping[int, ExerciseKey]
    ) -> None:
        ran = self._runs(submission, [key.batch for key in asked.values()])
        for (seed, key), runs in zip(asked.items(), ran, strict=True):
            if seed % CERTIFIED == 0:
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

    def _mistakes(self, likely: Mapping[str, Sequence[str]]) -> None:
        """Try each mistake on the cases that are likely to kill it, and on all of a draw where these do not."""
        keys = {seed: key for seed, key in self._keys.items() if seed % TRIED == 0}
        used = dict.fromkeys(name for names in likely.values() for name in names)
        batches = {name: self._batch(name, list(keys.values())) for name in used}
        for mistake in self._exercise.mistakes:
            submission = edited(self._sheet, mistake.function, source(mistake), self._exercise.functions)
            names = likely.get(mistake.name, ())
            whole = self._asked(mistake.function, [seed for seed in keys if seed % CERTIFIED == 0])
            found = self._runs(
                submission, [*(batches[name] for name in names), *(key.batch for key in whole.values())]
            )
            for (seed, key), runs in zip(whole.items(), found[len(names) :], strict=True):
                for question, run in zip(key.questions, runs, strict=False):  # the repeated ones come last
                    self._wrong.setdefault((seed, question.case.name), {})[mistake.name] = run
            ran = dict(zip(names, found, strict=False))  # those of whole draws come last
            doubtful = [
                seed
                for place, (seed, key) in enumerate(keys.items())
                if self._kills(key, {name: runs[place] for name, runs in ran.items()}) < LEAST_KILLS
            ]
            self._doubted(mistake, submission, self._asked(mistake.function, doubtful))

    def _batch(self, name: str, keys: Sequence[ExerciseKey]) -> Batch:
        """Return one case on several draws as a batch."""
        place = [case.name for case in self._exercise.cases].index(name)
        questions = [key.questions[place] for key in keys]
        calls = [question.call for question in questions]
        exercise = self._exercise
        return Batch.encode(f"{exercise.name} {name}", calls, exercise.limits, 0, closed=exercise.closed)

    def _kills(self, key: ExerciseKey, runs: Mapping[str, Run]) -> int:
        """Return how many of some cases kill. What ran out of anything may have done so because of the other draws."""
        try:
            return sum(
                runs[question.case.name].ended in ANSWERED and _killed(key, place, runs[question.case.name])
                for place, question in enumerate(key.questions)
                if question.case.name in runs
            )
        except Exception:  # noqa: BLE001 - whatever the author's judge raises: told with all of the draw
            return 0

    def _doubted(self, mistake: Mistake, submission: Submission, asked: Mapping[int, ExerciseKey]) -> None:
        ran = self._runs(submission, [key.batch for key in asked.values()]) if asked else []
        subject, function = f"mistake {mistake.name}", source(mistake)
        for (seed, key), runs in zip(asked.items(), ran, strict=True):
            try:
                count = sum(_killed(key, place, runs[place]) for place in range(len(key.questions)))
            except Exception as error:  # noqa: BLE001 - whatever the author's judge raises
                self._tell(seed, self._fault(subject, _raises(error), function), TRIED)
                continue
            if count < LEAST_KILLS:
                wrong = f"fails {count} of the {LEAST_KILLS} cases by the margin"
                remedy = "Add a case on which it shows on every draw."
                self._tell(seed, self._fault(subject, wrong, function, remedy), TRIED)

    # What must be far from the tolerance

    def _certify(self) -> None:
        certifier, exercise = Certifier(self._sheet, self._author), self._exercise
        for seed, key in self._keys.items():
            if seed % CERTIFIED or key.faults:
                continue
            for question in key.questions:
                place = seed, question.case.name
                runs = exercise, question, self._right.get(place, []), self._wrong.get(place, {})
                if certifier.is_doubtful(*runs):
                    certificate = certifier.certificate(*runs)
                    for fault in certifier.faults(exercise, [certificate], figures=False):
                        self._tell(seed, fault, CERTIFIED)


def _raises(error: Exception) -> str:
    return f"makes a judge raise {type(error).__name__}"


def _killed(key: ExerciseKey, place: int, run: Run) -> bool:
    mismatch = key.questions[place].compare(run).mismatch
    return mismatch is not None and kills(key.questions[place], run, mismatch)


def cover(killers: Mapping[str, Sequence[str]], least: int) -> dict[str, tuple[str, ...]]:
    """Return for each mistake so many of the cases that kill it, few different cases in all.

    A mistake that fewer cases kill is left out. Greedy: the case that most mistakes still need is the next.
    """
    needed = {mistake: least for mistake, cases in killers.items() if len(cases) >= least}
    chosen: dict[str, tuple[str, ...]] = dict.fromkeys(needed, ())
    left = list(dict.fromkeys(case for cases in killers.values() for case in cases))
    while any(needed.values()):
        wanted = {
            case: [name for name, count in needed.items() if count and case in killers[name]] for case in left
        }
        best = max(left, key=lambda case: len(wanted[case]))
        left.remove(best)
        for mistake in wanted[best]:
            chosen[mistake] += (best,)
            needed[mistake] -= 1
    return chosen


def told(found: Sequence[Found], seeds: range) -> Iterator[Fault]:
    """Yield each fault once, with how many of the draws it occurs on, and the seeds of the first five of them."""
    where: dict[tuple[Fault, int], list[int]] = {}
    for fault, seed, every in found:
        where.setdefault((fault, every), []).append(seed)
    for (fault, every), on in where.items():
        first = ", ".join(map(str, on[:5])) + (", ..." if len(on) > 5 else "")
        count = sum(seed % every == 0 for seed in seeds)
        yield replace(fault, wrong=f"{fault.wrong}, at {len(on)} of {count} seeds ({first})")
