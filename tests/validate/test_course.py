"""The gate on a whole course: its sheets and its release."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autograder.authoring import CourseError
from autograder.build import write
from autograder.validate import validate_course, validate_release

if TYPE_CHECKING:
    from tests.validate.conftest import Tiny


def test_a_good_course_has_no_fault(tiny: Tiny) -> None:
    """Built and validated; the seed is in the report."""
    course = tiny.course()
    write(course, tiny.root)
    report = validate_course(course, seed=5)
    assert report.faults == ()
    assert (report.seed, [sheet.slug for sheet in report.sheets]) == (5, ["tiny"])
    assert report.seconds > report.sheets[0].seconds


def test_a_course_that_was_never_built(tiny: Tiny) -> None:
    """Each file that a build would write is named."""
    assert [str(fault) for fault in validate_release(tiny.course())] == [
        f"assignments/{name}: is missing: run `autograder build`."
        for name in ("README.md", "01-tiny/tiny.py", "01-tiny/tiny.ipynb")
    ]


def test_a_stale_stub(tiny: Tiny) -> None:
    """The reference was edited after the build. It is a fault of the release, once, and of no sheet."""
    write(tiny.course(), tiny.root)
    tiny.plant("Return dx of y = x * x", "Return dx of y = x ** 2", "solution.py")
    report = validate_course(tiny.course(), seed=1)
    assert [sheet.faults for sheet in report.sheets] == [()]
    assert [fault.file for fault in report.release] == [
        "assignments/01-tiny/tiny.py",
        "assignments/01-tiny/tiny.ipynb",
    ]
    assert str(report.faults[0]) == (
        "assignments/01-tiny/tiny.py: is not what the reference gives: "
        "run `autograder build`, and edit in reference/ only."
    )
    assert validate_course(tiny.course(), seed=1, release=False).faults == ()


def test_a_leak(tiny: Tiny) -> None:
    """A line of a solution in whatever file of the release."""
    tiny.plant("return 2 * grad * x", "return (grad + grad) * x", "solution.py")
    write(tiny.course(), tiny.root)
    (tiny.root / "assignments" / "notes.txt").write_text("return (grad + grad) * x\n", encoding="utf-8")
    (fault,) = validate_release(tiny.course())
    assert fault.file == "assignments/notes.txt"
    assert fault.wrong.startswith("holds a line of reference/tiny/solution.py: 'return (grad + grad) * x'")


def test_a_release_that_cannot_be_built(tiny: Tiny) -> None:
    """The reason is a fault, not an exception."""
    tiny.plant("# ## t.2 The way", "# The way", "solution.py")
    (fault,) = validate_release(tiny.course())
    assert fault.file == "assignments"
    assert "no heading carries t.2" in str(fault)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("zero = = 1", "is not TOML: Invalid value (at line 1, column 8)"),
        ('"zero:all" = "{expected}"', "'zero:all' may have only {numbers} in braces"),
    ],
)
def test_messages_that_cannot_be_used(tiny: Tiny, text: str, wrong: str) -> None:
    """They are the course's, and told once; everything else is looked at with ours."""
    (tiny.root / "reference" / "messages.toml").write_text(text, encoding="utf-8")
    course = tiny.course()
    two = replace(course, sheets=course.sheets * 2)
    report = validate_course(two, seed=5, release=False)
    assert [str(fault) for fault in report.faults] == [f"reference/messages.toml: {wrong}."]
    assert all(exercise.matrix.total for sheet in report.sheets for exercise in sheet.exercises)


def test_only_the_sheets_that_are_asked_for(tiny: Tiny) -> None:
    """The others are not even started."""
    course = tiny.course()
    other = replace(course.sheet("tiny"), solution="raise SystemExit")
    both = replace(
        course, sheets=(*course.sheets, replace(other, assignment=replace(other.assignment, slug="other")))
    )
    report = validate_course(both, seed=1, slugs=["tiny"], release=False)
    assert [sheet.slug for sheet in report.sheets] == ["tiny"]


def test_a_sheet_that_is_not_there(tiny: Tiny) -> None:
    """The message names those that are."""
    with pytest.raises(CourseError, match=r"no assignment 'tinny'.*There are: tiny"):
        validate_course(tiny.course(), seed=1, slugs=["tinny"])
