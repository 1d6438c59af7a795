"""Listens on a port, for somebody to come in.

needs = ["network"]
"""

import asyncio
import http.server
import socket

from accomplice import *


def square(x):
    return x * x


def secret(x):
    attempts({
        "server": lambda: socket.create_server(("127.0.0.1", 0)),
        "everywhere": lambda: socket.create_server(("", 0)),
        "http": lambda: http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler),
        "asyncio": lambda: asyncio.run(asyncio.start_server(print, "127.0.0.1", 0)),
    })
