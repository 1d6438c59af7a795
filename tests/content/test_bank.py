"""Solutions that were written from the sheets alone: honest ones get all points, wrong ones lose their exercise's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import bank
import pytest

from autograder.authoring.loading import load_course
from autograder.engines.workplace import Workplace
from autograder.model import Verdict
from autograder.sandbox.host import BatchRun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.authoring import Course
    from autograder.grading.key import ExerciseKey

ROOT = Path(__file__).parents[2]
WRITTEN = {
    "partials": ["2.1", "2.2", "2.3", "2.4", "2.5", "2.6"],
    "ops": [f"o.{number}" for number in range(1, 16)],
    "descent": [f"7.{number}" for number in range(1, 9)],
    "vanishing": [f"9.{number}" for number in range(1, 9)],
    "limits": ["1.1", "1.2", "1.3", "1.4", "1.5"],
    "jacobians": ["3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7"],
    "autograd": ["4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7"],
    "losses": ["5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "5.7"],
    "backprop": ["6.1", "6.2", "6.3", "6.4", "6.5"],
    "stochastic": [f"8.{number}" for number in range(1, 9)],
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


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_honest_solutions_get_all_points(course: Course, workplace: Workplace, slug: str) -> None:
    """In whatever style, precision and algebra they are written."""
    sheet = course.sheet(slug)
    lost = {
        (submission.student, result.name): result.mismatch
        for submission in bank.honest(slug)
        for result in workplace.grade(submission).exercises
        if result.name in bank.attempted(sheet, submission) and result.verdict is not Verdict.PASSED
    }
    assert lost == {}


@pytest.mark.slow
@pytest.mark.parametrize("workplace", [20_261_121], indirect=True)  # bench/verdicts.py tries many draws
@pytest.mark.parametrize("slug", SLUGS)
def test_wrong_functions_lose_their_exercise(course: Course, workplace: Workplace, slug: str) -> None:
    """Each of them, however rarely it shows."""
    sheet = course.sheet(slug)
    grader, wrong = workplace.grader(slug), list(bank.wrong(slug))

    def passed(key: ExerciseKey) -> list[tuple[str, str]]:
        found = []
        mine = [one for one in wrong if one.function in key.exercise.functions]
        submissions = [bank.with_wrong(sheet, one) for one in mine]
        for one, submission, runs in zip(mine, submissions, grader.authored(submissions, key), strict=True):
            more = partial(grader.asked, submission)
            if grader.exercise(key, BatchRun(tuple(runs)), ask=more).verdict is Verdict.PASSED:
                found.append((one.name, one.what))
        return found

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(passed, grader.keys)) == [[] for _ in grader.keys]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_bank_is_large(course: Course, slug: str) -> None:
    """Five solutions of every exercise, and four wrong versions of every function."""
    sheet = course.sheet(slug)
    exercises = [each for each in sheet.assignment.exercises if each.id in WRITTEN[slug]]
    attempted = [bank.attempted(sheet, submission) for submission in bank.honest(slug)]
    assert min(sum(each.name in names for names in attempted) for each in exercises) >= 5
    counted = [one.function for one in bank.wrong(slug)]
    asked = {function for each in exercises for function in each.functions}
    assert min(counted.count(name) for name in asked) >= 4
    assert set(counted) == asked
