"""Runs inside the sandbox. Holds inputs, never answers. Runs the files of one submission in one namespace."""

from __future__ import annotations

import ast
import dis
import importlib
import importlib.abc
import importlib.machinery
import itertools
import sys
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.sandbox.mending import (
    FLAGS,
    REFUSED,
    defined,
    lost,
    mended,
    one_by_one,
    undecorated,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MODULE = "submission"
MAX_TEXT = 400
MAX_TRIES = 5
GLOBAL = frozenset({"LOAD_GLOBAL", "LOAD_NAME"})
USUAL = {"np": "numpy", "numpy": "numpy", "math": "math"}
"""Names under which every sheet imports something; a cell with such an import is easily deleted."""


@dataclass(slots=True, eq=False)
class Failure:
    """A definition that failed, and may work once everything else is there."""

    node: ast.stmt
    where: str
    space: dict[str, Any]
    said: dict[str, Any]
    """What is said of it, as long as it has not worked."""
    missing: str
    """The name that was not there, empty where it was something else."""
    tries: int = 0

    @property
    def place(self) -> str:
        """Its file and line."""
        return f"{self.where}, line {self.node.lineno}"

    def replaced(self) -> bool:
        """Return whether what it defines is there: something further down has defined it, and later work counts."""
        names = defined(self.node)
        return not names or any(name in self.space for name in names)

    def may_work(self) -> bool:
        """Return whether what it lacked is there now, and what it defines is not."""
        return self.tries < MAX_TRIES and self.missing in self.space and not self.replaced()


class Loader:
    """Runs the cells of a submission; a statement that fails is noted and costs nothing but itself.

    An untouched stub never replaces work.
    """

    def __init__(self, *, definitions_only: bool) -> None:
        self.module = types.ModuleType(MODULE)
        self.module.__package__ = (
            ""  # a relative import fails without a warning, and is then read as another one
        )
        self.errors: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.repairs: list[str] = []
        self.files: set[str] = set()
        self._definitions_only = definitions_only
        self._failures: list[Failure] = []
        self._seen: list[tuple[str, list[ast.stmt] | None]] = []
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

    def finish(self, functions: Iterable[str]) -> None:
        """Mend what could not be mended before everything was there. functions: what will be asked for."""
        space = self.module.__dict__
        for name, module in USUAL.items():
            if name not in space and any(_uses(text, body, name) for text, body in self._seen):
                space[name] = importlib.import_module(module)
                line = f"import {module}" + (f" as {name}" if name != module else "")
                self.repairs.append(f"The line `{line}` was missing and was put back.")
        self._again()
        for name in sorted(set(functions)):
            self._in_other_letters(name, space)

    def _again(self) -> None:
        """Run once more what failed because something further down was not there yet."""
        while ready := [failure for failure in self._failures if failure.may_work()]:
            for failure in ready:
                if self._works(failure.node, failure):
                    self.repairs.append(
                        f"{failure.place}: run again at the end, since it uses what comes later."
                    )
        for failure in list(self._failures):
            bare = undecorated(failure.node)
            if bare and not failure.replaced() and self._works(bare, failure):
                self.repairs.append(f"{failure.place}: defined without its decorator, which did not work.")

    def _works(self, node: ast.stmt, failure: Failure) -> bool:
        """Run a statement that failed; if it works now, it has not failed."""
        try:
            exec(compile(ast.Module([node], []), failure.where, "exec", FLAGS), failure.space)  # noqa: S102 - what the sandbox is for
        except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are the student's as well
            failure.missing = _missing(error)
            failure.tries += 1
            return False
        self._failures.remove(failure)
        self.errors = [said for said in self.errors if said is not failure.said]
        return True

    def _in_other_letters(self, name: str, space: dict[str, Any]) -> None:
        """Take a function for the one that is asked for, if only upper and lower case tell them apart."""
        if callable(space.get(name)) and not _stubs_in(space[name]):
            return
        alike = [
            other
            for other, value in space.items()
            if other != name and other.casefold() == name.casefold() and callable(value)
        ]
        if len(alike) == 1 and not _stubs_in(space[alike[0]]):
            space[name] = space[alike[0]]
            self.repairs.append(f"{alike[0]} was taken for {name}: write its name like that.")

    def _cell(self, cell: str, where: str, space: dict[str, Any]) -> None:
        try:
            code = compile(cell, where, "exec", FLAGS, dont_inherit=True)
        except REFUSED as error:
            self._mended(cell, where, space, error)
            return
        self._seen.append((cell, None))
        if self._definitions_only or _defines_again(code, space):
            self._statements(ast.parse(cell, where).body, where, space)
            return
        try:
            exec(code, space)  # noqa: S102 - what the sandbox is for
        except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are the student's as well
            reached = _reached(error, where)
            body = ast.parse(cell, where).body
            begun = [node for node in body if _start(node) <= reached]
            self._failed(begun[-1] if begun else None, where, space, error)
            self._statements([node for node in body if _start(node) > reached], where, space)

    def _mended(self, cell: str, where: str, space: dict[str, Any], error: BaseException) -> None:
        """Run what can be run of a cell that is no Python."""
        found = mended(cell, where, error)
        self._seen.append((cell, found.body))
        if found.note:
            self.repairs.append(found.note)
        # The functions that a broken part would have defined are not "missing": the error says why they are not there.
        for broken in found.broken:
            self._say(broken.error, where, lost(broken.text))
        self._statements(found.body, where, space)

    def _statements(self, body: list[ast.stmt], where: str, space: dict[str, Any]) -> None:
        own = {node.name for node in body if isinstance(node, ast.FunctionDef)}
        for node in body:
            if self._definitions_only and not _is_definition(node, own):
                continue
            name = getattr(node, "name", "")
            if (stubs := count_stubs(node)) and callable(space.get(name)) and stubs > _stubs_in(space[name]):
                note = f"{where}: the empty stub of {name} was ignored, because it is solved elsewhere."
                self.notes.append(note)
                continue
            try:
                exec(compile(ast.Module([node], []), where, "exec", FLAGS), space)  # noqa: S102 - as above
            except BaseException as error:  # noqa: BLE001 - as above
                self._failed(node, where, space, error)

    def _failed(self, node: ast.stmt | None, where: str, space: dict[str, Any], error: BaseException) -> None:
        if node is not None and isinstance(error, ImportError) and (parts := one_by_one(node)):
            self._statements(parts, where, space)
            return
        said = self._say(error, where, [])
        if node is not None:
            self._failures.append(Failure(node, where, space, said, _missing(error)))

    def _say(self, error: BaseException, where: str, missing: list[str]) -> dict[str, Any]:
        described = describe(error, self.files)
        if isinstance(error, SyntaxError):
            described["line"] = error.lineno
        said = {**described, "lost": missing, "file": where}
        self.errors.append(said)
        return said


def _missing(error: BaseException) -> str:
    """Return the name that was not there, empty where the error is another one."""
    return str(error.name) if type(error) is NameError else ""


def _uses(text: str, body: list[ast.stmt] | None, name: str) -> bool:
    """Return whether code takes something out of a module of that name: not in a comment, not of its own import.

    body: what could be mended of a text that is no Python as it is.
    """
    if f"{name}." not in text:
        return False
    code = compile(text if body is None else ast.Module(body, []), "", "exec", FLAGS)
    return any(line.opname in GLOBAL and line.argval == name for line in _instructions(code))


def _instructions(code: types.CodeType) -> Iterator[dis.Instruction]:
    yield from dis.get_instructions(code)
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from _instructions(const)


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


def count_stubs(node: ast.stmt) -> int:
    """Return how many functions of a definition only raise NotImplementedError: itself, or the methods of a class."""
    if isinstance(node, ast.ClassDef):
        return sum(map(count_stubs, node.body))
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
        return sum(_stubs_in(part) for part in vars(defined).values() if _is_part(part, defined))
    code = getattr(defined, "__code__", None)
    return int(code is not None and code.co_names == ("NotImplementedError",))


def _is_part(part: Any, whole: type) -> bool:
    """Return whether an attribute of a class was written in it: torch ties its classes to each other in a circle."""
    return not isinstance(part, type) or part.__qualname__ == f"{whole.__qualname__}.{part.__name__}"


def _is_definition(node: ast.stmt, own: set[str]) -> bool:
    """Return whether a statement only defines something: no output, no loop, no call of the student's own functions."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
        return True
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    calls = [inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    return not any(isinstance(func, ast.Name) and func.id in own for func in calls)


class Modules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Lets the student's files import each other; they exist in memory only.

    A file is found by its path, by its name alone, and in other letters: it was written where all of these work.
    """

    def __init__(self, sources: Sequence[dict[str, Any]], loader: Loader) -> None:
        self._sources: dict[str, dict[str, Any]] = {}
        for source in sources:
            self._sources[source["name"].rpartition("/")[2].partition(".")[0].casefold()] = source
        for source in sources:
            path = source["name"].partition(".")[0].removesuffix("/__init__")
            self._sources.setdefault(path.replace("/", ".").casefold(), source)
        parts = [name.split(".") for name in self._sources]
        self._folders = {".".join(names[:depth]) for names in parts for depth in range(1, len(names))}
        self._loader = loader

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002 - the protocol's
        """Return a spec for a file of the submission or a folder of its files, None for anything else."""
        name = fullname.casefold()
        if name in self._sources or name in self._folders:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=name in self._folders)
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the file's cells in the new module."""
        if source := self._sources.get(module.__name__.casefold()):
            self._loader.run(source, module)


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
