"""Trusted. The other end of the sandbox: starts the zygote, asks it for children, asks them, and ends them.

    with Sandbox("numpy", Isolation.LANDLOCK) as sandbox:
        ran = sandbox.run(submission, batches, limits)

Nothing that comes out of a child is believed beyond being an output: frames are checked, clocks and processor time
are read here, and a child that breaks the protocol, floods or outstays its limits is killed by its pidfd.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import secrets
import select
import signal
import socket
import struct
import subprocess
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from autograder.model import Ended, Error, Query, Run
from autograder.sandbox import levels, wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.authoring import Limits
    from autograder.model import Isolation, Source, Submission

KEPT_OUTPUT = 16 << 10
LOAD_SECONDS = 5.0
CLOCK_FACTOR = 5
"""A run may take this many times its processor time on the clock: a busy machine must not fail anybody."""
SUBMISSION_SECONDS = 60.0
START_SECONDS = 120.0
_CREDENTIALS = struct.Struct("3i")
_PR_SET_DUMPABLE = 4


class SandboxError(Exception):
    """The sandbox cannot be had on this machine, or broke. Our fault; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make."""

    function: str
    args: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """The calls of one exercise, encoded once for a whole class."""

    name: str
    calls: tuple[Call, ...]
    limits: Limits
    seed: int
    ids: tuple[str, ...]
    frame: bytes

    @classmethod
    def encode(cls, name: str, calls: Sequence[Call], limits: Limits, seed: int) -> Batch:
        """Return the batch with its request frame. Raises WireError where the arguments are too large."""
        # An id that cannot be guessed: an answer written before its question was read is not one.
        ids = tuple(secrets.token_hex(8) for _ in calls)
        encoder = wire.Encoder()
        asked = [
            {"id": key, "function": call.function, "args": [encoder.tree(arg) for arg in call.args]}
            for key, call in zip(ids, calls, strict=True)
        ]
        frame = encoder.frame({"do": "ask", "seed": seed, "calls": asked})
        return cls(name, tuple(calls), limits, seed, ids, frame)

    def only(self, positions: Sequence[int]) -> Batch:
        """Return a batch of some of the calls."""
        return Batch.encode(self.name, [self.calls[i] for i in positions], self.limits, self.seed)


@dataclass(frozen=True, slots=True)
class BatchRun:
    """What the calls of one exercise came to, with what was printed meanwhile."""

    runs: tuple[Run, ...]
    stdout: str = ""


@dataclass(frozen=True, slots=True)
class Ran:
    """What one submission came to."""

    batches: tuple[BatchRun, ...]
    load_errors: tuple[tuple[Error, tuple[str, ...]], ...] = ()
    """Errors while the files were run, each with the functions that were lost by it."""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(slots=True)
class _Ending(Exception):
    """A child that can answer no more."""

    ended: Ended
    detail: str


class _ZygoteLostError(Exception):
    """The fork server is gone: our fault, to be tried again with a new one."""


@dataclass(slots=True)
class Child:
    """One live child process and its pipes."""

    pidfd: int
    pid: int
    requests: int
    answers: int
    output: int
    status: socket.socket
    _pending: bytearray = field(default_factory=bytearray)
    _printed: int = 0
    _kept: bytearray = field(default_factory=bytearray)

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def close(self) -> None:
        """Kill and release everything."""
        self.kill()
        for fd in (self.pidfd, self.requests, self.answers, self.output):
            os.close(fd)
        self.status.close()

    def cpu(self) -> float:
        """Return the processor seconds used so far, read from the process's own clock by the kernel."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0

    def ask(self, request: bytes, count: int, limits: Limits, clock: float) -> list[tuple[Any, list[Any]]]:
        """Send a request and return its `count` answers.

        Raises _Ending (with the answers so far in `partial`) where the child cannot give them all.
        """
        exchange = _Exchange(self, request, count, limits, clock)
        return exchange.finish()

    def printed(self) -> str:
        """Return what was printed since the last call, cut to what is kept."""
        text = self._kept.decode("utf-8", "replace")
        if self._printed > len(self._kept):
            text += f"\n[... {self._printed - len(self._kept)} more bytes were printed]"
        self._kept.clear()
        self._printed = 0
        return text

    def take_output(self, limit: int) -> None:
        """Read what has been printed. Raises _Ending beyond `limit` bytes."""
        while True:
            try:
                data = os.read(self.output, 1 << 16)
            except BlockingIOError:
                return
            if not data:
                return
            self._printed += len(data)
            self._kept += data[: max(0, KEPT_OUTPUT - len(self._kept))]
            if self._printed > limit:
                raise _Ending(Ended.DIED, f"Your code printed more than {limit >> 20} MB and was stopped.")

    def take_frames(self) -> list[tuple[Any, list[Any]]]:
        """Return the complete frames that have arrived. Raises _Ending at the end or for a broken frame."""
        try:
            data = os.read(self.answers, 1 << 20)
        except BlockingIOError:
            return []
        if not data:
            raise self._ended()
        self._pending += data
        frames = []
        try:
            while len(self._pending) >= wire.PREFIX.size:
                header, body = wire.lengths(bytes(self._pending[: wire.PREFIX.size]))
                end = wire.PREFIX.size + header + body
                if len(self._pending) < end:
                    break
                middle = wire.PREFIX.size + header
                frames.append(
                    wire.parse(
                        bytes(self._pending[wire.PREFIX.size : middle]), bytes(self._pending[middle:end])
                    )
                )
                del self._pending[:end]
        except wire.WireError as error:
            raise _Ending(Ended.BAD_OUTPUT, f"What came back was not an answer: {error}.") from None
        return frames

    def _ended(self) -> _Ending:
        """Return how the process ended, as the zygote reports it."""
        self.status.settimeout(2.0)
        try:
            said = json.loads(self.status.recv(4096) or b"null")
        except (OSError, ValueError):
            said = None
        if said is None:
            raise _ZygoteLostError
        return _Ending(Ended.DIED, _died(said["status"]))


def _died(status: int) -> str:
    if status >= 0:
        return "Your code ended the Python process (exit or os._exit)."
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    why = {"SIGSEGV": " (a crash)", "SIGABRT": " (abort)", "SIGSYS": " (a forbidden system call)"}.get(
        name, ""
    )
    return f"The Python process was ended by {name}{why}."


class _Exchange:
    """One request and its answers, under limits."""

    def __init__(self, child: Child, request: bytes, count: int, limits: Limits, clock: float) -> None:
        self.child, self.count, self.limits = child, count, limits
        self._out = memoryview(request)
        self.frames: list[tuple[Any, list[Any]]] = []
        self._cpu = limits.seconds
        self._wall = min(limits.seconds * CLOCK_FACTOR, clock)

    def finish(self) -> list[tuple[Any, list[Any]]]:
        """Return the answers; on an _Ending the answers so far stay in `frames`."""
        child = self.child
        poller = select.poll()
        poller.register(child.answers, select.POLLIN)
        poller.register(child.output, select.POLLIN)
        poller.register(child.requests, select.POLLOUT)
        started, cpu = time.monotonic(), child.cpu()
        check = min(self._cpu, self._wall)
        while len(self.frames) < self.count:
            left = check - (time.monotonic() - started)
            if left <= 0:
                check = self._next_check(time.monotonic() - started, child.cpu() - cpu)
                continue
            for fd, event in poller.poll(left * 1000 + 1):
                if fd == child.requests:
                    self._send(poller)
                elif fd == child.output:
                    child.take_output(self.limits.output_mb << 20)
                    if event == select.POLLHUP:
                        poller.unregister(fd)
                else:
                    self.frames += child.take_frames()
        child.take_output(self.limits.output_mb << 20)
        if len(self.frames) > self.count:
            raise _Ending(Ended.BAD_OUTPUT, "More answers came back than questions were asked.")
        return self.frames

    def _next_check(self, wall: float, cpu: float) -> float:
        """Return when to look at the clocks again. Raises _Ending where the limit is reached."""
        if cpu >= self._cpu or wall >= self._wall:
            raise _Ending(Ended.TIMED_OUT, f"Your code was stopped after {self.limits.seconds:g} seconds.")
        return min(wall + max(self._cpu - cpu, 0.02), self._wall)

    def _send(self, poller: select.poll) -> None:
        try:
            sent = os.write(self.child.requests, self._out[: 1 << 16])
        except BlockingIOError:
            return
        except BrokenPipeError:
            sent = len(self._out)  # the child is going: the end of its answers will say how
        self._out = self._out[sent:]
        if not self._out:
            poller.unregister(self.child.requests)


class Zygote:
    """The fork server process and its control socket."""

    def __init__(self, profile: str, isolation: Isolation) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                self.process = subprocess.Popen(
                    levels.command(profile, isolation, theirs.fileno()),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    env=levels.ENVIRONMENT,
                    pass_fds=(theirs.fileno(),),
                    cwd="/",
                    start_new_session=True,
                )
            self._control = ours
            ours.settimeout(START_SECONDS)
            seen: Any = json.loads(ours.recv(1 << 16) or b"null")
        except (OSError, ValueError) as error:
            ours.close()
            raise SandboxError(f"The sandbox could not be started: {error}.") from None
        if seen is None:
            said = (
                self.process.stderr.read().decode("utf-8", "replace").strip() if self.process.stderr else ""
            )
            ours.close()
            self.process.wait()
            raise SandboxError(f"The sandbox could not be started: {said or 'it ended at once'}.")
        self.layers: dict[str, bool] = {
            **seen["layers"],
            levels.OWN_PROCESSES: seen["parent"] != os.getpid(),
            levels.OWN_FILES: not seen["outside"],
        }

    def fork(self, memory: int, cpu: int) -> Child:
        """Return a new child. Raises _ZygoteLostError where the fork server no longer answers."""
        requests_r, requests_w = os.pipe()
        answers_r, answers_w = os.pipe()
        output_r, output_w = os.pipe()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        ours.settimeout(30.0)
        with theirs:
            given = (requests_r, answers_w, output_w)
            try:
                limits = json.dumps({"memory": memory, "cpu": cpu}).encode()
                socket.send_fds(self._control, [limits], [*given, theirs.fileno()])
            except OSError:
                for fd in (requests_w, answers_r, output_r):
                    os.close(fd)
                ours.close()
                raise _ZygoteLostError from None
            finally:
                for fd in given:
                    os.close(fd)
        for fd in (requests_w, answers_r, output_r):
            os.set_blocking(fd, False)
        try:
            pidfd, pid = _introduced(ours)
        except (_ZygoteLostError, OSError):
            for fd in (requests_w, answers_r, output_r):
                os.close(fd)
            ours.close()
            raise _ZygoteLostError from None
        return Child(pidfd, pid, requests_w, answers_r, output_r, ours)

    def alive(self) -> bool:
        """Return whether the process still runs."""
        return self.process.poll() is None

    def close(self) -> None:
        """End the fork server; its children end with it."""
        self._control.close()
        try:
            self.process.wait(5.0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()


def _introduced(status: socket.socket) -> tuple[int, int]:
    """Return the new child's pidfd (from the zygote) and its process id (from the kernel's credentials)."""
    pidfd = pid = -1
    while pidfd < 0 or pid < 0:
        data, ancillary, _, _ = status.recvmsg(64, 256, socket.MSG_CMSG_CLOEXEC)
        if not data:
            if pidfd >= 0:
                os.close(pidfd)
            raise _ZygoteLostError
        for level, kind, payload in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                pidfd = int.from_bytes(payload[:4], "little", signed=True)
            elif level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS and data == b"ready":
                pid = _CREDENTIALS.unpack(payload[:12])[0]
    return pidfd, pid


class Sandbox:
    """A confined place to run submissions of one profile in, at one level of isolation."""

    def __init__(self, profile: str, isolation: Isolation) -> None:
        self.profile, self.isolation = profile, isolation
        # Another process of this user must not read the answers out of this one's memory.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        self._lock = threading.Lock()
        self._zygote = Zygote(profile, isolation)

    @property
    def layers(self) -> dict[str, bool]:
        """The layers that the zygote is in."""
        return self._zygote.layers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zygote.close()

    def _fork(self, limits: Limits) -> Child:
        with self._lock:
            if not self._zygote.alive():
                self._zygote.close()
                self._zygote = Zygote(self.profile, self.isolation)
            zygote = self._zygote
            return zygote.fork(limits.memory_mb << 20, int(SUBMISSION_SECONDS) + 5)

    def run(self, submission: Submission, batches: Sequence[Batch], limits: Limits) -> Ran:
        """Run every batch on a submission. A lost zygote is replaced and the submission run once more.

        limits: for loading the files. What cannot be run at all ends as `Ended.FAULT`.
        """
        for _ in range(2):
            try:
                return _Session(self._fork, submission, limits).run(batches)
            except (_ZygoteLostError, SandboxError, OSError):
                continue
        fault = Run(
            Ended.FAULT, detail="The sandbox broke while this was graded. This is our error, not yours."
        )
        return Ran(tuple(BatchRun((fault,) * len(batch.calls)) for batch in batches))


class _Session:
    """One submission's way through the sandbox: a child, and a new one after each that died."""

    def __init__(self, fork: Any, submission: Submission, limits: Limits) -> None:
        self._fork, self._submission, self._limits = fork, submission, limits
        self._child: Child | None = None
        self._definitions_only = False
        self._stdout = ""
        self.load_errors: list[tuple[Error, tuple[str, ...]]] = []
        self.notes: list[str] = []
        self._started = time.monotonic()
        self._unloadable: _Ending | None = None

    def run(self, batches: Sequence[Batch]) -> Ran:
        """Return what every batch came to."""
        try:
            done = tuple(self._batch(batch) for batch in batches)
        finally:
            self._drop()
        seconds = time.monotonic() - self._started
        return Ran(done, tuple(self.load_errors), tuple(dict.fromkeys(self.notes)), seconds)

    def _drop(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def _left(self) -> float:
        return SUBMISSION_SECONDS - (time.monotonic() - self._started)

    def _loaded(self) -> Child:
        """Return a child with the submission loaded. Raises _Ending where that cannot be had."""
        if self._unloadable is not None:
            raise self._unloadable
        while self._child is None:
            self._child = self._fork(self._limits)
            try:
                self._load(self._child)
            except _Ending as ending:
                self._stdout = self._child.printed()
                self._drop()
                if self._definitions_only:
                    self._unloadable = ending
                    raise
                # What runs at top level must not cost the functions: once more, with the definitions alone.
                self._definitions_only = True
                self.notes.append(f"{ending.detail} Only the definitions in the file were used.")
        return self._child

    def _load(self, child: Child) -> None:
        limits = replace(self._limits, seconds=LOAD_SECONDS)
        key = secrets.token_hex(8)
        request = {
            "do": "load",
            "id": key,
            "seed": 0,
            "definitions_only": self._definitions_only,
            "sources": [_source(source) for source in self._submission.sources],
            "modules": [_source(source) for source in self._submission.modules],
        }
        ((head, _),) = child.ask(wire.Encoder().frame(request), 1, limits, limits.seconds * CLOCK_FACTOR)
        try:
            if head["id"] != key:
                raise KeyError("id")
            self.load_errors = [(_error(item), tuple(map(str, item["lost"]))) for item in head["errors"][:50]]
            self.notes += [str(note)[:300] for note in head["notes"][:50]]
        except (KeyError, TypeError, AttributeError):
            raise _Ending(
                Ended.BAD_OUTPUT, "What came back from loading your file was not an answer."
            ) from None
        self._stdout = child.printed()

    def _batch(self, batch: Batch) -> BatchRun:
        """Return the runs of one batch. A call that ends the child costs the calls of its function, no other."""
        runs: dict[int, Run] = {}
        printed = ""
        while todo := [i for i in range(len(batch.calls)) if i not in runs]:
            part = batch if len(todo) == len(batch.calls) else batch.only(todo)
            ending = self._ask(part, todo, runs)
            printed += self._stdout
            self._stdout = ""
            if ending is not None:
                first = next(i for i in todo if i not in runs)
                lost = Run(ending.ended, detail=ending.detail)
                function = batch.calls[first].function
                runs |= {i: lost for i in todo if i not in runs and batch.calls[i].function == function}
        return BatchRun(tuple(runs[i] for i in range(len(batch.calls))), printed[: 2 * KEPT_OUTPUT])

    def _ask(self, batch: Batch, positions: Sequence[int], runs: dict[int, Run]) -> _Ending | None:
        """Put the answers of a batch into `runs`; return why not all came, or None."""
        if self._left() <= 0:
            return _Ending(
                Ended.TIMED_OUT, f"Your submission used all of its {SUBMISSION_SECONDS:g} seconds."
            )
        exchange: _Exchange | None = None
        ending: _Ending | None = None
        try:
            child = self._loaded()
            exchange = _Exchange(child, batch.frame, len(batch.calls), batch.limits, self._left())
            exchange.finish()
        except _Ending as reason:
            ending = reason
        try:
            for frame, place, key in zip(
                exchange.frames if exchange else (), positions, batch.ids, strict=False
            ):
                runs[place] = _run(frame, key)
        except wire.WireError as error:
            ending = _Ending(Ended.BAD_OUTPUT, f"What came back was not an answer: {error}.")
        if self._child is not None:
            self._stdout += self._child.printed()
        if ending is not None:
            self._drop()
        return ending


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


def _run(frame: tuple[Any, list[Any]], key: str) -> Run:
    """Return what one answer says. Raises WireError where it is not an answer to the question with this id."""
    head, arrays = frame
    try:
        if head["id"] != key:
            raise wire.WireError("it does not belong to the question")
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
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise wire.WireError(str(error) if isinstance(error, wire.WireError) else "it lacks a part") from None


def _queries(head: Any, arrays: list[Any]) -> tuple[Query, ...]:
    return tuple(
        Query(str(part), tuple(wire.value(arg, arrays) for arg in args), wire.value(found, arrays))
        for part, args, found in head.get("queries", [])
    )
