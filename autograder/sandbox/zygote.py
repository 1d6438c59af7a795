"""Runs inside the sandbox. Holds inputs, never answers. The fork server: loads the libraries once, forks per submission.

It is started by exec, never forked from the grader, whose memory holds the answers. It confines itself before the
first fork, so that every child is born inside. It never reads a submission: nothing of one student is left in its
memory for the next.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
from typing import Any, NoReturn

from autograder.sandbox import confine, worker

REQUESTS, ANSWERS = 3, 4
"""File descriptors of a child's two pipes."""


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
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        # A fork copies one thread only: locks held by the others stay locked for ever in the child.
        raise SystemExit(f"the zygote runs {threads} threads; it needs OMP_NUM_THREADS=1 from the start")
    confine.collapse_memory()
    options["address space"] = confine.address_space()
    options["zygote"] = os.getpid()
    layers = confine.drop_privileges(options["readable"])
    layers["files"] = options["landlock"] and confine.restrict_files(options["readable"])
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
    children: dict[int, socket.socket] = {}
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    poller = select.poll()
    poller.register(control, select.POLLIN)
    poller.register(wake, select.POLLIN)
    while True:
        ready = [fd for fd, _ in poller.poll()]
        if wake in ready:
            os.read(wake, 4096)
        _reap(children)
        if control.fileno() in ready:
            message, fds, _, _ = socket.recv_fds(control, 4096, 4)
            if not message:
                break
            _fork(json.loads(message), fds, children, options)
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _reap(children: dict[int, socket.socket]) -> None:
    """Tell the trusted side how every ended child ended."""
    while children:
        try:
            pid, status, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        said = {"status": os.waitstatus_to_exitcode(status), "cpu": used.ru_utime + used.ru_stime}
        with children.pop(pid) as channel:
            try:
                channel.send(json.dumps(said).encode())
            except OSError:
                pass  # the trusted side no longer listens


def _fork(
    limits: dict[str, Any], fds: list[int], children: dict[int, socket.socket], options: dict[str, Any]
) -> None:
    requests, answers, output, status = fds
    channel = socket.socket(fileno=status)
    pid = os.fork()
    if pid == 0:
        _child(limits, requests, answers, output, channel, options)
    children[pid] = channel
    handle = os.pidfd_open(pid)
    try:
        socket.send_fds(channel, [b"forked"], [handle])
    except OSError:
        os.kill(pid, signal.SIGKILL)  # the trusted side has gone
    for fd in (requests, answers, output, handle):
        os.close(fd)


def _child(
    limits: dict[str, Any],
    requests: int,
    answers: int,
    output: int,
    channel: socket.socket,
    options: dict[str, Any],
) -> NoReturn:
    """Become the process of one submission: own session, own limits, no way out; then answer calls."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        channel.send(b"ready")  # carries this process's id, as the trusted side's kernel knows it
        _descriptors(requests, answers, output)
        layers = confine.isolate_child(options["zygote"])
        layers |= confine.limit(limits["memory"], limits["cpu"], base=options["address space"])
        layers["system calls"] = confine.filter_syscalls()
        worker.serve(REQUESTS, ANSWERS, layers)
    finally:
        os._exit(0)


def _descriptors(requests: int, answers: int, output: int) -> None:
    """Leave a child with nothing open but its pipes."""
    null = os.open(os.devnull, os.O_RDONLY)
    low = [os.dup(fd) for fd in (null, output, requests, answers)]
    # Copies above 100 first, so that none of the targets is overwritten before it is read.
    import fcntl

    high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 100) for fd in low]
    for target, fd in zip((0, 1, REQUESTS, ANSWERS), high, strict=True):
        os.dup2(fd, target)
    os.dup2(1, 2)
    os.closerange(
        ANSWERS + 1, 65536 if os.sysconf("SC_OPEN_MAX") < 0 else min(os.sysconf("SC_OPEN_MAX"), 65536)
    )
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
