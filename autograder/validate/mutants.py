"""Trusted. Automatic mutants: the reference with one of its functions changed at one place.

Nobody thought of them when the cases were written: whether they fail measures the cases. A mutant is named by its
function and by the text of what was changed, not by a line, so that its name stays while the file around it moves.
"""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from autograder.numerics.trees import parse
from autograder.validate.mutations import Definition, changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.validate.mutations import Place

    Change = tuple[str, str, str]
    """Where, what was there, what is there now."""

DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Mutant:
    """The reference with one change."""

    name: str
    """`"div_backward: grad / b -> grad * b #1"`: function, what was there, what is there now, the how-manieth.

    Of a class: `"Value.__mul__: ..."`.
    """
    function: str
    """The top-level function or class that it is in."""
    text: str
    """All of the changed `solution.py`."""


@lru_cache(maxsize=1024)  # the total is told before they are run
def mutants(solution: str, function: str) -> tuple[Mutant, ...]:
    """Return every mutant of one top-level function or class that compiles and is another text, in source order.

    There is none where there is no such function.
    """
    body = parse(solution).body
    found: dict[str, Change] = {}
    node = next(
        (node for node in body if isinstance(node, Definition | ast.ClassDef) and node.name == function), None
    )
    if node is None:
        return ()
    original = ast.unparse(node)
    for name, part in _parts(node):
        for place, replacement in changes(part):
            text, (before, after) = _changed(node, place, replacement)
            if text != original and text not in found and _compiles(text):
                found[text] = name, before, after
    lines = solution.split("\n")
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    above, below = lines[: first - 1], lines[node.end_lineno :]
    counted: Counter[Change] = Counter()
    made = []
    for text, change in found.items():
        counted[change] += 1
        name, before, after = change
        numbered = f"{name}: {before} -> {after} #{counted[change]}"
        made.append(Mutant(numbered, function, "\n".join([*above, text, *below])))
    return tuple(made)


def _parts(node: Definition | ast.ClassDef) -> Iterator[tuple[str, Definition]]:
    """Yield a function, or the methods of a class, by name."""
    if isinstance(node, Definition):
        yield node.name, node
        return
    for inner in node.body:
        if isinstance(inner, Definition):
            yield f"{node.name}.{inner.name}", inner


def _changed(
    node: Definition | ast.ClassDef, place: Place, replacement: ast.AST | None
) -> tuple[str, tuple[str, str]]:
    """Return the text of the definition with the change, and the texts of what was changed before and after."""
    old, label = place.node, _label(place)
    before = _first_line(label)
    place.put(replacement or ast.Pass())
    try:
        after = DROPPED if replacement is None else _first_line(replacement if label is old else label)
        return ast.unparse(node), (before, after)
    finally:
        place.put(old)


def _label(place: Place) -> ast.AST:
    """Return the node whose text says what is changed: a name, a number or an index alone would say nothing."""
    if isinstance(place.node, ast.stmt):
        return place.node
    chain = (*place.above, place.node)
    indices = {id(node.slice) for node in chain if isinstance(node, ast.Subscript)}
    told = [
        node
        for node in chain
        if isinstance(node, ast.stmt | ast.expr)
        and not isinstance(node, ast.Name | ast.Constant | ast.Slice)
        and not (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant))
        and id(node) not in indices
    ]
    return told[-1]


def _first_line(node: ast.AST) -> str:
    return ast.unparse(node).partition("\n")[0]


def _compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):  # on literals that are called or subscripted
            compile(text, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True
