"""Trusted. Turns a case's arguments into what author code (references, oracles, judges) is called with."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.sandbox import problems
from autograder.sandbox.wire import Callback, Rng, plain


def live(value: Any) -> Any:
    """Return arguments with every `Callback` as a function and every `Rng` as a generator."""
    if isinstance(value, Callback):
        return problems.build(value.problem, {name: plain(item) for name, item in value.params.items()})[
            value.part
        ]
    if isinstance(value, Rng):
        return np.random.default_rng(value.seed)
    if isinstance(value, list):
        return [live(item) for item in value]
    if isinstance(value, tuple):
        return tuple(live(item) for item in value)
    if isinstance(value, dict):
        return {key: live(item) for key, item in value.items()}
    return value
