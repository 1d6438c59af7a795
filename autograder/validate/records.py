"""Trusted. What the gate found, as records: faults for the author, a kill matrix and figures for each exercise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that an author has to mend. As a string: file, line, what is wrong, and the remedy."""

    file: str
    """Relative to the course: `"reference/ops/checks.py"`."""
    line: int
    """Counted from 1; 0 where the fault is the file's as a whole."""
    exercise: str
    """Empty where the fault is the sheet's or the release's."""
    subject: str
    """The thing that is at fault: `"mistake matmul-missing-transpose"`, `"case add_row"`; empty where it has no name."""
    wrong: str
    """What is wrong with the subject: a verb and its rest, without a full stop."""
    remedy: str
    """A sentence; empty where `wrong` says it."""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        what = f"{self.subject} {self.wrong}" if self.subject else self.wrong
        head = f"{where}: {self.exercise}: {what}." if self.exercise else f"{where}: {what}."
        return f"{head} {self.remedy}" if self.remedy else head


@dataclass(frozen=True, slots=True)
class KillMatrix:
    """Which mistake fails on which case, by the margin that is asked of a known mistake."""

    mistakes: tuple[str, ...]
    """The rows."""
    cases: tuple[str, ...]
    """The columns."""
    killed: tuple[tuple[bool, ...], ...]
    """One row for each mistake."""

    def killers(self, mistake: str) -> tuple[str, ...]:
        """Return the cases that a mistake fails."""
        row = self.killed[self.mistakes.index(mistake)]
        return tuple(case for case, killed in zip(self.cases, row, strict=True) if killed)

    def victims(self, case: str) -> tuple[str, ...]:
        """Return the mistakes that fail a case."""
        column = self.cases.index(case)
        return tuple(mistake for mistake, row in zip(self.mistakes, self.killed, strict=True) if row[column])

    @property
    def total(self) -> int:
        """The number of kills."""
        return sum(map(sum, self.killed))

    @property
    def fewest(self) -> int:
        """The number of cases that kill the mistake which is hardest to kill; 0 where there is no mistake."""
        return min(map(sum, self.killed), default=0)


@dataclass(frozen=True, slots=True)
class ExerciseReport:
    """The figures of one exercise."""

    name: str
    cases: int
    oracles: int
    variants: int
    mistakes: int
    matrix: KillMatrix
    """Of the cases and mistakes that could be run."""
    seconds: float


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What the gate found on one sheet."""

    slug: str
    exercises: tuple[ExerciseReport, ...]
    """In the order of the sheet; empty where its reference cannot be run at all."""
    faults: tuple[Fault, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class CourseReport:
    """What the gate found on a course."""

    seed: int
    """With the same seed, the same inputs are drawn again."""
    sheets: tuple[SheetReport, ...]
    release: tuple[Fault, ...]
    """What is stale in `assignments/`, or leaks from it."""
    seconds: float

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault: the sheets' first, then the release's. The course passes the gate where there is none."""
        return (*(fault for sheet in self.sheets for fault in sheet.faults), *self.release)
