"""How sums and products act on bounds. The bounds hold for any order of a sum: blocked, pairwise, in a loop, fused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.numerics.rules import exact_factor, exact_zero, precision, unit
from autograder.numerics.running import FUNCTIONS, UFUNCS, Bounded, lift, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Function = Callable[..., Any]


def _multilinear(f: Function, operands: Sequence[Bounded]) -> Bounded:
    """Return f(*operands) of a function that sums up products of one entry of each operand.

    The bound holds for any order of the sum: a term passes at most as many additions as there are other terms.
    Terms that are zero for certain are not counted, nor are products with zero or a power of two.
    """
    value = f(*(operand.value for operand in operands))
    # Large bounds go through BLAS; its own rounding is far below the margin.
    large = sum(operand.size for operand in operands) > 1 << 12
    margin = 1 + 2.0**-30 if large else 1.0
    kind: Any = np.float64 if large else np.longdouble
    sizes = [np.abs(operand.value).astype(kind, copy=False) for operand in operands]
    errors = [operand.error.astype(kind, copy=False) for operand in operands]
    spread: Any = 0
    for i, error in enumerate(errors):
        if np.count_nonzero(error):
            # the operands before this one have moved already: the second order is included
            moved = [size + kind(unit()) * e for size, e in zip(sizes[:i], errors[:i], strict=True)]
            spread = spread + f(*moved, error, *sizes[i + 1 :])
    present = [_counted(operand) for operand in operands]
    free = sum(map(_rounds_nothing, operands)) if len(operands) > 1 else 0
    roundings = np.maximum(f(*present) - 1, 0) + max(len(operands) - 1 - free, 0)
    return sealed(value, (spread + roundings * f(*sizes)) * margin)


def _counted(operand: Bounded) -> Any:
    """Return 1 for each entry, 0 where it is zero for certain."""
    if np.count_nonzero(operand.value) == operand.size:
        return np.ones(operand.shape)
    return (~exact_zero(operand.value, operand.error)).astype(np.float64)


def _rounds_nothing(factor: Bounded) -> bool:
    return not np.count_nonzero(factor.error) and bool(exact_factor(factor.value, factor.error).all())


def _bilinear(f: Function) -> Function:
    def product(a: Any, b: Any, **kwargs: Any) -> Bounded:
        return _multilinear(lambda x, y: f(x, y, **kwargs), [lift(a), lift(b)])

    return product


def _linear(f: Function) -> Function:
    def total(a: Any, *args: Any, **kwargs: Any) -> Bounded:
        return _multilinear(lambda x: f(x, *args, **kwargs), [lift(a)])

    return total


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Bounded:
    return _multilinear(lambda x, y: np.tensordot(x, y, axes), [lift(a), lift(b)])


def _einsum(subscripts: Any, *operands: Any, optimize: Any = False) -> Bounded:  # noqa: ARG001 - any order
    if not isinstance(subscripts, str):
        raise TypeError("numpy.einsum is supported with bounds only in the form einsum('ij,jk->ik', a, b)")
    # copied, because the einsum of one operand may be a view
    return _multilinear(lambda *parts: np.array(np.einsum(subscripts, *parts)), [lift(x) for x in operands])


def _sum(a: Any, axis: Any = None, *, keepdims: bool = False) -> Bounded:
    add: Any = np.add.reduce  # what np.sum calls, without asking what kind of array it is
    return _multilinear(lambda x: add(x, axis=axis, keepdims=keepdims), [lift(a)])


def _mean(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    return _averaged(lift(a), axis, keepdims, 0)


def _averaged(a: Bounded, axis: Any, keepdims: bool, ddof: int) -> Any:
    total = _sum(a, axis, keepdims=keepdims)
    return total / (a.size // max(total.size, 1) - ddof)


def _var(a: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Any:
    deviation = lift(a) - _mean(a, axis, keepdims=True)
    return _averaged(np.square(deviation), axis, keepdims, ddof)


def _std(a: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False) -> Any:
    return np.sqrt(_var(a, axis, ddof=ddof, keepdims=keepdims))


def _average(a: Any, axis: Any = None, weights: Any = None, *, keepdims: bool = False) -> Any:
    if weights is None:
        return _mean(a, axis, keepdims=keepdims)
    whole, factors = lift(a), lift(weights)
    if factors.shape != whole.shape:
        factors = factors.reshape([-1 if i == axis % whole.ndim else 1 for i in range(whole.ndim)])
        factors = FUNCTIONS[np.broadcast_to](factors, whole.shape)
    return _sum(whole * factors, axis, keepdims=keepdims) / _sum(factors, axis, keepdims=keepdims)


def _prod(a: Any, axis: Any = None, *, keepdims: bool = False) -> Bounded:
    whole = lift(a)
    axes = tuple(range(whole.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    rows, errors = (
        np.moveaxis(part, axes, range(len(axes))).reshape((-1, *np.sum(part, axis=axes).shape))
        for part in (whole.value, whole.error)
    )
    value, error = np.ones(rows.shape[1:], np.longdouble), np.zeros(rows.shape[1:], np.longdouble)
    for factor, e in zip(rows, errors, strict=True):
        error = np.abs(value) * e + (np.abs(factor) + unit() * e) * error
        value = value * factor
    error = error + max(len(rows) - 1, 0) * np.abs(value)
    shape = np.sum(whole.value, axis=axes, keepdims=keepdims).shape
    return sealed(np.reshape(value, shape), np.reshape(error, shape))


def _diff(a: Any, n: int = 1, axis: int = -1) -> Any:
    rows = FUNCTIONS[np.moveaxis](lift(a), axis, 0)
    for _ in range(n):
        rows = rows[1:] - rows[:-1]
    return FUNCTIONS[np.moveaxis](rows, 0, axis)


def _norm(x: Any, ord: Any = None, axis: Any = None, *, keepdims: bool = False) -> Any:  # noqa: A002
    a, order = lift(x), float(ord) if isinstance(ord, Bounded) else ord
    matrix = isinstance(axis, tuple) or (axis is None and a.ndim == 2)
    if order is None or order == "fro" or (order == 2 and not matrix):
        return _euclidean(a, axis, keepdims=keepdims)
    if order in {1, np.inf} and a.ndim == 2 and axis is None:
        return np.max(_sum(abs(a), 0 if order == 1 else 1, keepdims=keepdims), keepdims=keepdims)
    if matrix or isinstance(order, str) or order == 0:
        raise TypeError(f"numpy.linalg.norm of this shape with ord={order} is not supported with bounds")
    if np.isinf(order):
        return (np.max if order > 0 else np.min)(abs(a), axis=axis, keepdims=keepdims)
    total = _sum(abs(a) ** order, axis, keepdims=keepdims)
    return total if order == 1 else total ** (lift(1.0) / order)


def _euclidean(a: Bounded, axis: Any, *, keepdims: bool) -> Bounded:
    squares = _sum(np.square(a), axis, keepdims=keepdims)
    value = np.sqrt(squares.value)
    # A norm moves by at most the norm of the step, even at zero, where the square root's slope is infinite.
    spread = np.sqrt(np.sum(np.square(a.error), axis=axis, keepdims=keepdims))
    terms = np.sum(~exact_zero(a.value, a.error), axis=axis, keepdims=keepdims)
    underflow = (value > 0) & (squares.value < precision().smallest / unit())
    lost = underflow | np.isinf(squares.error)  # the squares leave the range, though the norm does not
    return sealed(value, np.where(lost, np.inf, spread + (terms / 2 + 1) * value))


UFUNCS[np.matmul] = _bilinear(np.matmul)
FUNCTIONS.update(
    {
        np.sum: _sum,
        np.mean: _mean,
        np.average: _average,
        np.var: _var,
        np.std: _std,
        np.prod: _prod,
        np.cumsum: _linear(np.cumsum),
        np.trace: _linear(np.trace),
        np.diff: _diff,
        np.dot: _bilinear(np.dot),
        np.vdot: _bilinear(np.vdot),
        np.inner: _bilinear(np.inner),
        np.outer: _bilinear(np.outer),
        np.kron: _bilinear(np.kron),
        np.convolve: lambda a, v, mode="full": _bilinear(np.convolve)(a, v, mode=mode),
        np.tensordot: _tensordot,
        np.einsum: _einsum,
        np.linalg.norm: _norm,
    }
)
