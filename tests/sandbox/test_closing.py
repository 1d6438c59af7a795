"""What is closed while the questions of an exercise are asked, and what is open all the same."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from autograder.sandbox.closing import AUTOGRAD, CLOSED, ForbiddenError, closed, install
from autograder.sandbox.drivers import by_hand

FILE = "work.py"


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A library with a function that another of its functions uses, a class, and a package in it."""
    made, inner = ModuleType("library"), ModuleType("library.inner")
    exec(  # noqa: S102 - a library of our own
        compile(
            "def half(x):\n    return x / 2\ndef quarter(x):\n    return half(half(x))\nclass Kind: pass\n",
            "library.py",
            "exec",
        ),
        made.__dict__,
    )
    vars(inner)["third"] = lambda x: x / 3
    vars(made)["inner"] = inner
    monkeypatch.setitem(sys.modules, "library", made)
    return made


def student(text: str, **names: Any) -> Any:
    """Return what a student's expression comes to."""
    return eval(compile(text, FILE, "eval"), names)  # noqa: S307 - the test's own


def test_a_function_is_closed_within_the_block(library: ModuleType) -> None:
    """To the student's code; before and after, and for the library itself, it is what it was."""
    install(["library.half", "library.inner.third"], {FILE})
    assert student("library.half(3)", library=library) == 1.5
    with closed(["library.half", "library.inner.third"]):
        with pytest.raises(ForbiddenError, match=r"^library\.half was called, which this exercise forbids$"):
            student("library.half(3)", library=library)
        with pytest.raises(ForbiddenError, match=r"^library\.inner\.third was called"):
            student("list(map(library.inner.third, [3]))", library=library)
        assert student("library.quarter(4)", library=library) == 1.0
        assert library.half(3) == 1.5
    assert student("library.half(3)", library=library) == 1.5


def test_a_function_is_closed_in_all_threads(library: ModuleType) -> None:
    """A thread of the student's knows nothing of the block that it was started in."""
    install(["library.half"], {FILE})
    with closed(["library.half"]), ThreadPoolExecutor(1) as pool:
        asked = pool.submit(student, "library.half(3)", library=library)
        with pytest.raises(ForbiddenError, match=r"^library\.half was called"):
            asked.result()


def test_what_is_installed_is_not_closed_by_that(library: ModuleType) -> None:
    """Another exercise of the sheet may use it."""
    install(["library.half"], {FILE})
    with closed(["library.quarter"]):
        assert student("library.half(3)", library=library) == 1.5
    assert library.half.__name__ == "half"


def test_what_is_no_function_is_left_alone(library: ModuleType) -> None:
    """Packages, classes, arrays' operations, attributes of anything, and what does not exist."""
    before = dict(vars(library))
    install(
        ["library", "library.inner", "library.Kind", "library.no.such", "nothing.at.all", ".backward"], {FILE}
    )
    assert vars(library) == before
    add = np.add
    install(["numpy.add"], {FILE})
    assert np.add is add


def test_torchs_derivatives_are_closed_with_their_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """As by hand, without a second way to do it."""
    torch = Mock(wraps=by_hand)
    monkeypatch.setattr("autograder.sandbox.closing.by_hand", torch)
    with closed(["numpy.gradient"]):
        assert torch.call_count == 0
    with closed([AUTOGRAD]):
        assert torch.call_count == 1


def test_the_names_of_the_exceptions_are_known() -> None:
    """By them the grader knows why a call ended."""
    assert set(CLOSED) == {"ByHandError", "ForbiddenError"}
