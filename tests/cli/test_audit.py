"""`autograder audit`: what it says of each attack, its exit codes, and real runs at each level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.audit import FAMILIES, Audit, Outcome, State, attacks
from autograder.cli import audit as cli
from autograder.model import Isolation
from autograder.sandbox import levels
from autograder.sandbox.canaries import TRIED, Enforced

if TYPE_CHECKING:
    from tests.cli.conftest import Command

ENFORCED = ", ".join(TRIED)


def lines(found: Audit, *, verbose: bool = False) -> list[str]:
    """Return what is printed, with single blanks."""
    return [" ".join(line.split()) for line in cli.as_text(found, verbose=verbose)]


def audited(*states: State, level: Isolation = Isolation.LANDLOCK, left: int = 0) -> Audit:
    """Return an audit of the first attacks on the network, with these outcomes."""
    outcomes = tuple(
        Outcome(
            attack,
            state,
            () if state in {State.HELD, State.SUCCEEDED} else ("other files",),
            () if state in {State.HELD, State.HELD_AFTER_ALL} else ("it got through: x",),
        )
        for attack, state in zip(attacks("network"), states, strict=False)
    )
    return Audit(Enforced(level, ("network", "memory"), ("other files",)), outcomes, left)


def test_each_attack_has_a_line() -> None:
    """Below the level with what it enforces, by families; what is not held has its reason, and so has what was not tried."""
    assert lines(audited(State.HELD, State.NOT_HELD, State.NOT_TRIED)) == [
        "Isolation: landlock",
        "enforced network, memory",
        "missing other files",
        "",
        f"network: {FAMILIES['network']}",
        "held channels_to_the_grader",
        "not held io_uring files of this machine can be read",
        "not tried listen it got through: x; files of this machine can be read",
        "",
        "3 attacks: 1 held, 1 not held, as landlock says, 1 not tried, 0 SUCCEEDED.",
    ]


def test_an_attack_that_succeeded_says_how() -> None:
    """And what that means is said at the end; a process that was left over as well."""
    said = lines(audited(State.SUCCEEDED, State.HELD, level=Isolation.FULL, left=2))
    assert said[5:] == [
        "SUCCEEDED channels_to_the_grader it got through: x",
        "held io_uring",
        "",
        "2 attacks: 1 held, 1 SUCCEEDED.",
        "This machine does not hold what full claims. Do not grade strangers' code on it before that is mended.",
        "2 processes were left behind.",
    ]


def test_more_is_said_where_it_was_asked_for() -> None:
    """What each attack tries and what came of it; a claim that is stale is told loudly, otherwise it reads as not held."""
    found = audited(State.HELD, State.HELD_AFTER_ALL, State.SUCCEEDED)
    assert lines(found)[6] == "not held io_uring"
    said = lines(found, verbose=True)
    assert said[5:12] == [
        "held channels_to_the_grader",
        attacks("network/channels_to_the_grader")[0].tries,
        "held after all io_uring files of this machine can be read",
        attacks("network/io_uring")[0].tries,
        "SUCCEEDED listen",
        attacks("network/listen")[0].tries,
        "- it got through: x",
    ]
    assert said[-1].startswith(
        "THE CLAIM IS STALE: landlock says that these are not held, and they are: network/io_uring."
    )


def test_nothing_enforced_and_nothing_missing_are_words() -> None:
    """An empty list would look like a mistake."""
    assert lines(Audit(Enforced(Isolation.LIMITS, (), ()), ()))[1:3] == [
        "enforced nothing",
        "missing nothing",
    ]


def test_one_family(command: Command) -> None:
    """A real run: all are held, and the exit code says so."""
    done = command("audit", "--only", "patching/assertions", "--isolation", "landlock")
    assert (done.code, done.err) == (0, "")
    assert done.lines == [
        "Isolation: landlock",
        f"enforced {ENFORCED}",
        f"missing {levels.OWN_PROCESSES}, {levels.OWN_FILES}",
        "",
        f"patching: {FAMILIES['patching']}",
        "held assertions",
        "",
        "1 attack: 1 held, 0 SUCCEEDED.",
    ]


def test_what_a_level_leaves_open_is_no_failure(command: Command) -> None:
    """It is listed with its reason, and the exit code is 0."""
    done = command("audit", "--only", "reading/file_names", "--isolation", "landlock")
    assert done.code == 0
    assert done.lines[5] == "not held file_names whether a file exists can be seen, its content not"
    assert done.lines[-1] == "1 attack: 0 held, 1 not held, as landlock says, 0 SUCCEEDED."


def test_a_success_is_a_failure(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that should not be there gets in, and the command ends with 1."""
    monkeypatch.setitem(levels.ENVIRONMENT, "GRADEBOOK_TOKEN", "x")
    done = command("audit", "--only", "reading/environment", "--isolation", "landlock")
    assert done.code == 1
    assert done.lines[5] == "SUCCEEDED environment it got through: environment, libc, getenv"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--only", "moon"], "There are no attacks 'moon'. The families are patching, reading,"),
        (["--isolation", "strong"], "'strong' is not one of 'limits', 'landlock', 'full'"),
    ],
)
def test_options_that_mean_nothing(command: Command, args: list[str], message: str) -> None:
    """What there is instead is named, with exit code 2."""
    done = command("audit", *args)
    assert (done.code, done.out) == (2, "")
    assert message in " ".join(done.err.replace("│", " ").split())


def test_an_isolation_that_cannot_be_had(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused, and nothing less is tried in its place."""
    monkeypatch.setattr(levels, "_bubblewrap", lambda _: ["/nonexistent/bwrap", "--"])
    done = command("audit", "--isolation", "full", "--only", "network")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Isolation full cannot be had on this machine")
