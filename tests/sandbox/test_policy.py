"""What the code of an exercise uses, as far as it is written out: every road to it is found, and honest code is left alone."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox import policy
from autograder.sandbox.policy import read

AUTOGRAD = ["torch.autograd", "torch.func", ".backward", ".requires_grad_", "torch(requires_grad=)"]
FORBIDDEN = [*AUTOGRAD, "numpy.gradient"]
TOP = "import numpy as np\nimport torch\n\n"


def source(name: str, *cells: str) -> dict[str, Any]:
    """Return a file as the worker receives it."""
    return {"name": name, "cells": [textwrap.dedent(cell) for cell in cells]}


def findings(
    *cells: str, forbids: list[str] | None = None, functions: tuple[str, ...] = ("f",), **modules: str
) -> list[dict[str, Any]]:
    """Return what is found in a file of these cells."""
    beside = [source(f"{name}.py", text) for name, text in modules.items()]
    rules = {"e": {"functions": list(functions), "forbids": FORBIDDEN if forbids is None else forbids}}
    return read([source("work.py", *cells)], beside, rules)["e"]


def said(*cells: str, **more: Any) -> list[tuple[str, str, int]]:
    """Return of each finding what is forbidden, how it is spelled, and the line."""
    return [(found["name"], found["said"], found["line"]) for found in findings(*cells, **more)]


USES = {
    "called": "def f(x):\n    return np.gradient(x)",
    "an alias of the package": "import numpy\ndef f(x):\n    return numpy.gradient(x)",
    "an alias of the function": "from numpy import gradient as g\ndef f(x):\n    return g(x)",
    "everything imported": "from numpy import *\ndef f(x):\n    return gradient(x)",
    "an import inside": "def f(x):\n    from numpy import gradient\n    return gradient(x)",
    "an import of the package inside": "def f(x):\n    import numpy as n\n    return n.gradient(x)",
    "assigned": "g = np.gradient\ndef f(x):\n    return g(x)",
    "assigned twice": "n = np\ng = n.gradient\nh = g\ndef f(x):\n    return h(x)",
    "assigned inside": "def f(x):\n    n = m = np\n    g = m.gradient\n    return g(x)",
    "assigned in a tuple": "a, b = np, 3\ndef f(x):\n    return a.gradient(x)",
    "a default": "def f(x, g=np.gradient):\n    return g(x)",
    "a default package": "def f(x, *, n=np):\n    return n.gradient(x)",
    "handed on": "def f(x):\n    return list(map(np.gradient, x))",
    "partial": "from functools import partial\ng = partial(np.gradient, edge_order=2)\ndef f(x):\n    return g(x)",
    "getattr": "def f(x):\n    return getattr(np, 'gradient')(x)",
    "getattr in pieces": "def f(x):\n    return getattr(np, 'grad' + 'ient')(x)",
    "__dict__": "def f(x):\n    return np.__dict__['gradient'](x)",
    "vars": "def f(x):\n    return vars(np)['gradient'](x)",
    "__import__": "def f(x):\n    return __import__('numpy').gradient(x)",
    "importlib": "import importlib\ndef f(x):\n    return importlib.import_module('numpy').gradient(x)",
    "sys.modules": "import sys\ndef f(x):\n    return sys.modules['numpy'].gradient(x)",
    "a helper": "def h(x):\n    return np.gradient(x)\ndef f(x):\n    return h(x)",
    "a helper of a helper": "def g(x):\n    return np.gradient(x)\ndef h(x):\n    return g(x)\ndef f(x):\n    return h(x)",
    "a later helper": "def f(x):\n    return h(x)\ndef h(x):\n    return np.gradient(x)",
    "a helper inside": "def f(x):\n    def h(y):\n        return np.gradient(y)\n    return h(x)",
    "a lambda": "h = lambda x: np.gradient(x)\ndef f(x):\n    return h(x)",
    "a lambda for the function": "f = lambda x: np.gradient(x)",
    "a class": "class H:\n    def g(self, x):\n        return np.gradient(x)\ndef f(x):\n    return H().g(x)",
    "a base class": "class H:\n    def g(self, x):\n        return np.gradient(x)\nclass f(H):\n    pass",
    "a method put in later": "class H: pass\nH.g = lambda self, x: np.gradient(x)\ndef f(x):\n    return H().g(x)",
    "setattr": "class H: pass\nsetattr(H, 'g', np.gradient)\ndef f(x):\n    return H().g(x)",
    "a table": "how = {'d': np.gradient}\ndef f(x):\n    return how['d'](x)",
    "a decorator": "def d(h):\n    return np.gradient\n@d\ndef f(x):\n    return x",
    "a condition": "if True:\n    g = np.gradient\ndef f(x):\n    return g(x)",
    "tried": "try:\n    from numpy import gradient as g\nexcept ImportError:\n    g = None\ndef f(x):\n    return g(x)",
    "a choice": "def f(x):\n    return (np.gradient if len(x) else np.diff)(x)",
    "either": "def f(x):\n    return (None or np).gradient(x)",
    "walrus": "def f(x):\n    return (n := np).gradient(x)",
    "a comprehension": "def f(x):\n    return [np.gradient(row) for row in x]",
    "a module beside it": "import beside\ndef f(x):\n    return beside.h(x)",
    "from a module beside it": "from beside import h as k\ndef f(x):\n    return k(x)",
    "its names": "from beside import n\ndef f(x):\n    return n.gradient(x)",
    "all of a module beside it": "from beside import *\ndef f(x):\n    return h(x)",
    "the last definition": "def f(x):\n    return x\ndef f(x):\n    return np.gradient(x)",
    "a stub after it": "def f(x):\n    return np.gradient(x)\ndef f(x):\n    raise NotImplementedError",
    "async": "async def h(x):\n    return np.gradient(x)\ndef f(x):\n    return h(x)",
    "a match": "def f(x):\n    match x:\n        case [*_]:\n            return np.gradient(x)",
    "beside a comprehension": "def f(x):\n    [np for np in x]\n    return np.gradient(x)",
    "a walrus in a comprehension": "def f(x):\n    return [n for _ in x if (n := np)][0], n.gradient(x)",
    "with": "def f(x):\n    with np.errstate() as s:\n        return np.gradient(x)",
}
BESIDE = "import numpy as n\ndef h(x):\n    return n.gradient(x)\n"


@pytest.mark.parametrize("name", USES)
def test_a_use_is_found_however_it_is_written(name: str) -> None:
    """Each names np.gradient on one road, and is told once for a line."""
    found = findings(TOP + USES[name], beside=BESIDE)
    assert {each["name"] for each in found} == {"numpy.gradient"}
    assert all("gradient" in each["said"] and each["line"] for each in found)


HONEST = {
    "its own gradient": "from numpy import gradient\ndef gradient(x):\n    return 2 * x\ndef f(x):\n    return gradient(x)",
    "a variable": "def f(x):\n    gradient = 2 * x\n    backward = gradient\n    return gradient + backward",
    "an argument": "def f(np):\n    return np.gradient",
    "an argument with a default": "def f(x, np=None):\n    return np.gradient",
    "a comment": "def f(x):\n    # not np.gradient(x), not torch.autograd\n    return x",
    "a docstring": "def f(x):\n    'As np.gradient(x), but by hand; no .backward().'\n    return x",
    "a text": "def f(x):\n    print('np.gradient', 'torch.autograd')\n    return x",
    "a test": "def f(x):\n    return x\nprint(np.gradient([1.0, 2.0]) - f(1.0))\nassert np.gradient",
    "a test in a function": "def f(x):\n    return x\ndef test_f():\n    assert np.gradient(f(1.0))",
    "a main block": "def f(x):\n    return x\nif __name__ == '__main__':\n    print(np.gradient(f(1.0)))",
    "another exercise": "def f(x):\n    return x\ndef g(x):\n    t = torch.tensor(x, requires_grad=True)\n    t.backward()\n    return t",
    "an import that is not used": "from numpy import gradient\nfrom torch.autograd import grad\ndef f(x):\n    return x",
    "a class of its own": "class V:\n    def backward(self):\n        for c in self.below:\n            c.backward()\ndef f(x):\n    V().backward()",
    "a field of its own": "class V:\n    def __init__(self):\n        self.requires_grad_ = 3\ndef f(x):\n    return V().requires_grad_",
    "an argument of its own": "class V:\n    def __init__(self, requires_grad):\n        pass\ndef f(x):\n    return V(requires_grad=True)",
    "a tensor": "def f(x):\n    return torch.tensor(x, requires_grad=False) + torch.zeros(3, dtype=torch.float64)",
    "an annotation": "def f(x: torch.autograd.Variable) -> torch.autograd.Function:\n    y: torch.autograd.Function = x\n    return y",
    "what was replaced": "def f(x):\n    return np.gradient(x)\ndef f(x):\n    return 2 * x",
    "a helper that was replaced": "def h(x):\n    return np.gradient(x)\ndef h(x):\n    return 2 * x\ndef f(x):\n    return h(x)",
    "a name that is something else now": "g = np.gradient\ng = 3.0\ndef f(x):\n    return g * x",
    "the result of a test": "grad = np.array([1.0])\ndef f(x):\n    return grad * x",
    "a similar name": "def f(x):\n    return np.gradients(x) + np.linalg.gradient",
    "a loop variable": "def f(x):\n    for np in x:\n        np.gradient\n    return [torch.autograd for torch in x]",
    "a global": "def f(x):\n    global counted\n    counted = 1\n    return x",
    "a caught exception": "def f(x):\n    try:\n        return x\n    except ValueError as np:\n        return np.gradient",
    "a pattern": "def f(x):\n    match x:\n        case [np, *torch]:\n            return np.gradient, torch.autograd\n        case {'a': 1, **np}:\n            return np.gradient",
    "a class's own name": "class V:\n    np = 3\n    size = np.gradient if 0 else 1\ndef f(x):\n    return V.size",
    "itself": "f = f",
    "what refers to itself": "g = h\nh = g\ndef f(x):\n    return g.gradient(x)",
    "nothing": "x = 1",
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_code_is_not_accused(name: str) -> None:
    """What is only named alike, what is no code, and what the exercise does not lead to."""
    assert findings(TOP + HONEST[name]) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return torch.autograd.grad(x, x)", ("torch.autograd", "torch.autograd.grad", 5)),
        ("t = torch\n    return t.autograd", ("torch.autograd", "t.autograd", 6)),
        ("from torch import autograd as g\n    return g.grad", ("torch.autograd", "import of torch.autograd", 5)),
        ("import torch.autograd.functional as g", ("torch.autograd", "import of torch.autograd.functional", 5)),
        ("return getattr(torch, 'autograd')", ("torch.autograd", "getattr(torch, 'autograd'), which is torch.autograd,", 5)),
        ("return torch.func.grad(x)", ("torch.func", "torch.func.grad", 5)),
        ("return x.backward()", (".backward", ".backward", 5)),
        ("return getattr(x, 'backward')()", (".backward", ".backward", 5)),
        ("return torch.ones(3).requires_grad_()", (".requires_grad_", ".requires_grad_", 5)),
        ("return torch.ones(3, requires_grad=True)", ("torch(requires_grad=)", "torch.ones(requires_grad=)", 5)),
        ("return torch.ones(3, requires_grad=bool(x))", ("torch(requires_grad=)", "torch.ones(requires_grad=)", 5)),
    ],
)  # fmt: skip
def test_what_is_told_of_a_use(body: str, expected: tuple[str, str, int]) -> None:
    """What is forbidden, how it is written, and in which line."""
    assert expected in said(f"{TOP}def f(x):\n    {body}", forbids=AUTOGRAD)


def test_a_whole_package_can_be_forbidden() -> None:
    """Whatever is used of it; an import that the exercise does not use is none."""
    assert said(f"{TOP}def f(x):\n    return torch.ones(3)\n", forbids=["torch"]) == [
        ("torch", "torch.ones", 5)
    ]
    assert said(f"{TOP}def f(x):\n    import torch\n", forbids=["torch"]) == [("torch", "import of torch", 5)]
    assert said(f"{TOP}def f(x):\n    return torchvision\n", forbids=["torch"]) == []


def test_the_place_is_that_of_the_cell() -> None:
    """A notebook's lines are counted in their cell; of a file with one piece, the file is enough."""
    found = findings("import numpy as np", "# by hand\ndef f(x):\n    return np.gradient(x)")
    assert [(each["file"], each["line"]) for each in found] == [("work.py, cell 2", 3)]
    assert findings(USES["its names"], beside=BESIDE)[0]["file"] == "work.py"
    assert findings(USES["from a module beside it"], beside=BESIDE)[0]["file"] == "beside.py"


def test_a_cell_that_is_no_python_costs_no_other() -> None:
    """It will not run either."""
    assert said("def f(:", TOP, "def f(x):\n    return np.gradient(x)") == [
        ("numpy.gradient", "np.gradient", 2)
    ]


def test_a_students_file_does_not_hide_a_library() -> None:
    """A file called numpy.py is not what `import numpy` gives."""
    assert said(f"{TOP}def f(x):\n    return np.gradient(x)", numpy="gradient = None")


def test_each_exercise_has_its_own_rules() -> None:
    """The same work is read for all of them."""
    rules = {
        "one": {"functions": ["f"], "forbids": ["numpy.gradient"]},
        "two": {"functions": ["g"], "forbids": ["numpy.gradient"]},
        "three": {"functions": ["f"], "forbids": ["numpy.diff"]},
    }
    text = f"{TOP}def f(x):\n    return np.gradient(x)\ndef g(x):\n    return np.diff(x)"
    found = read([source("work.py", text)], [], rules)
    assert {name: len(each) for name, each in found.items()} == {"one": 1, "two": 0, "three": 0}


def test_few_findings_are_told() -> None:
    """A hundred lines of the same say no more than ten."""
    text = "\n".join(f"    np.gradient(x, {number})" for number in range(100))
    found = said(f"{TOP}def f(x):\n{text}")
    assert [line for _, _, line in found] == list(range(5, 5 + policy.MOST))


def test_long_sums_are_read() -> None:
    """A sum of two thousand terms is two thousand deep, and honest."""
    total = " + ".join(["x"] * 2000)
    assert said(f"{TOP}def f(x):\n    return {total} + np.gradient(x)")
    assert not said(f"{TOP}def f(x):\n    return {total}")


def test_what_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may hold anything: nothing is taken for granted of it."""

    def parse(*_: Any) -> None:
        raise RecursionError

    with monkeypatch.context() as patch:
        patch.setattr("ast.parse", parse)
        found = findings("x = 1")
    assert found == [{"name": "", "said": "", "file": "work.py", "line": 0}]


words = st.sampled_from(
    [
        "f",
        "g",
        "x",
        "np",
        "np.gradient",
        "torch.autograd",
        "self",
        "lambda: x",
        "[x for x in g]",
        "g(x)",
        "x.backward",
    ]
)
lines = st.one_of(
    st.builds("{} = {}".format, st.sampled_from(["g", "np", "x.y", "a, b"]), words),
    st.builds("def g(x=None):\n    return {}".format, words),
    st.builds("class g:\n    f = {}\n    def m(self):\n        return {}".format, words, words),
    st.builds("for x in {}:\n    {}".format, words, words),
    st.builds("try:\n    {}\nexcept E as x:\n    {}".format, words, words),
    st.sampled_from(
        ["import numpy as np", "from work import *", "from work import g", "import work as np", "del g"]
    ),
    words,
)


@given(st.lists(lines, max_size=8), words)
def test_any_code_is_read(text: list[str], body: str) -> None:
    """Names in circles among them; and what stands in the function itself is found, whatever is around it."""
    code = "\n".join([*text, "def f(x):", "    import numpy", f"    return numpy.gradient, {body}"])
    # the text may hold a function of its own that `f` uses, with the same name written another way
    assert findings(code, forbids=["numpy.gradient"])[0]["said"] in {"numpy.gradient", "np.gradient"}
