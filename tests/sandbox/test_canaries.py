"""Whether a level holds is tried, not believed; one that does not hold whole is refused, and the message says why."""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.model import Ended, Isolation, Run
from autograder.sandbox import canaries, confine, levels, probe
from autograder.sandbox.canaries import REQUIRED, TRIED, Enforced, open_sandbox
from autograder.sandbox.children import SandboxError
from autograder.sandbox.host import BatchRun, Ran, Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

PUBLIC = ("/", "/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - where anybody may write


def listing() -> set[str]:
    """Return what lies where the canaries try to write."""
    folders = [Path(canaries.__file__).parent, Path(os.__file__).parent, Path.cwd(), *map(Path, PUBLIC)]
    return {entry.path for folder in folders for entry in os.scandir(folder) if "canary" in entry.name}


@pytest.mark.parametrize("level", Isolation)
def test_a_level_holds_or_is_refused(level: Isolation) -> None:
    """Whatever this machine is, there is one of the two; all that is required is enforced; nothing is left behind."""
    before = listing()
    try:
        sandbox, found = open_sandbox("numpy", level)
    except SandboxError as error:
        refusal = str(error)
        assert refusal.startswith(f"Isolation {level} cannot be had on this machine")
    else:
        sandbox.close()
        assert (found.level, sandbox.isolation) == (level, level)
        assert set(REQUIRED[level]) <= set(found.enforced)
        assert set(found.enforced) | set(found.missing) == {*TRIED, levels.OWN_PROCESSES, levels.OWN_FILES}
        assert not set(found.enforced) & set(found.missing)
    assert listing() == before


@pytest.mark.skipif(
    not confine.landlock_abi() or not confine._FILTER, reason="the kernel or the machine has no such layer"
)
def test_a_machine_that_has_the_layers_gives_the_level() -> None:
    """It is not refused there: tests that need it would be passed over, and nobody would see a layer that is gone."""
    sandbox, found = open_sandbox("numpy", Isolation.LANDLOCK)
    sandbox.close()
    assert set(TRIED) <= set(found.enforced)


def test_limits_do_not_claim_what_they_do_not_give() -> None:
    """Files can be read and made there: the canaries say so, also where what was made cannot be removed."""
    sandbox, found = open_sandbox("numpy", Isolation.LIMITS)
    sandbox.close()
    assert {"other files", "writing files"} <= set(found.missing)


def test_each_canary_sings_where_nothing_holds_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Outside the sandbox they all succeed: a canary that could not would prove nothing inside."""
    outside = tmp_path / "outside"
    outside.write_text("x")
    free = ["other files", "writing files", "network", "signals", "processes", "memory files"]
    monkeypatch.setattr(os, "getppid", os.getpid)  # in another user's session even signal 0 may be refused
    monkeypatch.setattr(os, "fork", lambda: 12345)  # this process has threads
    monkeypatch.setattr(os, "waitpid", lambda *_: (12345, 0))
    assert [name for name in free if not probe.attempt(name, [str(outside)])] == []
    assert set(free) | {"tracing", "memory"} == set(TRIED)
    assert list(tmp_path.iterdir()) == [outside]
    assert outside.read_text() == "x"


def test_the_memory_canary_sings_where_there_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks for more than an exercise may ever have; here it gets something smaller in its place."""
    real = mmap.mmap
    asked: list[int] = []

    def smaller(fd: int, size: int, flags: int) -> Any:
        asked.append(size)
        return real(fd, 4096, flags)

    monkeypatch.setattr(mmap, "mmap", smaller)
    assert probe.attempt("memory", [])
    assert asked == [8 << 30]


class Traced:
    """A libc in which tracing is allowed."""

    def __init__(self) -> None:
        self.calls: list[int] = []

    def ptrace(self, request: int, *_: object) -> int:
        """Note the request."""
        self.calls.append(request)
        return 0


def test_the_tracing_canary_lets_go_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it could attach to goes on running."""
    libc = Traced()
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: libc)
    assert probe.attempt("tracing", [])
    assert libc.calls == [16, 17]


@pytest.mark.parametrize("error", [PermissionError, FileNotFoundError, MemoryError, AttributeError])
def test_a_canary_that_is_refused_is_silent(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    """However the machine refuses."""

    def refused(_: list[str]) -> bool:
        raise error

    monkeypatch.setitem(probe.ATTEMPTS, "network", refused)
    assert probe.attempt("network", []) is False


# ---------------------------------------------------------------- with canaries that are told what to find


def singing(*names: str, ended: Ended = Ended.RETURNED, control: bool = True) -> Callable[..., Ran]:
    """Return a `Sandbox.run` in which these canaries have succeeded, and the one that tries nothing, or not."""

    def run(_: Sandbox, __: object, batches: Any, ___: object) -> Ran:
        tried = [batch.calls[0].args[0] for batch in batches]
        runs = [
            Run(Ended.RETURNED, value=control)
            if name == canaries.CONTROL
            else Run(ended, value=name in names)
            for name in tried
        ]
        return Ran(tuple(BatchRun((each,)) for each in runs))

    return run


class Standing(Sandbox):
    """A sandbox without processes, in which all layers are on."""

    def __init__(self, profile: str, isolation: Isolation) -> None:
        self.profile, self.isolation, self.closed = profile, isolation, False

    @property
    def layers(self) -> dict[str, bool]:
        """All of them."""
        return {levels.OWN_PROCESSES: True, levels.OWN_FILES: True}

    run = singing()

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


@pytest.mark.parametrize("name", TRIED)
@pytest.mark.parametrize("level", [Isolation.LANDLOCK, Isolation.FULL])
def test_a_canary_that_succeeds_refuses_the_level(
    monkeypatch: pytest.MonkeyPatch, level: Isolation, name: str
) -> None:
    """The message names what is missing and what to do."""
    opened: list[Standing] = []

    class Seen(Standing):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            opened.append(self)

        run = singing(name)

    monkeypatch.setattr(canaries, "Sandbox", Seen)
    with pytest.raises(SandboxError) as caught:
        open_sandbox("numpy", level)
    advice = {
        Isolation.LANDLOCK: "Use Linux 5.13 or later with Landlock, or accept the risk by name with --isolation limits.",
        Isolation.FULL: "Install bubblewrap (package `bubblewrap`) and allow user namespaces, or use --isolation landlock.",
    }[level]
    assert str(caught.value) == (
        f"Isolation {level} cannot be had on this machine ({level}: not enforced here: {name}). {advice}"
    )
    assert [sandbox.closed for sandbox in opened] == [True]


def test_a_canary_that_dies_has_not_succeeded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The filter may kill it."""

    class Dying(Standing):
        run = singing(*TRIED, ended=Ended.DIED)

    monkeypatch.setattr(canaries, "Sandbox", Dying)
    _, found = open_sandbox("numpy", Isolation.LANDLOCK)
    assert set(TRIED) <= set(found.enforced)


def test_where_not_even_nothing_can_be_tried_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox that breaks every child would seem to hold everything: no level is believed."""

    class Broken(Standing):
        run = singing(ended=Ended.DIED, control=False)

    monkeypatch.setattr(canaries, "Sandbox", Broken)
    with pytest.raises(SandboxError, match="not even the canary that tries nothing could be run"):
        open_sandbox("numpy", Isolation.LANDLOCK)


@pytest.mark.parametrize("layer", [levels.OWN_PROCESSES, levels.OWN_FILES])
def test_full_needs_its_own_processes_and_files(monkeypatch: pytest.MonkeyPatch, layer: str) -> None:
    """A bubblewrap that unshares nothing is not full; landlock does not ask for it."""

    class Partial(Standing):
        @property
        def layers(self) -> dict[str, bool]:
            return {**super().layers, layer: False}

    monkeypatch.setattr(canaries, "Sandbox", Partial)
    with pytest.raises(SandboxError, match=f"full: not enforced here: {layer}"):
        open_sandbox("numpy", Isolation.FULL)
    assert open_sandbox("numpy", Isolation.LANDLOCK)[1] == Enforced(
        Isolation.LANDLOCK,
        tuple(name for name in (levels.OWN_PROCESSES, levels.OWN_FILES, *TRIED) if name != layer),
        (layer,),
    )


def test_the_next_level_is_taken_where_none_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The strongest that holds."""

    class Picky(Standing):
        def __init__(self, profile: str, isolation: Isolation) -> None:
            if isolation is Isolation.FULL:
                raise SandboxError("no namespaces")
            super().__init__(profile, isolation)

    monkeypatch.setattr(canaries, "Sandbox", Picky)
    monkeypatch.setattr(levels, "to_try", lambda: (Isolation.FULL, Isolation.LANDLOCK))
    assert open_sandbox("numpy", None)[0].isolation is Isolation.LANDLOCK


def test_where_no_level_holds_each_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits alone are never taken unasked."""

    class Weak(Standing):
        run = singing("network", "signals")

    monkeypatch.setattr(canaries, "Sandbox", Weak)
    monkeypatch.setattr(levels, "to_try", lambda: (Isolation.FULL, Isolation.LANDLOCK))
    with pytest.raises(SandboxError) as caught:
        open_sandbox("numpy", None)
    assert str(caught.value) == (
        "Isolation landlock or full cannot be had on this machine "
        "(full: not enforced here: network, signals; landlock: not enforced here: network, signals). "
        "Use Linux 5.13 or later, or accept the risk by name with --isolation limits."
    )


def test_limits_can_be_accepted_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is missing is said; memory is still required."""

    class Weak(Standing):
        run = singing("network", "signals")

    monkeypatch.setattr(canaries, "Sandbox", Weak)
    assert open_sandbox("numpy", Isolation.LIMITS)[1].missing == ("network", "signals")

    class Weaker(Standing):
        run = singing("memory")

    monkeypatch.setattr(canaries, "Sandbox", Weaker)
    with pytest.raises(SandboxError, match=r"limits: not enforced here: memory\)\. Grade on Linux\."):
        open_sandbox("numpy", Isolation.LIMITS)


def test_a_kernel_without_landlock_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real child of a zygote that cannot restrict files, with the canaries that find it out."""
    blind = levels.BOOTSTRAP.replace(
        "zygote.main", "from autograder.sandbox import confine\nconfine.landlock_abi = lambda: 0\nzygote.main"
    )
    monkeypatch.setattr(levels, "BOOTSTRAP", blind)
    with pytest.raises(SandboxError, match="landlock: not enforced here: other files, writing files"):
        open_sandbox("numpy", Isolation.LANDLOCK)


def test_a_machine_without_bubblewrap_cannot_be_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says which package to install."""
    monkeypatch.setattr(levels, "_bubblewrap", lambda _: ["/nowhere/bwrap", "--"])
    with pytest.raises(SandboxError, match=r"/nowhere/bwrap.*Install bubblewrap \(package `bubblewrap`\)"):
        open_sandbox("numpy", Isolation.FULL)


def test_a_machine_without_user_namespaces_cannot_be_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bubblewrap's own words are passed on."""
    program = (
        "import sys; print('bwrap: No permissions to create new namespace', file=sys.stderr); sys.exit(1)"
    )
    monkeypatch.setattr(levels, "_bubblewrap", lambda _: [sys.executable, "-c", program])
    with pytest.raises(SandboxError, match="No permissions to create new namespace"):
        open_sandbox("numpy", Isolation.FULL)
