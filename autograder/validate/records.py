"""Trusted. What the gate found, as records: faults for the author, a kill matrix and figures for each exercise."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.numerics.truth import SLACK


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
class Proof:
    """What `--thorough` found out about the checks of one exercise."""

    mutants: int
    """Automatic ones, each the reference with one change."""
    listed: int
    """How many of them pass and are listed by the author as equivalent."""
    survivors: tuple[str, ...]
    """The names of those that pass and are not listed."""
    scaled: int
    """Known mistakes with a factor on top."""
    cancelled: int
    """How many of them pass and are listed as right: half of it, twice."""
    pairs: int = 0
    """Of mistakes in different functions, of which the first is one of this exercise."""
    seeds: int = 0
    """On how many seeds everything came out as it must."""

    @property
    def killed(self) -> int:
        """The number of mutants that do not pass."""
        return self.mutants - self.listed - len(self.survivors)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The evidence for the verdicts on one case. `dataclasses.asdict` makes plain JSON of it.

    Distances are in units of u E: the unit roundoff of float64 or float32, times the running error bound.
    """

    exercise: str
    case: str
    decided: str
    """What tells right from wrong: `bounds`, or `judge`, `equality`, `label`, `exception`, which have no tolerance."""
    tolerance: float = SLACK
    honest64: float | None = None
    """The largest error of the reference and the variants in float64, in u64 E; None where none computes in it."""
    honest32: float | None = None
    """As `honest64`, of those that compute in float32, in u32 E."""
    nearest: float | None = None
    """The smallest error of a mistake that shows here as a wrong number, in u32 E; None where only equality counts."""
    nearest_mistake: str = ""
    invisible: tuple[str, ...] = ()
    """The mistakes that come to the right answer here, within the tolerance."""
    hidden32: tuple[str, ...] = ()
    """The mistakes that float64 shows by the margin, and float32 not at all: there nobody can tell them from right."""
    between: tuple[tuple[str, float, str], ...] = ()
    """The mistakes that are neither right nor clearly wrong: name, error, and the unit of it."""
    kinks: float | None = None
    """The smallest margin of a comparison that the reference made, in u32 E; None where none was in doubt."""
    oracles: tuple[tuple[str, float | None], ...] = ()
    """How far each oracle is from the reference, in u64 (E + |answer|); None where a judge compared them."""


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
    proof: Proof | None = None
    """None unless it was asked for."""
    certificates: tuple[Certificate, ...] = ()
    """One for each case; empty where the exercise has no key that can be believed."""


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
        """Every fault once: the sheets' first, then the release's. The course passes the gate where there is none."""
        return tuple(
            dict.fromkeys((*(fault for sheet in self.sheets for fault in sheet.faults), *self.release))
        )
