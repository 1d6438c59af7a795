"""Trusted. Decides which level of isolation this machine gives, by trying: canaries run in a real child.

A layer that was switched on may still not hold (an old kernel, a container's own filter), so nothing is believed
that was not tried. A level that does not hold whole is refused, never quietly weakened.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.authoring.exercise import Limits
from autograder.model import Ended, Isolation, Source, Submission
from autograder.sandbox import levels
from autograder.sandbox.children import SandboxError, SandboxLostError
from autograder.sandbox.host import Batch, Call, Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence

PROBE = Path(__file__).with_name("probe.py")

TRIED = (
    "other files",
    "writing files",
    "network",
    "signals",
    "processes",
    "tracing",
    "memory",
    "memory files",
)
LACKING = {
    "other files": "files of this machine can be read",
    "writing files": "files can be made and changed",
    "network": "connections can be opened",
    "signals": "other processes can be signalled",
    "processes": "the kernel refuses no system call",
    "tracing": "the memory of other processes can be read",
    "memory": "memory has no limit",
    "memory files": "memory can be kept in files that have no limit",
    levels.OWN_PROCESSES: "which other processes there are can be seen",
    levels.OWN_FILES: "whether a file exists can be seen, its content not",
}
"""What it means where a layer is missing."""
CONTROL = "nothing"
"""What is always possible: where even this fails, that the rest failed says nothing."""
REQUIRED = {
    Isolation.LIMITS: ("memory",),
    Isolation.LANDLOCK: TRIED,
    Isolation.FULL: (*TRIED, levels.OWN_PROCESSES, levels.OWN_FILES),
}


@dataclass(frozen=True, slots=True)
class Enforced:
    """What holds at one level on this machine."""

    level: Isolation
    enforced: tuple[str, ...]
    missing: tuple[str, ...]


def probe(sandbox: Sandbox) -> Enforced:
    """Return what holds in a child of this sandbox. Raises SandboxError where the canaries cannot even run."""
    submission = Submission(
        "canary", "canary", "", (Source("probe.py", (PROBE.read_text(encoding="utf-8"),)),)
    )
    outside = [str(Path(__file__).resolve()), "/etc/passwd"]
    calls = [Call("attempt", (name, outside)) for name in (*TRIED, CONTROL)]
    limits = Limits(seconds=5.0)
    # One batch for each canary: one that kills its process says nothing of the others.
    batches = [Batch.encode(call.args[0], [call], limits, 0) for call in calls]
    ran = sandbox.run(submission, batches, limits)
    if ran.batches[-1].runs[0].value is not True:
        raise SandboxError("The sandbox does not work: not even the canary that tries nothing could be run.")
    held = {name: sandbox.layers[name] for name in (levels.OWN_PROCESSES, levels.OWN_FILES)}
    for name, batch in zip(TRIED, ran.batches[:-1], strict=True):
        run = batch.runs[0]
        held[name] = run.ended is not Ended.RETURNED or run.value is not True
    return Enforced(
        sandbox.isolation,
        tuple(name for name, holds in held.items() if holds),
        tuple(name for name, holds in held.items() if not holds),
    )


def open_sandbox(profile: str, asked: Isolation | None) -> tuple[Sandbox, Enforced]:
    """Return a running sandbox and what holds in it: at the level asked for, else at the strongest that holds.

    Raises SandboxError where that level, or `landlock` at least, cannot be had; the message says what is missing.
    """
    reasons = []
    for level in levels.to_try() if asked is None else (asked,):
        try:
            sandbox = Sandbox(profile, level)
        except SandboxLostError:  # it may be had the next time: no reason to take less
            raise
        except SandboxError as error:
            reasons.append(f"{level}: {error}")
            continue
        with contextlib.ExitStack() as stack:
            stack.push(sandbox)
            found = probe(sandbox)
            lacking = [name for name in REQUIRED[level] if name in found.missing]
            if not lacking:
                stack.pop_all()
                return sandbox, found
            reasons.append(f"{level}: not enforced here: {', '.join(lacking)}")
    raise SandboxError(_refusal(reasons, asked))


def _refusal(reasons: Sequence[str], asked: Isolation | None) -> str:
    wanted = f"Isolation {asked}" if asked else "Isolation landlock or full"
    advice = {
        None: "Use Linux 5.13 or later, or accept the risk by name with --isolation limits.",
        Isolation.FULL: "Install bubblewrap (package `bubblewrap`) and allow user namespaces, or use --isolation landlock.",
        Isolation.LANDLOCK: "Use Linux 5.13 or later with Landlock, or accept the risk by name with --isolation limits.",
        Isolation.LIMITS: "Grade on Linux.",
    }[asked]
    return f"{wanted} cannot be had on this machine ({'; '.join(reasons)}). {advice}"
