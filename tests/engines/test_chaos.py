"""A class is graded to the same results, whatever is killed meanwhile. The long form: `python bench/chaos.py --times 20`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_class_whose_processes_are_killed() -> None:
    """Workers, fork servers and the coordinator die at random: all is as if nobody had disturbed, byte for byte."""
    options = ["--times", "1", "--students", "90", "--deaths", "3", "--isolation", "landlock"]
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "chaos.py"), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "coordinator 3" in done.stdout
    assert done.stdout.endswith("1 of 1 rounds were equal to the undisturbed run.\n")
