"""Runs inside the sandbox. Holds inputs, never answers. The fork server: loads the libraries once, forks per submission.

It is started by exec, never forked from the grader, whose memory holds the answers. It confines itself before the
first fork, so that every child is born inside. It never reads a submission: nothing of one student is left in its
memory for the next.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import os
import select
import socket
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

from autograder.sandbox import confine, drivers, worker

CHANNELS = (3, 4, 5)
"""File descriptors of a child's requests, answers and bell."""
MAX_THREADS = 1024


def main(options: dict[str, Any]) -> None:
    """Warm up, confine, report the layers, then fork a child for every request until the control socket closes.

    options: `control` (the socket's descriptor), `profile`, `packages` (the folder to import numpy from),
    `readable` (paths), `landlock` (bool), `outside` (a path of the grader that should not exist here).
    """
    control = socket.socket(fileno=options["control"])
    _warm_up(options["profile"])
    if options["profile"] == "numpy":
        # What was imported stays; nothing more can be: `import torch` finds nothing, as if it were not installed.
        sys.path.remove(options["packages"])
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - pathlib is not needed otherwise
    if threads != 1:
        # A fork copies one thread only: locks held by the others stay locked for ever in the child.
        raise SystemExit(f"the zygote runs {threads} threads; it needs OMP_NUM_THREADS=1 from the start")
    confine.collapse_memory()
    options["address space"] = confine.address_space()
    options["zygote"] = os.getpid()
    layers = confine.drop_privileges(options["readable"])
    layers["files"] = options["landlock"] and confine.restrict_files(options["readable"])
    # Counted for all processes of the user: to be limited where that user is nobody, or has a namespace of its own.
    alone = options["own user namespace"] or os.getuid() == confine.NOBODY
    options["threads"] = MAX_THREADS if alone else None
    _standard_streams()
    gc.collect()
    gc.freeze()
    # Seen from here: inside bubblewrap neither the grader's process nor its files exist.
    seen = {"layers": layers, "parent": os.getppid(), "outside": os.path.exists(options["outside"])}  # noqa: PTH110
    control.send(json.dumps(seen).encode())
    _serve(control, options)


def _warm_up(profile: str) -> None:
    """Import what submissions import, so that no child pays for it."""
    import typing  # noqa: F401

    import numpy as np
    import numpy.fft
    import numpy.linalg
    import numpy.random

    np.random.default_rng(0).normal(size=3) @ np.ones(3)
    np.linalg.solve(np.eye(2), np.ones(2))
    if profile == "torch":
        import torch

        torch.set_num_threads(1)
        # The first optimizer step imports 809 modules: here once, or a second or two in every child.
        for optimizer in (torch.optim.SGD, torch.optim.Adam):
            weight = torch.ones(2, requires_grad=True)
            (weight @ weight).backward()  # type: ignore[no-untyped-call]
            optimizer([weight], lr=0.1).step()


def _serve(control: socket.socket, options: dict[str, Any]) -> None:
    children: dict[int, Born] = {}
    asked: dict[str, worker.Asked] = {}
    poller = select.poll()
    poller.register(control, select.POLLIN)
    while True:
        for fd, _ in poller.poll():
            if fd != control.fileno():
                poller.unregister(fd)
                _report(children.pop(fd))
                continue
            message, fds, _, _ = socket.recv_fds(control, 1 << 16, 5)
            if not message:
                return  # the children end with this process
            order = json.loads(message)
            if "learn" in order:
                with open(fds[0], "rb") as file:  # noqa: PTH123 - a descriptor has no path
                    asked[order["learn"]] = worker.Asked(file.read())
                gc.freeze()
            else:
                born = _fork(order, fds, asked, options)
                children[born.pidfd] = born
                poller.register(born.pidfd, select.POLLIN)


@dataclass(frozen=True, slots=True)
class Born:
    """A child, as the zygote knows it."""

    pid: int
    pidfd: int
    channel: socket.socket
    """Tells the trusted side how it ended."""


def _report(child: Born) -> None:
    """Tell the trusted side how a child ended."""
    _, status = os.waitpid(child.pid, 0)
    os.close(child.pidfd)
    with child.channel, contextlib.suppress(OSError):  # the trusted side may no longer listen
        child.channel.send(json.dumps({"status": os.waitstatus_to_exitcode(status)}).encode())


def _fork(
    order: dict[str, Any], fds: list[int], asked: dict[str, worker.Asked], options: dict[str, Any]
) -> Born:
    *pipes, status = fds
    channel = socket.socket(fileno=status)
    pid = os.fork()
    if pid == 0:
        _child(order, pipes, channel, asked, options)
    pidfd = os.pidfd_open(pid)
    with contextlib.suppress(OSError):  # the trusted side may have gone: so will this process
        socket.send_fds(channel, [b"forked"], [pidfd])
    for fd in pipes:
        os.close(fd)
    return Born(pid, pidfd, channel)


def _child(
    order: dict[str, Any],
    pipes: list[int],
    channel: socket.socket,
    asked: dict[str, worker.Asked],
    options: dict[str, Any],
) -> NoReturn:
    """Become the process of one submission: own session, own limits, no way out; then answer calls."""
    try:
        channel.send(b"ready")  # carries this process's id, as the trusted side's kernel knows it
        _descriptors(pipes)
        confine.isolate_child(options["zygote"])
        confine.limit(
            order["memory"], order["cpu"], base=options["address space"], threads=options["threads"]
        )
        confine.filter_syscalls()
        drivers.work_for_one_student()
        worker.serve(worker.Pipes(*CHANNELS), asked)
    finally:
        os._exit(0)


def _standard_streams() -> None:
    """Open the streams of all children to come; what they lead to is put in place in each child."""
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - they live as long as the process
    # A line at a time: what was printed before a hang is what the student looks for.
    sys.stdout = open(1, "w", 1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115


def _descriptors(pipes: list[int]) -> None:
    """Leave a child with nothing open but its pipes. pipes: requests, answers, bell, output."""
    *channels, output = pipes
    null = os.open(os.devnull, os.O_RDONLY)
    # Copies above 100 first, so that none of the targets is overwritten before it is read.
    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 100) for fd in (null, output, output, *channels)]
    for target, fd in enumerate(high):
        os.dup2(fd, target)
    os.closerange(len(high), 65536)
