"""One run at a time in a folder of results."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.store import Store, StoreError, alone
from autograder.store.lock import LOCK

HOLDS = """\
import sys, time
from pathlib import Path
from autograder.store import alone
with alone(Path(sys.argv[1])):
    print("in", flush=True)
    time.sleep(100)
"""


def test_one_run_keeps_another_out(tmp_path: Path) -> None:
    """The second is told what to do; when the first has ended, nothing is in its way."""
    folder = tmp_path / "new" / "results"
    with (
        alone(folder),
        pytest.raises(StoreError, match=r"results is in use by another run: wait until .* with --out\.$"),
        alone(folder),
    ):
        pass
    with alone(folder), alone(tmp_path / "elsewhere"):
        assert (folder / LOCK).read_bytes() == b""


def test_a_killed_run_keeps_nobody_out(tmp_path: Path) -> None:
    """The lock goes with its process, however that ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "in\n"
        with pytest.raises(StoreError, match="in use by another run"), alone(tmp_path):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
    with alone(tmp_path):
        pass


def test_reading_needs_no_lock(tmp_path: Path) -> None:
    """A replay looks into the results of a run that is going on."""
    with alone(tmp_path), Store.open(tmp_path) as store:
        assert list(store.reports()) == []


def test_a_place_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are none, two runs could not be told apart: it is refused with the reason."""
    (tmp_path / LOCK).mkdir()
    with (
        pytest.raises(StoreError, match=r"cannot be locked \(is a directory\): give a folder"),
        alone(tmp_path),
    ):
        pass

    def refusing(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refusing)
    with (
        pytest.raises(StoreError, match=r"cannot be locked \(no locks available\)"),
        alone(tmp_path / "other"),
    ):
        pass


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A file in its place is named."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another folder"), alone(tmp_path / "file" / "results"):
        pass
