"""From the bytes of one file to a source."""

from __future__ import annotations

import codecs
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.submissions.notebooks import SAVE_AGAIN
from autograder.submissions.reading import Reading, read


def notebook(*cells: str | list[str], **fields: Any) -> bytes:
    """Return a notebook with these code cells."""
    code: list[Any] = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": code, **fields}).encode()


def cells(reading: Reading) -> tuple[str, ...]:
    """Return the cells of a reading that has a source."""
    assert reading.source is not None
    return reading.source.cells


def test_a_plain_script_is_one_cell() -> None:
    """A script without markers comes as it is, without a note."""
    reading = read("ops.py", "x = 'ü'\n".encode())
    assert (cells(reading), reading.notes, reading.repaired) == (("x = 'ü'\n",), (), False)


def test_percent_cells_keep_their_line_numbers() -> None:
    """Each piece stands at its own lines, and prose is left out."""
    text = "# header\nx = 1\n# %% [markdown]\n# prose\n# %%\ny = 2\n#%% title\nz = 3\n"
    found = cells(read("ops.py", text.encode()))
    assert [piece.strip().split("\n")[-1] for piece in found] == ["x = 1", "y = 2", "z = 3"]
    for piece in found:
        lines = piece.split("\n")
        assert all(line in ("", text.split("\n")[number]) for number, line in enumerate(lines))


def test_a_script_that_begins_with_a_marker() -> None:
    """Nothing in front of the first marker is no piece."""
    assert cells(read("ops.py", b"# %%\nx = 1\n# %%\ny = 2")) == ("# %%\nx = 1", "\n\n# %%\ny = 2")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (codecs.BOM_UTF8 + b"x = 1\r\ny = 2\r", ""),
        ("# -*- coding: cp1252 -*-\nx = 'é'".encode("cp1252"), ""),
        ("x = 'é'".encode("latin-1"), "Latin-1"),
        ("# coding: nonsense\nx = 'é'".encode("latin-1"), "Latin-1"),
        ("# coding: unicode_escape\nx = 'é'".encode("latin-1"), "Latin-1"),
        ("# coding: ascii\nx = 'é'".encode("latin-1"), "Latin-1"),
        ("x = 'é'".encode("utf-16"), "UTF-16"),
    ],
)
def test_character_sets(data: bytes, said: str) -> None:
    """A byte order mark, UTF-8 and the declared coding are silent; anything else is a repair that is told."""
    reading = read("ops.py", data)
    assert all("\r" not in cell and "\ufeff" not in cell for cell in cells(reading))
    assert any(word in cells(reading)[0] for word in ("é", "y = 2"))
    assert reading.repaired == bool(said)
    assert said in " ".join(reading.notes)


@pytest.mark.parametrize(
    "data", [b"x = 1\0", codecs.BOM_UTF16_LE + b"x", "x = 1".encode("utf-16-le"), b"PK\x03\x04\0\0"]
)
@pytest.mark.parametrize("name", ["ops.py", "ops.ipynb"])
def test_bytes_that_are_no_text(data: bytes, name: str) -> None:
    """Zero bytes are no script and no notebook: a reason and a remedy."""
    reading = read(name, data)
    assert reading.source is None
    assert reading.notes == (
        f"{name} is not a text file: it holds zero bytes.",
        "Hand in the .py file or the .ipynb notebook itself.",
    )


def test_a_notebook_called_a_script() -> None:
    """A notebook is recognised by its content."""
    reading = read("ops.py", notebook("x = 1"))
    assert (cells(reading), reading.repaired) == (("x = 1",), True)
    assert reading.notes == ("ops.py is really a notebook and was read as one.",)


def test_a_script_called_a_notebook() -> None:
    """A script is recognised by its content."""
    reading = read("ops.ipynb", b"import numpy as np\nx = {}\n")
    assert (cells(reading), reading.repaired) == (("import numpy as np\nx = {}\n",), True)
    assert reading.notes == ("ops.ipynb is really a Python script and was read as one.",)


def test_a_script_that_begins_with_a_brace() -> None:
    """A dictionary is not a notebook."""
    assert cells(read("ops.py", b"{1: 2}\n")) == ("{1: 2}\n",)


def test_a_notebook_is_read_leniently() -> None:
    """Code cells come as text or as lines; prose is left out; the rest of the file does not matter."""
    extra = [{"cell_type": "markdown", "source": "x"}, {"cell_type": "raw", "source": 3}]
    data = json.loads(notebook("x = 1\r\ny = 2", ["z = 3\n", "w = 4"], "  \n"))
    data["cells"] += extra
    del data["nbformat"], data["metadata"]
    reading = read("ops.ipynb", json.dumps(data).encode())
    assert (cells(reading), reading.notes) == (("x = 1\ny = 2", "z = 3\nw = 4"), ())


@pytest.mark.parametrize(
    "broken",
    [
        3,
        None,
        "x = 1",
        {},
        {"cell_type": []},
        {"cell_type": [], "source": 3},
        {"cell_type": "code", "source": 3},
        {"cell_type": "code", "source": [3]},
        {"cell_type": "code", "source": "\0"},
    ],
)
def test_a_broken_cell_is_skipped(broken: Any) -> None:
    """One broken cell does not cost the others."""
    data = json.loads(notebook("x = 1"))
    data["cells"].append(broken)
    reading = read("ops.ipynb", json.dumps(data).encode())
    assert (cells(reading), reading.repaired) == (("x = 1",), True)
    assert reading.notes == ("ops.ipynb: 1 broken cell was skipped.",)


def test_magics_are_noted() -> None:
    """What was replaced or left out is counted and named."""
    reading = read(
        "ops.ipynb", notebook("%matplotlib inline\n!ls\nx = 1", "%%bash\nls", "%%html\n<b>", "%%time\ny = 2")
    )
    assert cells(reading) == ("pass\npass\nx = 1", "\ny = 2")
    assert reading.repaired
    assert reading.notes == (
        "ops.ipynb: 3 IPython lines were replaced, as they are not Python.",
        "ops.ipynb: 2 cells were left out, not being Python: %%bash, %%html.",
    )


def test_magics_in_a_script() -> None:
    """A notebook saved as a script has its magics as calls of IPython."""
    reading = read("ops.py", b"get_ipython().run_line_magic('matplotlib', 'inline')\n%time\nx = 1\n")
    assert (cells(reading), reading.repaired) == (("pass\npass\nx = 1\n",), True)


def test_a_mention_of_ipython_is_no_repair() -> None:
    """Python that only looks like a magic stays."""
    reading = read("ops.py", b"x = (3\n  % 2)\n")
    assert (cells(reading), reading.repaired) == (("x = (3\n  % 2)\n",), False)


def test_lone_surrogates_become_question_marks() -> None:
    """JSON can hold halves of characters, which could not be sent on."""
    reading = read("ops.ipynb", notebook("x = '\ud83d'"))
    assert (cells(reading), reading.repaired) == (("x = '?'",), True)


@pytest.mark.parametrize("indent", [None, 1])
def test_the_cells_before_the_end_of_a_notebook_that_is_cut_off(indent: int | None) -> None:
    """They are read, wherever it is cut off, and the note says how many they are and what to do."""
    texts = ("x = 1", "y = [1]\n", "z = {'a': 2}")
    whole = json.dumps(json.loads(notebook(*texts)), indent=indent)
    for end in range(whole.index("cells"), len(whole) - 1):
        reading = read("ops.ipynb", whole[:end].encode())
        number = sum(whole[:end].count(json.dumps(text)) for text in texts)
        if reading.source is None:
            assert number <= 1
            assert reading.notes == ("ops.ipynb cannot be read: it is cut off or not valid JSON.", SAVE_AGAIN)
        else:
            assert cells(reading) == texts[: len(cells(reading))]
            assert number - 1 <= len(cells(reading)) <= number
            (note,) = reading.notes
            assert note.startswith("ops.ipynb: It is cut off or damaged; its first ")
            assert note.endswith(SAVE_AGAIN)
            assert reading.repaired


def test_a_notebook_with_damage_in_the_middle() -> None:
    """What stands before it is read, and a raw line break in a text is no damage."""
    data = notebook("x = 1", "y = 2", "z = 3")
    assert cells(read("ops.ipynb", data.replace(b'"y = 2"', b"y = 2"))) == ("x = 1",)
    assert cells(read("ops.ipynb", data.replace(b"y = 2", b"y = 2\n\ty"))) == ("x = 1", "y = 2\n\ty", "z = 3")


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_code_that_became_prose(kind: str) -> None:
    """It is run before the rest, so that it replaces nothing, and that is told."""
    data = json.loads(notebook("x = 1"))
    data["cells"] += [
        {"cell_type": kind, "source": "# my answer\ndef f(x):\n    return x\n"},
        {"cell_type": kind, "source": ["%time\n", "import math\n", "def g(x):\n", "    return x"]},
        {"cell_type": kind, "source": "# A title\n\nText with f(x)."},
        {"cell_type": kind, "source": "# Like this:\n```\ndef h(x):\n    return x\n```"},
        {"cell_type": kind, "source": "from here on we write\n\n    def h(x):\n        return x"},
        {"cell_type": kind, "source": 3},
    ]
    data["cells"][2]["source"] = data["cells"][2]["source"][1:]
    reading = read("ops.ipynb", json.dumps(data).encode())
    assert cells(reading) == ("x = 1",)
    assert reading.prose == (
        "# my answer\ndef f(x):\n    return x\n",
        "import math\ndef g(x):\n    return x",
    )
    assert reading.notes == ("ops.ipynb: 2 cells of text hold code, which was run first.",)
    assert reading.repaired


def test_cells_that_have_lost_their_type() -> None:
    """Their text is tried: what is no Python costs itself."""
    data = {"cells": [{"source": "x = 1"}, {"cell_type": "cod", "input": ["y = 2"]}, {"metadata": {}}]}
    reading = read("ops.ipynb", json.dumps(data).encode())
    assert cells(reading) == ("x = 1", "y = 2")
    assert reading.notes == ("ops.ipynb: 1 broken cell was skipped.",)


def test_an_old_notebook_is_converted() -> None:
    """Format 3 keeps its cells in worksheets."""
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {
                        "cell_type": "code",
                        "language": "python",
                        "metadata": {},
                        "outputs": [],
                        "input": ["x = 1\n", "y = 2"],
                    },
                    {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["title"]},
                ],
            }
        ],
    }
    assert cells(read("ops.ipynb", json.dumps(old).encode())) == ("x = 1\ny = 2",)


@pytest.mark.parametrize("sheets", [[], [3], [{}], [{"cells": 3}]])
def test_an_old_notebook_without_cells(sheets: Any) -> None:
    """Worksheets that hold nothing are a notebook without code."""
    reading = read("ops.ipynb", json.dumps({"nbformat": 3, "worksheets": sheets}).encode())
    assert (cells(reading), reading.notes) == ((), ("ops.ipynb has no code cells.",))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            notebook("def f():\n    return 1")[:-40],
            "ops.ipynb cannot be read: it is cut off or not valid JSON.",
        ),
        (b'{"cells": ' + b"[" * 200_000, "ops.ipynb cannot be read: it is cut off or not valid JSON."),
        (b'{"cells": ' + b"9" * 5_000 + b"}", "ops.ipynb cannot be read: it is cut off or not valid JSON."),
        (b'{"cells": 3}', "ops.ipynb cannot be read: it has no list of cells."),
        (b'{"nbformat": 3, "worksheets": 3}', "ops.ipynb cannot be read: it has no list of cells."),
        (b'{"nbformat": 4}', "ops.ipynb cannot be read: it has no list of cells."),
        (b"", "ops.ipynb is not a notebook: it is empty."),
        (b" \n", "ops.ipynb is not a notebook: it is empty."),
        (b"<!DOCTYPE html>\n<p>x = 1", "ops.ipynb is not a notebook: it is a web page."),
        (b"<<<<<<< HEAD\nx = 1", "ops.ipynb is not a notebook: it is a web page."),
        (b"[1, 2]", "ops.ipynb is not a notebook: it is cut off or not valid JSON."),
    ],
)
def test_a_notebook_that_cannot_be_read(data: bytes, reason: str) -> None:
    """The reason, and what the student should do."""
    reading = read("ops.ipynb", data)
    assert reading.source is None
    assert reading.notes == (reason, SAVE_AGAIN)


def test_a_notebook_in_a_list() -> None:
    """JSON that only mentions cells is not a notebook."""
    assert read("ops.py", b'{"cells"}').source is None


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("ops.py", b"x = 1\n" * 200_000, "ops.py holds more than 1 MB of code."),
        (
            "ops.ipynb",
            notebook("x = 1\n" * 200_000),
            "ops.ipynb cannot be read: it holds more than 1 MB of code.",
        ),
    ],
)
def test_more_code_than_anybody_writes(name: str, data: bytes, reason: str) -> None:
    """It is not looked through, and not sent on."""
    assert read(name, data).notes == (reason, "Leave only your own code in it.")


def test_more_markers_than_anybody_writes() -> None:
    """Blank lines in front of each piece must not add up to a memory that nobody has."""
    text = "# %%\n" * 200_000
    assert cells(read("ops.py", text.encode())) == (text,)


@pytest.mark.parametrize(("name", "data"), [("ops.py", b" \n"), ("ops.ipynb", notebook())])
def test_an_empty_file_is_graded_and_noted(name: str, data: bytes) -> None:
    """Nothing to run is no reason not to be graded."""
    reading = read(name, data)
    assert reading.source is not None
    assert not reading.repaired
    assert len(reading.notes) == 1


CELLS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["cell_type", "source", "cells", "input", "nbformat", "worksheets", "x"]), inner
        )
    ),
    max_leaves=20,
)
TEXTS = st.text(st.sampled_from("ab=1\n\r \t%!?#'\"\\()[]{}é\0")).map(str.encode)


@given(
    st.binary()
    | TEXTS
    | CELLS.map(lambda value: json.dumps({"nbformat": 3, "worksheets": value}).encode())
    | CELLS.map(lambda value: json.dumps({"nbformat": 4, "cells": value}).encode())
    | st.lists(CELLS, max_size=3).map(lambda value: json.dumps({"cells": value}).encode())
)
@example(b"# coding: \xff\n\xff")
@example(b"# coding: ../x\n\xff")
@example(codecs.BOM_UTF16_BE)
@example(b'{"nbformat": 3, "worksheets": ' + b"[" * 5000 + b"]" * 5000 + b"}")
def test_any_bytes_are_a_source_or_two_sentences(data: bytes) -> None:
    """Nothing that a student can hand in raises."""
    for name in ("ops.py", "ops.ipynb"):
        reading = read(name, data)
        if reading.source is None:
            assert len(reading.notes) == 2
        else:
            for cell in reading.source.cells:
                assert "\0" not in cell
                cell.encode("utf-8")
