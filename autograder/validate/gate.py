"""Trusted. Runs everything that an author wrote through the path of students' work, and says what is not as it should be.

The reference, its stub, every variant and every mistake is a submission like any other here: it is read, sandboxed,
compared and diagnosed by the code that grades a class.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from autograder.authoring import CourseError
from autograder.build import leaks, notebook, sheet_stub, stale
from autograder.model import Submission, Verdict
from autograder.sandbox.canaries import open_sandbox
from autograder.submissions.reading import read
from autograder.validate import answers, bans, thorough, written
from autograder.validate.author import Author, first_sentence
from autograder.validate.certificates import Certifier
from autograder.validate.passing import Passing
from autograder.validate.processes import Sweeper
from autograder.validate.records import CourseReport, ExerciseReport, Fault, SheetReport
from autograder.validate.trials import Trials

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from autograder.authoring import Course, Exercise
    from autograder.authoring.loading import Sheet
    from autograder.grading import Grader
    from autograder.grading.key import ExerciseKey
    from autograder.model import ExerciseResult, Isolation
    from autograder.sandbox.host import Sandbox

    Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class _Steps:
    """Counts what has been done, and tells it."""

    total: int
    told: Progress
    done: int = 0

    def step(self, what: str) -> None:
        """Say that one more thing has been done."""
        self.done += 1
        self.told(self.done, self.total, what)

    def reach(self, done: int, what: str) -> None:
        """Say that so much has been done: what could not be tried is done with, too."""
        if self.done < done:
            self.done = done
            self.told(self.done, self.total, what)


def validate_course(
    course: Course,
    *,
    seed: int,
    slugs: Collection[str] = (),
    release: bool = True,
    isolation: Isolation | None = None,
    jobs: int = 2,
    seeds: int = 0,
    progress: Progress = lambda _done, _total, _what: None,
) -> CourseReport:
    """Return what is wrong with a course, sheet by sheet, and with its release.

    slugs: the sheets to look at, all where none is given. release: whether `assignments/` is looked at.
    isolation: the level to run at, the strongest that this machine gives where none is given. jobs: threads, and processes of the proof.
    seeds: over how many the proof of the checks goes, with mutants and pairs of mistakes; 0 leaves it out.
    progress: called from this thread with (done, total, what was done).

    Raises CourseError where a sheet is not in the course, SandboxError where the sandbox fails: never for what an
    author's code does.
    """
    started = time.monotonic()
    sheets = [course.sheet(slug) for slug in slugs] if slugs else list(course.sheets)
    steps = _Steps(sum(_steps(sheet, seeds) for sheet in sheets), progress)
    with ExitStack() as stack:
        sandboxes = {
            profile: stack.enter_context(open_sandbox(profile, isolation)[0])
            for profile in dict.fromkeys(sheet.assignment.profile for sheet in sheets)
        }
        sweeper = stack.enter_context(Sweeper(jobs))
        reports = tuple(
            _Gate(sheet, sandboxes[sheet.assignment.profile], seed, jobs, seeds, steps, sweeper).report()
            for sheet in sheets
        )
    found = validate_release(course) if release else ()
    return CourseReport(seed, reports, found, time.monotonic() - started)


def validate_sheet(
    sheet: Sheet,
    sandbox: Sandbox,
    *,
    seed: int,
    jobs: int = 2,
    seeds: int = 0,
    progress: Progress = lambda _done, _total, _what: None,
) -> SheetReport:
    """Return what is wrong with one sheet. Raises SandboxError where the sandbox fails."""
    steps = _Steps(_steps(sheet, seeds), progress)
    with Sweeper(jobs) as sweeper:
        return _Gate(sheet, sandbox, seed, jobs, seeds, steps, sweeper).report()


def validate_release(course: Course) -> tuple[Fault, ...]:
    """Return what is stale in the `assignments/` of a course, and what leaks from it."""
    try:
        sentences = [*stale(course, course.root), *leaks(course, course.root)]
    except CourseError as error:
        sentences = [f"assignments cannot be built: {error}"]
    parts = [sentence.removesuffix(".").partition(" ") for sentence in sentences]
    return tuple(Fault(file, 0, "", "", wrong, "") for file, _, wrong in parts)


def _steps(sheet: Sheet, seeds: int) -> int:
    """Return how many things there are to do: answers, stub, reference, each variant and mistake, and the proof."""
    exercises = sheet.assignment.exercises
    known = sum(len(exercise.variants) + len(exercise.mistakes) for exercise in exercises)
    return 3 + known + (thorough.steps(sheet, seeds) if seeds else 0)


@dataclass(slots=True)
class _Gate:
    """One sheet on its way through the gate."""

    sheet: Sheet
    sandbox: Sandbox
    seed: int
    jobs: int
    seeds: int
    steps: _Steps
    sweeper: Sweeper
    author: Author = field(init=False)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.author = Author(self.sheet)

    def report(self) -> SheetReport:
        """Return what is wrong with the sheet."""
        started, end = time.monotonic(), self.steps.done + _steps(self.sheet, self.seeds)
        slug = self.sheet.assignment.slug
        self.faults += written.faults(self.sheet, self.author)
        grader, found = answers.usable(self.sheet, self.sandbox, self.seed, self.author)
        self.faults += found
        exercises: tuple[ExerciseReport, ...] = ()
        if grader is not None:
            for key in grader.keys:
                self.faults += answers.faults(key, self.author)
                self.faults += bans.faults(grader, key, self.author)
            self.steps.step(f"{slug}: answers")
            self._stub(grader)
            self.steps.step(f"{slug}: stub")
            self._reference(grader)
            self.steps.step(f"{slug}: reference")
            certifier = Certifier(self.sheet, self.author)
            with ThreadPoolExecutor(self.jobs) as pool:
                exercises = tuple(self._trials(grader, key, certifier, pool) for key in grader.keys)
                if self.seeds:
                    exercises = self._proved(grader, exercises, pool)
        self.steps.reach(end, slug)
        return SheetReport(slug, exercises, tuple(dict.fromkeys(self.faults)), time.monotonic() - started)

    def _trials(
        self, grader: Grader, key: ExerciseKey, certifier: Certifier, pool: ThreadPoolExecutor
    ) -> ExerciseReport:
        slug = self.sheet.assignment.slug
        trials = Trials(grader, key, self.author)
        report = trials.report(pool, lambda what: self.steps.step(f"{slug}: {what}"))
        self.faults += trials.faults
        found = certifier.certificates(key, trials.honest, trials.wrong)
        self.faults += certifier.faults(key.exercise, found)
        return replace(report, certificates=found)

    def _proved(
        self, grader: Grader, exercises: Sequence[ExerciseReport], pool: ThreadPoolExecutor
    ) -> tuple[ExerciseReport, ...]:
        def step(what: str) -> None:
            self.steps.step(f"{self.sheet.assignment.slug}: {what}")

        passing = Passing(grader, self.author)
        proving = thorough.Thorough(grader, passing, self.seed, self.seeds, self.sweeper, step)
        reports = proving.proofs(exercises, pool)
        self.faults += proving.faults
        return reports

    def _stub(self, grader: Grader) -> None:
        """The untouched stub loads without a note and is worth nothing, as a script and as a notebook."""
        assignment = self.sheet.assignment
        try:
            text = sheet_stub(self.sheet)
            files = {
                f"{assignment.slug}.py": text.encode(),
                f"{assignment.slug}.ipynb": notebook(text, assignment.exercises),
            }
        except CourseError as error:
            self.faults.append(self.author.told(None, "the stub", error))
            return
        for name, data in files.items():
            for exercise, result in self._results(grader, name, data, "the untouched stub"):
                if result.verdict is not Verdict.NOT_ATTEMPTED:
                    wrong = f"is judged `{result.verdict}` and earns {result.score:g} of {result.max_score:g} points"
                    remedy = "Cut more out of it, or do not ask for what is given."
                    self.faults.append(self.author.fault(exercise, "the untouched stub", wrong, remedy))

    def _reference(self, grader: Grader) -> None:
        """The reference is right in everything, without a note."""
        subject, name = "the reference", f"{self.sheet.assignment.slug}.py"
        for exercise, result in self._results(grader, name, self.sheet.solution.encode(), subject):
            self.faults += [
                self.author.fault(exercise, subject, f"earns the note {note!r}", "Mend it.")
                for note in result.notes
            ]
            if (found := result.mismatch) is not None:
                what = f"fails case {found.case}" if found.case else "is not accepted"
                wrong = f"{what}: {first_sentence(found.message)}"
                remedy = "Mend the reference or the case."
                self.faults.append(self.author.fault(exercise, subject, wrong, remedy, function=found.case))

    def _results(
        self, grader: Grader, name: str, data: bytes, subject: str
    ) -> list[tuple[Exercise, ExerciseResult]]:
        """Return the verdicts on a file that is read as a student's is. What has none becomes a fault."""
        reading = read(name, data)
        sources = (reading.source,) if reading.source else ()
        submission = Submission(subject, self.sheet.assignment.slug, name, sources, notes=reading.notes)
        report = grader.grade(submission)
        self.faults += [
            self.author.fault(None, subject, f"is not read without a note: {note.rstrip('.')}", "Mend it.")
            for note in report.notes
        ]
        results = []
        for key, result in zip(grader.keys, report.exercises, strict=bool(sources)):
            if result.verdict is not Verdict.UNGRADED:
                results.append((key.exercise, result))
            elif not key.faults:  # which are told already
                wrong = f"gets no verdict: {' '.join(result.notes).rstrip('.')}"
                self.faults.append(self.author.fault(key.exercise, subject, wrong, "Mend it."))
        return results
