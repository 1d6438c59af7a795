"""What crosses the wire comes back as it was, and nothing but a frame of this protocol is believed."""

from __future__ import annotations

import json
import math
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.sandbox import wire

if TYPE_CHECKING:
    from collections.abc import Callable

    Array = np.ndarray[Any, Any]


def crossed(item: Any) -> Any:
    """Return what a value is on the other side."""
    encoder = wire.Encoder()
    frame = encoder.frame(encoder.tree(item), tag=7)
    tag, header, body = wire.announced(frame[: wire.PREFIX.size])
    assert (tag, len(frame)) == (7, wire.PREFIX.size + header + body)
    head, arrays = wire.parse(*cut(frame))
    return wire.Reader(arrays).value(head)


def cut(frame: bytes) -> tuple[bytes, bytes]:
    """Return header and body of a frame."""
    middle = wire.PREFIX.size + wire.announced(frame[: wire.PREFIX.size])[1]
    return frame[wire.PREFIX.size : middle], frame[middle:]


def same(one: Any, two: Any) -> bool:
    """Return whether two values are equal to the last bit and of one type."""
    if type(one) is not type(two):
        return False
    if isinstance(one, np.ndarray | np.generic):
        return bool(one.dtype == two.dtype and one.shape == two.shape and one.tobytes() == two.tobytes())
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict):
        return list(one) == list(two) and all(same(one[key], two[key]) for key in one)
    if isinstance(one, float):
        return struct.pack("d", one) == struct.pack("d", two)
    if isinstance(one, complex):
        return same([one.real, one.imag], [two.real, two.imag])
    return bool(one == two)


dtypes = st.sampled_from(sorted(wire.DTYPES)).map(np.dtype)
arrays = hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.complex_numbers(allow_nan=False)
scalars = arrays.filter(lambda array: array.size > 0).map(lambda array: array.reshape(-1)[0])
simple = st.none() | st.booleans() | st.text(max_size=20) | numbers | arrays | scalars
values = st.recursive(
    simple,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the wire
@given(values)
def test_what_is_sent_is_what_arrives(item: Any) -> None:
    """Containers, texts, numbers of Python and numpy and arrays of every dtype come back the same to the last bit."""
    assert same(wire.plain(crossed(item)), item)


@given(st.text(max_size=8), st.text(max_size=8), st.dictionaries(st.text(max_size=4), simple, max_size=3))
def test_callbacks_cross_as_data(problem: str, part: str, params: dict[str, Any]) -> None:
    """Of a function only its name and its parameters cross."""
    found = crossed([wire.Callback(problem, part, params)])[0]
    assert (type(found), found.problem, found.part) == (wire.Callback, problem, part)
    assert same(wire.plain(found.params), params)


@given(st.integers(0, 2**64))
def test_generators_cross_as_seeds(seed: int) -> None:
    """Of a generator only its seed crosses."""
    assert crossed(wire.Rng(seed)) == wire.Rng(seed)


def test_leaves_keep_what_they_were() -> None:
    """The kind tells a number from an array with one entry, and names a subclass."""

    class Sneaky(np.ndarray[Any, Any]):
        pass

    given_values = [np.ones(1), np.float32(1), 1.0, 1, 1j, np.ones(1).view(Sneaky), np.float64(1)]
    kinds = ["ndarray", "scalar", "float", "int", "complex", "Sneaky", "scalar"]
    assert [leaf.kind for leaf in crossed(given_values)] == kinds


def test_a_leaf_crosses_as_itself() -> None:
    """What has been decoded can be sent on."""
    leaf = crossed(np.arange(3))
    again = crossed(leaf)
    assert same(again.array, leaf.array)
    assert again.kind == "ndarray"


def test_long_doubles_arrive_as_doubles() -> None:
    """Floats of a width that not every machine has are rounded to one that it has."""
    found = crossed([np.array([0.5], np.longdouble), np.array([0.5j], np.clongdouble)])
    assert [leaf.array.dtype.str for leaf in found] == ["<f8", "<c16"]


def test_arrays_of_any_layout_arrive() -> None:
    """Strides, byte order and writability do not matter."""
    base = np.arange(12.0).reshape(3, 4)
    views = [base.T, base[::-1, ::2], np.broadcast_to(base[0], (5, 4)), base.astype(">f8")]
    for view, leaf in zip(views, crossed(views), strict=True):
        assert same(leaf.array, np.array(view, "<f8", order="C"))


def test_arrived_arrays_are_read_only() -> None:
    """Equal answers are decoded once for a class: nobody may change one."""
    with pytest.raises(ValueError, match="read-only"):
        crossed(np.ones(3)).array[0] = 2


class Point(NamedTuple):
    """A tuple with names."""

    x: int


def looped() -> list[Any]:
    """Return a list that contains itself."""
    items: list[Any] = []
    items.append(items)
    return items


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (2**63, "an integer beyond 64 bits"),
        (object(), "object"),
        ({1: 2}, "dict"),
        ({1, 2}, "set"),
        (np.array([None]), "ndarray of dtype object"),
        (np.array(["a"]), "ndarray of dtype <U1"),
        (np.array("2020-01-01", "M8[D]"), "ndarray of dtype datetime64[D]"),
        (np.zeros(1, [("a", "f8")]), "ndarray of dtype [('a', '<f8')]"),
        (len, "builtin_function_or_method"),
        (type("Text", (str,), {})("a"), "Text"),
        (type("List", (list,), {})(), "List"),
        (np.ones((1,) * 20), "too many arrays"),
    ],
)
def test_what_has_no_form_arrives_as_its_name(item: Any, kind: str) -> None:
    """The name of its type is all that crosses of anything else."""
    assert crossed(item) == wire.Opaque(kind)


def test_a_tuple_with_names_is_a_tuple() -> None:
    """Students return named tuples where a tuple is asked for."""
    assert wire.plain(crossed(Point(3))) == (3,)


def test_a_structure_in_itself_is_named() -> None:
    """A list that contains itself ends the walk, where it would go on for ever."""
    assert crossed(looped()) == [wire.Opaque("a structure that contains itself")]


def nested(depth: int) -> Any:
    """Return None in as many lists."""
    item: Any = None
    for _ in range(depth):
        item = [item]
    return item


@pytest.mark.parametrize("depth", [wire.MAX_DEPTH - 1, wire.MAX_DEPTH, wire.MAX_DEPTH + 1, 500])
def test_a_deep_structure_arrives_cut(depth: int) -> None:
    """As deep as the protocol carries it is whole; below that there is a name, and still an answer."""
    found, seen = crossed(nested(depth)), 0
    while isinstance(found, list):
        (found,), seen = found, seen + 1
    whole = depth < wire.MAX_DEPTH
    assert found == (None if whole else wire.Opaque("a structure nested too deeply or with too many parts"))
    assert seen == min(depth, wire.MAX_DEPTH)


def test_a_structure_of_many_parts_arrives_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many parts there are names only, and after so many arrays as well."""
    monkeypatch.setattr(wire, "MAX_NODES", 3)
    monkeypatch.setattr(wire, "MAX_ARRAYS", 1)
    found = crossed(list(np.array([[1], [2], [3]])))
    assert found[0].array == 1
    assert found[1:] == [
        wire.Opaque("too many arrays"),
        wire.Opaque("a structure nested too deeply or with too many parts"),
    ]


def test_a_frame_of_more_parts_than_are_sent_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In all of its trees together: a number of two bytes is an array in memory."""
    monkeypatch.setattr(wire, "MAX_READ", 4)
    reader = wire.Reader([])
    assert len(reader.value([0, 0])) == 2
    with pytest.raises(wire.WireError, match="too many parts"):
        reader.value([0, 0])


def test_no_frame_has_more_parts_than_are_read() -> None:
    """What is cut is named part by part, and the names fill the header before the parts are too many."""
    encoder = wire.Encoder()
    frame = encoder.frame(encoder.tree([0] * (wire.MAX_NODES + 100_000)))
    head, arrays = wire.parse(*cut(frame))
    found = wire.Reader(arrays).value(head)
    assert type(found[-1]) is wire.Opaque
    name = json.dumps(wire.Encoder().tree(object(), wire.MAX_DEPTH), separators=(",", ":"))
    assert wire.MAX_NODES + wire.MAX_HEADER / len(name) < wire.MAX_READ


def test_numbers_of_python_take_little_room() -> None:
    """A graph of a thousand operations is a thousand lines of text, not three thousand arrays."""
    encoder = wire.Encoder()
    tree = encoder.tree([("+", (3, 4), 0.5)] * 1000)
    assert encoder.arrays == []
    assert len(encoder.frame(tree)) < 30_000


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, -0.0, 5e-324])
def test_odd_floats_cross(number: float) -> None:
    """JSON of Python has a text for each."""
    assert str(crossed(number).array[()]) == str(np.float64(number))


def test_long_texts_are_cut() -> None:
    """A text has at most 64 thousand characters."""
    assert len(crossed("x" * 100_000)) == 1 << 16


def test_a_body_beyond_the_protocol_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender says so itself."""
    monkeypatch.setattr(wire, "MAX_BODY", 15)
    with pytest.raises(wire.WireError, match="the arrays take 16 bytes; at most 15"):
        crossed(np.ones(2))


def test_a_header_beyond_the_protocol_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sender says so itself."""
    monkeypatch.setattr(wire, "MAX_HEADER", 15)
    with pytest.raises(wire.WireError, match="the header takes"):
        crossed(None)


# ---------------------------------------------------------------- what is no frame


def test_another_mark_is_refused() -> None:
    """A frame begins with the protocol's mark."""
    with pytest.raises(wire.WireError, match="does not begin with the protocol's mark"):
        wire.announced(wire.PREFIX.pack(b"GRD2", 0, 2, 0))


@pytest.mark.parametrize(
    ("header", "body"), [(wire.MAX_HEADER + 1, 0), (0, wire.MAX_BODY + 1), (0, 2**64 - 1)]
)
def test_a_length_beyond_the_protocol_is_refused(header: int, body: int) -> None:
    """Before memory is taken for it."""
    with pytest.raises(wire.WireError, match="more than the protocol carries"):
        wire.announced(wire.PREFIX.pack(wire.MAGIC, 0, header, body))


def headed(arrays: Any, head: Any = None) -> bytes:
    """Return a header."""
    return json.dumps({"head": head, "arrays": arrays}).encode()


TWO = struct.pack("2d", 1, 2)
MANY = 2**26  # entries along one axis, which is as many as a body has bytes


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (b"", b""),
        (b"\xff\xfe\x00", b""),
        (b"{", b""),
        (b"[]", b""),
        (b"5", b""),
        (b"{}", b""),
        (b'{"head": null}', b""),
        (b'{"arrays": []}', b""),
        (b'{"head": null, "arrays": [], }', b""),
        (b'{"head": ' + b"9" * 5000 + b', "arrays": []}', b""),
        (b'{"head": ' + b"[" * 100_000, b""),
        (headed(None), b""),
        (headed({}), b""),
        (headed("[]"), b""),
        (headed([None]), b""),
        (headed([[]]), b""),
        (headed([["<f8", [2], 0]]), TWO),
        (headed([["<f8", [2], 0, 16, 0]]), TWO),
        (headed([["<f8", 2, 0, 16]]), TWO),
        (headed([["<f8", [2.0], 0, 16]]), TWO),
        (headed([["<f8", [True], 0, 8]]), TWO[:8]),
        (headed([["<f8", ["2"], 0, 16]]), TWO),
        (headed([["<f8", [[2]], 0, 16]]), TWO),
        (headed([["<f8", [-2], 0, -16]]), TWO),
        (headed([["<f8", [-1, -2], 0, 16]]), TWO),
        (headed([["<f8", [2], -16, 16]]), TWO),
        (headed([["<f8", [2], 0, 15]]), TWO),
        (headed([["<f8", [2], 0, 16]]), TWO[:-1]),
        (headed([["<f8", [2], 0, 16]]), TWO + b"\0"),
        (headed([["<f8", [1], 8, 8]]), TWO),
        (headed([["<f8", [2], 0, 16], ["<f8", [2], 0, 16]]), TWO),  # one over the other
        (headed([["<f8", [1], 8, 8], ["<f8", [1], 0, 8]]), TWO),
        (headed([["<f8", [2], 2**70, 16]]), TWO),
        (headed([["<f8", [2**64], 0, 2**67]]), TWO),
        (headed([["<f8", [2**40], 0, 2**43]]), TWO),
        (headed([["<f8", [MANY] * 16, 0, 8 * MANY**16]]), TWO),
        (headed([["|b1", [0, MANY, MANY, MANY, MANY], 0, 0]]), b""),
        (headed([["<f8", [1] * 17, 0, 8]]), TWO[:8]),
        (headed([["|O", [2], 0, 16]]), TWO),
        (headed([["O", [2], 0, 16]]), TWO),
        (headed([[">f8", [2], 0, 16]]), TWO),
        (headed([["<f16", [1], 0, 16]]), TWO),
        (headed([["<U4", [1], 0, 16]]), TWO),
        (headed([["|V16", [1], 0, 16]]), TWO),
        (headed([["<M8[s]", [2], 0, 16]]), TWO),
        (headed([["f8,f8", [1], 0, 16]]), TWO),
        (headed([["|b1", [2], 0, 2]]), b"\x01\x02"),
        (headed([["|b1", [2], 0, 2]]), b"\x01\xff"),
    ],
)
def test_a_broken_frame_is_refused(header: bytes, body: bytes) -> None:
    """Whatever does not add up is an error of the wire, and no other."""
    with pytest.raises(wire.WireError):
        wire.parse(header, body)


def test_too_many_arrays_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their number is looked at before the first of them."""
    monkeypatch.setattr(wire, "MAX_ARRAYS", 2)
    with pytest.raises(wire.WireError, match="list of arrays"):
        wire.parse(headed([["nonsense"]] * 3), b"")


@pytest.mark.parametrize(
    "tree",
    [
        2**63,
        -(2**63) - 1,
        [2**63],
        {},
        {"a": 0},
        {"a": 1, "k": "ndarray"},
        {"a": -1, "k": "ndarray"},
        {"a": True, "k": "ndarray"},
        {"a": 0.0, "k": "ndarray"},
        {"a": 0, "k": 5},
        {"n": 0},
        {"o": None},
        {"t": {}},
        {"t": "ab"},
        {"t": [{}]},
        [{}],
        {"d": {"a": None}},
        {"d": [["a"]]},
        {"d": [["a", None, 0]]},
        {"d": [[1, None]]},
        {"d": [["a", None], ["a", None]]},  # one key twice
        {"c": ["quadratic", "f"]},
        {"c": ["quadratic", "f", []]},
        {"c": ["quadratic", 1, {}]},
        {"c": ["quadratic", "f", {"A": {}}]},
        {"r": "1"},
        {"r": 1.5},
        {"x": 0},
    ],
)
def test_a_tree_that_is_none_is_refused(tree: Any) -> None:
    """So is a value that the protocol does not have."""
    with pytest.raises(wire.WireError):
        wire.Reader([np.zeros(1)]).value(tree)


def test_a_tree_that_is_too_deep_is_refused() -> None:
    """Before the walk runs out of stack."""
    tree: Any = None
    for _ in range(wire.MAX_DEPTH + 1):
        tree = [tree]
    with pytest.raises(wire.WireError, match="too deeply"):
        wire.Reader([]).value(tree)


def believed(header: bytes, body: bytes) -> None:
    """Read a frame to the last leaf, as the trusted side does; only the error of the wire is expected."""
    try:
        head, arrays = wire.parse(header, body)
        assert sum(array.nbytes for array in arrays) == len(body)
        wire.plain(wire.Reader(arrays).value(head))
    except wire.WireError:
        pass


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_random_bytes_are_refused(header: bytes, body: bytes) -> None:
    """Random bytes raise nothing else."""
    believed(header, body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=10,
)
tagged = st.recursive(
    st.fixed_dictionaries({"a": st.integers(-1, 3) | json_values, "k": st.just("float") | json_values})
    | st.fixed_dictionaries({"r": json_values})
    | st.fixed_dictionaries({"o": json_values})
    | json_values,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries({"t": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"d": st.lists(st.tuples(st.text(max_size=2), inner), max_size=3)})
        | st.fixed_dictionaries({"c": st.tuples(st.text(max_size=2), st.text(max_size=2), json_values)})
    ),
    max_leaves=10,
)
sizes = st.integers(-2, 5) | st.sampled_from([MANY, MANY + 1, 2**63, 2**64]) | json_values
rows = st.tuples(
    st.sampled_from([*sorted(wire.DTYPES), "|O", "<f16", "x"]) | json_values,
    st.lists(sizes, max_size=6) | json_values,
    st.integers(-8, 32) | json_values,
    st.integers(-8, 32) | json_values,
)


@given(tagged | json_values, st.lists(rows, max_size=3) | json_values, st.binary(max_size=32))
def test_headers_that_are_nearly_right_are_refused(head: Any, table: Any, body: bytes) -> None:
    """Neither does JSON of the right kind with the wrong things in it."""
    believed(json.dumps({"head": head, "arrays": table}).encode(), body)


@given(st.lists(st.tuples(st.sampled_from(sorted(wire.DTYPES)), st.lists(sizes, max_size=6)), max_size=3))
def test_shapes_that_are_impossible_are_refused(described: list[tuple[str, list[Any]]]) -> None:
    """Nor do shapes whose sizes agree with what is said of them, empty ones of any extent among them."""
    table, offset = [], 0
    for dtype, shape in described:
        whole = all(type(size) is int for size in shape)
        nbytes = math.prod(shape) * np.dtype(dtype).itemsize if whole else 0
        table.append([dtype, shape, offset, nbytes])
        offset += nbytes
    believed(
        headed(table, [{"a": i, "k": "ndarray"} for i in range(len(table))]),
        b"\0" * min(max(offset, 0), 512),
    )


SAMPLE = wire.Encoder()
FRAME = SAMPLE.frame(
    SAMPLE.tree(
        {
            "a": [1, 2.5, 1j, None, True, "text", np.arange(6).reshape(2, 3), np.ones(2, bool)],
            "b": (wire.Callback("quadratic", "f", {"A": np.eye(2)}), wire.Rng(5)),
        }
    )
)


def replaced(frame: bytes, place: int, value: int) -> bytes:
    """Return the frame with another byte."""
    return frame[:place] + bytes([value]) + frame[place + 1 :]


def inserted(frame: bytes, place: int, value: int) -> bytes:
    """Return the frame with one byte more."""
    return frame[:place] + bytes([value]) + frame[place:]


def removed(frame: bytes, place: int, value: int) -> bytes:
    """Return the frame without some bytes."""
    return frame[:place] + frame[place + 1 + value % 8 :]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([replaced, inserted, removed]),
            st.integers(0, len(FRAME) - 1),
            st.integers(0, 255) | st.sampled_from(list(b'"[]{},:0-9')),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_damaged_frames_are_refused(
    damages: list[tuple[Callable[[bytes, int, int], bytes], int, int]],
) -> None:
    """A frame with damage is read as another one, or raises nothing else."""
    frame = FRAME
    for damage, place, value in damages:
        frame = damage(frame, place, value)
    try:
        _, header, body = wire.announced(frame[: wire.PREFIX.size].ljust(wire.PREFIX.size, b"\0"))
    except wire.WireError:
        return
    rest = frame[wire.PREFIX.size :]
    believed(rest[:header], rest[header : header + body])
