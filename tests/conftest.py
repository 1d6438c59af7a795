"""A course of two tiny sheets that passes the gate, and a class to hand in work for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

import autograder.cli  # noqa: F401 - first: numpy and torch take one thread, as in the command
from autograder.authoring import load_course
from autograder.engines import grade_class
from autograder.model import Isolation, Source, Submission

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from autograder.authoring import Course
    from autograder.engines import ClassRun

SOLUTION = '''\
# %% [markdown]
# ## {id} {name}

# %%
def {name}(x: np.ndarray) -> np.ndarray:
    """Return the {name} of each number."""
    return {right}

'''

HEAD = '''\
"""What the instructor knows of {slug}."""

import numpy as np

from autograder.authoring import Assignment

assignment = Assignment("{slug}", title="{title}")

'''

CHECKS = '''\
{name} = assignment.exercise(
    "{name}", id="{id}", points={{"value": {points}}}, hints=("What is it?", "Try 3.", "Say it aloud.")
)


@{name}.case("value")
def {name}_few(rng):
    """Few numbers."""
    return (rng.uniform(3, 4, size=3),)


@{name}.case("value")
def {name}_more(rng):
    """More numbers."""
    return (rng.uniform(5, 6, size=5),)


@{name}.oracle()
def {name}_oracle(x):
    return np.array([{right} for x in x.tolist()])


@{name}.oracle("{name}")
def {name}_exact(x):
    from fractions import Fraction

    return np.array([float({right}) for x in map(Fraction, x.tolist())])


@{name}.variant()
def {name}_loop(x):
    return np.array([{right} for x in x])


@{name}.variant()
def {name}_float32(x):
    x = x.astype(np.float32)
    return {right}


@{name}.variant()
def {name}_flat(x):
    x = x.ravel()
    return {right}


@{name}.mistake("Is anything left to do?")
def {name}_nothing(x):
    return x.copy()


@{name}.mistake("Which way does it go?")
def {name}_negative(x):
    return -({right})

'''

SHEETS = {"lines": {"double": "2 * x", "half": "x / 2"}, "curves": {"square": "x * x"}}
POINTS = {"double": 2, "half": 1, "square": 3}
RIGHT = {
    slug: "import numpy as np\n"
    + "".join(f"\n\ndef {name}(x):\n    return {text}\n" for name, text in functions.items())
    for slug, functions in SHEETS.items()
}
"""The right answers of each sheet, as a student writes them."""

Key = tuple[str, str]


def write_course(root: Path) -> None:
    """Write the course into a folder."""
    for slug, functions in SHEETS.items():
        texts = [f"# %% [markdown]\n# # {slug.title()}\n\n# %%\nimport numpy as np\n\n\n"]
        checks = [HEAD.format(slug=slug, title=slug.title())]
        for number, (name, right) in enumerate(functions.items(), 1):
            known = {"name": name, "right": right, "points": POINTS[name], "id": f"{slug[0]}.{number}"}
            texts.append(SOLUTION.format(**known))
            checks.append(CHECKS.format(**known))
        folder = root / "reference" / slug
        folder.mkdir(parents=True)
        (folder / "solution.py").write_text("".join(texts), encoding="utf-8")
        (folder / "checks.py").write_text("\n".join(checks), encoding="utf-8")
    listed = json.dumps(list(SHEETS))
    (root / "reference" / "course.toml").write_text(
        f'title = "Tiny"\nassignments = {listed}\n', encoding="utf-8"
    )


@pytest.fixture(scope="session")
def tiny_course() -> Callable[[Path], None]:
    """What writes the course into a folder, for a class that lasts a session."""
    return write_course


@dataclass(frozen=True)
class TinyClass:
    """A course, what its students handed in, and what they got for it."""

    root: Path

    @property
    def work(self) -> Path:
        """The folder with a folder for each student."""
        return self.root / "class"

    @property
    def out(self) -> Path:
        """The folder of the results."""
        return self.root / "results"

    def course(self) -> Course:
        """The course as it is now."""
        return load_course(self.root)

    def plant(self, old: str, new: str, slug: str = "lines", name: str = "checks.py") -> None:
        """Replace a text that occurs exactly once in a file of a sheet."""
        file = self.root / "reference" / slug / name
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")

    def submission(self, student: str, slug: str = "lines", text: str | None = None) -> Submission:
        """Return a submission of one file, right where no text is given, as it is found."""
        source = Source(f"{slug}.py", (RIGHT[slug] if text is None else text,))
        return Submission(student, slug, f"{student}/{slug}.py", (source,))

    def hand_in(self, student: str, slug: str = "lines", text: str | None = None) -> Path:
        """Hand in a file, right where no text is given, and return where it is."""
        file = self.work / student / f"{slug}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(RIGHT[slug] if text is None else text, encoding="utf-8")
        return file

    def grade(self, path: Path | None = None, **options: Any) -> ClassRun:
        """Grade the class, or what is elsewhere, by two at once and without bubblewrap if nothing else is asked for."""
        chosen: dict[str, Any] = {"jobs": 2, "isolation": Isolation.LANDLOCK, "seed": 1} | options
        return grade_class(self.course(), path or self.work, self.out, **chosen)

    def results(self) -> dict[str, Any]:
        """What `results.json` says."""
        return dict(json.loads((self.out / "results.json").read_text(encoding="utf-8")))

    def rows(self) -> dict[Key, dict[str, Any]]:
        """The rows of `results.json`, without the time that they took."""
        rows = self.results()["submissions"]
        return {(row["student"], row["assignment"]): {**row, "seconds": None} for row in rows}

    def scores(self) -> dict[Key, float | None]:
        """The score of each row."""
        return {key: row["score"] for key, row in self.rows().items()}


@pytest.fixture
def tiny_class(tmp_path: Path) -> TinyClass:
    """A class that has handed in nothing yet."""
    write_course(tmp_path)
    (tmp_path / "class").mkdir()
    return TinyClass(tmp_path)
