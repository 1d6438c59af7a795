"""The fuzzer of the parsers works: a few inputs of each kind, and a failure is told and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import fuzz
import pytest
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_the_parsers_survive_a_few_inputs(target: str) -> None:
    """`bench/fuzz.py` tries many more."""
    tally = fuzz.Tally()
    fuzz.chunk(target, 1, tally, count=60)
    assert tally.inputs >= 60


def test_a_failure_is_made_smaller_told_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once for each place, and the count goes on."""

    def fails(data: bytes) -> None:
        assert len(data) < 3

    monkeypatch.setattr(fuzz, "TARGETS", {"notebooks": (st.binary(), fails)})
    monkeypatch.setattr(fuzz, "CHUNK", 20)
    tallies = fuzz.run(["notebooks"], 0.01, 1, tmp_path / "kept")
    said = capsys.readouterr().out
    assert tallies["notebooks"].failures >= 1
    assert said.count("FAILED notebooks") == 1
    assert "failures, slowest" in said
    (kept,) = (tmp_path / "kept").iterdir()
    assert kept.read_bytes() == bytes(3)


def test_the_same_number_gives_the_same_inputs() -> None:
    """So a run can be repeated."""
    seen: list[list[bytes]] = []
    for _ in range(2):
        tally = fuzz.Tally()
        fuzz.chunk("frames", 7, tally, count=5)
        seen.append([tally.data])
    assert seen[0] == seen[1]
