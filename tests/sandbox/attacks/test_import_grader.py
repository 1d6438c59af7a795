"""Importing the grader, whose modules know how answers are made and compared."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import autograder
from autograder.model import Verdict
from autograder.sandbox import levels

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


OWN = {"autograder", "autograder.sandbox"} | {
    f"autograder.sandbox.{name.removesuffix('.py')}"
    for name in levels.WORKER_FILES
    if name.endswith(".py") and name != "__init__.py"
}


def test_only_the_worker_is_there(arena: Arena) -> None:
    """Of our modules those of the worker are loaded, and no other can be."""
    package = Path(autograder.__file__).parent
    files = [file.relative_to(package.parent).with_suffix("") for file in package.rglob("*.py")]
    ours = [".".join(file.parts) for file in files if file.name not in {"__init__", "__main__"}]
    setup = "import importlib, sys"
    attempts = {
        name: f"importlib.import_module({name!r})"
        for name in [*ours, "torch", "mpmath", "sqlalchemy", "pytest", "typer"]
    }
    assert set(arena.possible(attempts, setup)) <= OWN
    code = "import sys\nprint([name for name in sys.modules if name.split('.')[0] == 'autograder'])\n"
    report = arena.attack(code, arena.square, arena.cube)
    assert set(ast.literal_eval(report.exercises[0].stdout.splitlines()[0])) == OWN


def test_our_files_cannot_be_read(arena: Arena) -> None:
    """Not even those of the worker."""
    package = Path(autograder.__file__).parent
    files = [str(file) for file in package.rglob("*.py")]
    setup = f"import os, sys, inspect, zipimport\nfrom autograder.sandbox import worker, zygote\nfiles = {files!r}"
    attempts = {file: f"open({file!r}).read()" for file in files}
    attempts |= {
        "folder": f"os.listdir({str(package)!r})",
        "checkout": f"os.listdir({str(package.parent)!r})",
        "by its file": "open(worker.__file__).read()",
        "source": "inspect.getsource(zygote)",
        "loader": "worker.__loader__.get_data(worker.__file__)",
        "path": f"(sys.path.insert(0, {str(package.parent)!r}), __import__('autograder.grading'))",
        "path again": f"(sys.path.insert(0, {str(package.parent)!r}), __import__('reference.ops.checks'))",
    }
    assert arena.possible(attempts, setup) == []


def test_no_package_of_the_graders_environment_can_be_imported(arena: Arena) -> None:
    """Of the folder that numpy lies in, which is full of other packages, only numpy can be seen."""
    code = """
import pkgutil, sys, os
sys.path.append(os.path.dirname(os.path.dirname(sys.modules["numpy"].__file__)))
print([info.name for info in pkgutil.iter_modules([sys.path[-1]])])
for name in ("pytest", "hypothesis", "sqlalchemy", "mpmath", "torch", "pip"):
    try:
        print(len(__import__(name).__file__))  # a folder that cannot be read is an empty package
    except (ImportError, TypeError):
        pass
"""
    report = arena.attack(code, arena.square, arena.cube)
    assert report.score == 3.0
    assert report.exercises[0].stdout.splitlines() in (["[]"], ["['numpy']"])


def test_torch_is_not_there(arena: Arena) -> None:
    """On a sheet without it no gradient can be had from a library."""
    result = arena.exercise(arena.square, "def cube_backward(grad, x):\n    import torch\n")
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind == "raised ModuleNotFoundError"
