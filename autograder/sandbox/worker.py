"""Runs inside the sandbox. Holds inputs, never answers. Answers calls of one submission's functions.

Whatever student code does to this process, it can only change what it says of itself: the trusted side compares.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import random
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.sandbox import closing, drivers, policy, problems, wire
from autograder.sandbox.loader import Loader, Modules, describe
from autograder.sandbox.silent import SilentModules

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_QUERIES = 5_000
PLAIN = frozenset({bool, int, float, complex, str, type(None)})
UNHEARD = 32 << 10
"""Bytes of answers after which the trusted side is told to read: a pipe holds 64 kB."""


class Recorder:
    """Builds the functions that a call receives, counts every query of them, and records them where it is asked to."""

    def __init__(self, *, records: bool) -> None:
        self.queries: list[tuple[str, tuple[Any, ...], Any]] = []
        self._records = records
        self._asked = 0
        self.made = False
        """Whether an argument is a function or a generator, and holds more than its looks."""

    def live(self, value: Any) -> Any:
        """Return a decoded argument as the student receives it: arrays, numbers, functions, generators."""
        self.made |= isinstance(value, wire.Callback | wire.Rng)
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
        return _copy(wire.plain(value))  # what arrives is read-only

    def _recording(self, part: str, function: Any) -> Any:
        def query(*args: Any) -> Any:
            self._asked += 1
            if self._asked > MAX_QUERIES:
                raise RuntimeError(f"{part} was called more than {MAX_QUERIES} times")
            if not self._records:
                return function(*args)
            seen = tuple(_copy(arg) for arg in args)
            value = function(*args)
            self.queries.append((part, seen, _copy(value)))
            return value

        query.__name__ = part
        return query


def _copy(value: Any) -> Any:
    """Return the value as it is now: the student may change it in place later."""
    if isinstance(value, np.ndarray):
        return np.array(value)
    if type(value) is list or type(value) is tuple:
        return type(value)(_copy(item) for item in value)
    return value


def _arrays(value: Any) -> Iterator[np.ndarray[Any, Any]]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _arrays(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _arrays(item)


def _is_plain(value: Any) -> bool:
    """Return whether an argument is numbers and texts, and lists, tuples and dicts of them."""
    kind = type(value)
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    if kind is dict:
        return all(map(_is_plain, value)) and all(map(_is_plain, value.values()))
    return kind in PLAIN


def _state(value: Any) -> Any:
    """Return what an argument holds: another entry, key, order, shape, type or dtype gives something else."""
    if _is_plain(value):
        return _written(value)
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    if type(value) is list or type(value) is tuple:
        return type(value), [_state(item) for item in value]
    if type(value) is dict:
        return dict, [(key, _state(item)) for key, item in value.items()]
    return id(value)


def _written(value: Any) -> bytes:
    """Return the bytes of something plain. Of what is not, there are bytes that nothing plain has, or a ValueError."""
    return marshal.dumps(value, 2)  # later versions write what is used elsewhere, too, in another way


def _changed(value: Any, before: Any) -> bool:
    """Return whether an argument holds something else than before."""
    try:
        return bool((_written(value) if type(before) is bytes else _state(value)) != before)
    except Exception:  # noqa: BLE001 - a container that holds itself, a key that cannot be compared
        return True


@dataclass(frozen=True, slots=True)
class Question:
    """One call, ready to be made once."""

    tag: int
    function: str
    driver: str
    """The public driver that uses the function; empty where it is called itself."""
    args: list[Any]
    recorder: Recorder
    arrays: list[list[np.ndarray[Any, Any]]]
    """The arrays in each argument."""
    before: list[Any]
    """What each argument holds."""

    def changed(self) -> list[int]:
        """Return the positions of the arguments that hold something else than before."""
        pairs = enumerate(zip(self.args, self.before, strict=True))
        return [place for place, (arg, before) in pairs if _changed(arg, before)]


class Asked:
    """The questions of one exercise, made in the zygote, once for all of its children."""

    def __init__(self, frame: bytes) -> None:
        self._frame = frame
        self.questions = questions(frame)

    def renew(self) -> None:
        """Make the questions again, if an answer may have left something in them."""
        if any(question.recorder.made or question.changed() for question in self.questions):
            self.questions = questions(self._frame)


def questions(frame: bytes) -> list[Question]:
    """Return the calls of one exercise, each to be made once, from their frame."""
    _, header, _ = wire.announced(frame[: wire.PREFIX.size])
    middle = wire.PREFIX.size + header
    calls, arrays = wire.parse(frame[wire.PREFIX.size : middle], frame[middle:])
    reader = wire.Reader(arrays)
    made = []
    for call in calls:
        recorder = Recorder(records=call["recorded"])
        args = [recorder.live(reader.value(tree)) for tree in call["args"]]
        parts = [list(_arrays(arg)) for arg in args]
        before = [_state(arg) for arg in args]
        made.append(Question(call["tag"], call["function"], call["driver"], args, recorder, parts, before))
    return made


def answer(question: Question, loader: Loader) -> bytes:
    """Call one function and return the frame that says what came of it."""
    encoder = wire.Encoder()
    function = loader.module.__dict__.get(question.function)
    if not callable(function):
        return encoder.frame({"ended": "missing"}, question.tag)
    head: dict[str, Any] = {}
    try:
        value = drivers.driven(question.driver, function)(*question.args)
        head["ended"], head["value"] = "returned", encoder.tree(value)
        mine = list(_arrays(value))
        head["aliased"] = [place for place, theirs in enumerate(question.arrays) if _share(mine, theirs)]
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the student's
        described = describe(error, loader.files)
        head = {"ended": _ended(error, described["message"]), "error": described}
    head["mutated"] = question.changed()
    head["queries"] = [
        [part, [encoder.tree(item) for item in seen], encoder.tree(found)]
        for part, seen, found in question.recorder.queries
    ]
    try:
        return encoder.frame(head, question.tag)
    except wire.WireError as error:
        message = f"the result is too large: {error}"
        said: dict[str, Any] = {
            "type": "ValueError",
            "bases": [],
            "message": message,
            "line": None,
            "file": "",
        }
        return wire.Encoder().frame({"ended": "raised", "error": said}, question.tag)


def _share(some: list[np.ndarray[Any, Any]], others: list[np.ndarray[Any, Any]]) -> bool:
    for one in some:
        for other in others:
            if np.may_share_memory(one, other):
                return True
    return False


def _ended(error: BaseException, message: str) -> str:
    """Return how a call ended. message: what the error says, which was asked for once: the text may be a student's."""
    if isinstance(error, NotImplementedError):
        return "missing"
    if isinstance(error, MemoryError) or "DefaultCPUAllocator: can't allocate memory" in message:
        return "out_of_memory"
    return "raised"


def seed(value: int) -> None:
    """Seed the global generators, which are otherwise the same in every child."""
    random.seed(value)
    np.random.seed(value % 2**32)  # noqa: NPY002 - students use it
    if "torch" in sys.modules:
        # `torch.manual_seed` asks every kind of device as well, which is a third of what loading a submission costs.
        sys.modules["torch"].default_generator.manual_seed(value)


@dataclass(slots=True)
class Pipes:
    """A child's ends: requests come in, answers go out, and the bell tells the trusted side to read them.

    It is rung once for an exercise, not once for an answer: every time it wakes, a processor is taken from a child.
    """

    requests: int
    answers: int
    bell: int
    _unheard: int = 0

    def read(self) -> tuple[int, Any] | None:
        """Return tag and head of the next request, None at the end."""
        prefix = self._exactly(wire.PREFIX.size)
        if prefix is None:
            return None
        tag, header, body = wire.announced(prefix)
        head, _ = wire.parse(self._exactly(header) or b"", self._exactly(body) or b"")
        return tag, head

    def _exactly(self, size: int) -> bytes | None:
        parts = bytearray()
        while len(parts) < size:
            piece = os.read(self.requests, size - len(parts))
            if not piece:
                return None
            parts += piece
        return bytes(parts)

    def write(self, frame: bytes) -> None:
        """Write one answer. Rings first where it might not fit into the pipe."""
        if self._unheard + len(frame) > UNHEARD:
            self.ring()
        self._unheard += len(frame)
        view = memoryview(frame)
        while view:
            view = view[os.write(self.answers, view) :]

    def ring(self) -> None:
        """Tell the trusted side that there is something to read."""
        os.write(self.bell, b"!")
        self._unheard = 0


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):  # the student may have closed or replaced it
            stream.flush()


def serve(pipes: Pipes, asked: dict[str, Asked]) -> None:
    """Load a submission and answer calls until the trusted side closes the pipe.

    Code of the authors may be loaded after other code of theirs; of a student's submission there is one in a process.

    asked: the questions of each exercise.
    """
    loader: Loader | None = None
    finders, used = list(sys.meta_path), set[str]()
    while (request := pipes.read()) is not None:
        tag, head = request
        seed(head["seed"])
        if head["do"] == "read":
            found = policy.read(head["sources"], head["modules"], head["rules"])
            pipes.write(wire.Encoder().frame(found, tag))
        elif head["do"] == "load":
            loader = Loader(definitions_only=head["definitions_only"])
            closing.install(head["closed"], loader.files)
            # Of two files with one name the module is imported: `from ops import` in ops.ipynb means ops.py.
            modules = Modules([*head["sources"], *head["modules"]], loader)
            sys.meta_path[:] = [*finders, modules, SilentModules()]
            while used:
                asked[used.pop()].renew()
            for source in head["sources"]:
                loader.run(source)
            loader.finish(question.function for each in asked.values() for question in each.questions)
            _flush()
            said = {
                "errors": loader.errors[:50],
                "notes": loader.notes[:50],
                "repairs": loader.repairs[:50],
            }
            pipes.write(wire.Encoder().frame(said, tag))
        elif loader is not None:
            exercise = asked[head["exercise"]]
            used.add(head["exercise"])
            for place in head["places"]:
                with closing.closed(head["closed"]):
                    frame = answer(exercise.questions[place], loader)
                _flush()
                pipes.write(frame)
        pipes.ring()
