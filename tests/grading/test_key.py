"""The key: what a seed draws, what counts as an answer, how wide its bounds are, and who vouches for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.grading.answers import agree, evened, solve, truth, widened, witnesses
from autograder.grading.key import exercise_key
from autograder.grading.question import returned_names
from autograder.model import Ended, Run
from autograder.numerics.bounds import Bounded
from autograder.numerics.evaluate import namespace
from autograder.numerics.truth import U64, Raises, Truth
from autograder.sandbox.wire import Callback, Leaf, crossed

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.authoring.loading import Sheet
    from autograder.grading.key import ExerciseKey
    from autograder.grading.question import Question

    MakeSheet = Callable[..., Sheet]


def key_of(sheet: Sheet, name: str, seed: int = 1) -> ExerciseKey:
    """Return the key of an exercise."""
    exercise = next(found for found in sheet.assignment.exercises if found.name == name)
    return exercise_key(sheet, exercise, seed)


def drawn(key: ExerciseKey) -> dict[str, Any]:
    """Return the arguments of each case in a form that can be compared."""
    return {question.case.name: _plain(question.args) for question in key.questions}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Callback):
        return {name: _plain(item) for name, item in value.params.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


# ------------------------------------------------------------------------------------- the law of seeds


def test_the_same_seed_gives_the_same_key(sheet: Sheet) -> None:
    """Inputs, answers, bounds, and the seed of the student's own generators."""
    one, two = key_of(sheet, "moments"), key_of(sheet, "moments")
    assert drawn(one) == drawn(two)
    assert [repr(question.answer) for question in one.questions] == [
        repr(question.answer) for question in two.questions
    ]
    assert one.batch.seed == two.batch.seed


def test_another_seed_gives_other_inputs(sheet: Sheet) -> None:
    """Those of cases that draw anything."""
    one, two = drawn(key_of(sheet, "moments", 1)), drawn(key_of(sheet, "moments", 2))
    same = {name for name in one if one[name] == two[name]}
    assert same <= {"root_negative", "spread_of_one"}


def test_adding_a_case_changes_the_inputs_of_no_other(sheet: Sheet, make_sheet: MakeSheet) -> None:
    """Wherever it is put, and however much it draws."""
    case = '@moments.case("mean and variance")\ndef spread_{}(rng):\n    return (rng.normal(size=99),)\n\n\n'
    first = '@moments.case("mean and variance")\ndef spread_generic'
    more = make_sheet(
        (first, case.format("first") + first),
        ("@moments.oracle()", case.format("last") + "@moments.oracle()"),
    )
    before, after = drawn(key_of(sheet, "moments")), drawn(key_of(more, "moments"))
    assert after.keys() - before.keys() == {"spread_first", "spread_last"}
    assert {name: after[name] for name in before} == before
    assert drawn(key_of(more, "walks")) == drawn(key_of(sheet, "walks"))


def test_each_case_draws_from_a_stream_of_its_own(sheet: Sheet) -> None:
    """Two cases that draw alike do not get the same numbers."""
    generic, many, *_ = key_of(sheet, "moments").questions
    assert not np.isclose(generic.args[0] - 3, many.args[0][:5] + 2).any()


def test_inputs_survive_a_cast_to_float32(sheet: Sheet) -> None:
    """So the tolerance needs no room for the cast."""
    (x,) = key_of(sheet, "moments").questions[0].args
    assert np.array_equal(x, x.astype(np.float32))


def test_the_first_case_of_each_function_is_asked_twice(sheet: Sheet) -> None:
    """The second calls stand after all first ones."""
    key = key_of(sheet, "moments")
    assert [key.questions[place].case.name for place in key.repeated] == ["spread_generic", "root_generic"]
    assert [call.function for call in key.batch.calls] == [*["spread"] * 3, *["root"] * 3, "spread", "root"]
    assert key.batch.calls[0].args is key.batch.calls[6].args


def test_names_of_returned_entries(sheet: Sheet) -> None:
    """Taken from the reference's return, where all of them are names."""
    assert returned_names(sheet.solution) == {"spread": ("mean", "variance")}
    assert returned_names("def f():\n    return a, b + 1\n") == {"f": ()}


# ------------------------------------------------------------------------------------- what is an answer

REFERENCE = """
import math
import numpy as np

def on_purpose(x):
    raise KeyError("no such layer")

def on_purpose_elsewhere(x):
    return on_purpose(x)

def instead_of_another(x):
    try:
        return {}["w"]
    except KeyError:
        raise ValueError("unknown") from None

def own_type_error(x):
    raise TypeError("not a number")

def lost_bound(x):
    return math.frexp(np.sqrt(x))

def hides_a_lost_bound(x):
    try:
        return np.asarray([1, 2])[np.sqrt(x)]
    except Exception as error:
        raise ValueError("bad x") from error

def hides_it_without_a_trace(x):
    try:
        return np.spacing(x)
    except TypeError:
        raise ValueError("bad x") from None

def hides_it_twice(x):
    try:
        return hides_it_without_a_trace(x)
    except ValueError:
        raise KeyError("worse")

def hides_a_missing_method(x):
    try:
        return x.is_integer()
    except AttributeError:
        raise ValueError("bad x")

def attribute(x):
    return x.shapes

def name(x):
    return undefined

def index(x):
    return [1, 2][5]

def key(x):
    return {}["w"]

def division(x):
    return 1 // 0

def quotient(x):
    return 1 / 0

def conversion(x):
    return int("x")

def shapes(x):
    return np.ones(2) @ np.ones(3)

def re_raises(x):
    try:
        return [1][5]
    except IndexError:
        raise

def stub(x):
    raise NotImplementedError

def asserts(x):
    assert x is None

def returns_an_object(x):
    return object()
"""


WHOLE = """
import numpy as np

def cubic(x, y):
    return np.array([x**3 + 6 * y, 3 * x**2])

def count(n):
    return len(range(n))

def half(n):
    return n // 2

def kinds(x):
    return ("float" if isinstance(x, float) else "int"), x * x

def shifted(a, flag, name):
    return {"sum": [each + 1 for each in a], "told": flag, "name": name}
"""


def whole(function: str, *args: Any) -> Any:
    """Return the right answer of one of these functions."""
    return solve(namespace(WHOLE, "solution.py")[function], args)


def test_an_answer_to_integers_has_the_bounds_of_the_same_floats() -> None:
    """The reference rounds nothing; a derivative by the complex step does, and is as right."""
    answer, floats = whole("cubic", 4, -2), whole("cubic", 4.0, -2.0)
    assert (answer.kind, answer.value.tolist()) == ("float", [52, 48])
    assert (answer.error == floats.error).all()
    assert (evened(answer).error > 0).all()
    nested = whole("shifted", [1, np.array([2, 3])], True, "a")
    assert nested["told"] is True
    assert nested["name"] == "a"
    assert [part.kind for part in nested["sum"]] == ["float", "float"]


def test_what_only_an_integer_can_give_stays_exact() -> None:
    """A count, a half; and what comes out another way for floats, or has floats among its arguments anyway."""
    for function, right in (("count", 5), ("half", 2)):
        answer = whole(function, 5)
        assert (answer.kind, answer.value.item(), answer.error.item()) == ("int", right, 0.0)
    name, square = whole("kinds", 3)
    assert (name, square.kind, square.error.item()) == ("int", "int", 0.0)


@pytest.mark.parametrize(
    ("function", "answer"),
    [
        ("on_purpose", "KeyError"),
        ("on_purpose_elsewhere", "KeyError"),
        ("instead_of_another", "ValueError"),
        ("own_type_error", "TypeError"),
    ],
)
def test_an_exception_that_the_reference_raises_is_the_answer(function: str, answer: str) -> None:
    """By a `raise` statement in its own file."""
    assert solve(namespace(REFERENCE, "solution.py")[function], (2.0,)) == Raises(answer)


@pytest.mark.parametrize(
    ("function", "error"),
    [
        ("lost_bound", TypeError),
        ("hides_a_lost_bound", TypeError),
        ("hides_it_without_a_trace", ValueError),
        ("hides_it_twice", KeyError),
        ("hides_a_missing_method", ValueError),
        ("attribute", AttributeError),
        ("name", NameError),
        ("index", IndexError),
        ("key", KeyError),
        ("division", ZeroDivisionError),
        ("quotient", ZeroDivisionError),
        ("conversion", ValueError),
        ("shapes", ValueError),
        ("re_raises", IndexError),
        ("stub", NotImplementedError),
        ("asserts", AssertionError),
        ("returns_an_object", TypeError),
    ],
)
def test_no_accident_becomes_an_answer(function: str, error: type[Exception]) -> None:
    """What the interpreter, numpy or a lost bound raises is the author's error, also in the guise of another."""
    with pytest.raises(error) as caught:
        solve(namespace(REFERENCE, "solution.py")[function], (2.0,))
    assert caught.type is error or error is TypeError


def test_an_error_of_the_reference_is_raised_by_the_key(make_sheet: MakeSheet) -> None:
    """Before anybody is graded."""
    with pytest.raises(AttributeError, match="sums"):
        key_of(
            make_sheet(("    mean = x.sum() / len(x)\n    variance", "    mean = len(x).sums\n    variance")),
            "moments",
        )


def test_answers_have_the_kind_of_what_was_returned() -> None:
    """Numbers with bounds, whole numbers and truth values without, words as they are."""
    found = truth([Bounded([1.5], 2.0), 3, True, np.array([True]), "min", None, {1: 0.1}])
    assert [type(item).__name__ for item in found] == [
        *["Truth", "Truth", "bool", "Truth", "str", "NoneType", "dict"]
    ]
    assert [found[0].kind, found[1].kind, found[3].kind, found[6]["1"].kind] == [
        "float",
        "int",
        "bool",
        "float",
    ]
    assert [float(found[0].error[0]), float(found[1].error), float(found[6]["1"].error)] == [2.0, 0.0, 0.1]


# ------------------------------------------------------------------------------------- witnesses


def bound_of(question: Question) -> list[float]:
    """Return the bounds of the entries of a question's answer."""
    return [float(leaf.error) for leaf in question.answer]


def test_the_bound_is_the_largest_over_reference_and_variants(sheet: Sheet) -> None:
    """The mean of squares minus the square of the mean cancels: right, and worth more room."""
    question = key_of(sheet, "moments").questions[0]
    own = [float(leaf.error) for leaf in question.reference]
    assert bound_of(question)[0] >= own[0]
    assert bound_of(question)[1] > 2 * own[1]
    assert all(
        np.array_equal(a.value, b.value) for a, b in zip(question.answer, question.reference, strict=True)
    )


def test_variants_are_evaluated_only_where_the_reference_does_not_suffice(make_sheet: MakeSheet) -> None:
    """A right value within the reference's own bounds costs nothing more, nor does one that is far off."""
    asked = []

    def none() -> list[Any]:
        asked.append(1)
        return []

    question = replace(key_of(make_sheet(), "moments").questions[0], witnesses=none)
    mean, variance = (leaf.value.astype(np.float64) for leaf in question.reference)
    right = Run(Ended.RETURNED, (Leaf(mean, "float"), Leaf(variance, "float")))
    hopeless = Run(Ended.RETURNED, (Leaf(mean, "float"), Leaf(variance * 2, "float")))
    for run in (
        right,
        hopeless,
        Run(Ended.MISSING),
        Run(Ended.RETURNED, None),
        Run(Ended.RETURNED, right.value, mutated=(0,)),
    ):
        question.compare(run)
    assert asked == []
    assert question.compare(hopeless).mismatch is not None
    wrong = Run(Ended.RETURNED, (Leaf(mean, "float"), Leaf(variance * (1 + 1e-9), "float")))
    assert question.compare(wrong).mismatch is not None
    question.compare(wrong)
    assert asked == [1]


def test_a_value_within_a_variants_bound_is_right(sheet: Sheet) -> None:
    """Although it is not within the reference's."""
    question = key_of(sheet, "moments").questions[0]
    mean, variance = (leaf.value.astype(np.float64) for leaf in question.reference)
    off = float(variance) + 4 * U64 * 0.9 * bound_of(question)[1]
    assert off - float(variance) > 4 * U64 * float(question.reference[1].error)
    run = Run(Ended.RETURNED, (Leaf(mean, "float"), Leaf(np.array(off), "float")))
    assert question.compare(run).mismatch is None
    assert replace(question, witnesses=list).compare(run).mismatch is not None


@pytest.mark.parametrize("place", ["root_generic", "root_negative", "gd_plane"])
def test_where_no_bound_is_used_none_is_widened(sheet: Sheet, place: str) -> None:
    """Exceptions, judged functions, and functions without variants."""
    questions = (*key_of(sheet, "moments").questions, *key_of(sheet, "walks").questions)
    question = next(found for found in questions if found.case.name == place)
    assert repr(question.answer) == repr(question.reference)


def test_the_witnesses_of_a_function_are_its_own_variants(sheet: Sheet) -> None:
    """One of two has bounds, the other casts to float32; those of another function are not asked."""
    moments = sheet.assignment.exercises[0]
    assert len(list(witnesses(sheet, moments, "spread", (np.array([1.0, 2.5]),)))) == 1
    assert list(witnesses(sheet, moments, "root", (2.0,))) == []


ONE, TWO = np.array([1.0, 1.0], np.longdouble), np.array([3.0, 0.5])
TRUTH = Truth(ONE, np.ones(2), "float")


def test_only_a_witness_of_the_same_number_widens() -> None:
    """Within both bounds; another number, an infinite bound or NaN says nothing."""
    assert widened(TRUTH, Truth(ONE, TWO, "float")).error.tolist() == [3.0, 1.0]
    assert widened(TRUTH, Truth(ONE * (1 + U64), TWO, "float")).error.tolist() == [3.0, 1.0]
    assert widened(TRUTH, Truth(ONE * (1 + 1e-9), TWO, "float")).error.tolist() == [1.0, 1.0]
    assert widened(TRUTH, Truth(ONE, np.array([np.inf, 2.0]), "float")).error.tolist() == [1.0, 2.0]
    assert widened(TRUTH, Truth(ONE * np.nan, TWO, "float")).error.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "other",
    [
        (TRUTH,),
        Truth(ONE[:1], TWO[:1], "float"),
        Truth(np.array([1, 1]), TWO, "int"),
        Raises("ValueError"),
        "x",
        None,
        {"a": TRUTH},
    ],
)
def test_a_witness_of_another_form_says_nothing(other: Any) -> None:
    """Whatever it is."""
    assert widened(TRUTH, other) is TRUTH


@given(
    arrays.arrays(np.float64, 5, elements=st.floats(1e-9, 1e6) | st.floats(-1e6, -1e-9) | st.just(0.0)),
    arrays.arrays(np.float64, 5, elements=st.floats(0, 1e3) | st.just(np.inf)),
)
def test_no_entry_may_lose_more_digits_than_another(values: Any, bounds: Any) -> None:
    """A bound grows to the largest relative one of its array, never beyond the largest; without one there is none."""
    even = evened((Truth(values.astype(np.longdouble), bounds, "float"), "x"))[0].error
    known = np.isfinite(bounds) & (values != 0)
    assert (even >= bounds).all()
    assert np.array_equal(even[~known], bounds[~known])
    if known.any():
        assert even[known].max() == bounds[known].max()
        relative, size = (bounds[known] / np.abs(values[known])).max(), np.abs(values[known])
        lacks = even[known] < np.minimum(size * relative, bounds[known].max()) * (1 - 1e-12)
        assert not lacks.any()


def test_what_has_no_bounds_cannot_be_evened() -> None:
    """Whole numbers, words and exceptions stay as they are."""
    whole = Truth(np.array([1, 2]), np.zeros(2), "int")
    assert evened({"a": (whole, "x", None)}) == {"a": (whole, "x", None)}
    assert evened(Raises("ValueError")) == Raises("ValueError")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (Truth(ONE * (1 + 2 * U64), TWO, "float"), True),
        (Truth(ONE * (1 + 1e-9), TWO, "float"), False),
        (Truth(ONE[:1], TWO[:1], "float"), False),
        ("x", False),
    ],
)
def test_answers_agree_within_both_bounds(other: Any, expected: bool) -> None:
    """In every part of a container of the same form."""
    assert agree(TRUTH, other) is expected
    assert agree((TRUTH, "y"), (other, "y")) is expected
    assert agree({"a": TRUTH}, {"a": other}) is expected
    assert not agree((TRUTH,), (other, other))
    assert not agree({"a": TRUTH}, {"b": other})
    assert not agree((other, "y"), (other, "z"))


def test_witnesses_widen_inside_containers() -> None:
    """Entry by entry, where lengths and keys agree."""
    wide = Truth(ONE, TWO, "float")
    assert widened((TRUTH, "x"), (wide, "y"))[0].error.tolist() == [3.0, 1.0]
    assert widened({"a": TRUTH}, {"a": wide})["a"].error.tolist() == [3.0, 1.0]
    assert widened((TRUTH,), (wide, wide)) == (TRUTH,)
    assert widened({"a": TRUTH}, {"b": wide}) == {"a": TRUTH}


# ------------------------------------------------------------------------------------- faults


def test_a_sound_key_has_no_faults(sheet: Sheet) -> None:
    """Oracles agree, by comparison and by the judge."""
    assert [key_of(sheet, name).faults for name in ("moments", "walks")] == [(), ()]


@pytest.mark.parametrize(
    ("edit", "exercise", "fault"),
    [
        (
            (
                "return x.mean(), x.var()\n\n\n@moments.oracle",
                "return x.mean(), x.var() + 1e-9\n\n\n@moments.oracle",
            ),
            "moments",
            "moments: oracle spread_numpy and the reference disagree on case spread_generic",
        ),
        (
            ("return x**0.5", "return (x**0.5,)"),
            "moments",
            "moments: oracle root_power and the reference disagree on case root_generic",
        ),
        (
            ("    return x**0.5", "    return {0.5: x}[x, x]"),
            "moments",
            "moments: oracle root_power fails on case root_generic with KeyError in checks.py, line ",
        ),
        (
            ("x0 := x0 - lr * grad(x0)", "x0 := x0 - 1.1 * lr * grad(x0)"),
            "walks",
            "walks: oracle gd_again and the reference disagree on case gd_plane",
        ),
        (
            ("    if not np.array_equal(run.value[0], x0):", "    if run.value[99]:"),
            "walks",
            "walks: oracle gd_again fails on case gd_plane with IndexError in checks.py, line ",
        ),
        (
            ('points={"steps": 3}', 'points={"steps": 3, "leaps": 1}'),
            "walks",
            "walks: no case asks for leaps",
        ),
        (
            ("return np.sqrt(x)", "return np.floor(np.sqrt(x) ** 2 - x)"),
            "moments",
            "moments: the right answer of case root_generic has no finite error bound",
        ),
        (
            ("return np.sqrt(x)", "return np.sqrt(x) + np.nan"),
            "moments",
            "moments: the right answer of case root_generic has no finite error bound",
        ),
    ],
)
def test_a_key_that_cannot_be_believed_says_why(
    make_sheet: MakeSheet, edit: tuple[str, str], exercise: str, fault: str
) -> None:
    """Which oracle, which case, and what happened; never a number."""
    assert key_of(make_sheet(edit), exercise).faults[0].rstrip("0123456789") == fault


def test_an_infinite_answer_needs_no_bound(make_sheet: MakeSheet) -> None:
    """The framework takes equal infinities as right, an oracle's too."""
    sheet = make_sheet(("return np.sqrt(x)", "return np.inf"), ("return x**0.5", "return float('inf')"))
    assert key_of(sheet, "moments").faults == ()


def test_an_oracle_may_go_where_the_judge_cannot_follow(make_sheet: MakeSheet) -> None:
    """A closed form asks nothing, so the judge would refuse it: then six digits have to agree, and no fewer."""
    closed = "x0 := x0 - lr * (live_A(grad, len(x0)) @ x0 + grad(np.zeros(len(x0))))"
    helper = "def live_A(grad, d):\n    return np.array([grad(e) - grad(0 * e) for e in np.eye(d)]).T\n\n\n@walks.oracle()"
    edits = (("x0 := x0 - lr * grad(x0)", closed), ("@walks.oracle()", helper))
    assert key_of(make_sheet(*edits), "walks").faults == ()
    off = (closed, f"{closed} * (1 + 1e-4)")
    assert len(key_of(make_sheet(*edits, off), "walks").faults) == 2


def test_an_oracles_own_questions_count(make_sheet: MakeSheet) -> None:
    """What the judge accepts as a student's run, it accepts as an oracle's."""
    lax = (
        "    return first_wrong_step(run.value",
        "    return None if run.queries else first_wrong_step(run.value",
    )
    off = ("x0 := x0 - lr * grad(x0)", "x0 := x0 - 1.01 * lr * grad(x0)")
    assert key_of(make_sheet(lax, off), "walks").faults == ()


def test_a_judge_without_functions_has_the_last_word(make_sheet: MakeSheet) -> None:
    """There is no other way than the value, so an oracle that it refuses disagrees."""
    judge = '@moments.judge("root")\ndef root_judge(run, x):\n    return None if run.value > 1 else Mismatch("v", "No.")\n\n\n'
    faults = key_of(
        make_sheet(("@moments.variant()\ndef spread_of", f"{judge}@moments.variant()\ndef spread_of")),
        "moments",
    ).faults
    assert faults == ("moments: oracle root_power and the reference disagree on case root_small",)


def test_what_a_judge_has_to_know_is_worked_out_once(make_sheet: MakeSheet) -> None:
    """For all who answer a question, and for each question anew."""
    judge = (
        "CALLS = []\n\n\ndef half(x):\n    CALLS.append(x)\n    return x / 2\n\n\n"
        '@moments.judge("root", knows=half)\ndef root_judge(run, known, x):\n'
        "    return None if run.value > known else Mismatch('v', f'Of {known * 2}, after {len(CALLS)}.')\n\n\n"
    )
    sheet = make_sheet(("@moments.variant()\ndef spread_of", f"{judge}@moments.variant()\ndef spread_of"))
    questions = [
        one for one in key_of(sheet, "moments").questions if one.case.name in {"root_generic", "root_small"}
    ]
    for question in questions:  # an oracle has been judged before
        for value in (-1.0, -2.0):
            mismatch = question.compare(Run(Ended.RETURNED, crossed(value))).mismatch
            assert mismatch is not None
            assert mismatch.message == f"Of {question.args[0]}, after {len(questions)}."


def test_only_what_a_judge_looks_at_is_recorded(make_sheet: MakeSheet) -> None:
    """The queries of a call whose value is compared are never seen by anybody."""
    key = key_of(make_sheet(), "walks")
    judged = {call.function: call.recorded for call in key.batch.calls}
    assert judged == {function: function in key.exercise.judges for function in judged}
    assert True in judged.values()


def test_a_formula_stands_in_for_the_reference(make_sheet: MakeSheet) -> None:
    """Where the reference has no bounds, because it computes elsewhere."""
    formula = """@moments.formula()
def spread_by_hand(x):
    return x.mean(), ((x - x.mean()) ** 2).mean()


@moments.variant()
def spread_of_squares"""
    sheet = make_sheet(
        (
            "    mean = x.sum() / len(x)\n    variance",
            "    x = x.astype(np.float32)\n    mean = x.sum() / len(x)\n    variance",
        ),
        ("@moments.variant()\ndef spread_of_squares", formula),
    )
    key = key_of(sheet, "moments")
    assert key.faults == ()
    assert all((leaf.error > 0).all() for leaf in key.questions[0].reference)


def test_a_driver_uses_the_reference_with_bounds(make_sheet: MakeSheet) -> None:
    """As it uses a student's class: the right answer of a graph of scalars is what the reference's nodes hold."""
    node = """class Node:
    def __init__(self, data):
        self.data, self.grad = data, 0.0

    def __mul__(self, other):
        return Node(self.data * other.data)

    def backward(self):
        self.grad = 1.0


def root(x):"""
    product = """@moments.case("roots", "Node")
def product(rng):
    return list(rng.normal(size=2)), [("*", (0, 1), 0.0)], [2, 0]


@moments.case("roots", "root")
def root_generic"""
    sheet = make_sheet(
        ("def root(x):", node),
        (
            'functions=("spread", "root"),',
            'functions=("spread", "root", "Node"),\n    drivers={"Node": "graph"},',
        ),
        ('@moments.case("roots", "root")\ndef root_generic', product),
    )
    question = next(one for one in key_of(sheet, "moments").questions if one.case.name == "product")
    one, two = question.args[0]
    assert question.call.driver == "graph"
    data, grad = question.reference["data"], question.reference["grad"]
    np.testing.assert_allclose([float(leaf.value) for leaf in data], [one * two, one], rtol=1e-15)
    assert [bool(leaf.error > 0) for leaf in data] == [True, False]
    assert [float(leaf.value) for leaf in grad] == [1.0, 0.0]


def test_a_function_of_nothing_is_compared_like_any_other(make_sheet: MakeSheet) -> None:
    """There is no size of its arguments."""
    question = replace(key_of(make_sheet(), "moments").questions[0], args=())
    far = tuple(Leaf((leaf.value + 1).astype(np.float64), "float") for leaf in question.reference)
    assert question.compare(Run(Ended.RETURNED, far)).mismatch is not None
