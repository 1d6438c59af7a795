"""A reference in plain numpy computes with bounds, unchanged."""

from __future__ import annotations

import math
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from autograder.numerics.bounds import Bounded, assuming
from autograder.numerics.evaluate import Draws, bounded, namespace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

U64, U32 = 2.0**-53, 2.0**-24
REFERENCE = Path(__file__).parents[2] / "reference"


def module(source: str) -> dict[str, Any]:
    """Return the names of a module in which everything computes with bounds."""
    return namespace("import math\nimport numpy as np\n" + dedent(source), "solution.py")


def plain_module(source: str) -> dict[str, Any]:
    """Return the names of the same module as a student would run it."""
    names: dict[str, Any] = {"__name__": "solution"}
    exec("import math\nimport numpy as np\n" + dedent(source), names)  # noqa: S102 - this file's own text
    return names


def value_of(expression: str, **names: Any) -> Any:
    """Return an expression's value with bounds."""
    return module(f"def f({', '.join(names)}):\n    return {expression}")["f"](**names)


def single(*shape: int, seed: int = 0) -> Any:
    """Return generic numbers that float32 holds."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32).astype(np.float64)


def leaves(value: Any) -> Iterator[Any]:
    """Yield the arrays and numbers of a value."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def in_float32(value: Any) -> Any:
    """Return arguments as a student passes them to code in float32."""
    if isinstance(value, list):
        return [in_float32(item) for item in value]
    return value.astype(np.float32) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value


# ------------------------------------------------------------------------------------- realistic references

SOFTMAX = '''
def softmax_ce(Z, Y):
    """Loss and gradient, with the row's largest entry subtracted."""
    shifted = Z - Z.max(axis=1, keepdims=True)
    logp = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -(Y * logp).sum() / len(Z)
    return loss, (np.exp(logp) - Y) / Z.shape[0]
'''
LABELS = """
def cross_entropy(logits, labels):
    n = logits.shape[0]
    p = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(n), labels]))
    d = p.copy()
    d[np.arange(n), labels] -= 1
    return loss, d / n
"""
MATMUL = """
def unbroadcast(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1 and grad.shape[axis] != 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad.reshape(shape)

def matmul_backward(grad, a, b):
    da = grad @ np.swapaxes(b, -1, -2)
    db = np.swapaxes(a, -1, -2) @ grad
    return unbroadcast(da, a.shape), unbroadcast(db, b.shape)
"""
MLP = """
def mlp_backward(X, y, Ws, bs):
    a, activations = X, [X]
    for W, b in zip(Ws, bs):
        a = np.tanh(a @ W + b)
        activations.append(a)
    loss = 0.5 * ((a - y) ** 2).mean()
    delta = (a - y) / y.size
    grads = []
    for W, after, before in zip(reversed(Ws), reversed(activations[1:]), reversed(activations[:-1])):
        delta = delta * (1 - after**2)
        grads.append((before.T @ delta, delta.sum(axis=0)))
        delta = delta @ W.T
    return loss, grads[::-1], np.array([np.sqrt((dW * dW).sum()) for dW, _ in grads])
"""
TIES = """
def max_backward(grad, x, axis):
    mask = (x == np.max(x, axis=axis, keepdims=True)).astype(float)
    return mask / mask.sum(axis=axis, keepdims=True) * np.expand_dims(grad, axis)
"""
LOGISTIC = """
def logreg(X, y, w, b):
    z = X @ w + b
    loss = np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))
    p = np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))
    return loss, X.T @ (p - y) / len(y), (p - y).mean()
"""
ADAM = """
def adam(grads, lr, beta1, beta2, eps=1e-8):
    x, m, v = np.zeros(3), np.zeros(3), np.zeros_like(grads[0])
    for t, g in enumerate(grads, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        x -= lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return x
"""
SCATTER = """
def getitem_backward(grad, index, shape):
    out = np.zeros(shape)
    np.add.at(out, index, grad)
    return out
"""
SCALARS = """
def newton(x, c):
    for _ in range(4):
        if abs(x * x - c) > 1e-12:
            x = x - (x * x - c) / (2 * x)
    return float(x), math.sqrt(x), max(x, 0.0), sum([x, x, x]), math.exp(-x) / 3
"""
IRRATIONAL = """
def tangent(t):
    return np.stack([np.cos(t), np.sin(t), t**2], axis=1) / np.linalg.norm(np.stack([t, t + 1]), axis=0)[:, None]
"""

REAL: dict[str, tuple[str, Any]] = {
    "softmax_ce": (SOFTMAX, (10 * single(4, 3), np.eye(3)[[0, 2, 1, 1]])),
    "cross_entropy": (LABELS, (single(4, 3), np.array([0, 2, 1, 1]))),
    "matmul_backward": (MATMUL, (single(2, 5, 3, 6), single(2, 1, 3, 4, seed=1), single(5, 4, 6, seed=2))),
    "mlp_backward": (
        MLP,
        (single(5, 4), single(5, 2, seed=1), [single(4, 3), single(3, 2)], [single(3), single(2, seed=4)]),
    ),
    "max_backward": (TIES, (single(3), np.array([[1.0, 5.0, 5.0], [2.0, 1.0, 0.0], [7.0, 7.0, 7.0]]), 1)),
    "logreg": (LOGISTIC, (single(6, 3), np.array([0, 1, 1, 0, 1, 0]), single(3, seed=2), 0.25)),
    "adam": (ADAM, ([single(3), single(3, seed=1), single(3, seed=2)], 0.125, 0.875, 0.984375)),
    "getitem_backward": (SCATTER, (single(4), np.array([0, 2, 0, 0]), (3,))),
    "newton": (SCALARS, (1.5, 2.0)),
    "tangent": (IRRATIONAL, (single(4),)),
}


@pytest.mark.parametrize(("source", "args"), REAL.values(), ids=REAL)
def test_references_agree_with_their_own_double(
    source: str, args: Any, request: pytest.FixtureRequest
) -> None:
    """Every value is a Bounded, its bound is finite, and numpy's own double and single are within it."""
    name = request.node.callspec.id
    found, double = module(source)[name](*bounded(args)), plain_module(source)[name](*args)
    for bound, number in zip(leaves(found), leaves(double), strict=True):
        assert isinstance(bound, Bounded)
        assert bound.shape == np.shape(number)
        assert np.isfinite(bound.error).all()
        assert np.all(np.abs(np.asarray(number, np.longdouble) - bound.value) <= 1.01 * U64 * bound.error)


@pytest.mark.parametrize(
    "name", ["softmax_ce", "cross_entropy", "matmul_backward", "mlp_backward", "logreg", "tangent"]
)
def test_references_cover_float32(name: str) -> None:
    """The same text in float32 is within the same bound, in units of float32."""
    source, args = REAL[name]
    with assuming(np.float32):
        found = module(source)[name](*bounded(args))
    for bound, number in zip(
        leaves(found), leaves(plain_module(source)[name](*in_float32(list(args)))), strict=True
    ):
        assert np.all(np.abs(np.asarray(number, np.longdouble) - bound.value) <= 1.01 * U32 * bound.error)


def test_a_loop_of_difference_quotients_writes_into_zeros() -> None:
    """Numerical gradients: np.zeros takes entries with bounds, and a callable passes through."""
    source = """
    def num_grad(f, x, h=0.0009765625):
        g = np.zeros(len(x))
        for i in range(len(x)):
            e = np.zeros_like(x)
            e[i] = h
            g[i] = (f(x + e) - f(x - e)) / (2 * h)
        return g
    """

    def f(x: Any) -> Any:
        return (np.sin(x) * x).sum()

    x = single(5)
    found, double = module(source)["num_grad"](f, bounded(x)), plain_module(source)["num_grad"](f, x)
    assert np.all(np.abs(double - found.value) <= U64 * found.error)
    assert np.all(found.error > 1 / (2 * 0.0009765625) * np.abs(f(x)))  # the cancellation is in the bound


@pytest.mark.parametrize("slug", sorted(path.parent.name for path in REFERENCE.glob("*/solution.py")))
def test_the_course_loads(slug: str) -> None:
    """Every reference of the course is a module that loads with bounds."""
    file = REFERENCE / slug / "solution.py"
    assert callable(
        next(item for item in namespace(file.read_text("utf-8"), str(file)).values() if callable(item))
    )


# ------------------------------------------------------------------------------------- what the module sees

CREATED = {
    "np.zeros(2)": (0, 0),
    "np.ones((2,), dtype=float)": (1, 1),
    "np.zeros(2, dtype=np.float64)": (0, 0),
    "np.full(2, 0.5)": (0.5, 0.5),
    "np.full(2, x)": (0.5, 0.5),
    "np.eye(2)[0]": (1, 0),
    "np.identity(2)[1]": (0, 1),
    "np.array([0.5, 1])": (0.5, 1),
    "np.array([x, 1])": (0.5, 1),
    "np.array([[x, x]])[0]": (0.5, 0.5),
    "np.array((x, 2), dtype=float)": (0.5, 2),
    "np.array(np.array([x, x]))": (0.5, 0.5),
    "np.asarray([x, 1.0])": (0.5, 1),
    "np.asanyarray(np.zeros(2))": (0, 0),
    "np.ascontiguousarray(np.zeros(2))": (0, 0),
    "np.array([1, 2], dtype=float)": (1, 2),
    "np.asarray(np.arange(2), dtype=np.float64)": (0, 1),
    "np.arange(0.5, 2)": (0.5, 1.5),
    "np.arange(x, 1, 0.25)": (0.5, 0.75),
    "np.arange(2, dtype=float)": (0, 1),
    "np.linspace(0, 1, 2)": (0, 1),
    "np.zeros_like(np.arange(2), dtype=float)": (0, 0),
    "np.zeros_like([0.5, x])": (0, 0),
    "np.ones_like(np.zeros(2))": (1, 1),
    "np.full_like(np.zeros(2), 3)": (3, 3),
    "np.full_like(np.arange(2), x, dtype=float)": (0.5, 0.5),
    "np.where(np.array([True, False]), 1.0, 0.0)": (1, 0),
    "np.concatenate([[0.5], [1.0]])": (0.5, 1),
}


@pytest.mark.parametrize(("expression", "expected"), CREATED.items())
def test_floats_are_created_with_bounds(expression: str, expected: tuple[float, ...]) -> None:
    """A created array of floats can take an entry with a bound."""
    made = value_of(expression, x=bounded(0.5))
    assert made.value.tolist() == list(expected)
    made[0] = Bounded(1.0, 2.0)
    assert made.error[0] == 2


WHOLE = [
    "np.arange(3)",
    "np.array([1, 2])",
    "np.zeros(2, dtype=int)",
    "np.full(2, 3)",
    "np.array([True])",
    "np.asarray(np.arange(2))",
    "np.ones_like(np.arange(2))",
    "np.zeros_like(x, dtype=int)",
    "np.full_like(np.arange(2), 3)",
    "np.array([x, x], dtype=int)",
    "np.full(2, x, dtype=int)",
    "np.argmax(np.zeros(3))",
    "np.sum(np.arange(3))",
    "np.add(1, 2)",
    "np.empty(2, dtype=int)",
    "np.sign(np.arange(3))",
    "np.broadcast_shapes((1,), (2,))",
]


@pytest.mark.parametrize("expression", WHOLE)
def test_whole_numbers_and_truth_values_stay_plain(expression: str) -> None:
    """They serve as indices."""
    found = value_of(expression, x=bounded(2.0))
    assert np.asarray(found).dtype.kind in "ib"


ROUNDED = {
    "2 / 3": 1,
    "7 / 3": 1,
    "np.arange(3)[1:] / 3": 1,
    "np.sqrt(2)": 1,
    "np.exp(0.5)": 4,
    "np.mean([0.5, 3.0, 1.0])": 3,
    "np.mean([1, 2, 4])": 3,
    "np.prod([0.5, 3, 5.0])": 2,
    "math.sqrt(2)": 1,
    "math.log(3)": 4,
    "math.exp(0.5)": 4,
    "math.pow(3, 0.5)": 4,
    "math.atan2(1, 3)": 4 + 0,
    "np.linspace(0, 3, 8)[1]": 2,
    "np.arange(0, 3, 0.3)[1]": 0,
    "np.arange(0.7, 3, 0.3)[3]": 2.3,
}


@pytest.mark.parametrize(("expression", "units"), ROUNDED.items())
def test_constants_carry_their_own_rounding(expression: str, units: float) -> None:
    """Also what is computed from plain numbers alone has the error of its computation."""
    found = value_of(expression)
    assert isinstance(found, Bounded)
    assert np.all(found.error <= units * np.abs(found.value) * 1.0001)
    assert np.all(found.error >= units * np.abs(found.value) * 0.25)


@pytest.mark.parametrize(
    "expression", ["6 / 3", "1 / 4", "-7 / 2", "0 / 3", "1e308 / 1e-308 > 1", "True / 2"]
)
def test_exact_quotients_stay_plain(expression: str) -> None:
    """A quotient without rounding is an ordinary number."""
    with np.errstate(all="ignore"):
        assert not isinstance(value_of(expression), Bounded)


SCALAR = {
    "float(x)": 0.5,
    "np.float64(x)": 0.5,
    "float(np.array([x]))": 0.5,
    "float('0.5')": 0.5,
    "abs(-x)": 0.5,
    "sum([x, x, 1])": 2,
    "sum([x], x)": 1,
    "sum([np.zeros(2), x])[1]": 0.5,
    "sum([1, 2])": 3,
    "sum(np.array([x, x]))": 1,
    "max(x, 2.0)": 2,
    "max([x, 2 * x])": 1,
    "max(np.array([x, 1.0]))": 1,
    "min(x, 2)": 0.5,
    "min([], default=3)": 3,
    "max([x, 2 * x], key=lambda t: -t)": 0.5,
    "max(1, 2)": 2,
    "math.sqrt(x * 2)": 1,
    "math.fabs(-x)": 0.5,
    "math.hypot(3 * x, 4 * x)": 2.5,
    "math.fsum([x, x])": 1,
    "math.prod([x, 3])": 1.5,
    "math.prod([2, 3])": 6,
    "math.pow(x, 2)": 0.25,
    "math.log(x * 16, 2)": 3,
    "math.floor(x * 3)": 1,
    "math.floor(2.5)": 2,
    "math.ceil(x)": 1,
    "math.comb(4, 2)": 6,
    "math.acos(min(1.0, max(-1.0, 2 * x)))": 0,
    "math.isnan(x) or math.isinf(x) or not math.isfinite(x)": False,
    "math.isclose(x, 0.5, rel_tol=x)": True,
    "math.pi": math.pi,
    "np.pi": np.pi,
    "np.isscalar(x)": True,
    "np.isscalar(np.zeros(1))": False,
    "isinstance(x, float)": True,
    "isinstance(1.0, float) and isinstance(1, (int, float))": True,
    "isinstance(np.zeros(1), float)": False,
    "isinstance(np.zeros(1), np.ndarray) and isinstance(np.arange(2), np.ndarray)": True,
    "isinstance(x, np.ndarray)": True,
    "np.zeros(1).dtype == np.float64 and np.zeros(1).dtype == float": True,
    "np.arange(2).astype(float).dtype == float": True,
    "np.asarray(np.zeros(1)).astype(float)[0]": 0,
    "int(x * 4)": 2,
    "range(int(4 * x))[1]": 1,
    "'pos' if x > 0 else 'neg'": "pos",
    "f'{x:.2f}'": "0.50",
    "[i for i, e in np.ndenumerate(np.eye(2)) if e > 0][1]": (1, 1),
    "np.random.default_rng(1).integers(5, size=3).shape": (3,),
    "np.linalg.norm([3 * x, 4 * x])": 2.5,
    "np.sum([x, x])": 1,
    "np.einsum('i,i', np.ones(2), [x, x])": 1,
    "np.maximum.reduce(np.array([x, 1]))": 1,
    "np.hypot([3 * x], 2)[0]": 2.5,
    "np.random.shuffle is None": False,
    "np.finfo(float).eps": 2.0**-52,
}


@pytest.mark.parametrize(("expression", "expected"), SCALAR.items())
def test_builtins_and_math_let_a_bound_pass(expression: str, expected: Any) -> None:
    """What a reference does with numbers works with bounds."""
    found = value_of(expression, x=bounded(0.5))
    if isinstance(found, Bounded):
        assert abs(found.value - expected) <= U64 * found.error
    else:
        assert found == expected


def test_sums_of_lists_hold_for_any_order() -> None:
    """The builtin sum has the bound of np.sum, not of one loop."""
    x = bounded([1.0, 0.3, -0.9])
    assert value_of("sum(x)", x=x).error == value_of("np.sum(x)", x=x).error
    assert value_of("math.fsum(x)", x=x).error == value_of("np.sum(x)", x=x).error


def test_the_larger_of_two_close_numbers_may_be_either() -> None:
    """The builtins max and min take the error of whichever may be the extreme."""
    assert value_of("max(a, b)", a=Bounded(1.0, 9.0), b=Bounded(1.0, 2.0)).error == 9


IMPORTS = """
from __future__ import annotations

import math as m
import numpy.linalg as la
import os.path
from collections.abc import Callable
from dataclasses import dataclass
from math import acos, pi, sqrt as root
from numpy import array, exp as e
from numpy.linalg import norm
from numpy.typing import NDArray


@dataclass
class Point:
    x: float = 0.5
    y: "np.ndarray[int, float] | None" = None


def f(x: NDArray[np.float64], g: Callable[[float], float] = root) -> np.ndarray:
    return array([e(x[0]), g(x[0]), la.norm(x), norm(x), acos(x[0]), m.cos(pi), Point().x])
"""


def test_every_way_to_import_is_the_same() -> None:
    """Aliases, names and submodules; annotations and dataclasses work as ever."""
    names = namespace(IMPORTS + "\nimport numpy as np\n", "solution.py")
    found = names["f"](bounded(np.array([0.5, 0.25])))
    assert found.shape == (7,)
    assert (found.error[:-1] > 0).all()


def test_numpy_itself_is_untouched() -> None:
    """Outside of the module, numpy makes plain arrays."""
    module("x = np.zeros(3)")
    assert type(np.zeros(3)) is np.ndarray
    assert type(math.sqrt(2.0)) is float


def test_unwritten_entries_have_no_bound() -> None:
    """np.empty is noise until it is written to."""
    for expression in ("np.empty(2)", "np.empty_like(np.zeros(2))"):
        assert np.isinf(value_of(expression).error).all()


def test_errors_name_the_authors_line() -> None:
    """Tracebacks go through the file's own lines, quotients included."""
    with pytest.raises(ZeroDivisionError) as caught:
        module("def f(x):\n    return 1 + (\n        1 / x)")["f"](0)
    assert any(entry.path == "solution.py" or "solution.py" in str(entry.path) for entry in caught.traceback)
    with pytest.raises(SyntaxError):
        namespace("def", "solution.py")


# ------------------------------------------------------------------------------------- random draws


def test_a_generator_draws_the_same_numbers_exactly() -> None:
    """The stream is the generator's own; floats come with bounds, whole numbers plain."""
    rng = bounded(np.random.default_rng(5))
    plain = np.random.default_rng(5)
    assert isinstance(rng, np.random.Generator)
    for name, args in {
        "normal": (0.0, 2.0, 3),
        "uniform": (-1, 1),
        "random": (2,),
        "standard_normal": (),
    }.items():
        drawn: Any = getattr(rng, name)(*bounded(args))
        assert np.array_equal(drawn.value, getattr(plain, name)(*args))
        assert not drawn.error.any()
    assert rng.integers(10) == plain.integers(10)
    assert np.array_equal(rng.permutation(5), plain.permutation(5))
    assert rng.choice(7) == plain.choice(7)


@pytest.mark.parametrize("shape", [(6,), (6, 2)])
def test_shuffles_of_bounds_use_the_same_stream(shape: tuple[int, ...]) -> None:
    """A shuffled, permuted or chosen array of bounds is what numpy makes of the plain one."""
    rng, plain, x = Draws(np.random.PCG64(3)), np.random.Generator(np.random.PCG64(3)), single(*shape)
    assert np.array_equal(rng.permutation(bounded(x)).value, plain.permutation(x))
    assert np.array_equal(rng.choice(bounded(x), 3).value, plain.choice(x, 3))
    mine, theirs, whole = bounded(x.copy()), x.copy(), np.arange(4)
    rng.shuffle(mine)
    plain.shuffle(theirs)
    assert np.array_equal(mine.value, theirs)
    rng.shuffle(whole)
    assert sorted(whole) == [0, 1, 2, 3]


def test_a_draw_with_a_rounded_parameter_has_no_bound() -> None:
    """What a rounding error does to a random number is not known."""
    assert np.isinf(
        value_of("rng.uniform(-np.sqrt(2), np.sqrt(2), size=2)", rng=bounded(np.random.default_rng(0))).error
    ).all()


def test_the_old_random_functions_draw_bounds_too() -> None:
    """np.random.randn is exact; np.random.randint is plain."""
    assert value_of("np.random.randn(3)").error.tolist() == [0, 0, 0]
    assert value_of("np.random.default_rng(0).normal()").error == 0
    assert value_of("np.random.randint(1, 2)") == 1
    assert value_of("isinstance(rng, np.random.Generator)", rng=bounded(np.random.default_rng(0)))


# ------------------------------------------------------------------------------------- bounded, and refusals


def test_bounded_changes_floats_and_nothing_else() -> None:
    """Containers are rebuilt; whole numbers, truth values, strings and functions stay what they are."""
    whole, table = np.arange(3), {"a": [1.5, 2], "b": (np.ones(2), "s", None)}
    found = bounded((table, whole, True, len, 3))
    assert found[1] is whole
    assert found[2:] == (True, len, 3)
    assert (found[0]["a"][0].value, found[0]["a"][1]) == (1.5, 2)
    assert isinstance(found[0]["b"][0], Bounded)
    assert found[0]["b"][1:] == ("s", None)
    assert isinstance(bounded(np.float64(2)), Bounded)
    assert isinstance(bounded(np.array([2], np.float32)), Bounded)


def test_bounded_keeps_named_tuples() -> None:
    """A named tuple stays one."""
    names = plain_module("from collections import namedtuple\nP = namedtuple('P', 'x y')")
    found = bounded(names["P"](0.5, 1))
    assert (type(found), found.y, found.x.value) == (names["P"], 1, 0.5)


REFUSED = {
    "np.linalg.inv(np.eye(2))": "numpy.linalg.inv is not supported with bounds",
    "np.linalg.inv(np.arange(4).reshape(2, 2) + np.array([[3, 0], [0, 3]]))": "numpy.linalg.inv is not supported",
    "np.interp(0.5, [0, 1], [0, 1])": "numpy.interp is not supported with bounds",
    "np.sum(a=[0.5, 1.5])": "give the array as the first argument",
    "np.zeros(2, dtype=np.float32)": "arrays of float32 are not supported",
    "np.arange(start=0.5)": "takes its limits by position",
    "math.gamma(0.5)": "math.gamma is not supported",
    "math.gamma(x)": "math.gamma is not supported",
    "math.floor(Y)": "whole part",
    "float(np.zeros(2))": "only arrays of one entry",
    "np.arange(2).astype(float).__setitem__(0, Y)": "cannot become a plain number",
    "np.mod(x, 2)": "numpy.remainder is not supported",
    "np.random.default_rng(0).normal(size=3).tobytes()": "'tobytes' is not supported",
}


@pytest.mark.filterwarnings("ignore:.*__array__")
@pytest.mark.parametrize(("expression", "message"), REFUSED.items())
def test_what_has_no_rule_is_refused(expression: str, message: str) -> None:
    """The TypeError names the function, also where every argument is plain."""
    with pytest.raises(TypeError) as caught:
        value_of(expression, x=bounded(0.5), Y=Bounded(2.0, 1.0))
    assert message in str(caught.value)


DOMAIN: dict[str, type[Exception]] = {
    "math.sqrt(-x)": ValueError,
    "math.log(0 * x)": ValueError,
    "math.exp(2000 * x)": OverflowError,
    "float('x')": ValueError,
    "x / (0 * x) > 0 and 1 // 0": ZeroDivisionError,
}


@pytest.mark.parametrize(("expression", "error"), DOMAIN.items())
def test_math_raises_what_it_always_raises(expression: str, error: type[Exception]) -> None:
    """A reference may rely on the errors of math."""
    with pytest.raises(error):
        value_of(expression, x=bounded(0.5))


def test_a_plain_callable_is_called_with_bounds() -> None:
    """A loss written in ordinary numpy, outside of the module, works on what the module passes."""
    loss: Callable[[Any], Any] = lambda w: 0.5 * (w @ (single(2, 2) @ w)) - single(2) @ w  # noqa: E731
    assert value_of("f(x)", f=loss, x=bounded(single(2))).error > 0
