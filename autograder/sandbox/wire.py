"""Runs on both sides of the sandbox. Carries data only: a JSON header and raw array bytes; no pickle, no eval.

A frame is `GRD1`, a tag (u64: which question it asks or answers), the length of the header (u32), the length of the
body (u64), the header and the body. The tag stands outside, so that equal answers are equal bytes.
The header is `{"head": ..., "arrays": [[dtype, shape, offset, nbytes], ...]}`. A value inside `head` is a tree: what
JSON has (null, truth values, numbers, texts, lists) stands for itself, everything else is an object with a tag, and an
array an index into `arrays`. Everything is checked before memory is taken for it.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np

MAGIC = b"GRD1"
PREFIX = struct.Struct("<4sQIQ")
MAX_HEADER = 8 << 20
MAX_BODY = 64 << 20
MAX_ARRAYS = 100_000
MAX_NDIM = 16
MAX_DEPTH = 24
MAX_NODES = 200_000
MAX_READ = 2 * MAX_NODES
"""Parts of one frame that are read. No encoder writes as many: beyond its own limit each is a name of 60 bytes."""
DTYPES = frozenset(
    "|b1 |i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f2 <f4 <f8 <c8 <c16".split(),  # noqa: SIM905 - reads as the table it is
)

_JSON = json.JSONEncoder(
    separators=(",", ":")
)  # NaN and Infinity are numbers here, as Python reads and writes them
_WHOLE = range(-(2**63), 2**63)
"""The integers that cross."""


class WireError(ValueError):
    """What arrived is not a frame of this protocol. Nothing in it is to be believed."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An array or a number, with what it was before it was copied to plain memory."""

    array: np.ndarray[Any, Any]
    kind: str = "ndarray"
    """`ndarray`, `scalar` (numpy), `float`, `int`, `complex`, `tensor`, `tensor requiring grad`, or a class name."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that has no form on the wire: only the name of its type crosses."""

    kind: str


@dataclass(frozen=True, slots=True)
class Callback:
    """A function to build on the other side: one part of a public problem, recording every query."""

    problem: str
    """Name of the problem in `sandbox.problems`."""
    part: str
    """Which of its functions: `"f"`, `"grad"`, ..."""
    params: dict[str, Any] = field(default_factory=dict)
    """What the problem is built from: arrays and numbers."""


@dataclass(frozen=True, slots=True)
class Rng:
    """A `numpy.random.Generator` to build on the other side from this seed."""

    seed: int


class Encoder:
    """Collects the arrays of one frame while values are turned into trees."""

    def __init__(self) -> None:
        self.arrays: list[np.ndarray[Any, Any]] = []
        self._nodes = 0
        self._open: set[int] = set()

    def tree(self, value: Any, depth: int = 0) -> Any:  # noqa: C901 - one branch per kind of value
        """Return the tree of `value`; what has no form on the wire becomes the name of its type."""
        self._nodes += 1
        if depth >= MAX_DEPTH or self._nodes > MAX_NODES:
            return {"o": "a structure nested too deeply or with too many parts"}
        kind = type(value)
        if kind is float or kind is bool or value is None:
            return value
        if kind is int:
            return value if value in _WHOLE else {"o": "an integer beyond 64 bits"}
        if kind is str or kind is np.str_:
            return str(value)[: 1 << 16]
        if kind is complex:
            return self._keep(np.array(value), "complex")
        if kind is Leaf:
            return self._leaf(value.array, value.kind)
        if kind is Opaque:
            return {"o": value.kind[:200]}
        if kind is Callback:
            params = {name: self.tree(item, depth + 1) for name, item in value.params.items()}
            return {"c": [value.problem, value.part, params]}
        if kind is Rng:
            return {"r": value.seed}
        if isinstance(value, np.generic):
            return self._leaf(np.asarray(value), "scalar")
        if isinstance(value, np.ndarray):
            return self._leaf(np.asarray(value), "ndarray" if kind is np.ndarray else kind.__name__)
        return (
            self._container(value, depth) if isinstance(value, list | tuple | dict) else self._tensor(value)
        )

    def _container(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if id(value) in self._open:
            return {"o": "a structure that contains itself"}
        self._open.add(id(value))
        try:
            if kind is list:
                return [self.tree(item, depth + 1) for item in value]
            if kind is tuple or hasattr(kind, "_fields"):
                return {"t": [self.tree(item, depth + 1) for item in value]}
            if kind is dict and all(type(key) is str for key in value):
                return {"d": [[key[:200], self.tree(item, depth + 1)] for key, item in value.items()]}
        finally:
            self._open.discard(id(value))
        return self._tensor(value)

    def _tensor(self, value: Any) -> Any:
        """Return the tree of a torch tensor; torch is recognised without importing it."""
        kind = type(value)
        if kind.__module__.partition(".")[0] != "torch" or not hasattr(value, "detach"):
            return {"o": f"{kind.__name__}"[:200]}
        try:
            array = value.detach().cpu().resolve_conj().resolve_neg().numpy()
        except Exception:  # noqa: BLE001 - lazy, meta and sparse tensors each refuse in their own way
            return {"o": f"{kind.__name__} without plain values"[:200]}
        return self._leaf(array, "tensor requiring grad" if value.requires_grad else "tensor")

    def _leaf(self, array: np.ndarray[Any, Any], kind: str) -> Any:
        """Keep a copy: what is returned may be changed before the frame is made."""
        return self._keep(np.array(array, order="C", copy=True, subok=False), kind)

    def _keep(self, plain: np.ndarray[Any, Any], kind: str) -> Any:
        if plain.dtype.str not in DTYPES and plain.dtype.kind in "fiuc":
            plain = plain.astype(np.complex128 if plain.dtype.kind == "c" else np.float64)
        if plain.dtype.str not in DTYPES:
            return {"o": f"{kind} of dtype {plain.dtype}"[:200]}
        if len(self.arrays) >= MAX_ARRAYS or plain.ndim > MAX_NDIM:
            return {"o": "too many arrays"}
        self.arrays.append(plain)
        return {"a": len(self.arrays) - 1, "k": kind[:200]}

    def frame(self, head: Any, tag: int = 0) -> bytes:
        """Return the whole frame. Raises WireError where the body is larger than the protocol carries."""
        table, offset = [], 0
        for array in self.arrays:
            table.append([array.dtype.str, list(array.shape), offset, array.nbytes])
            offset += array.nbytes
        if offset > MAX_BODY:
            raise WireError(f"the arrays take {offset} bytes; at most {MAX_BODY} can be sent")
        header = _JSON.encode({"head": head, "arrays": table}).encode()
        if len(header) > MAX_HEADER:
            raise WireError(f"the header takes {len(header)} bytes; at most {MAX_HEADER} can be sent")
        parts = [
            PREFIX.pack(MAGIC, tag, len(header), offset),
            header,
            *(array.tobytes() for array in self.arrays),
        ]
        return b"".join(parts)


def announced(prefix: bytes) -> tuple[int, int, int]:
    """Return the tag and the lengths of header and body that a frame's first bytes announce. Raises WireError."""
    magic, tag, header, body = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise WireError("the frame does not begin with the protocol's mark")
    if header > MAX_HEADER or body > MAX_BODY:
        raise WireError(f"the frame announces {header} + {body} bytes: more than the protocol carries")
    return tag, header, body


def parse(header: bytes, body: bytes) -> tuple[Any, list[np.ndarray[Any, Any]]]:
    """Return the head and the arrays of a frame, the arrays read-only.

    Raises WireError for anything that does not add up.
    """
    try:
        parsed = json.loads(header)
        head, table = parsed["head"], parsed["arrays"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WireError(f"the header cannot be read: {type(error).__name__}") from None
    if not isinstance(table, list) or len(table) > MAX_ARRAYS:
        raise WireError("the list of arrays is broken")
    arrays, end = [], 0
    for row in table:
        arrays.append(_array(row, body, end))
        end += arrays[-1].nbytes
    if end != len(body):
        raise WireError("the body is longer than its arrays")
    return head, arrays


def _array(row: Any, body: bytes, start: int) -> np.ndarray[Any, Any]:
    """Return the array that a row describes. Arrays that overlapped could make a small frame endless work."""
    match row:
        case [str(dtype), list(shape), int(offset), int(nbytes)] if (
            dtype in DTYPES and len(shape) <= MAX_NDIM
        ):
            pass
        case _:
            raise WireError("an array is described wrongly")
    if not all(type(size) is int and 0 <= size <= MAX_BODY for size in shape):
        raise WireError("an array has an impossible shape")
    kind, count = np.dtype(dtype), math.prod(shape)
    if count * kind.itemsize != nbytes or offset != start or offset + nbytes > len(body):
        raise WireError("an array's size does not fit its shape")
    if kind.kind == "b" and np.frombuffer(body, np.uint8, count, offset).max(initial=0) > 1:
        raise WireError("a truth value is neither 0 nor 1")
    try:
        return np.frombuffer(body, kind, count, offset).reshape(shape)
    except ValueError:  # empty, along axes whose product is beyond what numpy counts
        raise WireError("an array has an impossible shape") from None


class Reader:
    """Reads the trees of one frame."""

    def __init__(self, arrays: list[np.ndarray[Any, Any]]) -> None:
        self._arrays = arrays
        self._nodes = 0

    def value(self, tree: Any, depth: int = 0) -> Any:
        """Return what a tree stands for: containers, str, bool, None, Leaf, Opaque, Callback, Rng.

        Raises WireError for a tree that is not one, and for more parts than a frame has: a number takes fifty times the
        memory here that it takes on the wire.
        """
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_READ:
            raise WireError("a value is nested too deeply or has too many parts")
        kind = type(tree)
        if kind is str or kind is bool or tree is None:
            return tree
        if kind is float or (kind is int and tree in _WHOLE):
            array = np.array(tree)
            array.flags.writeable = False
            return Leaf(array, kind.__name__)
        if kind is list:
            return [self.value(item, depth + 1) for item in tree]
        return self._tagged(tree, depth)

    def _tagged(self, tree: Any, depth: int) -> Any:
        match tree:
            case {"a": int(index), "k": str(kind)} if 0 <= index < len(self._arrays) and type(index) is int:
                return Leaf(self._arrays[index], kind)
            case {"o": str(text)}:
                return Opaque(text)
            case {"t": list(items)}:
                return tuple([self.value(item, depth + 1) for item in items])
            case {"d": list(pairs)} if all(_is_pair(pair) for pair in pairs):
                found = {key: self.value(item, depth + 1) for key, item in pairs}
                if len(found) != len(pairs):
                    raise WireError("a dict has a key twice")
                return found
            case {"c": [str(problem), str(part), dict(params)]}:
                built = {str(name): self.value(item, depth + 1) for name, item in params.items()}
                return Callback(problem, part, built)
            case {"r": int(seed)}:
                return Rng(seed)
            case _:
                raise WireError("a value is described wrongly")


def crossed(item: Any) -> Any:
    """Return what a value is on the other side: as `Reader.value`."""
    encoder = Encoder()
    tree = encoder.tree(item)
    return Reader(encoder.arrays).value(tree)


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)


def plain(item: Any) -> Any:
    """Return a decoded value with its leaves as ordinary numpy arrays and Python numbers."""
    if isinstance(item, Leaf):
        if item.kind in {"int", "float", "complex"}:
            return item.array.item()
        return item.array[()] if item.kind == "scalar" else item.array
    if isinstance(item, list):
        return [plain(part) for part in item]
    if isinstance(item, tuple):
        return tuple(plain(part) for part in item)
    if isinstance(item, dict):
        return {key: plain(part) for key, part in item.items()}
    return item
