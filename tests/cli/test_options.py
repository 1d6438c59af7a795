"""What several commands have in common."""

from __future__ import annotations

import os

import pytest

from autograder.cli.options import at_once


def test_what_was_asked_for_counts() -> None:
    """Also where it is less than there are cores."""
    assert at_once(1) == 1


@pytest.mark.parametrize(("cores", "together"), [(1, 2), (8, 16), (None, 2)])
def test_a_program_that_hangs_keeps_no_core_from_the_others(
    cores: int | None, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two run for each core, and where nobody knows how many there are, for one."""
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert at_once(None) == together
