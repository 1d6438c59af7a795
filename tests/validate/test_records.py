"""Faults as sentences, the kill matrix as a table, and the margin of a kill."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring import Case
from autograder.grading.question import Question
from autograder.model import Ended, Mismatch, Run
from autograder.numerics.truth import U32, Truth
from autograder.sandbox.wire import Leaf
from autograder.validate import CourseReport, Fault, KillMatrix, SheetReport
from autograder.validate.kills import MARGIN, kills

FAULT = Fault("reference/ops/checks.py", 41, "matmul", "mistake x", "fails no case", "Add one.")


def test_a_fault_says_where_what_and_how_to_go_on() -> None:
    """The sentence that an author reads."""
    assert str(FAULT) == "reference/ops/checks.py:41: matmul: mistake x fails no case. Add one."


def test_what_a_fault_does_not_have_leaves_no_trace() -> None:
    """No line, no exercise, no subject, no remedy."""
    assert str(Fault("assignments/x.py", 0, "", "", "is missing", "")) == "assignments/x.py: is missing."
    assert str(Fault("a.py", 3, "", "the stub", "is late", "")) == "a.py:3: the stub is late."
    assert (
        str(Fault("a.py", 3, "way", "", "there is no hint", "Add one."))
        == "a.py:3: way: there is no hint. Add one."
    )


def test_a_course_has_the_faults_of_its_sheets_and_of_its_release() -> None:
    """In this order; what is told of two sheets, since it is the course's, only once."""
    late = Fault("assignments/x.py", 0, "", "", "is missing", "")
    sheets = (SheetReport("a", (), (), 0.0), SheetReport("b", (), (FAULT,), 0.0))
    assert CourseReport(1, sheets, (late,), 0.0).faults == (FAULT, late)
    assert CourseReport(1, sheets[1:] * 2, (late,), 0.0).faults == (FAULT, late)
    assert CourseReport(1, sheets[:1], (), 0.0).faults == ()


MATRICES = st.integers(0, 5).flatmap(
    lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width).map(tuple), max_size=5)
)


@given(MATRICES)
def test_kills_are_counted_alike_by_rows_and_by_columns(rows: list[tuple[bool, ...]]) -> None:
    """Who kills whom is one table, whichever way it is read."""
    width = len(rows[0]) if rows else 0
    mistakes = tuple(f"m{number}" for number in range(len(rows)))
    matrix = KillMatrix(mistakes, tuple(f"c{number}" for number in range(width)), tuple(rows))
    by_mistake = {(mistake, case) for mistake in mistakes for case in matrix.killers(mistake)}
    by_case = {(mistake, case) for case in matrix.cases for mistake in matrix.victims(case)}
    assert by_mistake == by_case
    assert matrix.total == len(by_case)
    assert matrix.fewest == min((len(matrix.killers(mistake)) for mistake in mistakes), default=0)


def _question(answer: Any, *, exact: bool = False, judged: bool = False) -> Question:
    case = Case("c", "points", "f", lambda _rng: (), exact, "A case.")
    return Question(case, (), answer, (), (lambda _run: None) if judged else None, lambda: ())


def _answer(error: float) -> Truth:
    return Truth(np.ones(3, np.longdouble), np.full(3, error, np.longdouble), "float")


def _off_by(distance: float) -> Run:
    values = np.array([1.0, 1.0, 1.0 + distance])
    return Run(Ended.RETURNED, Leaf(values, "ndarray"))


WRONG = Mismatch("value", "It is not right.")


@given(st.floats(1.0, 1e3), st.floats(0.01, 100.0).filter(lambda factor: abs(factor - 1) > 1e-6))
def test_a_kill_is_off_by_a_hundred_units(error: float, factor: float) -> None:
    """100 u32 E in one entry, and nothing less."""
    assert MARGIN == 100
    run = _off_by(factor * 100 * U32 * error)
    assert kills(_question(_answer(error)), run, WRONG) == (factor > 1)


def test_one_part_of_an_answer_is_enough() -> None:
    """In tuples and dicts the right parts say nothing."""
    far, near = _off_by(1.0).value, _off_by(0.0).value
    question = _question((_answer(1.0), {"a": _answer(1.0)}))
    assert kills(question, Run(Ended.RETURNED, (near, {"a": far})), WRONG)
    assert kills(question, Run(Ended.RETURNED, [far, {"a": near}]), WRONG)
    assert not kills(question, Run(Ended.RETURNED, (near, {"a": near})), WRONG)


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("up", "down"),
        (True, False),
        (True, Leaf(np.array(False), "scalar")),
        (Truth(np.array(3), np.zeros(()), "int"), Leaf(np.array(4), "scalar")),
        (Truth(np.array([True]), np.zeros(1), "bool"), Leaf(np.array([False]), "ndarray")),
    ],
)
def test_labels_and_counts_need_no_margin(answer: Any, value: Any) -> None:
    """They are right or wrong."""
    assert kills(_question(answer), Run(Ended.RETURNED, value), WRONG)


def test_where_something_else_decides_there_is_no_margin() -> None:
    """A judge, a shape or an exception. On dyadic inputs the bound decides as everywhere."""
    run = _off_by(1e-12)
    assert not kills(_question(_answer(1.0)), run, WRONG)
    assert not kills(_question(_answer(1.0), exact=True), run, WRONG)
    assert kills(_question(_answer(1.0), judged=True), run, WRONG)
    assert kills(_question(_answer(1.0)), Run(Ended.RAISED), Mismatch("raised ValueError", "It raised."))
