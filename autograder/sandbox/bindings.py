"""Runs inside the sandbox. Holds inputs, never answers. What the names of a module, and those of a function, are bound to.

As Python does it, from the text alone: nothing is run.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.sandbox.loader import count_stubs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Paths = frozenset[str]

NOTHING: Paths = frozenset()
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Binding:
    """What a name of a module stands for."""

    where: str
    """The file, and the cell where it has several."""
    node: ast.AST | None = None
    """A definition, the expression that is assigned, or a statement that changes it; None for an import."""
    paths: Paths = NOTHING
    """The full name of what is imported."""


@dataclass(slots=True)
class Space:
    """One namespace: the submission's own, or that of a module beside it."""

    bindings: dict[str, Binding] = field(default_factory=dict)
    changes: dict[str, list[Binding]] = field(default_factory=dict)
    """What is put into an object after it was made: `Value.backward = ...`."""
    stars: list[str] = field(default_factory=list)
    """The modules of which everything is imported."""

    def add(self, cell: ast.Module, where: str) -> None:
        """Take up what the names stand for after a cell has run."""
        for node in cell.body:
            self._statement(node, where, certain=True)

    def _statement(self, node: ast.stmt, where: str, *, certain: bool) -> None:
        for name, path in imported(node):
            if name == "*":
                self.stars.append(path.removesuffix(".*"))
            else:
                self._bind(name, Binding(where, paths=frozenset({path})), certain=certain)
        if isinstance(node, Function | ast.ClassDef):
            self._bind(node.name, Binding(where, node), certain=certain)
            return
        for target, value in assigned(node):
            if isinstance(target, ast.Name):
                self._bind(target.id, Binding(where, value), certain=certain)
            elif root := _root(target):
                self.changes.setdefault(root, []).append(Binding(where, node))
        match node:
            case ast.Expr(ast.Call(func=ast.Name("setattr"), args=[ast.Name(name), *_])):
                self.changes.setdefault(name, []).append(Binding(where, node))
        for inner, sure in _blocks(node):
            self._statement(inner, where, certain=certain and sure)

    def _bind(self, name: str, made: Binding, *, certain: bool) -> None:
        """The last one counts; not one that may never run, nor a stub of what is written already."""
        known = self.bindings.get(name)
        if known is None or (certain and not _is_stub_of(made.node, known.node)):
            self.bindings[name] = made


def _is_stub_of(new: ast.AST | None, old: ast.AST | None) -> bool:
    return isinstance(new, ast.stmt) and isinstance(old, ast.stmt) and count_stubs(new) > count_stubs(old)


def _blocks(node: ast.stmt) -> Iterator[tuple[ast.stmt, bool]]:
    """Yield the statements inside of one that opens no scope, each with whether it runs in any case."""
    for name in ("body", "orelse", "finalbody"):
        for inner in getattr(node, name, ()):
            yield inner, name != "orelse"
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        for inner in part.body:
            yield inner, False


def imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the names that an import binds, each with the full name of what it stands for then."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}".removeprefix(".")


def assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield each target of an assignment, a loop or a `with`, beside the expression that it gets or gets a part of."""
    pairs: list[tuple[ast.expr, ast.expr]] = []
    if isinstance(node, ast.Assign):
        pairs = [(target, node.value) for target in node.targets]
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value is not None:
        pairs = [(node.target, node.value)]
    elif isinstance(node, ast.For | ast.AsyncFor):
        pairs = [(node.target, node.iter)]
    elif isinstance(node, ast.With | ast.AsyncWith):
        pairs = [(item.optional_vars, item.context_expr) for item in node.items if item.optional_vars]
    while pairs:
        target, value = pairs.pop()
        if isinstance(target, ast.Starred):
            pairs.append((target.value, value))
        elif isinstance(target, ast.Tuple | ast.List):
            parts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
            same = len(parts) == len(target.elts)
            pairs += zip(target.elts, parts if same else [value] * len(target.elts), strict=True)
        else:
            yield target, value


def _root(target: ast.expr) -> str:
    """Return the name at the beginning of `Value.backward` or `table["grad"]`."""
    while isinstance(target, ast.Attribute | ast.Subscript):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def same_scope(body: Iterable[ast.AST]) -> list[ast.AST]:
    """Return some statements and all that is in them, but for what is in a scope of its own."""
    found = list(body)
    for part in found:  # which grows meanwhile
        if isinstance(part, ast.comprehension):
            found += (part.iter, *part.ifs)
        elif not isinstance(part, Function | ast.Lambda | ast.ClassDef):
            found += ast.iter_child_nodes(part)
    return found


def stored(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names in the targets of a comprehension."""
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                yield part.id


def local_names(parts: Sequence[ast.AST]) -> Iterator[str]:
    """Yield the names that are bound in a scope. parts: all that is in it, see `same_scope`."""
    elsewhere = {name for part in parts if isinstance(part, ast.Global | ast.Nonlocal) for name in part.names}
    for part in parts:
        match part:
            case ast.Name(name, ast.Store() | ast.Del()):
                found = [name]
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found = [name]
            case (
                ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
            ):
                found = [name]
            case ast.MatchMapping(rest=str(name)):
                found = [name]
            case _:
                found = [name for name, _ in imported(part)]
        yield from (name for name in found if name not in elsewhere)
