"""Trusted. Tries attacks: each is handed in and graded like any other work, and then it is seen what it came to.

An attack is held if it earned nothing that it did not compute, could do nothing that it says it tried, changed and
reached nothing outside, had the verdict that it deserves, and the next submission is graded as if nothing had been.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Self

from autograder.audit.corpus import SHEETS
from autograder.audit.world import STUDENT, TOKEN, VAULT, World, descendants, open_to_all, some, write_course
from autograder.engines.workplace import Workplace
from autograder.model import Source, Submission, Verdict
from autograder.sandbox.children import SandboxError
from autograder.submissions import find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.audit.corpus import Attack
    from autograder.model import ExerciseResult, Isolation, Report
    from autograder.sandbox.canaries import Enforced

AT_ONCE = 2
PATIENCE = 5.0
"""Seconds in which the processes of the last attack must have ended."""
GOT_THROUGH = re.compile(r"^GOT THROUGH: (.*)$", re.MULTILINE)
"""What an attack prints of each attempt that succeeded; see `attacks/accomplice.py`."""
TRIED = re.compile(r"^TRIED: \d+$", re.MULTILINE)


class State(StrEnum):
    """What became of an attack."""

    HELD = "held"
    SUCCEEDED = "SUCCEEDED"
    """This level claims to hold it, and did not."""
    NOT_HELD = "not held"
    """It succeeded, as must be expected of this level."""
    HELD_AFTER_ALL = "held after all"
    """Nothing that this level enforces holds it, and it came to nothing all the same: the claim is stale."""
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attack came to."""

    attack: Attack
    state: State
    unclaimed: tuple[str, ...] = ()
    """What it would need and this level does not enforce."""
    seen: tuple[str, ...] = ()
    """How it succeeded; or why it was not tried."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What all attacks came to."""

    isolation: Enforced
    outcomes: tuple[Outcome, ...]
    left_over: int = 0
    """How many processes were left behind in the end."""

    @property
    def holds(self) -> bool:
        """Whether this machine holds what its level claims to hold."""
        return not self.left_over and all(each.state is not State.SUCCEEDED for each in self.outcomes)

    def count(self, *states: State) -> int:
        """Return how many attacks came to one of these."""
        return sum(outcome.state in states for outcome in self.outcomes)


class Stage:
    """A course with a key that is drawn anew, an honest student who has it, and a sandbox at one level."""

    def __init__(self, isolation: Isolation | None, slugs: Sequence[str] = ("vault",)) -> None:
        """Open a sandbox for each of the sheets. Raises SandboxError where the level cannot be had."""
        self.key = 1 + secrets.randbelow(10**9) / 10**9
        with contextlib.ExitStack() as opened:
            temporary = tempfile.TemporaryDirectory(prefix="autograder-audit-", ignore_cleanup_errors=True)
            self.root = Path(opened.enter_context(temporary))
            self.course = write_course(self.root / "course", self.key, slugs)
            self.functions = {
                sheet.assignment.slug: sheet.assignment.functions for sheet in self.course.sheets
            }
            self.other = self.root / STUDENT / "vault.py"
            self.other.parent.mkdir()
            self.other.write_text(VAULT.format(key=self.key), encoding="utf-8")
            open_to_all(self.root)
            opened.enter_context(_variable(TOKEN, "a secret of the course"))
            self.workplace = opened.enter_context(
                Workplace(self.course, secrets.randbelow(2**32), isolation, slugs)
            )
            found = self.workplace.enforced
            if found is None:
                raise ValueError("there is no sheet to open a sandbox for")
            self.isolation = found
            """The level, and what it enforces here."""
            self._processes = descendants(os.getpid())
            if harm := [why for slug in slugs for why in self.harm(slug)]:  # before the first attack
                raise SandboxError(f"Not even honest work can be graded on this machine: {'; '.join(harm)}.")
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def harm(self, slug: str) -> tuple[str, ...]:
        """Return what is not as it should be with an honest submission to a sheet, in words."""
        source = Source(f"{slug}.py", (self.course.sheet(slug).solution,))
        report = self.workplace.grade(Submission(STUDENT, slug, f"{STUDENT}/{slug}.py", (source,)))
        if report.score != report.max_score:
            verdicts = ", ".join(exercise.verdict for exercise in report.exercises)
            return (f"the next submission, which is right, was graded {verdicts}",)
        said = [*report.notes, *(exercise.stdout for exercise in report.exercises)]
        return ("the next submission was told something that is not its own",) if any(said) else ()

    def replaced(self, slug: str) -> int:
        """Return how often the fork server of a sheet was lost."""
        return self.workplace.grader(slug).sandbox.replaced

    def outcome(self, attack: Attack) -> Outcome:
        """Try one attack."""
        unclaimed = attack.unclaimed(frozenset(self.isolation.enforced))
        if not attack.fits:
            return Outcome(attack, State.NOT_TRIED, unclaimed, (f"it is written for {attack.machine}",))
        if unclaimed and attack.harmful:
            return Outcome(attack, State.NOT_TRIED, unclaimed, ("it would harm this machine",))
        seen = tuple(dict.fromkeys(self._seen(attack)))
        if unclaimed:
            return Outcome(attack, State.NOT_HELD if seen else State.HELD_AFTER_ALL, unclaimed, seen)
        return Outcome(attack, State.SUCCEEDED if seen else State.HELD, (), seen)

    def _seen(self, attack: Attack) -> Iterator[str]:
        """Yield how the attack was not held, in words."""
        lost = self.replaced(attack.sheet)
        with World(self.root / secrets.token_hex(4), self.course, self.other) as world:
            world.hand_in(attack)
            for _ in range(attack.times):
                rows = find(world.handed_in, self.functions)
                for row in rows:
                    yield from _of_report(attack, self.workplace.grade(row))
                if not rows:
                    yield "it has no row"
                yield from self.harm(attack.sheet)
                yield from world.changes()
        if self.replaced(attack.sheet) > lost:
            yield "the fork server was lost"

    def left_over(self) -> int:
        """Return how many processes are still there a while after the last attack."""
        deadline = time.monotonic() + PATIENCE
        while (more := descendants(os.getpid()) - self._processes) > 0 and time.monotonic() < deadline:
            time.sleep(0.02)
        return max(0, more)


@contextlib.contextmanager
def _variable(name: str, value: str) -> Iterator[None]:
    """Set an environment variable for a while."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _of_report(attack: Attack, report: Report) -> Iterator[str]:
    """Yield what the report of an attack should not say, in words."""
    if report.score is None:
        yield "it could not be graded, as if that were our fault"
    said = "".join(exercise.stdout for exercise in report.exercises) + "\n".join(report.notes)
    if what := list(dict.fromkeys(GOT_THROUGH.findall(said))):
        yield f"it got through: {some(what)}"
    results = {exercise.name: exercise for exercise in report.exercises}
    if attack.reports and not TRIED.search(said):
        yield f"it tried nothing: {'; '.join(report.notes) or 'its attempts did not end'}"
    if (secret := results.get("secret")) and secret.score:
        yield f"it earned {secret.score:g} points for the secret, which it cannot have worked out"
    for name, expected in (("square", attack.square), ("secret", attack.secret)):
        if expected is not None:
            yield from _of_verdict(name, expected, results.get(name))


def _of_verdict(name: str, expected: frozenset[Verdict], result: ExerciseResult | None) -> Iterator[str]:
    verdict = result.verdict if result is not None else None
    if verdict not in expected:
        why = f" ({result.mismatch.message})" if result is not None and result.mismatch else ""
        yield f"the verdict on `{name}` is {verdict or 'not there'}{why}, not {' or '.join(sorted(expected))}"


def audit(
    attacks: Sequence[Attack],
    isolation: Isolation | None = None,
    progress: Callable[[int, Outcome], None] = lambda *_: None,
) -> Audit:
    """Try every attack, two at a time, and return what they came to. Raises SandboxError.

    isolation: the level asked for, None for the strongest that there is. progress: called with how many are done.
    """
    slugs = [slug for slug in SHEETS if slug in {attack.sheet for attack in attacks}]
    with Stage(isolation, slugs) as stage, ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = []
        # In the order of the corpus; the one before may still be running, so that nobody's next is alone.
        for outcome in pool.map(stage.outcome, attacks):
            outcomes.append(outcome)
            progress(len(outcomes), outcome)
        return Audit(stage.isolation, tuple(outcomes), stage.left_over())
