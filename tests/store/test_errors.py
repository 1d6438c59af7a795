"""What keeps the results from being used, in a sentence."""

from __future__ import annotations

import pytest

from autograder.store import errors


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("attempt to write a readonly database", "the right to write it"),
        ("database disk image is malformed", "grade again"),
        ("database or disk is full", "make room"),
        ("disk I/O error", "make room"),
        ("locking protocol", "a folder of this machine"),
        ("Could not decode to UTF-8 column 'report'", "grade again"),
        ("could not translate\nhost name", "(could not translate host name)"),
    ],
)
def test_every_failure_has_a_remedy(message: str, expected: str) -> None:
    """What the database reports becomes what to do about it."""
    assert expected in errors.remedy(message)
