"""Trusted. Independent roads to an answer, for authors: autograd, complex steps, and numbers of many digits.

All three take a *forward* formula and return its gradients in the same form, so that none of them can share a slip
in a derivative with the reference:

    torch_vjp(lambda a, b: a * b, grad, a, b)        # reverse mode, in float64
    complex_step(lambda a, b: a * b, grad, a, b)     # analytic formulas only: it refuses others
    mp_vjp(lambda a, b: a * b, grad, a, b)           # central differences in 60 digits: 30 of the result are right

torch is imported when the first one is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Function = Callable[..., Any]

Array = np.ndarray[Any, Any]

STEP = 2.0**-100
"""Far below the rounding of any number that it is added to. A power of two: dividing by it rounds nothing."""
DIGITS = 60
WIDTH = mpmath.mpf(10) ** -20
"""The truncation error of a central difference is of the order WIDTH², its rounding error 10^-DIGITS / WIDTH."""

ANALYTIC = frozenset(
    {
        *(np.add, np.subtract, np.multiply, np.divide, np.matmul, np.negative, np.positive, np.reciprocal),
        *(np.power, np.float_power, np.square, np.sqrt, np.exp, np.exp2, np.expm1, np.log, np.log2, np.log10),
        *(np.log1p, np.sin, np.cos, np.tan, np.sinh, np.cosh, np.tanh, np.arctan, np.arcsin, np.arccos),
    }
)
DROPS = frozenset(
    {"real", "imag", "astype", "sort", "argsort", "argmax", "argmin", "norm", "vdot", "tolist", "item"}
)
"""What drops the imaginary part, or orders by it, without asking a ufunc."""


def torch_vjp(function: Function, grad: Any, *inputs: Any) -> Any:
    """Return the gradients of sum(grad * function(*inputs)) by torch autograd in float64.

    function: of float64 tensors, returns one tensor. grad: array of the shape of its value.
    inputs: arrays or numbers, all differentiated. Returns one array for one input, else a tuple of arrays.
    """
    import torch

    tensors = [torch.tensor(np.asarray(value, np.float64), requires_grad=True) for value in inputs]
    output = function(*tensors)
    upstream = torch.as_tensor(np.asarray(grad, np.float64)).reshape(output.shape)
    total = (upstream * output).sum()  # with `upstream` as an argument of its own torch would import sympy
    found = torch.autograd.grad(total, tensors, allow_unused=True)
    arrays = tuple(
        np.zeros(tensor.shape) if gradient is None else gradient.numpy()
        for tensor, gradient in zip(tensors, found, strict=True)
    )
    return arrays[0] if len(arrays) == 1 else arrays


def torch_grad(function: Function, *inputs: Any) -> Any:
    """Return the gradients of a function with one number as its value, by torch autograd in float64."""
    return torch_vjp(function, 1.0, *inputs)


class NotAnalyticError(TypeError):
    """A formula asks for what no analytic function of a complex number can give."""


class _Analytic(np.ndarray[Any, Any]):
    """A complex array that only analytic operations take: `abs`, `max`, comparisons and the like raise."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if ufunc not in ANALYTIC:
            raise NotAnalyticError(f"numpy.{ufunc.__name__} is not analytic: no complex step goes through it")
        plain = [part.view(np.ndarray) if isinstance(part, _Analytic) else part for part in inputs]
        out = kwargs.pop("out", ())
        found = np.asarray(getattr(ufunc, method)(*plain, **kwargs))
        if out:
            out[0].view(np.ndarray)[...] = found
            return out[0]
        return found.view(_Analytic)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if func.__name__ in DROPS:
            raise NotAnalyticError(f"numpy.{func.__name__} is not analytic: no complex step goes through it")
        found = super().__array_function__(func, types, args, kwargs)
        # also a single number: as one of numpy's own it would be free to go anywhere
        return np.asarray(found).view(_Analytic) if np.iscomplexobj(found) else found

    def __getattribute__(self, name: str) -> Any:
        if name in DROPS:
            raise NotAnalyticError(f"the array's {name} is not analytic: no complex step goes through it")
        return super().__getattribute__(name)

    def __getitem__(self, key: Any) -> Any:
        return np.asarray(self.view(np.ndarray)[key]).view(_Analytic)  # a plain number would lose the type

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __float__(self) -> float:
        raise NotAnalyticError("float() drops the imaginary part: no complex step goes through it")


def complex_step(function: Function, grad: Any, *inputs: Any) -> Any:
    """Return the gradients of sum(grad * function(*inputs)) by one complex step for each entry of the inputs.

    function: of complex arrays, in plain numpy; returns one array. grad: array of the shape of its value.
    inputs: arrays or numbers, all differentiated. Returns one array for one input, else a tuple of arrays.

    Im f(x + ih) / h has no truncation error at h = 2^-100 and subtracts nothing, but it is a derivative only where f
    is analytic. Raises NotAnalyticError for what is not: abs, max, comparisons, norms, conjugates, real parts.
    Source: Squire and Trapp, Using complex variables to estimate derivatives of real functions, 1998.
    """
    upstream = np.asarray(grad, np.float64)
    places = [np.asarray(value, np.complex128) for value in inputs]

    def slope(number: int, index: tuple[int, ...]) -> float:
        moved = [place.copy().view(_Analytic) for place in places]
        moved[number].view(np.ndarray)[index] += STEP * 1j
        output = np.asarray(function(*moved)).view(np.ndarray)
        return float(np.sum(upstream.reshape(output.shape) * output.imag) / STEP)

    return _gradients(slope, [place.shape for place in places])


def mp_array(values: Any) -> Array:
    """Return numbers of any shape as an array of exact `mpmath.mpf` numbers (dtype object): also some of these."""
    plain = np.asarray(values)
    exact = np.empty(plain.shape, object)
    for index in np.ndindex(plain.shape):
        exact[index] = mpmath.mpf(np.asarray(plain[index]).item())
    return exact


def mp_each(function: Function) -> Function:
    """Return a function of one `mpmath.mpf`, such as `mpmath.exp`, as a function of arrays of them."""
    return np.frompyfunc(function, 1, 1)


def mp_floats(values: Any) -> Array:
    """Return `mpmath.mpf` numbers of any shape, each rounded once, to the nearest float64."""
    return np.asarray(values, object).astype(np.float64)


def mp_vjp(function: Function, grad: Any, *inputs: Any) -> Any:
    """Return the gradients of sum(grad * function(*inputs)) by central differences in 60 digits, rounded once.

    function: of arrays of `mpmath.mpf` numbers (see `mp_array` and `mp_each`), in operators, `@` and sums; returns
    one array. It must be smooth at the inputs, or linear within 1e-20 of them: kinks elsewhere do no harm, so `abs`
    and `max` may be used. grad: array of the shape of its value. inputs: arrays or numbers, all differentiated.
    Returns one array for one input, else a tuple of arrays. Twice as many calls as there are entries: small sizes.
    """
    with mpmath.workdps(DIGITS):
        upstream, places = mp_array(grad), [mp_array(value) for value in inputs]

        def value(number: int, index: tuple[int, ...], step: Any) -> Any:
            moved = [place.copy() for place in places]
            moved[number][index] += step
            output = np.asarray(function(*moved), object)
            return np.sum(upstream.reshape(output.shape) * output)

        def slope(number: int, index: tuple[int, ...]) -> Any:
            rise = value(number, index, WIDTH) - value(number, index, -WIDTH)
            return float(rise / (2 * WIDTH))

        return _gradients(slope, [place.shape for place in places])


def mp_grad(function: Function, *inputs: Any) -> Any:
    """Return the gradients of a function with one number as its value, as `mp_vjp` does."""
    return mp_vjp(function, 1.0, *inputs)


def _gradients(slope: Callable[[int, tuple[int, ...]], float], shapes: Sequence[tuple[int, ...]]) -> Any:
    """Return an array of slopes for each shape: one array for one shape, else a tuple."""
    found = []
    for number, shape in enumerate(shapes):
        gradient = np.zeros(shape)
        for index in np.ndindex(*shape):
            gradient[index] = slope(number, index)
        found.append(gradient)
    return found[0] if len(found) == 1 else tuple(found)
