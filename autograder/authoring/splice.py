"""Trusted. Makes a complete submission of a variant or a mistake: the reference with one function exchanged.

The reference solution is a submission like any other, so what differs from it in one function is one too, and all
of them are graded by the path that students' files take.

Syntax trees say what belongs together, the text is cut and pasted: comments and layout survive.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from autograder.authoring.loading import CourseError
from autograder.numerics.trees import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

REGISTRATIONS = frozenset({"case", "formula", "judge", "mistake", "oracle", "variant"})
"""The decorators of `Exercise`: they tell the grader about a function and are no part of it."""

DEFINED = re.compile(r"^((?:async\s+)?(?:def|class)\s+)(\w+)", re.MULTILINE)
"""The name that a statement defines, below its decorators."""

PREDEFINED = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}
"""Names that every module has without binding them."""


class SpliceError(CourseError):
    """A function of `checks.py` cannot stand in for one of `solution.py`."""


@dataclass(frozen=True, slots=True)
class _Statement:
    """One top-level statement of `checks.py`."""

    node: ast.stmt
    text: str
    """Its source, without the decorators that register it."""
    binds: frozenset[str]
    needs: frozenset[str]
    """The module's names that it refers to, in whatever depth."""
    hides: frozenset[str]
    """Names that are local to one of its scopes."""


@lru_cache(maxsize=1024)  # the bounds of an answer, the diagnosis and the gate each ask for the same ones
def splice(solution: str, checks: str, function: str, replacement: str, only: tuple[str, ...] = ()) -> str:
    """Return the solution's text with `function` replaced by the function `replacement` of `checks.py`.

    The replacement takes the function's name. What it refers to in `checks.py` comes along, transitively: imports,
    functions, classes and constants; a name that the solution defines stays the solution's.
    only: where given, of the solution's functions just these are kept, and what they and the replacement call: a
    sixth of the text is read six times as fast.

    Raises SpliceError where a function is not there, or refers to something that a submission cannot have.
    """
    target = _definition(_solution(solution).definitions, function, "solution.py")
    parts = _checks(checks)
    chosen = parts.statement(_definition(parts.definitions, replacement, "checks.py"))
    if function in chosen.needs and function != replacement:
        raise SpliceError(
            f"checks.py:{chosen.node.lineno}: {replacement} calls {function}, which it replaces: it would call itself. "
            f"Write the answer out, or call {replacement} where a recursion is meant."
        )
    needed = _needed(chosen, parts, _solution(solution).binds | {replacement})
    pieces = [_renamed(piece, replacement, function) for piece in [*needed, chosen]]
    called = {*only, function}.union(*(piece.needs for piece in [*needed, chosen]))
    lines = (kept(solution, tuple(sorted(called))) if only else solution).split("\n")
    lines[_first_line(target) - 1 : target.end_lineno] = ["\n\n".join(pieces)]
    body = _solution(solution).body
    if parts.postponed and not _postpones_annotations(body):
        lines.insert(_after_docstring(body), "from __future__ import annotations")
    return "\n".join(lines)


@lru_cache(maxsize=128)  # each exercise of a course has one
def kept(solution: str, functions: tuple[str, ...]) -> str:
    """Return the solution's text with some of its functions and what they call; lines of other definitions are empty."""
    reached, lines = reach(solution), solution.split("\n")
    called = set().union(*(reached[name] for name in functions if name in reached))
    for node in _solution(solution).body:
        if isinstance(node, Definition) and node.name not in called:
            for place in range(_first_line(node) - 1, node.end_lineno or 0):
                lines[place] = ""
    return "\n".join(lines)


def _parse(text: str, file: str) -> ast.Module:
    try:
        # The tree alone would let pass what only the compiler sees: `return` outside of a function, `nonlocal`.
        compile(text, file, "exec", dont_inherit=True)
        return parse(text)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise SpliceError(f"{file}:{line}: this is not Python: {error.args[0]}.") from None


def _definitions(body: Iterable[ast.stmt]) -> dict[str, list[Definition]]:
    """Return what is defined at the top level, by name."""
    found: dict[str, list[Definition]] = {}
    for node in body:
        if isinstance(node, Definition):
            found.setdefault(node.name, []).append(node)
    return found


def _definition(definitions: Mapping[str, Sequence[Definition]], name: str, file: str) -> Definition:
    found = definitions.get(name, ())
    if not found:
        raise SpliceError(f"{file} has no function {name} at its top level. Is the name right?")
    if len(found) > 1:
        raise SpliceError(f"{file}:{found[1].lineno}: {name} is defined twice. Rename one of the two.")
    return found[0]


def _first_line(node: Definition) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


@dataclass(frozen=True, slots=True)
class _Solution:
    """What matters of `solution.py`."""

    body: list[ast.stmt]
    definitions: dict[str, list[Definition]]
    binds: frozenset[str]


@lru_cache(maxsize=16)  # as below
def _solution(text: str) -> _Solution:
    body = _parse(text, "solution.py").body
    binds = _bound_in(symtable.symtable(text, "solution.py", "exec"))
    return _Solution(body, _definitions(body), binds)


class _Checks:
    """The top-level statements of `checks.py`, each looked into when it is first asked for."""

    def __init__(self, text: str) -> None:
        body = _parse(text, "checks.py").body
        self.definitions = _definitions(body)
        self._lines = text.encode().split(b"\n")
        self.postponed = _postpones_annotations(body)
        self._others = [node for node in body if not isinstance(node, Definition)]
        self._known: dict[ast.stmt, _Statement] = {}

    def statement(self, node: ast.stmt) -> _Statement:
        """Return what matters of one statement: for all of a long sheet it takes a second."""
        if node not in self._known:
            self._known[node] = _statement(node, self._lines, self.postponed)
        return self._known[node]

    def binding(self, name: str) -> list[_Statement]:
        """Return the statements that bind a name, in their order."""
        nodes = [*self.definitions.get(name, ()), *self._others]
        makers = [statement for node in nodes if name in (statement := self.statement(node)).binds]
        return sorted(makers, key=_place)


@lru_cache(maxsize=16)  # a sheet has hundreds of variants and mistakes, and one checks.py
def _checks(text: str) -> _Checks:
    return _Checks(text)


def _place(statement: _Statement) -> tuple[int, int]:
    return statement.node.lineno, statement.node.col_offset


def _statement(node: ast.stmt, lines: Sequence[bytes], postponed: bool) -> _Statement:
    text = evaluated = _source(node, lines)
    if postponed:  # then annotations are never evaluated, and their imports may stand under TYPE_CHECKING
        evaluated = ast.unparse(ast.fix_missing_locations(_WithoutAnnotations().visit(parse(text))))
    top = symtable.symtable(evaluated, "checks.py", "exec")
    inner = [scope for child in top.get_children() for scope in _scopes(child)]
    return _Statement(
        node,
        text,
        binds=_bound_in(top),
        needs=frozenset(
            [symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced()]
            + [symbol.get_name() for scope in inner for symbol in scope.get_symbols() if symbol.is_global()]
        ),
        hides=frozenset(
            symbol.get_name() for scope in inner for symbol in scope.get_symbols() if symbol.is_local()
        ),
    )


def _source(node: ast.stmt, lines: Sequence[bytes]) -> str:
    # ast.get_source_segment splits the whole text again for every statement: a second for each ten.
    segment = [*lines[node.lineno - 1 : node.end_lineno]]
    segment[-1] = segment[-1][: node.end_col_offset]
    segment[0] = segment[0][node.col_offset :]
    text = b"\n".join(segment).decode()
    kept = [decorator for decorator in getattr(node, "decorator_list", ()) if not _registers(decorator)]
    return "\n".join([*(f"@{ast.unparse(decorator)}" for decorator in kept), text])


def _registers(decorator: ast.expr) -> bool:
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(call, ast.Attribute) and call.attr in REGISTRATIONS


class _WithoutAnnotations(ast.NodeTransformer):
    """Drops what `from __future__ import annotations` keeps from being evaluated."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def _scopes(table: symtable.SymbolTable) -> Iterable[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _scopes(child)


def _bound_in(top: symtable.SymbolTable) -> frozenset[str]:
    return frozenset(
        symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned() or symbol.is_imported()
    )


def _needed(chosen: _Statement, checks: _Checks, known: frozenset[str]) -> list[_Statement]:
    """Return the statements of `checks.py` that `chosen` cannot do without, in their order, cut to what is asked for.

    `known` are the names that the result has anyway.
    """
    asked: dict[_Statement, set[str]] = {}
    waiting = [chosen]
    while waiting:
        user = waiting.pop()
        for name in sorted(user.needs - known):
            makers = checks.binding(name)
            if not makers and name not in PREDEFINED:
                raise SpliceError(
                    f"checks.py:{user.node.lineno}: nothing defines {name}. "
                    "It must be in solution.py or at the top level of checks.py."
                )
            waiting += [maker for maker in makers if maker not in asked]
            for maker in makers:
                asked.setdefault(maker, set()).add(name)
    return [_portable(statement, asked[statement], known) for statement in sorted(asked, key=_place)]


def _portable(statement: _Statement, names: set[str], known: frozenset[str]) -> _Statement:
    """Return the statement, reduced to `names` if it is an import. Raises SpliceError where it cannot be moved."""
    node, line = statement.node, statement.node.lineno
    if _imports_ours(node):
        raise SpliceError(
            f"checks.py:{line}: a variant or mistake needs {', '.join(sorted(names))} from autograder, "
            "which no submission can import. Write it without."
        )
    if isinstance(node, ast.Import | ast.ImportFrom):
        kept = [alias for alias in node.names if (alias.asname or alias.name.split(".")[0]) in names]
        only = (
            ast.Import(kept)
            if isinstance(node, ast.Import)
            else ast.ImportFrom(node.module, kept, node.level)
        )
        return _Statement(node, ast.unparse(only), frozenset(names), frozenset(), frozenset())
    if both := statement.binds & known:
        raise SpliceError(
            f"checks.py:{line}: this statement defines {', '.join(sorted(both))} again, which solution.py has. "
            "Rename it, or give each name a statement of its own."
        )
    return statement


@lru_cache(maxsize=1024)  # many of a sheet's variants and mistakes share their helpers
def _imports_ours(node: ast.stmt) -> bool:
    modules: list[str] = []
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import):
            modules += [alias.name for alias in inner.names]
        elif isinstance(inner, ast.ImportFrom):
            modules.append(inner.module or "")
    return any(module.split(".")[0] == "autograder" for module in modules)


def _renamed(statement: _Statement, old: str, new: str) -> str:
    """Return the statement's text with the module's name `old` changed to `new`."""
    if old == new or old not in statement.needs | statement.binds:
        return statement.text
    text = _called(statement, old, new) if old in statement.needs else statement.text
    named = DEFINED.search(text)
    if named is None or named[2] != old:
        return text
    return f"{text[: named.start(2)]}{new}{text[named.end(2) :]}"


def _called(statement: _Statement, old: str, new: str) -> str:
    """Return the statement's text with the uses of a name changed."""
    if old in statement.hides:
        raise SpliceError(
            f"checks.py:{statement.node.lineno}: {old} is this function and also one of its local names. "
            "Rename the local one."
        )
    tree = parse(statement.text)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == old]
    lines = statement.text.encode().split(b"\n")
    for node in sorted(names, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        line = lines[node.lineno - 1]
        before, after = line[: node.col_offset], line[node.col_offset :]
        if not after.startswith(old.encode()):  # Python 3.11 misplaces the names inside an f-string
            return ast.unparse(_Renaming(old, new).visit(tree))
        lines[node.lineno - 1] = before + new.encode() + after.removeprefix(old.encode())
    return b"\n".join(lines).decode()


class _Renaming(ast.NodeTransformer):
    """Changes a name of the module in a tree where nothing local has it."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node, ast.Name) and node.id == self.old:
            node.id = self.new
        if isinstance(node, Definition) and node.name == self.old:
            node.name = self.new
        return node


def _postpones_annotations(body: Iterable[ast.stmt]) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in body
    )


def _after_docstring(body: Sequence[ast.stmt]) -> int:
    """Return the number of lines before the place of a `__future__` import."""
    first = body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (first.end_lineno or 0) if has_docstring else 0


@lru_cache(maxsize=8)  # as above
def reach(solution: str) -> dict[str, frozenset[str]]:
    """Return for each top-level function the functions that a call of it may lead to, itself included."""
    functions = {node.name: node for node in _solution(solution).body if isinstance(node, Definition)}
    calls = {
        name: {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)} & functions.keys()
        | {name}
        for name, node in functions.items()
    }
    for _ in functions:  # a path visits each function at most once
        calls = {name: found.union(*(calls[other] for other in found)) for name, found in calls.items()}
    return {name: frozenset(found) for name, found in calls.items()}


def touched(solution: str, called: Sequence[str], changed: Iterable[str]) -> tuple[int, ...]:
    """Return the positions of those calls of functions in which another text of some functions may show."""
    reached, others = reach(solution), set(changed)
    return tuple(place for place, name in enumerate(called) if not reached[name].isdisjoint(others))
