"""What students get of a solution, and what they do not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autograder.authoring.loading import Sheet, load_sheet
from autograder.build.stub import BuildError, points, sheet_stub, stub

if TYPE_CHECKING:
    from pathlib import Path

    from autograder.authoring import Course

TODO = "    # YOUR CODE HERE\n    raise NotImplementedError()\n"


def test_a_body_goes_and_everything_else_stays_byte_for_byte() -> None:
    """Signature, decorator, types, docstring, prose, comments and layout survive the cut."""
    before = '# %%\nimport  math ;x=1  # ö\n\n\n@cache\ndef f(a: int,\n      b = 2, # why\n      ) -> int :\n    r"""Say.\n\n      More.  \n    """  # kept\n'
    after = "\n\n# %%\nprint( f )\n"
    assert stub(f"{before}    # hint\n\n    return a\n    # tail\n{after}", ["f"]) == f"{before}{TODO}{after}"


def test_a_body_of_a_docstring_alone_is_to_be_written_too() -> None:
    """A reference that does nothing still becomes a stub that is not done."""
    assert (
        stub('# %%\ndef f():\n    """Do nothing."""\n', ["f"])
        == f'# %%\ndef f():\n    """Do nothing."""\n{TODO}'
    )


def test_only_marked_regions_go_where_a_body_has_them() -> None:
    """What is around the marks is given; each region becomes its own task at its own indentation."""
    solution = """# %%
def f(x):
    "Say."
    y = 1
    if x:
        ### BEGIN SOLUTION
        y = 2
        ### END SOLUTION
    ### BEGIN SOLUTION
    return y
    ### END SOLUTION
"""
    expected = """# %%
def f(x):
    "Say."
    y = 1
    if x:
        # YOUR CODE HERE
        raise NotImplementedError()
    # YOUR CODE HERE
    raise NotImplementedError()
"""
    assert stub(solution, ["f"]) == expected


def test_a_region_that_holds_only_comments_belongs_to_its_function() -> None:
    """The tree ends before such a region; the function does not."""
    solution = '# %%\ndef f(x):\n    "Say."\n    given = x\n    ### BEGIN SOLUTION\n    # note\n    ### END SOLUTION\n'
    assert stub(solution, ["f"]) == f'# %%\ndef f(x):\n    "Say."\n    given = x\n{TODO}'


def test_regions_outside_graded_functions_go_without_stopping_the_import() -> None:
    """At the top level nothing may raise, and an emptied block needs a statement."""
    mark = "### BEGIN SOLUTION\n{0}secret = 1\n{0}### END SOLUTION\n"
    solution = (
        "# %%\n"
        + mark.format("")
        + "if True:\n    "
        + mark.format("    ")
        + "def g():\n    "
        + mark.format("    ")
    )
    assert (
        stub(solution, [])
        == f"# %%\n# YOUR CODE HERE\nif True:\n    # YOUR CODE HERE\n    pass\ndef g():\n{TODO}"
    )


def test_a_class_keeps_its_form_and_its_methods_lose_their_bodies() -> None:
    """Attributes, decorators and docstrings are given, in nested classes too."""
    solution = """# %%
class S:
    "Say."
    a = 1

    @staticmethod
    def forward(
        x,
    ):
        # hint
        return x

    class Inner:
        async def run(self):
            "Run."
            return 2
"""
    expected = """# %%
class S:
    "Say."
    a = 1

    @staticmethod
    def forward(
        x,
    ):
        # YOUR CODE HERE
        raise NotImplementedError()

    class Inner:
        async def run(self):
            "Run."
            # YOUR CODE HERE
            raise NotImplementedError()
"""
    assert stub(solution, ["S"]) == expected


def test_a_class_with_marks_loses_only_what_they_enclose() -> None:
    """The methods without marks are given."""
    solution = """# %%
class S:
    "Say."
    def given(self):
        return 1
    def asked(self):
        ### BEGIN SOLUTION
        return 2
        ### END SOLUTION
"""
    cut = stub(solution, ["S"])
    assert ("return 1" in cut, "return 2" in cut) == (True, False)


PRIVATE = """# %%
import math

# about the table
_TABLE = [1]
_: object = print()


def _one(x):
    return _two(x) + _TABLE[0]
    # still one


# %%
# a cell for two alone
def _two(x):
    return _one(x - 1)


# %%
def _given(x):
    return x


class _Unused: ...


# %%
def f(x):
    "Say."
    return _one(x)


def _after(): return 1


# %%
print(_given(1))
"""


def test_private_names_go_unless_what_is_left_uses_them() -> None:
    """Even two that call each other go, with their comments and with the cell that held nothing else."""
    expected = """# %%
import math

_: object = print()


# %%
def _given(x):
    return x


# %%
def f(x):
    "Say."
    # YOUR CODE HERE
    raise NotImplementedError()


# %%
print(_given(1))
"""
    assert stub(PRIVATE, ["f"]) == expected


def test_what_stands_before_the_first_cell_is_cut_like_the_rest() -> None:
    """A private name there goes, and with it the lines if they were all."""
    assert stub("def _a():\n    return 1\n\n\n# %%\nx = 1\n", []) == "# %%\nx = 1\n"
    assert stub("_a = 1\n", []) == "\n"
    assert stub("# %%\nx = 1\n# %%\n_a = 1\n", []) == "# %%\nx = 1\n"


def test_a_private_function_may_be_what_is_asked_for() -> None:
    """An underscore does not hide a graded function."""
    assert (
        stub('# %%\ndef _f():\n    "Say."\n    return 1\n', ["_f"]) == f'# %%\ndef _f():\n    "Say."\n{TODO}'
    )


ERRORS = {
    "missing": ("# %%\nx = 1\n", 1, "there is no function f"),
    "second": ('# %%\ndef f():\n    "S."\ndef f():\n    "S."\n', 4, "defined a second time"),
    "no docstring": ("# %%\ndef f():\n    return 1\n", 2, "has no docstring"),
    "no cell": ('def f():\n    "S."\n# %%\n', 1, "is in no cell"),
    "one line": ('# %%\ndef f(): "S."\n', 2, "shares a line"),
    "semicolon": ('# %%\ndef f():\n    "S."; return 1\n', 3, "shares a line"),
    "empty class": ('# %%\nclass f:\n    "S."\n    a = 1\n', 2, "no method to cut"),
    "no end": ('# %%\ndef f():\n    "S."\n    ### BEGIN SOLUTION\n', 4, "has no ### END"),
    "two begins": ("# %%\n### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION\n", 2, "has no ### END"),
    "no begin": ("# %%\n### END SOLUTION\n", 2, "has no ### BEGIN"),
    "two cells": ("# %%\n### BEGIN SOLUTION\n# %%\n### END SOLUTION\n", 2, "in its cell"),
    "near mark": ("# %%\n# begin solution\n", 2, "nearly a mark"),
    "beyond": (
        '# %%\ndef f():\n    "S."\n    ### BEGIN SOLUTION\n    return 1\nx = 1\n### END SOLUTION\n',
        4,
        "reach beyond f",
    ),
    "around": ('# %%\n### BEGIN SOLUTION\ndef f():\n    "S."\n### END SOLUTION\n', 2, "reach beyond f"),
    "syntax": ("# %%\n\ndef f(:\n", 3, "not Python"),
    "nul": ("\0", 1, "not Python"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_authors_error_names_file_line_and_remedy(name: str) -> None:
    """Each refusal starts with where it is and ends with what to do."""
    solution, line, message = ERRORS[name]
    with pytest.raises(BuildError, match=message) as caught:
        stub(solution, ["f"], file="reference/x/solution.py")
    assert str(caught.value).startswith(f"reference/x/solution.py:{line}: ")


def test_a_cut_that_breaks_the_syntax_is_an_error() -> None:
    """Marks inside an expression leave something that cannot be parsed."""
    solution = "# %%\nx = [\n    ### BEGIN SOLUTION\n    1,\n    ### END SOLUTION\n]\n"
    with pytest.raises(BuildError, match=r"solution.py without its solutions:4: this is not Python"):
        stub(solution, [])


@pytest.mark.parametrize(("value", "text"), [(4.0, "4 points"), (1.0, "1 point"), (2.5, "2.5 points")])
def test_points_read_as_one_would_write_them(value: float, text: str) -> None:
    """No trailing zeros, and one point is singular."""
    assert points(value) == text


def test_a_sheet_says_whose_it_is_and_what_it_is_worth(course: Course) -> None:
    """The note comes first; l.1 gets its own points, not those of l.10."""
    lines = sheet_stub(course.sheet("lines")).split("\n")
    assert lines[1].startswith("# **This is your file: work in it.**")
    assert [line for line in lines if line.startswith("# ## ")] == [
        "# ## l.1 Slope (1 point)",
        "# ## l.10 Steps (2.5 points)",
    ]


def test_a_sheets_stub_can_be_imported_and_does_nothing_yet(course: Course) -> None:
    """Every function is there and raises NotImplementedError."""
    scope: dict[str, object] = {}
    exec(sheet_stub(course.sheet("lines")), scope)  # noqa: S102 - that is the question
    slope = scope["slope"]
    assert callable(slope)
    with pytest.raises(NotImplementedError):
        slope([0, 1], [0, 1])


def _changed(course: Course, old: str, new: str) -> Sheet:
    sheet = course.sheet("lines")
    assert old in sheet.solution
    return replace(sheet, solution=sheet.solution.replace(old, new, 1))


SHEET_ERRORS = {
    "no heading": ("# ## l.1 Slope", "# ## Slope", "no heading carries l.1"),
    "heading of code": ("# %% [markdown]\n# ## l.1", "# %%\n# ## l.1", "no heading carries l.1"),
    "two headings": ("# ## l.1 Slope", "# ## l.1 Slope\n# ### l.1 again", "a second heading carries l.1"),
    "points by hand": ("# ## l.1 Slope", "# ## l.1 Slope (3 points)", "Leave them out"),
    "split exercise": ("def backward", "# %%\ndef backward", "move it to the cell of forward"),
}


@pytest.mark.parametrize("name", SHEET_ERRORS)
def test_a_sheet_that_students_could_not_follow_is_refused(course: Course, name: str) -> None:
    """Each exercise needs one heading with its id and one cell; the message names the reference's file."""
    old, new, message = SHEET_ERRORS[name]
    with pytest.raises(BuildError, match=rf"^reference/lines/solution.py:\d+: .*{message}"):
        sheet_stub(_changed(course, old, new))


def test_two_exercises_in_one_cell_are_refused(course: Course) -> None:
    """A cell is what nbgrader gives points for: it cannot be worth two exercises."""
    sheet = course.sheet("lines")
    start, end = sheet.solution.index("\n# %%\nprint(np"), sheet.solution.index("def forward")
    together = replace(sheet, solution=sheet.solution[:start] + sheet.solution[end:])
    with pytest.raises(BuildError, match="both steps shares a cell with slope"):
        sheet_stub(together)


def test_a_sheet_in_any_folder_is_named_by_its_last_two(root: Path) -> None:
    """Messages name `reference/<slug>/solution.py`, wherever the course lies."""
    file = root / "reference" / "lines" / "solution.py"
    file.write_text("# %%\n", encoding="utf-8")
    with pytest.raises(BuildError, match=r"^reference/lines/solution.py:1: there is no function slope"):
        sheet_stub(load_sheet(file.parent, "lines", 1))
