"""The public drivers: what they make of what a student wrote."""

from __future__ import annotations

import contextvars
import inspect
import math
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from autograder.sandbox import drivers
from autograder.sandbox.drivers import (
    DRIVERS,
    MAPS,
    OPERATIONS,
    ByHandError,
    by_hand,
    driven,
    graph,
    jacobian,
    operation,
    parameters,
    prediction,
    recorded,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Way = Callable[[Any, Any], Any]

METHODS = [
    ("+", "__add__", 2),
    ("-", "__sub__", 2),
    ("*", "__mul__", 2),
    ("/", "__truediv__", 2),
    ("neg", "__neg__", 1),
    ("**", "__pow__", 1),
    ("+number", "__add__", 1),
    ("number+", "__radd__", 1),
    ("-number", "__sub__", 1),
    ("number-", "__rsub__", 1),
    ("*number", "__mul__", 1),
    ("number*", "__rmul__", 1),
    ("/number", "__truediv__", 1),
    ("number/", "__rtruediv__", 1),
    ("exp", "exp", 1),
    ("tanh", "tanh", 1),
    ("relu", "relu", 1),
]
"""Of each operation: the method that it leads to, and the number of its operands."""


class Dual:
    """A number that remembers which operations made it, and what was asked of it."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.grad = 0.0
        self.asked: list[Dual] = []

    def backward(self) -> None:
        """Count the calls in every leaf's place."""
        self.grad += 1.0


def test_without_a_name_it_is_the_function_itself() -> None:
    """A case calls it with its arguments."""
    assert driven("", math.hypot) is math.hypot


def test_a_driver_gets_what_was_written_and_the_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this order."""
    monkeypatch.setitem(drivers.DRIVERS, "twice", lambda function, x: function(function(x)))
    assert driven("twice", math.sqrt)(16.0) == 2.0


def test_an_unknown_driver_is_refused() -> None:
    """With the names that there are."""
    with pytest.raises(ValueError, match=r"there is no driver named 'grph'; there are graph, jacobian"):
        driven("grph", math.sqrt)


def test_a_graph_is_built_from_earlier_places() -> None:
    """Each step's operands are places of leaves or of earlier steps, and each root's backward is called in turn."""

    class Node(Dual):
        def __add__(self, other: Node) -> Node:
            return Node(self.data + other.data)

        def __pow__(self, exponent: float) -> Node:
            return Node(self.data**exponent)

    found = graph(Node, [2.0, 3.0], [("+", (0, 1), 0.0), ("**", (2,), 2.0)], [3, 0, 0])
    assert found == {"data": [25.0, 2.0, 2.0], "grad": [2.0, 0.0]}


@pytest.mark.parametrize(("operation", "method", "operands"), METHODS)
def test_every_operation_is_a_method_of_its_own(operation: str, method: str, operands: int) -> None:
    """The one that Python's syntax, or a call by name, leads to."""
    node = type("Node", (Dual,), {method: lambda self, *others: (method, self, *others)})
    nodes = [node(0.5) for _ in range(operands)]
    name, first, *rest = OPERATIONS[operation](*nodes, 3.0)
    assert (name, first) == (method, nodes[0])
    assert rest in (nodes[1:], [3.0])


def test_every_operation_is_tested() -> None:
    """A new one belongs into the list above."""
    assert [operation for operation, _, _ in METHODS] == list(OPERATIONS)


# ------------------------------------------------------------------------------------- derivatives by hand


def cube(x: Any) -> Any:
    """Return one number of a tensor."""
    return (x**3).sum()


def _backward(function: Any, x: Any) -> Any:
    leaf = x.clone().requires_grad_()
    function(leaf).backward()
    return leaf.grad


def _grad(function: Any, x: Any) -> Any:
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(function(leaf), leaf)[0]


WAYS: dict[str, Way] = {
    "backward": _backward,
    "autograd.grad": _grad,
    "functional.jacobian": torch.autograd.functional.jacobian,
    "func.grad": lambda function, x: torch.func.grad(function)(x),
    "func.jacrev": lambda function, x: torch.func.jacrev(function)(x),
    "func.jacfwd": lambda function, x: torch.func.jacfwd(function)(x),
    "func.jvp": lambda function, x: torch.func.jvp(function, (x,), (torch.ones_like(x),))[1],
}
"""The ways to a derivative that torch offers."""


@pytest.mark.parametrize("way", WAYS)
def test_by_hand_no_derivative_is_to_be_had_of_torch(way: str) -> None:
    """Whichever way it is asked for; what only computes is computed."""
    x = torch.tensor([2.0])
    with by_hand():
        assert cube(x) == 8.0
        with pytest.raises(ByHandError, match="by hand"):
            WAYS[way](cube, x)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")  # torch's forward mode calls it
@pytest.mark.parametrize("way", WAYS)
def test_afterwards_torch_differentiates_again(way: str) -> None:
    """Also where the block ended with an error."""
    x = torch.tensor([2.0])
    with pytest.raises(ZeroDivisionError), by_hand():
        raise ZeroDivisionError
    assert WAYS[way](cube, x).flatten().tolist() == [12.0]


def test_other_threads_may_differentiate() -> None:
    """While one thread works by hand, the oracles of another ask torch."""
    found: list[Any] = []
    with by_hand():
        thread = threading.Thread(target=lambda: found.append(_grad(cube, torch.tensor([2.0])).item()))
        thread.start()
        thread.join()
    assert found == [12.0]


def in_a_thread(call: Callable[[], Any]) -> Any:
    """Call in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result()


@pytest.mark.parametrize(
    "elsewhere", [in_a_thread, lambda call: contextvars.Context().run(call)], ids=["thread", "context"]
)
def test_where_there_is_one_student_no_thread_may_differentiate(
    elsewhere: Callable[[Callable[[], Any]], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor a context that knows nothing of the rule; afterwards both may."""
    monkeypatch.setattr(drivers, "_alone", False)
    drivers.work_for_one_student()
    x = torch.tensor([2.0])
    with by_hand(), pytest.raises(ByHandError):
        elsewhere(lambda: _grad(cube, x))
    assert elsewhere(lambda: _grad(cube, x)).tolist() == [12.0]


def test_an_engine_made_of_torch_is_refused() -> None:
    """A graph of scalars is by hand."""

    class Node:
        def __init__(self, data: float) -> None:
            self.data, self.grad = torch.tensor(data, requires_grad=True), 0.0

        def backward(self) -> None:
            self.data.backward()  # type: ignore[no-untyped-call]

    with pytest.raises(ByHandError):
        graph(Node, [2.0], [], [0])


def test_without_torch_nothing_is_imported() -> None:
    """A sheet of the profile numpy has a sandbox in which there is none."""
    code = (
        "import sys\nfrom autograder.sandbox.drivers import by_hand\n"
        "with by_hand():\n    assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# ------------------------------------------------------------------------------------- graphs and functions of tensors


def test_a_recorded_graph_is_one_of_tensors() -> None:
    """Of float64, of which only some require a gradient; the function gets the one at the place."""
    steps = [("*", (0, 1), 0.0), ("+number", (2,), 1.0)]
    found = recorded(lambda t: t, [2.0, 3.0], [True, False], steps, 3)
    assert (found.item(), found.dtype, found.requires_grad) == (7.0, torch.float64, True)
    assert recorded(lambda t: t, [2.0, 3.0], [True, False], steps, 1).requires_grad is False
    assert recorded(lambda t: t, [2.0, 3.0], [False, False], steps, 3).requires_grad is False


@pytest.mark.parametrize(
    ("name", "value"), [("layer", [math.tanh(5.0) + 10.0]), ("squares", [9.0]), ("differences", [1.0])]
)
def test_a_jacobian_is_asked_for_with_a_function_and_a_tensor(name: str, value: list[float]) -> None:
    """Both of float64; the tensor requires no gradient yet, and the function is one that torch can follow."""
    parts = {"W": np.array([[1.0, 2.0]]), "b": np.array([10.0])}

    def asks(f: Any, x: Any) -> Any:
        assert (x.dtype, x.requires_grad) == (torch.float64, False)
        assert f(x.clone().requires_grad_()).requires_grad
        return f(x)

    x = np.array([1.0, 2.0])
    assert jacobian(asks, name, parts, x).tolist() == value
    assert x.tolist() == [1.0, 2.0]


def test_every_map_is_tested() -> None:
    """A new one belongs into the list above."""
    assert list(MAPS) == ["layer", "squares", "differences"]


class Cube(torch.autograd.Function):
    """An operation with a backward that can be differentiated."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        """Return x³."""
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        """Return 3 x² times what arrives."""
        (x,) = ctx.saved_tensors
        return grads[0] * 3 * x**2


@pytest.mark.parametrize(("order", "value"), [(0, [8.0]), (1, [60.0]), (2, [420.0])])
def test_an_operation_is_asked_for_its_derivatives(order: int, value: list[float]) -> None:
    """The value, the gradient for an upstream gradient, and the gradient of that in a direction, all detached."""
    found = operation(Cube, np.array([2.0]), np.array([5.0]), np.array([7.0]), order)
    assert (found.tolist(), found.requires_grad) == (value, False)


# ------------------------------------------------------------------------------------- functions of a model

LAYERS = [(np.array([[1.0, 2.0]]), np.array([0.5])), (np.array([[3.0]]), np.array([-1.0]))]
CLEAN = {
    "recorded": False,
    "training": True,
    "same_parameters": True,
    "same_gradients": True,
    "tracking": True,
}


def _quietly(model: Any, X: Any) -> Any:
    with torch.no_grad():
        return model(X)


def _detached(model: Any, X: Any) -> Any:
    return model(X).detach()


def _in_eval(model: Any, X: Any) -> Any:
    return _quietly(model.eval(), X)


def _learning(model: Any, X: Any) -> Any:
    for part in model.parameters():
        part.data -= part.grad
    return _quietly(model, X)


def _freezing(model: Any, X: Any) -> Any:
    return model.requires_grad_(requires_grad=False)(X)


def _thawing(model: Any, X: Any) -> Any:
    predicted = model.requires_grad_(requires_grad=False)(X)
    model.requires_grad_(requires_grad=True)
    return predicted


def _clearing(model: Any, X: Any) -> Any:
    model.zero_grad()
    return _quietly(model, X)


def _adding(model: Any, X: Any) -> Any:
    model(X).sum().backward()
    return _quietly(model, X)


def _switching_off(model: Any, X: Any) -> Any:
    torch.set_grad_enabled(False)
    return model(X)


def test_a_prediction_is_what_the_function_returns() -> None:
    """The model is a tanh network of float64."""
    X = np.array([[1.0, -1.0], [0.0, 0.0]])
    found = prediction(_quietly, LAYERS, X, training=True, look="value")
    np.testing.assert_allclose(found.numpy(), 3 * np.tanh([[-0.5], [0.5]]) - 1, rtol=1e-15)
    assert prediction(lambda model, X: model(X), LAYERS, X, training=True, look="value").requires_grad


@pytest.mark.parametrize(
    ("function", "seen"),
    [
        (_quietly, {}),
        (_detached, {"recorded": True}),
        (_in_eval, {"training": False}),
        (_learning, {"same_parameters": False}),
        (_freezing, {"same_parameters": False}),
        (_thawing, {"same_parameters": False}),
        (_clearing, {"same_gradients": False}),
        (_adding, {"recorded": True, "same_gradients": False}),
        (_switching_off, {"tracking": False}),
    ],
)
def test_the_traces_of_a_prediction_are_seen(function: Any, seen: dict[str, bool]) -> None:
    """Each by itself; and torch records again afterwards."""
    assert prediction(function, LAYERS, np.ones((1, 2)), training=True, look="traces") == CLEAN | seen
    assert torch.is_grad_enabled()


def test_a_model_may_be_in_evaluation_mode() -> None:
    """And what it is in afterwards is told."""
    found = prediction(_quietly, LAYERS, np.ones((1, 2)), training=False, look="traces")
    assert found == CLEAN | {"training": False}


def _named(model: Any) -> Any:
    return {name: part.shape for name, part in model.named_parameters()}


def test_a_model_is_built_of_named_parts() -> None:
    """Parts may be inside of others, and a parameter may be the model's own; sizes come back as plain tuples."""
    layers = [("encoder.0", "Linear", (2, 3)), ("norm", "BatchNorm1d", (3,)), ("scale", "Parameter", (4, 1))]
    found = parameters(_named, layers, "")
    assert found == {
        "scale": (4, 1),
        "encoder.0.weight": (3, 2),
        "encoder.0.bias": (3,),
        "norm.weight": (3,),
        "norm.bias": (3,),
    }
    assert {type(shape) for shape in found.values()} == {tuple}


def test_a_part_may_be_frozen() -> None:
    """Then its parameters, and no others, require no gradient."""
    layers = [("one", "Linear", (2, 3)), ("two", "Linear", (3, 1))]
    found = parameters(
        lambda model: {name: part.requires_grad for name, part in model.named_parameters()}, layers, "one"
    )
    assert found == {"one.weight": False, "one.bias": False, "two.weight": True, "two.bias": True}


def test_what_is_no_dict_comes_back_as_it_is() -> None:
    """What it should have been is said elsewhere."""
    assert parameters(lambda _: [1], [("one", "Linear", (2, 3))], "") == [1]


def test_every_driver_is_documented_and_tested() -> None:
    """A new one belongs into this file."""
    text = inspect.getsource(sys.modules[__name__])
    for name, driver in DRIVERS.items():
        assert driver.__doc__
        assert driver.__name__ == name
        assert f"{name}(" in text
