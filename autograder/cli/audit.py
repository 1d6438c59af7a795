"""The command `autograder audit`: what this machine holds, attack by attack."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.audit import FAMILIES, REASONS, State, attacks
from autograder.audit import audit as try_all
from autograder.cli.options import IsolationOption  # noqa: TC001 - typer reads it
from autograder.cli.terminal import progress_bar, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.audit import Audit, Outcome

NOT_HELD = 1
WIDTH = 26


def audit(
    isolation: IsolationOption = None,
    only: Annotated[
        str | None,
        typer.Option("--only", help=f"Try this family alone ({', '.join(FAMILIES)}), or one attack of it."),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say of each attack what it tries, and what came of it.")
    ] = False,
) -> None:
    """Attack the grader on this machine, and say of each attack whether it was held.

    Each attack is handed in and graded like any other work. It is held if it earned nothing that it did not compute, did
    and changed nothing outside, and the next submission is graded as if nothing had been. What a weaker isolation cannot
    hold is listed with the reason. It takes about a minute.

    Exit code 0: what this isolation claims to hold is held. 1: an attack succeeded, or a process was left over. 2: the
    isolation that you asked for cannot be had here.

    Example: `autograder audit --only network -v`
    """
    chosen = attacks(only)
    with progress_bar("Attacking") as advance:
        advance(0, len(chosen), "")
        found = try_all(
            chosen, isolation, lambda done, outcome: advance(done, len(chosen), outcome.attack.id)
        )
    for line in as_text(found, verbose=verbose):
        say(line)
    if not found.holds:
        raise typer.Exit(NOT_HELD)


def as_text(found: Audit, *, verbose: bool) -> Iterator[str]:
    """Yield what an audit found, line by line."""
    held = found.isolation
    yield f"Isolation: {held.level}"
    yield f"  enforced  {', '.join(held.enforced) or 'nothing'}"
    yield f"  missing   {', '.join(held.missing) or 'nothing'}"
    for family, outcomes in groupby(found.outcomes, key=lambda outcome: outcome.attack.family):
        yield ""
        yield f"{family}: {FAMILIES[family]}"
        for outcome in outcomes:
            yield from _lines(outcome, verbose=verbose)
    yield ""
    yield from _summary(found, verbose=verbose)


def _lines(outcome: Outcome, *, verbose: bool) -> Iterator[str]:
    why = ""
    if outcome.state in {State.NOT_HELD, State.NOT_TRIED} or (
        verbose and outcome.state is State.HELD_AFTER_ALL
    ):
        lacking = [REASONS[need] for need in outcome.unclaimed]
        tried = list(outcome.seen) if outcome.state is State.NOT_TRIED else []
        why = "; ".join([*tried, *lacking])
    if outcome.state is State.SUCCEEDED and not verbose:
        why = "; ".join(outcome.seen)
    # What is held after all is only worth a word where somebody asked for it.
    state = State.NOT_HELD if outcome.state is State.HELD_AFTER_ALL and not verbose else outcome.state
    yield f"  {state:<15} {outcome.attack.name:<{WIDTH}} {why}".rstrip()
    if verbose:
        yield f"  {'':<15} {outcome.attack.tries}"
        if outcome.state in {State.NOT_HELD, State.SUCCEEDED}:
            yield from (f"  {'':<15} - {seen}" for seen in outcome.seen)


def _summary(found: Audit, *, verbose: bool) -> Iterator[str]:
    level = found.isolation.level
    parts = [f"{found.count(State.HELD)} held"]
    if weak := found.count(State.NOT_HELD, State.HELD_AFTER_ALL):
        parts.append(f"{weak} not held, as {level} says")
    if untried := found.count(State.NOT_TRIED):
        parts.append(f"{untried} not tried")
    succeeded = found.count(State.SUCCEEDED)
    count = len(found.outcomes)
    yield f"{count} attack{'s' * (count != 1)}: {', '.join(parts)}, {succeeded} SUCCEEDED."
    if succeeded:
        yield f"This machine does not hold what {level} claims. Do not grade strangers' code on it before that is mended."
    if found.left_over:
        yield f"{found.left_over} processes were left behind."
    stale = [outcome.attack.id for outcome in found.outcomes if outcome.state is State.HELD_AFTER_ALL]
    if stale and verbose:
        yield (
            f"THE CLAIM IS STALE: {level} says that these are not held, and they are: {', '.join(stale)}. "
            "Say in their headers what they really need."
        )
