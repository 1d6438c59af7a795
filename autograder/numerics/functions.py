"""How numpy's other functions act on bounds: extremes and orders, moves of entries, and an array's methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.numerics.rules import exact_zero, in_precision, seal, unit, watched
from autograder.numerics.running import (
    FUNCTIONS,
    METHODS,
    UFUNC_METHODS,
    Bounded,
    call,
    check_float,
    lift,
    make,
    sealed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Function = Callable[..., Any]

# ------------------------------------------------------------------------------------- extremes and orders


def _extreme(f: Function) -> Function:
    def extreme(a: Any, axis: Any = None, *, keepdims: bool = False) -> Bounded:
        whole = lift(a)
        best = f(whole.value, axis=axis, keepdims=True)
        # every entry whose bound reaches the best may be the best
        near = np.abs(best - whole.value) <= unit() * whole.error
        error = np.max(np.where(near, whole.error, 0), axis=axis, keepdims=True)
        shape = best.shape if keepdims else np.sum(whole.value, axis=axis).shape
        return sealed(best.reshape(shape), error.reshape(shape))

    return extreme


def _index_of_extreme(f: Function) -> Function:
    def index(a: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
        whole = lift(a)
        seen = watched()
        if seen is not None:
            flat, along = (whole.reshape(-1), 0) if axis is None else (whole, axis)
            chosen = f(flat.value, axis=along, keepdims=True)
            distance = np.abs(flat.value - np.take_along_axis(flat.value, chosen, along))
            np.put_along_axis(distance, chosen, np.inf, along)  # the best is not compared with itself
            seen.note(distance, flat.error + np.take_along_axis(flat.error, chosen, along))
        return f(whole.value, axis=axis, keepdims=keepdims)

    return index


def _argsort(a: Any, axis: int | None = -1, kind: Any = None) -> Any:
    whole = lift(a)
    order = np.argsort(whole.value, axis=axis, kind=kind)
    seen = watched()
    if seen is not None:
        flat, along = (whole.reshape(-1), 0) if axis is None else (whole, axis)
        value, error = (
            np.moveaxis(np.take_along_axis(part, order, along), along, 0) for part in (flat.value, flat.error)
        )
        seen.note(value[1:] - value[:-1], error[1:] + error[:-1])
    return order


def _sort(a: Any, axis: int | None = -1, kind: Any = None) -> Bounded:
    whole, along = (lift(a).reshape(-1), 0) if axis is None else (lift(a), axis)
    order = np.argsort(whole.value, axis=along, kind=kind)
    value, error = (np.take_along_axis(part, order, along) for part in (whole.value, whole.error))
    # Where two entries may change places, any position of their row may hold any error.
    reach = np.maximum.accumulate(value + unit() * error, along)
    lower, upper = range(value.shape[along] - 1), range(1, value.shape[along])
    apart = np.take(reach, lower, along) < np.take(value - unit() * error, upper, along)
    widest = np.max(error, axis=along, keepdims=True, initial=0)
    return sealed(value, np.where(np.all(apart, axis=along, keepdims=True), error, widest))


def _clip(a: Any, a_min: Any = None, a_max: Any = None, **limits: Any) -> Any:
    result = lift(a)
    lowest, highest = limits.pop("min", a_min), limits.pop("max", a_max)
    if limits:
        raise TypeError(f"numpy.clip with {', '.join(limits)} is not supported with bounds")
    result = result.copy() if lowest is None else np.maximum(result, lowest)
    return result if highest is None else np.minimum(result, highest)


def _round(a: Any, decimals: int = 0) -> Any:
    scale = 10.0 ** int(decimals)
    return np.rint(lift(a) * scale) / scale


# ------------------------------------------------------------------------------------- moving entries


def _moved(f: Function) -> Function:
    """Return the rule of a function that moves the entries of its first argument."""

    def moved(a: Any, *args: Any, **kwargs: Any) -> Any:
        whole = lift(a)
        values, errors = f(whole.value, *args, **kwargs), f(whole.error, *args, **kwargs)
        if isinstance(values, list | tuple):
            return [make(value, error) for value, error in zip(values, errors, strict=True)]
        return make(np.asarray(values), np.asarray(errors))

    return moved


def _joined(f: Function) -> Function:
    """Return the rule of a function that joins a list of arrays."""

    def joined(arrays: Any, *args: Any, **kwargs: Any) -> Bounded:
        parts = [lift(part) for part in arrays]
        value = f([part.value for part in parts], *args, **kwargs)
        return make(value, f([part.error for part in parts], *args, **kwargs))

    return joined


def _each(f: Function) -> Function:
    """Return the rule of a function that treats each of its arguments alike."""

    def each(*arrays: Any, **kwargs: Any) -> Any:
        parts = [lift(part) for part in arrays]
        values = f(*(part.value for part in parts), **kwargs)
        errors = f(*(part.error for part in parts), **kwargs)
        if not isinstance(values, list | tuple):
            return make(values, errors)
        return [make(value, error) for value, error in zip(values, errors, strict=True)]

    return each


def _plain(f: Function) -> Function:
    """Return the rule of a function whose answer is plain: truth values, indices, shapes."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        unwrapped = {key: item.value if isinstance(item, Bounded) else item for key, item in kwargs.items()}
        return f(*(item.value if isinstance(item, Bounded) else item for item in args), **unwrapped)

    return answer


def _where(condition: Any, *branches: Any) -> Any:
    chosen = condition != 0 if isinstance(condition, Bounded) else condition
    if not branches:
        return np.where(chosen)
    a, b = (lift(branch) for branch in branches)
    return make(np.where(chosen, a.value, b.value), np.where(chosen, a.error, b.error))


def _filled_like(fill: float, error: float = 0) -> Function:
    def filled(a: Any, dtype: Any = None, *, shape: Any = None) -> Any:
        if dtype is not None and np.dtype(dtype).kind in "biu":
            return np.full(np.shape(a) if shape is None else shape, 0 if np.isnan(fill) else fill, dtype)
        check_float(dtype)
        model = lift(a).value
        return make(np.full_like(model, fill, shape=shape), np.full_like(model, error, shape=shape))

    return filled


def _full_like(a: Any, fill_value: Any, dtype: Any = None, *, shape: Any = None) -> Any:
    filled = _filled_like(0)(a, dtype, shape=shape)
    filled[...] = fill_value
    return filled


def _put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None) -> None:
    new, held = lift(values), _changeable(arr)
    np.put_along_axis(held.value, indices, new.value, axis)
    np.put_along_axis(held.error, indices, new.error, axis)


def _fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    new, held = lift(val), _changeable(a)
    np.fill_diagonal(held.value, new.value, wrap)
    np.fill_diagonal(held.error, new.error, wrap)


def _copyto(dst: Any, src: Any) -> None:
    _changeable(dst)[...] = src


def _changeable(a: Any) -> Bounded:
    if not isinstance(a, Bounded):
        raise TypeError(
            f"a plain {type(a).__name__} cannot hold entries with bounds: make it with np.zeros_like(x)"
        )
    return a


def _nan_to_num(x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    whole = lift(x)
    held = in_precision(whole.value)
    replaced = np.nan_to_num(held, nan=nan, posinf=posinf, neginf=neginf)
    result = make(np.where(np.isfinite(held), whole.value, replaced), whole.error.copy())
    if not copy:
        _changeable(x)[...] = result
    return result if copy else x


def _linspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True) -> Any:
    first, last = lift(start), lift(stop)
    places = np.arange(num).reshape((-1,) + (1,) * max(first.ndim, last.ndim))
    points = places * ((last - first) / max(num - 1 if endpoint else num, 1)) + first
    if endpoint and num > 1:
        points[-1] = last
    return points


FUNCTIONS.update(
    {
        np.max: _extreme(np.max),
        np.min: _extreme(np.min),
        np.argmax: _index_of_extreme(np.argmax),
        np.argmin: _index_of_extreme(np.argmin),
        np.argsort: _argsort,
        np.sort: _sort,
        np.clip: _clip,
        np.round: _round,
        np.around: _round,
        np.where: _where,
        np.zeros_like: _filled_like(0),
        np.ones_like: _filled_like(1),
        # whoever reads an entry before it is written reads noise: no bound holds
        np.empty_like: _filled_like(np.nan, np.inf),
        np.full_like: _full_like,
        np.put_along_axis: _put_along_axis,
        np.fill_diagonal: _fill_diagonal,
        np.copyto: _copyto,
        np.nan_to_num: _nan_to_num,
        np.linspace: _linspace,
    }
)

MOVES = [
    "reshape",
    "ravel",
    "transpose",
    "swapaxes",
    "moveaxis",
    "rollaxis",
    "expand_dims",
    "squeeze",
    "broadcast_to",
    "copy",
    "diag",
    "diagonal",
    "tile",
    "repeat",
    "take",
    "take_along_axis",
    "flip",
    "fliplr",
    "flipud",
    "roll",
    "rot90",
    "split",
    "array_split",
    "hsplit",
    "vsplit",
    "triu",
    "tril",
    "real",
]
JOINS = ["concatenate", "stack", "vstack", "hstack", "dstack", "column_stack"]
EACH = ["atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays", "meshgrid"]
ANSWERS = [
    "isclose",
    "allclose",
    "array_equal",
    "array_equiv",
    "any",
    "all",
    "nonzero",
    "flatnonzero",
    "argwhere",
    "count_nonzero",
    "ndim",
    "shape",
    "size",
]

for _names, _rule in ((MOVES, _moved), (JOINS, _joined), (EACH, _each), (ANSWERS, _plain)):
    FUNCTIONS.update({getattr(np, _name): _rule(getattr(np, _name)) for _name in _names})

SEQUENCES = frozenset(getattr(np, name) for name in JOINS)
"""The functions whose first argument is a list of arrays, not an array."""


# ------------------------------------------------------------------------------------- ufuncs and methods


def _reduce(ufunc: np.ufunc, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    function = REDUCTIONS.get(ufunc)
    if function is None:
        raise TypeError(f"numpy.{ufunc.__name__}.reduce is not supported with bounds")
    return function(*inputs, **{"axis": 0, **kwargs})


def _accumulate(ufunc: np.ufunc, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    if ufunc is not np.add:
        raise TypeError(f"numpy.{ufunc.__name__}.accumulate is not supported with bounds")
    return np.cumsum(*inputs, **{"axis": 0, **kwargs})


def _outer(ufunc: np.ufunc, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    left, right = (lift(item) for item in inputs)
    return call(ufunc, [left.reshape(left.shape + (1,) * right.ndim), right], kwargs)


def _at(ufunc: np.ufunc, inputs: Sequence[Any], _kwargs: dict[str, Any]) -> None:
    """Add to the entries at an index, as often as each occurs there, in any order."""
    target, index, addend = inputs
    if ufunc not in {np.add, np.subtract}:
        raise TypeError(
            f"numpy.{ufunc.__name__}.at is not supported with bounds: only add.at and subtract.at are"
        )
    held, terms = _changeable(target), lift(addend)
    size, additions = np.abs(held.value), -exact_zero(held.value, held.error).astype(np.longdouble)
    np.add.at(size, index, np.abs(terms.value))
    np.add.at(additions, index, ~exact_zero(terms.value, terms.error))
    np.add.at(held.error, index, terms.error)
    ufunc.at(held.value, index, terms.value)
    held.error[...] = seal(held.value, held.error + np.maximum(additions, 0) * size)


UFUNC_METHODS.update({"reduce": _reduce, "accumulate": _accumulate, "outer": _outer, "at": _at})
REDUCTIONS: dict[np.ufunc, Function] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.logical_and: np.all,
    np.logical_or: np.any,
}


def _shaped(a: Bounded, *shape: Any, **kwargs: Any) -> Any:
    return np.reshape(a, shape[0] if len(shape) == 1 else shape, **kwargs)


def _transposed(a: Bounded, *axes: Any) -> Any:
    return np.transpose(a, (axes[0] if len(axes) == 1 else axes) or None)


def _fill(a: Bounded, value: Any) -> None:
    a[...] = value


def _sort_in_place(a: Bounded, axis: int = -1) -> None:
    a[...] = np.sort(a, axis)


def _astype(a: Bounded, dtype: Any, *, copy: bool = True) -> Any:
    """Cast to float64 (a copy), or to what whole numbers and truth values become without a doubt."""
    if np.dtype(dtype).kind == "b":
        return a != 0
    if np.dtype(dtype).kind not in "iu":
        check_float(dtype)
        return a.copy() if copy else a
    whole: Any = np.trunc(a)
    if whole.error.any():
        raise TypeError("the whole part of these numbers depends on their rounding errors")
    return whole.value.astype(dtype)


def _item(a: Bounded, *index: Any) -> Bounded:
    return a[index] if index else a.reshape(-1)[0]


def _tolist(a: Bounded) -> Any:
    return [_tolist(row) for row in a] if a.ndim else a.copy()


METHODS.update(
    {
        name: getattr(np, name)
        for name in [
            "sum",
            "mean",
            "var",
            "std",
            "prod",
            "cumsum",
            "trace",
            "dot",
            "max",
            "min",
            "argmax",
            "argmin",
            "argsort",
            "clip",
            "round",
            "any",
            "all",
            "nonzero",
            "ravel",
            "swapaxes",
            "squeeze",
            "copy",
            "diagonal",
            "repeat",
            "take",
            "conjugate",
        ]
    }
)
METHODS.update(
    {
        "reshape": _shaped,
        "transpose": _transposed,
        "flatten": lambda a: np.ravel(a).copy(),
        "conj": np.conjugate,
        "fill": _fill,
        "sort": _sort_in_place,
        "astype": _astype,
        "item": _item,
        "tolist": _tolist,
    }
)
