"""Processes that go over seeds: the same is found as in a thread, and one that is lost is nobody's fault."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from autograder.sandbox.children import SandboxError
from autograder.validate.processes import Sweeper, result
from autograder.validate.sweep import Part

if TYPE_CHECKING:
    from tests.validate.conftest import Tiny


def parts(tiny: Tiny) -> list[Part]:
    """Two parts of one exercise."""
    sheet = tiny.course().sheet("tiny")
    cases = frozenset({"up_steep", "up_flat", "down_steep", "down_flat"})
    mistakes = (("always-up", ("down_steep", "down_flat")), ("always-down", ("up_steep", "up_flat")))
    texts = (sheet.solution, sheet.checks)
    made = (sheet.folder, "tiny", sheet.number, texts, "way", cases, mistakes)
    return [Part(*made, seeds, tiny.sandbox.isolation) for seeds in (range(2, 12), range(12, 22))]


def test_a_thread_for_one_job(tiny: Tiny) -> None:
    """It begins no process of this program."""
    with Sweeper(1) as sweeper:
        waiting = sweeper.begin(parts(tiny))
        assert multiprocessing.active_children() == []
        assert [result(part) for part in waiting] == [[], []]


@pytest.mark.slow
def test_processes_find_what_a_thread_finds(tiny: Tiny) -> None:
    """The same faults at the same seeds; they end with the sweeper."""
    tiny.plant('"up" if abs(x) == x else', '"up" if abs(x) == x and x < 1.5 else')
    found = []
    for jobs in (1, 2):
        with Sweeper(jobs) as sweeper:
            found.append([result(part) for part in sweeper.begin(parts(tiny))])
    assert multiprocessing.active_children() == []
    assert found[0] == found[1]
    assert {one.fault.subject for part in found[0] for one in part} == {"variant way_by_size"}


@pytest.mark.slow
def test_a_lost_process(tiny: Tiny) -> None:
    """Nothing is said of the course; the remedy is told."""
    tiny.plant(
        "    return (float(rng.uniform(1, 2)),)",
        "    import multiprocessing, os\n"
        "    if multiprocessing.parent_process():\n        os._exit(1)\n"
        "    return (1.5,)",
    )
    with Sweeper(2) as sweeper:
        waiting = sweeper.begin(parts(tiny))
        with pytest.raises(SandboxError, match="was killed"):
            result(waiting[0])


@pytest.mark.slow
def test_an_interrupted_process_ends_at_once(tiny: Tiny) -> None:
    """As all of them are when a user presses Ctrl-C: nobody waits for the seeds, and nothing is printed."""
    marker = tiny.root / "begun"
    tiny.plant(
        "    return (float(rng.uniform(1, 2)),)",
        "    import multiprocessing, pathlib, time\n"
        "    if multiprocessing.parent_process():\n"
        f"        pathlib.Path({str(marker)!r}).touch()\n        time.sleep(60)\n"
        "    return (1.5,)",
    )
    with Sweeper(2) as sweeper:
        waiting = sweeper.begin(parts(tiny))
        while not marker.exists():
            time.sleep(0.05)
        started = time.monotonic()
        for process in multiprocessing.active_children():
            assert process.pid is not None
            os.kill(process.pid, signal.SIGINT)
        with pytest.raises(SandboxError):
            result(waiting[0])
    assert time.monotonic() - started < 30
