"""The tests see what they are there for: every known weakness of the grader makes one of them fail.

`weaknesses.toml` lists the weaknesses. Each is built into a copy of the package, against which the tests that it names
are run in a process of their own. A weakness that survives them is a test that is missing.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

ROOT = Path(__file__).parents[2]
BESIDE = ("tests", "bench", "reference", "assignments", "submissions", "pyproject.toml")
"""What tests look for beside the package."""
AT_ONCE = 2
"""There are tests with clocks among them: no more at once than a small machine has processors."""
SECONDS = 300
PROFILE = """\
from hypothesis import Phase, settings

# The same examples every time; and one that fails is not made smaller, which takes ten times as long as finding it.
phases = [Phase.explicit, Phase.generate]
settings.register_profile("weakened", derandomize=True, database=None, deadline=None, phases=phases)
"""
ACCIDENTS = re.compile(r"\b(?:NameError|UnboundLocalError|AttributeError|ImportError|SyntaxError)\b")
"""What a change raises that is no weakness, but a mistake in the list."""


@dataclass(frozen=True)
class Weakness:
    """A change of one module that a test must notice."""

    name: str
    file: str
    old: str
    new: str
    caught_by: list[str]

    @property
    def module(self) -> str:
        """The text of the module as it is."""
        return (ROOT / "autograder" / self.file).read_text(encoding="utf-8")

    @property
    def weakened(self) -> str:
        """The text of the module with the change."""
        return self.module.replace(self.old, self.new)


@dataclass(frozen=True)
class Outcome:
    """How a run of tests ended."""

    code: int
    failed: str
    """A line for each test that failed or could not be run, with the error."""
    said: str


LISTED = tomllib.loads(Path(__file__).with_name("weaknesses.toml").read_text(encoding="utf-8"))["weakness"]
WEAKNESSES = [Weakness(**each) for each in LISTED]
TESTS = sorted({test for each in WEAKNESSES for test in each.caught_by})
NONE = Weakness("none", "", "", "", TESTS)


def outcome(weakness: Weakness) -> Outcome:
    """Run the tests that a weakness names against a copy of the package that has it."""
    with tempfile.TemporaryDirectory(prefix="weakened-") as folder:
        root = Path(folder)
        root.chmod(0o755)  # tests that run as another user read it
        for name in BESIDE:
            (root / name).symlink_to(ROOT / name)
        (root / "conftest.py").write_text(PROFILE, encoding="utf-8")
        shutil.copytree(ROOT / "autograder", root / "autograder")
        if weakness.file:
            (root / "autograder" / weakness.file).write_text(weakness.weakened, encoding="utf-8")
        return run_tests(root, weakness)


def run_tests(root: Path, weakness: Weakness) -> Outcome:
    """Run the tests against the package in `root`; what they start imports it too, and it is what the sandbox shows."""
    until = ["-x"] if weakness.file else []
    # No other plugins: they take a second to import.
    plugins = ["-p", "no:cacheprovider", "-p", "hypothesispytest", "--hypothesis-profile=weakened"]
    alone = ["-p", "xdist", "--numprocesses=0"]
    command = [sys.executable, "-m", "pytest", "-q", "-rfE", "--tb=line", *until, *plugins, *alone]
    done = subprocess.run(
        [*command, *weakness.caught_by],
        cwd=root,
        env={
            **os.environ,
            "PYTHONPATH": str(root),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            # The summary is not cut to the width of a terminal.
            "CI": "true",
            # Its table of characters takes seconds to make.
            "HYPOTHESIS_STORAGE_DIRECTORY": str(ROOT / ".hypothesis"),
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return Outcome(done.returncode, "\n".join(lines), done.stdout[-4000:] + done.stderr[-4000:])


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Outcome]]]:
    """Return what becomes of every weakness that is to be tried, while others are still running."""
    wanted = [NONE, *WEAKNESSES]
    chosen = {item.name.partition("[")[2].rstrip("]") for item in request.session.items}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {each.name: pool.submit(outcome, each) for each in wanted if each.name in chosen}
        pool.shutdown(cancel_futures=True)


@pytest.mark.slow
@pytest.mark.parametrize("weakness", [NONE], ids=["none"])
def test_without_a_weakness_they_all_pass(weakness: Weakness, outcomes: dict[str, Future[Outcome]]) -> None:
    """The copy of the package is as good as the package."""
    found = outcomes[weakness.name].result()
    assert (found.code, found.failed) == (0, ""), found.said


@pytest.mark.slow
@pytest.mark.parametrize("weakness", WEAKNESSES, ids=[each.name for each in WEAKNESSES])
def test_a_weakness_is_caught(weakness: Weakness, outcomes: dict[str, Future[Outcome]]) -> None:
    """By a test that fails, and not because something cannot be imported or does not even run."""
    found = outcomes[weakness.name].result()
    assert (found.code, found.failed.partition(" ")[0]) == (1, "FAILED"), found.said
    assert not ACCIDENTS.search(found.failed), found.failed


def test_the_list_is_about_this_package() -> None:
    """What is to be changed is there once, the change means something, and the names are one each."""
    assert [each.name for each in WEAKNESSES if each.module.count(each.old) != 1] == []
    same = [each.name for each in WEAKNESSES if meaning(each.weakened) == meaning(each.module)]
    assert same == []
    assert [name for name, times in Counter(each.name for each in WEAKNESSES).items() if times > 1] == []


def meaning(text: str) -> str:
    """Return what a module means to Python: its text without comments and layout. Raises SyntaxError."""
    return ast.dump(ast.parse(text))


def test_the_tests_that_are_named_are_there() -> None:
    """In a file of this folder's siblings, as a function."""
    for test in TESTS:
        file, _, name = test.partition("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert not name or re.search(rf"^def {name}\(", text, re.MULTILINE), test
