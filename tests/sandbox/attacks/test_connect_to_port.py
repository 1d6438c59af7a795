"""Talking to anybody: a port of this machine, a local socket, the world."""

from __future__ import annotations

import contextlib
import secrets
import socket
from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import Arena


def test_no_listener_hears_anything(arena: Arena, tmp_path: Path) -> None:
    """A port on the loopback, a socket file and an abstract socket, all of them open, see no connection."""
    abstract = f"\0{secrets.token_hex(8)}"
    file = str(tmp_path / "socket")
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as local,
        socket.socket(socket.AF_UNIX) as nameless,
    ):
        udp.bind(("127.0.0.1", 0))
        local.bind(file)
        nameless.bind(abstract)
        for listener in (local, nameless):
            listener.listen()
        for listener in (tcp, udp, local, nameless):
            listener.setblocking(False)
        port, datagrams = tcp.getsockname()[1], udp.getsockname()[1]
        setup = f"""
import asyncio, ctypes, http.client, os, socket, urllib.request
port, datagrams, file, abstract = {port}, {datagrams}, {file!r}, {abstract!r}
libc = ctypes.CDLL(None, use_errno=True)
def called(name, *args):
    if getattr(libc, name)(*args) < 0:
        raise OSError(ctypes.get_errno())
def said(kind, address, how=socket.SOCK_STREAM):
    with socket.socket(kind, how) as mine:
        mine.connect(address)
        mine.send(b"x")
"""
        attempts = {
            "connect": "said(socket.AF_INET, ('127.0.0.1', port))",
            "datagram": "said(socket.AF_INET, ('127.0.0.1', datagrams), socket.SOCK_DGRAM)",
            "six": "said(socket.AF_INET6, ('::1', port))",
            "mapped": "said(socket.AF_INET6, ('::ffff:127.0.0.1', port))",
            "file": "said(socket.AF_UNIX, file)",
            "abstract": "said(socket.AF_UNIX, abstract)",
            "world": "said(socket.AF_INET, ('192.0.2.1', 53), socket.SOCK_DGRAM)",
            "fetch": "urllib.request.urlopen(f'http://127.0.0.1:{port}', timeout=1)",
            "http": "http.client.HTTPConnection('127.0.0.1', port, timeout=1).connect()",
            "asyncio": "asyncio.run(asyncio.open_connection('127.0.0.1', port))",
            "name": "socket.getaddrinfo('example.org', 80)",
            "listen": "socket.create_server(('127.0.0.1', 0))",
            "pair": "socket.socketpair()",
            "libc": "called('socket', 2, 1, 0)",
            "netlink": "called('socket', 16, 3, 0)",
            "packet": "called('socket', 17, 3, 0)",
            "vsock": "called('socket', 40, 1, 0)",
            "io_uring": "called('syscall', 425, 8, 0)",
            "bash's device": "open(f'/dev/tcp/127.0.0.1/{port}')",
        }
        assert arena.possible(attempts, setup) == []
        heard: list[object] = []
        for listener in (tcp, local, nameless):
            try:
                heard.append(listener.accept())
            except BlockingIOError:
                continue
        with contextlib.suppress(BlockingIOError):
            heard.append(udp.recvfrom(10))
        assert heard == []


def test_a_function_that_asks_the_net_is_told_so(arena: Arena) -> None:
    """With the exception that Python has for it."""
    code = "import socket\ndef cube_backward(grad, x):\n    socket.create_connection(('127.0.0.1', 80))\n"
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind == "raised PermissionError"
