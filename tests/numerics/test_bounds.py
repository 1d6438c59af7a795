"""The bounds are above every error that an honest program makes, and are never lost in silence."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.numerics.bounds import FUNCTIONS, METHODS, Bounded, NoBoundError, assuming, decisions, lift
from autograder.numerics.rules import COMPARISONS, RULES, TESTS, Decisions

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, Any]

UNIT = {np.float32: np.longdouble(2) ** -24, np.float64: np.longdouble(2) ** -53}
SLACK = 1.01
"""For the second order in u: sums of sums grow by (1 + n u), which is 1e-5 at most in float32 here."""


def x64(*shape: int, seed: int = 0) -> Array:
    """Return generic numbers that float32 holds."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32).astype(np.float64)


def rough(*shape: int, seed: int = 0) -> Bounded:
    """Return generic numbers with generic errors of a few units."""
    return Bounded(x64(*shape, seed=seed), np.abs(x64(*shape, seed=seed + 1)))


def covers(bound: Bounded, got: Any, dtype: Any = np.float64, truth: Any = None) -> bool:
    """Return whether `got` is within the bound of the truth, wherever there is a bound."""
    want = bound.value if truth is None else truth
    distance = np.abs(np.asarray(got, np.longdouble) - want)
    allowed = SLACK * UNIT[dtype] * bound.error + np.finfo(dtype).smallest_subnormal
    return bool(np.all((distance <= allowed) | np.isinf(bound.error)))


# ------------------------------------------------------------------------------------- honest programs stay within

SIDE = 3
UNARY = "negative absolute square sqrt exp expm1 log log1p sin cos tanh arctan sinh reciprocal".split()  # noqa: SIM905
BINARY = "add subtract multiply divide maximum minimum hypot logaddexp".split()  # noqa: SIM905
TOGETHER = ["matmul", "sum0", "sum1", "mean", "cumsum", "norm"]
STEPS = st.lists(
    st.tuples(st.sampled_from(UNARY + 2 * BINARY + 2 * TOGETHER), st.integers(0, 7), st.integers(0, 7)),
    min_size=1,
    max_size=7,
)
HUGE = mpmath.mpf(10) ** 400
NUMBERS = st.floats(-100, 100, width=32, allow_subnormal=False) | st.sampled_from(
    [0.0, 1.0, -1.0, 0.5, 3.0, 1e-6]
)
MATRICES = hnp.arrays(np.float64, (SIDE, SIDE), elements=NUMBERS.map(lambda x: float(np.float32(x))))


def limited(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function of mpmath that takes no age: beyond 10^5 an exponential is 0 or infinite to any float."""
    return lambda a: function(max(min(a, mpmath.mpf(10**5)), -mpmath.mpf(10**5)))


MP: dict[str, Callable[..., Any]] = {
    "negative": operator.neg,
    "absolute": abs,
    "square": lambda a: a * a,
    "reciprocal": lambda a: 1 / a,
    "arctan": mpmath.atan,
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "maximum": max,
    "minimum": min,
    "hypot": mpmath.hypot,
    "logaddexp": lambda a, b: max(a, b) + mpmath.log1p(mpmath.exp(max(-abs(a - b), -(10**5)))),
    **{name: getattr(mpmath, name) for name in "sqrt log log1p sin cos".split()},  # noqa: SIM905
    **{name: limited(getattr(mpmath, name)) for name in "exp expm1 tanh sinh".split()},  # noqa: SIM905
}


def together(name: str, a: Any, b: Any) -> Any:
    """Return one of the operations that sum, in plain numpy."""
    match name:
        case "matmul":
            return a @ b
        case "sum0":
            return a.sum(axis=0, keepdims=True) + 0 * a
        case "sum1":
            return np.sum(a, axis=1)[:, None] * b
        case "mean":
            return np.mean(a) - b
        case "cumsum":
            return np.cumsum(a, axis=0)
        case _:
            return np.linalg.norm(a) + b


def exact_or_nan(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of mpmath numbers that is NaN where it is not a real number."""

    def tried(*args: Any) -> Any:
        if any(not abs(arg) < HUGE for arg in args):
            return mpmath.nan
        try:
            found = function(*args)
        except (ZeroDivisionError, ValueError, OverflowError):
            return mpmath.nan
        return found if isinstance(found, mpmath.mpf) else mpmath.nan

    return tried


def in_mpmath(name: str, a: Any, b: Any) -> Any:
    """Return one step in 60 digits."""
    if name in UNARY:
        return np.frompyfunc(exact_or_nan(MP[name]), 1, 1)(a)
    if name in BINARY:
        return np.frompyfunc(exact_or_nan(MP[name]), 2, 1)(a, b)
    if name == "norm":
        return mpmath.sqrt((a * a).sum()) + b
    return together(name, a, b)


def in_any_order(name: str, a: Array, b: Array, rng: np.random.Generator) -> Any:
    """Return one step in the arrays' precision, with its sums in an order of its own."""
    if name in UNARY:
        return getattr(np, name)(a)
    if name in BINARY:
        return getattr(np, name)(a, b)
    order = rng.permutation(SIDE)
    if name == "matmul" and rng.random() < 0.7:
        return sum_in_order([np.outer(a[:, k], b[k]) for k in order])
    if name == "sum0" and rng.random() < 0.7:
        return sum_in_order([a[k] for k in order])[None] + 0 * a
    if name == "mean" and rng.random() < 0.7:
        entries = a.ravel()[rng.permutation(a.size)]
        return sum_in_order(list(entries)) / a.dtype.type(a.size) - b
    return together(name, a, b)


def sum_in_order(terms: list[Any]) -> Any:
    """Return the sum from left to right."""
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@settings(deadline=None, max_examples=200)
@given(first=MATRICES, second=MATRICES, steps=STEPS, seed=st.integers(0, 2**16))
def test_random_programs_stay_within_the_bound(
    dtype: Any, first: Array, second: Array, steps: Any, seed: int
) -> None:
    """Whatever is composed, in whatever order it sums, each precision stays within u E of the truth in 60 digits."""
    rng = np.random.default_rng(seed)
    with assuming(dtype), mpmath.workdps(60), np.errstate(all="ignore"):
        bounds: list[Any] = [lift(first), lift(second)]
        floats: list[Any] = [first.astype(dtype), second.astype(dtype)]
        truths: list[Any] = [np.vectorize(mpmath.mpf, otypes=[object])(x) for x in (first, second)]
        for name, i, j in steps:
            pick = (i % len(bounds), j % len(bounds))
            a, b = (bounds[k] for k in pick)
            bounds.append(
                getattr(np, name)(a)
                if name in UNARY
                else getattr(np, name)(a, b)
                if name in BINARY
                else together(name, a, b)
            )
            floats.append(in_any_order(name, floats[pick[0]], floats[pick[1]], rng))
            truths.append(in_mpmath(name, truths[pick[0]], truths[pick[1]]))
            assert floats[-1].dtype == dtype
            known = np.isfinite(bounds[-1].error)
            distance = np.vectorize(lambda x, y: float(abs(mpmath.mpf(float(x)) - y)))(floats[-1], truths[-1])
            allowed = SLACK * UNIT[dtype] * bounds[-1].error + np.finfo(dtype).smallest_subnormal
            assert np.all((distance <= allowed) | ~known), (name, distance / allowed)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(5))
def test_a_sum_stays_within_in_any_order(dtype: Any, seed: int) -> None:
    """Sequential, reversed, shuffled, sorted, blocked, pairwise, exactly rounded: one bound for all."""
    rng = np.random.default_rng(seed)
    terms = x64(60, seed=seed) * 2.0 ** rng.integers(-8, 8, 60)
    bound, held = lift(terms).sum(), terms.astype(dtype)
    orders = [np.arange(60), np.arange(60)[::-1], rng.permutation(60), np.argsort(np.abs(terms))]
    sums = [sum_in_order(list(held[order])) for order in orders]
    sums += [held.sum(), held.reshape(6, 10).sum(axis=0).sum(), held.reshape(10, 6).sum(axis=1).sum()]
    sums += [dtype(math.fsum(terms)), np.cumsum(held)[-1], np.add.reduceat(held, [0, 7, 31]).sum()]
    assert all(covers(bound, total, dtype) for total in sums)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_matrix_product_stays_within_however_it_is_written(dtype: Any) -> None:
    """@, loops, einsum, tensordot, outer products, blocks along the inner axis: all within the bound of @."""
    a, b = x64(5, 11), x64(11, 7, seed=1)
    bound = lift(a) @ lift(b)
    A, B = a.astype(dtype), b.astype(dtype)
    loops = np.array(
        [[sum_in_order([A[i, k] * B[k, j] for k in range(11)]) for j in range(7)] for i in range(5)]
    )
    blocks = A[:, :4] @ B[:4] + A[:, 4:] @ B[4:]
    rows = (A[:, :, None] * B[None]).sum(axis=1)
    ways = [A @ B, loops, np.einsum("ik,kj->ij", A, B), np.tensordot(A, B, 1), blocks, rows, (B.T @ A.T).T]
    assert all(covers(bound, way, dtype) for way in ways)


def test_every_way_to_write_a_matrix_product_has_the_same_bound() -> None:
    """The witness's notation makes no difference."""
    a, b = rough(4, 5), rough(5, 3, seed=5)
    ways: list[Any] = [
        np.dot(a, b),
        np.einsum("ij,jk", a, b),
        np.tensordot(a, b, 1),
        np.inner(a, b.T),
        a.dot(b),
    ]
    for way in ways:
        np.testing.assert_allclose(way.error.astype(float), (a @ b).error.astype(float), rtol=1e-12)


def test_the_value_itself_is_better_than_a_double() -> None:
    """Where longdouble is wider, the value's own error is hundreds of times below the bound."""
    x = x64(20)
    bound = (np.exp(lift(x)) * lift(x)).sum()
    with mpmath.workdps(40):
        truth = mpmath.fsum(mpmath.exp(float(t)) * mpmath.mpf(float(t)) for t in x)
        off = abs(mpmath.mpf(bound.value.astype(str).item()) - truth)
    assert float(off) <= float(np.finfo(np.longdouble).eps * 2 * bound.error)


UNARY_POINTS = {
    "arcsin": [-0.9, 0.0, 0.5, 0.99],
    "arccos": [-0.9, 0.0, 0.5, 0.99],
    "log": [1e-3, 1.0, 7.0],
    "log2": [1e-3, 1.0, 7.0],
    "log10": [1e-3, 1.0, 7.0],
    "log1p": [-0.9, 0.0, 7.0],
    "sqrt": [1e-3, 1.0, 7.0],
}
STEPPING = {np.sign, np.floor, np.ceil, np.trunc, np.rint, np.heaviside}


@pytest.mark.parametrize(
    "ufunc", [ufunc for ufunc in RULES if ufunc.nin == 1], ids=lambda ufunc: ufunc.__name__
)
@pytest.mark.parametrize("error", [1, 1e3, 1e5])
def test_a_unary_bound_covers_every_operand_within_the_bound(ufunc: np.ufunc, error: float) -> None:
    """Moving the operand to any place within its bound moves the value within the bound of the result."""
    u = UNIT[np.float32]
    points = np.array(UNARY_POINTS.get(ufunc.__name__, [-7.0, -1.0, -0.3, 0.0, 1e-3, 0.8, 1.57, 3.0, 20.0]))
    with assuming(np.float32), np.errstate(all="ignore"):
        bound = ufunc(Bounded(points, error))
        for place in np.linspace(-1, 1, 9):
            moved = ufunc(points.astype(np.longdouble) + place * u * error)
            assert covers(bound, moved, np.float32), (ufunc, place)


@pytest.mark.parametrize(
    "ufunc", [ufunc for ufunc in RULES if ufunc.nin == 2], ids=lambda ufunc: ufunc.__name__
)
@pytest.mark.parametrize("errors", [(0, 1e4), (1e4, 0), (1e3, 1e5), (1e5, 1e5)])
def test_a_binary_bound_covers_every_pair_of_operands(ufunc: np.ufunc, errors: tuple[float, float]) -> None:
    """The same for two operands that move at once."""
    u = UNIT[np.float32]
    points = np.array([-3.0, -1.0, -1e-3, 0.0, 1e-3, 0.5, 2.0, 2.001])
    a, b = (part.ravel() for part in np.meshgrid(points, points))
    with assuming(np.float32), np.errstate(all="ignore"):
        bound = ufunc(Bounded(a, errors[0]), Bounded(b, errors[1]))
        for s in np.linspace(-1, 1, 5):
            for t in np.linspace(-1, 1, 5):
                wide = a.astype(np.longdouble), b.astype(np.longdouble)
                moved = ufunc(wide[0] + s * u * errors[0], wide[1] + t * u * errors[1])
                assert covers(bound, moved, np.float32), (ufunc, s, t)


@pytest.mark.parametrize("name", ["max", "min", "sort", "prod", "cumsum", "std", "var", "mean"])
@pytest.mark.parametrize("spread", [1e-6, 1.0])
def test_bounds_of_reductions_cover_every_move_of_the_entries(name: str, spread: float) -> None:
    """Entries that may overtake one another count for extremes and orders."""
    rng, u = np.random.default_rng(0), UNIT[np.float32]
    x = 1 + spread * x64(3, 6)
    errors = np.abs(x64(3, 6, seed=1)) * 100
    with assuming(np.float32):
        bound = getattr(np, name)(Bounded(x, errors), axis=1)
        for _ in range(50):
            moved = getattr(np, name)(
                x.astype(np.longdouble) + u * errors * rng.uniform(-1, 1, x.shape), axis=1
            )
            assert covers(bound, moved, np.float32)


# ------------------------------------------------------------------------------------- sharp where nothing is rounded

EXACT: dict[str, Callable[[Any], Any]] = {
    "times zero": lambda x: 0 * x,
    "times one": lambda x: 1 * x,
    "times a power of two": lambda x: x * 0.25,
    "over a power of two": lambda x: x / 8,
    "plus zero": lambda x: x + 0,
    "minus zero": lambda x: x - np.zeros(3),
    "negation": lambda x: -x,
    "absolute": abs,
    "maximum": lambda x: np.maximum(x, 0),
    "a sum with one term": lambda x: (x * np.array([0, 1, 0])).sum(),
    "a one-hot product": lambda x: np.eye(3) @ x,
    "a one-hot einsum": lambda x: np.einsum("ij,j->i", np.eye(3), x),
    "a mean of one": lambda x: x[:1].mean(),
    "first power": lambda x: x**1,
    "zeroth power": lambda x: x**0,
    "rounding": np.floor,
    "moves": lambda x: np.concatenate([x[::-1], x]).reshape(2, 3).T,
    "add.at to zeros": lambda x: added_at(np.zeros_like(x), x),
}


def added_at(target: Any, x: Any) -> Any:
    """Return the target after one addition to each entry."""
    np.add.at(target, np.arange(3), x)
    return target


@pytest.mark.parametrize("operation", EXACT.values(), ids=EXACT)
def test_operations_that_round_nothing_add_no_error(operation: Callable[[Any], Any]) -> None:
    """Exact operands stay exact through zeros, signs, powers of two and moves."""
    assert not operation(lift(np.array([0.3, -1.7, 2.9]))).error.any()


def test_the_documented_rules() -> None:
    """The formulas of numerics.md, section 3, on one pair of numbers."""
    a: Any = Bounded(3.0, 5.0)
    b: Any = Bounded(-1.5, 7.0)
    assert (a + b).error == 5 + 7 + 1.5
    assert (a * b).error == pytest.approx(3 * 7 + 1.5 * 5 + 4.5)
    assert (a / b).error == pytest.approx((5 + 2 * 7) / 1.5 + 2)
    assert np.exp(a).error == pytest.approx(float(np.exp(3.0) * (5 + 4)))
    assert np.log(a).error == pytest.approx(5 / 3 + 4 * math.log(3))
    assert np.tanh(a).error == pytest.approx((1 - math.tanh(3) ** 2) * 5 + 4 * math.tanh(3))
    assert np.sum(lift([1.0, -2.0, 3.0])).error == 2 * 6
    assert (lift([1.0, -2.0, 3.0]) @ lift([3.0, 3.0, 3.0])).error == 3 * 18


def test_a_square_of_zero_give_or_take_is_not_exact() -> None:
    """The second order is all that is left at zero, and it is counted."""
    assert (Bounded(0.0, 1.0) ** 2).error > 0
    assert (Bounded(0.0, 1.0) * Bounded(0.0, 1.0)).error > 0
    assert (Bounded([0.0], 1.0) @ Bounded([0.0], 1.0)).error > 0


# ------------------------------------------------------------------------------------- infinite rather than wrong

DOUBTFUL = Bounded(2.0**-53, 3.0)
LOST: dict[str, Callable[[], Any]] = {
    "division by a doubtful zero": lambda: 1 / DOUBTFUL,
    "reciprocal": lambda: np.reciprocal(DOUBTFUL),
    "logarithm": lambda: np.log(DOUBTFUL),
    "square root": lambda: np.sqrt(DOUBTFUL),
    "negative power": lambda: DOUBTFUL**-2,
    "broken power": lambda: DOUBTFUL**1.5,
    "doubtful exponent of a negative number": lambda: np.power(-2.0, Bounded(3.0, 1.0)),
    "log1p": lambda: np.log1p(DOUBTFUL - 1),
    "tangent at its pole": lambda: np.tan(Bounded(np.pi / 2, 2.0)),
    "arctan2 at its cut": lambda: np.arctan2(Bounded(0.0, 1.0), -1.0),
    "arctan2 at the origin": lambda: np.arctan2(DOUBTFUL, DOUBTFUL),
    "sign": lambda: np.sign(DOUBTFUL),
    "floor at a step": lambda: np.floor(Bounded(2.0, 1.0)),
    "heaviside": lambda: np.heaviside(DOUBTFUL, 0.5),
    "overflow": lambda: np.exp(lift(1000.0)),
    "overflow of terms that cancel": lambda: np.sum(lift([1.7e308, 1.7e308, -1.7e308])),
    "logarithm after underflow": lambda: np.log(np.exp(lift(-800.0))),
    "a norm whose squares underflow": lambda: np.linalg.norm(lift([1e-200, 1e-200])),
    "a norm whose squares overflow": lambda: np.linalg.norm(lift([1e200, 1e200])),
    "a value that is not finite": lambda: lift(1.0) / 0.0,
    "zero times unknown": lambda: 0.0 * Bounded(1.0, np.inf),
    "a sum with an unknown": lambda: Bounded([1.0, 1.0], [0, np.inf]).sum(),
    "the larger of 0 and an unknown": lambda: np.maximum(0.0, np.log(lift(0.0))),
    "an order with an unknown": lambda: np.sort(np.log(lift([0.0, 1.0]))),
    "an unwritten entry": lambda: np.empty_like(lift(1.0)) + 1,
}


@pytest.mark.parametrize("operation", LOST.values(), ids=LOST)
def test_a_bound_that_covers_a_pole_is_infinite(operation: Callable[[], Any]) -> None:
    """Where the first order says nothing, the bound says so."""
    assert np.isinf(operation().error).all()


def test_the_assumed_precision_decides_what_is_representable() -> None:
    """A tenth is a double and not a single; 1e200 overflows in float32; 1e-40 loses digits there."""
    assert lift(0.1).error == 0
    with assuming(np.float32):
        assert lift(0.1).error == np.longdouble(0.1)
        assert lift(np.array([0.5, 2**24 + 1])).error.tolist() == [0, 2**24 + 1]
        assert np.isinf((lift(1e30) * 1e30).error)
        assert np.all((lift(1e-30) * 1e-10).error > 1e-38)
    assert np.isfinite((lift(1e30) * 1e30).error)


def test_underflow_adds_the_error_of_a_tiny_result() -> None:
    """1e-310 keeps few digits: its error is that of the smallest normal number."""
    assert (lift(1e-300) * lift(1e-10)).error >= np.finfo(np.float64).tiny


def test_clipped_arguments_of_arccos_have_a_finite_bound() -> None:
    """The angle of parallel vectors is 0 up to the root of u, not anything at all."""
    clipped: Any = np.clip(Bounded(1.0, 4.0), -1, 1)
    honest = math.acos(1 - 4 * 2.0**-53)
    assert honest <= np.arccos(clipped).error * 2.0**-53 < 3 * honest


# ------------------------------------------------------------------------------------- numpy's functions

Z: Any = np.array([[0.5, -1.5, 3.0], [2.0, 0.7, -0.3]], np.float32).astype(np.float64)
SAME: dict[str, Callable[[Any], Any]] = {
    "sum": lambda x: np.sum(x, axis=(0, -1)),
    "mean": lambda x: np.mean(x, axis=-1, keepdims=True),
    "average": lambda x: np.average(x, axis=1, weights=np.array([1.0, 2.0, 5.0])),
    "var": lambda x: np.var(x, axis=0, ddof=1),
    "std": lambda x: np.std(x, axis=1),
    "prod": lambda x: np.prod(x, axis=0, keepdims=True),
    "cumsum": lambda x: np.cumsum(x, axis=1),
    "trace": np.trace,
    "diff": lambda x: np.diff(x, n=2, axis=1),
    "dot": lambda x: np.dot(x, x.T),
    "vdot": lambda x: np.vdot(x, x),
    "inner": lambda x: np.inner(x, x),
    "outer": lambda x: np.outer(x[0], x[1]),
    "kron": lambda x: np.kron(x, x),
    "convolve": lambda x: np.convolve(x[0], x[1], mode="same"),
    "tensordot": lambda x: np.tensordot(x, x, axes=([0], [0])),
    "einsum": lambda x: np.einsum("ij,ij,j->i", x, x, x[0], optimize=True),
    "norm": lambda x: np.linalg.norm(x, axis=1, keepdims=True),
    "max": lambda x: np.max(x, axis=(0, 1)),
    "min": lambda x: np.min(x, axis=0, keepdims=True),
    "argmax": lambda x: np.argmax(x, axis=1),
    "argmin": lambda x: np.argmin(x, axis=0, keepdims=True),
    "argsort": lambda x: np.argsort(x, axis=None),
    "sort": lambda x: np.sort(x, axis=0),
    "clip": lambda x: np.clip(x, -1, 1),
    "round": lambda x: np.round(x, 2),
    "where": lambda x: np.where(x > 0, x, 0.5),
    "zeros_like": np.zeros_like,
    "ones_like": lambda x: np.ones_like(x, dtype=float),
    "full_like": lambda x: np.full_like(x, 3, shape=(4,)),
    "nan_to_num": lambda x: np.nan_to_num(x / 0.5),
    "linspace": lambda x: np.linspace(x[0], x[1], 5),
    "reshape": lambda x: np.reshape(x, (3, -1)),
    "ravel": np.ravel,
    "transpose": lambda x: np.transpose(x, (1, 0)),
    "swapaxes": lambda x: np.swapaxes(x, 0, 1),
    "moveaxis": lambda x: np.moveaxis(x, 0, 1),
    "rollaxis": lambda x: np.rollaxis(x, 1),
    "expand_dims": lambda x: np.expand_dims(x, 1),
    "squeeze": lambda x: np.squeeze(x[:1]),
    "broadcast_to": lambda x: np.broadcast_to(x, (4, 2, 3)),
    "copy": np.copy,
    "diag": lambda x: np.diag(x[0]),
    "diagonal": np.diagonal,
    "tile": lambda x: np.tile(x, (2, 1)),
    "repeat": lambda x: np.repeat(x, 2, axis=1),
    "take": lambda x: np.take(x, [2, 0], axis=1),
    "take_along_axis": lambda x: np.take_along_axis(x, np.array([[1], [2]]), axis=1),
    "flip": lambda x: np.flip(x, 1),
    "fliplr": np.fliplr,
    "flipud": np.flipud,
    "roll": lambda x: np.roll(x, 1, axis=1),
    "rot90": np.rot90,
    "split": lambda x: np.split(x, 3, axis=1)[2],
    "array_split": lambda x: np.array_split(x, 2, axis=1)[1],
    "hsplit": lambda x: np.hsplit(x, 3)[0],
    "vsplit": lambda x: np.vsplit(x, 2)[1],
    "triu": np.triu,
    "tril": lambda x: np.tril(x, -1),
    "real": np.real,
    "concatenate": lambda x: np.concatenate([x, np.ones((1, 3))], axis=0),
    "stack": lambda x: np.stack([x, x], axis=-1),
    "vstack": lambda x: np.vstack([x, x[0]]),
    "hstack": lambda x: np.hstack([x, x]),
    "dstack": lambda x: np.dstack([x, x]),
    "column_stack": lambda x: np.column_stack([x[0], x[1]]),
    "atleast_1d": lambda x: np.atleast_1d(x[0, 0]),
    "atleast_2d": lambda x: np.atleast_2d(x[0]),
    "atleast_3d": np.atleast_3d,
    "broadcast_arrays": lambda x: np.broadcast_arrays(x, x[0])[1],
    "meshgrid": lambda x: np.meshgrid(x[0], x[1], indexing="ij")[1],
    "isclose": lambda x: np.isclose(x, 0.7, atol=0.3),
    "allclose": lambda x: np.allclose(x, x),
    "array_equal": lambda x: np.array_equal(x, x + 1),
    "array_equiv": lambda x: np.array_equiv(x, x),
    "any": lambda x: np.any(x, axis=0),
    "all": np.all,
    "nonzero": lambda x: np.nonzero(x > 0)[0],
    "flatnonzero": np.flatnonzero,
    "argwhere": np.argwhere,
    "count_nonzero": np.count_nonzero,
    "ndim": np.ndim,
    "shape": np.shape,
    "size": np.size,
    # in place
    "put_along_axis": lambda x: changed(x, lambda y: np.put_along_axis(y, np.array([[1], [2]]), 9.0, 1)),
    "fill_diagonal": lambda x: changed(x, lambda y: np.fill_diagonal(y, 9.0)),
    "copyto": lambda x: changed(x, lambda y: np.copyto(y, x[0])),
    # written differently
    "norm 1": lambda x: np.linalg.norm(x, 1),
    "norm inf": lambda x: np.linalg.norm(x, np.inf),
    "norm fro": lambda x: np.linalg.norm(x, "fro"),
    "norm of rows 1": lambda x: np.linalg.norm(x, 1, axis=1),
    "norm of rows inf": lambda x: np.linalg.norm(x, np.inf, axis=1),
    "norm of rows -inf": lambda x: np.linalg.norm(x, -np.inf, axis=1),
    "norm of rows 3": lambda x: np.linalg.norm(x, 3, axis=1),
    "average plain": np.average,
    "where nonzero": lambda x: np.where(x > 1)[1],
    "argmax flat": np.argmax,
    "clip above": lambda x: np.clip(x, None, 0.6),
    "clip by name": lambda x: np.clip(x, min=-1.0, max=0.6),
    "zeros_like int": lambda x: np.zeros_like(x, dtype=int),
    "sort flat": lambda x: np.sort(x, axis=None),
    "multiply.outer": lambda x: np.multiply.outer(x[0], x[1]),
    "maximum.reduce": np.maximum.reduce,
    "multiply.reduce": lambda x: np.multiply.reduce(x, axis=1),
    "add.reduce": lambda x: np.add.reduce(x, axis=None),
    "add.accumulate": lambda x: np.add.accumulate(x, axis=1),
    "add.at": lambda x: changed(x, lambda y: np.add.at(y, ([0, 0, 1], [1, 1, 2]), x[0])),
    "subtract.at": lambda x: changed(x, lambda y: np.subtract.at(y, [0, 0], x[1])),
    "batched matmul": lambda x: x[:, None, :] @ np.ones((2, 3, 1)),
    "float_power": lambda x: np.float_power(abs(x), 1.5),
    "power of arrays": lambda x: x[:, :, None] ** np.arange(4),
    "exponent": lambda x: 2.0**x,
    "np.negative out": lambda x: changed(x, lambda y: np.negative(x, out=y)),
    "sum out": lambda x: changed(x, lambda y: np.sum(x, axis=0, out=y[0])),
    # methods
    ".sum": lambda x: x.sum(0),
    ".mean": lambda x: x.mean(1, keepdims=True),
    ".var": lambda x: x.var(),
    ".std": lambda x: x.std(axis=0, ddof=1),
    ".prod": lambda x: x.prod(),
    ".cumsum": lambda x: x.cumsum(),
    ".trace": lambda x: x.trace(),
    ".dot": lambda x: x.dot(x[0]),
    ".max": lambda x: x.max(axis=1, keepdims=True),
    ".min": lambda x: x.min(),
    ".argmax": lambda x: x.argmax(axis=0),
    ".argmin": lambda x: x.argmin(),
    ".argsort": lambda x: x.argsort(),
    ".clip": lambda x: x.clip(0, 1),
    ".round": lambda x: x.round(1),
    ".any": lambda x: x.any(),
    ".all": lambda x: x.all(axis=0),
    ".nonzero": lambda x: x.nonzero()[1],
    ".ravel": lambda x: x.ravel(),
    ".swapaxes": lambda x: x.swapaxes(0, 1),
    ".squeeze": lambda x: x[None].squeeze(),
    ".copy": lambda x: x.copy(),
    ".diagonal": lambda x: x.diagonal(),
    ".repeat": lambda x: x.repeat(2),
    ".take": lambda x: x.take([1, 1], axis=1),
    ".conjugate": lambda x: x.conjugate(),
    ".conj": lambda x: x.conj(),
    ".reshape": lambda x: x.reshape(3, 2),
    ".transpose": lambda x: x.transpose(1, 0),
    ".flatten": lambda x: x.T.flatten(),
    ".fill": lambda x: changed(x, lambda y: y.fill(2.5)),
    ".sort": lambda x: changed(x, lambda y: y.sort(axis=0)),
    ".astype": lambda x: x.astype(np.float64),
    ".item": lambda x: x.item(1, 2),
    ".tolist": lambda x: x[0].tolist()[2],
    ".T": lambda x: x.T,
    ".flat": lambda x: x.flat[4],
    ".shape": lambda x: (*x.shape, x.ndim, x.size, x.dtype == float, len(x)),
    "astype int": lambda x: x.astype(int),
    "astype bool": lambda x: x.astype(bool),
    "transpose()": lambda x: x.transpose(),
}


def changed(x: Any, change: Callable[[Any], Any]) -> Any:
    """Return a copy of x after an operation in place."""
    copy = x.copy()
    change(copy)
    return copy


@pytest.mark.parametrize("operation", SAME.values(), ids=SAME)
def test_functions_do_what_numpy_does(operation: Callable[[Any], Any]) -> None:
    """Shape and value are numpy's own, and numpy's double is within the bound."""
    found, expected = operation(lift(Z)), operation(Z)
    if not isinstance(found, Bounded):
        np.testing.assert_array_equal(found, expected)
        return
    assert found.shape == np.shape(expected)
    assert found.error.shape == found.shape
    assert np.isfinite(found.error).all()
    assert covers(found, expected)


def test_every_supported_function_and_method_is_compared_with_numpy() -> None:
    """A rule without an example above would be a rule without a test."""
    named = {str(function.__name__) for function in FUNCTIONS} | {f".{name}" for name in METHODS}
    assert named - SAME.keys() <= {"empty_like", "amax", "amin", "around"}


def test_errors_move_with_their_values() -> None:
    """Functions that only move entries keep every error with its own value."""
    x = Bounded(np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3))
    for name in (
        "transpose",
        "tile",
        "flip",
        "roll",
        "triu",
        "split",
        "stack",
        "broadcast_arrays",
        "take",
        ".flat",
    ):
        moved: Any = SAME[name](x)
        assert np.array_equal(moved.error, moved.value), name


@pytest.mark.parametrize("ufunc", sorted(COMPARISONS | TESTS, key=str))
def test_questions_have_plain_answers(ufunc: np.ufunc) -> None:
    """Comparisons and tests return what numpy returns, arrays of truth values."""
    inputs = [lift(Z), 0.7][: ufunc.nin]
    assert np.array_equal(ufunc(*inputs), ufunc(*[Z, 0.7][: ufunc.nin]))
    assert ufunc(*inputs).dtype == bool


def test_finite_means_finite_in_the_assumed_precision() -> None:
    """What longdouble still holds has long overflowed for a student."""
    assert np.isinf(np.exp(lift(1000.0)))
    with assuming(np.float32):
        assert not np.isfinite(lift(1e30) * 1e30)


# ------------------------------------------------------------------------------------- changing entries


def test_views_are_views_of_both_parts() -> None:
    """Changing a row changes the matrix, value and error."""
    x = lift(np.zeros((2, 3)))
    row = x[1]
    row += Bounded([1.0, 2.0, 3.0], 5.0)
    x.T[0, 0] = Bounded(7.0, 8.0)
    assert x.value.tolist() == [[7, 0, 0], [1, 2, 3]]
    assert x.error.tolist() == [[8, 0, 0], [5, 5, 5]]


def test_views_hold_after_computed_layouts() -> None:
    """A flat view of a computed transpose is a view of both parts or of none."""
    x: Any = np.exp(lift(x64(3, 4)).T)
    flat = x.reshape(-1)
    flat[0] = Bounded(9.0, 9.0)
    assert (x.value[0, 0] == 9) == (x.error[0, 0] == 9)


@pytest.mark.parametrize(
    "key",
    [
        (0, 1),
        slice(1),
        (slice(None), [2, 0]),
        np.array([[True, False, True], [False, False, True]]),
        np.ix_([1], [0, 2]),
    ],
    ids=["entry", "slice", "fancy", "mask", "ix_"],
)
def test_assignment_takes_what_numpy_takes(key: Any) -> None:
    """Entries are replaced with their bounds; plain numbers are exact."""
    x, plain = rough(2, 3), x64(2, 3)
    x[key] = Bounded(5.0, 6.0)
    plain[key] = 5.0
    assert np.array_equal(x.value, plain)
    assert (x[key].error == 6).all()
    x[key] = 1.5
    assert (x[key].error == 0).all()


def test_a_number_is_replaced_and_not_changed() -> None:
    """`total += 1` leaves another name of the same number alone, as with numpy's scalars."""
    first = total = lift([1.0, 2.0]).sum()
    total += 1
    assert (first.value, total.value) == (3, 4)


def test_in_place_operators_change_the_array() -> None:
    """All of them keep the identity of the array."""
    x: Any = lift(np.ones((2, 2)))
    same = x
    x -= 3
    x *= 1.5
    x /= 0.3
    x **= 2
    assert same is x
    assert covers(x, np.full((2, 2), ((1 - 3) * 1.5 / 0.3) ** 2))
    assert (x.error > 0).all()


def test_additions_at_an_index_count_each_time() -> None:
    """Three additions to one entry that held a number round three times, to any order's bound."""
    x: Any = lift([1.0, 5.0])
    np.add.at(x, [0, 0, 0], lift([0.1, 0.2, 0.3]))
    assert x.error.tolist() == [pytest.approx(3 * 1.6), 0]


def test_iteration_gives_numbers_with_bounds() -> None:
    """A loop over an array sees each entry with its own bound."""
    assert [item.error.item() for item in Bounded([1.0, 2.0], [3.0, 4.0])] == [3, 4]


def test_lists_with_bounds_are_stacked() -> None:
    """One array is made of nested lists."""
    made = lift([[Bounded(1.0, 2.0), 3], [4.0, Bounded(5.0, 6.0)]])
    assert made.value.tolist() == [[1, 3], [4, 5]]
    assert made.error.tolist() == [[2, 0], [0, 6]]


# ------------------------------------------------------------------------------------- nothing is lost in silence

X: Any = lift([0.5, 0.25])
PLAIN = np.zeros(2)


def set_part(target: Any, item: Any) -> None:
    """Assign to all entries."""
    target[:] = item


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "an unknown function": (lambda: np.linalg.inv(lift(np.eye(2))), "numpy.linalg.inv is not supported"),
    "an unknown ufunc": (lambda: np.mod(X, 2), "numpy.remainder is not supported"),
    "an unknown way to apply a ufunc": (
        lambda: np.add.reduceat(X, [0]),
        "numpy.add.reduceat is not supported",
    ),
    "an unknown reduction": (lambda: np.subtract.reduce(X), "numpy.subtract.reduce is not supported"),
    "an unknown accumulation": (
        lambda: np.multiply.accumulate(X),
        "numpy.multiply.accumulate is not supported",
    ),
    "an unknown at": (lambda: np.multiply.at(X, [0], 2.0), "only add.at and subtract.at"),
    "add.at to a plain array": (lambda: np.add.at(np.zeros(2), [0], X[0]), "plain ndarray cannot hold"),
    "an unknown method": (lambda: X.tobytes("C"), "'tobytes' is not supported with bounds"),
    "an unknown keyword": (lambda: np.sum(X, where=[True, False]), "numpy.sum with where"),
    "an unknown keyword of a ufunc": (lambda: np.exp(X, where=[True, False]), "numpy.exp with where"),
    "an unknown limit": (lambda: np.clip(X, 0, 1, casting="no"), "numpy.clip with casting"),
    "a cast to float32": (lambda: X.astype(np.float32), "a cast to float32"),
    "a cast in a ufunc": (lambda: np.exp(X, dtype=np.float32), "a cast to float32"),
    "a cast in a function": (lambda: np.sum(X, dtype=np.float32), "a cast to float32"),
    "a cast of a like": (lambda: np.zeros_like(X, dtype=np.float32), "a cast to float32"),
    "a doubtful cast to int": (
        lambda: (X * Bounded(4.0, 1.0)).astype(int),
        "depends on their rounding errors",
    ),
    "a norm of matrices": (
        lambda: np.linalg.norm(lift(np.eye(2)), 2),
        "numpy.linalg.norm of this shape with ord=2",
    ),
    "a count as norm": (lambda: np.linalg.norm(X, 0), "with ord=0"),
    "einsum by lists": (lambda: np.einsum(X, [0], [0]), "only in the form"),
    "float()": (lambda: float(Bounded(1.0, 1.0)), "cannot become a plain number"),
    "float() of what is no double": (
        lambda: float(lift(np.longdouble(1) + np.longdouble(2) ** -60)),
        "cannot become",
    ),
    "float() of an array": (lambda: float(X), "cannot become a plain number"),
    "a doubtful int()": (lambda: int(Bounded(2.0, 1.0)), "whole part"),
    "np.asarray": (lambda: np.asarray(X), "cannot become a plain number or array"),
    "np.array of a list": (lambda: np.array([X[0], X[1]]), "cannot become a plain number or array"),
    "math": (lambda: math.sqrt(Bounded(2.0, 1.0)), "cannot become a plain number"),
    "assignment to a part of a plain array": (
        lambda: set_part(np.zeros(2), X),
        "cannot become a plain number",
    ),
    "a plain array as out": (lambda: np.exp(X, out=np.zeros(2)), "plain ndarray cannot hold"),
    "a plain array changed in place": (lambda: np.add(PLAIN, X, out=PLAIN), "plain ndarray cannot hold"),
    "put_along_axis to a plain array": (
        lambda: np.put_along_axis(np.zeros(2), np.array([0]), X[:1], 0),
        "plain ndarray",
    ),
    "copyto a plain array": (lambda: np.copyto(np.zeros(2), X), "plain ndarray cannot hold"),
    "a complex operand": (lambda: X + 1j, "only real numbers"),
    "a complex array": (lambda: Bounded(np.array([1j])), "only real numbers"),
    "a string": (lambda: lift("x"), "only real numbers"),
    "truth of an array": (lambda: bool(X), "truth value of an array is ambiguous"),
    "a flat view of a transpose": (lambda: lift(np.ones((2, 3))).T.flat, "x.ravel()"),
    "a float as an index": (lambda: [1, 2][X[0]], "list indices must be integers"),
}


@pytest.mark.filterwarnings("ignore:.*__array__")
@pytest.mark.parametrize(("operation", "message"), REFUSED.values(), ids=REFUSED)
def test_what_would_lose_a_bound_is_refused(operation: Callable[[], Any], message: str) -> None:
    """The error is a TypeError, and names what is not supported."""
    with pytest.raises(TypeError) as caught:
        operation()
    assert message in str(caught.value)


def test_assignment_to_a_plain_entry_is_refused_by_a_value_error() -> None:
    """Numpy replaces the TypeError by its own words, and keeps it as the cause."""
    plain = np.zeros(2)
    with pytest.raises(ValueError, match="setting an array element") as caught:
        plain[0] = Bounded(1.0, 1.0)
    assert isinstance(caught.value.__cause__, NoBoundError)


@pytest.mark.parametrize("error", [-1.0, np.nan])
def test_a_bound_is_not_negative(error: float) -> None:
    """Neither a negative error nor NaN is a bound."""
    with pytest.raises(ValueError, match="not negative"):
        Bounded([1.0, 2.0], error)


def test_an_attribute_that_no_array_has_is_an_ordinary_attribute_error() -> None:
    """Whoever asks whether there are a tensor's methods is told that there are none."""
    assert not hasattr(X, "detach")
    with pytest.raises(AttributeError, match="'detach'"):
        X.detach()


def test_exact_numbers_become_plain_ones() -> None:
    """Without an error there is nothing to lose."""
    assert float(lift(0.5)) == 0.5
    assert int(np.floor(Bounded(2.5, 1.0))) == 2
    assert int(Bounded(2.5, 1.0)) == 2
    assert round(lift(2.0)) == 2
    assert bool(lift(0.5))
    assert not lift(0.0)
    assert f"{lift(0.25):.1f} {lift([0.25])}" == "0.2 Bounded([0.25], error=[0.])"


# ------------------------------------------------------------------------------------- decisions

CLOSE: dict[str, Callable[[Any], Any]] = {
    "comparison": lambda x: x[0] < x[1],
    "argmax": np.argmax,
    "argmax of rows": lambda x: np.argmin(x.reshape(1, 2), axis=1),
    "argsort": np.argsort,
    "argsort flat": lambda x: np.argsort(x, axis=None),
}


@pytest.mark.parametrize("operation", CLOSE.values(), ids=CLOSE)
def test_decisions_tell_how_close_they_were(operation: Callable[[Any], Any]) -> None:
    """The margin is the distance in units of both bounds."""
    with decisions() as seen:
        operation(Bounded([1.0, 3.0], [0.25, 0.75]))
        operation(Bounded([1.0, 9.0], [0.25, 0.75]))
    assert seen.margin == 2


def test_exact_comparisons_are_no_decisions() -> None:
    """Ties of exact numbers are ties in any precision."""
    with decisions() as seen:
        assert (lift(X.value) == X).all()
        assert X[0]
        np.argmax(X)
    assert seen == Decisions(np.inf)


def test_truth_tests_are_decisions() -> None:
    """`if x:` compares with zero."""
    with decisions() as seen:
        assert Bounded(3.0, 1.0)
    assert seen.margin == 3
