"""How one elementwise operation changes a value and the bound of its rounding error: the rules, on plain arrays.

Errors are in units of the unit roundoff u of the precision that a program computes in. What an operation adds by
itself is |v| where IEEE 754 rounds it correctly, and 4|v| where it comes from a libm. What it does to the errors
of its operands is its steepest slope within their bounds, not at their values: so a bound that reaches a pole is
infinite, and a square of "zero give or take e" is not claimed to be exact. Source: Wilkinson's running error
analysis; the constants are those of numerics.md, section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Rule = Callable[..., Any]

LIBM = 4
"""The largest error of an elementary function, in u: measured 3.7 for float32, 1.6 for float64."""


@dataclass(frozen=True, slots=True)
class Precision:
    """A floating-point format that a program computes in."""

    dtype: np.dtype[Any]
    unit: np.longdouble
    """The unit roundoff: half the distance from 1 to the next number."""
    largest: np.longdouble
    smallest: np.longdouble
    """The smallest number that still has every digit."""


def _precision_of(dtype: Any) -> Precision:
    info = np.finfo(dtype)
    unit = np.longdouble(info.eps) / 2
    return Precision(info.dtype, unit, np.longdouble(info.max), np.longdouble(info.smallest_normal))


_FLOAT64 = _precision_of(np.float64)
_precision = ContextVar("_precision", default=_FLOAT64)


@contextmanager
def assuming(dtype: Any) -> Iterator[None]:
    """Within the block, bounds are for programs that compute in `dtype` (float64 outside of any block).

    To first order the precision makes no difference to a bound in units of u. It decides where the first order
    ends: which bound covers a pole, which value overflows, which constant is not representable.
    """
    token = _precision.set(_precision_of(dtype))
    try:
        yield
    finally:
        _precision.reset(token)


def precision() -> Precision:
    """Return the assumed precision."""
    return _precision.get()


def unit() -> np.longdouble:
    """Return the unit roundoff of the assumed precision."""
    return _precision.get().unit


def in_precision(value: Array) -> Array:
    """Return `value` as a program in the assumed precision holds it: what is too large becomes infinite."""
    return value.astype(_precision.get().dtype)


def representation_error(plain: Array) -> Array:
    """Return the bound, in u, of writing `plain` in the assumed precision: 0 where it is representable."""
    wide = plain.astype(np.longdouble)
    held = _precision.get().dtype
    error = np.zeros_like(wide)
    if plain.dtype != held and plain.dtype.kind != "b":
        np.copyto(error, np.abs(wide), where=wide.astype(held) != wide)
    return error


@dataclass(slots=True)
class Decisions:
    """How close the comparisons of an evaluation came to going the other way."""

    margin: float = np.inf
    """The smallest of |a - b| / bound(a - b), in units of u; infinite where only exact values were compared."""

    def note(self, distance: Any, error: Any) -> None:
        """Count a comparison of values at `distance`, where the bounds of both sum up to `error`."""
        doubtful = np.asarray(error) > 0
        if doubtful.any():
            ratio = np.broadcast_to(distance, doubtful.shape)[doubtful] / np.asarray(error)[doubtful]
            self.margin = min(self.margin, float(np.min(np.where(np.isnan(ratio), 0, ratio))))


_decisions: ContextVar[Decisions | None] = ContextVar("_decisions", default=None)


@contextmanager
def decisions() -> Iterator[Decisions]:
    """Watch the comparisons, sorts and truth tests made within the block: a boolean carries no bound itself.

    A value compared with itself under an uncertain bound (`x == x.max()`) counts as doubtful, margin 0.
    """
    seen = Decisions()
    token = _decisions.set(seen)
    try:
        yield seen
    finally:
        _decisions.reset(token)


def watched() -> Decisions | None:
    """Return the record of the innermost `decisions` block, None outside of any."""
    return _decisions.get()


def seal(value: Array, error: Any) -> Array:
    """Return `error` in the layout of `value`, infinite where the assumed precision cannot hold the value.

    Where the value underflows, the error of a gradually or abruptly rounded result is added.
    """
    held = _precision.get()
    size = np.abs(value)
    if not _is_ordinary(size, error, held):
        error = _leaving(size, error, held)
    if error.shape != value.shape or error.strides != value.strides:
        # the same layout, so that views of a value and of its error are views alike
        laid = np.empty_like(value)
        laid[...] = error
        return laid
    return np.asarray(error)


def _is_ordinary(size: Array, error: Any, held: Precision) -> bool:
    """Return whether no value or error leaves the range of the precision: asked of every result, so in few steps."""
    if not size.size:
        return True
    # NaN is neither below nor above
    return bool(
        np.maximum.reduce(size, axis=None) <= held.largest
        and np.maximum.reduce(error, axis=None) <= held.largest
        and np.minimum.reduce(size, axis=None) >= held.smallest
    )


def _leaving(size: Array, error: Any, held: Precision) -> Any:
    """Return `error`, infinite where the range is left, with what a gradual or abrupt underflow loses."""
    within = (size <= held.largest) & (error <= held.largest)  # False for nan as well
    if (within & ((size >= held.smallest) | (size == 0))).all():
        return error
    underflow = np.where((size < held.smallest) & (size > 0), LIBM * held.smallest, 0)
    return np.where(within, error + underflow, np.inf)


_NOTHING = np.array(0, np.longdouble)


def _has_no_zero(array: Array) -> bool:
    return int(np.count_nonzero(array)) == array.size


def exact_zero(value: Array, error: Array) -> Array:
    """Return where a value is 0 for certain: adding it rounds nothing."""
    return np.asarray((value == 0) & (error == 0))


def is_exact_number(value: Array, error: Array) -> bool:
    """Return whether an operand is one number that is certain: its own error spreads to nothing."""
    return value.ndim == 0 and not error.any()


def exact_factor(value: Array, error: Array) -> Array:
    """Return where a value is 0 or a power of two for certain: multiplying by it rounds nothing."""
    if _has_no_zero(error):
        return np.zeros(error.shape, bool)
    mantissa = np.abs(np.frexp(value)[0])
    return np.asarray((error == 0) & ((mantissa == 0.5) | (mantissa == 0)))


def _spread(slope: Any, error: Array) -> Any:
    """Return slope times error; an exact operand spreads nothing, even at a pole."""
    return np.where(error == 0, 0, slope * error)


def _reciprocal(distance: Any) -> Any:
    """Return 1 / distance, infinite where there is no distance left."""
    return np.where(distance > 0, 1 / distance, np.inf)


def _add(v: Array, a: Array, ea: Array, b: Array, eb: Array) -> Any:
    if _has_no_zero(a) and _has_no_zero(b):
        return ea + eb + np.abs(v)
    free = exact_zero(a, ea) | exact_zero(b, eb)
    return ea + eb + np.abs(v) * ~free


def _multiply(v: Array, a: Array, ea: Array, b: Array, eb: Array) -> Any:
    if is_exact_number(b, eb):
        return _times_number(v, a, ea, b)
    if is_exact_number(a, ea):
        return _times_number(v, b, eb, a)
    # with the second order: both factors may be zero give or take their errors
    spread = np.abs(a) * eb + (np.abs(b) + unit() * eb) * ea
    if _has_no_zero(ea) and _has_no_zero(eb):
        return spread + np.abs(v)
    return spread + np.abs(v) * ~(exact_factor(a, ea) | exact_factor(b, eb))


def _times_number(v: Array, a: Array, ea: Array, number: Array) -> Any:
    """Return what `_multiply` does where a factor is one exact number, in fewer steps."""
    spread = np.abs(number) * ea
    if exact_factor(number, _NOTHING):
        return spread
    return spread + np.abs(v) if _has_no_zero(ea) else spread + np.abs(v) * ~exact_factor(a, ea)


def _divide(v: Array, _a: Array, ea: Array, b: Array, eb: Array) -> Any:
    if is_exact_number(b, eb) and b:
        spread = ea / np.abs(b)
        return spread if exact_factor(b, _NOTHING) else spread + np.abs(v)
    nearest = np.abs(b) - unit() * eb
    spread = (ea + np.abs(v) * eb) / nearest
    if not np.all(nearest > 0):
        spread = np.where(nearest > 0, spread, np.inf)
    return spread + np.abs(v) * ~exact_factor(b, eb)


def _square(v: Array, a: Array, ea: Array) -> Any:
    return (2 * np.abs(a) + unit() * ea) * ea + v * ~exact_factor(a, ea)


def _sqrt(v: Array, a: Array, ea: Array) -> Any:
    lowest = a - unit() * ea
    slope = np.where(lowest >= 0, 1 / (v + np.sqrt(lowest)), np.inf)
    return _spread(slope, ea) + v  # sqrt is rounded correctly


def _power(v: Array, a: Array, ea: Array, p: Array, ep: Array) -> Any:
    size, radius = np.abs(a), unit() * ea
    if is_exact_number(p, ep) and p >= 3 and p == np.floor(p):
        return _spread(p * np.power(size + radius, p - 1), ea) + np.maximum(p, LIBM) * np.abs(v)
    whole = (p == np.floor(p)) & (ep == 0)
    steepest = np.where(p >= 1, size + radius, size - radius)
    slope = np.abs(p) * np.power(np.maximum(steepest, 0), p - 1)
    lost = (steepest <= 0) | (~whole & (a < radius))  # a pole, or perhaps the root of a negative number
    spread = _spread(np.where(lost & (p != 0), np.inf, np.where(p == 0, 0, slope)), ea)
    # x*x*x rounds twice, pow() within a libm's error: the larger of both; x**0, x**1 round nothing
    steps = np.where(whole, np.maximum(np.abs(p), LIBM), LIBM)
    steps = np.where(ep == 0, np.where((p == 0) | (p == 1), 0, np.where(p == 2, 2, steps)), steps)
    if ep.any():
        spread = np.where(ep == 0, spread, _spread_of_exponent(v, a, ea, p, ep))
    return spread + steps * np.abs(v)


def _spread_of_exponent(v: Array, a: Array, ea: Array, p: Array, ep: Array) -> Any:
    """Return the bound of exp(p log a), both uncertain; infinite where a may be negative."""
    u, size = unit(), np.abs(a)
    farthest = -np.log1p(-u * ea / size)  # log a within its bound
    drift = (np.abs(p) + u * ep) * farthest + u * ep * np.abs(np.log(size))
    spread = np.where(a > u * ea, np.abs(v) * np.expm1(drift) / u, np.inf)
    return np.where(exact_zero(a, ea) & (p > u * ep), 0, spread)


def _elementary(slope: Callable[[Any, Any, Any], Any]) -> Rule:
    """Return the rule of a libm function from its steepest slope(v, a, radius) on [a - radius, a + radius]."""

    def rule(v: Array, a: Array, ea: Array) -> Any:
        return _spread(slope(v, a, unit() * ea), ea) + LIBM * np.abs(v)

    return rule


def _slope_tan(v: Any, _a: Any, radius: Any) -> Any:
    turn = np.where(radius < 1, np.tan(radius), np.inf)
    return np.where(np.abs(v) * turn < 1, 1 + ((np.abs(v) + turn) / (1 - np.abs(v) * turn)) ** 2, np.inf)


def _arc(v: Array, a: Array, ea: Array) -> Any:
    """Arcsine and arccosine. A bound that leaves [-1, 1] is for programs that clip: others may return NaN there."""
    radius = unit() * ea
    outermost, innermost = np.abs(a) + radius, np.maximum(np.abs(a) - radius, -1)
    slope = np.where(outermost < 1, ea / np.sqrt(1 - outermost**2), np.arccos(innermost) / unit())
    return np.where(ea == 0, 0, slope) + LIBM * np.abs(v)


def _inner(a: Any, radius: Any) -> Any:
    return np.maximum(np.abs(a) - radius, 0)


def _same(_v: Array, _a: Array, ea: Array) -> Any:
    return ea.copy()


def _step(function: np.ufunc) -> Rule:
    """Return the rule of a function with integer values: a jump within the bound may go either way."""

    def rule(_v: Array, a: Array, ea: Array) -> Any:
        radius = unit() * ea
        certain = (ea == 0) | (function(a - radius) == function(a + radius))
        return np.where(certain, 0, np.inf)

    return rule


def _heaviside(v: Array, a: Array, ea: Array, _h: Array, eh: Array) -> Any:
    jump = (np.abs(a) <= unit() * ea) & (ea > 0)
    return np.where(jump, np.inf, np.where(a == 0, eh, np.zeros_like(v)))


def _maximum(v: Array, a: Array, ea: Array, b: Array, eb: Array) -> Any:
    # the error of whatever may be the maximum; "not below" also where a bound of an infinite value makes NaN
    u = unit()
    return np.maximum(np.where(a + u * ea < v, 0, ea), np.where(b + u * eb < v, 0, eb))


def _minimum(v: Array, a: Array, ea: Array, b: Array, eb: Array) -> Any:
    return _maximum(-v, -a, ea, -b, eb)


def _hypot(v: Array, _a: Array, ea: Array, _b: Array, eb: Array) -> Any:
    return np.hypot(ea, eb) + LIBM * v  # a norm moves by at most the norm of the step


def _arctan2(v: Array, y: Array, ey: Array, x: Array, ex: Array) -> Any:
    u = unit()
    nearest = np.hypot(x, y) - u * np.hypot(ex, ey)
    turned = (np.abs(x) + u * ex) * ey + (np.abs(y) + u * ey) * ex
    # the jump between -pi and pi, and the origin, where every direction is near
    cut = (x - u * ex < 0) & (np.abs(y) <= u * ey) & (ey > 0)
    cut |= (nearest <= 0) & ((ex > 0) | (ey > 0))
    return np.where(cut, np.inf, _spread(_reciprocal(nearest) ** 2, turned)) + LIBM * np.abs(v)


def _logaddexp(v: Array, a: Array, ea: Array, b: Array, eb: Array) -> Any:
    # max + log1p(exp(-|a - b|)), as numpy and students compute it: near v = 0 the parts cancel
    gap = -np.abs(a - b)
    ratio = np.exp(gap)
    e_ratio = RULES[np.exp](ratio, gap, ea + eb - gap)
    correction = np.log1p(ratio)
    e_correction = RULES[np.log1p](correction, ratio, e_ratio)
    return _maximum(np.maximum(a, b), a, ea, b, eb) + e_correction + np.abs(v)


RULES: dict[np.ufunc, Rule] = {
    np.add: _add,
    np.subtract: _add,
    np.multiply: _multiply,
    np.divide: _divide,
    np.reciprocal: lambda v, a, ea: _divide(v, v, np.zeros_like(v), a, ea),
    np.square: _square,
    np.sqrt: _sqrt,
    np.power: _power,
    np.float_power: _power,
    np.positive: _same,
    np.negative: _same,
    np.absolute: _same,
    np.fabs: _same,
    np.conjugate: _same,
    np.exp: _elementary(lambda v, _a, r: v * np.exp(r)),
    np.exp2: _elementary(lambda v, _a, r: np.log(np.longdouble(2)) * v * np.exp2(r)),
    np.expm1: _elementary(lambda _v, a, r: np.exp(a + r)),
    np.log: _elementary(lambda _v, a, r: _reciprocal(a - r)),
    np.log2: _elementary(lambda _v, a, r: _reciprocal(a - r) / np.log(np.longdouble(2))),
    np.log10: _elementary(lambda _v, a, r: _reciprocal(a - r) / np.log(np.longdouble(10))),
    np.log1p: _elementary(lambda _v, a, r: _reciprocal(1 + a - r)),
    np.sin: _elementary(lambda _v, a, r: np.minimum(np.abs(np.cos(a)) + r, 1)),
    np.cos: _elementary(lambda _v, a, r: np.minimum(np.abs(np.sin(a)) + r, 1)),
    np.tan: _elementary(_slope_tan),
    np.sinh: _elementary(lambda _v, a, r: np.cosh(np.abs(a) + r)),
    np.cosh: _elementary(lambda _v, a, r: np.sinh(np.abs(a) + r)),
    np.tanh: _elementary(lambda _v, a, r: np.cosh(_inner(a, r)) ** -2),
    np.arctan: _elementary(lambda _v, a, r: 1 / (1 + _inner(a, r) ** 2)),
    np.arcsin: _arc,
    np.arccos: _arc,
    np.arctan2: _arctan2,
    np.hypot: _hypot,
    np.logaddexp: _logaddexp,
    np.maximum: _maximum,
    np.minimum: _minimum,
    np.fmax: _maximum,
    np.fmin: _minimum,
    np.sign: _step(np.sign),
    np.floor: _step(np.floor),
    np.ceil: _step(np.ceil),
    np.trunc: _step(np.trunc),
    np.rint: _step(np.rint),
    np.heaviside: _heaviside,
}
"""From a ufunc to its rule: the error of the result `v`, given the values and errors of the operands in turn."""

COMPARISONS = frozenset({np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal})
TESTS = frozenset(
    {
        np.isfinite,
        np.isinf,
        np.isnan,
        np.signbit,
        np.logical_and,
        np.logical_or,
        np.logical_not,
        np.logical_xor,
    }
)
"""These answer with plain booleans, from the values as the assumed precision holds them."""
