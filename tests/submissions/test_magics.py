"""IPython taken out of cells by their text alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.submissions.magics import heal


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("if x:\n    !pip install torch\n    y = 2", "if x:\n    pass\n    y = 2"),
        ("np.dot?\nnp.dot??\n?np.dot\n%timeit?", "pass\npass\npass\npass"),
        ("!pip install \\\n  torch \\\n  numpy\nx = 1", "pass\n\n\nx = 1"),
        ("files = !ls\nbest = %timeit -o f()", "files = None\nbest = None"),
        ("get_ipython().run_line_magic('matplotlib', 'inline')", "pass"),
        ("!echo it's (broken\nx = 1\n%time y = 2", "pass\nx = 1\npass"),
        ("%%time\nx = 1\n!ls", "\nx = 1\npass"),
        ("\n%%capture out\nx = 1", "\n\nx = 1"),
        ("%%writefile tools.py\nx = 1", "\nx = 1"),
        ("%%writefile -a src/tools.py\nx = 1", "\nx = 1"),
        ("%run tools.py\n%run -i ./tools\n%run 'tools.ipynb'", "from tools import *\n" * 2 + "from tools import *"),
        ("%run a/tools.py\n%run tools.py --fast", "pass\npass"),
    ],
)
def test_what_is_not_python_is_replaced(cell: str, expected: str) -> None:
    """Magics, shell commands and questions become statements that do nothing, on the same line."""
    assert heal(cell).text == expected


@pytest.mark.parametrize(
    "cell",
    [
        'text = """\n%d percent\n!important\n"""',
        "text = '''\n! it's\n'''  # done?\ny = 2",
        "x = (a\n     % b)",
        "x = a \\\n    % b",
        "x = [1,  # why?\n     2,\n     % 3]",
        "x = 3  # is it?",
        "print('%d?' % 3)",
        "s = 'it\\'s'\nt = \"#\"\nu = '' + \"\"",
        'x = "a" "" """\n%s\n"""',
        "x = a != b\ny = a % b",
        "# what?\n# %matplotlib inline",
        "q = r'\\'\n",
    ],
)
def test_python_stays_as_it_is(cell: str) -> None:
    """Signs in strings, brackets, comments and continued lines are Python."""
    assert heal(cell).text == cell
    assert heal(cell).lines == 0


@pytest.mark.parametrize("magic", ["bash", "html", "javascript", "script"])
def test_a_cell_of_another_language_is_dropped(magic: str) -> None:
    """What a cell magic hands to something else is not run as Python."""
    healed = heal(f"%%{magic} x.py\nrm -rf *\n")
    assert (healed.text, healed.dropped) == ("", magic)


@pytest.mark.parametrize("magic", ["%%writefile notes.txt", "%%writefile", "%%file x.pyc"])
def test_what_is_written_into_no_script_is_dropped(magic: str) -> None:
    """Only a script holds Python."""
    assert heal(f"{magic}\nx = 1\n").dropped


def test_a_string_that_is_never_closed_ends_with_its_line() -> None:
    """One syntax error does not hide the magics after it."""
    assert heal("x = 'oops\n%matplotlib inline").text == "x = 'oops\npass"


def test_brackets_that_were_never_opened_are_forgiven() -> None:
    """A closing bracket too many does not hide the magics after it."""
    assert heal("x = 1)\n%matplotlib inline").text == "x = 1)\npass"


@given(st.text(st.sampled_from("ab%!?='\"()[]\\# \n\t")))
def test_lines_are_neither_lost_nor_added(cell: str) -> None:
    """Every line number stays what it was, whatever the text."""
    healed = heal(cell)
    assert healed.dropped or healed.text.count("\n") == cell.count("\n")
