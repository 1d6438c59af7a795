"""The gate: what students are given is up to date, and what it is graded with is right."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLUGS = tomllib.loads((ROOT / "reference" / "course.toml").read_text(encoding="utf-8"))["assignments"]
HALVES = (SLUGS[::2], SLUGS[1::2])
SEED = 20_261_121


@pytest.fixture(scope="module")
def gates() -> list[subprocess.Popen[str]]:
    """The command on both halves of the course, side by side; each also looks at what students are given."""
    command = [sys.executable, "-m", "autograder", "validate", "--seed", str(SEED), "--course", str(ROOT)]
    return [
        subprocess.Popen(
            [*command, *half], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for half in HALVES
    ]


@pytest.mark.slow
@pytest.mark.parametrize("half", [0, 1], ids=[" ".join(half) for half in HALVES])
def test_every_sheet_passes_the_gate(half: int, gates: list[subprocess.Popen[str]]) -> None:
    """Reference, oracles, variants, mistakes, certificates and release, on the inputs of one seed."""
    said, _ = gates[half].communicate(timeout=600)
    assert gates[half].returncode == 0, said[-4000:]
    assert "Nothing falls short." in said


def test_the_course_is_read_without_torch() -> None:
    """Which takes seconds, in every command: a sheet imports it where it asks it something."""
    code = "import sys; from autograder.authoring import load_course as load; load(__import__('pathlib').Path('.'))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; sys.exit('torch' in sys.modules)"], cwd=ROOT, check=False
    )
    assert done.returncode == 0
