"""The notebook of a sheet: the script's cells, in a form that nbgrader, Jupyter and jupytext accept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jupytext
import nbformat
import pytest

from autograder.authoring import Assignment
from autograder.build.notebook import grade_id, notebook
from autograder.build.stub import BuildError, sheet_stub

if TYPE_CHECKING:
    from autograder.authoring import Course

HINTS = ("a?", "b.", "c.")


def _built(course: Course) -> tuple[str, bytes]:
    sheet = course.sheet("lines")
    text = sheet_stub(sheet)
    return text, notebook(text, sheet.assignment.exercises)


def _read(content: bytes) -> Any:
    return nbformat.reads(content.decode(), as_version=4)  # type: ignore[no-untyped-call]  # nbformat ships no types for it


def test_the_notebook_holds_the_cells_of_the_script(course: Course) -> None:
    """Both are the same sheet, so a round trip gives the script's cells back."""
    text, content = _built(course)
    back = jupytext.reads(jupytext.writes(_read(content), fmt="py:percent"), fmt="py:percent")
    script = jupytext.reads(text, fmt="py:percent")
    assert [(cell.cell_type, cell.source.rstrip("\n")) for cell in back.cells] == [
        (cell.cell_type, cell.source.rstrip("\n")) for cell in script.cells
    ]


def test_nbformat_accepts_the_notebook_and_would_write_the_same_bytes(course: Course) -> None:
    """The file is in Jupyter's own form, so that opening and saving it changes nothing."""
    _, content = _built(course)
    read = _read(content)
    nbformat.validate(read)
    assert (read.nbformat, read.nbformat_minor, read.metadata.kernelspec.name) == (4, 5, "python3")
    assert f"{nbformat.writes(read)}\n".encode() == content  # type: ignore[no-untyped-call]  # nbformat ships no types for it


def test_a_second_build_gives_the_same_bytes(course: Course) -> None:
    """Nothing in a notebook depends on time or chance, cell ids included."""
    assert _built(course) == _built(course)


@pytest.mark.filterwarnings("default")  # nbgrader's imports warn; that is its affair
def test_nbgrader_accepts_the_metadata_and_the_checksums(course: Course) -> None:
    """Its own validator and its own checksum decide."""
    from nbgrader.nbgraderformat import MetadataValidator
    from nbgrader.utils import compute_checksum

    _, content = _built(course)
    read = _read(content)
    MetadataValidator().validate_nb(read)
    assert [cell.metadata.nbgrader.checksum for cell in read.cells] == [
        compute_checksum(cell) for cell in read.cells
    ]


@pytest.mark.filterwarnings("default")  # nbgrader's imports warn; that is its affair
def test_nbgrader_gives_the_untouched_stub_nothing(course: Course) -> None:
    """The checksum tells it that no answer was written."""
    from nbgrader.utils import determine_grade

    _, content = _built(course)
    answers = [cell for cell in _read(content).cells if cell.metadata.nbgrader.grade]
    assert [determine_grade(cell) for cell in answers] == [(0, 1.0), (0, 2.5)]


def test_an_exercise_is_one_manually_graded_answer(course: Course) -> None:
    """It carries the exercise's name and points, and may be edited but not deleted."""
    _, content = _built(course)
    answers = [cell for cell in json.loads(content)["cells"] if cell["metadata"]["nbgrader"]["grade"]]
    for cell in answers:
        del cell["metadata"]["nbgrader"]["checksum"]
    marks = {
        "schema_version": 3,
        "grade": True,
        "solution": True,
        "locked": False,
        "task": False,
        "cell_type": "code",
    }
    assert [(cell["id"], cell["metadata"]) for cell in answers] == [
        ("slope", {"deletable": False, "nbgrader": marks | {"grade_id": "slope", "points": 1}}),
        ("both-steps", {"deletable": False, "nbgrader": marks | {"grade_id": "both-steps", "points": 2.5}}),
    ]


def test_every_other_cell_is_read_only(course: Course) -> None:
    """Prose, imports and plots are locked, each under an id of its own."""
    _, content = _built(course)
    others = [cell for cell in json.loads(content)["cells"] if not cell["metadata"]["nbgrader"]["grade"]]
    metadata = [cell["metadata"] for cell in others]
    assert {(own["editable"], own["deletable"]) for own in metadata} == {(False, False)}
    marks = [own["nbgrader"] for own in metadata]
    assert {(mark["solution"], mark["locked"], mark["task"]) for mark in marks} == {(False, True, False)}
    assert {cell["cell_type"] for cell in others} == {"markdown", "code"}
    assert len({mark["grade_id"] for mark in marks}) == len(others)


def test_an_authors_cell_metadata_are_kept() -> None:
    """Tags and slide types stand in the script's cell line, and Jupyter wants to see them."""
    content = notebook('# %% tags=["hide"]\nx = 1\n\n\n\n# %%\ny = 1\n', ())
    metadata = [cell["metadata"] for cell in json.loads(content)["cells"]]
    assert (metadata[0]["tags"], "lines_to_next_cell" in metadata[0]) == (["hide"], False)


def test_a_long_name_makes_a_cell_id_that_nbformat_accepts() -> None:
    """Sixty-four characters are its limit; two long names stay different."""
    names = ["f" * 70 + "a", "f" * 70 + "b"]
    sheet = Assignment("x", "X")
    for name in names:
        sheet.exercise(name, id=name, points={"v": 1}, hints=HINTS)
    text = "".join(f"# %%\ndef {name}(): ...\n\n" for name in names)
    cells = json.loads(notebook(text, sheet.exercises))["cells"]
    assert [len(cell["id"]) for cell in cells] == [64, 64]
    assert cells[0]["id"] != cells[1]["id"]


def test_a_grade_id_has_only_characters_that_nbgrader_allows() -> None:
    """Everything else becomes a hyphen."""
    assert grade_id("Größe 1_a-b.c") == "Gr--e-1_a-b-c"


def test_an_exercise_without_a_cell_is_refused() -> None:
    """Its points would be nowhere."""
    sheet = Assignment("x", "X")
    sheet.exercise("f", id="1", points={"v": 1}, hints=HINTS)
    with pytest.raises(BuildError, match="No code cell defines f"):
        notebook("# %%\ndef fine(): ...\n", sheet.exercises)


def test_two_cells_of_one_name_are_refused() -> None:
    """Points are kept by cell name."""
    sheet = Assignment("x", "X")
    for number, name in enumerate(("a b", "a-b")):
        sheet.exercise(name, id=str(number), points={"v": 1}, hints=HINTS, functions=(f"f{number}",))
    with pytest.raises(BuildError, match="Two cells are called a-b"):
        notebook("# %%\ndef f0(): ...\n# %%\ndef f1(): ...\n", sheet.exercises)
