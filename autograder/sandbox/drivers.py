"""Runs inside the sandbox, and outside. The public drivers: they use what a student wrote where one call with data cannot.

A class is built and asked to do things; a function of tensors or of a model is handed one. A driver is called with what
the student wrote and the arguments of a case, and returns data. Everything in this file is public: a driver holds no
answer, and what it observes is compared on the trusted side like any other value.
"""

from __future__ import annotations

import contextlib
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import numpy as np

    Driver = Callable[..., Any]
    Array = np.ndarray[Any, Any]

Step = tuple[str, tuple[int, ...], float]
"""Of a graph: the operation, the places of its operands, and a number (the exponent of `**`)."""

OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": lambda a, b, _: a + b,
    "-": lambda a, b, _: a - b,
    "*": lambda a, b, _: a * b,
    "/": lambda a, b, _: a / b,
    "neg": lambda a, _: -a,
    "**": lambda a, number: a**number,
    "+number": lambda a, number: a + number,
    "number+": lambda a, number: number + a,
    "-number": lambda a, number: a - number,
    "number-": lambda a, number: number - a,
    "*number": lambda a, number: a * number,
    "number*": lambda a, number: number * a,
    "/number": lambda a, number: a / number,
    "number/": lambda a, number: number / a,
    "exp": lambda a, _: a.exp(),
    "tanh": lambda a, _: a.tanh(),
    "relu": lambda a, _: a.relu(),
}


# ------------------------------------------------------------------------------------- derivatives by hand


class ByHandError(RuntimeError):
    """torch was asked for a derivative where the student is to write it."""


_BY_HAND: ContextVar[bool] = ContextVar("_BY_HAND", default=False)
_blocks = 0
"""How many blocks of `by_hand` are open in this process."""
_alone = False
"""Whether this process works for one student: no thread of it may then differentiate beside such a block."""


def work_for_one_student() -> None:
    """Let `by_hand` hold in all threads from now on, and not only in the one that asked for it."""
    global _alone  # noqa: PLW0603 - of the process
    _alone = True


@contextlib.contextmanager
def by_hand() -> Iterator[None]:
    """Let torch compute within the block, but no derivative: every way to one raises ByHandError, in this thread."""
    global _blocks  # noqa: PLW0603 - of the process
    if "torch" in sys.modules:
        _guard()
    token = _BY_HAND.set(True)
    _blocks += 1
    try:
        yield
    finally:
        _blocks -= 1
        _BY_HAND.reset(token)


def _guard() -> None:
    """Have torch ask us before it differentiates: there is one way to all gradients, and one to forward mode."""
    import torch
    from torch.autograd import forward_ad

    variable: Any = torch.autograd.Variable
    if not isinstance(variable._execution_engine, _Asking):  # noqa: SLF001 - there is no public way
        variable._execution_engine = _Asking(variable._execution_engine)  # noqa: SLF001 - as above
        forward_ad.make_dual = _asking(forward_ad.make_dual)


class _Asking:
    """Stands for torch's engine."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self.run_backward = _asking(engine.run_backward)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


def _asking(differentiate: Driver) -> Driver:
    def asks(*args: Any, **kwargs: Any) -> Any:
        if _BY_HAND.get() or (_alone and _blocks):
            raise ByHandError("this exercise is by hand, and torch was asked for a derivative here")
        return differentiate(*args, **kwargs)

    return asks


# ------------------------------------------------------------------------------------- graphs of numbers


def graph(
    node: Driver, leaves: Sequence[float], steps: Sequence[Step], roots: Sequence[int]
) -> dict[str, Any]:
    """Build a graph of scalars, call `backward()` of each root in turn, and return what the nodes hold.

    node: the class of the nodes, called with a number. leaves: the numbers at places 0, 1, ... steps: what is computed
    from earlier places, each at the next place. roots: the places whose `backward()` is called, one after the other.
    Returns `data` of the roots and `grad` of the leaves, as lists. Derivatives that torch would find are refused.
    """
    with by_hand():
        nodes = _nodes([node(number) for number in leaves], steps)
        for root in roots:
            nodes[root].backward()
    return {
        "data": [nodes[root].data for root in roots],
        "grad": [leaf.grad for leaf in nodes[: len(leaves)]],
    }


def _nodes(leaves: Sequence[Any], steps: Sequence[Step]) -> list[Any]:
    """Return the leaves and what is computed from them, each at its place."""
    nodes = list(leaves)
    for operation, operands, number in steps:
        nodes.append(OPERATIONS[operation](*(nodes[place] for place in operands), number))
    return nodes


def recorded(
    function: Driver, leaves: Sequence[float], tracked: Sequence[bool], steps: Sequence[Step], place: int
) -> Any:
    """Build a graph of torch tensors of one number each, and return function(the tensor at a place).

    tracked: which of the leaves require a gradient. leaves, steps: as for `graph`.
    """
    import torch

    made = [
        torch.tensor(float(number), dtype=torch.float64, requires_grad=tracks)
        for number, tracks in zip(leaves, tracked, strict=True)
    ]
    return function(_nodes(made, steps)[place])


# ------------------------------------------------------------------------------------- functions of tensors

MAPS: dict[str, Callable[[Mapping[str, Any]], Driver]] = {
    "layer": lambda parts: lambda x: (parts["W"] @ x).tanh() + parts["b"],
    "squares": lambda parts: lambda x: parts["W"] @ (x * x),
    "differences": lambda _: lambda x: x[1:] - x[:-1],
}
"""From tensors by name, the vector-valued functions of a vector that `jacobian` hands out."""


def jacobian(function: Driver, name: str, parts: Mapping[str, Array], x: Array) -> Any:
    """Return function(f, x) with a function f of `MAPS` and a tensor x of float64 that requires no gradient."""
    import torch

    made = {key: torch.tensor(part, dtype=torch.float64) for key, part in parts.items()}
    return function(MAPS[name](made), torch.tensor(x, dtype=torch.float64))


def operation(function: Any, x: Array, grad: Array, direction: Array, order: int) -> Any:
    """Return what `function`, a class like torch.autograd.Function, gives at a tensor x of float64.

    order: 0 for its value; 1 for its gradient, given the upstream gradient `grad`; 2 for the gradient of
    sum(direction * that gradient) by x.
    """
    import torch

    upstream, along = torch.tensor(grad, dtype=torch.float64), torch.tensor(direction, dtype=torch.float64)
    at = torch.tensor(x, dtype=torch.float64, requires_grad=True)
    value = function.apply(at)
    if order == 0:
        return value.detach()
    (first,) = torch.autograd.grad(value, at, upstream, create_graph=order > 1)
    if order == 1:
        return first
    (second,) = torch.autograd.grad(first, at, along)
    return second


# ------------------------------------------------------------------------------------- functions of a model


def prediction(
    function: Driver, layers: Sequence[tuple[Array, Array]], X: Array, training: bool, look: str
) -> Any:
    """Call function(model, X) with a tanh network and a tensor X, both float64, and return one look at what it did.

    layers: a weight (outputs, inputs) and a bias (outputs,) each, with a tanh between two of them. training: the
    model's mode. Every parameter holds a gradient already, and the first bias is frozen.
    look: "value" for what is returned; "traces" for a dict: `recorded` (torch kept a graph while the model ran),
    `training` (the model's mode afterwards), `same_parameters`, `same_gradients`
    (nothing of them has changed) and `tracking` (torch still records in general).
    """
    import torch

    model = _network(layers).train(training)
    model[0].bias.requires_grad_(False)
    before, gradients = _held(model.parameters()), _held(part.grad for part in model.parameters())
    seen: list[bool] = []
    model[0].register_forward_hook(lambda _module, _inputs, output: seen.append(bool(output.requires_grad)))
    tracking = torch.is_grad_enabled()
    try:
        found = function(model, torch.tensor(X, dtype=torch.float64))
        if look == "value":
            return found
        return {
            "recorded": any(seen),
            "training": model.training,
            "same_parameters": _held(model.parameters()) == before,
            "same_gradients": _held(part.grad for part in model.parameters()) == gradients,
            "tracking": torch.is_grad_enabled(),
        }
    finally:
        torch.set_grad_enabled(tracking)


def _held(tensors: Iterable[Any]) -> list[Any]:
    """Return what tensors hold, and whether they require a gradient."""
    return [None if each is None else (each.requires_grad, each.tolist()) for each in tensors]


def _network(layers: Sequence[tuple[Array, Array]]) -> Any:
    import torch

    parts: list[Any] = []
    for weight, bias in layers:
        linear = torch.nn.Linear(weight.shape[1], weight.shape[0], dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(weight))
            linear.bias.copy_(torch.tensor(bias))
        for parameter in linear.parameters():
            parameter.grad = torch.full_like(parameter, 0.5)
        parts += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*parts[:-1])


def parameters(function: Driver, layers: Sequence[tuple[str, str, tuple[int, ...]]], frozen: str) -> Any:
    """Return function(a model), which is to be a dict of shapes by name: torch.Size becomes a plain tuple.

    layers: names ("encoder.0" is inside of "encoder"), classes of torch.nn and the sizes that these are made with;
    "Parameter" stands for a parameter of that shape. frozen: the part whose parameters are not to be trained, "" for
    none.
    """
    import torch

    model: Any = torch.nn.Module()
    for name, kind, sizes in layers:
        *above, last = name.split(".")
        home = model
        for part in above:
            if not hasattr(home, part):
                home.add_module(part, torch.nn.Module())
            home = getattr(home, part)
        if kind == "Parameter":
            home.register_parameter(last, torch.nn.Parameter(torch.zeros(*sizes)))
        else:
            home.add_module(last, getattr(torch.nn, kind)(*sizes))
    if frozen:
        model.get_submodule(frozen).requires_grad_(requires_grad=False)
    found = function(model)
    if not isinstance(found, dict):
        return found
    return {name: tuple(shape) if isinstance(shape, torch.Size) else shape for name, shape in found.items()}


DRIVERS: dict[str, Driver] = {
    "graph": graph,
    "jacobian": jacobian,
    "operation": operation,
    "parameters": parameters,
    "prediction": prediction,
    "recorded": recorded,
}


def driven(name: str, item: Driver) -> Driver:
    """Return what a student wrote as a function of a case's arguments. Raises ValueError for an unknown driver.

    name: of the driver; where it is empty, a case calls the function itself.
    """
    if not name:
        return item
    if name not in DRIVERS:
        raise ValueError(f"there is no driver named {name!r}; there are {', '.join(sorted(DRIVERS))}")
    driver = DRIVERS[name]
    return lambda *args: driver(item, *args)
