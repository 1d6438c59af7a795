"""Reading what came back from a child: everything is a run that it could have had, or bad output."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.model import Ended, Run
from autograder.sandbox import wire
from autograder.sandbox.children import Frame
from autograder.sandbox.replies import decoded

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)
trees = json_values | st.just({"a": 0, "k": "scalar"}) | st.just({"t": [[True, "x"], 1.5]})
errors = json_values | st.fixed_dictionaries(
    dict.fromkeys(("type", "message", "line", "file"), json_values)
    | {"bases": json_values | st.lists(json_values, max_size=2)}
)
heads = json_values | st.fixed_dictionaries(
    {"ended": st.sampled_from([*Ended, "x"]) | json_values},
    optional={
        "value": trees,
        "error": errors,
        "mutated": json_values | st.lists(json_values, max_size=2),
        "aliased": json_values | st.lists(json_values, max_size=2),
        "queries": json_values
        | st.lists(st.tuples(json_values, st.lists(trees, max_size=2) | json_values, trees), max_size=2),
    },
)


@given(heads, st.sampled_from([[], [["<f8", [], 0, 8]], [["<f8", [], 0, 9]]]))
def test_any_answer_is_a_run(head: Any, table: Any) -> None:
    """Whatever a child writes is read as a run that it could have had, or as bad output; nothing is raised."""
    header = json.dumps({"head": head, "arrays": table}).encode()
    found = decoded(Frame(0, header, bytes(8) if table else b""))
    assert isinstance(found, Run)
    assert found.ended in {Ended.RETURNED, Ended.RAISED, Ended.MISSING, Ended.OUT_OF_MEMORY, Ended.BAD_OUTPUT}


@pytest.mark.parametrize("place", ["Infinity", "-Infinity", "NaN", "1e400"])
def test_an_infinite_position_is_no_answer(place: str) -> None:
    """JSON of Python has such numbers, and no position is one of them."""
    header = f'{{"head":{{"ended":"returned","value":null,"mutated":[{place}],"aliased":[]}},"arrays":[]}}'
    assert decoded(Frame(0, header.encode(), b"")).ended is Ended.BAD_OUTPUT


def test_an_answer_of_any_depth_is_read_or_refused() -> None:
    """Also of those depths at which only a later step of reading runs out of stack."""
    for depth in range(1, 1200, 7):
        deep = "[" * depth + "]" * depth
        header = f'{{"head":{{"ended":"raised","error":{{"type":{deep},"bases":[],"message":{deep},"line":1,"file":""}}}},"arrays":[]}}'
        assert decoded(Frame(0, header.encode(), b"")).ended in {Ended.RAISED, Ended.BAD_OUTPUT}


@pytest.mark.parametrize("ended", ["timed_out", "died", "bad_output", "fault"])
def test_a_child_cannot_claim_what_only_we_can_see(ended: str) -> None:
    """An answer that does is none."""
    found = decoded(Frame(0, json.dumps({"head": {"ended": ended}, "arrays": []}).encode(), b""))
    assert found == Run(
        Ended.BAD_OUTPUT, detail="What came back was not an answer: it claims an ending that only we can see."
    )


def test_texts_of_an_error_are_cut() -> None:
    """They go into reports."""
    said = {
        "type": "x" * 999,
        "bases": ["x" * 999] * 99,
        "message": "x" * 9999,
        "line": "5",
        "file": "x" * 999,
    }
    found = decoded(
        Frame(0, json.dumps({"head": {"ended": "raised", "error": said}, "arrays": []}).encode(), b"")
    )
    assert found.error is not None
    assert (len(found.error.type), len(found.error.bases), len(found.error.bases[0])) == (100, 20, 100)
    assert (len(found.error.message), len(found.error.file), found.error.line) == (400, 200, None)


def test_equal_answers_are_decoded_once() -> None:
    """A class gives many, and a large one is not remembered."""
    encoder = wire.Encoder()
    small = {"ended": "returned", "value": encoder.tree(np.ones(3)), "mutated": [], "aliased": []}
    frame = encoder.frame(small)
    middle = wire.PREFIX.size + wire.announced(frame[: wire.PREFIX.size])[1]
    header, body = frame[wire.PREFIX.size : middle], frame[middle:]
    assert decoded(Frame(1, header, body)) is decoded(Frame(2, header, body))
