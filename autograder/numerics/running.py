"""Trusted. The array type of `bounds`: values and their rounding errors, behind numpy's protocols.

What each ufunc and function does stands in tables: `rules` has the elementwise ones, `functions` fills the rest.
Import `Bounded` from `bounds`, where the tables are full.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.numerics.rules import (
    COMPARISONS,
    RULES,
    TESTS,
    Array,
    in_precision,
    precision,
    representation_error,
    seal,
    unit,
    watched,
)
from autograder.numerics.scalars import EXACT_UP_TO, ZERO, computed, exactly, minus, over, plus, times

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autograder.numerics.scalars import Pair, Scalar

NO_PLAIN = (
    "a Bounded cannot become a plain number or array: its rounding bound would be lost. Use .value and .error"
)

FUNCTIONS: dict[Any, Callable[..., Any]] = {}
"""From a numpy function to its rule; the rules name the arguments that they support."""
METHODS: dict[str, Callable[..., Any]] = {}
"""From the name of an array's method to a function of the array."""
UFUNCS: dict[np.ufunc, Callable[..., Any]] = {}
"""The ufuncs that are not elementwise."""
UFUNC_METHODS: dict[str, Callable[..., Any]] = {}
"""From a way of applying a ufunc ("reduce") to a function of the ufunc, its inputs and its keywords."""


class NoBoundError(TypeError):
    """A number with a bound was to become one without. Numpy hides it behind a ValueError in `plain[i] = bounded`."""


def _operator(name: str, rule: Scalar, *, reflected: bool = False) -> Any:
    """Return an operator that works on two numbers by itself, and leaves arrays to numpy."""
    with_arrays = getattr(np.lib.mixins.NDArrayOperatorsMixin, name)

    def operate(self: Bounded, other: Any) -> Any:
        found = _of_numbers(rule, self, other, reflected=reflected)
        if found is None:
            return with_arrays(self, other)
        return make(np.array(found[0]), np.array(found[1]))

    return operate


def _of_numbers(rule: Scalar, one: Bounded, other: Any, *, reflected: bool) -> Pair | None:
    if one.value.ndim:
        return None
    if type(other) is Bounded:
        if other.value.ndim:
            return None
        b: Any = other.value[()]
        eb: Any = other.error[()]
    else:
        b, eb = exactly(other, precision()), ZERO
        if b is None:
            return None
    a, ea = one.value[()], one.error[()]
    return computed(rule, b, eb, a, ea) if reflected else computed(rule, a, ea, b, eb)


class Bounded(np.lib.mixins.NDArrayOperatorsMixin):
    """A real array of any shape with the running error bound of each entry, in units of the unit roundoff u.

    value: real numbers of any shape. error: not negative, broadcasts to that shape; 0 where the value is exact.
    Views are views of both parts, and in-place operations act on both; only what has shape `()` is replaced by an
    in-place operation, not changed, as numpy's scalars are.
    Raises TypeError for values that are not real numbers, ValueError for an error that is negative or NaN.
    """

    __slots__ = ("error", "value")

    value: Array
    """The value in extended precision; its own error is far below one u where longdouble is wider than double."""
    error: Array
    """First-order worst-case bound, whatever the order of each sum; infinite where none can be given."""

    def __init__(self, value: Any, error: Any = 0) -> None:
        self.value = real(value).astype(np.longdouble)
        self.error = np.empty_like(self.value)
        self.error[...] = error
        if not (self.error >= 0).all():
            raise ValueError("a bound is a number that is not negative")

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return tuple(self.value.shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self.value.ndim

    @property
    def size(self) -> int:
        """The number of entries."""
        return self.value.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """What the same program would see without bounds: float64."""
        return np.dtype(np.float64)

    @property
    def T(self) -> Bounded:  # noqa: N802 - numpy's name
        """The axes in reverse, as a view."""
        return make(self.value.T, self.error.T)

    @property
    def flat(self) -> Bounded:
        """A flat view. Raises TypeError where the layout allows none."""
        if not self.value.flags.c_contiguous:
            raise TypeError(
                "x.flat of an array that is not contiguous is not supported: use x.ravel(), a copy"
            )
        return make(self.value.reshape(-1), self.error.reshape(-1))

    def __getattr__(self, name: str) -> Any:
        method = METHODS.get(name)
        if method is None:
            known = hasattr(np.ndarray, name) and not name.startswith("__")
            missing = (
                TypeError if known else AttributeError
            )  # numpy asks for some dunders, to see whether they exist
            raise missing(f"the array's {name!r} is not supported with bounds: no rule is known for it")
        return lambda *args, **kwargs: method(self, *args, **kwargs)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        out = kwargs.pop("out", (None,))[0]
        operation = UFUNC_METHODS.get(method)
        if operation is None:
            raise TypeError(f"numpy.{ufunc.__name__}.{method} is not supported with bounds")
        with np.errstate(all="ignore"):
            result = operation(ufunc, inputs, kwargs)
        return result if out is inputs[0] and np.ndim(out) == 0 else _deliver(result, out)

    def __array_function__(
        self, func: Any, _types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        rule, name = FUNCTIONS.get(func), f"{func.__module__}.{func.__name__}"
        if rule is None:
            raise TypeError(
                f"{name} is not supported with bounds: no rule is known for it; write it in simpler steps"
            )
        out = kwargs.pop("out", None)
        names = _keywords(rule)
        if "dtype" in kwargs and "dtype" not in names:
            check_float(kwargs.pop("dtype"))
        if unknown := [key for key in kwargs if key not in names and "**" not in names]:
            raise TypeError(f"{name} with {', '.join(unknown)} is not supported with bounds")
        with np.errstate(all="ignore"):
            return _deliver(rule(*args, **kwargs), out)

    def __array__(self, *_args: Any, **_kwargs: Any) -> Array:
        raise NoBoundError(NO_PLAIN)

    def __float__(self) -> float:
        """Return the one exact value that a double holds. Raises TypeError where a bound would be lost."""
        if self.size != 1 or self.error.any() or float(self.value.item()) != self.value.item():
            raise NoBoundError(NO_PLAIN)
        return float(self.value.item())

    def __int__(self) -> int:
        """Return the whole part. Raises TypeError where the bound leaves it open."""
        radius = unit() * self.error
        if self.size != 1 or np.trunc(self.value - radius) != np.trunc(self.value + radius):
            raise NoBoundError("the whole part of this number depends on its rounding errors")
        return int(self.value.item())

    def __bool__(self) -> bool:
        if self.size != 1:
            raise TypeError("the truth value of an array is ambiguous: use .any() or .all()")
        return bool(np.all(self != 0))

    def __round__(self, ndigits: int = 0) -> Any:
        return np.round(self, ndigits)

    def __len__(self) -> int:
        return len(self.value)

    def __iter__(self) -> Iterator[Bounded]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Bounded:
        return make(np.asarray(self.value[key]), np.asarray(self.error[key]))

    def __setitem__(self, key: Any, item: Any) -> None:
        new = lift(item)
        self.value[key] = new.value
        self.error[key] = new.error

    def __repr__(self) -> str:
        return f"Bounded({in_precision(self.value)}, error={in_precision(self.error)})"

    def __format__(self, spec: str) -> str:
        return format(float(in_precision(self.value)), spec) if self.ndim == 0 else str(self)


for _name, _rule in (("add", plus), ("sub", minus), ("mul", times), ("truediv", over)):
    for _kind in ("", "i", "r"):
        _full = f"__{_kind}{_name}__"
        setattr(Bounded, _full, _operator(_full, _rule, reflected=_kind == "r"))


def make(value: Array, error: Array) -> Bounded:
    """Return a Bounded of two arrays of the same shape and layout, without a copy."""
    made = object.__new__(Bounded)
    made.value, made.error = value, error
    return made


def sealed(value: Any, error: Any) -> Bounded:
    """Return the Bounded of a computed value: the bound is infinite where the assumed precision cannot hold it."""
    array = np.asarray(value)
    return make(array, seal(array, error))


def real(value: Any) -> Array:
    """Return `value` as a plain array of real numbers. Raises TypeError if it is not one."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"a {type(value).__name__} of dtype {array.dtype} has no rounding bound: only real numbers have"
        )
    return array


def lift(value: Any) -> Bounded:
    """Return `value` as a Bounded: itself if it is one, else exact numbers.

    value: a Bounded, a real array or number of any shape, or nested lists of these. Raises TypeError for others.
    A number that the assumed precision cannot hold has the error of its representation.
    """
    if isinstance(value, Bounded):
        return value
    whole = type(value) is int and abs(value) <= EXACT_UP_TO
    if whole or (type(value) is float and precision().dtype == np.float64):
        return make(np.array(value, np.longdouble), np.array(0, np.longdouble))
    if holds_bounded(value):
        parts = [lift(item) for item in value]
        return make(np.stack([part.value for part in parts]), np.stack([part.error for part in parts]))
    plain = real(value)
    return make(plain.astype(np.longdouble), representation_error(plain))


def holds_bounded(value: Any) -> bool:
    """Return whether `value` is a Bounded, or lists and tuples with one in them."""
    if isinstance(value, list | tuple):
        return any(map(holds_bounded, value))
    return isinstance(value, Bounded)


def check_float(dtype: Any) -> None:
    """Raise TypeError unless numbers of type `dtype` are as they are here."""
    if dtype is not None and np.dtype(dtype) != np.float64:
        raise TypeError(
            f"a cast to {np.dtype(dtype)} is not supported with bounds: they are for one precision throughout"
        )


@cache
def _keywords(rule: Callable[..., Any]) -> frozenset[str]:
    """Return the names of a rule's arguments, and "**" if it takes any."""
    parameters = inspect.signature(rule).parameters.values()
    return frozenset("**" if p.kind is p.VAR_KEYWORD else p.name for p in parameters)


def _deliver(result: Any, out: Any) -> Any:
    """Return `result`, written into `out` where one is given."""
    if out is None:
        return result
    if not isinstance(out, Bounded):
        raise TypeError(
            f"a plain {type(out).__name__} cannot hold a result with a bound: make it with np.zeros_like(x)"
        )
    out[...] = result
    return out


def call(ufunc: np.ufunc, inputs: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """Return ufunc(*inputs): a Bounded, or plain booleans. Raises TypeError where no rule is known."""
    check_float(kwargs.pop("dtype", None))
    if kwargs:
        raise TypeError(f"numpy.{ufunc.__name__} with {', '.join(kwargs)} is not supported with bounds")
    operands = [lift(item) for item in inputs]
    values = [operand.value for operand in operands]
    rule = RULES.get(ufunc)
    if rule is None:
        return _without_rule(ufunc, operands, values)
    if ufunc is np.power and values[1].ndim == 0 and values[1] == 2 and not operands[1].error:
        return call(np.square, operands[:1], {})  # as numpy does it
    value = np.asarray(ufunc(*values))
    pairs = [part for operand in operands for part in (operand.value, operand.error)]
    return make(value, seal(value, rule(value, *pairs)))


def _without_rule(ufunc: np.ufunc, operands: Sequence[Bounded], values: Sequence[Array]) -> Any:
    """Return what comes out of a comparison, a test, or a sum of products. Raises TypeError for anything else."""
    if ufunc in COMPARISONS:
        decide(*operands)
        return ufunc(*values)
    if ufunc in TESTS:
        return ufunc(*map(in_precision, values))
    if ufunc not in UFUNCS:
        raise TypeError(f"numpy.{ufunc.__name__} is not supported with bounds: no rule is known for it")
    return UFUNCS[ufunc](*operands)


def decide(a: Bounded, b: Bounded) -> None:
    """Note how certain a comparison of `a` with `b` is, if somebody watches."""
    seen = watched()
    if seen is not None:
        seen.note(np.abs(a.value - b.value), a.error + b.error)


UFUNC_METHODS["__call__"] = call
