"""Solutions that were written from the sheets alone: honest ones get all points, wrong ones lose their exercise's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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
WRITTEN = {
    "partials": ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6"],
    "ops": ["o.1", "o.2", "o.3", "o.4", "o.5", "o.6", "o.9"],
    "descent": ["7.1", "7.2", "7.3", "7.4"],
    "vanishing": ["9.1", "9.3", "9.8"],
    "limits": ["1.1", "1.2", "1.3", "1.4", "1.5"],
    "jacobians": ["3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7"],
    "autograd": ["4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7"],
    "losses": ["5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "5.7"],
}
"""The exercises that the bank has solutions of, by their ids."""
SLUGS = tuple(WRITTEN)


@pytest.fixture(scope="module")
def course() -> Course:
    """The course of this repository."""
    return load_course(ROOT)


@pytest.fixture(scope="module", params=[1, 20_261_121])
def workplace(course: Course, request: pytest.FixtureRequest) -> Iterator[Workplace]:
    """Grades any sheet, on two draws of the inputs."""
    with Workplace(course, request.param, None, SLUGS) as opened:
        yield opened


def written(course: Course, slug: str) -> dict[str, tuple[str, ...]]:
    """Return the functions of each exercise that the bank has solutions of, by its name."""
    exercises = course.sheet(slug).assignment.exercises
    return {each.name: each.functions for each in exercises if each.id in WRITTEN[slug]}


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_honest_solutions_get_all_points(course: Course, workplace: Workplace, slug: str) -> None:
    """In whatever style, precision and algebra they are written."""
    lost = {
        (submission.student, result.name): result.mismatch
        for submission in bank.honest(slug)
        for result in workplace.grade(submission).exercises
        if result.name in written(course, slug) and result.verdict is not Verdict.PASSED
    }
    assert lost == {}


@pytest.mark.slow
@pytest.mark.parametrize("workplace", [20_261_121], indirect=True)  # bench/verdicts.py tries many draws
@pytest.mark.parametrize("slug", SLUGS)
def test_wrong_functions_lose_their_exercise(course: Course, workplace: Workplace, slug: str) -> None:
    """Each of them, however rarely it shows."""
    sheet = course.sheet(slug)
    of = {name: exercise.name for exercise in sheet.assignment.exercises for name in exercise.functions}
    wrong = list(bank.wrong(slug))
    with ThreadPoolExecutor(4) as pool:
        reports = pool.map(workplace.grade, [bank.with_wrong(sheet, one) for one in wrong])
    passed = [
        (one.name, one.what)
        for one, report in zip(wrong, reports, strict=True)
        for result in report.exercises
        if result.name == of[one.function] and result.verdict is Verdict.PASSED
    ]
    assert passed == []


@pytest.mark.parametrize("slug", SLUGS)
def test_the_bank_is_large(course: Course, slug: str) -> None:
    """A dozen complete solutions of a sheet and eight wrong versions of every function, or five and six."""
    solutions, mistakes = (12, 8) if slug in {"partials", "ops", "descent", "vanishing"} else (5, 6)
    assert len(list(bank.honest(slug))) >= solutions
    counted = [one.function for one in bank.wrong(slug)]
    asked = [function for functions in written(course, slug).values() for function in functions]
    assert min(counted.count(name) for name in asked) >= mistakes
    assert set(counted) == set(asked)
