"""Having torch differentiate where that is forbidden: see also the corpus (`autograder audit --only policy`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_a_child_works_for_one_student(arena: Arena) -> None:
    """So that what is forbidden in a call is forbidden in all threads of its process."""
    code = "from autograder.sandbox import drivers\nprint(drivers._alone)\n"
    report = arena.attack(code, arena.square, arena.cube)
    assert report.score == 3.0
    assert report.exercises[0].stdout == "True\n"
