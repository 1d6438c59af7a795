"""The pieces below the host: cutting frames apart, keeping output, clocks, and the fork server's own process."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.authoring import Limits
from autograder.model import Ended, Isolation
from autograder.sandbox import children, levels, wire
from autograder.sandbox.children import (
    Child,
    EndingError,
    Exchange,
    Frame,
    SandboxError,
    Zygote,
    ZygoteLostError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICK = Limits(seconds=0.05, output_mb=1)


class Puppet:
    """A child whose ends the test holds: a process that sleeps, and pipes that it never touches."""

    def __init__(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
        pipes = [os.pipe() for _ in range(4)]
        (self.requests, asks), (hears, self.answers), (listens, self.bell), (prints, self.output) = pipes
        for fd in (asks, hears, listens, prints):
            os.set_blocking(fd, False)
        ours, self.status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        pidfd = os.pidfd_open(self.process.pid)
        self.child = Child(pidfd, self.process.pid, asks, hears, listens, prints, ours)

    def say(self, *frames: bytes, ring: bool = True) -> None:
        """Write answers."""
        os.write(self.answers, b"".join(frames))
        if ring:
            os.write(self.bell, b"!")

    def hang_up(self) -> None:
        """Close the puppet's ends."""
        for fd in (self.requests, self.answers, self.bell, self.output):
            if fd >= 0:
                os.close(fd)
        self.requests = self.answers = self.bell = self.output = -1

    def close(self) -> None:
        """End everything."""
        self.hang_up()
        self.status.close()
        self.child.close()
        self.process.wait(10)


@pytest.fixture
def puppet() -> Iterator[Puppet]:
    """Return a child whose strings the test holds."""
    made = Puppet()
    yield made
    made.close()


def frame(tag: int, text: str = "x") -> bytes:
    """Return a small frame."""
    return wire.Encoder().frame(text, tag)


def exchange(puppet: Puppet, count: int, limits: Limits = QUICK, request: bytes = b"?") -> Exchange:
    """Return an exchange with the puppet."""
    return Exchange(puppet.child, request, count, limits, 60.0)


def ending(puppet: Puppet, count: int = 1, limits: Limits = QUICK) -> tuple[EndingError, list[Frame]]:
    """Return how an exchange ends that does not get its answers, and those that it got."""
    asked = exchange(puppet, count, limits)
    with pytest.raises(EndingError) as caught:
        asked.finish()
    return caught.value, asked.frames


# ---------------------------------------------------------------- frames


def test_frames_are_cut_apart(puppet: Puppet) -> None:
    """Wherever the pieces end that they arrive in."""
    data, found = frame(1, "a") + frame(2, "bb" * 50) + frame(3), list[Frame]()
    for place in range(0, len(data), 7):
        os.write(puppet.answers, data[place : place + 7])
        puppet.child.take_frames(found)
    assert [each.tag for each in found] == [1, 2, 3]
    assert wire.parse(found[1].header, found[1].body) == ("bb" * 50, [])


def test_frames_before_garbage_are_kept(puppet: Puppet) -> None:
    """They were answers, whatever came after them."""
    puppet.say(frame(1), frame(2), bytes(100))
    error, found = ending(puppet, 3)
    assert (error.ended, [each.tag for each in found]) == (Ended.BAD_OUTPUT, [1, 2])


def test_half_a_frame_is_waited_for(puppet: Puppet) -> None:
    """Until the time is up; what came before it is kept."""
    puppet.say(frame(1), frame(2)[:-1])
    error, found = ending(puppet, 2)
    assert (error.ended, [each.tag for each in found]) == (Ended.TIMED_OUT, [1])


def test_reading_ends_although_writing_does_not(puppet: Puppet, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe that never runs dry is left after so many bytes."""
    monkeypatch.setattr(children, "MAX_ANSWERS", 1 << 22)
    done = threading.Event()

    def flood() -> None:
        while not done.is_set():
            os.write(puppet.answers, frame(1) * 2000)

    writer = threading.Thread(target=flood)
    writer.start()
    os.write(puppet.bell, b"!")
    try:
        error, _ = ending(puppet, 1 << 40, Limits(seconds=60.0))
    finally:
        done.set()
        while writer.is_alive():
            if select.select([puppet.child.answers], [], [], 0.01)[0]:
                os.read(puppet.child.answers, 1 << 20)
    assert error == EndingError(Ended.BAD_OUTPUT, "Your functions returned more than 4 MB in all.")


def test_the_count_of_bytes_begins_anew(puppet: Puppet, monkeypatch: pytest.MonkeyPatch) -> None:
    """It bounds one exercise, not a submission."""
    monkeypatch.setattr(children, "MAX_ANSWERS", 2 * len(frame(1)))
    for _ in range(5):
        puppet.say(frame(1))
        assert len(exchange(puppet, 1).finish()) == 1


# ---------------------------------------------------------------- exchanges


def test_answers_are_read_when_the_bell_rings(puppet: Puppet) -> None:
    """Not before it: every time the grader wakes, a processor is taken from a child."""
    puppet.say(frame(1), ring=False)
    asked = exchange(puppet, 1)
    with pytest.raises(EndingError):
        asked.finish()
    assert [each.tag for each in asked.frames] == [1]  # found at the end of the time
    puppet.say(frame(2))
    assert [each.tag for each in exchange(puppet, 1).finish()] == [2]


def test_after_the_first_ring_none_is_needed(puppet: Puppet) -> None:
    """What is larger than a pipe is read as it comes."""
    large = wire.Encoder()
    data = large.frame(large.tree(b"".join([b"x"] * 300_000).decode()), 1) + frame(2, "y" * 60_000) * 5
    writer = threading.Thread(target=os.write, args=(puppet.answers, data))
    os.write(puppet.bell, b"!")
    writer.start()
    assert len(exchange(puppet, 6, Limits(seconds=30.0)).finish()) == 6
    writer.join()


def test_a_request_larger_than_a_pipe_is_sent(puppet: Puppet) -> None:
    """In pieces, as there is room, while answers come."""
    request = os.urandom(500_000)
    got = bytearray()

    def read() -> None:
        while len(got) < len(request):
            got.extend(os.read(puppet.requests, 1 << 16))
        puppet.say(frame(1))

    reader = threading.Thread(target=read)
    reader.start()
    exchange(puppet, 1, Limits(seconds=30.0), request).finish()
    reader.join()
    assert bytes(got) == request


def test_more_answers_than_questions_are_an_error(puppet: Puppet) -> None:
    """Those that were asked for are kept."""
    puppet.say(frame(1), frame(2))
    error, found = ending(puppet, 1)
    assert (error.ended, error.detail) == (
        Ended.BAD_OUTPUT,
        "More answers came back than questions were asked.",
    )
    assert [each.tag for each in found] == [1, 2]


@pytest.mark.parametrize(
    ("status", "name", "killed"),
    [(-9, "SIGKILL", True), (-15, "SIGTERM", True), (-1, "SIGHUP", False), (-14, "SIGALRM", False)],
)
def test_a_process_that_ends_is_told_of_by_the_zygote(
    puppet: Puppet, status: int, name: str, killed: bool
) -> None:
    """Its status says how, and whether somebody else may have done it."""
    puppet.process.kill()
    puppet.status.send(f'{{"status": {status}}}'.encode())
    puppet.hang_up()
    error, _ = ending(puppet)
    assert (error.ended, error.detail, error.killed) == (
        Ended.DIED,
        f"The Python process was ended by {name}.",
        killed,
    )


@pytest.mark.parametrize("said", [b"", b"nonsense"])
def test_a_process_that_nobody_tells_of_is_our_fault(puppet: Puppet, said: bytes) -> None:
    """The zygote has gone, too."""
    puppet.process.kill()
    if said:
        puppet.status.send(said)
    puppet.status.close()
    puppet.hang_up()
    with pytest.raises(ZygoteLostError):
        exchange(puppet, 1).finish()


@pytest.mark.parametrize("which", ["answers", "bell"])
def test_closing_the_channel_is_not_our_fault(puppet: Puppet, which: str) -> None:
    """While the process lives, it was the student's code that has closed it."""
    os.close(getattr(puppet, which))
    setattr(puppet, which, -1)
    error, _ = ending(puppet)
    assert (error.ended, error.detail) == (
        Ended.DIED,
        "Your code closed the channel that its answers go through.",
    )


def test_the_clock_stops_a_process_that_does_nothing(puppet: Puppet) -> None:
    """After five times its processor time."""
    error, _ = ending(puppet, 1)
    assert (error.ended, error.detail) == (Ended.TIMED_OUT, "Your code was stopped after 0.05 seconds.")


def test_a_bell_that_is_empty_after_all_is_no_fault(puppet: Puppet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody may have been faster between looking and reading."""
    asked = exchange(puppet, 1)
    poller = select.poll()
    poller.register(puppet.child.answers, 0)
    asked._event(poller, puppet.child.bell, select.POLLIN)
    assert asked.frames == []


# ---------------------------------------------------------------- output and endings


def test_output_is_told_once(puppet: Puppet) -> None:
    """What was printed since the last time, broken text replaced."""
    os.write(puppet.output, b"a\xff")
    puppet.child.take_output(1000)
    assert [puppet.child.printed(), puppet.child.printed()] == ["a\ufffd", ""]


def test_output_beyond_the_limit_ends_the_run(puppet: Puppet) -> None:
    """The beginning of it is kept."""
    os.write(puppet.output, b"x" * 50_000)
    with pytest.raises(EndingError) as caught:
        puppet.child.take_output(49_999)
    assert caught.value.ended is Ended.TOO_MUCH_OUTPUT
    assert puppet.child.printed() == "x" * children.KEPT_OUTPUT + "\n[... 33616 more bytes were printed]"


def test_output_that_is_closed_is_read_to_its_end(puppet: Puppet) -> None:
    """A student may close it, and answer all the same."""
    os.write(puppet.output, b"last words")
    os.close(puppet.output)
    puppet.output = -1
    timer = threading.Timer(0.05, puppet.say, [frame(1)])
    timer.start()
    assert len(exchange(puppet, 1, Limits(seconds=30.0)).finish()) == 1
    timer.join()
    assert puppet.child.printed() == "last words"


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (0, "Your code ended the Python process (exit or os._exit)."),
        (3, "Your code ended the Python process (exit or os._exit)."),
        (-11, "The Python process was ended by SIGSEGV (a crash)."),
        (-6, "The Python process was ended by SIGABRT (abort)."),
        (-31, "The Python process was ended by SIGSYS (a forbidden system call)."),
        (-9, "The Python process was ended by SIGKILL."),
        (-40, "The Python process was ended by signal 40."),
    ],
)
def test_a_status_is_put_into_words(status: int, text: str) -> None:
    """For the student."""
    assert children._died(status) == text


def test_the_processor_time_is_the_childs(puppet: Puppet) -> None:
    """Read by the kernel; of a process that has gone it is nothing."""
    deadline = time.monotonic() + 30
    while (used := puppet.child.cpu()) == 0 and time.monotonic() < deadline:
        time.sleep(0.01)  # it is being started
    assert 0 < used < 60
    puppet.process.kill()
    puppet.process.wait()
    assert puppet.child.cpu() == 0.0


def test_closing_ends_the_process() -> None:
    """Whatever it is doing; one that has ended already is no error."""
    puppet = Puppet()
    puppet.close()
    assert puppet.process.returncode == -signal.SIGKILL


# ---------------------------------------------------------------- the fork server


def started(monkeypatch: pytest.MonkeyPatch, *command: str) -> Zygote:
    """Start something else in place of the fork server."""
    monkeypatch.setattr(levels, "command", lambda *_: list(command))
    return Zygote("numpy", Isolation.LANDLOCK)


def test_a_program_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours, with the system's reason."""
    with pytest.raises(SandboxError, match=r"could not be started: .*No such file.*/does/not/exist"):
        started(monkeypatch, "/does/not/exist")


def test_a_zygote_that_ends_at_once_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its last words, if it has any."""
    with pytest.raises(SandboxError, match="could not be started: it ended at once"):
        started(monkeypatch, sys.executable, "-c", "")
    with pytest.raises(SandboxError, match=r"could not be started: last words\."):
        started(monkeypatch, sys.executable, "-c", "raise SystemExit('last words')")


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 15)", "os._exit(137)"])
def test_a_zygote_that_is_killed_while_it_starts_is_lost(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    """That says nothing of this machine's sandboxes; bubblewrap tells it by an exit code."""
    with pytest.raises(ZygoteLostError):
        started(monkeypatch, sys.executable, "-c", f"import os; {end}")
    with pytest.raises(SandboxError):
        started(monkeypatch, sys.executable, "-c", "import os; os.kill(os.getpid(), 11)")


def test_a_zygote_that_says_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while; it is not left behind."""
    monkeypatch.setattr(children, "START_SECONDS", 0.2)
    seen: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen.wait

    def wait(process: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        seen.append(process)
        return real(process, None if timeout is None else 0.1)

    monkeypatch.setattr(subprocess.Popen, "wait", wait)
    with pytest.raises(SandboxError, match=r"did not start within 0\.2 seconds"):
        started(monkeypatch, sys.executable, "-c", "import time; time.sleep(100)")
    assert seen[0].returncode == -signal.SIGKILL


def test_a_zygote_with_threads_refuses_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that another thread holds would stay closed for ever in a child."""
    monkeypatch.setitem(levels.ENVIRONMENT, "OPENBLAS_NUM_THREADS", "4")
    monkeypatch.setitem(levels.ENVIRONMENT, "OMP_NUM_THREADS", "4")
    program = levels.BOOTSTRAP.replace(
        "zygote.main",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(9,), daemon=True).start()\nzygote.main",
    )
    monkeypatch.setattr(levels, "BOOTSTRAP", program)
    with pytest.raises(SandboxError, match=r"the zygote runs . threads; it needs OMP_NUM_THREADS=1"):
        Zygote("numpy", Isolation.LANDLOCK)


@pytest.fixture
def zygote() -> Iterator[Zygote]:
    """Return a fork server that a test may break."""
    try:
        made = Zygote("numpy", Isolation.LANDLOCK)
    except SandboxError as error:
        pytest.skip(str(error))
    yield made
    made.close()


def test_a_dead_zygote_is_known_to_be(zygote: Zygote) -> None:
    """At once, and after it was closed."""
    assert zygote.alive()
    zygote.process.kill()
    zygote.process.wait()
    assert not zygote.alive()
    zygote.close()
    assert not zygote.alive()


def test_a_zygote_that_has_closed_its_socket_is_dead(zygote: Zygote) -> None:
    """It ends in that moment, though what it was started by may still be there."""
    zygote._control.shutdown(socket.SHUT_RDWR)
    assert not zygote.alive()


def test_a_dead_zygote_cannot_fork_or_learn(zygote: Zygote) -> None:
    """The host starts another one."""
    zygote.process.kill()
    zygote.process.wait()
    with pytest.raises(ZygoteLostError):
        zygote.teach("name", b"frame")
    with pytest.raises(ZygoteLostError):
        zygote.fork(1 << 30, 5)


def test_a_zygote_that_dies_while_it_forks_is_lost(zygote: Zygote) -> None:
    """It is stopped, asked, and killed before it can answer."""
    zygote.process.send_signal(signal.SIGSTOP)
    killer = threading.Timer(0.1, zygote.process.kill)
    killer.start()
    with pytest.raises(ZygoteLostError):
        zygote.fork(1 << 30, 5)
    killer.join()


def test_a_zygote_is_taught_once(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same questions are not sent for every submission."""
    encoder = wire.Encoder()
    frame_of_none = encoder.frame([])
    zygote.teach("name", frame_of_none)
    monkeypatch.setattr(os, "memfd_create", None)
    zygote.teach("name", frame_of_none)
    assert zygote.alive()


def test_a_child_is_the_process_that_it_says(zygote: Zygote) -> None:
    """Its number comes from the kernel, and is one of the zygote's children."""
    child = zygote.fork(1 << 30, 5)
    parent = int(Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[1])
    child.close()
    assert parent == zygote.process.pid
