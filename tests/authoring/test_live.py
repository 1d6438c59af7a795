"""What author code is called with: functions for callbacks, generators for seeds, and a record of the questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from autograder.authoring.live import live
from autograder.sandbox.wire import Callback, Rng

if TYPE_CHECKING:
    from autograder.model import Query

BOWL = {"A": np.diag([1.0, 2.0]), "b": np.array([1.0, 1.0]), "c": 3.0}


def test_a_callback_becomes_its_part_of_the_problem() -> None:
    """The same function that a student receives."""
    f, grad = live((Callback("quadratic", "f", BOWL), Callback("quadratic", "grad", BOWL)))
    x = np.array([2.0, 1.0])
    assert f(x) == 3.0
    assert grad(x).tolist() == [1.0, 1.0]


def test_a_seed_becomes_a_fresh_generator() -> None:
    """Each time from the start: what one reader draws is not missing for the next."""
    expected = np.random.default_rng(5).normal(size=3).tolist()
    assert live(Rng(5)).normal(size=3).tolist() == expected
    assert live(Rng(5)).normal(size=3).tolist() == expected


def test_containers_are_kept_and_all_else_is_passed_on() -> None:
    """Lists, tuples and dicts, however deep; an array is the very same one."""
    array = np.zeros(2)
    found = live({"a": [(Rng(1), array)], "b": "relu"})
    assert isinstance(found["a"][0][0], np.random.Generator)
    assert found["a"][0][1] is array
    assert found["b"] == "relu"


def test_an_unknown_problem_is_the_authors_error() -> None:
    """There is no such function to pass on."""
    with pytest.raises(ValueError, match="there is no problem named 'hill'"):
        live(Callback("hill", "f"))


def test_questions_are_recorded_as_they_were_asked() -> None:
    """Changing the point or the answer afterwards changes no record."""
    queries: list[Query] = []
    f, grad = live([Callback("quadratic", "f", BOWL), Callback("quadratic", "grad", BOWL)], queries)
    x = np.array([2.0, 1.0])
    answer = grad(x)
    x[0] = answer[0] = 99.0
    f(x)
    assert [(query.part, _lists(query.args), _lists(query.value)) for query in queries] == [
        ("grad", ([2.0, 1.0],), [1.0, 1.0]),
        ("f", ([99.0, 1.0],), 4804.5),
    ]


def _lists(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_lists, value))
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value
