"""A course of one small sheet that passes the gate, and a way to plant a fault in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from autograder.authoring.loading import load_course
from autograder.sandbox.canaries import open_sandbox
from autograder.validate import validate_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from autograder.authoring import Course
    from autograder.sandbox.host import Sandbox
    from autograder.validate import SheetReport

SOLUTION = '''\
# %% [markdown]
# # Tiny
#
# ## t.1 The square
#
# Arrays of different shapes are refused with a ValueError.

# %%
import numpy as np


# %%
def square_backward(grad, x):
    """Return dx of y = x * x, given the upstream gradient."""
    if grad.shape != x.shape:
        raise ValueError("grad and x have different shapes")
    return 2 * grad * x


# %% [markdown]
# ## t.2 The way

# %%
def way(x: float) -> str:
    """Return "up" for a positive slope and "down" for a negative one."""
    return "up" if x > 0 else "down"
'''

CHECKS = '''\
"""What the instructor knows of the tiny sheet."""

import numpy as np

from autograder.authoring import Assignment
from autograder.authoring.oracles import complex_step, torch_vjp

assignment = Assignment("tiny", title="Tiny")

square = assignment.exercise(
    "square",
    id="t.1",
    points={"values": 2, "shapes": 1},
    functions=("square_backward",),
    hints=("What is x * x for x = 3?", "Move x by a little.", "Multiply grad by twice x."),
)


@square.case("values")
def generic(rng):
    """Nothing is special: a lost factor shows."""
    return rng.normal(size=(3, 4)), rng.normal(size=(3, 4))


@square.case("values", exact=True)
def whole(rng):
    """Whole numbers, to the last bit."""
    return rng.integers(1, 9, size=5) * 1.0, rng.integers(1, 9, size=5) * 1.0


@square.case("shapes")
def shorter(rng):
    """One entry for five: numpy would stretch it."""
    return rng.normal(size=1), rng.normal(size=5)


@square.case("shapes")
def flatter(rng):
    """A row for a matrix: numpy would stretch it."""
    return rng.normal(size=3), rng.normal(size=(2, 3))


@square.oracle()
def square_torch(grad, x):
    if grad.shape != x.shape:
        raise AssertionError("an oracle is asked where there is an answer")
    return torch_vjp(lambda t: t * t, grad, x)


@square.oracle()
def square_complex(grad, x):
    return complex_step(lambda t: t * t, grad, x)


def refuse(grad, x):
    if grad.shape != x.shape:
        raise ValueError("different shapes")


@square.variant()
def square_added(grad, x):
    refuse(grad, x)
    return grad * x + x * grad


@square.variant()
def square_loop(grad, x):
    refuse(grad, x)
    result = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        result[index] = x[index] * grad[index] * 2
    return result


@square.variant()
def square_float32(grad, x):
    refuse(grad, x)
    return 2 * grad.astype(np.float32) * x.astype(np.float32)


@square.mistake("What is the derivative of x * x: x, or something else?")
def half_of_it(grad, x):
    refuse(grad, x)
    return grad * x


@square.mistake("Where does grad come in?")
def no_upstream(grad, x):
    refuse(grad, x)
    return 2 * x


@square.mistake("What should happen with a grad of another shape?")
def no_check(grad, x):
    return 2 * grad * x


way = assignment.exercise(
    "way",
    id="t.2",
    points={"way": 1},
    hints=("Which way is up?", "Look at the sign.", "Compare x with 0."),
)


@way.case("way")
def up_steep(rng):
    """Positive."""
    return (float(rng.uniform(1, 2)),)


@way.case("way")
def up_flat(rng):
    """Positive, below 1: rounding it down gives 0."""
    return (float(rng.uniform(0.1, 0.9)),)


@way.case("way")
def down_steep(rng):
    """Negative."""
    return (float(rng.uniform(-2, -1)),)


@way.case("way")
def down_flat(rng):
    """Negative, above -1: cutting its digits off gives 0."""
    return (float(rng.uniform(-0.9, -0.1)),)


@way.variant()
def way_by_sign(x):
    return {1.0: "up", -1.0: "down"}[float(np.sign(x))]


@way.variant()
def way_turned(x):
    return "down" if x < 0 else "up"


@way.variant()
def way_by_size(x):
    return "up" if abs(x) == x else "down"


@way.mistake("Is there no way down?")
def always_up(x):
    return "up"


@way.mistake("Is there no way up?")
def always_down(x):
    return "down"


square.equivalent("half-of-it * 2", because="The mistake is this factor.")
way.equivalent("way: x > 0 -> x >= 0 #1", because="A slope of 0 is neither.")
'''


@dataclass(frozen=True)
class Tiny:
    """The course in a folder, and a sandbox to validate it in."""

    root: Path
    sandbox: Sandbox

    def file(self, name: str) -> Path:
        """One of the sheet's two files."""
        return self.root / "reference" / "tiny" / name

    def plant(self, old: str, new: str, name: str = "checks.py") -> None:
        """Replace a text that occurs exactly once."""
        text = self.file(name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.file(name).write_text(text.replace(old, new), encoding="utf-8")

    def line(self, start: str, name: str = "checks.py") -> int:
        """The number of the one line that begins like this."""
        lines = self.file(name).read_text(encoding="utf-8").split("\n")
        (number,) = [number for number, line in enumerate(lines, 1) if line.startswith(start)]
        return number

    def course(self) -> Course:
        """The course as it is now."""
        return load_course(self.root)

    def report(self, seed: int = 1, jobs: int = 2, seeds: int = 0) -> SheetReport:
        """What the gate says of the sheet as it is now."""
        return validate_sheet(self.course().sheet("tiny"), self.sandbox, seed=seed, jobs=jobs, seeds=seeds)

    def faults(self) -> list[str]:
        """The sentences."""
        return [str(fault) for fault in self.report().faults]


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests: it keeps nothing between submissions."""
    with open_sandbox("numpy", None)[0] as opened:
        yield opened


@pytest.fixture
def tiny(tmp_path: Path, sandbox: Sandbox) -> Tiny:
    """The course, without a fault."""
    folder = tmp_path / "reference" / "tiny"
    folder.mkdir(parents=True)
    (tmp_path / "reference" / "course.toml").write_text(
        'title = "A tiny course"\nassignments = ["tiny"]\n', encoding="utf-8"
    )
    (folder / "solution.py").write_text(SOLUTION, encoding="utf-8")
    (folder / "checks.py").write_text(CHECKS, encoding="utf-8")
    return Tiny(tmp_path, sandbox)
