"""Automatic mutants: what each kind of change makes of a function, and by which name it is known."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from autograder.validate.mutants import mutants

REFERENCES = sorted((Path(__file__).parents[2] / "reference").glob("*/solution.py"))


def changes(body: str, head: str = "a, b") -> set[str]:
    """The names of all mutants of a function with this body, without the function's name and the number."""
    solution = f"def f({head}):\n" + "".join(f"    {line}\n" for line in body.split("\n"))
    names = [mutant.name for mutant in mutants(solution, "f")]
    assert all(name.startswith("f: ") for name in names)
    return {name.removeprefix("f: ").rpartition(" #")[0] for name in names}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return a + b", {"a + b -> a - b", "a + b -> a * b", "a + b -> a / b", "a + b -> a", "a + b -> b"}),
        ("return a - b", {"a - b -> b - a", "a - b -> a + b", "a - b -> -(a - b)", "a - b -> 2 * (a - b)"}),
        ("return a @ b", {"a @ b -> b @ a", "a @ b -> a.T @ b", "a @ b -> a @ b.T", "a @ b -> a * b"}),
        ("return a.T @ b", {"a.T @ b -> a @ b"}),
        ("return a ** 2", {"a ** 2 -> a ** 3", "a ** 2 -> a * 2", "a ** 2 -> 2 ** a", "a ** 2 -> a ** 1"}),
        ("return a * 0.5", {"a * 0.5 -> a * 1.0", "a * 0.5 -> a * 0.25", "a * 0.5 -> a * -0.5"}),
        ("return -a", {"-a -> a"}),
        ("return not a", {"not a -> a"}),
        ("return a < b", {"a < b -> a <= b", "a < b -> a >= b"}),
        ("return a == b", {"a == b -> a != b"}),
        ("return a and b", {"a and b -> a or b", "a and b -> a", "a and b -> b"}),
        ("return a if b else 0", {"a if b else 0 -> 0 if b else a", "a if b else 0 -> a", "a if b else 0 -> 0"}),
        ("return np.sum(a)", {"np.sum(a) -> np.mean(a)", "np.sum(a) -> np.max(a)", "np.sum(a) -> a"}),
        ("return np.exp(a)", {"np.exp(a) -> np.log(a)", "np.exp(a) -> a"}),
        ("return np.zeros(a)", {"np.zeros(a) -> np.ones(a)"}),
        (
            "return a.sum(axis=0, keepdims=True)",
            {
                "a.sum(axis=0, keepdims=True) -> a.sum(axis=1, keepdims=True)",
                "a.sum(axis=0, keepdims=True) -> a.sum(axis=None, keepdims=True)",
                "a.sum(axis=0, keepdims=True) -> a.sum(axis=0)",
                "a.sum(axis=0, keepdims=True) -> a.sum(axis=0, keepdims=False)",
                "a.sum(axis=0, keepdims=True) -> a.mean(axis=0, keepdims=True)",
                "a.sum(axis=0, keepdims=True) -> a",
            },
        ),
        ("return np.swapaxes(a, 0, 1)", {"np.swapaxes(a, 0, 1) -> np.swapaxes(0, a, 1)"}),
        ("return a.reshape(3, 4)", {"a.reshape(3, 4) -> a.reshape(4, 3)"}),
        ("return a[b]", {"a[b] -> a[b + 1]", "a[b] -> a[b - 1]", "a[b] -> a", "a[b] -> b[b]"}),
        ("return a[1]", {"a[1] -> a[2]", "a[1] -> a[0]", "a[1] -> a[-1]"}),
        ("return a[-1]", {"a[-1] -> a[1]", "a[-1] -> a[-2]"}),
        ("return a[0, 1]", {"a[0, 1] -> a[1, 0]"}),
        ("return a[1:]", {"a[1:] -> a[:]", "a[1:] -> a[1:][1:]", "a[1:] -> a[1:][:-1]", "a[1:] -> a[2:]"}),
        ("return a[::2]", {"a[::2] -> a[:]", "a[::2] -> a[::1]"}),
        ("return a[:, 1]", {"a[:, 1] -> a[:, 2]", "a[:, 1] -> a[1, :]"}),
        ("return a, b", {"(a, b) -> (b, a)"}),
        ("return {'u': a}['u']", {"{'u': a} -> {'u': b}"}),
        ("return 'up' if a else 'down'", {"'up' if a else 'down' -> 'down' if a else 'down'"}),
        ("return a.mean() if a == 'mean' else b", {"a == 'mean' -> a == ''", "a == 'mean' -> a != 'mean'"}),
        ("a += b\nreturn a", {"a += b -> a -= b", "a += b -> dropped", "return a -> return -a"}),
        ("a = a * b\nreturn a", {"a = a * b -> dropped", "a * b -> 2 * (a * b)"}),
        ("if a:\n    b = 1\nreturn b", {"if a: -> dropped", "if a: -> if True:", "if a: -> if False:", "if a: -> if not a:"}),
        (
            "for i in range(a):\n    b = b + i\nreturn b",
            {
                "for i in range(a): -> dropped",
                "range(a) -> list(range(a))[1:]",
                "range(a) -> list(range(a))[:-1]",
                "b + i -> a + i",
            },
        ),
        ("while a:\n    a = a - 1\nreturn b", {"while a: -> dropped", "while a: -> while not a:"}),
        ("return [x * a for x in b if x > 1]", {"x > 1 -> x >= 1", "x * a -> x", "[x * a for x in b if x > 1] -> [x * a for x in list(b)[1:] if x > 1]"}),
        ("return True", {"return True -> return False"}),
    ],
)  # fmt: skip
def test_each_kind_of_change(body: str, expected: set[str]) -> None:
    """What a slip of the pen may make of it, by what stands there before and after."""
    assert expected <= changes(body)


def test_a_loop_that_ends_after_its_first_round_is_a_mutant() -> None:
    """Its name says only where: the first line of both is the same."""
    solution = "def f(a):\n    for i in range(a):\n        a = i\n    return a\n"
    assert any("break" in mutant.text for mutant in mutants(solution, "f"))
    solution = "def f(a):\n    while a > 1:\n        a = a - 1\n    return a\n"
    assert any("break" in mutant.text for mutant in mutants(solution, "f"))


def test_every_change_of_a_line() -> None:
    """Nothing is left out and nothing comes twice."""
    assert changes("return a < 1") == {
        "a < 1 -> a <= 1",
        "a < 1 -> a >= 1",
        "a < 1 -> b < 1",
        "a < 1 -> a < 2",
        "a < 1 -> a < 0",
        "a < 1 -> a < 0.5",
        "a < 1 -> a < -1",
        "return a < 1 -> dropped",
    }


def test_names_are_exchanged_for_neighbours_that_may_hold_such_a_value() -> None:
    """Not for one of another annotated type, nor for one that is bound later only."""
    found = changes("c = a\nreturn c", "a: np.ndarray, n: int, b: np.ndarray")
    assert {change for change in found if change.startswith("c = a ->")} == {
        "c = a -> dropped",
        "c = a -> c = b",
        "c = a -> c = -a",
        "c = a -> c = 2 * a",
    }


def test_what_is_given_or_only_told_stays() -> None:
    """The signature, the docstring, and the words of an exception."""
    solution = 'def f(a, axis=0):\n    """Return 1 + 1."""\n    if a:\n        raise ValueError("not 2", 3)\n    return a\n'
    for mutant in mutants(solution, "f"):
        assert mutant.text.startswith('def f(a, axis=0):\n    """Return 1 + 1."""\n'), mutant.name
        assert "raise" not in mutant.text or "raise ValueError('not 2', 3)" in mutant.text, mutant.name


def test_a_function_of_nothing_but_a_docstring_has_one_mutant() -> None:
    """Only its other statement can be dropped."""
    assert changes('"""Do nothing."""\npass') == set()


def test_the_size_that_numpy_works_out_has_one_spelling() -> None:
    """`reshape(-2)` is `reshape(-1)`: no mutant of it could ever fail."""
    assert not any("-2" in change for change in changes("return a.reshape(-1)"))


def test_equal_changes_are_numbered() -> None:
    """In the order of the text."""
    solution = "def f(a, b):\n    c = a - b\n    return c * (a - b)\n"
    made = {mutant.name: mutant.text for mutant in mutants(solution, "f")}
    assert "c = a + b" in made["f: a - b -> a + b #1"]
    assert "return c * (a + b)" in made["f: a - b -> a + b #2"]
    assert "f: a - b -> a + b #3" not in made


SOLUTION = '''\
import numpy as np


@staticmethod
def first(a, b):
    """Return the quotient."""
    # a comment
    return a / b


def second(a):
    return -a
'''


def test_names_stay_while_lines_move() -> None:
    """What stands above, beside and below does not count, nor do comments."""
    names = [mutant.name for mutant in mutants(SOLUTION, "first")]
    moved = SOLUTION.replace("import numpy as np", "import math\n\nimport numpy as np\n\nlimit = 3")
    moved = moved.replace("    # a comment\n", "    # another\n\n").replace("def second(a):", "def other(c):")
    assert [mutant.name for mutant in mutants(moved, "first")] == names
    assert "first: a / b -> a * b #1" in names


def test_a_mutant_is_all_of_the_solution_with_one_function_changed() -> None:
    """Its decorators are there once, and everything around it is as it was."""
    for mutant in mutants(SOLUTION, "first"):
        assert mutant.text.startswith("import numpy as np\n\n\n@staticmethod\ndef first(a, b):\n"), (
            mutant.name
        )
        assert mutant.text.endswith("\n\n\ndef second(a):\n    return -a\n"), mutant.name
        assert mutant.text.count("@staticmethod") == 1, mutant.name


def test_there_are_none_of_a_function_that_is_not_there() -> None:
    """The gate says so elsewhere."""
    assert mutants(SOLUTION, "third") == ()


@pytest.mark.parametrize("file", REFERENCES, ids=lambda file: file.parent.name)
def test_mutants_of_a_reference(file: Path) -> None:
    """Each has a name and a text of its own; of a sample, each compiles and is not the original."""
    solution = file.read_text(encoding="utf-8")
    tree = ast.parse(solution)
    original = ast.dump(tree)
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    found = [mutant for function in functions for mutant in mutants(solution, function)]
    assert len(found) == len({mutant.name for mutant in found}) == len({mutant.text for mutant in found})
    assert len(found) > 300
    for mutant in found[::50]:
        changed = ast.parse(mutant.text)
        compile(changed, mutant.name, "exec")
        assert ast.dump(changed) != original, mutant.name


def test_the_methods_of_a_class_are_changed_one_by_one() -> None:
    """Each mutant is the whole class with one change, known by the method that has it."""
    solution = (
        "x = 1\n\n\n@final\nclass V:\n    size = 1 + 1\n\n    def f(self, a):\n        return a + 1\n\n"
        "    def g(self, a):\n        return -a\n\n\ny = 2\n"
    )
    made = {mutant.name: mutant.text for mutant in mutants(solution, "V")}
    assert {name.partition(":")[0] for name in made} == {"V.f", "V.g"}
    text = made["V.g: -a -> a #1"]
    assert "return a + 1" in text
    assert text.startswith("x = 1\n\n\n@final\nclass V:\n    size = 1 + 1\n")
    assert text.endswith("        return a\n\n\ny = 2\n")
