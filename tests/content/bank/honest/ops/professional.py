"""Backward passes of tensor operations."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

Shape = tuple[int, ...]
Axis = int | tuple[int, ...] | None


def _axes(axis: Axis, ndim: int) -> Shape:
    if axis is None:
        return tuple(range(ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    if any(not -ndim <= a < ndim for a in axes):
        raise ValueError(f"axis {axis} is out of bounds for {ndim} dimensions")
    return tuple(a % ndim for a in axes)


def _restore(grad: np.ndarray, shape: Shape, axis: Axis) -> np.ndarray:
    """Put the reduced axes back with size 1."""
    axes = _axes(axis, len(shape))
    return np.reshape(grad, tuple(1 if i in axes else size for i, size in enumerate(shape)))


def unbroadcast(grad: np.ndarray, shape: Shape) -> np.ndarray:
    grad = np.asarray(grad, dtype=np.float64)
    lead = grad.ndim - len(shape)
    stretched = tuple(lead + i for i, size in enumerate(shape) if size == 1 != grad.shape[lead + i])
    return np.array(grad.sum(axis=tuple(range(lead)) + stretched)).reshape(shape)


def add_backward(grad: np.ndarray, a_shape: Shape, b_shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    return unbroadcast(grad, a_shape), unbroadcast(grad, b_shape)


def mul_backward(grad: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)


def div_backward(grad: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scaled = grad / b
    return unbroadcast(scaled, a.shape), unbroadcast(-scaled * (a / b), b.shape)


def matmul_backward(grad: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    left = a[np.newaxis, :] if a.ndim == 1 else a
    right = b[:, np.newaxis] if b.ndim == 1 else b
    if b.ndim == 1:
        grad = np.expand_dims(grad, -1)
    if a.ndim == 1:
        grad = np.expand_dims(grad, -2)
    d_left = unbroadcast(grad @ np.swapaxes(right, -1, -2), left.shape)
    d_right = unbroadcast(np.swapaxes(left, -1, -2) @ grad, right.shape)
    return d_left.reshape(a.shape), d_right.reshape(b.shape)


def sum_backward(grad: np.ndarray, shape: Shape, axis: Axis, keepdims: bool) -> np.ndarray:
    restored = grad if keepdims else _restore(grad, shape, axis)
    return np.broadcast_to(restored, shape).astype(np.float64, copy=True)


def mean_backward(grad: np.ndarray, shape: Shape, axis: Axis, keepdims: bool) -> np.ndarray:
    count = math.prod(shape[a] for a in _axes(axis, len(shape)))
    return sum_backward(grad, shape, axis, keepdims) / count


def max_backward(grad: np.ndarray, x: np.ndarray, axis: int | None) -> np.ndarray:
    winners = x == np.max(x, axis=axis, keepdims=True)
    shares = _restore(grad, x.shape, axis) / np.sum(winners, axis=axis, keepdims=True)
    return np.where(winners, shares, 0.0)


def relu_backward(grad: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.where(x > 0, grad, 0.0)


def exp_backward(grad: np.ndarray, out: np.ndarray) -> np.ndarray:
    return np.asarray(grad * out)


def log_backward(grad: np.ndarray, x: np.ndarray) -> np.ndarray:
    return np.asarray(grad / x)


def pow_backward(grad: np.ndarray, x: np.ndarray, p: float) -> np.ndarray:
    return np.asarray(grad * (p * np.power(x.astype(np.float64), p - 1)))


def sqrt_backward(grad: np.ndarray, out: np.ndarray) -> np.ndarray:
    return np.asarray(0.5 * grad / out)


def cross_entropy(
    logits: np.ndarray, labels: np.ndarray, reduction: Literal["mean", "sum"]
) -> tuple[float, np.ndarray]:
    if reduction not in {"mean", "sum"}:
        raise ValueError(f"unknown reduction {reduction!r}")
    samples = np.arange(logits.shape[0])
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    gradient = np.exp(log_probabilities)
    gradient[samples, labels] -= 1.0
    weight = 1.0 / samples.size if reduction == "mean" else 1.0
    return float(-weight * log_probabilities[samples, labels].sum()), weight * gradient
