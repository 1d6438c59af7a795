"""Runs inside the sandbox. Holds inputs, never answers. Loads one submission and answers calls of its functions.

Whatever student code does to this process, it can only change what it says of itself: the trusted side compares.
"""

from __future__ import annotations
import __future__

import ast
import importlib.abc
import importlib.machinery
import os
import random
import sys
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.sandbox import problems, wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MODULE = "submission"
MAX_QUERIES = 5_000
MAX_TEXT = 400
# Annotations are never evaluated: one that does not resolve must not cost a function.
FLAGS = __future__.annotations.compiler_flag


class Loader:
    """Runs the cells of a submission in one namespace, statement by statement.

    A statement that fails is noted and costs nothing but itself; an untouched stub never replaces work.
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
        own = set()
        for number, cell in enumerate(source["cells"], 1):
            where = name if len(source["cells"]) == 1 else f"{name}, cell {number}"
            self.files.add(where)
            try:
                body = ast.parse(cell, where).body
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                self._failed(where, error, cell)
                continue
            own.update(node.name for node in body if isinstance(node, ast.FunctionDef))
            for node in body:
                if not self._definitions_only or _is_definition(node, own):
                    self._statement(node, where, space)

    def _statement(self, node: ast.stmt, where: str, space: dict[str, Any]) -> None:
        if _is_stub(node) and callable(space.get(node.name)):
            self.notes.append(
                f"{where}: the empty stub of {node.name} was ignored, because it is solved elsewhere."
            )
            return
        try:
            exec(compile(ast.Module([node], []), where, "exec", FLAGS), space)  # noqa: S102 - what the sandbox is for
        except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are the student's as well
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


def _is_stub(node: ast.stmt) -> Any:
    """Return whether a statement defines a function that only raises NotImplementedError."""
    if not isinstance(node, ast.FunctionDef):
        return False
    body = node.body[1:] if isinstance(node.body[0], ast.Expr) and ast.get_docstring(node) else node.body
    match body:
        case [
            ast.Raise(exc=ast.Name("NotImplementedError") | ast.Call(func=ast.Name("NotImplementedError")))
        ]:
            return True
    return False


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


class Recorder:
    """Builds the functions that a call receives, and records every query of them."""

    def __init__(self) -> None:
        self.queries: list[tuple[str, tuple[Any, ...], Any]] = []

    def live(self, value: Any) -> Any:
        """Return a decoded argument as the student receives it: arrays, numbers, functions, generators."""
        if isinstance(value, wire.Callback):
            params = {name: wire.plain(item) for name, item in value.params.items()}
            return self._recording(value.part, problems.build(value.problem, params)[value.part])
        if isinstance(value, wire.Rng):
            return np.random.default_rng(value.seed)
        if isinstance(value, list):
            return [self.live(item) for item in value]
        if isinstance(value, tuple):
            return tuple(self.live(item) for item in value)
        if isinstance(value, dict):
            return {key: self.live(item) for key, item in value.items()}
        return wire.plain(value)

    def _recording(self, part: str, function: Any) -> Any:
        def query(*args: Any) -> Any:
            if len(self.queries) >= MAX_QUERIES:
                raise RuntimeError(f"{part} was called more than {MAX_QUERIES} times")
            seen = tuple(_copy(arg) for arg in args)
            value = function(*args)
            self.queries.append((part, seen, _copy(value)))
            return value

        query.__name__ = part
        return query


def _copy(value: Any) -> Any:
    return np.array(value) if isinstance(value, np.ndarray) else value


def _arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _arrays(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _arrays(item)


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


def answer(call: dict[str, Any], arrays: list[Any], loader: Loader) -> bytes:
    """Call one function and return the frame that says what came of it."""
    head: dict[str, Any] = {"id": call["id"]}
    encoder = wire.Encoder()
    function = loader.module.__dict__.get(call["function"])
    if not callable(function):
        return encoder.frame({**head, "ended": "missing"})
    recorder = Recorder()
    args = [recorder.live(wire.value(tree, arrays)) for tree in call["args"]]
    before = [[array.tobytes() for array in _arrays(arg)] for arg in args]
    try:
        value = function(*args)
        head.update(ended="returned", value=encoder.tree(value))
        mine = list(_arrays(value))
        head["aliased"] = [
            i
            for i, arg in enumerate(args)
            if any(np.may_share_memory(one, two) for one in mine for two in _arrays(arg))
        ]
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the student's
        del head["id"]
        head = {"id": call["id"], "ended": _ended(error), "error": describe(error, loader.files)}
    head["mutated"] = [i for i, arg in enumerate(args) if [a.tobytes() for a in _arrays(arg)] != before[i]]
    head["queries"] = [
        [part, [encoder.tree(item) for item in seen], encoder.tree(found)]
        for part, seen, found in recorder.queries
    ]
    try:
        return encoder.frame(head)
    except wire.WireError as error:
        oversize = {
            "type": "ValueError",
            "bases": [],
            "message": f"the result is too large: {error}",
            "line": None,
        }
        return wire.Encoder().frame({"id": call["id"], "ended": "raised", "error": {**oversize, "file": ""}})


def _ended(error: BaseException) -> str:
    if isinstance(error, NotImplementedError):
        return "missing"
    if isinstance(error, MemoryError) or "DefaultCPUAllocator: can't allocate memory" in str(error):
        return "out_of_memory"
    return "raised"


def seed(value: int) -> None:
    """Seed the global generators, which are otherwise the same in every child."""
    random.seed(value)
    np.random.seed(value % 2**32)  # noqa: NPY002 - students use it
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(value)


def read_frame(fd: int) -> tuple[Any, list[Any]] | None:
    """Return head and arrays of the next frame from the trusted side, None at the end."""
    prefix = _read(fd, wire.PREFIX.size)
    if prefix is None:
        return None
    header, body = wire.lengths(prefix)
    return wire.parse(_read(fd, header) or b"", _read(fd, body) or b"")


def _read(fd: int, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        piece = os.read(fd, size - len(parts))
        if not piece:
            return None
        parts += piece
    return bytes(parts)


def _write(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # noqa: BLE001, S110 - the student may have closed or replaced it
            pass


def serve(requests: int, answers: int, confined: dict[str, bool]) -> None:
    """Load a submission and answer calls until the trusted side closes the pipe.

    requests, answers: file descriptors. confined: the layers that this process is in, reported first.
    """
    loader: Loader | None = None
    while (frame := read_frame(requests)) is not None:
        head, arrays = frame
        seed(head["seed"])
        if head["do"] == "load":
            loader = Loader(definitions_only=head["definitions_only"])
            files = [*head["modules"], *head["sources"]]
            sys.meta_path.append(Modules(files, loader))
            for source in head["sources"]:
                loader.run(source)
            _flush()
            said = {
                "id": head["id"],
                "errors": loader.errors[:50],
                "notes": loader.notes[:50],
                "confined": confined,
            }
            _write(answers, wire.Encoder().frame(said))
        elif loader is not None:
            for call in head["calls"]:
                said_back = answer(call, arrays, loader)
                _flush()
                _write(answers, said_back)
