"""Real runs of the command at each level: by whoever runs the tests, by an ordinary user, and without user namespaces.

As root, the ordinary user is one that exists only by its number. Where it could not reach the interpreter (a home that is
closed to others), the interpreter and the packages are mounted elsewhere for it, in a mount namespace of their own.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import autograder
from autograder.model import Isolation
from autograder.sandbox.canaries import REQUIRED, open_sandbox
from autograder.sandbox.children import SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

USER = "12345"
ROOT = Path(autograder.__file__).resolve().parents[1]
AUDIT = ("-m", "autograder", "audit")
WITHOUT_NAMESPACES = ("bwrap", "--unshare-user", "--disable-userns", "--dev-bind", "/", "/")
"""A box that takes nothing away but the right to make user namespaces, as most containers do."""

pytestmark = pytest.mark.slow


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command that finds this package, and its dependencies where they are now."""
    packages = os.pathsep.join((str(ROOT), sysconfig.get_path("purelib")))
    return subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": packages, "PYTHONWARNINGS": "error"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def as_ordinary_user(place: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run Python as an ordinary user, which takes root some mounts. Skips where these are not allowed."""
    python = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    if os.geteuid() != 0:
        return run([sys.executable, *arguments])
    place.chmod(0o755)
    seen = {
        sys.base_prefix: "python",
        sysconfig.get_path("purelib"): "packages",
        str(ROOT / "autograder"): "ours/autograder",
    }
    steps = [f"mount -t tmpfs -o mode=755 tmpfs {place}"]
    for there, here in seen.items():
        steps.append(f"mkdir -p {place / here} && mount --bind {shlex.quote(there)} {place / here}")
    # The system's own interpreter has its library beside other programs: what is found there is found here, too.
    inside = place / "python" / python.relative_to(sys.base_prefix)
    path = f"PYTHONPATH={place / 'ours'}:{place / 'packages'}"
    # No folder of root's is searched for the library.
    started = f"cd / && exec env {path} setpriv --reuid {USER} --regid {USER} --clear-groups {inside}"
    script = " && ".join([*steps, f"{started} {shlex.join(arguments)}"])
    possible = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0
    if not possible:
        pytest.skip("root may not mount here, so that no other user can be given an interpreter")
    return run(["unshare", "-m", "sh", "-c", script])


def given(level: Isolation) -> None:
    """Skip where this machine does not give the level."""
    try:
        sandbox, _ = open_sandbox("numpy", level)
    except SandboxError as error:
        pytest.skip(str(error))
    sandbox.close()


def found(done: subprocess.CompletedProcess[str], level: Isolation) -> dict[str, str]:
    """Return what became of each attack in a run that has found what the level claims."""
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"Isolation: {level}"
    enforced = set(lines[1].removeprefix("  enforced").strip().split(", "))
    assert enforced >= set(REQUIRED[level])
    assert lines[-1].endswith(" 0 SUCCEEDED.")
    states = {}
    for line in lines:
        for state in ("held", "not held"):
            if line.startswith(f"  {state:<15} "):
                states[line[18:].split()[0]] = state
    return states


EXPECTED = {
    Isolation.FULL: set[str](),
    Isolation.LANDLOCK: {"file_names"},
    Isolation.LIMITS: {
        "file_names",
        "solve_by_reference",
        "solve_by_other_student",
        "open_course",
        "system_files",
    },
}
"""Of the attacks that read: those that are not held."""


@pytest.fixture
def place() -> Iterator[Path]:
    """Return a folder that everybody can reach: pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="audit-of-levels-") as folder:
        yield Path(folder)


@pytest.mark.parametrize("account", ["as it is", "ordinary user"])
@pytest.mark.parametrize("level", Isolation)
def test_a_level_holds_what_it_claims(level: Isolation, account: str, place: Path) -> None:
    """And no more: what is left open is listed."""
    given(level)
    arguments = [*AUDIT, "--isolation", level, "--only", "reading"]
    ordinary = account == "ordinary user"
    done = as_ordinary_user(place, arguments) if ordinary else run([sys.executable, *arguments])
    states = found(done, level)
    assert len(states) >= 15
    open_ = {name for name, state in states.items() if state == "not held"}
    assert open_ >= EXPECTED[level]
    assert level is Isolation.LIMITS or open_ == EXPECTED[level]


def test_landlock_needs_no_user_namespaces() -> None:
    """Where they are forbidden, full is refused with the remedy, landlock holds, and it is what is taken unasked."""
    given(Isolation.LANDLOCK)
    try:
        allowed = run([*WITHOUT_NAMESPACES, "true"]).returncode == 0
    except OSError:
        pytest.skip("bubblewrap is not installed, with which such a machine is imitated")
    if not allowed:
        pytest.skip("this machine allows no user namespace in which they could be forbidden")
    inside = [*WITHOUT_NAMESPACES, sys.executable, *AUDIT, "--only", "reading/open_course"]
    refused = run([*inside, "--isolation", "full"])
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("Isolation full cannot be had on this machine (full: ")
    assert refused.stderr.endswith("allow user namespaces, or use --isolation landlock.\n")
    for asked in ([], ["--isolation", "landlock"]):
        assert found(run([*inside, *asked]), Isolation.LANDLOCK) == {"open_course": "held"}
