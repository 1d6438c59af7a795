"""Trusted. Reads what came back from a child: bytes that student code may have written, so all of it is checked."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from autograder.model import Ended, Error, Finding, Query, Run
from autograder.sandbox import wire
from autograder.sandbox.refusals import refused

if TYPE_CHECKING:
    from autograder.sandbox.children import Frame

REMEMBERED = 16 << 10
"""Answers of up to this many bytes are decoded once, not once for every student who gives them."""
UNREADABLE = (KeyError, TypeError, ValueError, OverflowError, AttributeError, RecursionError)
"""What reading an answer raises where it is not one."""
ADVICE = {
    Ended.TIMED_OUT: "Which loop does not end, or does far more than it has to?",
    Ended.OUT_OF_MEMORY: "Which array or list is larger than it has to be?",
    Ended.TOO_MUCH_OUTPUT: "Take the printing out of the loop.",
}
"""What to do about an ending of a function that no exception tells of."""


def decoded(frame: Frame) -> Run:
    """Return what an answer says; `Ended.BAD_OUTPUT` where it is not one. Equal answers give the same object."""
    try:
        if len(frame.header) + len(frame.body) <= REMEMBERED:
            return _remembered(frame.header, frame.body)
        return _decode(frame.header, frame.body)
    except wire.WireError as error:
        return Run(Ended.BAD_OUTPUT, detail=f"What came back was not an answer: {error}.")


def _decode(header: bytes, body: bytes) -> Run:
    """Return what one answer says. Raises WireError where it is not one."""
    head, arrays = wire.parse(header, body)
    reader = wire.Reader(arrays)
    try:
        ended = Ended(head["ended"])
        if ended is Ended.MISSING and "error" not in head:
            return Run(ended)
        if ended in {Ended.RAISED, Ended.MISSING, Ended.OUT_OF_MEMORY}:
            error, detail = error_of(head["error"]), ""
            if ended is Ended.OUT_OF_MEMORY:
                detail = advised(ended, "Your function needed more memory than it may use.")
            elif ended is Ended.RAISED:
                detail = refused(error)
            return Run(ended, error=error, queries=_queries(head, reader), detail=detail)
        if ended is not Ended.RETURNED:
            raise wire.WireError("it claims an ending that only we can see")
        return Run(
            ended,
            value=reader.value(head["value"]),
            queries=_queries(head, reader),
            mutated=tuple(int(i) for i in head["mutated"][:100]),
            aliased=tuple(int(i) for i in head["aliased"][:100]),
        )
    except UNREADABLE as error:
        raise wire.WireError(str(error) if isinstance(error, wire.WireError) else "it lacks a part") from None


_remembered = functools.lru_cache(maxsize=4096)(_decode)


def advised(ended: Ended, detail: str) -> str:
    """Return what is said of an ending, with what to do about it."""
    return " ".join(filter(None, (detail, ADVICE.get(ended))))


def finding_of(said: Any) -> Finding:
    """Return where something forbidden is used, as `policy` found it. Raises one of UNREADABLE."""
    return Finding(
        str(said["name"])[:100], str(said["said"])[:200], str(said["file"])[:200], int(said["line"])
    )


def error_of(said: Any) -> Error:
    """Return an exception of the submission. Raises one of UNREADABLE."""
    line = said["line"]
    return Error(
        type=str(said["type"])[:100],
        bases=tuple(str(base)[:100] for base in said["bases"][:20]),
        message=str(said["message"])[:400],
        line=line if type(line) is int else None,
        file=str(said["file"])[:200],
    )


def _queries(head: Any, reader: wire.Reader) -> tuple[Query, ...]:
    return tuple(
        Query(str(part), tuple(map(reader.value, args)), reader.value(found))
        for part, args, found in head.get("queries", [])
    )
