"""The public drivers: what they make of what a student wrote."""

from __future__ import annotations

import math
from typing import Any

import pytest

from autograder.sandbox import drivers
from autograder.sandbox.drivers import OPERATIONS, driven, graph

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
    with pytest.raises(ValueError, match=r"there is no driver named 'grph'; there are graph"):
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
