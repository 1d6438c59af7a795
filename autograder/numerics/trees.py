"""Trusted. Makes syntax trees, one at a time."""

from __future__ import annotations

import ast
import threading

_ONE_AT_A_TIME = threading.Lock()


def parse(text: str, filename: str = "<unknown>") -> ast.Module:
    """Return what `ast.parse` returns, also where several threads ask.

    Before 3.11.8 and 3.12.2 Python kept one count of the depth for all trees in the making: where the threads changed
    in between, a sound text ended in a SystemError.
    """
    with _ONE_AT_A_TIME:
        return ast.parse(text, filename)
