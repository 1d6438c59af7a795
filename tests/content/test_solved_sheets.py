"""A solved sheet runs from top to bottom where students work, and earns every point, as a script and as a notebook."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbclient
import nbformat
import pytest

from autograder.authoring.loading import load_course
from autograder.build import notebook
from autograder.engines import grade_class
from autograder.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.authoring import Course

    Outcome = subprocess.CompletedProcess[str]

ROOT = Path(__file__).parents[2]
SLUGS = tomllib.loads((ROOT / "reference" / "course.toml").read_text(encoding="utf-8"))["assignments"]
PLOTS = "import matplotlib.pyplot as plt"


@pytest.fixture(scope="module")
def course() -> Course:
    """The course of this repository."""
    return load_course(ROOT)


@pytest.fixture(scope="module")
def solved(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of two who have solved everything: one in scripts, one in notebooks."""
    folder = tmp_path_factory.mktemp("solved")
    for student in ("scripts", "notebooks"):
        (folder / student).mkdir()
    for sheet in course.sheets:
        slug = sheet.assignment.slug
        (folder / "scripts" / f"{slug}.py").write_text(sheet.solution, encoding="utf-8")
        made = notebook(sheet.solution, sheet.assignment.exercises)
        (folder / "notebooks" / f"{slug}.ipynb").write_bytes(made)
    return folder


@pytest.mark.slow
@pytest.mark.usefixtures("scripts")
@pytest.mark.parametrize("slug", SLUGS)
def test_a_solved_notebook_runs_in_a_kernel(slug: str, solved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No cell raises or warns, and each one that plots shows a picture."""
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    read: Any = nbformat.read  # which has no types
    made = read(solved / "notebooks" / f"{slug}.ipynb", as_version=4)
    client = nbclient.NotebookClient(made, timeout=60, kernel_name="python3")
    client.execute(cwd=str(solved))
    for cell in made.cells:
        said = [output for output in cell.get("outputs", ()) if output.get("name") == "stderr"]
        assert said == []
        assert _pictures(cell) == (cell.cell_type == "code" and PLOTS in cell.source), cell.source


def _pictures(cell: Any) -> bool:
    return any("image/png" in output.get("data", ()) for output in cell.get("outputs", ()))


@pytest.fixture(scope="module")
def scripts(solved: Path) -> Iterator[dict[str, Future[Outcome]]]:
    """What becomes of each script: they run one after the other, beside the notebooks."""
    with ThreadPoolExecutor(1) as pool:
        yield {slug: pool.submit(_run, solved / "scripts" / f"{slug}.py") for slug in SLUGS}
        pool.shutdown(cancel_futures=True)


def _run(script: Path) -> Outcome:
    return subprocess.run(
        [sys.executable, "-W", "error", script],
        env={**os.environ, "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_a_solved_script_runs(slug: str, scripts: dict[str, Future[Outcome]]) -> None:
    """Plots included, without a warning."""
    done = scripts[slug].result()
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_both_earn_every_point(course: Course, solved: Path, tmp_path: Path) -> None:
    """Whatever the notebook holds besides the functions."""
    grade_class(course, solved, tmp_path, seed=7, jobs=2)
    with Store.open(tmp_path) as store:
        reports = list(store.reports())
    assert len(reports) == 2 * len(course.sheets)
    assert [(one.student, one.assignment, one.notes) for one in reports if one.score != one.max_score] == []
    assert [(one.student, one.assignment, one.notes) for one in reports if one.notes] == []
