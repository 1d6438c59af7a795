"""How one call is made inside the sandbox, and what is said of it. In this process: nothing here is hostile."""

from __future__ import annotations

import os
import random
import sys
import types
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from autograder.sandbox import wire, worker
from autograder.sandbox.loader import Loader

if TYPE_CHECKING:
    from collections.abc import Callable


def asked(*args: Any, function: str = "f", driver: str = "", tag: int = 5) -> worker.Question:
    """Return one question as it arrives."""
    encoder = wire.Encoder()
    tree = [encoder.tree(arg) for arg in args]
    head = [{"tag": tag, "function": function, "driver": driver, "recorded": True, "args": tree}]
    (question,) = worker.questions(encoder.frame(head))
    return question


def exercise(*args: Any, tags: tuple[int, ...] = (5,)) -> worker.Asked:
    """Return the questions of one exercise, which all call `f` with the same arguments."""
    encoder = wire.Encoder()
    tree = [encoder.tree(arg) for arg in args]
    return worker.Asked(
        encoder.frame(
            [{"tag": tag, "function": "f", "driver": "", "recorded": True, "args": tree} for tag in tags]
        )
    )


def said(function: Any, *args: Any) -> dict[str, Any]:
    """Return the head of the answer about one function, with what is a tree in it decoded."""
    loader = Loader(definitions_only=False)
    loader.files.add(__file__)
    loader.module.__dict__["f"] = function
    return read(worker.answer(asked(*args), loader))


def read(frame: bytes) -> dict[str, Any]:
    """Return what a frame says."""
    tag, header, _ = wire.announced(frame[: wire.PREFIX.size])
    assert tag == 5
    middle = wire.PREFIX.size + header
    head, arrays = wire.parse(frame[wire.PREFIX.size : middle], frame[middle:])
    reader = wire.Reader(arrays)
    if "value" in head:
        head["value"] = wire.plain(reader.value(head["value"]))
    head["queries"] = [
        (
            part,
            [wire.plain(reader.value(arg)) for arg in args],
            wire.plain(reader.value(found)),
        )
        for part, args, found in head.get("queries", [])
    ]
    return dict(head)


SQUARE = wire.Callback("polynomial", "f", {"coefficients": np.array([[0.0, 0.0, 1.0]])})


def test_a_driver_is_called_with_what_was_written() -> None:
    """And its value is the answer: of what raises inside, the student's line is told."""
    text = "class Node:\n    def __init__(self, x):\n        self.data, self.grad = x, 1 / x\n    def backward(self): pass"
    loader = Loader(definitions_only=False)
    loader.run({"name": "a.py", "cells": [text]})
    question = asked([2.0], [], [0], function="Node", driver="graph")
    assert read(worker.answer(question, loader))["value"] == {"data": [2.0], "grad": [0.5]}
    error = read(worker.answer(asked([0.0], [], [0], function="Node", driver="graph"), loader))["error"]
    assert (error["type"], error["line"]) == ("ZeroDivisionError", 3)


# ---------------------------------------------------------------- what the student receives


def test_arguments_arrive_as_what_they_are() -> None:
    """Arrays can be written to, numbers are Python's, containers are kept."""
    seen: list[Any] = []
    array = np.arange(3.0)
    said(lambda *args: seen.extend(args), array, 2, 0.5, "text", None, True, [array, (1, {"k": array})])
    got, *rest = seen
    assert got.flags.writeable
    assert rest[:5] == [2, 0.5, "text", None, True]
    assert [type(item) for item in rest[:3]] == [int, float, str]
    assert isinstance(rest[5][1], tuple)
    for each in (got, rest[5][0], rest[5][1][1]["k"]):
        np.testing.assert_array_equal(each, array)


def test_a_generator_arrives_from_its_seed() -> None:
    """It draws what a generator of that seed draws."""
    found = said(lambda rng: rng.normal(size=3), wire.Rng(7))["value"]
    np.testing.assert_array_equal(found, np.random.default_rng(7).normal(size=3))


def test_a_callback_is_a_function() -> None:
    """It computes, has a name, and may be called with a number more than once."""

    def use(f: Callable[..., Any]) -> Any:
        return [f(np.array([3.0])), f.__name__]

    assert said(use, SQUARE)["value"] == [9.0, "f"]


def test_two_parts_of_a_problem_share_one_record() -> None:
    """Queries come in the order in which they were made, each with the part that was asked."""

    def use(f: Any, grad: Any) -> None:
        for function in (grad, f, grad):
            function(np.array([1.0]))

    grad = wire.Callback(SQUARE.problem, "grad", SQUARE.params)
    queries = said(use, SQUARE, grad)["queries"]
    assert [part for part, _, _ in queries] == ["grad", "f", "grad"]
    assert [np.asarray(found).tolist() for _, _, found in queries] == [[2.0], 1.0, [2.0]]


def test_queries_are_what_they_were_at_the_time() -> None:
    """An array or a list that is changed after the call does not change the record, nor does a changed answer."""

    def use(grad: Any) -> None:
        x, row = np.array([1.0]), [2.0]
        found = grad(x)
        x[0] = found[0] = 99
        lists = grad(np.array(row))
        row[0] = lists[0] = 99

    grad = wire.Callback(SQUARE.problem, "grad", SQUARE.params)
    queries = said(use, grad)["queries"]
    assert [(args[0].tolist(), found.tolist()) for _, args, found in queries] == [
        ([1.0], [2.0]),
        ([2.0], [4.0]),
    ]


def test_lists_in_a_query_are_copied() -> None:
    """With the arrays in them."""
    recorder = worker.Recorder(records=True)
    total = recorder._recording("f", lambda items: items[0] + items[1][0])
    items: list[Any] = [1.0, [np.array(2.0)], (3.0,)]
    total(items)
    items[0] = 99
    items[1][0][...] = 99
    ((part, (seen,), found),) = recorder.queries
    assert (part, seen, found) == ("f", [1.0, [2.0], (3.0,)], 3.0)


def test_a_query_that_raises_is_not_recorded() -> None:
    """It has no answer; the exception is the student's."""
    head = said(lambda f: f("text"), SQUARE)
    assert (head["ended"], head["queries"]) == ("raised", [])


def test_queries_that_no_judge_looks_at_are_counted_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of them is kept, and too many still end the call."""
    monkeypatch.setattr(worker, "MAX_QUERIES", 3)
    recorder = worker.Recorder(records=False)
    square = recorder.live(SQUARE)
    assert [square(np.array([x])).item() for x in (1.0, 2.0, 3.0)] == [1.0, 4.0, 9.0]
    assert recorder.queries == []
    with pytest.raises(RuntimeError, match="f was called more than 3 times"):
        square(np.ones(1))


def test_too_many_queries_end_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an exception that says so; those before are told."""
    monkeypatch.setattr(worker, "MAX_QUERIES", 3)

    def use(f: Any) -> None:
        while True:
            f(np.ones(1))

    head = said(use, SQUARE)
    assert head["error"]["message"] == "f was called more than 3 times"
    assert len(head["queries"]) == 3


# ---------------------------------------------------------------- what is said of a call


def test_a_returned_value_comes_back() -> None:
    """With the tag of its question."""
    head = said(lambda x: [x + 1, "a"], 1)
    assert (head["ended"], head["value"], head["mutated"], head["aliased"]) == ("returned", [2, "a"], [], [])


@pytest.mark.parametrize("function", [None, 5, "text"])
def test_what_cannot_be_called_is_missing(function: Any) -> None:
    """A name that is something else is not the function."""
    assert said(function, 1) == {"ended": "missing", "queries": []}


def test_a_function_that_is_not_there_is_missing() -> None:
    """Nothing of that name is defined."""
    assert read(worker.answer(asked(1), Loader(definitions_only=False))) == {
        "ended": "missing",
        "queries": [],
    }


def fails(error: BaseException) -> Callable[..., Any]:
    """Return a function that raises."""

    def function(*_: Any) -> None:
        raise error

    return function


@pytest.mark.parametrize(
    ("error", "ended"),
    [
        (ValueError("x"), "raised"),
        (SystemExit(0), "raised"),
        (KeyboardInterrupt(), "raised"),
        (GeneratorExit(), "raised"),
        (BaseException("x"), "raised"),
        (NotImplementedError(), "missing"),
        (MemoryError(), "out_of_memory"),
        (np.exceptions.AxisError("x"), "raised"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: 9 bytes"), "out_of_memory"),
    ],
)
def test_an_exception_is_told_as_what_it_is(error: BaseException, ended: str) -> None:
    """Whatever is raised, there is an answer: NotImplementedError is a stub's, MemoryError has an ending of its own."""
    head = said(fails(error), 1)
    assert (head["ended"], head["error"]["type"], head["error"]["file"]) == (
        ended,
        type(error).__name__,
        __file__,
    )


class LeavingError(Exception):
    """An error whose text ends whoever asks for it."""

    def __str__(self) -> str:
        raise SystemExit


def test_an_exception_whose_text_leaves_is_an_exception() -> None:
    """It must not end the process, as if the student had."""
    head = said(fails(LeavingError()), 1)
    assert (head["ended"], head["error"]["type"], head["error"]["message"]) == ("raised", "LeavingError", "")


def test_numpy_without_memory_is_out_of_memory() -> None:
    """Its own exception is a MemoryError."""
    assert said(lambda: np.ones(1 << 50))["ended"] == "out_of_memory"


class Incomparable(str):
    """A key that fails when it is compared."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        raise RuntimeError


def test_arguments_that_were_changed_are_told() -> None:
    """By their positions; also those inside containers, and where the call raised."""

    def use(a: Any, _b: Any, c: Any) -> None:
        a[0] = 5
        c["k"][0][0] = 5
        raise ValueError

    head = said(use, np.zeros(2), np.zeros(2), {"k": [np.zeros(1)]})
    assert (head["ended"], head["mutated"]) == ("raised", [0, 2])


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.append(1.0),
        lambda c: c.pop(),
        lambda c: c.reverse(),
        lambda c: c.__setitem__(0, c[0] * 2.0),
        lambda c: c.__setitem__(1, 0.25),
        lambda c: c[2].update(new=1),
        lambda c: c[2].pop("k"),
        lambda c: c[2].__setitem__("k", c),
        lambda c: (c[2].clear(), c[2].__setitem__(Incomparable("k"), 1)),
        lambda c: setattr(c[0], "shape", (2, 1)),
    ],
)
def test_a_container_that_was_changed_is_told(change: Callable[[Any], Any]) -> None:
    """Another entry, order, key or shape, whatever was put in."""

    def use(c: Any, _: float) -> None:
        change(c)

    assert said(use, [np.ones(2), 0.5, {"k": [1]}], 2.0)["mutated"] == [0]


def test_a_container_with_equal_contents_is_as_it_was() -> None:
    """The same numbers in another array, NaN among them, are no change."""

    def use(c: Any) -> None:
        c[0], c[1] = c[0].copy(), float("nan")

    assert said(use, [np.ones(2), np.nan])["mutated"] == []


def test_an_argument_that_was_changed_back_is_as_it_was() -> None:
    """What counts is what the call leaves behind."""

    def use(a: Any) -> None:
        a += 1
        a -= 1

    assert said(use, np.zeros(2))["mutated"] == []


def test_a_negative_zero_is_a_change() -> None:
    """Bytes are compared: NaN is equal to itself, and -0.0 is not 0.0."""

    def use(a: Any, b: Any) -> None:
        a *= -1
        b *= 1

    assert said(use, np.zeros(1), np.full(1, np.nan))["mutated"] == [0]


def test_results_that_share_memory_are_told() -> None:
    """Views and the argument itself, in any container; a copy does not."""

    def use(a: Any, b: Any, c: Any) -> Any:
        return {"x": [a[::2]], "y": (b.copy(), c.T)}

    assert said(use, np.zeros(4), np.zeros(4), np.zeros((2, 2)))["aliased"] == [0, 2]


def test_a_result_that_is_too_large_is_an_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child says so itself, where the trusted side would only see a broken frame."""
    monkeypatch.setattr(wire, "MAX_BODY", 100)
    head = said(lambda: np.ones(100))
    assert (head["ended"], head["error"]["type"]) == ("raised", "ValueError")
    assert (
        head["error"]["message"]
        == "the result is too large: the arrays take 800 bytes; at most 100 can be sent"
    )


def test_a_result_without_a_form_comes_back_as_its_name() -> None:
    """The trusted side says what it should have been."""
    assert said(lambda: {1, 2})["value"] == wire.Opaque("set")


def test_a_result_that_cannot_be_looked_at_is_an_exception() -> None:
    """What it raises while it is encoded is the student's."""

    class Odd(tuple[int, ...]):  # noqa: SLOT001 - written as a student might
        _fields = ()

        def __iter__(self) -> Any:
            raise ZeroDivisionError

    assert said(Odd)["error"]["type"] == "ZeroDivisionError"


def test_questions_keep_their_order_and_tags() -> None:
    """One frame holds all calls of an exercise."""
    encoder = wire.Encoder()
    head = [
        {
            "tag": tag,
            "function": f"f{tag}",
            "driver": "",
            "recorded": True,
            "args": [encoder.tree(np.full(2, tag))],
        }
        for tag in (3, 1, 2)
    ]
    found = worker.questions(encoder.frame(head))
    assert [(each.tag, each.function, each.args[0].tolist()) for each in found] == [
        (3, "f3", [3, 3]),
        (1, "f1", [1, 1]),
        (2, "f2", [2, 2]),
    ]


# ---------------------------------------------------------------- seeds and pipes


def test_seeding_repeats_every_generator() -> None:
    """Python's and numpy's; torch's where it is there."""
    drawn = []
    for _ in range(2):
        worker.seed(2**40 + 3)
        drawn.append((random.random(), np.random.rand()))  # noqa: NPY002, S311 - students use them
    assert drawn[0] == drawn[1]


def test_seeding_reaches_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without importing it."""
    seeds: list[int] = []
    generator = types.SimpleNamespace(manual_seed=seeds.append)
    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(default_generator=generator))
    worker.seed(11)
    assert seeds == [11]


def pipes() -> tuple[worker.Pipes, tuple[int, int, int]]:
    """Return a child's ends, and the others: to write requests, to read answers and the bell."""
    (requests, ask), (hear, answers), (listen, bell) = os.pipe(), os.pipe(), os.pipe()
    return worker.Pipes(requests, answers, bell), (ask, hear, listen)


def served(*requests: dict[str, Any], questions: dict[str, worker.Asked]) -> tuple[list[int], bytes]:
    """Return the tags of the answers to some requests, and what was rung."""
    child, (ask, hear, listen) = pipes()
    for number, head in enumerate(requests):
        os.write(ask, wire.Encoder().frame(head, number))
    os.close(ask)
    try:
        worker.serve(child, questions)
    finally:
        for fd in (child.requests, child.answers, child.bell):
            os.close(fd)
    answers, rung = os.read(hear, 1 << 16), os.read(listen, 1 << 16)
    for fd in (hear, listen):
        os.close(fd)
    tags = []
    while answers:
        tag, header, body = wire.announced(answers[: wire.PREFIX.size])
        tags.append(tag)
        answers = answers[wire.PREFIX.size + header + body :]
    return tags, rung


def load(text: str) -> dict[str, Any]:
    """Return a request to load one file."""
    file = {"name": "a.py", "cells": [text]}
    rest = {"definitions_only": False, "sources": [file], "modules": [], "closed": []}
    return {"do": "load", "seed": 0, **rest}


def ask(*places: int) -> dict[str, Any]:
    """Return a request to answer some questions."""
    return {"do": "ask", "seed": 0, "exercise": "e", "places": list(places), "closed": []}


def look() -> dict[str, Any]:
    """Return a request to read one file."""
    file = {"name": "a.py", "cells": ["f = abs"]}
    return {"do": "read", "seed": 0, "rules": {}, "sources": [file], "modules": []}


@pytest.fixture
def _same_finders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))


@pytest.mark.usefixtures("_same_finders")
def test_requests_are_answered_in_order_with_one_ring_each() -> None:
    """Only the questions that are asked for, and the bell once for all answers to a request."""
    questions = {"e": exercise(1, tags=(10, 11, 12))}
    tags, rung = served(look(), load("f = abs"), ask(0, 2), ask(1), questions=questions)
    assert (tags, rung) == ([0, 1, 10, 12, 11], b"!!!!")


@pytest.mark.usefixtures("_same_finders")
def test_nothing_is_answered_before_a_file_is_loaded() -> None:
    """There is nothing to call."""
    assert served(ask(0), questions={"e": exercise(1)}) == ([], b"!")


def test_a_large_answer_is_announced_first() -> None:
    """A pipe holds 64 kB: the bell rings before what would not fit next to what is unheard."""
    child, (_, hear, listen) = pipes()
    sizes = [worker.UNHEARD - 10, 10, 10]
    rung = []
    os.set_blocking(listen, False)
    for size in sizes:
        child.write(b"x" * size)
        try:
            rung.append(os.read(listen, 10))
        except BlockingIOError:
            rung.append(b"")
        os.read(hear, 1 << 16)
    for fd in (child.requests, child.answers, child.bell, hear, listen):
        os.close(fd)
    assert rung == [b"", b"", b"!"]


def test_half_a_request_is_the_end() -> None:
    """The trusted side has gone."""
    child, (ask_end, _, _) = pipes()
    os.write(ask_end, wire.MAGIC)
    os.close(ask_end)
    assert child.read() is None
