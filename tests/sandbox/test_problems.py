"""The public problems: what they hand out beside a function is its derivative."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.sandbox import problems

STEP = 1e-30
MAPS: dict[str, dict[str, Any]] = {
    "quadratic_map": {
        "Q": np.arange(12.0).reshape(3, 2, 2),
        "A": np.arange(6.0).reshape(3, 2) - 2,
        "c": np.array([1.0, -1.0, 2.0]),
    },
    "growth_map": {"W": np.array([[0.5, -1.0], [0.25, 0.75], [-0.5, 1.0]]), "b": np.array([0.1, 0.2, -0.3])},
}
CURVES: dict[str, dict[str, Any]] = {
    "power_series": {"coefficients": np.array([1.0, -2.0, 0.5, 3.0])},
    "chirp": {"coefficients": np.array([1.0, -2.0, 0.5, 3.0]), "a": 0.5, "b": 1.25},
    "oscillation": {"a": 2.0, "b": -0.75, "c": 0.3},
}


@pytest.mark.parametrize("name", MAPS)
def test_row_k_of_a_maps_jacobian_is_the_gradient_of_output_k(name: str) -> None:
    """Rows are outputs, columns are inputs."""
    parts, x = problems.build(name, MAPS[name]), np.array([0.75, -1.5])

    measured = [parts["f"](x + 1j * STEP * axis).imag / STEP for axis in np.eye(2)]

    np.testing.assert_allclose(parts["jacobian"](x), np.transpose(measured), rtol=1e-14)


@pytest.mark.parametrize("name", CURVES)
def test_the_slope_of_a_curve_is_the_derivative_of_its_value(name: str) -> None:
    """By a complex step, which subtracts nothing."""
    parts = problems.build(name, CURVES[name])

    measured = parts["f"](0.75 + 1j * STEP).imag / STEP

    assert parts["df"](0.75) == pytest.approx(measured, rel=1e-14)


def test_a_polynomial_begins_with_its_constant() -> None:
    """Lowest power first."""
    assert problems.build("power_series", CURVES["power_series"])["f"](2.0) == 1 - 4 + 2 + 24


def test_the_points_of_a_curve() -> None:
    """A wave and a polynomial in each coordinate."""
    params = {"coefficients": np.array([[1.0, 2.0], [0.0, 3.0]]), "speeds": np.array([0.0, 0.5])}
    np.testing.assert_allclose(problems.build("curve", params)["point"](2.0), [5.0, 6.0 + np.sin(1.0)])


def test_the_gradient_of_a_layer_of_hinges() -> None:
    """Away from its kinks it is that of the units that are on."""
    params = {"W": np.array([[1.0, 2.0], [-1.0, 0.5]]), "b": np.array([0.5, 0.25]), "c": np.array([2.0, 3.0])}
    parts, x, h = problems.build("hinges", params | {"offset": 7.0}), np.array([0.5, 0.25]), 2.0**-10

    measured = [(parts["f"](x + h * axis) - parts["f"](x - h * axis)) / (2 * h) for axis in np.eye(2)]

    np.testing.assert_array_equal(parts["grad"](x), measured)
    assert parts["f"](np.array([-9.0, -9.0])) == 7.0 + 3.0 * (9 - 4.5 + 0.25)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu", "linear"])
def test_the_slope_of_an_activation(name: str) -> None:
    """By a difference quotient on both sides of zero."""
    parts, z, h = problems.build("activation", {"name": name}), np.array([-1.5, -0.5, 0.25, 2.0]), 1e-6

    measured = (parts["act"](z + h) - parts["act"](z - h)) / (2 * h)

    np.testing.assert_allclose(parts["dact"](z), measured, rtol=1e-8, atol=1e-9)


def test_the_gradient_of_a_batch_is_a_sum_over_its_samples() -> None:
    """Of the squared errors; one row number is a batch of one."""
    X, y, w = (
        np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.0]]),
        np.array([1.0, 0.0, 2.0]),
        np.array([0.5, -0.25]),
    )
    grad_batch = problems.build("samples", {"X": X, "y": y})["grad_batch"]

    single = [2 * (x @ w - label) * x for x, label in zip(X, y, strict=True)]

    np.testing.assert_array_equal(grad_batch(w, np.array([2, 0])), single[2] + single[0])
    np.testing.assert_array_equal(grad_batch(w, 1), single[1])
