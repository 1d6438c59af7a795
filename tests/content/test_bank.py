"""Solutions that were written from the sheets alone: honest ones get all points, wrong ones lose their exercise's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import bank
import pytest

from autograder.authoring.loading import load_course
from autograder.engines.workplace import Workplace
from autograder.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.authoring import Course

ROOT = Path(__file__).parents[2]
SLUGS = ("partials", "ops", "descent", "vanishing")


@pytest.fixture(scope="module")
def course() -> Course:
    """The course of this repository."""
    return load_course(ROOT)


@pytest.fixture(scope="module", params=[1, 20_261_121])
def workplace(course: Course, request: pytest.FixtureRequest) -> Iterator[Workplace]:
    """Grades any sheet, on two draws of the inputs."""
    with Workplace(course, request.param, None, SLUGS) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_honest_solutions_get_all_points(workplace: Workplace, slug: str) -> None:
    """In whatever style, precision and algebra they are written."""
    lost = {
        (submission.student, result.name): result.mismatch
        for submission in bank.honest(slug)
        for result in workplace.grade(submission).exercises
        if result.verdict is not Verdict.PASSED
    }
    assert lost == {}


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_wrong_functions_lose_their_exercise(course: Course, workplace: Workplace, slug: str) -> None:
    """Each of them, however rarely it shows."""
    sheet = course.sheet(slug)
    of = {name: exercise.name for exercise in sheet.assignment.exercises for name in exercise.functions}
    passed = [
        (one.name, one.what)
        for one in bank.wrong(slug)
        for result in workplace.grade(bank.with_wrong(sheet, one)).exercises
        if result.name == of[one.function] and result.verdict is Verdict.PASSED
    ]
    assert passed == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_bank_is_large(course: Course, slug: str) -> None:
    """A dozen complete solutions of every sheet, and eight wrong versions of every function."""
    assert len(list(bank.honest(slug))) >= 12
    counted = [one.function for one in bank.wrong(slug)]
    assert min(counted.count(name) for name in course.sheet(slug).assignment.functions) >= 8
