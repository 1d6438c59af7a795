"""The gate: what students are given is up to date, and what it is graded with is right."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.authoring.loading import load_course
from autograder.build import leaks, stale
from autograder.validate import validate_course

if TYPE_CHECKING:
    from autograder.authoring import Course

ROOT = Path(__file__).parents[2]
SLUGS = tomllib.loads((ROOT / "reference" / "course.toml").read_text(encoding="utf-8"))["assignments"]


@pytest.fixture(scope="module")
def course() -> Course:
    """The course of this repository."""
    return load_course(ROOT)


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_a_sheet_passes_the_gate(slug: str, course: Course) -> None:
    """Reference, oracles, variants, mistakes and certificates, on the inputs of one seed."""
    report = validate_course(course, seed=20_261_121, slugs=[slug], release=False, jobs=4)
    assert [str(fault) for fault in report.faults] == []


def test_what_students_are_given_is_up_to_date_and_holds_no_answer(course: Course) -> None:
    """As `autograder build --check` says."""
    assert stale(course, ROOT) == []
    assert leaks(course, ROOT) == []
