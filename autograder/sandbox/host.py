"""Trusted. The sandbox as the rest of the grader sees it: submissions and questions in, runs out.

    with Sandbox("numpy", Isolation.LANDLOCK) as sandbox:
        ran = sandbox.run(submission, batches, limits)

A run says what the student's functions came to, and nothing that comes out of a child is believed beyond that.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import secrets
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from autograder.model import Ended, Error, Query, Run
from autograder.sandbox import wire
from autograder.sandbox.children import (
    CLOCK_FACTOR,
    KEPT_OUTPUT,
    Child,
    EndingError,
    Exchange,
    Frame,
    SandboxError,
    SandboxLostError,
    Zygote,
    ZygoteLostError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autograder.authoring import Limits
    from autograder.model import Isolation, Source, Submission

LOAD_SECONDS = 2.0
SUBMISSION_SECONDS = 60.0
TRIES = 5
"""How often a submission is run, or a fork server started, until its being killed is believed to be nobody else's doing."""
REMEMBERED = 16 << 10
"""Answers of up to this many bytes are decoded once, not once for every student who gives them."""
UNREADABLE = (KeyError, TypeError, ValueError, OverflowError, AttributeError, RecursionError)
"""What reading an answer raises where it is not one."""
_PR_SET_DUMPABLE = 4


class KilledError(Exception):
    """A child was ended by a signal: by its own, or by somebody who has nothing to do with it. Try again to tell."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make."""

    function: str
    args: tuple[Any, ...]
    driver: str = ""
    """The name of a public driver that is called with the function and the arguments; empty for a plain call."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The calls of one exercise, encoded once for a whole class."""

    name: str
    """The exercise, with something that no other batch has: the zygote keeps its questions under it."""
    calls: tuple[Call, ...]
    limits: Limits
    seed: int
    tags: tuple[int, ...]
    """What the answer to each call must bear."""
    frame: bytes

    @classmethod
    def encode(cls, exercise: str, calls: Sequence[Call], limits: Limits, seed: int) -> Batch:
        """Return the batch with its frame. Raises WireError where the arguments are too large."""
        # Tags that cannot be guessed: an answer written before its question was read is not one.
        tags = tuple(secrets.randbits(64) for _ in calls)
        encoder = wire.Encoder()
        asked = [
            {
                "tag": tag,
                "function": call.function,
                "driver": call.driver,
                "args": [encoder.tree(arg) for arg in call.args],
            }
            for tag, call in zip(tags, calls, strict=True)
        ]
        name = f"{exercise} {secrets.token_hex(4)}"
        return cls(name, tuple(calls), limits, seed, tags, encoder.frame(asked))

    def request(self, places: Sequence[int]) -> bytes:
        """Return the frame that asks for the calls at these places."""
        head = {"do": "ask", "exercise": self.name, "seed": self.seed, "places": list(places)}
        return wire.Encoder().frame(head)


@dataclass(frozen=True, slots=True)
class BatchRun:
    """What the calls of one exercise came to, with what was printed meanwhile."""

    runs: tuple[Run, ...]
    stdout: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Further questions, of which some are asked once the answers of a batch are there, in the same child."""

    batch: Batch
    places: Callable[[BatchRun], Sequence[int]]
    """Which calls of `batch` to make after those answers. It must not raise."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one submission came to."""

    batches: tuple[BatchRun, ...]
    followed: tuple[dict[int, Run], ...] = ()
    """What came of each follow-up, by the positions that were asked and answered; one for each batch if any."""
    load_errors: tuple[tuple[Error, tuple[str, ...]], ...] = ()
    """Errors while the files were run, each with the functions that were lost by it."""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


class Sandbox:
    """A confined place to run submissions of one profile in, at one level of isolation. Safe to use from threads."""

    def __init__(self, profile: str, isolation: Isolation) -> None:
        self.profile, self.isolation = profile, isolation
        # Another process of this user must not read the answers out of this one's memory.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        self._lock = threading.Lock()
        self._closed = False
        self._zygote = self._started()

    @property
    def layers(self) -> dict[str, bool]:
        """The layers that the zygote is in."""
        return self._zygote.layers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process of this sandbox. What still runs in it ends as our fault."""
        with self._lock:
            self._closed = True
            self._zygote.close()

    def _started(self) -> Zygote:
        """Return a new fork server. Raises SandboxError, SandboxLostError where it is killed every time."""
        for _ in range(TRIES):
            with contextlib.suppress(ZygoteLostError):
                return Zygote(self.profile, self.isolation)
        raise SandboxLostError(
            f"The sandbox was killed {TRIES} times while it started: see what kills processes on this machine, such as "
            "a lack of memory, and start again."
        )

    def _fork(self, limits: Limits, batches: Sequence[Batch]) -> Child:
        with self._lock:
            if self._closed:
                raise SandboxError("The sandbox has been closed.")
            if self._zygote.alive():
                try:
                    return self._forked(limits, batches)
                except ZygoteLostError:  # it was just going: inside bubblewrap that takes a moment to be seen
                    pass
            self._zygote.close()
            self._zygote = self._started()
            return self._forked(limits, batches)

    def _forked(self, limits: Limits, batches: Sequence[Batch]) -> Child:
        for batch in batches:
            self._zygote.teach(batch.name, batch.frame)
        names = [batch.name for batch in batches]
        return self._zygote.fork(limits.memory_mb << 20, int(SUBMISSION_SECONDS) + 5, names)

    def run(
        self,
        submission: Submission,
        batches: Sequence[Batch],
        limits: Limits,
        follow_ups: Sequence[FollowUp] = (),
    ) -> Ran:
        """Run every batch on a submission. A lost zygote is replaced and the submission run once more.

        So it is where its process was killed, whoever did it: an accident on this machine must cost no points, and
        code that kills itself does so every time.

        limits: for loading the files. follow_ups: none, or one for each batch. What cannot be run at all ends as
        `Ended.FAULT`.
        """
        taught = [*batches, *(follow_up.batch for follow_up in follow_ups)]
        patience = time.monotonic() + SUBMISSION_SECONDS
        for number in range(TRIES):
            last = number == TRIES - 1 or time.monotonic() > patience
            try:
                fork = functools.partial(self._fork, limits, taught)
                return _Session(fork, submission, limits, last=last).run(batches, follow_ups)
            except (KilledError, ZygoteLostError, SandboxError, OSError):
                continue
        fault = Run(
            Ended.FAULT, detail="The sandbox broke while this was graded. This is our error, not yours."
        )
        return Ran(tuple(BatchRun((fault,) * len(batch.calls)) for batch in batches))


class _Session:
    """One submission's way through the sandbox: a child, and a new one after each that died."""

    def __init__(
        self, fork: Callable[[], Child], submission: Submission, limits: Limits, *, last: bool
    ) -> None:
        self._fork, self._submission, self._limits, self._last = fork, submission, limits, last
        self._child: Child | None = None
        self._definitions_only = False
        self._stdout = ""
        self.load_errors: list[tuple[Error, tuple[str, ...]]] = []
        self.notes: list[str] = []
        self._started = time.monotonic()
        self._unloadable: EndingError | None = None

    def run(self, batches: Sequence[Batch], follow_ups: Sequence[FollowUp]) -> Ran:
        """Return what every batch came to. Raises KilledError where it may have to be run again."""
        done: list[BatchRun] = []
        followed: list[dict[int, Run]] = []
        try:
            for place, batch in enumerate(batches):
                done.append(self._batch(batch))
                if follow_ups:
                    followed.append(self._follow(follow_ups[place], done[place]))
        finally:
            self._drop()
        seconds = time.monotonic() - self._started
        notes = tuple(dict.fromkeys(self.notes))
        return Ran(tuple(done), tuple(followed), tuple(self.load_errors), notes, seconds)

    def _follow(self, follow_up: FollowUp, done: BatchRun) -> dict[int, Run]:
        """Return the runs of a follow-up, up to the one that ended the child."""
        found: dict[int, Run] = {}
        if places := follow_up.places(done):
            self._ask(follow_up.batch, places, found)
            self._stdout = ""  # belongs to no question of an exercise
        return found

    def _drop(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def _left(self) -> float:
        return SUBMISSION_SECONDS - (time.monotonic() - self._started)

    def _loaded(self) -> Child:
        """Return a child with the submission loaded. Raises EndingError where that cannot be had."""
        if self._unloadable is not None:
            raise self._unloadable
        while self._child is None:
            self._child = self._fork()
            try:
                self._load(self._child)
            except EndingError as ending:
                self._own(ending)
                self._stdout = self._child.printed()
                self._drop()
                if self._definitions_only:
                    self._unloadable = ending
                    raise
                # What runs at top level must not cost the functions: once more, with the definitions alone.
                self._definitions_only = True
                self.notes.append(f"{ending.detail} Only the definitions in the file were used.")
        return self._child

    def _own(self, ending: EndingError) -> None:
        """Raise KilledError where an ending may be somebody else's doing, and there is another try to tell."""
        if ending.killed and not self._last:
            raise KilledError

    def _load(self, child: Child) -> None:
        limits = replace(self._limits, seconds=LOAD_SECONDS)
        tag = secrets.randbits(64)
        head = {
            "do": "load",
            "seed": 0,
            "definitions_only": self._definitions_only,
            "sources": [_source(source) for source in self._submission.sources],
            "modules": [_source(source) for source in self._submission.modules],
        }
        request = wire.Encoder().frame(head, tag)
        (frame,) = Exchange(child, request, 1, limits, limits.seconds * CLOCK_FACTOR).finish()
        try:
            if frame.tag != tag:
                raise wire.WireError("it does not belong to the question")
            said, _ = wire.parse(frame.header, frame.body)
            self.load_errors = [(_error(item), tuple(map(str, item["lost"]))) for item in said["errors"][:50]]
            self.notes += [str(note)[:300] for note in said["notes"][:50]]
        except UNREADABLE:
            text = "What came back from loading your file was not an answer."
            raise EndingError(Ended.BAD_OUTPUT, text) from None
        self._stdout = child.printed()

    def _batch(self, batch: Batch) -> BatchRun:
        """Return the runs of one batch. A call that ends the child costs the calls of its function, no other."""
        runs: dict[int, Run] = {}
        printed = ""
        while todo := [place for place in range(len(batch.calls)) if place not in runs]:
            ending = self._ask(batch, todo, runs)
            printed += self._stdout
            self._stdout = ""
            if ending is not None:
                first = next(place for place in todo if place not in runs)
                lost = Run(ending.ended, detail=ending.detail)
                function = batch.calls[first].function
                runs |= {i: lost for i in todo if i not in runs and batch.calls[i].function == function}
        return BatchRun(tuple(runs[place] for place in range(len(batch.calls))), printed[: 2 * KEPT_OUTPUT])

    def _ask(self, batch: Batch, places: Sequence[int], runs: dict[int, Run]) -> EndingError | None:
        """Put the answers of a batch into `runs`; return why not all came, or None."""
        if self._left() <= 0:
            text = f"Your submission used all of its {SUBMISSION_SECONDS:g} seconds."
            return EndingError(Ended.TIMED_OUT, text)
        exchange: Exchange | None = None
        ending: EndingError | None = None
        try:
            child = self._loaded()
            exchange = Exchange(child, batch.request(places), len(places), batch.limits, self._left())
            exchange.finish()
        except EndingError as reason:
            self._own(reason)
            ending = reason
        for frame, place in zip(exchange.frames if exchange else (), places, strict=False):
            if frame.tag != batch.tags[place]:
                text = "What came back was not an answer: it does not belong to the question."
                ending = EndingError(Ended.BAD_OUTPUT, text)
                break
            runs[place] = decoded(frame)
        if self._child is not None:
            self._stdout += self._child.printed()
        if ending is not None:
            self._drop()
        # A child that ended after its last answer has answered.
        return ending if any(place not in runs for place in places) else None


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
    try:
        ended = Ended(head["ended"])
        if ended is Ended.MISSING and "error" not in head:
            return Run(ended)
        if ended in {Ended.RAISED, Ended.MISSING, Ended.OUT_OF_MEMORY}:
            detail = (
                "Your function needed more memory than it may use." if ended is Ended.OUT_OF_MEMORY else ""
            )
            return Run(ended, error=_error(head["error"]), queries=_queries(head, arrays), detail=detail)
        if ended is not Ended.RETURNED:
            raise wire.WireError("it claims an ending that only we can see")
        return Run(
            ended,
            value=wire.value(head["value"], arrays),
            queries=_queries(head, arrays),
            mutated=tuple(int(i) for i in head["mutated"][:100]),
            aliased=tuple(int(i) for i in head["aliased"][:100]),
        )
    except UNREADABLE as error:
        raise wire.WireError(str(error) if isinstance(error, wire.WireError) else "it lacks a part") from None


_remembered = functools.lru_cache(maxsize=4096)(_decode)


def _source(source: Source) -> dict[str, Any]:
    return {"name": source.name, "cells": list(source.cells)}


def _error(said: Any) -> Error:
    line = said["line"]
    return Error(
        type=str(said["type"])[:100],
        bases=tuple(str(base)[:100] for base in said["bases"][:20]),
        message=str(said["message"])[:400],
        line=line if type(line) is int else None,
        file=str(said["file"])[:200],
    )


def _queries(head: Any, arrays: list[Any]) -> tuple[Query, ...]:
    return tuple(
        Query(str(part), tuple(wire.value(arg, arrays) for arg in args), wire.value(found, arrays))
        for part, args, found in head.get("queries", [])
    )
