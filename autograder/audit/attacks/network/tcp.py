"""Connects to a port of this machine.

needs = ["network"]
"""

import asyncio
import http.client
import urllib.request
import xmlrpc.client

from accomplice import *
import socket


def square(x):
    return x * x


def secret(x):
    attempts({
        "connect": lambda: socket.create_connection(("127.0.0.1", PORT), 1),
        "socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect(("127.0.0.1", PORT)),
        "mapped": lambda: socket.socket(socket.AF_INET6).connect(("::ffff:127.0.0.1", PORT)),
        "http": lambda: http.client.HTTPConnection("127.0.0.1", PORT, timeout=1).connect(),
        "fetch": lambda: urllib.request.urlopen(f"http://127.0.0.1:{PORT}", timeout=1),
        "remote call": lambda: xmlrpc.client.ServerProxy(f"http://127.0.0.1:{PORT}").x(),
        "asyncio": lambda: asyncio.run(asyncio.open_connection("127.0.0.1", PORT)),
        "shell's device": lambda: open(f"/dev/tcp/127.0.0.1/{PORT}"),
    })
