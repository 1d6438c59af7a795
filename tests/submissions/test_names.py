"""What a file's name tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submissions.names import copy_number, natural, remains, slugs_in

SLUGS = ("partials", "ops", "descent", "gradient-descent")


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("ops", ["ops"]),
        ("OPS", ["ops"]),
        ("ops (1)", ["ops"]),
        ("02-ops", ["ops"]),
        ("ada_ops", ["ops"]),
        ("ops2", ["ops"]),
        ("stops", []),
        ("opsy", []),
        ("Gradient Descent", ["gradient-descent"]),
        ("ada_gradient_descent", ["gradient-descent"]),
        ("descent", ["descent"]),
        ("ops_partials", ["partials", "ops"]),
        ("opsé", []),
    ],
)
def test_assignments_in_a_name(stem: str, expected: list[str]) -> None:
    """An assignment is named as a word, whatever its case and separators."""
    assert slugs_in(stem, SLUGS) == expected


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("ops", ""),
        ("02-ops", ""),
        ("ops_v2", ""),
        ("OPS (3)", ""),
        ("ops-final", ""),
        ("Copy of ops", ""),
        ("ada_ops", "ada"),
        ("ops-ada", "ada"),
        ("ada-ops (1)", "ada"),
        ("ada_02-ops", "ada"),
        ("lovelace_ada_ops_final", "lovelace_ada"),
        ("lovelaceada_12345_678910_ops-1", "lovelaceada_12345_678910"),
        ("12345_ops", "12345"),
        ("Ada Lovelace - ops", "Ada Lovelace"),
        ("ada", "ada"),
        ("ada (1)", "ada"),
        ("solution", ""),
        ("Zoë_ops", "Zoë"),
    ],
)
def test_the_student_in_a_name(stem: str, expected: str) -> None:
    """The student is what is left without assignment, copy mark and decoration."""
    assert remains(stem, SLUGS) == expected


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("ops", ("ops", 0)),
        ("ops (1)", ("ops", 1)),
        ("ops(12)", ("ops", 12)),
        ("ops-Copy1", ("ops", 1)),
        ("ops - Copy", ("ops", 1)),
        ("ops copy 2", ("ops", 2)),
        ("Copy of ops", ("ops", 1)),
        ("ops_2", ("ops_2", 0)),
    ],
)
def test_copies(stem: str, expected: tuple[str, int]) -> None:
    """The marks that browsers, Jupyter and desktops give to copies; a plain number may be a part instead."""
    assert copy_number(stem) == expected


def test_natural_order() -> None:
    """Numbers are ordered as numbers."""
    assert sorted(["ops_10", "ops_2", "Ops_1", "ops"], key=natural) == ["ops", "Ops_1", "ops_2", "ops_10"]


@given(st.text())
def test_any_name_can_be_read(stem: str) -> None:
    """No name raises, whatever is in it."""
    remains(stem, SLUGS)
    natural(stem)
    copy_number(stem)
