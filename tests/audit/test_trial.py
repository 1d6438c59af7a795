"""What becomes of an attack: whatever it earns, does, leaves or spoils is seen, and a level that lacks a layer is told."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from autograder.audit import Attack, Audit, Outcome, Stage, State, attacks, audit, trial
from autograder.audit.world import TOKEN
from autograder.model import ExerciseResult, Isolation, Report, Status, Verdict
from autograder.sandbox import levels
from autograder.sandbox.canaries import Enforced
from autograder.sandbox.children import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.model import Submission

HONEST = "def square(x):\n    return x * x\n"


class Graded:
    """A workplace that has graded everything already."""

    def __init__(self, **changes: Any) -> None:
        self.changes = changes
        self.lost: Iterator[int] = iter(changes.get("lost", [0, 0]))

    def grade(self, submission: Submission) -> Report:
        """Return a report as of an attack that is held, but for the changes."""
        honest = submission.student == "ada"
        results = tuple(
            ExerciseResult(
                name, verdict, score, most, stdout=self.changes.get("said", "") if not honest else ""
            )
            for name, verdict, score, most in (
                ("square", Verdict.PASSED, 1.0, 1.0),
                ("secret", Verdict.PASSED, 2.0, 2.0)
                if honest
                else self.changes.get("secret", ("secret", Verdict.FAILED, 0.0, 2.0)),
            )
        )
        known: dict[str, Any] = {"exercises": results, "score": 3.0 if honest else 1.0, "notes": ()}
        known |= self.changes.get("ada" if honest else "mallory", {})
        return Report(
            submission.student, submission.assignment, "", Status.GRADED, max_score=3.0, seconds=0.0, **known
        )

    def grader(self, _: str) -> Any:
        """Return something whose sandbox has lost as many fork servers as is said, one number for each time."""
        return self

    @property
    def sandbox(self) -> Graded:
        """Itself."""
        return self

    @property
    def replaced(self) -> int:
        """How many fork servers were lost."""
        return next(self.lost)


@pytest.fixture(scope="module")
def stage() -> Any:
    """Return a stage at the level that nothing has to be taken away from."""
    with Stage(Isolation.LIMITS) as opened:
        yield opened


@pytest.fixture
def graded(stage: Stage, monkeypatch: pytest.MonkeyPatch, quick: Attack) -> Callable[..., Outcome]:
    """Return what tries an attack that does nothing, of which the reports say something else."""

    def outcome(
        attack: Attack = quick, *, enforced: tuple[str, ...] = ("network",), **changes: Any
    ) -> Outcome:
        monkeypatch.setattr(stage, "workplace", Graded(**changes))
        monkeypatch.setattr(stage, "isolation", Enforced(Isolation.LANDLOCK, enforced, ("signals",)))
        return stage.outcome(attack)

    return outcome


def test_an_attack_that_comes_to_nothing_is_held(graded: Callable[..., Outcome], quick: Attack) -> None:
    """With nothing to say about it."""
    assert graded() == Outcome(quick, State.HELD)


SEEN: dict[str, tuple[dict[str, Any], str]] = {
    "points": (
        {"secret": ("secret", Verdict.FAILED, 2.0, 2.0)},
        "it earned 2 points for the secret, which it cannot have worked out",
    ),
    "verdict": (
        {"secret": ("secret", Verdict.TIMED_OUT, 0.0, 2.0)},
        "the verdict on `secret` is timed_out, not failed",
    ),
    "no verdict": ({"mallory": {"exercises": ()}}, "the verdict on `square` is not there, not passed"),
    "our fault": ({"mallory": {"score": None}}, "it could not be graded, as if that were our fault"),
    "escape": ({"said": "x\nGOT THROUGH: a\nGOT THROUGH: b\n"}, "it got through: a, b"),
    "escape while loading": ({"mallory": {"notes": ("GOT THROUGH: a",)}}, "it got through: a"),
    "the next one is wrong": (
        {"ada": {"score": 1.0}},
        "the next submission, which is right, was graded passed, passed",
    ),
    "the next one is told something": (
        {"ada": {"notes": ("x",)}},
        "the next submission was told something that is not its own",
    ),
    "the fork server": ({"lost": [0, 1]}, "the fork server was lost"),
}


@pytest.mark.parametrize("what", SEEN)
def test_whatever_it_came_to_is_seen(graded: Callable[..., Outcome], quick: Attack, what: str) -> None:
    """In a sentence; it has then succeeded, or is not held where nobody claims that it is."""
    changes, said = SEEN[what]
    found = graded(**changes)
    assert found.state is State.SUCCEEDED
    assert said in found.seen
    weak = graded(replace(quick, needs=("signals",)), **changes)
    assert (weak.state, weak.unclaimed) == (State.NOT_HELD, ("signals",))
    assert said in weak.seen


def test_an_attempt_that_was_never_made_is_not_held(graded: Callable[..., Outcome], quick: Attack) -> None:
    """An attack that dies before it tries anything says nothing of the sandbox."""
    trying = replace(quick, files=({"name": "vault.py", "text": "attempts({})"},))
    assert graded(trying).seen == ("it tried nothing: its attempts did not end",)
    assert graded(trying, said="TRIED: 5\n").state is State.HELD


def test_a_claim_that_is_stale_is_told(graded: Callable[..., Outcome], quick: Attack) -> None:
    """Nothing that is enforced holds it, and it came to nothing."""
    found = graded(replace(quick, needs=("network", "signals")))
    assert (found.state, found.unclaimed, found.seen) == (State.HELD_AFTER_ALL, ("signals",), ())


def test_what_would_harm_is_not_tried_where_it_is_not_held(
    graded: Callable[..., Outcome], quick: Attack
) -> None:
    """Nor what is written for another machine; both say so."""
    harmful = replace(quick, harmful=True, needs=("signals",))
    found = graded(harmful)
    assert (found.state, found.seen) == (State.NOT_TRIED, ("it would harm this machine",))
    assert graded(harmful, enforced=("signals",)).state is State.HELD
    foreign = graded(replace(quick, machine="z80"))
    assert (foreign.state, foreign.seen) == (State.NOT_TRIED, ("it is written for z80",))


def test_a_change_outside_is_seen(stage: Stage, quick: Attack) -> None:
    """By a real attack, at a level that does not hold it."""
    text = f"from targets import *\nopen(VICTIM, 'a')\nopen(FOLDER + '/' + MARK, 'w')\n{HONEST}"
    found = stage.outcome(
        replace(quick, files=({"name": "vault.py", "text": text},), needs=("writing files",), secret=None)
    )
    assert found.state is State.NOT_HELD
    assert found.seen[0].startswith("the folder that is open to all holds left-by-an-attack-")


def test_the_second_time_counts(stage: Stage, quick: Attack) -> None:
    """What is only seen then."""
    text = f"from targets import *\nimport os\nif os.path.exists(FOLDER + '/x'):\n    print('GOT THROUGH: again')\nopen(FOLDER + '/x', 'w')\n{HONEST}"
    twice = replace(quick, files=({"name": "vault.py", "text": text},), needs=("writing files",), secret=None)
    assert "it got through: again" not in stage.outcome(twice).seen
    assert "it got through: again" in stage.outcome(replace(twice, times=2)).seen


@pytest.mark.parametrize(
    ("outcomes", "left", "holds"),
    [
        ([State.HELD, State.NOT_HELD, State.NOT_TRIED, State.HELD_AFTER_ALL], 0, True),
        ([State.HELD, State.SUCCEEDED], 0, False),
        ([State.HELD], 1, False),
    ],
)
def test_what_a_machine_must_hold(quick: Attack, outcomes: list[State], left: int, holds: bool) -> None:
    """What its level claims, and no process that outlives its submission."""
    found = Audit(Enforced(Isolation.FULL, (), ()), tuple(Outcome(quick, state) for state in outcomes), left)
    assert found.holds == holds
    assert found.count(State.HELD, State.NOT_HELD) == sum(
        state in {State.HELD, State.NOT_HELD} for state in outcomes
    )


def test_an_audit_reports_as_it_goes() -> None:
    """In the order of the corpus, with how many are done; the environment is as before."""
    seen: list[tuple[int, str]] = []
    before = dict(os.environ)
    found = audit(
        attacks("patching")[:3],
        Isolation.LIMITS,
        lambda done, outcome: seen.append((done, outcome.attack.id)),
    )
    assert seen == [(number, attack.id) for number, attack in enumerate(attacks("patching")[:3], 1)]
    assert (found.isolation.level, found.left_over) == (Isolation.LIMITS, 0)
    assert dict(os.environ) == before


def test_a_variable_of_that_name_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may have one."""
    monkeypatch.setenv(TOKEN, "mine")
    with trial._variable(TOKEN, "ours"):
        assert os.environ[TOKEN] == "ours"
    assert os.environ[TOKEN] == "mine"


def test_processes_that_are_left_are_counted(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while: those of the last attack may just be ending."""
    monkeypatch.setattr(trial, "PATIENCE", 0.05)
    monkeypatch.setattr(stage, "_processes", -2)
    assert stage.left_over() >= 2


def test_where_honest_work_fails_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox in which nothing can be graded would seem to hold everything."""
    monkeypatch.setattr(Stage, "harm", lambda *_: ("it was graded died",))
    before = dict(os.environ)
    with pytest.raises(
        SandboxError, match=r"Not even honest work can be graded on this machine: it was graded died"
    ):
        Stage(Isolation.LIMITS)
    assert dict(os.environ) == before


def test_a_stage_needs_a_sheet() -> None:
    """Without one there is no sandbox."""
    with pytest.raises(ValueError, match="there is no sheet to open a sandbox for"):
        Stage(Isolation.LIMITS, ())


# ---------------------------------------------------------------- with a layer taken away, unnoticed by the canaries

LAYERS = {
    "no filter of system calls": (
        "confine.filter_syscalls = lambda: True",
        [
            "network/udp",
            "network/raw",
            "processes/fork",
            "processes/clone3",
            "files/modes_and_owners",
            "memory/memory_files",
        ],
    ),
    "no rules on files": (
        "confine.restrict_files = lambda readable: True",
        [
            "reading/solve_by_reference",
            "reading/solve_by_other_student",
            "files/change_a_file",
            "disk/many_files",
        ],
    ),
    "no limits": ("confine.limit = lambda *args, **rest: {}", ["memory/stacks"]),
    "open descriptors": ("zygote.os.closerange = lambda *args: None", ["reading/descriptors"]),
}


@pytest.mark.usefixtures("at_least_landlock")
@pytest.mark.parametrize("layer", LAYERS)
def test_an_audit_sees_that_a_layer_is_gone(layer: str, weaken: Callable[[str], None]) -> None:
    """Although the canaries say that all is well."""
    change, names = LAYERS[layer]
    weaken(change)
    fitting = [attack for name in names for attack in attacks(name) if attack.fits]
    with Stage(Isolation.LANDLOCK) as stage:
        states = {attack.id: stage.outcome(attack).state for attack in fitting}
    assert states == dict.fromkeys(states, State.SUCCEEDED)


@pytest.mark.usefixtures("at_least_landlock")
def test_an_audit_sees_that_the_environment_is_not_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of the grader that the fork server is started with."""
    monkeypatch.setitem(levels.ENVIRONMENT, TOKEN, "x")
    (attack,) = attacks("reading/environment")
    with Stage(Isolation.LANDLOCK) as stage:
        assert stage.outcome(attack).state is State.SUCCEEDED
