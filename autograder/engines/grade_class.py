"""Trusted. The way of a class: find the submissions, grade those that are new, keep every report, write the results."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import autograder
from autograder.engines import local
from autograder.engines.workplace import Workplace, weaker
from autograder.grading.messages import DEFAULTS as MESSAGES
from autograder.model import Isolation
from autograder.sandbox.canaries import Enforced
from autograder.store import Place, Store, StoreError, alone, explained, write_results
from autograder.submissions import find

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.authoring import Course
    from autograder.model import Report, Submission

    Progress = Callable[[int, int, Report | None], None]
    """Called with how many are done, how many there are, and the report that has just come, if one has."""

DEFAULT = Isolation.LANDLOCK
"""What is good enough where none is asked for: anything weaker has to be accepted by name."""


@dataclass(frozen=True, slots=True)
class ClassRun:
    """What a run over a class came to."""

    submissions: tuple[tuple[str, str], ...]
    """Student and assignment of everything that was found."""
    graded: int
    """How many were graded now."""
    kept: int
    """How many had been graded before, and have not changed."""
    isolation: Enforced | None
    """What held while they were graded; None where nothing had to be run."""


def grade_class(
    course: Course,
    path: Path,
    out: Path,
    *,
    assignment: str | None = None,
    seed: int | None = None,
    isolation: Isolation | None = None,
    again: bool = False,
    jobs: int = 1,
    progress: Progress = lambda *_: None,
) -> ClassRun:
    """Grade every submission below `path` and write the results into `out`.

    Reports are kept as they come: what was graded before an interruption is not graded again, unless `again` is
    asked for, or a stronger `isolation` than it was graded with. An exercise whose answers cannot be worked out is
    ungraded for everybody. Raises FindError before anything is written, StoreError and SandboxError; the results are
    then as they were before, but for the reports that are kept.
    """
    functions = {sheet.assignment.slug: sheet.assignment.functions for sheet in course.sheets}
    found = find(path, functions, assignment)
    _refuse_within(path, out)
    identities = tuple((row.student, row.assignment) for row in found)
    with alone(out), Store.open(out) as store:
        used = store.seed(seed)
        keys = Keys(course, used)
        wanted = isolation or DEFAULT
        done = {} if again else store.keys()
        with explained(store.name):
            todo = [
                row
                for row in found
                if not _counts(done.get((row.student, row.assignment)), keys.of(row), wanted)
            ]
            levels = _levels(store)
        kept = len(found) - len(todo)
        progress(kept, len(found), None)
        slugs = {row.assignment for row in todo if row.sources}
        with (
            Workplace(course, used, isolation, slugs) as workplace,
            closing(local.run(workplace.grade, todo, jobs)) as reports,
        ):
            # Only now: a run that the sandbox refuses has changed nothing.
            store.set_seed(used)
            if again:
                store.reopen(identities)
            store.set_place(identities, Place(os.path.abspath(path), assignment))  # noqa: PTH100 - resolve() would follow links
            held = workplace.enforced
            if held is not None:
                levels[held.level] = weaker(levels.get(held.level), held)
                # Before the first report: a run that is interrupted has told how it was made.
                store.set_grader(_grader(used, levels, held))
            for number, (submission, report) in enumerate(reports, kept + 1):
                level = held.level if held is not None and submission.sources else ""
                store.add(report, f"{level} {keys.of(submission)}", used)
                progress(number, len(found), report)
        store.prune(identities, assignment)
        with explained(store.name):
            weakest = _weakest(store, levels)
        write_results(store, out, _grader(used, levels, weakest))
    return ClassRun(identities, len(todo), kept, held)


def _refuse_within(path: Path, out: Path) -> None:
    """Raise StoreError where the results would lie among the submissions."""
    if out.resolve().is_relative_to(path.resolve()):
        raise StoreError(
            f"{out} lies within {path}, where the next run would take it for a student's folder: "
            "give another folder with --out."
        )


def _counts(stored: str | None, key: str, wanted: Isolation) -> bool:
    """Return whether a report that was kept is of this very work, made with the wanted isolation or a stronger one."""
    level, _, digest = (stored or "").partition(" ")
    return digest == key and (not level or Isolation(level).rank >= wanted.rank)


def _levels(store: Store) -> dict[Isolation, Enforced]:
    """Return what held at each level that any of the reports may have been made with."""
    told = store.grader().get("levels", {})
    return {
        Isolation(level): Enforced(Isolation(level), tuple(held["enforced"]), tuple(held["missing"]))
        for level, held in told.items()
    }


def _weakest(store: Store, levels: dict[Isolation, Enforced]) -> Enforced | None:
    """Return what held for all of the reports: those of one class may have been made on different machines."""
    used = {key.partition(" ")[0] for key in store.keys(done=False).values()} - {""}
    return min((levels[Isolation(level)] for level in used), key=lambda held: held.level.rank, default=None)


class Keys:
    """What a report depends on: it is made again when any of this has changed."""

    PARTS = ("the grader", "the reference or its checks", "the submission")
    """What the parts of a key stand for, in their order. The seed is one with the grader."""

    def __init__(self, course: Course, seed: int) -> None:
        ours = hashlib.sha256(repr((autograder.__version__, seed)).encode())
        package = Path(autograder.__file__).parent
        for file in sorted([*package.rglob("*.py"), MESSAGES]):
            ours.update(file.read_bytes())
        self._ours = ours.hexdigest()
        self._sheets = {
            sheet.assignment.slug: (sheet.solution, sheet.checks, sheet.messages) for sheet in course.sheets
        }

    def of(self, submission: Submission) -> str:
        """Return the key of a submission."""
        parts = (self._ours, self._sheets.get(submission.assignment), asdict(submission))
        return "-".join(hashlib.sha256(json.dumps(part).encode()).hexdigest() for part in parts)

    def changed(self, stored: str, submission: Submission) -> tuple[str, ...]:
        """Return what has changed since a report was kept under a key, in words."""
        then, now = stored.rpartition(" ")[2].split("-"), self.of(submission).split("-")
        if len(then) != len(now):  # of another version
            return self.PARTS[:1]
        return tuple(part for part, old, new in zip(self.PARTS, then, now, strict=True) if old != new)


def _grader(seed: int, levels: dict[Isolation, Enforced], held: Enforced | None) -> dict[str, Any]:
    """Return what `results.json` says of the grader. `levels` is what a later run needs to say it."""
    return {
        "version": autograder.__version__,
        "seed": seed,
        "isolation": None if held is None else asdict(held),
        "levels": {level: asdict(known) for level, known in levels.items()},
    }
