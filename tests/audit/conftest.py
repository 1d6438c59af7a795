"""One audit of the whole corpus at the level that this machine gives, and sandboxes with a layer taken away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from autograder.audit import Attack, Outcome, Stage, attacks
from autograder.audit.corpus import SHEETS
from autograder.audit.trial import AT_ONCE
from autograder.model import Isolation
from autograder.sandbox import canaries, levels
from autograder.sandbox.canaries import REQUIRED, Enforced, open_sandbox
from autograder.sandbox.children import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

Weaken = "Callable[[str], None]"


@pytest.fixture(scope="session")
def outcomes(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Outcome]]]:
    """Return what becomes of every attack that is to be tried, in one sandbox, while others are still running."""
    chosen = {item.name.partition("[")[2].rstrip("]") for item in request.session.items}
    wanted = [attack for attack in attacks() if attack.id in chosen]
    with Stage(None, SHEETS) as stage, ThreadPoolExecutor(AT_ONCE) as pool:
        yield {attack.id: pool.submit(stage.outcome, attack) for attack in wanted}
        pool.shutdown(cancel_futures=True)


@pytest.fixture
def at_least_landlock() -> None:
    """Skip where this machine has no Landlock: what a layer holds can then not be seen by taking it away."""
    try:
        sandbox, _ = open_sandbox("numpy", Isolation.LANDLOCK)
    except SandboxError as error:
        pytest.skip(str(error))
    sandbox.close()


@pytest.fixture
def weaken(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what takes a layer away from all sandboxes to come, and lets the canaries not notice it."""

    def weakened(change: str) -> None:
        imports = "from autograder.sandbox import confine, worker"
        monkeypatch.setattr(
            levels, "BOOTSTRAP", levels.BOOTSTRAP.replace("zygote.main", f"{imports}\n{change}\nzygote.main")
        )

        def blind(sandbox: Any) -> Enforced:
            return Enforced(sandbox.isolation, REQUIRED[sandbox.isolation], ())

        monkeypatch.setattr(canaries, "probe", blind)

    return weakened


@pytest.fixture(scope="session")
def quick() -> Attack:
    """Return an attack that does nothing at all, to be changed."""
    (found,) = attacks("forging/printed_result")
    return replace(found, name="nothing")
