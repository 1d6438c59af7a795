"""Runs inside the sandbox. Holds inputs, never answers. Reads what the functions of an exercise use, before any of it runs.

A policy, not a wall: it follows names, helper functions, aliases and attributes that are written out, and knows nothing
of what is put together while a program runs. Only the code that the functions of the exercise lead to is read: no test,
no comment, no annotation, no other exercise.

What is forbidden is named in one of three ways:

`numpy.gradient`          the object of this full name, and whatever is in it; `torch` is a whole package
`.backward`               the attribute of anything, unless the code that is read defines one of this name itself
`torch(requires_grad=)`   the argument, in a call of something in torch
"""

from __future__ import annotations

import ast
import sys
from collections import ChainMap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autograder.sandbox.bindings import (
    NOTHING,
    Function,
    Space,
    assigned,
    imported,
    local_names,
    same_scope,
    stored,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Paths = frozenset[str]
    Names = ChainMap[str, Paths]
    """What the local names around an expression stand for; a name that is not in it is one of the module's."""

BINDING = (
    *(ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr),
    *(ast.For, ast.AsyncFor, ast.With, ast.AsyncWith),
)
"""What may give a name a meaning that is written out."""
DEPTH = 10_000
"""Of nested expressions: a sum of a thousand terms is a thousand deep."""
MOST = 10
"""Findings that are told of one exercise."""


# ------------------------------------------------------------------------------------- what code uses


@dataclass(slots=True)
class Used:
    """What the code that an exercise leads to uses, each with the place."""

    paths: list[tuple[str, ast.AST, str]] = field(default_factory=list)
    """Full names."""
    attributes: list[tuple[str, ast.AST, str]] = field(default_factory=list)
    keywords: list[tuple[str, ast.AST, str]] = field(default_factory=list)
    """Arguments by name, behind the full name of what is called: `torch.tensor(requires_grad=)`."""
    own: set[str] = field(default_factory=set)
    """Attributes that the code defines."""


class Reader:
    """Follows the names of an exercise's functions through the submission."""

    def __init__(self, spaces: Mapping[str, Space]) -> None:
        """spaces: of the submission under the empty name, of each module under its own."""
        self._spaces = spaces
        self._at = ""
        self._where = ""
        self._waiting: list[tuple[str, str]] = []
        self._resolving: set[tuple[str, str]] = set()
        self.used = Used()

    def follow(self, functions: Iterable[str]) -> Used:
        """Return what some functions and classes use, and all that they lead to."""
        self._waiting = [("", name) for name in functions]
        known: set[tuple[str, str]] = set()
        while self._waiting:
            place = self._waiting.pop()
            if place in known:
                continue
            known.add(place)
            self._at, name = place
            space = self._spaces[self._at]
            for binding in (space.bindings.get(name), *space.changes.get(name, ())):
                if binding is not None and binding.node is not None:
                    self._where = binding.where
                    self._define(binding.node)
                    self._visit(binding.node, ChainMap())
        return self.used

    def _define(self, node: ast.AST) -> None:
        """Take note of the attributes that a definition, or a change of it, gives to its objects."""
        match node:
            case ast.Assign(targets=[ast.Attribute(attr=name)]):
                self.used.own.add(name)
            case ast.Expr(ast.Call(args=[_, ast.Constant(str(name)), *_])):
                self.used.own.add(name)
        for part in ast.walk(node):
            if isinstance(part, ast.ClassDef):
                self.used.own |= set(local_names(same_scope(part.body)))
                for inner in ast.walk(part):
                    match inner:
                        case ast.Attribute(value=ast.Name("self"), attr=name, ctx=ast.Store()):
                            self.used.own.add(name)

    # Names

    def _paths(self, node: ast.AST | None, names: Names) -> Paths:
        """Return the full names that an expression may stand for."""
        match node:
            case ast.Name(name):
                return names[name] if name in names else self._global(self._at, name)
            case ast.Attribute(value, name):
                return self._inside(f"{path}.{name}" for path in self._paths(value, names))
            case ast.NamedExpr(value=value):
                return self._paths(value, names)
            case ast.IfExp(body=one, orelse=other):
                return self._paths(one, names) | self._paths(other, names)
            case ast.BoolOp(values=values):
                return NOTHING.union(*(self._paths(value, names) for value in values))
            case ast.Call() | ast.Subscript():
                return self._by_text(node, names)
        return NOTHING  # a definition, a number, the result of a call

    def _by_text(self, node: ast.AST, names: Names) -> Paths:
        """Return the full names of what is looked up by a text: `getattr(torch, "autograd")`."""
        match node:
            case ast.Call(func=ast.Name("getattr"), args=[whole, key, *_]) if text := _text(key):
                return self._inside(f"{path}.{text}" for path in self._paths(whole, names))
            case ast.Call(func=ast.Name("__import__"), args=[key, *_]) if text := _text(key):
                return self._inside([text.split(".")[0]])
            case ast.Call(func=called, args=[key, *_]) if text := _text(key):
                return (
                    self._inside([text])
                    if "importlib.import_module" in self._paths(called, names)
                    else NOTHING
                )
            case ast.Subscript(
                value=ast.Attribute(whole, "__dict__") | ast.Call(func=ast.Name("vars"), args=[whole]),
                slice=key,
            ) if text := _text(key):
                return self._inside(f"{path}.{text}" for path in self._paths(whole, names))
            case ast.Subscript(value=whole, slice=key) if text := _text(key):
                return self._inside([text]) if "sys.modules" in self._paths(whole, names) else NOTHING
        return NOTHING

    def _global(self, at: str, name: str) -> Paths:
        """Return the full names that a name of a module may stand for; none where it leads back to itself."""
        place = at, name
        if place in self._resolving:
            return NOTHING
        self._resolving.add(place)
        here, self._at = self._at, at
        found = self._bound(self._spaces[at], name)
        self._at = here
        self._resolving.discard(place)
        return found

    def _bound(self, space: Space, name: str) -> Paths:
        binding = space.bindings.get(name)
        if binding is None:
            return self._inside(f"{module}.{name}" for module in space.stars)
        return self._inside(binding.paths) or self._paths(binding.node, ChainMap())

    def _inside(self, paths: Iterable[str]) -> Paths:
        """Return full names, where those in a module of the submission have become what they stand for there."""
        found: set[str] = set()
        for path in paths:
            module, _, rest = path.partition(".")
            if module not in self._spaces or not rest:
                found.add(path)
                continue
            name, dot, more = rest.partition(".")
            self._waiting.append((module, name))
            found |= {f"{inner}{dot}{more}" for inner in self._global(module, name)}
        return frozenset(found)

    # Code

    def _visit(self, node: ast.AST, names: Names) -> None:
        """Take note of what a piece of code uses."""
        match node:
            case ast.Import() | ast.ImportFrom():
                whole = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                for path in whole or [path for _, path in imported(node)]:
                    self._note(self._inside([path]), node)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                self._function(node, names)
            case ast.ClassDef():
                self._class(node, names)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                targets = [loop.target for loop in node.generators]
                self._parts(node, names.new_child(dict.fromkeys(stored(targets), NOTHING)))
            case ast.AnnAssign(target=target, value=value):
                for part in filter(None, (target, value)):
                    self._visit(part, names)
            case ast.Name() | ast.Attribute() | ast.Call() | ast.Subscript():
                self._expression(node, names)
            case _:
                self._parts(node, names)

    def _parts(self, node: ast.AST, names: Names) -> None:
        for part in ast.iter_child_nodes(node):
            self._visit(part, names)

    def _expression(self, node: ast.Name | ast.Attribute | ast.Call | ast.Subscript, names: Names) -> None:
        found = self._paths(node, names)
        self._note(found, node)
        match node:
            case ast.Name(name) if name not in names:
                self._waiting.append((self._at, name))
            case ast.Attribute(attr=name):
                self.used.attributes.append((name, node, self._where))
            case ast.Call(func=ast.Name("getattr"), args=[_, key, *_]) if text := _text(key):
                self.used.attributes.append((text, node, self._where))
            case ast.Call(func=called, keywords=keywords):
                for path in self._paths(called, names):
                    self._keywords(path, keywords)
        if not found:  # else the parts are that of one name, which is told as a whole
            self._parts(node, names)

    def _note(self, paths: Paths, node: ast.AST) -> None:
        self.used.paths += [(path, node, self._where) for path in sorted(paths)]

    def _keywords(self, called: str, keywords: Sequence[ast.keyword]) -> None:
        for given in keywords:
            match given.value:
                case ast.Constant(False) | ast.Constant(None):
                    continue
            self.used.keywords.append((f"{called}({given.arg}=)", given, self._where))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, names: Names) -> None:
        given = node.args
        for part in (*getattr(node, "decorator_list", ()), *given.defaults, *filter(None, given.kw_defaults)):
            self._visit(part, names)
        body = [node.body] if isinstance(node.body, ast.expr) else node.body
        inner = names.new_child(self._locals(given, body, names))
        for part in body:
            self._visit(part, inner)

    def _locals(self, given: ast.arguments, body: Sequence[ast.AST], names: Names) -> dict[str, Paths]:
        """Return what the names of a function stand for, as far as that is written out."""
        positional = [*given.posonlyargs, *given.args]
        named = [*positional, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
        found = {each.arg: NOTHING for each in named}
        tail = positional[len(positional) - len(given.defaults) :]
        for each, default in [
            *zip(tail, given.defaults, strict=True),
            *zip(given.kwonlyargs, given.kw_defaults, strict=True),
        ]:
            if default is not None:
                found[each.arg] = self._paths(default, names)
        parts = same_scope(body)
        found = dict.fromkeys(local_names(parts), NOTHING) | found
        inner = names.new_child(found)
        binding = [part for part in parts if isinstance(part, BINDING)]
        for _ in range(2):  # an alias of an alias
            for part in binding:
                for name, path in imported(part):
                    found[name] = found.get(name, NOTHING) | self._inside([path])
                for target, value in assigned(part):
                    if isinstance(target, ast.Name) and target.id in found:
                        found[target.id] |= self._paths(value, inner)
        return found

    def _class(self, node: ast.ClassDef, names: Names) -> None:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self._visit(part, names)
        inner = names.new_child(dict.fromkeys(local_names(same_scope(node.body)), NOTHING))
        for part in node.body:  # of which a method does not see the names
            self._visit(part, names if isinstance(part, Function) else inner)


def _text(node: ast.AST) -> str:
    """Return a text that is written out, in one piece or in several; empty for anything else."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.BinOp(left, ast.Add(), right) if (one := _text(left)) and (other := _text(right)):
            return one + other
    return ""


# ------------------------------------------------------------------------------------- what is forbidden


def read(
    sources: Sequence[Mapping[str, Any]], modules: Sequence[Mapping[str, Any]], rules: Mapping[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """Return what is found against each of some rules.

    rules: by a name, the `functions` of an exercise and what it `forbids`.
    A finding tells what was forbidden (`name`, empty where a part of the work could not be read), how that is spelled
    (`said`), and the `file` and `line`.
    """
    depth = sys.getrecursionlimit()
    sys.setrecursionlimit(DEPTH)
    try:
        spaces, unread = _spaces(sources, modules)
        return {
            name: [*unread, *_against(rule["functions"], rule["forbids"], spaces)][:MOST]
            for name, rule in rules.items()
        }
    finally:
        sys.setrecursionlimit(depth)


def _spaces(
    sources: Sequence[Mapping[str, Any]], modules: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Space], list[dict[str, Any]]]:
    """Return the namespaces of a submission, and a finding for each cell that Python may run and we cannot read."""
    main = Space()
    spaces: dict[str, Space] = {"": main}
    unread: list[dict[str, Any]] = []
    for place, source in enumerate((*sources, *modules)):
        own = Space()
        name = source["name"].rpartition("/")[2].partition(".")[0]
        if (
            name and name not in sys.modules and name not in sys.stdlib_module_names
        ):  # those come before a student's
            spaces[name] = own
        for number, cell in enumerate(source["cells"], 1):
            where = source["name"] if len(source["cells"]) == 1 else f"{source['name']}, cell {number}"
            try:
                tree = ast.parse(cell, where)
            except (SyntaxError, ValueError):
                continue  # it will not run either
            except (RecursionError, MemoryError):
                unread.append({"name": "", "said": "", "file": where, "line": 0})
                continue
            for space in (own, main) if place < len(sources) else (own,):
                space.add(tree, where)
    return spaces, unread


def _against(
    functions: Sequence[str], forbidden: Sequence[str], spaces: Mapping[str, Space]
) -> list[dict[str, Any]]:
    used = Reader(spaces).follow(functions)
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for name in forbidden:
        for said, node, where in _uses(name, used):
            line = getattr(node, "lineno", 0)
            found.setdefault((where, line), {"name": name, "said": said[:100], "file": where, "line": line})
    return sorted(found.values(), key=lambda finding: (finding["file"], finding["line"]))


def _uses(name: str, used: Used) -> Iterator[tuple[str, ast.AST, str]]:
    """Yield each use of something forbidden, as it is spelled."""
    if name.startswith("."):
        if name[1:] not in used.own:
            yield from ((name, node, where) for given, node, where in used.attributes if given == name[1:])
    elif name.endswith(")"):
        package, _, argument = name.partition("(")
        for given, node, where in used.keywords:
            called, _, keyword = given.partition("(")
            if keyword == argument and _is_in(called, package):
                yield given, node, where
    else:
        yield from (
            (_spelled(path, node), node, where) for path, node, where in used.paths if _is_in(path, name)
        )


def _is_in(path: str, name: str) -> bool:
    return path == name or path.startswith(f"{name}.")


def _spelled(path: str, node: ast.AST) -> str:
    """Return how a full name is written where it is used, and the name itself where that does not tell it."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return f"import of {path}"
    text = ast.unparse(node)
    told = isinstance(node, ast.Attribute) and text.rpartition(".")[2] == path.rpartition(".")[2]
    return text if told or text == path else f"{text}, which is {path},"
