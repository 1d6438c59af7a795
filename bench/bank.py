"""The bank of solutions that were written from the sheets alone: honest ones, and functions that are wrong."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.model import Source, Submission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.authoring.loading import Sheet

BANK = Path(__file__).parents[1] / "tests" / "content" / "bank"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One function or class of the bank that is wrong."""

    name: str
    function: str
    """The function or class of the sheet that it stands for."""
    what: str
    """What is wrong with it."""
    text: str
    """Its definition, under the name of that function."""


def honest(slug: str) -> Iterator[Submission]:
    """Yield every honest solution of a sheet; its student is the style that it is written in."""
    for file in sorted((BANK / "honest" / slug).glob("*.py")):
        yield Submission(
            file.stem, slug, file.name, (Source(file.name, (file.read_text(encoding="utf-8"),)),)
        )


def attempted(sheet: Sheet, submission: Submission) -> frozenset[str]:
    """Return the names of the exercises that a solution has every function of: some files hold only a few."""
    (source,) = submission.sources
    body = ast.parse(source.cells[0]).body
    written = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return frozenset(each.name for each in sheet.assignment.exercises if written.issuperset(each.functions))


def wrong(slug: str) -> Iterator[Wrong]:
    """Yield every wrong function of a sheet."""
    for node in ast.parse((BANK / "wrong" / f"{slug}.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.decorator_list:
            (decorator,) = node.decorator_list
            assert isinstance(decorator, ast.Call)
            function, what = (ast.literal_eval(argument) for argument in decorator.args)
            name, node.name, node.decorator_list = node.name, function, []
            yield Wrong(name, function, what, ast.unparse(node))


def with_wrong(sheet: Sheet, one: Wrong) -> Submission:
    """Return the reference with a wrong function behind it: the last definition of a name counts."""
    text = f"{sheet.solution}\n\n\n{one.text}\n"
    return Submission(one.name, sheet.assignment.slug, one.name, (Source("solution.py", (text,)),))
