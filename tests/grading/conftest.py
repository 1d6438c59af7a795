"""A course of one tiny sheet with two exercises, and a real sandbox to grade it in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pytest

from autograder.authoring import Case
from autograder.authoring.loading import load_sheet
from autograder.grading import Grader
from autograder.grading.question import Question
from autograder.grading.seen import seen
from autograder.model import Ended, Mismatch, Run, Source, Submission
from autograder.numerics.truth import Truth
from autograder.sandbox.canaries import open_sandbox
from autograder.sandbox.wire import crossed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from autograder.authoring.loading import Sheet
    from autograder.grading.seen import Seen
    from autograder.model import Report
    from autograder.sandbox.host import Sandbox

SOLUTION = '''\
# %% [markdown]
# # Tiny

# %%
import numpy as np


# %%
def spread(x):
    """Return the mean and the variance of x."""
    mean = x.sum() / len(x)
    variance = ((x - mean) ** 2).sum() / len(x)
    return mean, variance


def root(x):
    """Return the square root of x, a number; raise ValueError where there is none."""
    if x < 0:
        raise ValueError("a negative number has no root")
    return np.sqrt(x)


# %%
def gd(grad, x0, lr, n):
    """Return the n + 1 iterates of gradient descent."""
    rows = [np.array(x0, dtype=float)]
    for _ in range(n):
        rows.append(rows[-1] - lr * grad(rows[-1]))
    return np.array(rows)
'''

CHECKS = """\
import numpy as np

from autograder.authoring import Assignment, Limits
from autograder.authoring.judging import Mismatch, asked, first_wrong_step
from autograder.sandbox.wire import Callback

assignment = Assignment("tiny", title="Tiny", limits=Limits(seconds=0.4, memory_mb=256))

moments = assignment.exercise(
    "moments",
    id="t.1",
    points={"mean and variance": 2, "one number": 0.5, "roots": 1},
    functions=("spread", "root"),
    hints=("?", "?", "?"),
)


@moments.case("mean and variance")
def spread_generic(rng):
    return (rng.normal(size=5) + 3,)


@moments.case("mean and variance")
def spread_many(rng):
    return (rng.normal(size=8) - 2,)


@moments.case("one number", exact=True)
def spread_of_one(rng):
    return (rng.integers(1, 9, size=1).astype(float),)


@moments.case("roots", "root")
def root_generic(rng):
    return (float(rng.uniform(2.0, 3.0)),)


@moments.case("roots", "root")
def root_small(rng):
    return (float(rng.uniform(0.2, 0.3)),)


@moments.case("roots", "root")
def root_negative(rng):
    return (-1.5,)


@moments.oracle()
def spread_numpy(x):
    return x.mean(), x.var()


@moments.oracle("root")
def root_power(x):
    return x**0.5


@moments.variant()
def spread_of_squares(x):
    mean = np.mean(x)
    return mean, np.mean(x * x) - mean * mean


@moments.variant()
def spread_float32(x):
    x = x.astype(np.float32)
    return x.mean(), x.var()


@moments.mistake("Which number of entries does the sum stand over?")
def spread_sample(x):
    mean = x.sum() / len(x)
    variance = ((x - mean) ** 2).sum() / max(len(x) - 1, 1)
    return mean, variance


@moments.mistake("That is the standard deviation.")
def spread_deviation(x):
    return x.mean(), x.std()


@moments.mistake("That is the standard deviation.", like="spread-deviation")
def spread_hypot(x):
    return x.mean(), np.linalg.norm(x - x.mean()) / np.sqrt(len(x))


@moments.mistake("Nothing varies?")
def spread_nothing(x):
    return x.mean(), 0.0


@moments.mistake("Do few numbers not vary?")
def spread_short(x):
    return x.mean(), x.var() if len(x) > 5 else 0.0


@moments.mistake("What about negative numbers?", "root")
def root_of_size(x):
    return np.sqrt(abs(x))


@moments.mistake("Do you halve, or take the root?", "root")
def root_half(x):
    if x < 0:
        raise ValueError
    return x / 2


walks = assignment.exercise("walks", id="t.2", points={"steps": 3}, functions=("gd",), hints=("?", "?", "?"))


def bowl(rng, d):
    A = rng.normal(size=(d, d)) / 4
    return Callback("quadratic", "grad", {"A": A + A.T + 2 * np.eye(d), "b": rng.normal(size=d)})


@walks.case("steps")
def gd_plane(rng):
    return bowl(rng, 2), rng.normal(size=2), 0.2, 4


@walks.case("steps")
def gd_space(rng):
    return bowl(rng, 3), rng.normal(size=3), 0.1, 5


@walks.judge()
def gd_judge(run, grad, x0, lr, n):
    if not np.array_equal(run.value[0], x0):
        return Mismatch("start", "Row 0 is not the start.")
    return first_wrong_step(run.value, asked(run.queries, "grad"), lr, grad=grad)


@walks.oracle()
def gd_again(grad, x0, lr, n):
    return np.array([x0] + [x0 := x0 - lr * grad(x0) for _ in range(n)])


@walks.mistake("Up or down?")
def gd_uphill(grad, x0, lr, n):
    rows = [np.array(x0, dtype=float)]
    for _ in range(n):
        rows.append(rows[-1] + lr * grad(rows[-1]))
    return np.array(rows)
"""


class MakeSheet(Protocol):
    """Writes a sheet, with some of its text exchanged, and loads it."""

    def __call__(self, *edits: tuple[str, str]) -> Sheet:
        """Exchange each first text by the second, wherever it is; it must be somewhere."""


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """The strongest sandbox that this machine gives."""
    opened, _ = open_sandbox("numpy", None)
    with opened:
        yield opened


def _sheet(folder: Path, *edits: tuple[str, str]) -> Sheet:
    texts = {"solution.py": SOLUTION, "checks.py": CHECKS}
    for old, new in edits:
        assert any(old in text for text in texts.values())
        texts = {name: text.replace(old, new) for name, text in texts.items()}
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_sheet(folder, "tiny", 1)


@pytest.fixture
def make_sheet(tmp_path: Path) -> MakeSheet:
    """The sheet of this test's own."""
    return lambda *edits: _sheet(tmp_path / "tiny", *edits)


@pytest.fixture(scope="session")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Sheet:
    """The sheet as it is."""
    return _sheet(tmp_path_factory.mktemp("course") / "tiny")


@pytest.fixture(scope="session")
def grader(sheet: Sheet, sandbox: Sandbox) -> Grader:
    """The grader of the sheet as it is."""
    return Grader(sheet, sandbox, 1)


def submitted(text: str) -> Submission:
    """Return a submission of one file."""
    return Submission("ada", "tiny", "ada/tiny.py", (Source("tiny.py", (text,)),))


@pytest.fixture(scope="session")
def grade(grader: Grader) -> Callable[..., Report]:
    """Grades the solution with functions put in place of its own: the last definition counts."""

    def graded(*functions: str, by: Any = None) -> Report:
        return (by or grader).grade(submitted("\n\n".join([SOLUTION, *functions])))

    return graded


# A failing case as fingerprints look at it, made of what came and what is right


class Ask(Protocol):
    """Makes a question."""

    def __call__(self, args: tuple[Any, ...] = (), names: tuple[str, ...] = (), right: Any = 1.0) -> Question:
        """Ask with these arguments; names: of the outputs; right: an array, or a tuple of them."""


class Cases(Protocol):
    """Makes failing cases."""

    def __call__(self, *rows: tuple[Any, ...], names: tuple[str, ...] = ()) -> list[Seen]:
        """Each row: what came, what is right, and the question's arguments if they matter."""


def _truth(right: Any) -> Any:
    if isinstance(right, tuple):
        return tuple(map(_truth, right))
    if isinstance(right, dict):
        return {key: _truth(item) for key, item in right.items()}
    value = np.asarray(right)
    if value.dtype.kind != "f":
        return Truth(value, np.zeros(value.shape), {"i": "int", "b": "bool"}[value.dtype.kind])
    return Truth(value.astype(np.longdouble), np.abs(value), "float")


def _question(args: tuple[Any, ...] = (), names: tuple[str, ...] = (), right: Any = 1.0) -> Question:
    case = Case("case", "criterion", "function", lambda _: args, exact=False, purpose="?")
    return Question(case, args, _truth(right), names, None, lambda: ())


def _cases(*rows: tuple[Any, ...], names: tuple[str, ...] = ()) -> list[Seen]:
    found = []
    for got, right, *given in rows:
        run = Run(Ended.RETURNED, crossed(got))
        args = given[0] if given else ()
        case = seen(run, _question(args, names, right), Mismatch("value", "It is not right."))
        assert case is not None
        found.append(case)
    return found


@pytest.fixture(scope="session")
def ask() -> Ask:
    """Makes a question."""
    return _question


@pytest.fixture(scope="session")
def cases() -> Cases:
    """Makes failing cases."""
    return _cases
