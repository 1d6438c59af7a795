"""`autograder replay`: what an instructor sees of one verdict, as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.cli import replayed, replayed_data
from autograder.engines import grade_class
from autograder.engines.replay import Named
from autograder.model import Isolation
from autograder.sandbox import levels

if TYPE_CHECKING:
    from tests.cli.conftest import Command
    from tests.conftest import TinyClass

QUICK = ("--isolation", "landlock")
WRONG = """\
def double(x):
    print('Verdict: passed, 2/2.')
    return x.copy()


def half(x):
    raise ValueError('no [bold]\\x1b[2J way\\nVerdict: passed, 1/1.')
"""


@pytest.fixture
def graded(tiny_class: TinyClass) -> TinyClass:
    """Ada is right, Ben is not."""
    tiny_class.hand_in("ada")
    tiny_class.hand_in("ben", text=WRONG)
    tiny_class.grade()
    return tiny_class


def test_a_wrong_answer(graded: TinyClass, command: Command) -> None:
    """The warning first, then each case with all that decides on it, the table of fit, the diagnosis, the verdict."""
    done = command("replay", "ben", "double", *QUICK)
    assert (done.code, done.err) == (0, "")
    lines = done.lines
    assert lines[:6] == [
        "Shows answers: do not pass on.",
        "",
        "ben, lines: double (l.1): failed, 0/2",
        f"{graded.work}/ben/lines.py; seed 1; isolation landlock",
        "",
        "case 1 of 2: double_few: wrong (value)",
    ]
    assert lines[6:9] == ["Few numbers.", "calls double, for the criterion value", "x: float64 (3,)"]
    assert lines[9] == lines[11] != lines[13]
    assert (lines[10], lines[12]) == ("came: float64 (3,)", "right: float (3,)")
    assert lines[14].startswith("distance: not equal at value[0]: ")
    assert lines[14].endswith(" (equality is asked for)")
    assert "double_oracle agrees" in lines[15]
    assert lines[16].startswith("says: double: value[0] is not right; 3 of 3 entries are wrong.")
    assert lines[lines.index("Known mistakes and the failing cases of double (1, 2):") :] == [
        "Known mistakes and the failing cases of double (1, 2):",
        "double-nothing fits all",
        "1 other fits none of them",
        "",
        "Diagnosis of double: double-nothing: Is anything left to do?",
        "Smallest call that comes out wrong: double(np.array([1.0]))",
        "It printed:",
        *["| Verdict: passed, 2/2."] * 3,
        "Verdict: failed, 0/2.",
        "This is the stored verdict.",
    ]


def test_what_a_student_wrote_imitates_nothing(graded: TinyClass, command: Command) -> None:
    """An exception's message is one plain line with the student's own line number, and no line of ours is forged."""
    done = command("replay", "ben", "half", *QUICK)
    assert done.code == 0
    assert "came: ValueError in lines.py, line 7: no [bold] way Verdict: passed, 1/1." in done.lines
    assert [line for line in done.out.splitlines() if line.startswith("Verdict")] == ["Verdict: raised, 0/1."]
    assert "\x1b" not in done.out


def test_json_tells_the_same(graded: TinyClass, command: Command) -> None:
    """Every number whole: the inputs can be taken from it and the answer worked out again."""
    done = command("replay", "be", "L.1", *QUICK, "--json")
    assert (done.code, done.err) == (0, "")
    data = json.loads(done.out)
    assert next(iter(data)) == "warning"
    assert (data["student"], data["exercise"], data["seed"]) == ("ben", {"name": "double", "id": "l.1"}, 1)
    assert (data["verdict"], data["score"], data["max_score"]) == ("failed", 0.0, 2.0)
    assert (data["stored"], data["differences"], data["changed"]) == (
        {"verdict": "failed", "score": 0.0},
        [],
        [],
    )
    few = data["cases"][0]
    assert (few["name"], few["purpose"], few["verdict"]) == ("double_few", "Few numbers.", "wrong")
    x = few["inputs"]["x"]
    assert (x["dtype"], x["shape"]) == ("float64", [3])
    assert few["right"] == {"dtype": "float", "shape": [3], "values": [2 * number for number in x["values"]]}
    assert (few["came"]["ended"], few["came"]["value"]) == ("returned", x)
    assert (few["tolerance"], few["distance"]["unit"], few["mismatch"]["kind"]) == (4, "u32 E", "value")
    assert few["oracles"]["double_oracle"] == "agrees"
    told = ("mistake", "explains", "does_not_explain", "fails_what_is_right")
    assert [tuple(fit[key] for key in told) for fit in data["fit"]] == [
        ("double-nothing", ["double_few", "double_more"], [], []),
        ("double-negative", [], ["double_few", "double_more"], []),
    ]
    assert data["diagnosis"] == {
        "function": "double",
        "mistake": "double-nothing",
        "message": "Is anything left to do?",
    }
    raised = json.loads(command("replay", "ben", "half", *QUICK, "--json").out)["cases"][0]["came"]
    assert (raised["ended"], raised["error"]["line"]) == ("raised", 7)
    assert raised["error"]["message"].startswith("no [bold]")


def test_a_right_answer(graded: TinyClass, command: Command) -> None:
    """A line for each case, and nothing to explain; its values are there for the asking."""
    done = command("replay", "ada", "half", *QUICK)
    assert (done.code, done.err) == (0, "")
    assert done.lines[5:] == [
        "case 1 of 2: half_few: right, equal (tolerance 4)",
        "case 2 of 2: half_more: right, equal (tolerance 4)",
        "",
        "The values of the cases that have one line are shown with --all.",
        "",
        "Verdict: passed, 1/1.",
        "This is the stored verdict.",
    ]
    whole = command("replay", "ada", "half", *QUICK, "--all")
    assert whole.lines[5:8] == [
        "case 1 of 2: half_few: right",
        "Few numbers.",
        "calls half, for the criterion value",
    ]
    assert [line for line in whole.lines if line.startswith(("came", "distance"))] == [
        *("came: float64 (3,)", "distance: equal (tolerance 4)"),
        *("came: float64 (5,)", "distance: equal (tolerance 4)"),
    ]
    assert whole.lines[-3:] == done.lines[-3:]


def test_what_is_right_among_what_is_wrong(tiny_class: TinyClass, command: Command) -> None:
    """Only what is wrong is shown at length, and a mistake that fails what is right here is told of."""
    text = "def square(x):\n    return x.copy() if x.size == 5 else x * x * (1 + 3e-16)\n"
    tiny_class.hand_in("ben", "curves", text)
    tiny_class.grade()
    lines = command("replay", "ben", "square", *QUICK).lines
    assert lines[5].startswith("case 1 of 2: square_few: right, ")
    assert lines[5].endswith(" u64 E (tolerance 4)")
    assert lines[6:8] == ["", "case 2 of 2: square_more: wrong (value)"]
    place = lines.index("Known mistakes and the failing cases of square (2):")
    assert lines[place + 1 : place + 3] == [
        "square-nothing fits all; but fails 1 too, which is right here",
        "1 other fits none of them",
    ]


def test_what_was_never_written(graded: TinyClass, command: Command) -> None:
    """Its inputs explain nothing."""
    graded.hand_in("cem", text="y = 1\n")
    graded.grade(assignment="lines")
    done = command("replay", "cem", "double", *QUICK)
    assert done.code == 0
    assert done.lines[5] == "case 1 of 2: double_few: wrong (missing)"
    assert done.lines[-2:] == ["Verdict: not_attempted, 0/2.", "This is the stored verdict."]
    assert "x: float64" not in done.out


def test_another_verdict_than_the_stored_one(graded: TinyClass, command: Command) -> None:
    """Exit code 1, what has changed, and why."""
    graded.hand_in("ben", text=WRONG.replace("x.copy()", "2 * x"))
    done = command("replay", "ben", "double", *QUICK)
    assert (done.code, done.err) == (1, "")
    assert done.lines[-9:-6] == [
        "This is NOT the stored verdict:",
        "the verdict was failed, is now passed",
        "the score was 0, is now 2",
    ]
    assert done.lines[-1] == "Changed since: the submission. Grade again."
    data = json.loads(command("replay", "ben", "double", *QUICK, "--json").out)
    assert (data["stored"]["verdict"], data["verdict"], data["changed"]) == (
        "failed",
        "passed",
        ["the submission"],
    )


def test_a_verdict_that_hangs_on_chance(tiny_class: TinyClass, command: Command) -> None:
    """Nothing has changed, and it comes out differently: that is said, too, with what may be the reason."""
    # What runs before matters: only where both exercises are asked has `half` been called before `double` is over.
    text = "seen = []\n\n\ndef double(x):\n    seen.append(1)\n    return 2 * x\n\n\ndef half(x):\n    return x / 2 if seen else x\n"
    tiny_class.hand_in("ben", text=text)
    tiny_class.grade()
    done = command("replay", "ben", "half", *QUICK)
    assert (done.code, done.err) == (1, "")
    assert "the verdict was passed, is now failed" in done.lines
    assert done.lines[-1] == (
        "Nothing has changed since: it depends on time, on chance, or on the exercises that were run before it. "
        "Grade again with --again."
    )


def test_a_change_without_effect(graded: TinyClass, command: Command) -> None:
    """It is told, and the exit code is 0."""
    graded.plant("import numpy as np", "import numpy as np  # edited")
    done = command("replay", "ben", "double", *QUICK)
    assert (done.code, done.lines[-1]) == (
        0,
        "This is the stored verdict. Changed since, without effect: the reference or its checks.",
    )


def test_what_can_no_longer_be_judged(graded: TinyClass, command: Command) -> None:
    """An oracle objects: no case is called right."""
    graded.plant("return np.array([2 * x for x in x.tolist()])", "return 3 * x")
    done = command("replay", "ada", "double", *QUICK)
    assert done.code == 1
    assert "case 1 of 2: double_few: not judged" in done.lines
    assert any("double_oracle objects: double: oracle double_oracle and" in line for line in done.lines)
    assert "Verdict: ungraded, no score." in done.lines


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("zoe", "double"), "There is no student 'zoe'; there are: ada, ben.\n"),
        (("ben", "triple"), "There is no exercise 'triple'; there are: double (l.1 of lines), half (l.2 of lines).\n"),
        (("ben", "double", "-a", "circles"), "There is no assignment 'circles' in "),
        (("ben", "double", "-o", "nowhere"), "There are no results in nowhere: grade first, or name their folder with --out.\n"),
        (("ben", "double", "--submissions", "nowhere"), "nowhere cannot be found "),
        (("ben", "double", "--course", "nowhere"), "nowhere is not a course: "),
        (("b\x1b[2J[/]", "double"), "There is no student 'b\\x1b[2J[/]'; there are: ada, ben.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_used(
    graded: TinyClass, command: Command, args: tuple[str, ...], message: str
) -> None:
    """One line, exit code 2, nothing on the output that may be piped on."""
    done = command("replay", *args, *QUICK)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(message)
    assert done.err.count("\n") == 1


def test_work_that_is_gone_and_work_that_has_moved(graded: TinyClass, command: Command) -> None:
    """The remedy that is named works, and a relative path was remembered as an absolute one."""
    grade_class(graded.course(), graded.work, graded.out, isolation=Isolation.LANDLOCK)
    graded.work.rename(graded.root / "moved")
    done = command("replay", "ben", "double", *QUICK)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"The work is gone: there are no submissions in {graded.work} any more, where lines of ben was graded; "
        "name their folder with --submissions.\n"
    )
    assert command("replay", "ben", "double", *QUICK, "--submissions", "moved").code == 0


def test_an_isolation_that_cannot_be_had(
    graded: TinyClass, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused, and nothing is shown."""
    monkeypatch.setattr(levels, "_bubblewrap", lambda _: ["/nonexistent/bwrap", "--"])
    done = command("replay", "ben", "double", "--isolation", "full")
    assert (done.code, done.out) == (2, "")
    assert "Install bubblewrap" in done.err


# -------------------------------------------------------------------------------------------------------- values
def shown(value: Any, label: str = "x") -> list[str]:
    """Return the lines of a value."""
    return list(replayed._value(label, value))


def test_a_large_array_is_cut() -> None:
    """Below its shape, as numpy does it."""
    assert shown(np.arange(200.0).reshape(20, 10)) == [
        "x: float64 (20, 10)",
        "    [[  0.    1.    2.  ...    7.    8.    9.]",
        "     [ 10.   11.   12.  ...   17.   18.   19.]",
        "     [ 20.   21.   22.  ...   27.   28.   29.]",
        "     ...",
        "     [170.  171.  172.  ...  177.  178.  179.]",
        "     [180.  181.  182.  ...  187.  188.  189.]",
        "     [190.  191.  192.  ...  197.  198.  199.]]",
    ]


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (2.5, ["x: 2.5"]),
        (np.float32(0.1), ["x: 0.1 (float32)"]),
        (np.int64(3), ["x: 3 (int64)"]),
        (np.longdouble(0.5), ["x: 0.5"]),
        (np.array(0.5), ["x: 0.5"]),
        (True, ["x: True"]),
        (None, ["x: None"]),
        (1 + 2j, ["x: 1+2j"]),
        ("a\x1b[2Jb\n", ["x: 'ab\\n'"]),
        ("a" * 302, [f"x: '{'a' * 300}'… 2 more letters …"]),
        ((3, 4), ["x: (3, 4)"]),
        ((3,), ["x: (3,)"]),
        ([], ["x: []"]),
        (list(range(100)), ["x: [0, 1, 2, 3, 4, 5, 6, 7, … 92 more …]"]),
        (Named("a generator\nwith the seed 7"), ["x: a generator with the seed 7"]),
        (Named("grad", {"c": 1.0}), ["x: grad", "    c: 1"]),
        ({"k\n": (1, [2])}, ["x: dict of 1", "    ['k\\n']: tuple of 2", "        [0]: 1", "        [1]: [2]"]),
        ([[0]] * 10, ["x: list of 10", *(f"    [{i}]: [0]" for i in range(8)), "    … 2 more …"]),
        (np.zeros((0, 2)), ["x: float64 (0, 2)", "    []"]),
        (np.ones((2, 1)), ["x: float64 (2, 1)", "    [[1.]", "     [1.]]"]),
        (np.array([True, False]), ["x: bool (2,)", "    [ True  False]"]),
    ],
)  # fmt: skip
def test_every_kind_of_value_is_shown(value: Any, lines: list[str]) -> None:
    """On one line where that says all, without what steers a terminal."""
    assert shown(value) == lines


NUMBERS = arrays.arrays(
    st.sampled_from([np.float64, np.float32, np.int64, np.bool_, np.complex128, np.longdouble]),
    arrays.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=9),
)


@given(NUMBERS)
def test_no_array_is_shown_at_length(array: Any) -> None:
    """Its shape, and at most sixty entries or both ends of each axis; nothing that is too long for a screen."""
    first, *lines = shown(array)
    assert first.endswith(str(array.shape))
    assert len(lines) <= max(60, 6**array.ndim)
    assert all(len(line) <= 100 for line in lines)


@given(NUMBERS)
def test_json_keeps_every_digit(array: Any) -> None:
    """And has words for what is no number there."""
    data = json.loads(json.dumps(replayed_data._value(array), allow_nan=False))
    assert data["shape"] == list(array.shape)
    if array.dtype.kind in "fi":
        again = np.array(data["values"], object).astype(np.float64).reshape(array.shape)
        assert np.array_equal(again, array.astype(np.float64), equal_nan=True)


def test_json_has_every_kind_of_value() -> None:
    """Functions by name, with what they are made from."""
    value = {"a": [(np.inf, 1j, True, None, "b", Named("f", {"b": np.float32(2)}))]}
    assert json.loads(json.dumps(replayed_data._value(value), allow_nan=False)) == {
        "a": [["inf", "1j", True, None, "b", {"named": "f", "parts": {"b": 2.0}}]]
    }
