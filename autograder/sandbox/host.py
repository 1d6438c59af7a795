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

from autograder.authoring.exercise import Totals
from autograder.model import Ended, Finding, Run
from autograder.sandbox import wire
from autograder.sandbox.children import (
    CLOCK_FACTOR,
    KEPT_OUTPUT,
    Child,
    EndingError,
    Exchange,
    SandboxError,
    SandboxLostError,
    Zygote,
    ZygoteLostError,
)
from autograder.sandbox.replies import UNREADABLE, advised, decoded, error_of, finding_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from autograder.authoring import Limits
    from autograder.model import Error, Isolation, Source, Submission

ORDINARY = Totals()
TRIES = 5
"""How often a submission is run, or a fork server started, until its being killed is believed to be nobody else's doing."""
UNREAD = Finding("", "", "", 0)
_PR_SET_DUMPABLE = 4


class KilledError(Exception):
    """A child was ended by a signal: by its own, or by somebody who has nothing to do with it. Try again to tell."""


BROKEN = (KilledError, ZygoteLostError, SandboxError, OSError)
"""What a session raises where it may have to be run again."""
OWN_ENDS = frozenset({Ended.RETURNED, Ended.RAISED, Ended.MISSING, Ended.TIMED_OUT})
"""What nothing that ran earlier in the same process can be the reason of: memory, output and crashes add up."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make."""

    function: str
    args: tuple[Any, ...]
    driver: str = ""
    """The name of a public driver that is called with the function and the arguments; empty for a plain call."""
    recorded: bool = True
    """Whether the queries of the functions among the arguments come back: only a judge looks at them."""


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
    positions: tuple[int, ...]
    """Where each call stands in the frame."""
    frame: bytes
    forbids: tuple[str, ...] = ()
    """What the functions may not use, as `policy` reads it; uses are found before the submission is loaded."""
    closed: tuple[str, ...] = ()
    """What of this is closed while the calls are made."""

    @classmethod
    def encode(
        cls,
        exercise: str,
        calls: Sequence[Call],
        limits: Limits,
        seed: int,
        *,
        forbids: Sequence[str] = (),
        closed: Sequence[str] = (),
    ) -> Batch:
        """Return the batch with its frame. Raises WireError where the arguments are too large."""
        # Tags that cannot be guessed: an answer written before its question was read is not one.
        tags = tuple(secrets.randbits(64) for _ in calls)
        encoder = wire.Encoder()
        asked = [
            {
                "tag": tag,
                "function": call.function,
                "driver": call.driver,
                "recorded": call.recorded,
                "args": [encoder.tree(arg) for arg in call.args],
            }
            for tag, call in zip(tags, calls, strict=True)
        ]
        name = f"{exercise} {secrets.token_hex(4)}"
        frame = encoder.frame(asked)
        positions = tuple(range(len(calls)))
        return cls(name, tuple(calls), limits, seed, tags, positions, frame, tuple(forbids), tuple(closed))

    def part(self, places: Sequence[int]) -> Batch:
        """Return a batch of some of the calls, for which nothing is encoded or learnt again."""
        return replace(
            self,
            calls=tuple(self.calls[place] for place in places),
            tags=tuple(self.tags[place] for place in places),
            positions=tuple(self.positions[place] for place in places),
        )

    @property
    def exercise(self) -> str:
        """The exercise alone: several draws of its questions are read for once."""
        return self.name.rpartition(" ")[0]

    @property
    def rule(self) -> dict[str, Any]:
        """What `policy` is asked to look for."""
        functions = dict.fromkeys(call.function for call in self.calls)
        return {"functions": list(functions), "forbids": self.forbids}

    def request(self, places: Sequence[int]) -> bytes:
        """Return the frame that asks for the calls at these places."""
        positions = [self.positions[place] for place in places]
        head = {"do": "ask", "exercise": self.name, "seed": self.seed, "places": positions}
        head["closed"] = self.closed
        return wire.Encoder().frame(head)


@dataclass(frozen=True, slots=True)
class BatchRun:
    """What the calls of one exercise came to, with what was printed meanwhile."""

    runs: tuple[Run, ...]
    stdout: str = ""
    findings: tuple[Finding, ...] = ()
    """Where what the batch forbids is used."""


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
    repairs: tuple[str, ...] = ()
    """What had to be mended before the files could be used as they were meant."""
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
        self.replaced = 0
        """How often the fork server was lost and another one was started."""

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

    def _fork(self, totals: Totals, batches: Sequence[Batch], memory_mb: int) -> Child:
        with self._lock:
            if self._closed:
                raise SandboxError("The sandbox has been closed.")
            if self._zygote.alive():
                try:
                    return self._forked(totals, batches, memory_mb)
                except ZygoteLostError:  # it was just going: inside bubblewrap that takes a moment to be seen
                    pass
            self._zygote.close()
            self._zygote = self._started()
            self.replaced += 1
            return self._forked(totals, batches, memory_mb)

    def _forked(self, totals: Totals, batches: Sequence[Batch], memory_mb: int) -> Child:
        for batch in batches:
            self._zygote.teach(batch.name, batch.frame)
        return self._zygote.fork(memory_mb << 20, int(totals.seconds) + 5)

    def run(
        self,
        submission: Submission,
        batches: Sequence[Batch],
        limits: Limits,
        follow_ups: Sequence[FollowUp] = (),
        totals: Totals = ORDINARY,
    ) -> Ran:
        """Run every batch on a submission. A lost zygote is replaced and the submission run once more.

        So it is where its process was killed, whoever did it: an accident on this machine must cost no points, and
        code that kills itself does so every time.

        limits: what loading the files may print. Its time and all that is done in all are in `totals`. follow_ups:
        none, or one for each batch. What cannot be run at all ends as `Ended.FAULT`.
        """
        taught = [*batches, *(follow_up.batch for follow_up in follow_ups)]
        patience = time.monotonic() + totals.seconds
        for number in range(TRIES):
            last = number == TRIES - 1 or time.monotonic() > patience
            try:
                fork = functools.partial(self._fork, totals, taught)
                return _Session(fork, submission, limits, totals, last=last).run(batches, follow_ups)
            except BROKEN:
                continue
        fault = Run(
            Ended.FAULT, detail="The sandbox broke while this was graded. This is our error, not yours."
        )
        return Ran(tuple(BatchRun((fault,) * len(batch.calls)) for batch in batches))

    def run_each(
        self, submissions: Iterable[Submission], batch: Batch, limits: Limits, totals: Totals = ORDINARY
    ) -> Iterator[BatchRun]:
        """Yield what a batch comes to on each of several submissions of the authors, all in one child.

        Starting a child costs three times what a mistake does in it. Never for students: what one leaves in the
        process, the next finds there. One that memory, output or a crash put an end to is run once more, alone.
        """
        kept: list[Child] = []

        def fork(memory_mb: int) -> Child:
            return kept.pop() if kept else self._fork(totals, [batch], memory_mb)

        try:
            for submission in submissions:
                session = _Session(fork, submission, limits, totals, last=False)
                try:
                    found = session.run([batch], (), kept).batches[0]
                except BROKEN:
                    found = None
                if found is None or any(run.ended not in OWN_ENDS for run in found.runs):
                    found = self.run(submission, [batch], limits, (), totals).batches[0]
                yield found
        finally:
            for child in kept:
                child.close()


class _Session:
    """One submission's way through the sandbox: a child, and a new one after each that died.

    The limit of memory is one of a process, so an exercise that may use another amount has a new child as well.
    """

    def __init__(
        self,
        fork: Callable[[int], Child],
        submission: Submission,
        limits: Limits,
        totals: Totals,
        *,
        last: bool,
    ) -> None:
        """fork: makes a child that may use so many megabytes."""
        self._fork, self._submission, self._limits, self._totals = fork, submission, limits, totals
        self._last = last
        self._child: Child | None = None
        self._memory_mb = 0
        self._printed = 0
        self._definitions_only = False
        self._stdout = ""
        self.load_errors: list[tuple[Error, tuple[str, ...]]] = []
        self.notes: list[str] = []
        self.repairs: list[str] = []
        self._started = time.monotonic()
        self._unloadable: dict[int, EndingError] = {}
        self._batches: Sequence[Batch] = ()
        self._findings: dict[str, tuple[Finding, ...]] | None = None

    def run(
        self, batches: Sequence[Batch], follow_ups: Sequence[FollowUp], kept: list[Child] | None = None
    ) -> Ran:
        """Return what every batch came to. Raises KilledError where it may have to be run again.

        kept: takes a child that still works at the end, instead of its being ended.
        """
        self._batches = batches
        done: list[BatchRun] = []
        followed: list[dict[int, Run]] = []
        try:
            for place, batch in enumerate(batches):
                done.append(self._batch(batch))
                if follow_ups:
                    followed.append(self._follow(follow_ups[place], done[place]))
            if kept is not None and self._child is not None:
                self._child.printed_in_all = 0
                kept.append(self._child)
                self._child = None
        finally:
            self._drop()
        seconds = time.monotonic() - self._started
        notes, repairs = tuple(dict.fromkeys(self.notes)), tuple(dict.fromkeys(self.repairs))
        return Ran(tuple(done), tuple(followed), tuple(self.load_errors), notes, repairs, seconds)

    def _follow(self, follow_up: FollowUp, done: BatchRun) -> dict[int, Run]:
        """Return the runs of a follow-up, up to the one that ended the child."""
        found: dict[int, Run] = {}
        if (places := follow_up.places(done)) and self._spent() is None:
            self._ask(follow_up.batch, places, found)
            self._stdout = ""  # belongs to no question of an exercise
        return found

    def _drop(self) -> None:
        if self._child is not None:
            self._printed += self._child.printed_in_all
            self._child.close()
            self._child = None

    def _left(self) -> float:
        return self._totals.seconds - (time.monotonic() - self._started)

    def _spent(self) -> EndingError | None:
        """Return why nothing more is run, or None."""
        if self._left() <= 0:
            text = f"Your submission used all of its {self._totals.seconds:g} seconds."
            return EndingError(Ended.TIMED_OUT, text)
        printed = self._printed + (self._child.printed_in_all if self._child is not None else 0)
        if printed > self._totals.output_mb << 20:
            text = f"Your submission printed more than {self._totals.output_mb} MB in all and was stopped."
            return EndingError(Ended.TOO_MUCH_OUTPUT, text)
        return None

    def _loaded(self, memory_mb: int) -> Child:
        """Return a child with the submission loaded. Raises EndingError where that cannot be had."""
        if self._memory_mb != memory_mb:
            self._drop()
            self._memory_mb = memory_mb
        if memory_mb in self._unloadable:
            raise self._unloadable[memory_mb]
        while self._child is None:
            self._child = self._fork(memory_mb)
            if not self._read(self._child):
                self._drop()
                continue
            try:
                self._load(self._child)
            except EndingError as ending:
                self._own(ending)
                self._stdout = self._child.printed()
                self._drop()
                if self._definitions_only:
                    self._unloadable[memory_mb] = ending
                    raise
                # What runs at top level must not cost the functions: once more, with the definitions alone.
                self._definitions_only = True
                self.notes.append(f"{ending.detail} Only the definitions in the file were used.")
        return self._child

    def _own(self, ending: EndingError) -> None:
        """Raise KilledError where an ending may be somebody else's doing, and there is another try to tell."""
        if ending.killed and not self._last:
            raise KilledError

    def _read(self, child: Child) -> bool:
        """Have the files read for what is forbidden, once and before anything in them runs.

        Return whether the child still lives. If not, each exercise that forbids something has that for a finding.
        """
        rules = {batch.exercise: batch.rule for batch in self._batches if batch.forbids}
        if self._findings is not None or not rules:
            return True
        self._findings = dict.fromkeys(rules, (UNREAD,))
        limits = replace(self._limits, seconds=self._totals.loading_seconds)
        tag = secrets.randbits(64)
        head = {"do": "read", "seed": 0, "rules": rules, **self._files()}
        request = wire.Encoder().frame(head, tag)
        try:
            (frame,) = Exchange(child, request, 1, limits, limits.seconds * CLOCK_FACTOR).finish()
            said, _ = wire.parse(frame.header, frame.body)
            self._findings = {name: tuple(map(finding_of, said[name])) for name in rules}
        except (EndingError, *UNREADABLE):
            return False
        return True

    def _files(self) -> dict[str, Any]:
        return {
            "sources": [_source(source) for source in self._submission.sources],
            "modules": [_source(source) for source in self._submission.modules],
        }

    def _load(self, child: Child) -> None:
        limits = replace(self._limits, seconds=self._totals.loading_seconds)
        tag = secrets.randbits(64)
        head = {
            "do": "load",
            "seed": 0,
            "definitions_only": self._definitions_only,
            "closed": sorted({name for batch in self._batches for name in batch.closed}),
            **self._files(),
        }
        request = wire.Encoder().frame(head, tag)
        (frame,) = Exchange(child, request, 1, limits, limits.seconds * CLOCK_FACTOR).finish()
        try:
            if frame.tag != tag:
                raise wire.WireError("it does not belong to the question")
            said, _ = wire.parse(frame.header, frame.body)
            found = [(error_of(item), tuple(map(str, item["lost"]))) for item in said["errors"][:50]]
            self.load_errors = list(dict.fromkeys([*self.load_errors, *found]))
            self.notes += [str(note)[:300] for note in said["notes"][:50]]
            self.repairs += [str(note)[:300] for note in said["repairs"][:50]]
        except UNREADABLE:
            text = "What came back from loading your file was not an answer."
            raise EndingError(Ended.BAD_OUTPUT, text) from None
        self._stdout = child.printed()

    def _batch(self, batch: Batch) -> BatchRun:
        """Return the runs of one batch. A call that ends the child costs the later calls of its function, no other."""
        runs: dict[int, Run] = {}
        printed = ""
        while todo := [place for place in range(len(batch.calls)) if place not in runs]:
            spent = self._spent()
            ending = spent or self._ask(batch, todo, runs)
            printed += self._stdout
            self._stdout = ""
            if ending is not None:
                first = next(place for place in todo if place not in runs)
                lost = Run(ending.ended, detail=advised(ending.ended, ending.detail), asked=False)
                runs[first] = replace(lost, asked=spent is None)
                function = batch.calls[first].function
                runs |= {i: lost for i in todo if i not in runs and batch.calls[i].function == function}
        made = tuple(runs[place] for place in range(len(batch.calls)))
        findings = (self._findings or {}).get(batch.exercise, ()) if batch.forbids else ()
        return BatchRun(made, printed[: 2 * KEPT_OUTPUT], findings)

    def _ask(self, batch: Batch, places: Sequence[int], runs: dict[int, Run]) -> EndingError | None:
        """Put the answers of a batch into `runs`; return why not all came, or None."""
        exchange: Exchange | None = None
        ending: EndingError | None = None
        try:
            child = self._loaded(batch.limits.memory_mb)
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


def _source(source: Source) -> dict[str, Any]:
    return {"name": source.name, "cells": list(source.cells)}
