"""The page about a course: every exercise with what it practises, checks and tells apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.authoring.loading import load_course
from autograder.build import planned, stale, write
from autograder.build.overview import overview

if TYPE_CHECKING:
    from pathlib import Path

    from autograder.authoring import Course

LECTURES = """
remarks = ["Lines come first."]

[[lecture]]
title = "Euler, lecture 1"
[lecture.concepts]
"slope of a line" = ["l.1"]
"taste" = "there is no right answer"

[[lecture]]
title = "Gauß"
[lecture.concepts]
"steps" = ["l.10", "l.1"]
"squares" = ["c.1"]
"""


@pytest.fixture
def taught(root: Path) -> Course:
    """The course with lectures, and with more said of one exercise."""
    file = root / "reference" / "course.toml"
    file.write_text(file.read_text(encoding="utf-8") + LECTURES, encoding="utf-8")
    checks = root / "reference" / "lines" / "checks.py"
    text = checks.read_text(encoding="utf-8").replace(
        'id="l.1",', 'id="l.1", minutes=75, lecture="Euler, lecture 1",'
    )
    checks.write_text(text, encoding="utf-8")
    return load_course(root)


def test_an_exercise_is_described_from_what_its_author_wrote(taught: Course) -> None:
    """Points, time, lecture, concepts of all lectures, criteria with their cases, mistakes."""
    text = overview(taught)
    start = text.index("### l.1 slope")
    assert text[start : text.index("### l.10")].split("\n") == [
        "### l.1 slope",
        "",
        "`slope`: 1 point, 1 h 15 min.",
        "",
        "- Lecture: Euler, lecture 1.",
        "- Concepts: slope of a line; steps.",
        "- Checks value: 1 point, 1 case.",
        "- Mistakes that are told apart (1): slope-upside-down.",
        "",
        "",
    ]


def test_every_concept_has_a_row(taught: Course) -> None:
    """With the exercises that practise it, or the reason why none does."""
    text = overview(taught)
    assert (
        "## Lecture: Euler, lecture 1\n\n| concept | practised in |\n|---|---|\n| slope of a line | l.1 |\n"
        in text
    )
    assert "| taste | not graded: there is no right answer |" in text
    assert "| steps | l.10, l.1 |" in text


def test_the_assignments_are_added_up(taught: Course) -> None:
    """One row each, and one for all of them; a title leads to its section."""
    text = overview(taught)
    assert "| 1 | [Lines and slopes](#lines-and-slopes) | 2 | 3.5 points | 1 h 15 min |" in text
    assert "| | in all | 3 | 7.5 points | 1 h 15 min |" in text
    assert text.endswith("## Decisions\n\n- Lines come first.\n")


def test_a_build_owns_the_page_of_a_course_with_lectures(taught: Course, root: Path) -> None:
    """It is written, and found stale."""
    assert "docs/course.md" in write(taught, root).written
    (root / "docs" / "course.md").write_text("mine", encoding="utf-8")
    assert stale(taught, root) == [
        "docs/course.md is not what the reference gives: run `autograder build`, and edit in reference/ only."
    ]


def test_without_lectures_the_page_is_nobodys(course: Course) -> None:
    """Another course may have a page of that name."""
    assert "docs/course.md" not in planned(course)
