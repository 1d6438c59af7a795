"""Trusted. Runs a reference, a module in plain numpy, so that its functions compute with `Bounded` numbers.

Only what that one module sees is exchanged: `numpy`, `math`, some builtins, and `/`. Numpy itself stays as it is.

- What numpy makes of floats there is a `Bounded`; whole numbers and truth values stay plain, and serve as indices.
- A quotient of plain numbers that is not exact (`2 / 3`) has its rounding error. All other arithmetic between plain
  Python floats (`1 - 0.9`) counts as exact: pass such numbers as arguments.
- So does what methods of plain arrays compute (`labels.mean()` of whole numbers): write `np.mean(labels)`.
- A function of numpy without a rule that yields floats raises TypeError, whatever its arguments.
"""

from __future__ import annotations

import ast
import builtins
import functools
import math
import operator
from fractions import Fraction
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.numerics.bounds import FUNCTIONS, SEQUENCES, Bounded, NoBoundError, holds_bounded, lift
from autograder.numerics.trees import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Function = Callable[..., Any]

DIVIDE = "__divide__"
"""The name under which `a / b` calls `divide`."""


def bounded(value: Any) -> Any:
    """Return `value` with every float, and every array of floats, as an exact `Bounded`.

    value: lists, tuples and dicts are rebuilt with the same keys; a `numpy.random.Generator` becomes one of the same
    stream that draws `Bounded` numbers; everything else, whole numbers included, stays.
    """
    if isinstance(value, np.random.Generator):
        return Draws(value.bit_generator)
    if isinstance(value, list | tuple):
        parts = [bounded(item) for item in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    if isinstance(value, dict):
        return {key: bounded(item) for key, item in value.items()}
    return lift(value) if _is_float(value) else value


def namespace(source: str, filename: str) -> dict[str, Any]:
    """Return the names that a module defines; its functions take and return `Bounded` numbers and arrays.

    source: the module's text. filename: what its tracebacks say. Raises what the module raises: SyntaxError, ...
    """
    tree = _Division().visit(parse(source, filename))
    # dataclasses look their module up by name: one that exists
    names: dict[str, Any] = {
        "__name__": __name__,
        "__file__": filename,
        "__builtins__": {**vars(builtins), **BUILTINS},
    }
    exec(compile(tree, filename, "exec", dont_inherit=True), names)  # noqa: S102 - trusted: the author's own file
    own = {
        name: item
        for name, item in names.items()
        if isinstance(item, FunctionType) and item.__globals__ is names
    }
    return names | {name: _plainly(item) for name, item in own.items()}


def _plainly(function: Function) -> Function:
    """Return a function that raises the TypeError of a lost bound, where numpy has made a ValueError of it."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            if isinstance(error.__cause__, NoBoundError):
                raise error.__cause__ from error
            raise

    return called


def _is_float(value: Any) -> bool:
    """Return whether `value` is a plain float or a plain array of floats."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind == "f"
    return isinstance(value, builtins.float)


def _has_float(value: Any) -> bool:
    return any(map(_has_float, value)) if isinstance(value, list | tuple) else _is_float(value)


# ------------------------------------------------------------------------------------- division and builtins


class _Division(ast.NodeTransformer):
    """Writes `a / b` as a call of `divide`, outside of what a module only declares."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Exchange one quotient, and those in its operands."""
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        name = ast.copy_location(ast.Name(DIVIDE, ast.Load()), node)
        return ast.copy_location(ast.Call(name, [node.left, node.right], []), node)


def divide(a: Any, b: Any) -> Any:
    """Return a / b: with its rounding error, unless plain numbers divide exactly."""
    quotient = a / b
    if isinstance(quotient, Bounded) or not _is_float(quotient):
        return quotient
    numbers = isinstance(a, int | builtins.float) and isinstance(b, int | builtins.float)
    if numbers and math.isfinite(quotient) and Fraction(a) == Fraction(quotient) * Fraction(b):
        return quotient
    return lift(a) / b


class _StandIn(type):
    """The type of a stand-in: an instance of the real type, or a `Bounded` of the right kind, is one of it."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return any(test(instance) for test in _MEMBERS[cls])


class Float(builtins.float, metaclass=_StandIn):
    """`float` as the module sees it: lets a bound pass."""

    dtype = np.dtype(np.float64)
    """What makes numpy take the type itself as a dtype."""

    def __new__(cls, value: Any = 0.0) -> Any:
        """Return a number. Raises TypeError and ValueError as `float` does."""
        if not isinstance(value, Bounded):
            return builtins.float(value)
        if value.size != 1:
            raise TypeError("only arrays of one entry can be converted to a number")
        return value.reshape(()).copy()


class Array(metaclass=_StandIn):
    """`numpy.ndarray` as the module sees it."""

    def __class_getitem__(cls, _parameters: Any) -> type:
        return cls


_MEMBERS: dict[type, tuple[Callable[[Any], bool], ...]] = {
    Float: (
        lambda value: isinstance(value, builtins.float),
        lambda value: isinstance(value, Bounded) and value.ndim == 0,
    ),
    Array: (lambda value: isinstance(value, np.ndarray | Bounded),),
}


def _sum(items: Iterable[Any], /, start: Any = 0) -> Any:
    """Return the sum, with a bound for any order."""
    terms = list(items)
    if not holds_bounded(terms):
        return builtins.sum(terms, start)
    if not (isinstance(start, int) and start == 0):
        terms = [start, *terms]
    lifted = [lift(term) for term in terms]
    if len({term.shape for term in lifted}) > 1:
        lifted = FUNCTIONS[np.broadcast_arrays](*lifted)
    return FUNCTIONS[np.stack](lifted).sum(axis=0)


def _extreme(plain: Function, elementwise: np.ufunc) -> Function:
    """Return `max` or `min` for the module: of numbers with bounds, whichever may be the extreme counts."""

    def extreme(*args: Any, key: Any = None, **default: Any) -> Any:
        items = list(args[0]) if len(args) == 1 else list(args)
        if key is not None or not items or not all(_is_number(item) for item in items):
            return plain(items, key=key, **default)
        if not holds_bounded(items):
            return plain(items)
        return functools.reduce(elementwise, items)

    return extreme


def _is_number(value: Any) -> bool:
    return isinstance(value, int | builtins.float | np.number) or (
        isinstance(value, Bounded) and value.ndim == 0
    )


def _import(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:  # noqa: A002
    """Import as Python does, with the stand-ins for numpy and math."""
    found = builtins.__import__(name, globals, locals, fromlist, level)
    return _STAND_INS.get(found.__name__, found)


BUILTINS: dict[str, Any] = {
    DIVIDE: divide,
    "__import__": _import,
    "float": Float,
    "sum": _sum,
    "max": _extreme(builtins.max, np.maximum),
    "min": _extreme(builtins.min, np.minimum),
}

# ------------------------------------------------------------------------------------- modules


class _Module(ModuleType):
    """A module whose names are exchanged when they are first asked for."""

    def __init__(self, real: ModuleType, own: dict[str, Any], exchange: Callable[[str, Any], Any]) -> None:
        super().__init__(real.__name__)
        vars(self).update(own)
        self._real, self._exchange = real, exchange

    def __getattr__(self, name: str) -> Any:
        item = self._exchange(name, getattr(self._real, name))
        setattr(self, name, item)
        return item


class _Ufunc:
    """A ufunc that returns a `Bounded` even for plain floats: `np.sqrt(2)` is rounded too."""

    def __init__(self, ufunc: np.ufunc) -> None:
        self._ufunc = ufunc

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        args = tuple(lift(arg) if holds_bounded(arg) else arg for arg in args)
        found = self._ufunc(*args, **kwargs)
        return self._ufunc(*map(lift, args), **kwargs) if _has_float(found) else found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ufunc, name)


def _with_rule(function: Function) -> Function:
    """Return a function of numpy that returns a `Bounded` even for plain floats."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        if (
            args
            and function not in SEQUENCES
            and isinstance(args[0], list | tuple)
            and holds_bounded(args[0])
        ):
            args = (lift(args[0]), *args[1:])
        found = function(*args, **kwargs)
        if not _has_float(found):
            return found
        place = 1 if args and isinstance(args[0], str) else 0  # einsum
        if len(args) <= place:
            raise TypeError(f"numpy.{function.__name__}: give the array as the first argument, not by name")
        data = [lift(x) for x in args[0]] if function in SEQUENCES else lift(args[place])
        return function(*args[:place], data, *args[place + 1 :], **kwargs)

    return called


def _without_rule(function: Function) -> Function:
    """Return a function that refuses to compute floats, because their rounding errors would be lost."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        found = (
            None
            if any(map(holds_bounded, args)) and function.__module__ == "math"
            else function(*args, **kwargs)
        )
        if found is None or _has_float(found):
            raise TypeError(
                f"{function.__module__}.{function.__name__} is not supported with bounds: no rule is known"
            )
        return found

    return called


class Draws(np.random.Generator):
    """A generator that draws `Bounded` numbers: exact, or without a bound where a parameter is not exact."""

    def permutation(self, x: Any, axis: int = 0) -> Any:
        """Return the entries of `x` along `axis` in random order."""
        if not isinstance(x, Bounded):
            return super().permutation(x, axis)
        return x.take(super().permutation(x.shape[axis]), axis=axis)

    def shuffle(self, x: Any, axis: int = 0) -> None:
        """Bring the entries of `x` along `axis` into random order."""
        if isinstance(x, Bounded):
            x[...] = self.permutation(x, axis)
        else:
            super().shuffle(x, axis)

    def choice(self, a: Any, *args: Any, axis: int = 0, **kwargs: Any) -> Any:
        """Return random entries of `a` along `axis`."""
        pick: Any = super().choice
        if not isinstance(a, Bounded):
            return pick(a, *args, axis=axis, **kwargs)
        return a.take(pick(a.shape[axis], *args, **kwargs), axis=axis)


def _drawn(draw: Function) -> Function:
    """Return a method of a generator that draws floats as a Bounded."""

    @functools.wraps(draw)
    def drawn(self: Draws, *args: Any, **kwargs: Any) -> Any:
        given = [*args, *kwargs.values()]
        plain = [_nearest(item) for item in args]
        found = draw(self, *plain, **{key: _nearest(item) for key, item in kwargs.items()})
        if not _has_float(found):
            return found
        certain = not any(isinstance(item, Bounded) and item.error.any() for item in given)
        return lift(found) if certain else Bounded(found, np.inf)

    return drawn


for (
    _name
) in "random uniform normal standard_normal exponential standard_exponential laplace lognormal beta".split():  # noqa: SIM905
    setattr(Draws, _name, _drawn(getattr(np.random.Generator, _name)))


def _default_rng(seed: Any = None) -> Draws:
    """Return np.random.default_rng(seed)."""
    return Draws(np.random.default_rng(seed).bit_generator)


def _legacy_draw(name: str, item: Any) -> Any:
    """Return what the module finds in numpy.random: its global draws as Bounded numbers."""
    if isinstance(item, type) or not callable(item):
        return item
    draw = _drawn(lambda _self, *args, **kwargs: item(*args, **kwargs))
    return _default_rng if name == "default_rng" else functools.partial(draw, None)


def _exchange_numpy(_name: str, item: Any) -> Any:
    if isinstance(item, np.ufunc):
        return _Ufunc(item)
    if item is np.linalg or item is np.random:
        return _STAND_INS[item.__name__]
    if isinstance(item, type | ModuleType) or not callable(item):
        return item
    return _with_rule(item) if item in FUNCTIONS else _without_rule(item)


def _made(creator: Function) -> Function:
    """Return a function that makes arrays of plain numbers, with floats as a `Bounded`."""

    @functools.wraps(creator)
    def made(*args: Any, **kwargs: Any) -> Any:
        return _of_kind(creator(*args, **kwargs))

    return made


def _of_kind(array: Any) -> Any:
    """Return an array of floats as a Bounded, others as they are. Raises TypeError for float32 and the like."""
    if array.dtype.kind != "f":
        return array
    if array.dtype != np.float64:
        raise TypeError(
            f"arrays of {array.dtype} are not supported with bounds: they are for one precision throughout"
        )
    return lift(array)


def _array(item: Any, dtype: Any = None, *, copy: bool | None = True, **kwargs: Any) -> Any:
    """Return np.array(item, dtype)."""
    if not holds_bounded(item):
        return _of_kind(np.array(item, dtype, copy=True, **kwargs))
    whole = lift(item)
    if dtype is not None and np.dtype(dtype) != whole.dtype:
        return whole.astype(dtype)
    return whole.copy() if copy else whole


def _asarray(item: Any, dtype: Any = None, **kwargs: Any) -> Any:
    """Return np.asarray(item, dtype); whole numbers and truth values as they are."""
    if isinstance(item, np.ndarray) and not _is_float(item) and np.dtype(dtype or item.dtype) == item.dtype:
        return item
    return _array(item, dtype, copy=False, **kwargs)


def _full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """Return np.full(shape, fill_value, dtype)."""
    if not holds_bounded(fill_value):
        return _of_kind(np.full(shape, fill_value, dtype))
    filled = lift(np.zeros(shape))
    filled[...] = fill_value
    return filled.astype(np.float64 if dtype is None else dtype)


def _like(function: Function) -> Function:
    """Return zeros_like and its kin, for plain arrays and lists too."""

    def made(a: Any, *args: Any, **kwargs: Any) -> Any:
        model = lift(a) if holds_bounded(a) or _has_float(a) else a
        return _of_kind_or_bounded(function(model, *args, **kwargs))

    return made


def _full_like(a: Any, fill_value: Any, dtype: Any = None, **kwargs: Any) -> Any:
    """Return np.full_like(a, fill_value, dtype)."""
    kind = (np.float64 if holds_bounded(a) else np.asarray(a).dtype) if dtype is None else dtype
    return _full(kwargs.pop("shape", np.shape(a)), fill_value, kind)


def _of_kind_or_bounded(array: Any) -> Any:
    return array if isinstance(array, Bounded) else _of_kind(array)


def _empty(shape: Any, dtype: Any = None) -> Any:
    """Return np.empty(shape, dtype): noise, with infinite bounds, until it is written to."""
    plain = np.empty(shape, dtype)
    return FUNCTIONS[np.empty_like](plain) if plain.dtype == np.float64 else _of_kind(plain)


def _arange(*args: Any, **kwargs: Any) -> Any:
    """Return np.arange(...): plain for whole numbers, else start + i * step with the errors of that."""
    dtype = kwargs.pop("dtype", None)
    if kwargs:
        raise TypeError("np.arange with bounds takes its limits by position")
    plain = np.arange(*(float(arg) if isinstance(arg, Bounded) else arg for arg in args), dtype=dtype)
    if plain.dtype.kind != "f":
        return plain
    start, step = (args[0] if len(args) > 1 else 0.0), (args[2] if len(args) > 2 else 1.0)
    return lift(np.arange(len(plain))) * step + start


def _ndenumerate(array: Any) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Yield each index with its entry."""
    return ((index, array[index]) for index in np.ndindex(np.shape(array)))


NUMPY: dict[str, Any] = {
    "ndarray": Array,
    "float64": Float,
    "double": Float,
    "array": _array,
    "asarray": _asarray,
    "asanyarray": _asarray,
    "ascontiguousarray": _asarray,
    "zeros": _made(np.zeros),
    "ones": _made(np.ones),
    "eye": _made(np.eye),
    "identity": _made(np.identity),
    "empty": _empty,
    "full": _full,
    "arange": _arange,
    "zeros_like": _like(np.zeros_like),
    "ones_like": _like(np.ones_like),
    "empty_like": _like(np.empty_like),
    "full_like": _full_like,
    "linspace": FUNCTIONS[np.linspace],
    "ndenumerate": _ndenumerate,
    "isscalar": lambda item: np.isscalar(item) or (isinstance(item, Bounded) and item.ndim == 0),
}
"""What the module finds in numpy in place of numpy's own."""


def _computed(name: str, rule: Function) -> Function:
    """Return a function of `math` with a rule; it raises what `math` raises outside of its domain."""
    real = getattr(math, name)

    def called(*args: Any) -> Any:
        real(*(_nearest(arg) for arg in args))
        with np.errstate(all="ignore"):
            return rule(*map(lift, args))

    return called


def _nearest(value: Any) -> Any:
    """Return the plain numbers nearest to numbers with bounds, only to see what `math` says to them."""
    if isinstance(value, list | tuple):
        return [_nearest(item) for item in value]
    if not isinstance(value, Bounded):
        return value
    return value.value.astype(np.float64) if value.ndim else builtins.float(value.value)


def _asked(name: str) -> Function:
    """Return a function of `math` that answers with a truth value."""
    real = getattr(math, name)
    return lambda *args, **kwargs: real(
        *map(_nearest, args), **{key: _nearest(x) for key, x in kwargs.items()}
    )


def _whole(name: str, rule: np.ufunc) -> Function:
    """Return a function of `math` that rounds to a whole number."""
    real = getattr(math, name)
    return lambda value: int(rule(value)) if isinstance(value, Bounded) else real(value)


def _logarithm(x: Any, base: Any = None) -> Any:
    return np.log(x) if base is None else np.log(x) / np.log(base)


def _math_prod(items: Iterable[Any], *, start: Any = 1) -> Any:
    factors = [*items, start]
    return functools.reduce(operator.mul, map(lift, factors)) if _tracked(factors) else math.prod(factors)


def _fsum(items: Iterable[Any]) -> Any:
    return _sum(map(lift, items), lift(0.0))


def _tracked(items: list[Any]) -> bool:
    return holds_bounded(items) or _has_float(items)


_SAME = "sqrt exp expm1 log1p log2 log10 sin cos tan sinh cosh tanh fabs exp2"
_OTHER = {"asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2, "pow": np.power}
MATH: dict[str, Any] = {
    **{name: _computed(name, getattr(np, name)) for name in _SAME.split()},
    **{name: _computed(name, rule) for name, rule in _OTHER.items()},
    "log": _computed("log", _logarithm),
    "hypot": _computed("hypot", lambda *parts: FUNCTIONS[np.linalg.norm](lift(list(parts)))),
    "fsum": _fsum,
    "prod": _math_prod,
    **{name: _asked(name) for name in ("isnan", "isinf", "isfinite", "isclose")},
    **{name: _whole(name, getattr(np, name)) for name in ("floor", "ceil", "trunc")},
}
"""What the module finds in math in place of its own."""

_STAND_INS: dict[str, ModuleType] = {
    "numpy": _Module(np, NUMPY, _exchange_numpy),
    "numpy.linalg": _Module(np.linalg, {}, _exchange_numpy),
    "numpy.random": _Module(np.random, {}, _legacy_draw),
    "math": _Module(math, MATH, lambda _name, item: _without_rule(item) if callable(item) else item),
}
