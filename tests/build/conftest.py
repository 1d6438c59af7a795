"""A course of two tiny sheets, with what real ones have: prose, plots, private functions, marks, a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.authoring.loading import load_course

if TYPE_CHECKING:
    from pathlib import Path

    from autograder.authoring import Course

LINES_SOLUTION = '''\
# %% [markdown]
# # Lines
#
# A line has one slope.

# %%
import numpy as np

_SECRET_FACTOR = 12345


# %%
# Only the solution needs this.
def _secret_rise(xs, ys):
    # nobody sees this comment
    return (ys[1] - ys[0]) * _SECRET_FACTOR


# %% [markdown]
# ## l.1 Slope
#
# Rise over run.

# %%
def slope(xs: np.ndarray, ys: np.ndarray) -> float:
    """Return the slope of the line through two points.

    xs, ys: (2,).
    """
    # a comment that gives it away
    rise = _secret_rise(xs, ys) / _SECRET_FACTOR
    return rise / (xs[1] - xs[0])


# %%
print(np.arange(3))  # given to everybody

# %% [markdown]
# ## l.10 Steps
#
# Two functions in one cell.

# %%
def forward(x: float) -> float:
    """Return the next point."""
    step = 0.5 * np.sign(x)
    ### BEGIN SOLUTION
    answer_of_forward = x + step
    ### END SOLUTION
    return float(answer_of_forward)


def backward(x: float) -> float:
    """Return the point before."""
    return x - 0.5 * np.sign(x)
'''

LINES_CHECKS = '''\
"""What the instructor knows of lines."""
import numpy as np

from autograder.authoring import Assignment

assignment = Assignment("lines", title="Lines and slopes")

slope = assignment.exercise(
    "slope",
    id="l.1",
    points={"value": 1},
    hints=(
        "What is a slope, in words you know?",
        "Rise over run, in this order.",
        "Divide the difference of ys by that of xs.",
    ),
)


@slope.case("value")
def slope_case(rng):
    """Nothing is zero."""
    return rng.normal(size=2), rng.normal(size=2)


@slope.mistake("Which of the two differences is the run?")
def slope_upside_down(xs, ys):
    return (xs[1] - xs[0]) / (ys[1] - ys[0])


steps = assignment.exercise(
    "both steps",
    id="l.10",
    points={"forward": 1.5, "backward": 1},
    functions=("forward", "backward"),
    hints=("Which way?", "Look at the sign.", "Add half of it."),
)
'''

CURVES_SOLUTION = '''\
# %% [markdown]
# # Curves
#
# ## c.1 A square that remembers

# %%
class Square:
    """The square function, with its derivative."""

    name = "square"

    def forward(self, x):
        self.kept_for_later = x
        return x * x

    @property
    def label(self) -> str:
        """The name in capitals."""
        return self.name.upper()
'''

CURVES_CHECKS = """\
from autograder.authoring import Assignment

assignment = Assignment("curves", title="Curves")
square = assignment.exercise("Square", id="c.1", points={"value": 4}, hints=("a?", "b.", "c."))
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of the course."""
    texts = {
        "course.toml": 'title = "Tiny course"\nassignments = ["lines", "curves"]\n',
        "lines/solution.py": LINES_SOLUTION,
        "lines/checks.py": LINES_CHECKS,
        "curves/solution.py": CURVES_SOLUTION,
        "curves/checks.py": CURVES_CHECKS,
    }
    for name, text in texts.items():
        file = tmp_path / "reference" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def course(root: Path) -> Course:
    """The course, loaded."""
    return load_course(root)
