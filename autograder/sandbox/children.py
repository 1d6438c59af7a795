"""Trusted. The processes behind the sandbox: starts the zygote, asks it for children, talks to them, and ends them.

Nothing that comes out of a child is believed: its frames are only cut apart here, its clocks are read by the kernel,
and one that breaks the protocol, floods or outstays its limits is killed by its pidfd.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autograder.model import Ended
from autograder.sandbox import levels, wire

if TYPE_CHECKING:
    from autograder.authoring import Limits
    from autograder.model import Isolation

KEPT_OUTPUT = 16 << 10
CLOCK_FACTOR = 5
"""A run may take this many times its processor time on the clock: a busy machine must not fail anybody."""
START_SECONDS = 120.0
FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM)
"""What the machine or somebody on it ends a process with, as when memory runs out. So may the process itself."""
GATHERING = 0.001
"""Seconds for what is printed to gather: a flood comes a line at a time, and each read takes as long as its line."""
MAX_ANSWERS = 2 * wire.MAX_BODY
"""Bytes that may come back from one exercise: they are all held at once, and a child could write for ever."""
_CREDENTIALS = struct.Struct("3i")


class SandboxError(Exception):
    """The sandbox cannot be had on this machine, or broke. Our fault; the message says what to do."""


class SandboxLostError(SandboxError):
    """The sandbox can be had, but something on this machine kills it again and again."""


class ZygoteLostError(Exception):
    """The fork server is gone: our fault, to be tried again with a new one."""


@dataclass(slots=True)
class EndingError(Exception):
    """A child can answer no more."""

    ended: Ended
    detail: str
    killed: bool = False
    """Whether it was ended by a signal that may have come from outside of the sandbox."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a child wrote: still only bytes."""

    tag: int
    header: bytes
    body: bytes


@dataclass(slots=True)
class Child:
    """One live child process and its pipes."""

    pidfd: int
    pid: int
    requests: int
    answers: int
    bell: int
    output: int
    status: socket.socket
    answered: int = 0
    """Bytes of answers to the present request."""
    _pending: bytearray = field(default_factory=bytearray)
    printed_in_all: int = 0
    """Bytes."""
    _printed: int = 0
    _kept: bytearray = field(default_factory=bytearray)

    def close(self) -> None:
        """Kill the process, whatever it is doing, and release everything."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
        for fd in (self.pidfd, self.requests, self.answers, self.bell, self.output):
            os.close(fd)
        self.status.close()

    def cpu(self) -> float:
        """Return the processor seconds used so far, read from the process's own clock by the kernel."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0

    def printed(self) -> str:
        """Return what was printed since the last call, cut to what is kept."""
        text = self._kept.decode("utf-8", "replace")
        if self._printed > len(self._kept):
            text += f"\n[... {self._printed - len(self._kept)} more bytes were printed]"
        self._kept.clear()
        self._printed = 0
        return text

    def take_output(self, limit: int) -> None:
        """Read what has been printed. Raises EndingError beyond `limit` bytes."""
        while True:
            try:
                data = os.read(self.output, 1 << 16)
            except BlockingIOError:
                return
            if not data:
                return
            self._printed += len(data)
            self.printed_in_all += len(data)
            self._kept += data[: max(0, KEPT_OUTPUT - len(self._kept))]
            if self._printed > limit:
                raise EndingError(
                    Ended.TOO_MUCH_OUTPUT, f"Your code printed more than {limit >> 20} MB and was stopped."
                )

    def take_frames(self, into: list[Frame]) -> None:
        """Add the complete frames that have arrived. Raises EndingError after them for one that is none, or too much."""
        with contextlib.suppress(BlockingIOError):
            while self.answered <= MAX_ANSWERS and (data := os.read(self.answers, 1 << 20)):
                self._pending += data
                self.answered += len(data)
        start, prefix = 0, wire.PREFIX.size
        try:
            while len(self._pending) - start >= prefix:
                tag, header, body = wire.announced(bytes(self._pending[start : start + prefix]))
                middle = start + prefix + header
                if len(self._pending) < middle + body:
                    break
                parts = self._pending[start + prefix : middle], self._pending[middle : middle + body]
                into.append(Frame(tag, *map(bytes, parts)))
                start = middle + body
        except wire.WireError as error:
            raise EndingError(Ended.BAD_OUTPUT, f"What came back was not an answer: {error}.") from None
        finally:
            del self._pending[:start]
        if self.answered > MAX_ANSWERS:
            raise EndingError(
                Ended.BAD_OUTPUT, f"Your functions returned more than {MAX_ANSWERS >> 20} MB in all."
            )

    def ended(self) -> EndingError:
        """Return how the process ended, as the zygote reports it. Raises ZygoteLostError where it does not."""
        gone = select.poll()
        gone.register(self.pidfd, select.POLLIN)
        if not gone.poll(2000):  # the pipe closes before the process is gone
            return EndingError(Ended.DIED, "Your code closed the channel that its answers go through.")
        self.status.settimeout(2.0)
        try:
            said = json.loads(self.status.recv(4096) or b"null")
        except (OSError, ValueError):
            said = None
        if said is None:
            raise ZygoteLostError
        status = said["status"]
        return EndingError(Ended.DIED, _died(status), killed=-status in FROM_OUTSIDE)


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


class Exchange:
    """One request and its answers, under limits."""

    def __init__(self, child: Child, request: bytes, count: int, limits: Limits, clock: float) -> None:
        self.child, self.count, self.limits = child, count, limits
        self._out = memoryview(request)
        self.frames: list[Frame] = []
        child.answered = 0
        self._cpu = limits.seconds
        self._wall = min(limits.seconds * CLOCK_FACTOR, clock)

    def finish(self) -> list[Frame]:
        """Return the `count` answers. Raises EndingError where they do not all come; those so far stay in `frames`."""
        child = self.child
        poller = select.poll()
        poller.register(child.bell, select.POLLIN)
        poller.register(child.answers, 0)  # its end only, until the bell says that there is much to read
        poller.register(child.output, select.POLLIN)
        poller.register(child.requests, select.POLLOUT)
        started, cpu = time.monotonic(), child.cpu()
        check = min(self._cpu, self._wall)
        try:
            while len(self.frames) < self.count:
                left = check - (time.monotonic() - started)
                if left <= 0:
                    check = self._next_check(time.monotonic() - started, child.cpu() - cpu)
                    continue
                for fd, event in poller.poll(left * 1000 + 1):
                    self._event(poller, fd, event)
        except EndingError:
            with contextlib.suppress(EndingError):
                child.take_frames(self.frames)  # written before the end
            with contextlib.suppress(EndingError):
                child.take_output(self.limits.output_mb << 20)
            raise
        child.take_output(self.limits.output_mb << 20)
        if len(self.frames) > self.count:
            raise EndingError(Ended.BAD_OUTPUT, "More answers came back than questions were asked.")
        return self.frames

    def _event(self, poller: select.poll, fd: int, event: int) -> None:
        child = self.child
        if fd == child.requests:
            self._send(poller)
        elif fd == child.output:
            time.sleep(GATHERING)
            child.take_output(self.limits.output_mb << 20)
            if event == select.POLLHUP:
                poller.unregister(fd)
        else:
            if fd == child.bell:
                with contextlib.suppress(BlockingIOError):  # a child may find a way to empty it first
                    os.read(child.bell, 1 << 16)
                poller.modify(child.answers, select.POLLIN)
            child.take_frames(self.frames)
            if event & select.POLLHUP and len(self.frames) < self.count:
                raise child.ended()

    def _next_check(self, wall: float, cpu: float) -> float:
        """Return when to look at the clocks again. Raises EndingError where the limit is reached."""
        if cpu >= self._cpu or wall >= self._wall:
            raise EndingError(
                Ended.TIMED_OUT, f"Your code was stopped after {self.limits.seconds:g} seconds."
            )
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
    """The fork server process and its control socket.

    Raises ZygoteLostError where it is killed while it starts, SandboxError where it cannot be started.
    """

    def __init__(self, profile: str, isolation: Isolation) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
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
            except OSError as error:
                self._control.close()
                raise SandboxError(f"The sandbox could not be started: {error}.") from None
        self._taught: set[str] = set()
        self._control.settimeout(START_SECONDS)
        try:
            seen: Any = json.loads(self._control.recv(1 << 16))
        except TimeoutError:
            self.close()
            raise SandboxError(f"The sandbox did not start within {START_SECONDS:g} seconds.") from None
        except (OSError, ValueError):
            stderr = self.process.stderr
            said = stderr.read().decode("utf-8", "replace").strip() if stderr else ""
            self.close()
            # A program within bubblewrap that is ended by a signal is an exit code of bubblewrap, as in a shell.
            if self.process.returncode in {
                *(-end for end in FROM_OUTSIDE),
                *(128 + end for end in FROM_OUTSIDE),
            }:
                raise ZygoteLostError from None
            raise SandboxError(f"The sandbox could not be started: {said or 'it ended at once'}.") from None
        self.layers: dict[str, bool] = {
            **seen["layers"],
            levels.OWN_PROCESSES: seen["parent"] != os.getpid(),
            levels.OWN_FILES: not seen["outside"],
        }

    def teach(self, name: str, frame: bytes) -> None:
        """Give the questions of an exercise to all children to come. Raises ZygoteLostError.

        They are inputs, and are read once here instead of once in every child.
        """
        if name in self._taught:
            return
        memory = os.memfd_create("questions", os.MFD_CLOEXEC)
        try:
            with open(memory, "wb", closefd=False) as file:
                file.write(frame)
            os.lseek(memory, 0, os.SEEK_SET)
            socket.send_fds(self._control, [json.dumps({"learn": name}).encode()], [memory])
        except OSError:
            raise ZygoteLostError from None
        finally:
            os.close(memory)
        self._taught.add(name)

    def fork(self, memory: int, cpu: int) -> Child:
        """Return a new child, which can answer for all that was taught. Raises ZygoteLostError."""
        with contextlib.ExitStack() as opened, contextlib.ExitStack() as theirs:
            # The bell is a pipe as well: the two sides of an eventfd share its flags, so a child could make reading it
            # wait for ever.
            requests, answers, bell, output = os.pipe(), os.pipe(), os.pipe(), os.pipe()
            ours, status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            theirs.callback(status.close)
            for fd in (requests[0], answers[1], bell[1], output[1]):
                theirs.callback(os.close, fd)
            opened.callback(ours.close)
            for fd in (requests[1], answers[0], bell[0], output[0]):
                opened.callback(os.close, fd)
                os.set_blocking(fd, False)
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            ours.settimeout(30.0)
            asked = json.dumps({"memory": memory, "cpu": cpu}).encode()
            given = [requests[0], answers[1], bell[1], output[1], status.fileno()]
            try:
                socket.send_fds(self._control, [asked], given)
                theirs.close()
                pidfd, pid = _introduced(ours)
            except OSError:
                raise ZygoteLostError from None
            opened.pop_all()
            return Child(pidfd, pid, requests[1], answers[0], bell[0], output[0], ours)

    def alive(self) -> bool:
        """Return whether it still runs. Its end of the socket closes before its children or bubblewrap end."""
        if self.process.poll() is not None:
            return False
        gone = select.poll()
        gone.register(self._control, 0)
        return not gone.poll(0)

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
    """Return the new child's pidfd (from the zygote) and its process id (from the kernel's credentials).

    Raises ZygoteLostError where it never comes.
    """
    pidfd = pid = -1
    while pidfd < 0 or pid < 0:
        data, ancillary, _, _ = status.recvmsg(64, 256, socket.MSG_CMSG_CLOEXEC)
        if not data:
            if pidfd >= 0:
                os.close(pidfd)
            raise ZygoteLostError
        for level, kind, payload in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                pidfd = int.from_bytes(payload[:4], "little", signed=True)
            elif level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS and data == b"ready":
                pid = _CREDENTIALS.unpack(payload[:12])[0]
    return pidfd, pid
