"""Runs inside the sandbox, and outside. The public drivers: they use what a student wrote where one call with data cannot.

A class is built and asked to do things; a function of tensors or of a model is handed one. A driver is called with what
the student wrote and the arguments of a case, and returns data. Everything in this file is public: a driver holds no
answer, and what it observes is compared on the trusted side like any other value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Driver = Callable[..., Any]

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


def graph(
    node: Driver, leaves: Sequence[float], steps: Sequence[Step], roots: Sequence[int]
) -> dict[str, Any]:
    """Build a graph of scalars, call `backward()` of each root in turn, and return what the nodes hold.

    node: the class of the nodes, called with a number. leaves: the numbers at places 0, 1, ... steps: what is computed
    from earlier places, each at the next place. roots: the places whose `backward()` is called, one after the other.
    Returns `data` of the roots and `grad` of the leaves, as lists.
    """
    nodes = [node(number) for number in leaves]
    for operation, operands, number in steps:
        nodes.append(OPERATIONS[operation](*(nodes[place] for place in operands), number))
    for root in roots:
        nodes[root].backward()
    return {
        "data": [nodes[root].data for root in roots],
        "grad": [leaf.grad for leaf in nodes[: len(leaves)]],
    }


DRIVERS: dict[str, Driver] = {"graph": graph}


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
