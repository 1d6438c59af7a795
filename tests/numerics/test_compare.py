"""What a student's value may be, which tier it passes in, and what is said of it where it is not right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.model import Ended, Error, Mismatch, Query, Run
from autograder.numerics.compare import (
    SINGLE,
    Comparison,
    _arrays,
    alike,
    compare,
    describe,
    in_single,
    leaves,
)
from autograder.numerics.truth import SLACK, U32, U64, Raises, Truth
from autograder.sandbox.wire import Leaf, Opaque, crossed

WANT = np.array([0.1, -0.7, 1.3], np.longdouble)
VECTOR = Truth(WANT, np.abs(WANT), "float")
FINITE = "Which step divides by 0, or takes the log of 0 or the exp of something large?"
NUMBER = Truth(np.array(0.3, np.longdouble), np.array(0.3), "float")
FLAGS = Truth(np.array([True, False]), np.zeros(2), "bool")
COUNTS = Truth(np.array([3, 4]), np.zeros(2), "int")
RIGHT = WANT.astype(np.float64)


def sent(item: Any) -> Any:
    """Return a student's value as it arrives: through the wire's tree."""
    return crossed(item)


def returned(item: Any, **more: Any) -> Run:
    """Return the run of a function that returned this."""
    return Run(Ended.RETURNED, sent(item), **more)


def said(item: Any, answer: Any = VECTOR, **more: Any) -> str:
    """Return what is said of a value, empty if it is right."""
    found = compare(returned(item), answer, exact=False, **more).mismatch
    return found.message if found else ""


def raised(kind: str, *bases: str, line: int | None = None, message: str = "") -> Run:
    """Return the run of a function that raised."""
    return Run(Ended.RAISED, error=Error(kind, (kind, *bases, "Exception"), message, line))


# ------------------------------------------------------------------------------------- containers


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        (RIGHT, VECTOR),
        (RIGHT[::-1][::-1], VECTOR),
        (torch.from_numpy(RIGHT), VECTOR),
        (0.3, NUMBER),
        (np.float64(0.3), NUMBER),
        (np.array(0.3), NUMBER),
        (torch.tensor(0.3, dtype=torch.float64), NUMBER),
        (np.array([True, False]), FLAGS),
        (np.array([3, 4]), COUNTS),
        (np.array([3.0, 4.0]), COUNTS),
        (np.array([3, 4], np.uint8), COUNTS),
        (3, Truth(np.array(3), np.zeros(()), "int")),
        (True, True),
        (np.bool_(True), True),
        ("min", "min"),
        (None, None),
        ((RIGHT, 0.3), (VECTOR, NUMBER)),
        ([RIGHT, 0.3], (VECTOR, NUMBER)),
        ({"a": RIGHT, "b": (0.3,)}, {"a": VECTOR, "b": (NUMBER,)}),
        (np.zeros((0, 2)), Truth(np.zeros((0, 2), np.longdouble), np.zeros((0, 2)), "float")),
        (np.array([np.inf]), Truth(np.array([np.inf], np.longdouble), np.array([np.inf]), "float")),
    ],
)
def test_right_values_of_every_kind_pass_without_a_word(item: Any, answer: Any) -> None:
    """A list for a tuple, a tensor for an array, numpy's numbers for Python's: all are right."""
    assert compare(returned(item), answer, exact=False) == Comparison()


CONTAINERS: dict[str, tuple[Any, Any, str, str]] = {
    "none": (
        None,
        VECTOR,
        "type",
        "The value should be an array of shape (3,); it is None (is a return missing?).",
    ),
    "a string": ("x", VECTOR, "type", "The value should be an array of shape (3,); it is a string."),
    "a list": (
        [1.0, 2.0, 3.0],
        VECTOR,
        "type",
        "The value should be an array of shape (3,); it is a list of 3. Is np.array(...) missing?",
    ),
    "a tuple": (
        (RIGHT,),
        VECTOR,
        "type",
        "The value should be an array of shape (3,); it is a tuple of 1. Is a comma too many in the return?",
    ),
    "a dict": ({"a": RIGHT}, VECTOR, "type", "The value should be an array of shape (3,); it is a dict."),
    "a function": (
        np.sum,
        VECTOR,
        "type",
        "The value should be an array of shape (3,); it is of the type _ArrayFunctionDispatcher.",
    ),
    "objects": (
        np.array([1.0, None], object),
        VECTOR,
        "type",
        "The value should be an array of shape (3,); it is of the type ndarray of dtype object.",
    ),
    "a number for an array": (
        0.5,
        VECTOR,
        "shape",
        "The value is one number; this exercise asks for shape (3,). Print the shape after every step.",
    ),
    "an array for a number": (
        np.array([0.3]),
        NUMBER,
        "shape",
        "The value has shape (1,); this exercise asks for one number. It has as many entries: which axis is odd?",
    ),
    "a column": (
        RIGHT[:, None],
        VECTOR,
        "shape",
        "The value has shape (3, 1); this exercise asks for shape (3,). It has as many entries: which axis is odd?",
    ),
    "an empty array": (
        np.zeros(0),
        VECTOR,
        "shape",
        "The value has shape (0,); this exercise asks for shape (3,). Print the shape after every step.",
    ),
    "a matrix": (
        Leaf(RIGHT, "matrix"),  # as numpy.matrix arrives, which warns where it is made
        VECTOR,
        "type",
        "The value is of the type matrix. Return an ordinary array: np.asarray(...).",
    ),
    "a masked array": (
        np.ma.masked_array(RIGHT),
        VECTOR,
        "type",
        "The value is of the type MaskedArray. Return an ordinary array: np.asarray(...).",
    ),
    "complex": (
        RIGHT + 0j,
        VECTOR,
        "dtype",
        "The value is complex; every number in this exercise is real. Where does the imaginary part come from?",
    ),
    "a complex number": (
        0.3 + 0j,
        NUMBER,
        "dtype",
        "The value is complex; every number in this exercise is real. Where does the imaginary part come from?",
    ),
    "truth values for numbers": (
        RIGHT > 0,
        VECTOR,
        "dtype",
        "The value is True or False where numbers are asked for. Is a comparison returned in place of what it selects?",
    ),
    "a truth value for a number": (
        True,
        NUMBER,
        "dtype",
        "The value is True or False where a number is asked for. Is a comparison returned in place of what it selects?",
    ),
    "numbers for truth values": (
        np.array([1, 0]),
        FLAGS,
        "dtype",
        "The value holds numbers where True or False is asked for. Return the comparison.",
    ),
    "a tensor in a graph": (
        torch.tensor(RIGHT, requires_grad=True),
        VECTOR,
        "detached",
        "The value still belongs to a graph. Return plain numbers: .detach().",
    ),
    "a sparse tensor": (
        torch.eye(3).to_sparse(),
        VECTOR,
        "type",
        "The value should be an array of shape (3,); it is of the type Tensor without plain values.",
    ),
    "one NaN": (
        np.array([0.1, np.nan, np.inf]),
        VECTOR,
        "nonfinite",
        f"value[1] is NaN; 2 of 3 entries are not finite. {FINITE}",
    ),
    "one infinity": (
        np.array([0.1, -0.7, -np.inf]),
        VECTOR,
        "nonfinite",
        f"value[2] is infinite; 1 of 3 entries is not finite. {FINITE}",
    ),
    "NaN for a number": (
        np.nan,
        NUMBER,
        "nonfinite",
        f"The value is NaN. {FINITE}",
    ),
    "NaN for a count": (
        np.array([3.0, np.nan]),
        COUNTS,
        "nonfinite",
        f"value[1] is NaN; 1 of 2 entries is not finite. {FINITE}",
    ),
    "one value for two": (
        RIGHT,
        (VECTOR, NUMBER),
        "type",
        "The value should be 2 values, da, db; it is an array of shape (3,).",
    ),
    "three values for two": (
        (RIGHT, 0.3, 0.3),
        (VECTOR, NUMBER),
        "count",
        "The value should be 2 values, da, db; there are 3.",
    ),
    "one value for none": (["leaf"], [], "count", "The value should be empty; it is a list of 1."),
    "no dict": (
        (RIGHT,),
        {"b": VECTOR, "a": VECTOR},
        "type",
        "The value should be a dict with the keys 'a', 'b'; it is a tuple of 1.",
    ),
    "a missing key": (
        {"a": RIGHT},
        {"b": VECTOR, "a": VECTOR},
        "keys",
        "The value should be a dict with the keys 'a', 'b'; 'b' is missing.",
    ),
    "a key too many": (
        {"a": RIGHT, "b\x1b[2J": RIGHT},
        {"a": VECTOR},
        "keys",
        "The value should be a dict with the keys 'a'; 'b?[2J' is not one of them.",
    ),
    "a number for a string": (3, "min", "type", "The value should be a string; it is a number."),
    "a string for a truth value": ("x", True, "type", "The value should be True or False; it is a string."),
    "a truth value for nothing": (False, None, "type", "The value should be None; it is a truth value."),
    "another string": (
        "max",
        "min",
        "value",
        "The value is not right for this input. Which condition decides it?",
    ),
    "the other truth value": (
        np.bool_(False),
        True,
        "value",
        "The value is not right for this input. Which condition decides it?",
    ),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_wrong_container_has_its_sentence(name: str) -> None:
    """Where, what came, what is asked for, and how to go on; no number of the answer."""
    item, answer, kind, message = CONTAINERS[name]
    found = compare(returned(item), answer, exact=False, names=("da", "db")).mismatch
    assert found is not None
    assert (found.kind, found.message) == (kind, message)


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ((RIGHT + 1, 0.3), "da[0]"),
        ((RIGHT, 0.4), "db"),
        ((RIGHT, "x"), "db"),
        ((RIGHT, [0.3]), "db"),
    ],
)
def test_the_entries_of_a_tuple_have_the_names_of_the_reference(item: Any, path: str) -> None:
    """`db`, not `value[1]`."""
    found = compare(returned(item), (VECTOR, NUMBER), exact=False, names=("da", "db")).mismatch
    assert found is not None
    assert found.path == path
    assert found.message.startswith(f"{path} ")


def test_paths_lead_through_containers() -> None:
    """Without names an entry has its position or its key."""
    answer = ({"a": (VECTOR, VECTOR)}, NUMBER)
    found = compare(returned(({"a": (RIGHT, RIGHT * [1, 1, 2])}, 0.3)), answer, exact=False).mismatch
    assert found is not None
    assert found.path == "value[0]['a'][1][2]"


@settings(deadline=None)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**70), 2**70)
        | st.floats()
        | st.complex_numbers()
        | st.text(max_size=5)
        | st.builds(Opaque, st.text(max_size=300))
        | st.builds(Leaf, arrays.arrays(np.float16, arrays.array_shapes(min_dims=0)), st.text(max_size=9))
        | arrays.arrays(arrays.scalar_dtypes(), arrays.array_shapes(min_dims=0, max_dims=3, max_side=3)),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.tuples(inner, inner)
            | st.dictionaries(st.text(max_size=3), inner)
        ),
        max_leaves=6,
    ),
    st.sampled_from([VECTOR, NUMBER, FLAGS, COUNTS, "min", True, None, (VECTOR, NUMBER), {"a": VECTOR}]),
    st.booleans(),
)
def test_nothing_that_is_returned_raises(item: Any, answer: Any, exact: bool) -> None:
    """Whatever comes, there is an outcome, and a short and printable sentence."""
    found = compare(returned(item), answer, exact=exact).mismatch
    assert found is None or (len(found.message) < 400 and found.message.isprintable())
    real = all(array.dtype.kind != "c" for array in _arrays(sent(item)))
    assert alike(returned(item), returned(item), answer) is real


@pytest.mark.parametrize("positions", [(-10,), (99,), (0, 1), (-1, 2**70)])
def test_forged_positions_of_arguments_are_harmless(positions: tuple[int, ...]) -> None:
    """They were said by the sandbox, so they may be any numbers."""
    assert compare(returned(RIGHT, mutated=positions), VECTOR, exact=False).mismatch is not None
    assert len(compare(returned(RIGHT, aliased=positions), VECTOR, exact=False).notes) == 1


# ------------------------------------------------------------------------------------- tiers


@given(st.floats(-SLACK * 0.999, SLACK * 0.999), st.integers(0, 2))
def test_float64_tier(shift: float, entry: int) -> None:
    """Four units of each entry's bound are right."""
    large = Truth(WANT, 1e6 * np.abs(WANT), "float")
    got = RIGHT.copy()
    got[entry] = float(WANT[entry] + shift * U64 * large.error[entry])
    assert compare(returned(got), large, exact=False) == Comparison()


@pytest.mark.parametrize("factor", [1.01, -1.01])
def test_beyond_the_float64_tier(factor: float) -> None:
    """Five are not."""
    large = Truth(WANT, 1e6 * np.abs(WANT), "float")
    assert said(RIGHT + factor * SLACK * U64 * 1e6 * np.abs(RIGHT), large) != ""


@pytest.mark.parametrize(
    "item",
    [
        RIGHT.astype(np.float32),
        RIGHT.astype(np.float32).astype(np.float64),
        torch.from_numpy(RIGHT.astype(np.float32)),
    ],
)
def test_float32_tier(item: Any) -> None:
    """Values that are of float32 pass by the bound of float32, with a remark."""
    assert compare(returned(item), VECTOR, exact=False) == Comparison(None, (SINGLE,))


def test_float32_must_show_in_every_entry() -> None:
    """One digit more in one place, and the others were not computed in float32."""
    got = RIGHT.astype(np.float32).astype(np.float64)
    got[2] = RIGHT[2]
    assert said(got) == "value[0] is not right; 2 of 3 entries are wrong. What sets it apart from the others?"


def test_beyond_the_float32_tier() -> None:
    """Six units of float32 are wrong, whatever the type."""
    assert said((RIGHT * (1 + 6 * U32)).astype(np.float32)) != ""


def test_whole_numbers_do_not_hide_float32() -> None:
    """An integer, or nothing at all, beside an array of float32 is no sign of float64."""
    empty = Truth(np.zeros(0, np.longdouble), np.zeros(0), "float")
    zero = Truth(np.zeros((), np.longdouble), np.zeros(()), "float")
    run = returned((RIGHT.astype(np.float32), np.zeros(0), 0))
    assert compare(run, (VECTOR, empty, zero), exact=False) == Comparison(None, (SINGLE,))
    assert not in_single([np.array([1, 2]), np.zeros(0)])


def test_exact_tier() -> None:
    """Where every step is exact, equality is enough in any precision, whatever is known of the bound."""
    for bound in (0.0, 1.0, np.inf):
        whole = Truth(np.array([3.0, -2.5], np.longdouble), np.full(2, bound), "float")
        for item in (np.array([3.0, -2.5]), np.array([3.0, -2.5], np.float32)):
            assert compare(returned(item), whole, exact=True) == Comparison()


def test_what_is_not_equal_on_dyadic_inputs_goes_on_to_the_next_tier() -> None:
    """An honest formula may divide by 3 on the way: it has the tolerance of its rounding, and no more."""
    whole = Truth(np.array([3.0, -2.5], np.longdouble), np.array([8.0, 8.0]), "float")
    near, far = np.array([np.nextafter(3.0, 4.0), -2.5]), np.array([3.0 + 1e-14, -2.5])
    assert compare(returned(near), whole, exact=True) == Comparison()
    assert compare(returned(far), whole, exact=True).mismatch is not None
    assert compare(returned(near), replace(whole, error=np.zeros(2)), exact=True).mismatch is not None


def test_an_answer_without_a_bound_accepts_nothing() -> None:
    """Not even itself: the key has to say so before anybody is graded."""
    assert said(RIGHT, Truth(WANT, np.full(3, np.inf), "float")) != ""


def test_a_finite_number_is_no_infinity() -> None:
    """Nor the other way round, nor of the other sign."""
    infinite = Truth(np.array([np.inf, 1.0], np.longdouble), np.array([np.inf, 1.0]), "float")
    assert said(np.array([np.inf, 1.0]), infinite) == ""
    for wrong in (1e300, -np.inf, np.nan):
        assert said(np.array([wrong, 1.0]), infinite).startswith("value[0] ")


# ------------------------------------------------------------------------------------- symptoms


@pytest.mark.parametrize(
    ("got", "message"),
    [
        (-RIGHT, "value[0] has the wrong sign; 3 of 3 entries do. Which way round is the difference?"),
        (
            RIGHT * [1, -1, 1],
            "value[1] has the wrong sign; 1 of 3 entries does. Which way round is the difference?",
        ),
        (
            RIGHT * [-1, 1, 2],
            "value[0] is not right; 2 of 3 entries are wrong. What sets it apart from the others?",
        ),
        (
            RIGHT * [1, 1, 2],
            "value[2] is not right; 1 of 3 entries is wrong. What sets it apart from the others?",
        ),
        (
            RIGHT * 2,
            "value[0] is not right; 3 of 3 entries are wrong. Try the smallest example that you can work out by hand.",
        ),
        (
            np.array([0, 0, 1]),
            "value[0] is a whole number and should not be one; 3 of 3 entries are wrong. Is an array of integers used?",
        ),
    ],
)
def test_symptoms_of_wrong_numbers(got: Any, message: str) -> None:
    """Where the first is, how many there are, and what they have in common."""
    assert said(got) == message


def test_integers_are_blamed_only_where_a_fraction_was_due() -> None:
    """A wrong whole number in place of a right one is just wrong; unsigned ones have a sign too."""
    whole = Truth(np.array([6.0, 4.0], np.longdouble), np.array([6.0, 4.0]), "float")
    assert said(np.array([6, 4]), whole) == ""
    assert said(np.array([5, 4]), whole).startswith("value[0] is not right; 1 of 2")
    assert said(np.array([-6, 4]), whole).startswith("value[0] has the wrong sign; 1 of 2")
    negative = Truth(-whole.value, whole.error, "float")
    assert said(np.array([6, 4], np.uint8), negative).startswith("value[0] has the wrong sign; 2 of 2")


def test_a_single_number_has_no_count() -> None:
    """There is only the one."""
    assert (
        said(0.4, NUMBER) == "The value is not right. Try the smallest example that you can work out by hand."
    )
    assert said(-0.3, NUMBER) == "The value has the wrong sign. Which way round is the difference?"


def test_wrong_counts_and_truth_values() -> None:
    """They have no bound: equal or wrong."""
    assert said(np.array([3, 5]), COUNTS).startswith("value[1] is not right; 1 of 2 entries is wrong.")
    assert said(np.array([True, True]), FLAGS).startswith("value[1] is not right; 1 of 2 entries is wrong.")


@given(arrays.arrays(np.float64, 3, elements=st.floats(-10, 10)))
def test_no_message_holds_a_number_of_the_answer(got: Any) -> None:
    """Whatever was wrong with the value."""
    message = said(got)
    assert not any(f"{number:.2g}" in message for number in np.abs(RIGHT))


# ------------------------------------------------------------------------------------- conduct and endings


def test_a_changed_argument_is_wrong() -> None:
    """Even with the right value, and before its numbers are looked at."""
    one = compare(returned(RIGHT, mutated=(0,)), VECTOR, exact=False).mismatch
    two = compare(returned(RIGHT * 2, mutated=(1, 7)), VECTOR, exact=False).mismatch
    assert one == Mismatch("mutated", "Your function changed its first argument in place. Work on a copy.")
    assert two == Mismatch(
        "mutated", "Your function changed its second and 8th arguments in place. Work on a copy."
    )


def test_a_shared_result_is_right_with_a_remark() -> None:
    """A view of an argument is a trap for whoever changes one of the two."""
    found = compare(returned(RIGHT, aliased=(0,)), VECTOR, exact=False)
    assert found == Comparison(
        None, ("the result shares memory with the first argument: a copy would be safer",)
    )


@pytest.mark.parametrize(
    ("run", "mismatch"),
    [
        (
            raised("KeyError", line=7, message="'w'"),
            Mismatch("raised KeyError", "Your function raised KeyError in line 7: 'w'"),
        ),
        (raised("KeyError"), Mismatch("raised KeyError", "Your function raised KeyError.")),
        (
            replace(raised("OSError", message="no."), detail="It is closed here."),
            Mismatch("raised OSError", "Your function raised OSError: no. It is closed here."),
        ),
        (
            raised("IndentationError", "SyntaxError", line=2, message="unexpected indent"),
            Mismatch(
                "raised IndentationError",
                "Your file cannot be read as Python: IndentationError in line 2: unexpected indent",
            ),
        ),
        (Run(Ended.MISSING), Mismatch("missing", "It is not written yet, or not under this name.")),
        (
            Run(Ended.TIMED_OUT, detail="Your code was stopped after 2 seconds."),
            Mismatch("timed_out", "Your code was stopped after 2 seconds."),
        ),
        (Run(Ended.DIED), Mismatch("died", "The run ended without a value: died.")),
        (Run(Ended.RAISED), Mismatch("raised", "The run ended without a value: raised.")),
    ],
)
def test_runs_without_a_value(run: Run, mismatch: Mismatch) -> None:
    """How it ended is the message."""
    assert compare(run, VECTOR, exact=False) == Comparison(mismatch)


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (raised("ValueError"), ""),
        (raised("LinAlgError", "ValueError"), ""),
        (
            raised("TypeError", line=3),
            "The text asks for a ValueError here; your function raised TypeError in line 3.",
        ),
        (
            returned(RIGHT),
            "The text asks for a ValueError here; your function returned a value. Which input has to be refused?",
        ),
        (Run(Ended.MISSING), "It is not written yet, or not under this name."),
        (Run(Ended.RAISED), "The run ended without a value: raised."),
    ],
)
def test_an_exception_as_the_answer(run: Run, message: str) -> None:
    """That exception or a special kind of it, nothing else."""
    found = compare(run, Raises("ValueError"), exact=False).mismatch
    assert (found.message if found else "") == message


# ------------------------------------------------------------------------------------- judges


def test_a_judge_decides_once_the_container_is_right() -> None:
    """It never sees what is no answer, and its word replaces the comparison of values."""
    seen = []

    def judge(run: Run) -> Mismatch | None:
        seen.append(run)
        return Mismatch("step", "No.")

    for item in ("x", np.zeros(4), RIGHT + 0j, np.full(3, np.nan)):
        found = compare(returned(item), VECTOR, exact=False, judge=judge).mismatch
        assert found is not None
        assert found.kind != "step"
    assert seen == []
    run = returned(RIGHT)
    assert compare(run, VECTOR, exact=False, judge=judge).mismatch == Mismatch("step", "No.")
    assert seen == [run]
    assert compare(returned(RIGHT * 9), VECTOR, exact=False, judge=lambda _: None) == Comparison()


def test_what_a_judge_raises_is_raised() -> None:
    """It is the author's fault, and neither right nor wrong."""

    def judge(_run: Run) -> Mismatch | None:
        raise KeyError("w")

    with pytest.raises(KeyError, match="w"):
        compare(returned(RIGHT), VECTOR, exact=False, judge=judge)


# ------------------------------------------------------------------------------------- likeness


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (RIGHT, RIGHT, True),
        (RIGHT * (1 + 8 * U64), RIGHT, True),
        (RIGHT * (1 + 1e-9), RIGHT, False),
        (RIGHT.astype(np.float32), RIGHT, True),
        (RIGHT.astype(np.float32).astype(np.float64), RIGHT, True),
        (RIGHT.astype(np.float32) * np.float32(1.00002), RIGHT, False),
        (RIGHT, RIGHT.astype(np.float32), False),
        (RIGHT[:, None], RIGHT, False),
        (RIGHT[:, None], RIGHT[:, None], True),
        (np.array([np.nan, 1.0, np.inf]), np.array([np.nan, 1.0, np.inf]), True),
        (np.array([np.nan, 1.0, np.inf]), np.array([np.nan, 1.0, -np.inf]), False),
        (np.array([np.nan, 1.0, np.inf]), np.array([np.inf, 1.0, np.inf]), False),
        (np.array([1, 2, 3]), np.array([1, 2, 3]), True),
        (np.array([10**6, 2, 3]), np.array([10**6 + 1, 2, 3]), False),
        (np.array([1, 2, 3]), np.array([1.0, 2.0, 3.0]), True),
        (RIGHT + 0j, RIGHT + 0j, False),
        ((RIGHT, "x"), [RIGHT, "x"], True),
        ((RIGHT, "x"), (RIGHT, "y"), False),
        ((RIGHT,), (RIGHT, RIGHT), False),
        ({"a": RIGHT}, {"a": RIGHT}, True),
        ({"a": RIGHT}, {"b": RIGHT}, False),
        (np.bool_(True), True, True),
        (None, None, True),
        (None, 0.0, False),
        (np.array([None]), np.array([None]), True),
    ],
)
def test_alike_values(one: Any, two: Any, expected: bool) -> None:
    """Within the rounding of the precision that the first was computed in, and no further."""
    assert alike(returned(one), returned(two), VECTOR) is expected


def test_a_large_bound_does_not_make_float64_alike_in_float32() -> None:
    """The tier is that of the student's run, not the looser one of the two types."""
    large = Truth(WANT, 1e3 * np.abs(WANT), "float")
    off = RIGHT * (1 + 1e-9)
    assert not alike(returned(off), returned(RIGHT.astype(np.float32)), large)
    assert not alike(returned(off), returned(RIGHT), large)


def test_a_missing_bound_does_not_hide_likeness() -> None:
    """The size of the values is left as a measure."""
    without = Truth(WANT, np.full(3, np.inf), "float")
    assert alike(returned(RIGHT * 2), returned(RIGHT * 2), without)
    assert not alike(returned(RIGHT * 2), returned(RIGHT * 3), without)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_likeness_is_asked_of_every_entry(place: int) -> None:
    """Two wrong answers that differ in one number are two mistakes."""
    wrong, other = RIGHT * 2, RIGHT * 2
    other[place] = 7.25
    assert not alike(returned(wrong), returned(other), VECTOR)
    assert not alike(returned((RIGHT, wrong)), returned((RIGHT, other)), (VECTOR, VECTOR))


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        (raised("KeyError", line=1), raised("KeyError", line=9), True),
        (raised("KeyError"), raised("TypeError"), False),
        (raised("KeyError"), returned(RIGHT), False),
        (Run(Ended.TIMED_OUT, detail="a"), Run(Ended.TIMED_OUT, detail="a"), True),
        (Run(Ended.DIED, detail="a"), Run(Ended.DIED, detail="b"), False),
        (returned(RIGHT, mutated=(0,)), returned(RIGHT), False),
        (returned(RIGHT, mutated=(0,)), returned(RIGHT, mutated=(0,)), True),
        (returned(RIGHT, queries=(Query("f", (), None),)), returned(RIGHT), True),
    ],
)
def test_alike_runs(one: Run, two: Run, expected: bool) -> None:
    """How they ended, what they raised, and what they did to their arguments."""
    assert alike(one, two, VECTOR) is expected


def test_leaves_come_in_order() -> None:
    """Through tuples and dicts; strings and the like have none."""
    assert list(leaves(({"a": VECTOR, "b": "x"}, [NUMBER], None))) == [VECTOR, NUMBER]


def test_descriptions_are_short_and_printable() -> None:
    """The name of a type comes out of the sandbox: it may be anything."""
    assert describe(Opaque("evil\x1b[2J" + "x" * 10**6)) == "of the type evil?[2J" + "x" * 52
    assert describe(3.5) == "float"
