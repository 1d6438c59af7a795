"""Gradients by torch, for authors: shapes as the inputs have them, in float64."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.authoring.oracles import torch_grad, torch_vjp


def test_one_input_gives_one_array() -> None:
    """And not a tuple of one."""
    found = torch_vjp(lambda x: x**2, np.array([1.0, 10.0]), np.array([3.0, 4.0]))
    assert found.tolist() == [6.0, 80.0]
    assert found.dtype == np.float64


def test_several_inputs_give_a_tuple() -> None:
    """In their order, each of the shape of its input; numbers count as arrays of shape ()."""
    da, db = torch_vjp(lambda a, b: a * b, np.array([1.0, 10.0]), np.array([3.0, 4.0]), 2.0)
    assert da.tolist() == [2.0, 20.0]
    assert (db.shape, float(db)) == ((), 43.0)


def test_an_unused_input_has_gradient_zero() -> None:
    """Torch says None there."""
    _, unused = torch_vjp(lambda a, _b: a, np.ones(2), np.ones(2), np.ones((3, 1)))
    assert unused.tolist() == [[0.0], [0.0], [0.0]]


def test_the_upstream_gradient_takes_the_shape_of_the_output() -> None:
    """As long as it has as many entries."""
    assert torch_vjp(lambda x: x.sum(), np.array([2.0]), np.ones(3)).tolist() == [2.0, 2.0, 2.0]
    with pytest.raises(RuntimeError, match="shape"):
        torch_vjp(lambda x: x, np.ones(2), np.ones(3))


def test_whole_numbers_and_float32_are_computed_in_float64() -> None:
    """An oracle in low precision would be none."""
    third = np.float32(1 / 3)
    assert torch_grad(lambda x: x**3, np.array([third])).tolist() == [3 * float(third) ** 2]
    assert torch_grad(lambda x: x**2, np.array([3])).tolist() == [6.0]


@settings(deadline=None)  # torch takes its time the first time
@given(st.lists(st.floats(-3, 3), min_size=1, max_size=4))
def test_the_gradient_of_one_number_is_the_vjp_with_1(entries: list[float]) -> None:
    """The derivative of the sine is the cosine."""
    x = np.array(entries)
    found = torch_grad(lambda t: t.sin().sum(), x)
    np.testing.assert_allclose(found, np.cos(x), rtol=1e-14, atol=1e-15)
