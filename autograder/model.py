"""The records that everything else passes around: frozen, small, without behaviour beyond their own sums.

How a call *ended* and what that means for the *verdict* are two enums, because they are two questions:
the sandbox answers the first, the grader the second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Ended(StrEnum):
    """How one call of a student's function ended."""

    RETURNED = "returned"
    RAISED = "raised"
    MISSING = "missing"
    """The function is not defined, or is the untouched stub."""
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    TOO_MUCH_OUTPUT = "too_much_output"
    """It printed more than it may, and was stopped."""
    DIED = "died"
    """The process ended without an answer: exit, signal, crash."""
    BAD_OUTPUT = "bad_output"
    """What arrived was not an answer: a forged, broken or over-long frame."""
    FAULT = "fault"
    """The grader could not run the call: our error, never the student's."""


class Verdict(StrEnum):
    """What an exercise's runs mean for its mark."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    TOO_MUCH_OUTPUT = "too_much_output"
    DIED = "died"
    NOT_ATTEMPTED = "not_attempted"
    FORBIDDEN = "forbidden"
    UNGRADED = "ungraded"
    """Our fault, and never a zero: the exercise has no score until it is graded again."""


class Status(StrEnum):
    """What became of a submission as a whole."""

    GRADED = "graded"
    REPAIRED = "repaired"
    MISSING = "missing"
    UNREADABLE = "unreadable"


class Isolation(StrEnum):
    """How strongly student code is confined, weakest first."""

    LIMITS = "limits"
    LANDLOCK = "landlock"
    FULL = "full"

    @property
    def rank(self) -> int:
        """Position in the order of strength: a higher rank encloses a lower one."""
        return list(Isolation).index(self)


@dataclass(frozen=True, slots=True)
class Error:
    """An exception that student code raised."""

    type: str
    """The exception's class name."""
    bases: tuple[str, ...]
    """The names of the class and of its bases, most special first."""
    message: str
    line: int | None = None
    """The line in the student's own file, if the traceback passes through it."""
    file: str = ""
    """The student's own file, empty where the traceback never enters one."""


@dataclass(frozen=True, slots=True)
class Query:
    """One call that the student's code made of a function it was given."""

    part: str
    """Which function of the problem: `"f"`, `"grad"`, ..."""
    args: tuple[Any, ...]
    """The arguments as they were at the time of the call."""
    value: Any
    """What the function answered."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one call of one function came to. Everything in it was said by the sandbox: outputs, not facts."""

    ended: Ended
    value: Any = None
    """The returned value, decoded (see `sandbox.wire`); None unless the call returned."""
    error: Error | None = None
    queries: tuple[Query, ...] = ()
    """The calls of the functions that were passed in, in order."""
    mutated: tuple[int, ...] = ()
    """Positions of the arguments that the call changed in place."""
    aliased: tuple[int, ...] = ()
    """Positions of the arguments whose memory the returned value shares."""
    detail: str = ""
    """What is to be said of an ending beyond its exception, if it has one; empty for a return."""
    asked: bool = True
    """False where the call was never made, because an earlier one of its function ended the process."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where a submission uses what an exercise forbids."""

    name: str
    """What is forbidden; empty where a part of the work could not be read, and may use it."""
    said: str
    """How it is written there; why it could not be read where there is no name."""
    file: str
    """The file and the cell of a notebook."""
    line: int
    """The line in it; 0 where none is known."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why one run is not accepted."""

    kind: str
    """The failed check: `"shape"`, `"dtype"`, `"value"`, `"raised"`, ...: two runs fail alike if these agree."""
    message: str
    """One sentence for the student: what was seen, never what was expected of the numbers."""
    path: str = ""
    """Where in the returned value: `"da[0, 2]"`; empty for the value as a whole."""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The one cause that explains every failing case of an exercise, or the symptom where none is known."""

    message: str
    mistake: str = ""
    """The id of the mistake, empty where only the symptom is described.

    One with a colon is a fingerprint, `"factor:size"` or `"layout:transposed"`: how the numbers are wrong, not why.
    `"id+factor:two"` is a known mistake with a factor on top.
    """


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """The points of one criterion."""

    name: str
    score: float
    max_score: float


@dataclass(frozen=True, slots=True)
class ExerciseResult:
    """The verdict on one exercise of one submission."""

    name: str
    verdict: Verdict
    score: float | None
    """None exactly where the verdict is `UNGRADED`."""
    max_score: float
    criteria: tuple[CriterionResult, ...] = ()
    diagnosis: Diagnosis | None = None
    mismatch: Mismatch | None = None
    example: str = ""
    """The smallest call known to come out wrong, as Python: `"half(np.array([3.0]))"`; empty where there is none."""
    notes: tuple[str, ...] = ()
    stdout: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a submission, already turned into text."""

    name: str
    """The file's name as the student wrote it: it appears in messages."""
    cells: tuple[str, ...]
    """Pieces that are parsed and run one after the other: a notebook's code cells, or one script."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One student's work on one assignment."""

    student: str
    assignment: str
    """The assignment's slug, `"unknown"` where nothing tells which it is."""
    path: str
    """Where it came from, relative to what was asked to be graded."""
    sources: tuple[Source, ...] = ()
    """The files to run, in this order."""
    modules: tuple[Source, ...] = ()
    """Other Python files that the student's code may import."""
    status: Status = Status.GRADED
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The row of one submission: what `results.json` says of it."""

    student: str
    assignment: str
    path: str
    status: Status
    notes: tuple[str, ...]
    score: float | None
    """None where an exercise is ungraded: our fault is never a number."""
    max_score: float
    seconds: float
    exercises: tuple[ExerciseResult, ...] = field(default=())
