"""Every attack of the corpus, at the strongest level that this machine gives: an attack that succeeds fails a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.audit import Outcome, State, attacks

if TYPE_CHECKING:
    from concurrent.futures import Future

ALL = attacks()


@pytest.mark.slow
@pytest.mark.parametrize("name", [attack.id for attack in ALL])
def test_an_attack_is_held(name: str, outcomes: dict[str, Future[Outcome]]) -> None:
    """Or nobody claims that it is, and then it is really not: a claim that is stale hides the next one."""
    outcome = outcomes[name].result()
    assert outcome.state in {State.HELD, State.NOT_HELD, State.NOT_TRIED}, outcome.seen
    assert (outcome.state is State.HELD) == (not outcome.unclaimed and outcome.attack.fits)
