"""A merge that was left unfinished is settled by taking one side."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submissions.conflicts import resolved
from autograder.submissions.reading import read

CONFLICT = "a\n<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> main\nb\n"
STUB = "raise NotImplementedError"


@pytest.mark.parametrize(
    ("text", "expected", "conflicts"),
    [
        (CONFLICT, "a\nmine\nb\n", 1),
        (CONFLICT * 2, "a\nmine\nb\n" * 2, 2),
        ("<<<<<<< HEAD\nx\n||||||| base\ny\n=======\nz\n>>>>>>> a\n", "x\n", 1),
        ("<<<<<<< HEAD\n=======\nz\n>>>>>>> a", "", 1),
        (CONFLICT.replace("mine", STUB), "a\ntheirs\nb\n", 1),
        (CONFLICT.replace("theirs", STUB), "a\nmine\nb\n", 1),
        (CONFLICT + CONFLICT.replace("mine", STUB), "a\ntheirs\nb\n" * 2, 2),
    ],
)
def test_one_side_is_taken(text: str, expected: str, conflicts: int) -> None:
    """One's own, or the other one where more of one's own is unsolved; and of all conflicts the same side."""
    assert resolved(text) == (expected, conflicts)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        "title\n=======\ntext\n",
        "<<<<<<< HEAD\nx\n=======\ny\n",
        "<<<<<<< HEAD\nx\n>>>>>>> main\n",
        ">>>>>>> main\nx\n<<<<<<< HEAD\n",
        "'''\n<<<<<<< HEAD is how it begins, >>>>>>> is the end\n'''\n",
    ],
)
def test_what_no_merge_has_written_stays(text: str) -> None:
    """A line of equals signs is an underline; a beginning without an end is the student's own text."""
    assert resolved(text) == (text, 0)


@given(st.lists(st.sampled_from(["x", "<<<<<<< a", "||||||| a", "=======", ">>>>>>> b", STUB, ""]), max_size=12))
def test_no_line_is_made_up(lines: list[str]) -> None:
    """Lines are taken or left out, in order; without a conflict all of them are there."""
    text = "\n".join(lines)
    found, conflicts = resolved(text)
    rest = iter(lines)
    assert found == text if not conflicts else all(line in rest for line in found.split("\n") if found)


def test_a_notebook_between_the_marks_of_a_merge() -> None:
    """It is JSON again, and its cells are read."""
    cells = [json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": text}]}, indent=1) for text in "xy"]
    text = f"<<<<<<< HEAD\n{cells[0]}\n=======\n{cells[1]}\n>>>>>>> main\n"
    reading = read("ops.ipynb", text.encode())
    assert reading.source is not None
    assert reading.source.cells == ("x",)
    assert reading.notes == (
        "ops.ipynb: 1 merge conflict was settled by taking one side: look whether it is yours.",
    )
    assert reading.repaired
