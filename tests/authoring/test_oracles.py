"""Gradients by three roads, for authors: shapes as the inputs have them, in float64, and alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.authoring.oracles import (
    NotAnalyticError,
    complex_step,
    mp_array,
    mp_each,
    mp_floats,
    mp_grad,
    mp_vjp,
    torch_grad,
    torch_vjp,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Road = Callable[..., Any]

roads = pytest.mark.parametrize("road", [torch_vjp, complex_step, mp_vjp])


@roads
def test_one_input_gives_one_array(road: Road) -> None:
    """And not a tuple of one."""
    found = road(lambda x: x**2, np.array([1.0, 10.0]), np.array([3.0, 4.0]))
    assert found.tolist() == [6.0, 80.0]
    assert found.dtype == np.float64


@roads
def test_several_inputs_give_a_tuple(road: Road) -> None:
    """In their order, each of the shape of its input; numbers count as arrays of shape ()."""
    da, db = road(lambda a, b: a * b, np.array([1.0, 10.0]), np.array([3.0, 4.0]), 2.0)
    assert da.tolist() == [2.0, 20.0]
    assert (db.shape, float(db)) == ((), 43.0)


@roads
def test_an_unused_input_has_gradient_zero(road: Road) -> None:
    """Torch says None there."""
    _, unused = road(lambda a, _b: a, np.ones(2), np.ones(2), np.ones((3, 1)))
    assert unused.tolist() == [[0.0], [0.0], [0.0]]


@roads
def test_the_upstream_gradient_takes_the_shape_of_the_output(road: Road) -> None:
    """As long as it has as many entries."""
    assert road(lambda x: x.sum(), np.array([2.0]), np.ones(3)).tolist() == [2.0, 2.0, 2.0]
    with pytest.raises((RuntimeError, ValueError), match=r"shape"):
        road(lambda x: x, np.ones(2), np.ones(3))


@roads
def test_the_inputs_stay(road: Road) -> None:
    """Every step is taken from a copy."""
    x = np.array([1.0, 2.0])
    road(lambda t: t * t, np.ones(2), x)
    assert x.tolist() == [1.0, 2.0]


def test_whole_numbers_and_float32_are_computed_in_float64() -> None:
    """An oracle in low precision would be none."""
    third = np.float32(1 / 3)
    assert torch_grad(lambda x: x**3, np.array([third])).tolist() == [3 * float(third) ** 2]
    assert torch_grad(lambda x: x**2, np.array([3])).tolist() == [6.0]
    assert mp_grad(lambda x: x[0] ** 2, np.array([3])).tolist() == [6.0]


ENTRIES = st.lists(st.floats(-3, 3), min_size=1, max_size=4)


@settings(deadline=None)  # torch takes its time the first time
@given(ENTRIES)
def test_the_gradient_of_one_number_is_the_vjp_with_1(entries: list[float]) -> None:
    """The derivative of the sine is the cosine."""
    x = np.array(entries)
    np.testing.assert_allclose(torch_grad(lambda t: t.sin().sum(), x), np.cos(x), rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(complex_step(lambda t: np.sin(t).sum(), 1.0, x), np.cos(x), rtol=1e-14)
    with mpmath.workdps(60):
        exact = mp_floats(mp_each(mpmath.cos)(mp_array(x)))
    assert mp_grad(lambda t: mp_each(mpmath.sin)(t).sum(), x).tolist() == exact.tolist()


@settings(deadline=None, max_examples=30)
@given(ENTRIES, st.floats(-3, 3))
def test_the_roads_agree(entries: list[float], weight: float) -> None:
    """To a few roundings, on a formula with every kind of step; the complex step goes through indices and products."""
    x, A = np.array(entries), np.linspace(-1, 1, len(entries) ** 2).reshape(len(entries), -1)

    def forward(x: Any, exp: Road) -> Any:
        y = exp(A @ x / 8) * weight + x[0] ** 2
        return y.sum() / (2 + x @ x)

    by_torch = torch_grad(
        lambda t: (torch.exp(torch.tensor(A) @ t / 8) * weight + t[0] ** 2).sum() / (2 + t @ t), x
    )
    by_step = complex_step(lambda t: forward(t, np.exp), 1.0, x)
    by_digits = mp_grad(lambda t: forward(t, mp_each(mpmath.exp)), x)
    np.testing.assert_allclose(by_torch, by_digits, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(by_step, by_digits, rtol=1e-13, atol=1e-13)


def test_a_complex_step_has_no_truncation_error() -> None:
    """Where a difference quotient of doubles loses half of its digits."""
    found = complex_step(
        lambda t: np.exp(t) / np.sqrt(np.sin(t) ** 3 + np.cos(t) ** 3), np.ones(1), np.array([1.5])
    )
    assert abs(found[0] / 4.053427893898621 - 1) < 1e-15  # Squire and Trapp's own example


@pytest.mark.parametrize(
    "forward",
    [
        abs,
        lambda x: np.abs(x[0]),
        lambda x: np.fabs(x) if x.dtype.kind == "f" else np.absolute(x),
        lambda x: np.maximum(x, 0),
        lambda x: x.max(),
        np.max,
        lambda x: max(x[0], x[1]),
        lambda x: np.where(x > 0, x, 0),
        lambda x: x * (x > 0),
        lambda x: np.sign(x) * x,
        np.linalg.norm,
        lambda x: x.conj() * x,
        lambda x: np.vdot(x, x),
        lambda x: x.real,
        np.real,
        lambda x: x.imag * 0 + x,
        lambda x: x.std(),
        np.sort,
        lambda x: x[np.argmax(x)],
        lambda x: x[x.argmax()],
        lambda x: x.astype(float),
        lambda x: float(x[0]),
        lambda x: np.einsum("i,i->i", x, x) * (np.einsum("i,i->", x, x) > 0),
    ],
)
def test_a_complex_step_refuses_what_is_not_analytic(forward: Road) -> None:
    """In silence it would be wrong, and might be as wrong as the reference."""
    with pytest.raises(NotAnalyticError, match=r"analytic|imaginary"):
        complex_step(forward, 1.0, np.array([1.5, -2.0]))


@pytest.mark.parametrize(
    ("forward", "gradient"),
    [
        (lambda x: (x - x.mean()).sum() + np.einsum("i,i->", x, x), [2.0, 6.0]),
        (lambda x: np.dot(x, x) + np.vstack([x, x]).reshape(4)[1:3].prod(), [5.0, 7.0]),
        (lambda x: sum(entry * entry for entry in x), [2.0, 6.0]),
        (lambda x: np.mean(x, keepdims=True) + np.broadcast_to(x, (1, 2)).T.sum(), [1.5, 1.5]),
    ],
)
def test_a_complex_step_goes_through_what_is(forward: Road, gradient: list[float]) -> None:
    """Moves of entries, products and sums keep it a complex step."""
    np.testing.assert_allclose(complex_step(forward, 1.0, np.array([1.0, 3.0])), gradient, rtol=1e-15)


def test_many_digits_bear_kinks_elsewhere() -> None:
    """Absolute values and extremes are ordinary formulas there, away from their corners."""
    assert mp_grad(lambda x: max(abs(x)), np.array([1.0, -3.0])).tolist() == [0.0, -1.0]


def test_numbers_of_many_digits_are_exact_and_rounded_once() -> None:
    """Any shape, whole numbers too; the sum of a large and a small number is not lost."""
    with mpmath.workdps(60):
        exact = mp_array([[1e16, 1.0], [-1e16, 2.0]])
        assert mp_floats(exact.sum(axis=0)).tolist() == [0.0, 3.0]
        assert mp_floats(exact.sum()).shape == ()
        assert mp_array(np.arange(3)).tolist() == [0, 1, 2]
        third = mp_array(1.0)[()] / 3
        assert float(mp_floats(third)) == 1 / 3
        # just above the middle between 1 and the next float: cutting off would give 1
        assert float(mp_floats(1 + mpmath.mpf(2) ** -53 + mpmath.mpf(2) ** -80)) == 1 + 2**-52


def test_precision_is_given_back() -> None:
    """Whatever an author computes in stays as it was."""
    before = mpmath.mp.dps
    mp_grad(lambda x: x[0], np.ones(1))
    assert mpmath.mp.dps == before
