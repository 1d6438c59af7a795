"""The derivatives that public problems hand out are those of the functions beside them."""

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
