"""Trusted. What may become of one place in a function: another operator, number, axis, index or name, or nothing.

Each change is one that a slip of the pen could make, or one that shows whether the cases look at the place at all.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult, ast.Div),
    ast.Sub: (ast.Add, ast.Mult, ast.Div),
    ast.Mult: (ast.Div, ast.Add, ast.Sub, ast.Pow),
    ast.Div: (ast.Mult, ast.FloorDiv, ast.Sub),
    ast.FloorDiv: (ast.Mult, ast.Div),
    ast.Pow: (ast.Mult, ast.Add),
    ast.MatMult: (ast.Mult, ast.Add),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
FUNCTIONS = {
    "abs": ("negative",),
    "all": ("any",),
    "any": ("all",),
    "arccos": ("arcsin", "cos"),
    "cos": ("sin",),
    "empty": ("ones",),
    "exp": ("log", "expm1"),
    "log": ("exp", "log1p"),
    "max": ("min", "sum"),
    "maximum": ("minimum",),
    "mean": ("sum", "max"),
    "min": ("max", "sum"),
    "minimum": ("maximum",),
    "ones": ("zeros",),
    "ones_like": ("zeros_like",),
    "sin": ("cos",),
    "sqrt": ("square",),
    "std": ("var", "mean"),
    "sum": ("mean", "max"),
    "tanh": ("sin", "arctan"),
    "zeros": ("ones",),
    "zeros_like": ("ones_like",),
}
"""What a call is exchanged for: of numpy, of an array, and the built-in functions of the same names."""

NUMBERS = (0, 1, 2, 0.5)
STRINGS = 2
"""How many of a function's other texts one of its texts is exchanged for."""
Definition = ast.FunctionDef


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node hangs in a tree."""

    parent: ast.AST
    field: str
    index: int | None
    above: tuple[ast.AST, ...]
    """From the function down to the parent."""

    @property
    def node(self) -> Any:
        """What hangs there."""
        held = getattr(self.parent, self.field)
        return held if self.index is None else held[self.index]

    def put(self, node: ast.AST) -> None:
        """Hang another node there."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def changes(node: Definition) -> Iterator[tuple[Place, ast.AST | None]]:
    """Yield every place of a function's body with what is to hang there instead; None where it is dropped."""
    scope = Scope(node)
    for place in places(node, ()):
        for replacement in scope.replacements(place):
            yield place, replacement


def places(parent: ast.AST, above: tuple[ast.AST, ...]) -> Iterator[Place]:
    """Yield every place below a node that may be changed. above: from the function down to the node, without it."""
    above = (*above, parent)
    for name, value in ast.iter_fields(parent):
        if isinstance(parent, Definition) and name != "body":
            continue  # the signature is given
        if isinstance(parent, ast.Raise):
            continue  # the words of an exception are nobody's answer
        if isinstance(parent, ast.UnaryOp) and _sizes(above[-2]):
            continue  # numpy takes every negative size for the one that is left
        held = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in held:
            if isinstance(child, ast.AST):
                yield Place(parent, name, index, above)
                yield from places(child, above)


def _sizes(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reshape"


class Scope:
    """What the changes in a function depend on: its names, its texts, its docstring."""

    def __init__(self, node: Definition) -> None:
        first = node.body[0]
        has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        self._docstring = {first, *ast.walk(first)} if has_docstring else set()
        parameters = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        self._names = {
            argument.arg: (0, ast.unparse(argument.annotation) if argument.annotation else "")
            for argument in parameters
        }
        self._texts: list[str] = []
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                self._names.setdefault(inner.id, (inner.lineno, ""))
            elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and not self._told(inner):
                self._texts.append(inner.value)
        self._texts = list(dict.fromkeys(self._texts))

    def _told(self, node: ast.AST) -> bool:
        return node in self._docstring

    def replacements(self, place: Place) -> Iterator[ast.AST | None]:
        """Yield what may hang at a place instead."""
        node = place.node
        if self._told(node):
            return
        if isinstance(node, ast.stmt):
            yield from _statements(node)
        elif isinstance(node, ast.Name):
            yield from self._other_names(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from self._other_texts(node.value)
        elif (kind := KINDS.get(type(node))) is not None:
            yield from kind(node)
        if isinstance(node, ast.expr):
            yield from _by_place(place)

    def _other_names(self, node: ast.Name) -> Iterator[ast.expr]:
        """Yield the neighbours of a local name, in the order in which they come up, that may hold such a value."""
        if node.id not in self._names or isinstance(node.ctx, ast.Store):
            return
        kind = self._names[node.id][1]
        known = [
            name
            for name, (line, other) in self._names.items()
            if name == node.id or (line < node.lineno and (not kind or not other or kind == other))
        ]
        at = known.index(node.id)
        for name in (*known[at - 1 : at], *known[at + 1 : at + 2]):
            yield ast.Name(name, ast.Load())

    def _other_texts(self, text: str) -> Iterator[ast.expr]:
        at = self._texts.index(text)
        others = [*self._texts[at + 1 :], *self._texts[:at]][:STRINGS]
        yield from (ast.Constant(text) for text in others or [""])


# What a kind of node may become


def _statements(node: ast.stmt) -> Iterator[ast.AST | None]:
    if not isinstance(node, ast.Pass | ast.Import | ast.ImportFrom):
        yield None
    if isinstance(node, ast.AugAssign):
        for operator in OPERATORS.get(type(node.op), ()):
            yield ast.AugAssign(node.target, operator(), node.value)
    if isinstance(node, ast.If):
        for value in (True, False):
            yield ast.If(ast.Constant(value), node.body, node.orelse)
    if isinstance(node, ast.For | ast.While):
        last = ast.Break()
        if isinstance(node, ast.For):
            yield ast.For(node.target, node.iter, [*node.body, last], node.orelse, lineno=0)
        else:
            yield ast.While(node.test, [*node.body, last], node.orelse)


def _binary(node: ast.BinOp) -> Iterator[ast.expr]:
    for operator in OPERATORS.get(type(node.op), ()):
        yield ast.BinOp(node.left, operator(), node.right)
    yield node.left
    yield node.right
    if not isinstance(node.op, ast.Add | ast.Mult):
        yield ast.BinOp(node.right, node.op, node.left)
    if isinstance(node.op, ast.MatMult):
        yield ast.BinOp(_transposed(node.left), node.op, node.right)
        yield ast.BinOp(node.left, node.op, _transposed(node.right))


def _transposed(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())


def _compare(node: ast.Compare) -> Iterator[ast.expr]:
    words = any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in node.comparators)
    for place, operator in enumerate(node.ops):
        for other in COMPARISONS.get(type(operator), ())[: 1 if words else None]:  # words have no order
            operators = [*node.ops[:place], other(), *node.ops[place + 1 :]]
            yield ast.Compare(node.left, operators, node.comparators)


def _boolean(node: ast.BoolOp) -> Iterator[ast.expr]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for place in range(len(node.values)):
        rest = [*node.values[:place], *node.values[place + 1 :]]
        yield ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]


def _unary(node: ast.UnaryOp) -> Iterator[ast.expr]:
    yield node.operand


def _number(node: ast.Constant) -> Iterator[ast.expr]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        near = (value + 1, value - 1) if isinstance(value, int) else (value * 2, value / 2)
        others = [type(value)(number) if number != 0.5 else number for number in NUMBERS]
        for number in dict.fromkeys([*near, *others, -value]):
            if number != value:
                yield _literal(number)


def _literal(number: float) -> ast.expr:
    constant = ast.Constant(abs(number))
    return ast.UnaryOp(ast.USub(), constant) if number < 0 else constant


def _call(node: ast.Call) -> Iterator[ast.expr]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for other in FUNCTIONS.get(name, ()):
        function: ast.expr
        if isinstance(node.func, ast.Attribute):
            function = ast.Attribute(node.func.value, other, ast.Load())
        else:
            function = ast.Name(other, ast.Load())
        yield ast.Call(function, node.args, node.keywords)
    for place in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, [*node.keywords[:place], *node.keywords[place + 1 :]])
    for place, keyword in enumerate(node.keywords):
        if keyword.arg == "axis":
            for value in (0, 1, -1, None):
                swapped = ast.keyword("axis", ast.Constant(value))
                yield ast.Call(
                    node.func, node.args, [*node.keywords[:place], swapped, *node.keywords[place + 1 :]]
                )
    if len(node.args) > 1:
        yield ast.Call(node.func, node.args[:-1], node.keywords)
        yield ast.Call(node.func, [node.args[1], node.args[0], *node.args[2:]], node.keywords)
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield node.func.value
    elif node.args and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "np"


def _attribute(node: ast.Attribute) -> Iterator[ast.expr]:
    if node.attr == "T":
        yield node.value


def _subscript(node: ast.Subscript) -> Iterator[ast.expr]:
    index = node.slice
    yield node.value
    if isinstance(index, ast.Slice):
        for ends in (ast.Slice(ast.Constant(1)), ast.Slice(None, _literal(-1))):
            yield ast.Subscript(ast.Subscript(node.value, index, ast.Load()), ends, ast.Load())
    elif isinstance(index, ast.Tuple):
        if len(index.elts) == 2:
            yield ast.Subscript(node.value, ast.Tuple(index.elts[::-1], ast.Load()), ast.Load())
    elif not isinstance(index, ast.Constant | ast.UnaryOp):
        for operator in (ast.Add(), ast.Sub()):
            yield ast.Subscript(node.value, ast.BinOp(index, operator, ast.Constant(1)), ast.Load())


def _slice(node: ast.Slice) -> Iterator[ast.expr]:
    if node.lower:
        yield ast.Slice(None, node.upper, node.step)
    if node.upper:
        yield ast.Slice(node.lower, None, node.step)
    if node.step:
        yield ast.Slice(node.lower, node.upper)


def _sequence(node: ast.Tuple | ast.List) -> Iterator[ast.expr]:
    if len(node.elts) > 1 and isinstance(node.ctx, ast.Load):
        yield type(node)([node.elts[1], node.elts[0], *node.elts[2:]], ast.Load())


def _conditional(node: ast.IfExp) -> Iterator[ast.expr]:
    yield ast.IfExp(node.test, node.orelse, node.body)
    yield node.body
    yield node.orelse


KINDS: dict[type[ast.AST], Callable[[Any], Iterator[ast.expr]]] = {
    ast.Attribute: _attribute,
    ast.BinOp: _binary,
    ast.BoolOp: _boolean,
    ast.Call: _call,
    ast.Compare: _compare,
    ast.Constant: _number,
    ast.IfExp: _conditional,
    ast.List: _sequence,
    ast.Slice: _slice,
    ast.Subscript: _subscript,
    ast.Tuple: _sequence,
    ast.UnaryOp: _unary,
}


def _by_place(place: Place) -> Iterator[ast.expr]:
    """Yield what an expression may become because of where it stands."""
    node, parent = place.node, place.parent
    if place.field in {"test", "ifs"} and not isinstance(node, ast.Compare):
        yield ast.UnaryOp(ast.Not(), node)
    result = place.field == "value" and isinstance(parent, ast.Assign | ast.Return)
    if result and isinstance(node, ast.BinOp | ast.Call | ast.Name | ast.Subscript):
        yield ast.UnaryOp(ast.USub(), node)
        yield ast.BinOp(ast.Constant(2), ast.Mult(), node)
    if place.field == "iter":
        for ends in (ast.Slice(ast.Constant(1)), ast.Slice(None, _literal(-1))):
            whole = ast.Call(ast.Name("list", ast.Load()), [node], [])
            yield ast.Subscript(whole, ends, ast.Load())
