"""What is said of an exception that the sandbox is the reason for: what is closed, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.authoring import Limits
from autograder.model import Ended, Error, Isolation, Source, Submission
from autograder.sandbox.canaries import open_sandbox
from autograder.sandbox.children import SandboxError
from autograder.sandbox.host import Batch, Call
from autograder.sandbox.refusals import FILES, INPUT, NO_FILE, PROCESSES, THREADS, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.sandbox.host import Sandbox

LIMITS = Limits(seconds=5.0, memory_mb=256)

TRIED = {
    "open('notes.txt', 'w')": FILES,
    "open('/tmp/notes.txt', 'w')": FILES,
    "np.save('weights.npy', np.ones(3))": FILES,
    "os.mkdir('figures')": FILES,
    "os.remove('/tmp/figures')": FILES,
    "tempfile.TemporaryFile()": FILES,
    "np.load('data.npy')": NO_FILE,
    "open('data.csv')": NO_FILE,
    "os.fork()": PROCESSES,
    "subprocess.run(['ls'])": PROCESSES,
    "multiprocessing.Process(target=print).start()": PROCESSES,
    "multiprocessing.Pool(2)": PROCESSES,
    "socket.socket()": PROCESSES,
    "urllib.request.urlopen('http://localhost')": PROCESSES,
    "[threading.Thread(target=time.sleep, args=(60,)).start() for _ in range(2000)]": THREADS,
    "input('x = ')": INPUT,
}
IMPORTS = "import multiprocessing, os, socket, subprocess, tempfile, threading, time, urllib.request\nimport numpy as np\n"


@pytest.fixture(scope="module", params=[Isolation.LANDLOCK, Isolation.FULL], ids=str)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Return a sandbox at each level that closes these things."""
    try:
        opened, _ = open_sandbox("numpy", request.param)
    except SandboxError as error:
        pytest.skip(str(error))
    with opened:
        yield opened


def test_what_is_closed_is_said(sandbox: Sandbox) -> None:
    """Of files, processes, connections, threads and the keyboard, each with what to do; and the call raised."""
    code = IMPORTS + "".join(f"def f{place}():\n    {body}\n" for place, body in enumerate(TRIED))
    batches = [Batch.encode(f"f{place}", [Call(f"f{place}", ())], LIMITS, 1) for place in range(len(TRIED))]
    ran = sandbox.run(Submission("ada", "x", "x", (Source("x.py", (code,)),)), batches, LIMITS)
    runs = [batch.runs[0] for batch in ran.batches]
    assert {run.ended for run in runs} == {Ended.RAISED}
    assert {body: run.detail for body, run in zip(TRIED, runs, strict=True)} == TRIED


@pytest.mark.parametrize(
    ("bases", "message"),
    [
        (("ValueError",), "[Errno 13] Permission denied: 'x'"),
        (("OSError",), "the disk is full"),
        (("OSError",), "[Errno 22] Invalid argument"),
        (("RuntimeError",), "no root"),
        (("EOFError",), "Ran out of input"),
        (("KeyError",), "can't start new thread"),
    ],
)
def test_nothing_is_said_of_other_exceptions(bases: tuple[str, ...], message: str) -> None:
    """They speak for themselves, whatever words are in them."""
    assert not refused(Error(bases[0], bases, message))


@pytest.mark.parametrize("code", [27, 28, 30])
def test_no_room_is_a_closed_file(code: int) -> None:
    """Whichever way the kernel says it: the file is too large, the disk full, or read-only."""
    assert refused(Error("OSError", ("OSError", "Exception"), f"[Errno {code}] No: 'x'")) == FILES
