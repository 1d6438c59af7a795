"""Syntax trees from several threads."""

from __future__ import annotations

import ast
import gc
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from autograder.numerics.trees import parse

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def changing_threads() -> Iterator[None]:
    """Let the threads change whenever garbage is collected, which is often in the midst of a tree."""

    def rest(_phase: str, _info: dict[str, int]) -> None:
        time.sleep(0.0001)

    thresholds = gc.get_threshold()
    gc.callbacks.append(rest)
    gc.set_threshold(50)
    yield
    gc.set_threshold(*thresholds)
    gc.callbacks.remove(rest)


@pytest.mark.usefixtures("changing_threads")
def test_threads_do_not_spoil_each_others_trees() -> None:
    """The same texts give the same trees, however many threads ask."""
    texts = [f"x = [{', '.join(['(1 + 2) * y'] * count)}]" for count in range(10, 50)]
    with ThreadPoolExecutor(4) as pool:
        trees = list(pool.map(parse, texts))
    assert list(map(ast.unparse, trees)) == texts


def test_an_error_names_the_file() -> None:
    """And the next text is parsed as if nothing had happened."""
    with pytest.raises(SyntaxError) as caught:
        parse("x = (", "solution.py")
    assert caught.value.filename == "solution.py"
    assert ast.unparse(parse("x = 1")) == "x = 1"
