"""Runs inside the sandbox, and outside. The public problems: losses and gradients that cases hand to students.

A callable never crosses the wire. A case names a problem and gives its arrays; both sides build it here.
Everything in this file is public: it holds what a student may know, written in plain numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Parts = dict[str, Callable[..., Any]]

Array = np.ndarray[Any, Any]


def quadratic(A: Array, b: Array, c: float = 0.0) -> Parts:
    """Return f(x) = ½ xᵀAx - bᵀx + c and its gradient Ax - b. A: (d, d) symmetric, b: (d,), x: (d,)."""
    return {
        "f": lambda x: 0.5 * (x @ (A @ x)) - b @ x + c,
        "grad": lambda x: A @ x - b,
    }


def polynomial(coefficients: Array) -> Parts:
    """Return the sum over i of the polynomials with rows `coefficients` (d, k), lowest power first, of x_i."""

    def f(x: Array) -> Any:
        powers = x[:, None] ** np.arange(coefficients.shape[1])
        return (coefficients * powers).sum()

    def grad(x: Array) -> Any:
        k = np.arange(1, coefficients.shape[1])
        return (coefficients[:, 1:] * k * x[:, None] ** (k - 1)).sum(axis=1)

    return {"f": f, "grad": grad}


def waves(W: Array, b: Array) -> Parts:
    """Return f(x) = the sum of sin(Wx + b) and its gradient Wᵀcos(Wx + b): smooth, coupled, no polynomial.

    W: (k, d), b: (k,), x: (d,).
    """
    return {
        "f": lambda x: np.sin(W @ x + b).sum(),
        "grad": lambda x: W.T @ np.cos(W @ x + b),
    }


def oscillation(a: float, b: float, c: float) -> Parts:
    """Return f(x) = a sin(bx + c) of one number x, and its derivative "df", ab cos(bx + c)."""
    return {
        "f": lambda x: a * np.sin(b * x + c),
        "df": lambda x: a * b * np.cos(b * x + c),
    }


def quadratic_map(Q: Array, A: Array, c: Array) -> Parts:
    """Return f(x) with the s entries xᵀQ_k x + A_k x + c_k, and its "jacobian" (s, n), whose row k is the gradient of f_k.

    Q: (s, n, n), no Q_k has to be symmetric. A: (s, n), c: (s,), x: (n,).
    """
    return {
        "f": lambda x: (Q @ x) @ x + A @ x + c,
        "jacobian": lambda x: Q @ x + np.swapaxes(Q, 1, 2) @ x + A,
    }


def growth_map(W: Array, b: Array) -> Parts:
    """Return f(x) = exp(Wx + b), entry by entry, and its "jacobian" (s, n): row k is exp((Wx + b)_k) times row k of W.

    W: (s, n), b: (s,), x: (n,).
    """
    return {
        "f": lambda x: np.exp(W @ x + b),
        "jacobian": lambda x: np.exp(W @ x + b)[:, None] * W,
    }


def chirp(coefficients: Array, a: float = 0.0, b: float = 1.0) -> Parts:
    """Return f(x) = a x sin(b x²) + a polynomial in x, and its derivative df: of one number, or of each in an array.

    coefficients: (k,), k > 1, lowest power first. a = 0 leaves the polynomial alone.
    """

    def value(c: Any, x: Any) -> Any:
        total = c[-1] + 0 * x
        for coefficient in c[-2::-1]:
            total = total * x + coefficient
        return total

    def f(x: Any) -> Any:
        return a * x * np.sin(b * x**2) + value(coefficients, x)

    def df(x: Any) -> Any:
        wave = a * np.sin(b * x**2) + 2 * a * b * x**2 * np.cos(b * x**2)
        slopes = coefficients[1:] * np.arange(1, len(coefficients))
        return wave + value(slopes, x)

    return {"f": f, "df": df}


def curve(coefficients: Array, speeds: Array) -> Parts:
    """Return a curve in n dimensions: `point` (n,) at the time t has the coordinates sin(speeds_i t) + a polynomial in t.

    coefficients: (n, k), a row for each coordinate, lowest power first. speeds: (n,), 0 for the polynomial alone.
    t: a number.
    """
    return {
        "point": lambda t: (
            np.sin(speeds * t) + (coefficients * t ** np.arange(coefficients.shape[1])).sum(axis=1)
        )
    }


def power_series(coefficients: Array) -> Parts:
    """Return the polynomial of one number x with these coefficients, lowest power first, and its derivative "df".

    coefficients: (k,). x: a number of any kind: nothing but sums and products is done with it.
    """

    def horner(factors: Array, x: Any) -> Any:
        value: Any = 0.0
        for factor in factors[::-1].tolist():
            value = value * x + factor
        return value

    slopes = coefficients[1:] * np.arange(1, len(coefficients))
    return {"f": lambda x: horner(coefficients, x), "df": lambda x: horner(slopes, x)}


def hinges(W: Array, b: Array, c: Array, offset: float = 0.0) -> Parts:
    """Return f(x) = offset + c · max(Wx + b, 0) and its gradient Wᵀ(c ⊙ [Wx + b > 0]): a layer of relus, with kinks.

    W: (k, d), b, c: (k,), x: (d,).
    """
    return {
        "f": lambda x: offset + c @ np.maximum(W @ x + b, 0.0),
        "grad": lambda x: W.T @ (c * (W @ x + b > 0)),
    }


def activation(name: str) -> Parts:
    """Return an activation function and its slope, entry by entry: 'tanh', 'sigmoid', 'relu' (slope 0 at 0) or 'linear'."""

    def sigmoid(z: Array) -> Any:
        return 1.0 / (1.0 + np.exp(-z))

    known: dict[str, Parts] = {
        "tanh": {"act": np.tanh, "dact": lambda z: 1.0 - np.tanh(z) ** 2},
        "sigmoid": {"act": sigmoid, "dact": lambda z: sigmoid(z) * (1.0 - sigmoid(z))},
        "relu": {"act": lambda z: np.maximum(z, 0.0), "dact": lambda z: np.where(z > 0, 1.0, 0.0)},
        "linear": {"act": lambda z: 1.0 * z, "dact": lambda z: np.ones(np.shape(z))},
    }
    return known[name]


def samples(X: Array, y: Array) -> Parts:
    """Return grad_batch(w, idx) of the losses (x_i · w - y_i)²: the sum of the gradients of the samples idx at w.

    X: (n, d), y: (n,), w: (d,), idx: row numbers (k,), or one of them.
    """

    def grad_batch(w: Array, idx: Array) -> Any:
        rows = np.atleast_1d(idx)
        return 2 * (X[rows] @ w - y[rows]) @ X[rows]

    return {"grad_batch": grad_batch}


PROBLEMS: dict[str, Callable[..., Parts]] = {
    "quadratic": quadratic,
    "polynomial": polynomial,
    "waves": waves,
    "oscillation": oscillation,
    "quadratic_map": quadratic_map,
    "growth_map": growth_map,
    "chirp": chirp,
    "curve": curve,
    "power_series": power_series,
    "hinges": hinges,
    "activation": activation,
    "samples": samples,
}


def build(problem: str, params: dict[str, Any]) -> Parts:
    """Return the named functions of a problem. Raises ValueError where there is no such problem."""
    if problem not in PROBLEMS:
        raise ValueError(f"there is no problem named {problem!r}; there are {', '.join(sorted(PROBLEMS))}")
    return PROBLEMS[problem](**params)
