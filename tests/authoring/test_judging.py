"""Checks of steps: which trajectories are gradient descent, and which records of it are believed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.authoring.judging import asked, close, first_wrong_step, gradients_at
from autograder.authoring.live import live
from autograder.model import Mismatch, Query
from autograder.sandbox.wire import Callback, Opaque

Array = np.ndarray[Any, Any]
BOWL = {"A": np.array([[1.5, 0.3], [0.3, 0.7]]), "b": np.array([0.2, -0.4])}
GRAD = live(Callback("quadratic", "grad", BOWL))
START = np.array([0.9, -1.1])


def walk(
    start: Array, lr: float, steps: int, *, sign: float = -1.0, dtype: Any = np.float64
) -> tuple[Array, list[Query]]:
    """Return the rows of a loop, and what it asked."""
    queries: list[Query] = []
    grad = live(Callback("quadratic", "grad", BOWL), queries)
    rows = [start.astype(dtype)]
    for _ in range(steps):
        rows.append((rows[-1] + dtype(sign * lr) * grad(rows[-1])).astype(dtype))
    return np.array(rows), queries


# ------------------------------------------------------------------------------------- close


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (0.3, True),
        (0.3 * (1 + 3 * 2.0**-53), True),
        (0.3 * (1 + 6 * 2.0**-53), False),
        (np.float32(0.3), True),
        (float(np.float32(0.3)), True),
        (np.float32(0.3 * (1 + 8 * 2.0**-24)), False),
        (-0.3, False),
        (np.nan, False),
        (np.array([0.3]), False),
    ],
)
def test_close_is_the_tier_of_the_value(got: Any, expected: bool) -> None:
    """4 u E, with the u of the precision that the value was computed in; no broadcasting."""
    assert close(got, np.longdouble(0.3), 0.3) is expected


def test_close_with_one_bound_for_all_entries_or_one_each() -> None:
    """A large entry's bound does not serve a small one unless it is said to."""
    want, got = np.array([1e6, 1.0]), np.array([1e6, 1.0 + 1e-11])
    assert not close(got, want, want)
    assert close(got, want, 1e6)


# ------------------------------------------------------------------------------------- first_wrong_step


@settings(deadline=None)
@given(
    st.lists(st.floats(-2, 2), min_size=2, max_size=2),
    st.floats(0.01, 0.5),
    st.integers(0, 6),
    st.sampled_from([-1.0, 1.0]),
    st.sampled_from([np.float64, np.float32]),
)
def test_every_honest_walk_is_right(
    start: list[float], lr: float, steps: int, sign: float, dtype: Any
) -> None:
    """From anywhere, up or down, in both precisions: each step is checked from the student's own iterate."""
    first, rate = np.array(start, np.float32), float(np.float32(lr))
    rows, queries = walk(first, rate, steps, sign=sign, dtype=dtype)
    assert first_wrong_step(rows, asked(queries, "grad"), rate, sign=sign, grad=GRAD) is None


@given(st.integers(1, 5), st.integers(0, 1), st.sampled_from([1e-13, -1e-3, 1.0]))
def test_the_first_wrong_step_is_found(place: int, entry: int, shift: float) -> None:
    """In the row where it happens, although all later rows are off as well."""
    rows, queries = walk(START, 0.1, 5)
    rows[place:, entry] += shift
    found = first_wrong_step(rows, queries, 0.1, grad=GRAD)
    assert found is not None
    assert (found.kind, found.path) in {("step", f"[{place}]"), ("queries", f"[{place}]")}
    assert found.path == f"[{place}]"


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@settings(deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=2), st.floats(0.4, 0.6), st.integers(0, 30))
def test_the_start_minus_all_steps_is_right(dtype: Any, start: list[float], lr: float, steps: int) -> None:
    """Each row is computed from the first one: near the minimum its rounding errors are those of the long way there."""
    first, queries = np.array(start, dtype), list[Query]()
    grad = live(Callback("quadratic", "grad", BOWL), queries)
    rows, total = [first], np.zeros(2, dtype)
    for _ in range(steps):
        total = (total + grad(rows[-1])).astype(dtype)
        rows.append((first - dtype(lr) * total).astype(dtype))
    assert (
        first_wrong_step(np.array(rows), queries, lr if dtype == np.float64 else float(dtype(lr)), grad=GRAD)
        is None
    )


def test_uphill_is_not_downhill() -> None:
    """The sign belongs to the step."""
    rows, queries = walk(START, 0.1, 3, sign=1.0)
    assert first_wrong_step(rows, queries, 0.1) == Mismatch(
        "step", "Row 1 is not the result of one step from row 0.", "[1]"
    )


def test_each_step_can_have_its_own_size() -> None:
    """A schedule of step sizes, one for each step."""
    rows, queries = walk(START, 0.2, 1)
    more, others = walk(rows[1], 0.1, 1)
    both = np.vstack([rows, more[1:]])
    assert first_wrong_step(both, queries + others, [0.2, 0.1], grad=GRAD) is None
    assert first_wrong_step(both, queries + others, [0.2, 0.2], grad=GRAD) is not None


@pytest.mark.parametrize(
    ("kept", "words"), [(0, "grad was never called for 3 steps."), (1, "grad was called once for 3 steps.")]
)
def test_too_few_questions(kept: int, words: str) -> None:
    """A gradient that was never asked for cannot have been used."""
    rows, queries = walk(START, 0.1, 3)
    assert first_wrong_step(rows, queries[:kept], 0.1, grad=GRAD) == Mismatch("queries", words)


def test_a_question_elsewhere_is_named() -> None:
    """All steps from the gradient at the start: enough questions, at the wrong place."""
    rows, queries = walk(START, 0.1, 3)
    found = first_wrong_step(rows, [queries[0]] * 3, 0.1, grad=GRAD)
    assert found == Mismatch(
        "queries", "In step 2 the gradient was not asked at row 1 of your history.", "[1]"
    )


def test_more_questions_than_steps_are_no_fault() -> None:
    """Who asks twice, or looks around, may."""
    rows, queries = walk(START, 0.1, 3)
    around = [query for query in queries for _ in range(2)]
    around.insert(1, Query("grad", (np.zeros(2),), GRAD(np.zeros(2))))
    assert first_wrong_step(rows, around, 0.1, grad=GRAD) is None


def test_at_a_minimum_one_answer_serves_all_steps() -> None:
    """A point that does not move needs no second question."""
    bottom = np.zeros((3, 2))
    once = [Query("grad", (np.zeros(2),), np.zeros(2))] * 2
    assert first_wrong_step(bottom, once, 0.1, grad=lambda x: x) is None


@pytest.mark.parametrize(
    "forged", [np.zeros(2), np.array([1.0, np.nan]), np.zeros(3), np.zeros(()), np.full(2, np.inf)]
)
def test_a_forged_answer_is_not_believed(forged: Array) -> None:
    """With the function at hand, the record must hold what it answers; in any case an array of the iterate's shape."""
    rows, queries = walk(START, 0.1, 1)
    rows[1] = np.resize(rows[0] - 0.1 * np.resize(forged, 2), 2)
    record = [Query("grad", queries[0].args, forged)]
    assert first_wrong_step(rows, record, 0.1, grad=GRAD) == Mismatch(
        "queries", "What was recorded in step 1 is not the gradient at row 0.", "[0]"
    )
    assert first_wrong_step(rows[:1], record, 0.1, grad=GRAD) is None


def test_without_the_function_a_record_of_another_shape_is_refused() -> None:
    """It must not be stretched to the iterate."""
    rows = np.array([[1.0, 2.0], [0.0, 1.0]])
    record = [Query("grad", (rows[0],), np.array(1.0))]
    assert first_wrong_step(rows, record, 1.0) == Mismatch(
        "queries", "What was recorded in step 1 is not the gradient at row 0.", "[0]"
    )


def test_a_gradient_that_overflows_vouches_for_nothing() -> None:
    """Within an infinite tolerance everything would be right."""
    rows = np.array([[1.0], [0.0]])
    record = [Query("grad", (rows[0],), np.array([1.0]))]
    assert first_wrong_step(rows, record, 1.0, grad=lambda x: x * np.inf) is not None


def test_a_step_is_right_within_rounding_alone() -> None:
    """A few units in the last place are honest, a billionth is not."""
    rows = np.array([[4.0], [2.0]])
    record = [Query("grad", (rows[0],), np.array([4.0]))]
    for off, right in ((0.0, True), (2.0**-51, True), (1e-9, False)):
        rows[1] = 2.0 + off
        assert (first_wrong_step(rows, record, 0.5) is None) is right


# ------------------------------------------------------------------------------------- gradients_at


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_gradients_along_a_walk_are_found(dtype: Any) -> None:
    """One for each row but the last, where the student's code has asked for them, whatever else it asked."""
    rows, queries = walk(START, 0.1, 3, dtype=dtype)
    queries.insert(1, Query("grad", (np.zeros(2),), GRAD(np.zeros(2))))
    found = gradients_at(rows, asked(queries, "grad"), GRAD)
    assert isinstance(found, list)
    np.testing.assert_array_equal(found, [GRAD(row) for row in rows[:-1]])


def test_no_step_needs_no_gradient() -> None:
    """A history of the start alone."""
    assert gradients_at(START[None], [], GRAD) == []


def test_the_record_of_an_answer_is_not_believed() -> None:
    """The function is asked again."""
    rows, queries = walk(START, 0.1, 1)
    forged = [Query("grad", queries[0].args, np.zeros(2))]
    found = gradients_at(rows, forged, GRAD)
    assert isinstance(found, list)
    np.testing.assert_array_equal(found, [GRAD(START)])


def test_one_question_serves_a_point_that_does_not_move() -> None:
    """If there are as many questions as steps."""
    bottom, once = np.zeros((3, 2)), [Query("grad", (np.zeros(2),), np.zeros(2))] * 2
    found = gradients_at(bottom, once, lambda x: x)
    assert isinstance(found, list)
    assert len(found) == 2


@pytest.mark.parametrize(
    ("kept", "found"),
    [
        ([], Mismatch("queries", "grad was never called for 3 steps.")),
        ([0], Mismatch("queries", "grad was called once for 3 steps.")),
        (
            [0, 0, 0],
            Mismatch("queries", "In step 2 the gradient was not asked at row 1 of your history.", "[1]"),
        ),
    ],
)
def test_a_gradient_that_was_not_asked_for_is_named(kept: list[int], found: Mismatch) -> None:
    """Too few questions, or enough of them elsewhere."""
    rows, queries = walk(START, 0.1, 3)
    assert gradients_at(rows, [queries[place] for place in kept], GRAD) == found


def test_a_gradient_beyond_all_numbers_is_a_mismatch() -> None:
    """No rounding error is known of it."""
    rows = np.array([[1.0], [0.0]])
    record = [Query("grad", (rows[0],), np.array([1.0]))]
    assert gradients_at(rows, record, lambda x: x * np.inf) == Mismatch(
        "queries", "The gradient at row 0 of your history is not finite.", "[0]"
    )


# ------------------------------------------------------------------------------------- asked


@pytest.mark.parametrize(
    "query",
    [
        Query("f", (START,), 1.0),
        Query("grad", (START, START), START),
        Query("grad", (), START),
        Query("grad", (None,), START),
        Query("grad", (START,), "x"),
        Query("grad", (START,), Opaque("Evil")),
        Query("grad", (START * 1j,), START),
        Query("grad", (START,), START > 0),
        Query("grad", ([[1.0], [1.0, 2.0]],), START),
    ],
)
def test_what_is_no_question_of_numbers_is_dropped(query: Query) -> None:
    """Another function, another number of arguments, other things than real numbers."""
    assert asked([query], "grad") == []


def test_lists_and_numbers_are_questions() -> None:
    """As long as they are real numbers, of either side."""
    (found,) = asked([Query("grad", ([1, 2],), 3.5)], "grad")
    assert (found.args[0].tolist(), found.value.tolist()) == ([1, 2], 3.5)


def test_questions_of_two_arguments_are_asked_for_by_their_number() -> None:
    """A point and row numbers, say: both must be numbers."""
    both = Query("grad_batch", (START, np.array([2, 0])), START)
    odd = Query("grad_batch", (START, None), START)
    (found,) = asked([both, odd, Query("grad_batch", (START,), START)], "grad_batch", arguments=2)
    assert [argument.tolist() for argument in found.args] == [START.tolist(), [2, 0]]
    assert asked([both], "grad_batch") == []
