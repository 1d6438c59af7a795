"""Imports point one way: no module knows what is built on it, and the sandbox's side knows nothing of the grader."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import autograder
from autograder.sandbox import levels

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(autograder.__file__).parent

UNTRUSTED = {
    f"autograder.sandbox.{name}"
    for name in (
        *("bindings", "closing", "confine", "drivers", "loader", "mending", "policy", "probe", "problems"),
        *("silent", "wire", "worker", "zygote"),
    )
}

# Each part with what it may import, highest first. A part may import itself, the standard library and numpy, and of
# ours only what stands below it. Imports for type checkers count: what a module must know to be understood is the same.
PARTS: dict[str, set[str]] = {
    "autograder.__main__": {"autograder.cli"},
    "autograder.cli": {
        "autograder.audit",
        *("autograder", "autograder.engines", "autograder.validate", "autograder.build", "autograder.store"),
        *("autograder.authoring", "autograder.submissions", "autograder.sandbox", "autograder.model"),
        *("rich", "typer"),
    },
    "autograder.audit": {
        *("autograder", "autograder.engines", "autograder.authoring", "autograder.submissions"),
        *("autograder.sandbox", "autograder.model"),
    },
    "autograder.engines": {
        *("autograder", "autograder.store", "autograder.grading", "autograder.authoring"),
        *("autograder.submissions", "autograder.sandbox", "autograder.numerics"),
        *("autograder.sandbox.wire", "autograder.model"),
    },
    "autograder.validate": {
        *(
            "autograder",
            "autograder.build",
            "autograder.grading",
            "autograder.authoring",
            "autograder.submissions",
        ),
        *("autograder.sandbox", "autograder.numerics", "autograder.sandbox.wire", "autograder.model"),
    },
    "autograder.build": {"autograder.authoring", "jupytext", "nbformat"},
    "autograder.store": {"autograder.model", "sqlalchemy"},
    "autograder.grading": {
        *("autograder.authoring", "autograder.sandbox", "autograder.numerics"),
        *("autograder.sandbox.closing", "autograder.sandbox.drivers", "autograder.sandbox.wire"),
        "autograder.model",
    },
    "autograder.submissions": {"autograder.model"},
    "autograder.sandbox": {"autograder.authoring", "autograder.sandbox.wire", "autograder.model"},
    "autograder.authoring": {
        *(
            "autograder.numerics",
            "autograder.sandbox.drivers",
            "autograder.sandbox.problems",
            "autograder.sandbox.wire",
            "autograder.model",
        ),
        *("mpmath", "torch"),
    },
    "autograder.numerics": {"autograder.sandbox.wire", "autograder.model"},
    "autograder.sandbox.filters": {"autograder.sandbox.confine", "pyseccomp"},
    "autograder.sandbox.zygote": {
        *("autograder.sandbox.worker", "autograder.sandbox.confine", "autograder.sandbox.drivers", "torch"),
    },
    "autograder.sandbox.worker": {
        *("autograder.sandbox.loader", "autograder.sandbox.drivers", "autograder.sandbox.problems"),
        *("autograder.sandbox.policy", "autograder.sandbox.closing", "autograder.sandbox.silent"),
        "autograder.sandbox.wire",
    },
    "autograder.sandbox.policy": {"autograder.sandbox.bindings"},
    "autograder.sandbox.bindings": {"autograder.sandbox.loader"},
    "autograder.sandbox.closing": {"autograder.sandbox.drivers"},
    "autograder.sandbox.drivers": {"torch"},
    "autograder.sandbox.loader": {"autograder.sandbox.mending"},
    "autograder.sandbox.mending": set(),
    "autograder.sandbox.silent": set(),
    "autograder.sandbox.probe": set(),
    "autograder.sandbox.confine": set(),
    "autograder.sandbox.problems": set(),
    "autograder.sandbox.wire": set(),
    "autograder.model": set(),
    "autograder": set(),
}


def modules() -> dict[str, Path]:
    """Return every module of the package by its name. Beside them lie what students get, and what attackers hand in."""
    found = {}
    for file in PACKAGE.rglob("*.py"):
        if any(file.is_relative_to(PACKAGE / folder) for folder in ("assignments", "audit/attacks")):
            continue
        parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


MODULES = modules()


def part_of(name: str) -> str:
    """Return the part that a module belongs to: the longest one that its name begins with, else its top package."""
    fitting = [part for part in PARTS if part != "autograder" and (name + ".").startswith(part + ".")]
    if not fitting and name.startswith("autograder."):
        return name
    return max(fitting, key=len, default=name.split(".", maxsplit=1)[0])


def imported(text: str) -> Iterator[str]:
    """Yield what a module imports, wherever in its text: `from autograder.sandbox import wire` imports a module."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            submodules = [
                f"{source}.{alias.name}" for alias in node.names if f"{source}.{alias.name}" in MODULES
            ]
            yield from submodules or [source]


def foreign(name: str, text: str) -> set[str]:
    """Return the parts that a module imports and may not."""
    own = part_of(name)
    free = sys.stdlib_module_names | {"numpy", own}
    return {part for part in map(part_of, imported(text)) if part not in PARTS[own] | free}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_a_module_imports_only_what_its_part_may(name: str) -> None:
    """Nothing but what the table says."""
    assert foreign(name, MODULES[name].read_text(encoding="utf-8")) == set()


def test_every_module_belongs_to_a_part() -> None:
    """A new folder needs a place in the table, and none in it is gone."""
    assert {part_of(name) for name in MODULES} == set(PARTS)


def test_the_table_points_down() -> None:
    """Whatever a part may import of ours stands below it, so that there is no circle."""
    order = list(PARTS)
    upwards = [
        (part, other)
        for part, others in PARTS.items()
        for other in others
        if other in PARTS and order.index(other) <= order.index(part)
    ]
    assert upwards == []


def test_the_sandbox_side_knows_itself_alone() -> None:
    """No module that runs inside may import one that does not."""
    allowed = {other for name in UNTRUSTED for other in PARTS[name]}
    assert allowed <= UNTRUSTED | {"torch"}


def test_what_runs_inside_says_so() -> None:
    """In the first line of its docstring; and of ours these files, with the filters, are all that the sandbox has."""
    said = {
        name
        for name, file in MODULES.items()
        if (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").startswith("Runs ")
    }
    assert said == UNTRUSTED
    files = {name.rpartition(".")[2] + ".py" for name in UNTRUSTED - {"autograder.sandbox.probe"}}
    assert set(levels.WORKER_FILES) == files | {"__init__.py", "filters"}


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("autograder.model", "import json\nimport numpy.linalg", set()),
        ("autograder.model", "from autograder.store import Store", {"autograder.store"}),
        (
            "autograder.sandbox.worker",
            "def f():\n    from autograder.sandbox import host",
            {"autograder.sandbox"},
        ),
        ("autograder.sandbox.wire", "from autograder import model", {"autograder.model"}),
        ("autograder.sandbox.problems", "import torch", {"torch"}),
        (
            "autograder.numerics.rules",
            "if TYPE_CHECKING:\n    import autograder.grading",
            {"autograder.grading"},
        ),
        ("autograder.store.text", "from . import results", {""}),
        ("autograder.build.stub", "import autograder.newpart.thing", {"autograder.newpart.thing"}),
        ("autograder.grading.grade", "from autograder.sandbox import wire, host", set()),
    ],
)
def test_a_forbidden_import_is_seen(name: str, text: str, expected: set[str]) -> None:
    """Inside of a function, for type checkers only, relative, of a part that nobody has listed."""
    assert foreign(name, text) == expected
