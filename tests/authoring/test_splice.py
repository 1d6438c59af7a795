"""A variant or a mistake, as a complete submission."""

from __future__ import annotations

import re
import textwrap
import types
from typing import Any

import pytest

from autograder.authoring.loading import CourseError
from autograder.authoring.splice import SpliceError, splice

SOLUTION = '''\
# %% [markdown]
# # A sheet

# %%
import math

SCALE = 2


def _half(x):
    return x / 2


# %%
@staticmethod
def double(x):
    """Return twice x."""
    return SCALE * x


# %%
def after(x):  # stays
    return double(x)
'''

REGISTER = """
from autograder.authoring import Assignment

assignment = Assignment("a", title="A")
exercise = assignment.exercise("double")
"""


def _spliced(checks: str, replacement: str, function: str = "double", solution: str = SOLUTION) -> str:
    return splice(solution, textwrap.dedent(checks), function, replacement)


def _run(text: str) -> dict[str, Any]:
    scope: dict[str, Any] = {}
    exec(text, scope)  # noqa: S102 - a submission is there to be run
    return scope


def test_only_the_one_function_differs() -> None:
    """The rest of the file, comments and all, is the reference's; the decorators of both are gone."""
    text = _spliced(
        REGISTER + '@exercise.mistake("says")\ndef double_wrong(x):\n    # why ö\n    return  x+3\n',
        "double_wrong",
    )
    start, end = SOLUTION.index("@staticmethod"), SOLUTION.index("\n\n\n# %%\ndef after")
    assert text == SOLUTION[:start] + "def double(x):\n    # why ö\n    return  x+3" + SOLUTION[end:]


def test_the_solutions_own_functions_call_the_replacement() -> None:
    """A mistake shows wherever the function is used, as in a student's file."""
    assert _run(_spliced("def wrong(x): return -x", "wrong"))["after"](3) == -3


@pytest.mark.parametrize(
    ("only", "body", "kept"),
    [
        (("double",), "-x", {"double"}),
        (("double",), "_half(x)", {"double", "_half"}),
        (("double",), "help(x)", {"double", "_half", "help"}),
        (("after",), "-x", {"double", "after"}),
        ((), "-x", {"double", "after", "_half"}),
    ],
)
def test_only_what_is_called_is_kept(only: tuple[str, ...], body: str, kept: set[str]) -> None:
    """By the functions that are asked for, by the replacement, and by what comes along with it; constants all stay."""
    checks = f"def help(x): return _half(x)\ndef wrong(x): return {body}"
    scope = _run(splice(SOLUTION, checks, "double", "wrong", only))
    assert {name for name, value in scope.items() if isinstance(value, types.FunctionType)} == kept
    assert scope["SCALE"] == 2


def test_a_recursion_goes_on_under_the_new_name() -> None:
    """Calls, also inside an f-string and after characters of several bytes; strings and attributes stay."""
    text = _spliced(
        """\
        def slow(x, ä=""):
            "slow(x)"
            return "ö", slow.__name__, "slow" if x == 0 else (slow(x - 1)[2], slow(0)[1])
        """,
        "slow",
    )
    assert _run(text)["double"](1) == ("ö", "double", ("slow", "double"))


def test_a_recursion_inside_an_f_string_is_renamed() -> None:
    """The syntax tree of Python 3.11 does not say where such a name stands."""
    text = _spliced('def f(x):\n    return f"{x and f(x - 1)}!"\n', "f")
    assert _run(text)["double"](1) == "0!!"


def test_an_async_function_and_a_class_can_stand_in() -> None:
    """Whatever defines the name will do."""
    assert "async def double(x)" in _spliced("async  def  f(x): ...", "f").replace("  ", " ")
    text = _spliced("class Fast(list):\n    def again(self):\n        return Fast", "Fast")
    assert _run(text)["double"]().again().__name__ == "double"


def test_what_the_replacement_needs_comes_along() -> None:
    """Imports cut to what is asked for, helper functions, classes, constants; in their order, and nothing else."""
    text = _spliced(
        REGISTER
        + textwrap.dedent("""\
        import os.path, json as js, sys
        from functools import partial as part, reduce

        UNUSED = 1
        try:
            START, _END = 10, 20
        except Exception:
            START = 0

        def add(a, b):
            return START + a + b + (lambda: len(js.dumps(os.path.sep)))()

        class Sum:
            by = part(add, 1)

        @exercise.variant()
        def summed(x):
            return Sum.by(x)
        """),
        "summed",
    )
    assert _run(text)["double"](5) == 10 + 1 + 5 + 3
    for absent in ("UNUSED", "reduce", "sys", "autograder", "assignment"):
        assert absent not in text


def test_statements_that_share_a_line_come_apart() -> None:
    """Columns count in bytes, so letters of several bytes stand before the cut."""
    text = _spliced('UNUSED = "öö"; K = ("ä",\n  4)  # note\ndef f(x): return K[1]\n', "f")
    assert 'K = ("ä",\n  4)\n' in text
    assert ("UNUSED" in text, _run(text)["double"](1)) == (False, 4)


def test_a_name_that_the_solution_has_is_the_solutions() -> None:
    """So a mistake can use what students are given, and calls the reference's other functions."""
    text = _spliced("SCALE = 99\nimport math\n\ndef f(x): return math.floor(_half(SCALE * x))\n", "f")
    assert _run(text)["double"](3) == 3
    assert text.count("SCALE = ") == 1


def test_local_names_need_nothing() -> None:
    """Arguments, comprehension variables and attributes are not the module's, even if it has the name."""
    text = _spliced(
        "value = item = real = 1\n\ndef f(x, value=2):\n    return [item for item in (value, x.real)]\n", "f"
    )
    assert "item = real" not in text


def test_another_registered_function_comes_without_its_registration() -> None:
    """One mistake may be built on another; decorators of other kinds stay."""
    text = _spliced(
        REGISTER
        + textwrap.dedent("""\
        from functools import cache

        @exercise.variant()
        @cache
        def good(x):
            return 2 * x

        @exercise.mistake("says")
        def off(x):
            return good(x) + 1
        """),
        "off",
    )
    scope = _run(text)
    assert (scope["double"](4), scope["good"].cache_info().misses) == (9, 1)
    assert "exercise" not in text


def test_a_function_that_calls_the_replacement_back_finds_it() -> None:
    """Two functions of `checks.py` may call each other."""
    text = _spliced(
        "def even(n): return n == 0 or odd(n - 1)\ndef odd(n): return n != 0 and even(n - 1)\n", "even"
    )
    assert [_run(text)["double"](n) for n in (3, 4)] == [False, True]


def test_the_replacement_may_have_the_functions_name() -> None:
    """Then there is nothing to rename, and it may call itself."""
    text = _spliced("def double(x): return x and 2 + double(x - 1)\n", "double")
    assert _run(text)["double"](3) == 6


FUTURE = """\
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from autograder.model import Run
async def wait() -> Run: ...
class Held:
    run: Run
    def __init__(self, run: Run) -> None:
        self.run: Run = run
def f(run: Run, *rest: Run) -> Run:
    kept: Run = Held(run).run
    return kept, wait
"""


def test_annotations_that_are_never_evaluated_need_nothing() -> None:
    """What stands under TYPE_CHECKING does not come along, and the annotations stay unevaluated."""
    text = _spliced(FUTURE, "f")
    assert "TYPE_CHECKING" not in text
    assert text.startswith("from __future__ import annotations\n")
    assert _run(text)["double"](1)[0] == 1


@pytest.mark.parametrize(
    ("top", "line"),
    [('"""A docstring."""\n', 1), ("from __future__ import annotations\n", 0), ("# note\n", 0)],
)
def test_the_future_import_comes_once_and_first(top: str, line: int) -> None:
    """Only a docstring may stand before it."""
    text = _spliced(FUTURE, "f", solution=top + SOLUTION)
    assert text.split("\n")[line] == "from __future__ import annotations"
    assert text.count("from __future__") == 1
    _run(text)


def test_a_splice_error_is_a_course_error() -> None:
    """Commands catch one exception for all that authors can get wrong."""
    assert issubclass(SpliceError, CourseError)


ERRORS = {
    "no such function": ("def f(): ...", "g", "checks.py has no function g at its top level"),
    "not at the top": ("if True:\n    def g(): ...", "g", "checks.py has no function g"),
    "twice": ("def f(): ...\ndef f(): ...", "f", "checks.py:2: f is defined twice"),
    "syntax": ("\ndef f(:", "f", "checks.py:2: this is not Python"),
    "scope": ("def f():\n    nonlocal x", "f", "checks.py:2: this is not Python"),
    "unknown name": ("\ndef f(): return g()\ndef h(): ...", "f", "checks.py:2: nothing defines g"),
    "unknown, deeper": ("def f(): return g()\ndef g(): return h", "f", "checks.py:2: nothing defines h"),
    "calls the reference": (
        "def f(x): return double(x) + 1",
        "f",
        "checks.py:1: f calls double, which it replaces",
    ),
    "the exercise": (REGISTER + "def f(): return exercise", "f", "needs Assignment from autograder"),
    "our module": ("import autograder.model as m\ndef f(): return m", "f", "needs m from autograder"),
    "both": ("SCALE, B = 1, 2\ndef f(): return B", "f", "checks.py:1: this statement defines SCALE again"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_a_function_that_cannot_stand_in_is_refused(name: str) -> None:
    """The message names the line of `checks.py` and what to do."""
    checks, replacement, message = ERRORS[name]
    with pytest.raises(SpliceError, match=re.escape(message)):
        splice(SOLUTION, checks, "double", replacement)


def test_a_name_that_is_both_the_function_and_a_local_one_is_refused() -> None:
    """Renaming would have to tell them apart."""
    with pytest.raises(SpliceError, match=r"checks.py:1: f is this function and also one of its local names"):
        _spliced("def f(x):\n    def g(f): return f\n    return g(f)\n", "f")


def test_a_solution_without_the_function_is_refused() -> None:
    """The mistake names a function that the reference does not have."""
    with pytest.raises(SpliceError, match=r"solution.py has no function triple"):
        splice(SOLUTION, "def f(): ...", "triple", "f")


def test_a_broken_solution_is_refused() -> None:
    """Its own line is named."""
    with pytest.raises(SpliceError, match=r"solution.py:2: this is not Python"):
        splice("\nx = (", "def f(): ...", "double", "f")
