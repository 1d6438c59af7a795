"""Runs inside the sandbox. Holds inputs, never answers. Runs the files of one submission in one namespace."""

from __future__ import annotations
import __future__

import ast
import importlib.abc
import importlib.machinery
import itertools
import sys
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

MODULE = "submission"
MAX_TEXT = 400
# Annotations are never evaluated: one that does not resolve must not cost a function.
FLAGS = __future__.annotations.compiler_flag


class Loader:
    """Runs the cells of a submission; a statement that fails is noted and costs nothing but itself.

    An untouched stub never replaces work.
    """

    def __init__(self, *, definitions_only: bool) -> None:
        self.module = types.ModuleType(MODULE)
        self.errors: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.files: set[str] = set()
        self._definitions_only = definitions_only
        sys.modules[MODULE] = self.module

    def run(self, source: dict[str, Any], module: types.ModuleType | None = None) -> None:
        """Run the cells of one file in `module`, the submission's own where none is given."""
        space = (module or self.module).__dict__
        name = source["name"]
        self.files.add(name)
        for number, cell in enumerate(source["cells"], 1):
            where = name if len(source["cells"]) == 1 else f"{name}, cell {number}"
            self.files.add(where)
            self._cell(cell, where, space)

    def _cell(self, cell: str, where: str, space: dict[str, Any]) -> None:
        try:
            code = compile(cell, where, "exec", FLAGS, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self._failed(where, error, cell)
            return
        if self._definitions_only or _defines_again(code, space):
            body = ast.parse(cell, where).body
            own = {node.name for node in body if isinstance(node, ast.FunctionDef)}
            wanted = [node for node in body if not self._definitions_only or _is_definition(node, own)]
            self._statements(wanted, where, space)
            return
        try:
            exec(code, space)  # noqa: S102 - what the sandbox is for
        except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are the student's as well
            self._failed(where, error, "")
            reached = _reached(error, where)
            body = ast.parse(cell, where).body
            self._statements([node for node in body if _start(node) > reached], where, space)

    def _statements(self, body: list[ast.stmt], where: str, space: dict[str, Any]) -> None:
        for node in body:
            name = getattr(node, "name", "")
            if (stubs := _stubs(node)) and callable(space.get(name)) and stubs > _stubs_in(space[name]):
                note = f"{where}: the empty stub of {name} was ignored, because it is solved elsewhere."
                self.notes.append(note)
                continue
            try:
                exec(compile(ast.Module([node], []), where, "exec", FLAGS), space)  # noqa: S102 - as above
            except BaseException as error:  # noqa: BLE001 - as above
                self._failed(where, error, "")

    def _failed(self, where: str, error: BaseException, cell: str) -> None:
        described = describe(error, self.files)
        if isinstance(error, SyntaxError):
            described["line"] = error.lineno
        # The functions that a broken cell would have defined are not "missing": the error says why they are not there.
        described["lost"] = [
            line.split("(")[0][4:].strip() for line in cell.splitlines() if line.startswith("def ")
        ]
        self.errors.append({**described, "file": where})


def _reached(error: BaseException, where: str) -> tuple[int, int]:
    """Return line and column of the cell's own code that raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != where:
        trace = trace.tb_next
    if trace is None:
        return sys.maxsize, 0
    positions = trace.tb_frame.f_code.co_positions()
    _, _, column, _ = next(itertools.islice(positions, trace.tb_lasti // 2, None))
    return trace.tb_lineno, column or 0


def _start(node: ast.stmt) -> tuple[int, int]:
    """Return line and column of a statement, its decorators included."""
    parts = [node, *getattr(node, "decorator_list", [])]
    return min((part.lineno, part.col_offset) for part in parts)


def _defines_again(code: types.CodeType, space: dict[str, Any]) -> bool:
    """Return whether a cell defines a function twice, or one that is there already. One of them may be a stub."""
    names = [const.co_name for const in code.co_consts if isinstance(const, types.CodeType)]
    names = [name for name in names if not name.startswith("<")]  # lambdas and comprehensions
    return len(set(names)) != len(names) or any(name in space for name in names)


def _stubs(node: ast.stmt) -> int:
    """Return how many functions of a definition only raise NotImplementedError: itself, or the methods of a class."""
    if isinstance(node, ast.ClassDef):
        return sum(map(_stubs, node.body))
    if not isinstance(node, ast.FunctionDef):
        return 0
    body = node.body[1:] if isinstance(node.body[0], ast.Expr) and ast.get_docstring(node) else node.body
    match body:
        case [
            ast.Raise(exc=ast.Name("NotImplementedError") | ast.Call(func=ast.Name("NotImplementedError")))
        ]:
            return 1
    return 0


def _stubs_in(defined: Any) -> int:
    """Return the same of what is defined already."""
    if isinstance(defined, type):
        return sum(map(_stubs_in, vars(defined).values()))
    code = getattr(defined, "__code__", None)
    return int(code is not None and code.co_names == ("NotImplementedError",))


def _is_definition(node: ast.stmt, own: set[str]) -> bool:
    """Return whether a statement only defines something: no output, no loop, no call of the student's own functions."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
        return True
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    calls = [inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    return not any(isinstance(func, ast.Name) and func.id in own for func in calls)


class Modules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Lets the student's files import each other; they exist in memory only."""

    def __init__(self, sources: Sequence[dict[str, Any]], loader: Loader) -> None:
        self._sources = {source["name"].rpartition("/")[2].partition(".")[0]: source for source in sources}
        self._loader = loader

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002 - the protocol's
        """Return a spec for a file of the submission, None for anything else."""
        return importlib.machinery.ModuleSpec(fullname, self) if fullname in self._sources else None

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the file's cells in the new module."""
        self._loader.run(self._sources[module.__name__], module)


def describe(error: BaseException, files: set[str]) -> dict[str, Any]:
    """Return what an exception says, with the last line of the student's own file that it passed through."""
    line, file = None, ""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in files:
            line, file = trace.tb_lineno, trace.tb_frame.f_code.co_filename
        trace = trace.tb_next
    try:
        message = str(error)
    except BaseException:  # noqa: BLE001 - a student's exception may have a broken __str__
        message = ""
    bases = [base.__name__ for base in type(error).__mro__[:-1]]
    return {
        "type": type(error).__name__,
        "bases": bases,
        "message": message[:MAX_TEXT],
        "line": line,
        "file": file,
    }
