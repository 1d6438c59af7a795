"""Trusted. The trials of one exercise: every variant must pass, every mistake must fail and be called by its name."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.grading.checking import check
from autograder.grading.diagnosis import edited, telling
from autograder.model import Ended, Source, Submission
from autograder.numerics.compare import alike
from autograder.sandbox.children import SandboxError
from autograder.validate.author import first_sentence
from autograder.validate.kills import kills
from autograder.validate.records import ExerciseReport, Fault, KillMatrix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future, ThreadPoolExecutor

    from autograder.authoring import Mistake, Variant
    from autograder.grading import Grader
    from autograder.grading.key import ExerciseKey
    from autograder.model import Mismatch, Run
    from autograder.validate.author import Author

    Outcome = tuple[Sequence[Run], dict[int, Mismatch]]
    """The runs of the questions and of the repeated ones, and the mismatch of each wrong one by its position."""

LEAST_KILLS = 2
"""A mistake that only one case catches is lost with that case."""

NO_ANSWER = {Ended.MISSING, Ended.TOO_MUCH_OUTPUT, Ended.DIED, Ended.BAD_OUTPUT}
"""Endings that no known mistake is there for."""


@dataclass(slots=True)
class Trials:
    """The variants and mistakes of one exercise on their way through the sandbox."""

    grader: Grader
    key: ExerciseKey
    author: Author
    faults: list[Fault] = field(default_factory=list)
    honest: list[Sequence[Run]] = field(default_factory=list)
    """What the reference and every variant came to, of those that can be run."""
    wrong: Mapping[str, Sequence[Run]] = field(default_factory=dict)
    """What every mistake came to, by its name; nothing where a judge cannot bear one of them."""

    def report(self, pool: ThreadPoolExecutor, step: Callable[[str], None]) -> ExerciseReport:
        """Run everything in the pool and return the figures; `faults`, `honest` and `wrong` tell what was found.

        step: called with a name after each variant and mistake.
        """
        started = time.monotonic()
        exercise = self.key.exercise
        known = pool.submit(self.grader.mistakes.runs, self.key)  # the first diagnosis will ask for them
        reference = pool.submit(self._reference)
        variants = [(one, pool.submit(self._runs, one.function, one.name)) for one in exercise.variants]
        mistakes = [(one, pool.submit(self._runs, one.function, source(one))) for one in exercise.mistakes]
        for variant, running in variants:
            self._variant(variant, running)
            step(f"{exercise.name}: variant {variant.name}")
        self.honest.append(reference.result())
        failed = known.exception()
        if isinstance(failed, SandboxError):
            raise failed
        if failed is None:
            self.wrong = known.result()
            refuse_faults(run for runs in self.wrong.values() for run in runs)
        rows: dict[str, tuple[bool, ...]] = {}
        for mistake, running in mistakes:
            rows |= self._mistake(mistake, running, comparable=failed is None)
            step(f"{exercise.name}: mistake {mistake.name}")
        matrix = KillMatrix(
            tuple(rows), tuple(question.case.name for question in self.key.questions), tuple(rows.values())
        )
        self._idle_cases(matrix)
        return ExerciseReport(
            exercise.name,
            len(matrix.cases),
            len(exercise.oracles),
            len(exercise.variants),
            len(exercise.mistakes),
            matrix,
            time.monotonic() - started,
        )

    def _reference(self) -> Sequence[Run]:
        sheet = self.grader.sheet
        sources = (Source("solution.py", (sheet.solution,)),)
        runs = self.grader.runs(Submission("reference", sheet.assignment.slug, "", sources), self.key)
        refuse_faults(runs)
        return runs

    def _runs(self, function: str, replacement: str) -> Sequence[Run]:
        return self.grader.runs(
            edited(self.grader.sheet, function, replacement, self.key.exercise.functions), self.key
        )

    def _outcome(self, subject: str, function: str, running: Future[Sequence[Run]]) -> Outcome | None:
        """Return what became of a variant or a mistake, None where the author's code raised."""
        try:
            runs = running.result()
            refuse_faults(runs)
            wrong, _ = check(self.key, runs)
        except SandboxError:
            raise
        except Exception as error:  # noqa: BLE001 - a splice that cannot be made, or a judge that raises
            remedy = "A judge must bear any value of the right shape."
            self.faults.append(
                self.author.raised(self.key.exercise, subject, error, remedy, function=function)
            )
            return None
        return runs, wrong

    def _fault(self, subject: str, function: str, wrong: str, remedy: str) -> None:
        self.faults.append(self.author.fault(self.key.exercise, subject, wrong, remedy, function=function))

    # Variants

    def _variant(self, variant: Variant, running: Future[Sequence[Run]]) -> None:
        subject = f"variant {variant.name}"
        outcome = self._outcome(subject, variant.name, running)
        if outcome is not None:
            self.honest.append(outcome[0])
        if outcome is not None and outcome[1]:
            first = outcome[1][min(outcome[1])]
            self._fault(
                subject,
                variant.name,
                f"fails case {first.case}: {first_sentence(first.message)}",
                "Correct it, or the case that refuses an honest solution.",
            )

    # Mistakes

    def _mistake(
        self, mistake: Mistake, running: Future[Sequence[Run]], *, comparable: bool
    ) -> dict[str, tuple[bool, ...]]:
        """Return the mistake's row of the matrix, nothing where it has none.

        comparable: nothing can be diagnosed as long as the judge cannot bear one of the mistakes, which is said there.
        """
        subject, function = f"mistake {mistake.name}", source(mistake)
        outcome = self._outcome(subject, function, running)
        if outcome is None:
            return {}
        runs, wrong = outcome
        row = tuple(
            place in wrong and kills(question, runs[place], wrong[place])
            for place, question in enumerate(self.key.questions)
        )
        self._deaths(subject, function, row, wrong)
        self._broken(subject, function, runs)
        if wrong and comparable:
            self._diagnosis(mistake, runs, wrong)
        return {mistake.name: row}

    def _deaths(self, subject: str, function: str, row: Sequence[bool], wrong: dict[int, Mismatch]) -> None:
        names = [question.case.name for question in self.key.questions]
        killers = [name for name, killed in zip(names, row, strict=True) if killed]
        if len(killers) >= LEAST_KILLS:
            return
        count = f"only 1 case ({killers[0]})" if killers else "no case"
        narrow = [names[place] for place in sorted(wrong) if not row[place]]
        margin = f" by the margin, others too narrowly ({', '.join(narrow)})" if narrow else ""
        self._fault(
            subject,
            function,
            f"fails {count}{margin}; it must fail at least {LEAST_KILLS}",
            "Add a case on which it shows.",
        )

    def _broken(self, subject: str, function: str, runs: Sequence[Run]) -> None:
        """A mistake that does not even run teaches nothing about who made it."""
        for run, question in zip(runs, self.key.questions, strict=False):
            name = run.error.type if run.error else ""
            if run.ended in NO_ANSWER or name == "NameError":
                what = f"does not run on case {question.case.name}: {name or run.detail or 'no function is left'}"
                self._fault(subject, function, what.removesuffix("."), "Correct it.")
                return

    def _diagnosis(self, mistake: Mistake, runs: Sequence[Run], wrong: dict[int, Mismatch]) -> None:
        named = self.grader.mistakes.diagnose(self.key, runs, wrong).mistake
        if named and named in {mistake.name, mistake.like}:
            return
        known = self.grader.mistakes.runs(self.key)
        function = self.key.questions[telling(runs, wrong)].case.function
        failing = [place for place in wrong if self.key.questions[place].case.function == function]
        others = [
            other.name
            for other in self.key.exercise.mistakes
            if other is not mistake
            and all(
                alike(runs[place], known[other.name][place], self.key.questions[place].reference)
                for place in failing
            )
        ]
        remedy = "Add a case that tells them apart, or say with `like` that nothing does."
        if others and (not named or ":" in named):  # a fingerprint is named where no mistake is
            what = f"is not diagnosed: {', '.join(others)} would fail the same way"
        elif named:
            what = f"is diagnosed as {named}"
        else:
            what, remedy = "is not diagnosed: it does not come out the same twice", "Make it repeatable."
        self._fault(f"mistake {mistake.name}", source(mistake), what, remedy)

    def _idle_cases(self, matrix: KillMatrix) -> None:
        if not matrix.mistakes:
            return  # said elsewhere, once
        for case in matrix.cases:
            if not matrix.victims(case):
                self._fault(f"case {case}", case, "kills no mistake", "Add the mistake that it is there for.")


def source(mistake: Mistake) -> str:
    """Return the name of the author's function."""
    return mistake.name.replace("-", "_")


def refuse_faults(runs: Iterable[Run]) -> None:
    """Raise SandboxError where a run could not be made: that is no author's fault."""
    for run in runs:
        if run.ended is Ended.FAULT:
            raise SandboxError(run.detail)
