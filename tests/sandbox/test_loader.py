"""What running a submission's files leaves behind: a statement that fails costs nothing but itself."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from autograder.sandbox import loader, mending
from autograder.sandbox.loader import Loader, Modules, describe

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _interpreter_as_it_was() -> Iterator[None]:
    """Take back what a submission leaves in the interpreter: in the sandbox it has a process of its own."""
    finders, known = list(sys.meta_path), set(sys.modules)
    yield
    sys.meta_path[:] = finders
    for name in set(sys.modules) - known:
        del sys.modules[name]


def source(name: str, *cells: str) -> dict[str, Any]:
    """Return a file as it arrives in the sandbox."""
    return {"name": name, "cells": list(cells)}


def loaded(*sources: dict[str, Any], modules: tuple[dict[str, Any], ...] = (), **options: bool) -> Loader:
    """Return the loader after it has run some files, as the worker runs them."""
    run = Loader(definitions_only=options.get("definitions_only", False))
    sys.meta_path.append(Modules([*sources, *modules], run))
    for each in sources:
        run.run(each)
    return run


def names(run: Loader) -> dict[str, Any]:
    """Return what the student's code has defined."""
    return {name: value for name, value in vars(run.module).items() if not name.startswith("__")}


STUB = 'def f(x):\n    """What it does."""\n    raise NotImplementedError\n'
WORK = "def f(x):\n    return 2 * x\n"


def test_a_file_runs_in_one_namespace() -> None:
    """Cells see what earlier ones defined, and functions see each other."""
    run = loaded(
        source("a.ipynb", "import math\nk = 2", "def f(x):\n    return g(x) * k"),
        source("b.py", "def g(x):\n    return math.floor(x)"),
    )
    assert run.module.f(1.5) == 2
    assert (run.errors, run.notes) == ([], [])


@pytest.mark.parametrize(
    "failing",
    [
        "1 / 0",
        "undefined",
        "import a_module_that_is_not_here",
        "raise SystemExit",
        "import sys; sys.exit(3)",
        "exit()",
        "quit()",
        "raise KeyboardInterrupt",
        "raise GeneratorExit",
        "raise BaseException('x')",
        "assert False",
        "input()",
        "open('/nowhere/at/all')",
        "for i in range(3):\n    if i == 1:\n        raise ValueError(i)",
        "def broken(x=1 / 0):\n    pass",
        "@undefined\n@property\ndef broken():\n    pass",
        "@property\n@undefined\nclass Broken:\n    pass",
        "ü = 'ä', 1 / 0",
        "class Broken:\n    y = 1 / 0",
        "def deep(): return deep()\ndeep()",
        "eval('1 +')",
        "with open('/nowhere/at/all') as file:\n    pass",
    ],
)
def test_a_failing_statement_costs_nothing_but_itself(failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands before it and after it is there, and the error names the file and a line of it."""
    import builtins
    import io

    monkeypatch.setattr(builtins, "exit", sys.exit, raising=False)
    monkeypatch.setattr(builtins, "quit", sys.exit, raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    run = loaded(
        source(
            "a.py",
            f"before = 1\ndef first():\n    return before\n{failing}\nafter = 2\ndef last():\n    return after\n",
        )
    )
    assert {"before", "first", "after", "last"} <= set(names(run))
    assert run.module.first() + run.module.last() == 3
    (error,) = run.errors
    assert error["file"] == "a.py"
    assert error["line"] is not None


def test_every_failing_statement_is_noted_with_its_line() -> None:
    """Three errors are three, in order, and what is between them runs."""
    run = loaded(source("a.py", "a\nx = 1\n\nb\ny = x + 1\nc\n"))
    assert [(error["line"], error["message"]) for error in run.errors] == [
        (1, "name 'a' is not defined"),
        (4, "name 'b' is not defined"),
        (6, "name 'c' is not defined"),
    ]
    assert names(run) == {"x": 1, "y": 2}


def test_two_statements_on_a_line_are_two() -> None:
    """The second runs although the first has failed."""
    assert names(loaded(source("a.py", "1 / 0; x = 2\ny = 3"))) == {"x": 2, "y": 3}


def test_a_statement_over_many_lines_is_not_run_twice() -> None:
    """Going on after an error begins with the next statement, not with the next line."""
    run = loaded(
        source(
            "a.py",
            "seen = []\nfor i in range(2):\n    seen.append(i)\n    1 / 0\n    seen.append('x')\nend = True",
        )
    )
    assert names(run) == {"seen": [0], "i": 0, "end": True}


def test_a_failing_cell_costs_no_other() -> None:
    """The message says which cell it was."""
    run = loaded(source("a.ipynb", "x = 1", "y = x +", "z = x + 1"))
    assert names(run) == {"x": 1, "z": 2}
    assert [(error["file"], error["line"], error["type"]) for error in run.errors] == [
        ("a.ipynb, cell 2", 1, "SyntaxError")
    ]


def test_an_error_inside_a_library_names_the_students_line() -> None:
    """The last line of the student's own that the exception passed through."""
    run = loaded(source("a.py", "import json\n\ndef f():\n    json.loads('{')\n\nf()\n"))
    assert [(error["line"], error["file"], error["type"]) for error in run.errors] == [
        (4, "a.py", "JSONDecodeError")
    ]


@pytest.mark.parametrize(
    ("text", "kind", "line", "lost", "kept"),
    [
        ("def f(x):\n    return x\n\ndef g(x) return x\n", "SyntaxError", 4, ["g"], ["f"]),
        ("def f(x):\n    return x\n  y = 1\ndef g(x):\n    pass", "IndentationError", 3, ["f"], ["g"]),
        ("def f(x):\n    return 'x\ndef g(y):\n    pass", "SyntaxError", 2, ["f"], ["g"]),
        ("def f(x):\n    return (x\n\nk = 2\nclass C:\n    pass\n", "SyntaxError", 2, ["f"], ["k", "C"]),
        ("@g\ndef f(x) 1\n\ndef g(x):\n    pass\n", "SyntaxError", 2, ["f"], ["g"]),
        ("if True:\n    k = 1\nelse\n    k = 2\ndef g(x):\n    pass\n", "SyntaxError", 3, [], ["g"]),
        (
            "t = '''\nwe write\ndef here\n'''\ndef f(x) 1\ndef g(x):\n    pass\n",
            "SyntaxError",
            5,
            ["f"],
            ["t", "g"],
        ),
        ("we write here\nand here\nk = 1\ndef g(x):\n    pass\n", "SyntaxError", 1, [], ["k", "g"]),
    ],
)
def test_a_function_that_is_no_python_costs_itself(
    text: str, kind: str, line: int, lost: list[str], kept: list[str]
) -> None:
    """It is not missing: the error says why it is not there. What stands around it is run, with its own line numbers."""
    run = loaded(source("a.py", text))
    (error,) = run.errors
    assert (error["type"], error["line"], error["lost"], error["file"]) == (kind, line, lost, "a.py")
    assert sorted(names(run)) == sorted(kept)


def test_a_text_that_defines_nothing_has_one_error() -> None:
    """Prose that became code is one cell that is skipped, not a list of lines."""
    run = loaded(source("a.ipynb", "This is prose.\nAnd a second line of it.\nx = 1\n"))
    assert [error["line"] for error in run.errors] == [1]
    assert names(run) == {}


def test_a_text_of_more_blocks_than_anybody_writes_is_not_looked_through() -> None:
    """Trying each of them would take longer than a submission has."""
    run = loaded(source("a.py", "def f(x): return x\n" + "a(\n" * mending.MAX_BLOCKS))
    assert (len(run.errors), run.errors[0]["lost"], names(run)) == (1, ["f"], {})


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("def f(x):\n\treturn x\n        return x\n", 8),
        ("def f(x):\n\tif x:\n\t    x = 2 * x\n        return x\n", 4),
        ("def f(x):\n    if x:\n\treturn x\n", 8),
    ],
)
def test_tabs_among_spaces(text: str, size: int) -> None:
    """They are read so that the text is Python; which size that was is said."""
    run = loaded(source("a.py", text))
    assert run.module.f(3) in {3, 6}
    assert run.errors == []
    assert run.repairs == [f"a.py: tabs and spaces were mixed; each tab was read as {size} spaces."]


def test_tabs_that_no_size_makes_python_of() -> None:
    """Then it is an error like any other."""
    run = loaded(source("a.py", "def f(x):\n\treturn x\n   return x\ndef g(x):\n\treturn x\n"))
    assert ([error["lost"] for error in run.errors], list(names(run)), run.repairs) == ([["f"]], ["g"], [])


@pytest.mark.parametrize("text", ["x = 1\0", "(" * 5000 + ")" * 5000, "-" * 200_000 + "1"])
def test_text_that_the_compiler_refuses_costs_itself(text: str) -> None:
    """Not only syntax errors: null bytes and endless nesting as well."""
    run = loaded(source("a.ipynb", text, "y = 2"))
    assert names(run) == {"y": 2}
    assert len(run.errors) == 1


def test_only_syntax_loses_functions() -> None:
    """An error while the file runs loses none: they are defined before it and after it."""
    (error,) = loaded(source("a.py", "def f():\n    pass\n1 / 0\ndef g():\n    pass")).errors
    assert error["lost"] == []


# ---------------------------------------------------------------- what is mended at the end


def finished(*sources: dict[str, Any], functions: tuple[str, ...] = (), **options: Any) -> Loader:
    """Return the loader after it has run some files and mended what it can."""
    run = loaded(*sources, **options)
    run.finish(functions)
    return run


def test_what_came_too_early_is_run_again() -> None:
    """A definition that uses what comes later works at the end, and what uses it in turn, in whatever order."""
    run = finished(source("a.ipynb", "c = b + 1", "b = a + 1", "def f(x, y=a):\n    return x + y", "a = 1"))
    assert (run.module.c, run.module.f(1), run.errors) == (3, 2, [])
    assert sorted(run.repairs) == [
        f"a.ipynb, cell {number}, line 1: run again at the end, since it uses what comes later."
        for number in (1, 2, 3)
    ]


def test_what_comes_later_counts() -> None:
    """A definition that failed does not come back over one that is further down."""
    run = finished(
        source(
            "a.ipynb",
            "k = gone",
            "@gone\ndef f():\n    return 1\n",
            "k = 2",
            "def f():\n    return 2",
            "gone = 1 / 0",
            "gone = 5",
        )
    )
    assert (run.module.k, run.module.f(), run.repairs) == (2, 2, [])


def test_what_lacks_several_names_is_run_until_all_are_there() -> None:
    """Each try may find the next one missing."""
    run = finished(source("a.ipynb", "x, y = a + b, 1", "b = c", "a = c", "c = 1"))
    assert (run.module.x, run.module.y, run.errors) == (2, 1, [])


@pytest.mark.parametrize("text", ["table[0] = k", "thing.part = k", "seen[0], x = k, 1"])
def test_only_names_are_defined_again(text: str) -> None:
    """What changes something that is there is not run again."""
    run = finished(source("a.ipynb", "seen = [0]\ntable = [0]", text, "k = 1"))
    assert (run.module.seen, run.module.table, len(run.errors)) == ([0], [0], 1)


@pytest.mark.parametrize(
    "text", ["seen.append(k)", "for i in range(3):\n    seen.append(i + k)", "x = k + gone"]
)
def test_what_does_something_is_not_run_twice(text: str) -> None:
    """Only a definition can be repeated without harm; and what fails once more has failed once."""
    run = finished(source("a.ipynb", "seen = []", text, "k = 1"))
    assert (run.module.seen, len(run.errors), run.repairs) == ([], 1, [])


def test_an_import_that_was_deleted_is_put_back() -> None:
    """If the code uses it, and has nothing else of that name."""
    run = finished(source("a.py", "def f(x):\n    return np.sum(x) + math.pi\nk = np.float64(1)\n"))
    assert run.module.f([1.0]) > 4
    assert run.module.k == 1
    assert run.repairs[:2] == [
        "The line `import numpy as np` was missing and was put back.",
        "The line `import math` was missing and was put back.",
    ]
    for text in (
        "x = 1",
        "import math as np\nx = np.pi",
        "s = 'np.y'  # np.z",
        "def f(a):\n    return a.sum()",
    ):
        assert finished(source("a.py", text)).repairs == []


def test_a_decorator_that_is_not_there_does_not_cost_the_function() -> None:
    """One that works stays, and so does one that is defined further down."""
    run = finished(
        source(
            "a.ipynb",
            "@gone(fast=True)\ndef f(x):\n    return x\n",
            "@twice\ndef g(x):\n    return x\n",
            "def twice(f):\n    return lambda x: 2 * f(x)\n",
        )
    )
    assert (run.module.f(1), run.module.g(1), run.errors) == (1, 2, [])
    assert run.repairs == [
        "a.ipynb, cell 2, line 2: run again at the end, since it uses what comes later.",
        "a.ipynb, cell 1, line 2: defined without its decorator, which did not work.",
    ]


def test_a_function_in_other_letters_is_taken_for_the_one_that_is_asked_for() -> None:
    """Also where the stub is still there."""
    run = finished(source("a.py", WORK.replace("f(", "F(") + STUB), functions=("f",))
    assert run.module.f(3) == 6
    assert run.repairs == ["F was taken for f: write its name like that."]


@pytest.mark.parametrize(
    "text",
    [
        "def fF(x): pass\ndef Ff(x): pass\n",
        "FF = 3\n",
        "def g(x): pass\n",
        "def FF(x):\n    raise NotImplementedError\n",
    ],
)
def test_only_one_function_can_be_meant(text: str) -> None:
    """Of two that differ in their letters nobody knows which; a number and a stub are no work."""
    run = finished(source("a.py", text), functions=("ff",))
    assert ("ff" in names(run), run.repairs) == (False, [])


def test_a_function_that_is_there_is_the_one() -> None:
    """Whatever else has its name in other letters."""
    run = finished(source("a.py", WORK + "def F(x):\n    return 0\n"), functions=("f", "F"))
    assert (run.module.f(3), run.module.F(3), run.repairs) == (6, 0, [])


def test_names_of_one_import_fail_alone() -> None:
    """What is there is imported, and the error names what is not."""
    run = finished(source("a.py", "import math, gone\nfrom math import pi, nothing\nfrom os import gone\n"))
    assert (run.module.math.pi, run.module.pi) == (run.module.pi, run.module.math.pi)
    assert [error["type"] for error in run.errors] == ["ModuleNotFoundError", "ImportError", "ImportError"]


# ---------------------------------------------------------------- stubs


@pytest.mark.parametrize(
    "stub",
    [
        STUB,
        "def f(x):\n    raise NotImplementedError\n",
        "def f(x):\n    raise NotImplementedError('write it')\n",
        "def f(x):\n    raise NotImplementedError from None\n",
    ],
)
@pytest.mark.parametrize(
    "form",
    [
        "one cell",
        "two cells",
        "two files",
        "other order, one cell",
        "other order, two cells",
        "other order, two files",
    ],
)
def test_a_stub_never_replaces_work(stub: str, form: str) -> None:
    """Whichever comes first, in one cell, two cells or two files."""
    first, second = (WORK, stub) if form.startswith("other order") else (stub, WORK)
    files = {
        "one cell": [source("a.py", first + second)],
        "two cells": [source("a.ipynb", first, second)],
        "two files": [source("a.py", first), source("b.py", second)],
    }[form.removeprefix("other order, ")]
    run = loaded(*files)
    assert run.module.f(3) == 6
    told = [note for note in run.notes if "the empty stub of f was ignored" in note]
    assert len(told) == (1 if form.startswith("other order") else 0)


CLASS_STUB = "class V:\n    def f(self):\n        raise NotImplementedError\n\n    def g(self):\n        raise NotImplementedError\n"
CLASS_WORK = "class V:\n    def f(self):\n        return 6\n\n    def g(self):\n        return 7\n"


@pytest.mark.parametrize("cells", [(CLASS_STUB, CLASS_WORK), (CLASS_WORK, CLASS_STUB)])
def test_a_class_of_stubs_never_replaces_work(cells: tuple[str, str]) -> None:
    """Whichever comes first."""
    run = loaded(source("a.ipynb", *cells))
    assert run.module.V().f() == 6
    assert (
        run.notes
        == ["a.ipynb, cell 2: the empty stub of V was ignored, because it is solved elsewhere."][
            : cells[0] == CLASS_WORK
        ]
    )


def test_the_class_with_fewer_stubs_counts() -> None:
    """Half of the work is more than none of it, and less than all of it; of equals the later one counts."""
    half = CLASS_STUB.replace("raise NotImplementedError", "return 1", 1)
    for earlier, later, f in ((CLASS_STUB, half, 1), (CLASS_WORK, half, 6), (half, CLASS_WORK, 6)):
        assert loaded(source("a.ipynb", earlier, later)).module.V().f() == f
    assert loaded(source("a.ipynb", half, half.replace("return 1", "return 2"))).module.V().f() == 2


def test_two_stubs_are_not_work() -> None:
    """A sheet that was handed in twice without work is not said to be solved somewhere."""
    run = loaded(source("a.py", STUB), source("a.ipynb", STUB))
    with pytest.raises(NotImplementedError):
        run.module.f(1)
    assert run.notes == []


def test_later_work_replaces_earlier_work() -> None:
    """As in Python: only a stub is not work."""
    run = loaded(source("a.py", WORK + "def f(x):\n    return 5\n"))
    assert run.module.f(1) == 5
    assert run.notes == []


def test_an_imported_function_is_not_replaced_by_a_stub() -> None:
    """A notebook may import its solution from a file and still have the stub further down."""
    run = loaded(source("a.ipynb", "from mine import f", STUB), modules=(source("mine.py", WORK),))
    assert run.module.f(3) == 6


def test_a_raise_after_work_is_no_stub() -> None:
    """Only a body that does nothing else is one."""
    run = loaded(
        source("a.py", WORK), source("b.py", "def f(x):\n    y = x\n    raise NotImplementedError\n")
    )
    with pytest.raises(NotImplementedError):
        run.module.f(1)


def test_lambdas_and_comprehensions_define_nothing_again() -> None:
    """A cell with two lambdas is run whole, not statement by statement, and each name has its own."""
    run = loaded(
        source(
            "a.py",
            "f = lambda x: x + 1\ng = lambda x: x + 2\nh = [i for i in range(2)] + [i for i in range(1)]\n",
        )
    )
    assert (run.module.f(1), run.module.g(1), run.module.h) == (2, 3, [0, 1, 0])
    assert run.errors == []


def test_work_as_a_lambda_is_not_replaced_by_a_stub() -> None:
    """A function is what can be called."""
    assert loaded(source("a.ipynb", "f = lambda x: 2 * x", STUB)).module.f(3) == 6


# ---------------------------------------------------------------- definitions only


def test_definitions_only_leaves_out_what_does_something() -> None:
    """Imports, functions, classes and plain assignments stay; loops, calls and prints do not."""
    text = (
        "import math\nfrom math import floor\nk = math.floor(2.5)\nn: int = 3\n"
        "def f(x):\n    return x + k\nclass C:\n    z = 1\n"
        "ran = []\nran.append(1)\nprint('x')\nfor i in range(3):\n    pass\nwhile False:\n    pass\n"
        "if True:\n    inside = 1\ntry:\n    tried = 1\nfinally:\n    pass\nwith open('x') as file:\n    pass\n"
        "result = f(1)\nassert False\nk += 1\n"
    )
    run = loaded(source("a.py", text), definitions_only=True)
    assert set(names(run)) == {"math", "floor", "k", "n", "f", "C", "ran"}
    assert (run.module.k, run.module.ran, run.errors) == (2, [], [])


def test_definitions_only_still_ignores_stubs() -> None:
    """And a failing statement still costs nothing but itself."""
    run = loaded(source("a.py", f"{WORK}x = 1 / 0\n{STUB}y = 2"), definitions_only=True)
    assert (run.module.f(3), run.module.y, len(run.errors)) == (6, 2, 1)


# ---------------------------------------------------------------- modules


def test_files_import_each_other() -> None:
    """In a circle too, and from a folder: a module is found by the name of its file."""
    run = loaded(
        source("ops.py", "import losses\ndef f():\n    return losses.g()\ndef one():\n    return 1\n"),
        modules=(
            source(
                "src/losses.py", "import ops\nfrom deep import two\ndef g():\n    return ops.one() + two\n"
            ),
            source("src/deep.py", "two = 2\n"),
        ),
    )
    assert run.errors == []
    assert run.module.f() == 3


@pytest.mark.parametrize(
    "text",
    [
        "from .tools import two",
        "from . import tools\ntwo = tools.two",
        "from src import tools\ntwo = tools.two",
        "import src.tools\ntwo = src.tools.two",
        "from src.tools import *",
        "from SRC.Tools import two",
    ],
)
@pytest.mark.parametrize("files", [("src/tools.py",), ("src/__init__.py", "src/tools.py")])
def test_modules_in_folders(text: str, files: tuple[str, ...]) -> None:
    """By their path, as parts of a package, beside the file, and in the letters that some systems take for the same."""
    sources = tuple(source(name, "two = 2\n" if "tools" in name else "one = 1\n") for name in files)
    run = loaded(source("ops.py", text), modules=sources)
    assert (run.errors, run.module.two) == ([], 2)


def test_an_error_in_a_module_is_its_own() -> None:
    """What it defines beside the error can be imported."""
    run = loaded(
        source("a.py", "from mine import f\nx = f(1)"), modules=(source("mine.py", f"1 / 0\n{WORK}"),)
    )
    assert run.module.x == 2
    assert [(error["file"], error["line"]) for error in run.errors] == [("mine.py", 1)]


def test_a_students_file_does_not_hide_the_standard_library() -> None:
    """A file named like one of Python's own modules is not imported in its place."""
    run = loaded(
        source("a.py", "import colorsys, math\nx = colorsys.rgb_to_hsv\ny = math.pi"),
        modules=(source("colorsys.py", "x = 1"), source("math.py", "pi = 4")),
    )
    assert run.errors == []
    assert run.module.y != 4


def test_what_is_not_there_cannot_be_imported() -> None:
    """The finder says nothing of other names."""
    run = loaded(source("a.py", "import theirs"), modules=(source("mine.py", "x = 1"),))
    assert [error["type"] for error in run.errors] == ["ModuleNotFoundError"]


# ---------------------------------------------------------------- annotations and errors


def test_annotations_that_do_not_resolve_cost_nothing() -> None:
    """They are never evaluated, whether in a signature, an assignment or a class."""
    text = "def f(x: np.ndarray, y: Missing[int] = 1) -> torch.Tensor:\n    return x + y\nk: Unknown = 1\nclass C:\n    z: Nothing = 2\n"
    run = loaded(source("a.py", text))
    assert (run.module.f(1), run.module.k, run.module.C.z, run.errors) == (2, 1, 2, [])


def test_annotations_do_not_resolve_when_run_one_by_one_either() -> None:
    """A cell with two functions of one name is run statement by statement."""
    run = loaded(source("a.py", f"{STUB}def f(x: np.ndarray) -> Missing:\n    return x\n"))
    assert (run.module.f(1), run.errors) == (1, [])


def test_dataclasses_find_their_module() -> None:
    """They look it up by name."""
    run = loaded(source("a.py", "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int = 1\n"))
    assert (run.module.P().x, run.errors) == (1, [])


def raised(error: BaseException) -> BaseException:
    """Return the exception with a traceback."""
    try:
        raise error  # noqa: TRY301 - an exception has a traceback once it was raised
    except BaseException as caught:  # noqa: BLE001 - it is the one that was given
        return caught


def test_an_exception_is_described() -> None:
    """By its classes, its message and the line in the student's file."""

    class OwnError(KeyError):
        pass

    found = describe(raised(OwnError("x")), {__file__})
    line = found.pop("line")
    assert found == {
        "type": "OwnError",
        "bases": ["OwnError", "KeyError", "LookupError", "Exception", "BaseException"],
        "message": "'x'",
        "file": __file__,
    }
    assert isinstance(line, int)


def test_an_exception_from_elsewhere_has_no_line() -> None:
    """The line of a file that the student did not write says nothing."""
    found = describe(raised(ValueError("x")), {"a.py"})
    assert (found["line"], found["file"]) == (None, "")


@pytest.mark.parametrize("broken", [RuntimeError("no"), SystemExit(3), KeyboardInterrupt()])
def test_an_exception_that_cannot_be_printed_has_no_message(broken: BaseException) -> None:
    """Whatever its __str__ raises."""

    class OwnError(Exception):
        def __str__(self) -> str:
            raise broken

    assert describe(raised(OwnError()), set())["message"] == ""


def test_a_long_message_is_cut() -> None:
    """It goes into a report."""
    assert len(describe(raised(ValueError("x" * 10_000)), set())["message"]) == loader.MAX_TEXT


def test_classes_that_hold_each_other_are_no_end() -> None:
    """As torch ties a function to its backward: only what is written in a class is looked at."""
    text = "class Swish:\n    def forward(x):\n        return x\nclass Back:\n    of = Swish\nSwish.back = Back\n"
    loader = loaded(source("a.py", text))
    loader.finish(["Swish"])
    assert (loader.errors, loader.repairs) == ([], [])
