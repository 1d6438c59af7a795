"""No message gives an answer away: none that grading any known mistake brings about, under any diagnosis."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from leaks import given_away, searched

from autograder.authoring.loading import load_course
from autograder.grading import Grader
from autograder.sandbox.canaries import open_sandbox

if TYPE_CHECKING:
    from autograder.authoring import Course

ROOT = Path(__file__).parents[2]
SLUGS = tomllib.loads((ROOT / "reference" / "course.toml").read_text(encoding="utf-8"))["assignments"]
SEED = 20_260_214


@pytest.fixture(scope="module")
def course() -> Course:
    """The course of this repository."""
    return load_course(ROOT)


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_no_message_holds_an_answer(course: Course, slug: str) -> None:
    """Over every mistake of the sheet: no right number with three digits, unless the student has returned it."""
    sheet = course.sheet(slug)
    with open_sandbox(sheet.assignment.profile, None)[0] as sandbox:
        said, found = searched(Grader(sheet, sandbox, SEED))
    assert said > 100
    assert found == []


@pytest.mark.parametrize(
    ("text", "away"),
    [
        ("It should be 1.2346.", ["1.2346"]),
        ("It should be -1.23456.", ["1.23456"]),
        ("It should be 1.23.", ["1.23"]),
        ("It should be 1.234567890.", ["1.234567890"]),
        ("That is 123.4 percent.", ["123.4"]),
        ("It should be 4.56e-5, not 7.89.", ["4.56e-5"]),
        ("It should be 0.0000456.", ["0.0000456"]),
        ("About 1.2; 3 of 30 entries, x1234 and a[100].", []),
        ("It should be 1.25.", []),
        ("You return 7.65.", []),
        ("ValueError in line 123.", []),
        ("That is wrong; 123 of 4567 entries are wrong.", []),
        ("That is wrong; 1.2346 of 30 entries are wrong.", ["1.2346"]),
    ],
)
def test_a_number_that_is_given_away_is_seen(text: str, away: list[str]) -> None:
    """Rounded or cut, as percent, with an exponent; not what the student has returned."""
    assert given_away(text, {-1.23456789, 4.5612e-5, 7.654, 0.0}, {7.6541}) == away
