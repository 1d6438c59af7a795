"""A verdict again: the same one, from the same inputs, with all that led to it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from autograder.authoring import CourseError
from autograder.engines import ReplayError, replay_verdict
from autograder.engines.replay import Named
from autograder.model import Diagnosis, Ended, Isolation, Mismatch, Verdict
from autograder.sandbox import levels
from autograder.sandbox.children import SandboxError
from autograder.store import Store
from autograder.submissions import FindError

if TYPE_CHECKING:
    from autograder.engines import Replay
    from tests.conftest import TinyClass

WRONG = "def double(x):\n    return x.copy()\n\n\ndef half(x):\n    return x / 2\n"


@pytest.fixture
def graded(tiny_class: TinyClass) -> TinyClass:
    """Ada is right, Ben is wrong in `double`."""
    tiny_class.hand_in("Ada")
    tiny_class.hand_in("Ada", "curves")
    tiny_class.hand_in("ben", text=WRONG)
    tiny_class.grade()
    return tiny_class


def again(tiny_class: TinyClass, student: str = "ben", exercise: str = "double", **options: Any) -> Replay:
    """Replay a verdict of the class."""
    chosen: dict[str, Any] = {"isolation": Isolation.LANDLOCK} | options
    return replay_verdict(tiny_class.course(), student, exercise, tiny_class.out, **chosen)


def add(tiny_class: TinyClass, text: str, slug: str = "lines", name: str = "checks.py") -> None:
    """Write something below the checks of a sheet."""
    file = tiny_class.root / "reference" / slug / name
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_wrong_answer(graded: TinyClass) -> None:
    """Inputs, what came, what is right, how far apart they are, the oracles' word, and which mistake it is."""
    found = again(graded)
    assert (found.student, found.assignment, found.exercise.id) == ("ben", "lines", "l.1")
    assert (found.seed, found.isolation) == (1, Isolation.LANDLOCK)
    assert Path(found.submission) == graded.work / "ben" / "lines.py"
    assert (found.result.verdict, found.differences, found.changed) == (Verdict.FAILED, (), ())
    few = found.cases[0]
    assert (few.case.name, few.case.purpose) == ("double_few", "Few numbers.")
    ((name, x),) = few.inputs
    assert (name, x.shape) == ("x", (3,))
    assert np.array_equal(few.run.value, x)
    assert np.array_equal(few.right, 2 * x)
    assert few.distance is not None
    # Half of a float32 number is one as well: the wider tier was tried, too.
    assert (few.distance.tier, few.distance.units > 1e6, found.tolerance) == ("u32 E", True, 4)
    assert few.mismatch is not None
    assert (few.mismatch.kind, dict(few.oracles)["double_oracle"], few.again) == ("value", "", None)
    assert [(fit.function, fit.mistake.name) for fit in found.fits] == [
        ("double", "double-nothing"),
        ("double", "double-negative"),
    ]
    assert [(fit.explained, fit.unexplained, fit.excused) for fit in found.fits] == [
        ((0, 1), (), ()),
        ((), (0, 1), ()),
    ]
    assert found.result.diagnosis == Diagnosis("Is anything left to do?", "double-nothing")
    assert found.diagnosed == "double"


def test_a_right_answer(graded: TinyClass) -> None:
    """Every distance is within the tolerance, and there is nothing to explain."""
    found = again(graded, "Ada", "square")
    assert (found.result.verdict, found.differences, found.fits, found.diagnosed) == (
        Verdict.PASSED,
        (),
        (),
        "",
    )
    assert [each.distance and each.distance.units <= found.tolerance for each in found.cases] == [True, True]
    assert [each.mismatch for each in found.cases] == [None, None]


def test_the_seed_is_that_of_the_row(graded: TinyClass) -> None:
    """Part of the class was graded with another one since: the others' inputs are what they were."""
    before = again(graded).cases[0].inputs[0][1]
    graded.grade(graded.work / "Ada", seed=2)
    ben, ada = again(graded), again(graded, "ada")
    assert (ben.seed, ben.changed, ada.seed, ada.changed) == (1, (), 2, ())
    assert np.array_equal(ben.cases[0].inputs[0][1], before)
    assert not np.array_equal(ada.cases[0].inputs[0][1], before)


def test_a_row_that_does_not_tell_its_seed(graded: TinyClass) -> None:
    """It is that of the results."""
    with Store.open(graded.out) as store:
        row = store.row("ben", "lines")
        assert row is not None
        store.add(row.report, row.key)
    assert (again(graded).seed, again(graded).differences) == (1, ())


def test_names_are_taken_with_goodwill(graded: TinyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the case, and beginnings that say enough."""
    monkeypatch.setattr("autograder.engines.replay.stored_verdict", stop)
    for student, exercise in product(("Ada", "ADA", "a", "aD"), ("half", "HALF", "h", "l.2", "L.2")):
        with pytest.raises(ReplayError, match=r"^Ada lines half$"):
            again(graded, student, exercise)


def stop(report: Any, exercise: Any) -> None:
    """Tell which verdict was meant."""
    raise ReplayError(f"{report.student} {report.assignment} {exercise.name}")


def test_a_function_stands_for_its_exercise(graded: TinyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """One exercise may ask for several functions."""
    graded.plant(
        '"half", id="l.2", points={"value": 1}',
        '"halves", id="l.2", functions=("half",), points={"value": 1}',
    )
    monkeypatch.setattr("autograder.engines.replay.stored_verdict", stop)
    for asked in ("halves", "half", "l.2"):
        with pytest.raises(ReplayError, match=r"^Ada lines halves$"):
            again(graded, "ada", asked)


def test_an_exact_name_is_no_beginning(graded: TinyClass) -> None:
    """`ben` is Ben, though there is a Benno; and one name in two cases is told apart by its case."""
    graded.hand_in("benno")
    graded.hand_in("BEN")
    graded.grade()
    assert again(graded).student == "ben"
    assert again(graded, "BEN").student == "BEN"
    with pytest.raises(ReplayError, match=r"^'Ben' is more than one student; say which: BEN, ben\.$"):
        again(graded, "Ben")
    with pytest.raises(ReplayError, match=r"^'be' is more than one student; say which: BEN, ben, benno\.$"):
        again(graded, "be")


@pytest.mark.parametrize(
    ("student", "exercise", "options", "message"),
    [
        ("zoe", "double", {}, r"There is no student 'zoe'; there are: Ada, ben\."),
        (
            "ben",
            "triple",
            {},
            r"There is no exercise 'triple'; there are: double \(l\.1 of lines\), half \(l\.2 of lines\)\.",
        ),
        (
            "ben",
            "l.",
            {},
            r"'l\.' is more than one exercise; .*: double \(l\.1 of lines\), half \(l\.2 of lines\)\.",
        ),
        ("ben", "square", {}, r"ben has no row for curves in .*results: nothing was handed in\."),
        ("ben", "square", {"assignment": "curves"}, r"There is no student 'ben'; there are: Ada\."),
        (
            "ada",
            "double",
            {"assignment": "curves"},
            r"There is no exercise 'double'; there are: square \(c\.1 of curves\)\.",
        ),
    ],
)
def test_names_that_mean_nothing_or_too_much(
    graded: TinyClass, student: str, exercise: str, options: dict[str, Any], message: str
) -> None:
    """What there is, is listed."""
    with pytest.raises(ReplayError, match=f"^{message}$"):
        again(graded, student, exercise, **options)


def test_a_large_class_is_not_listed_whole(graded: TinyClass) -> None:
    """Fifty names are enough to see what they look like."""
    with Store.open(graded.out) as store:
        row = store.row("ben", "lines")
        assert row is not None
        for number in range(100):
            store.add(replace(row.report, student=f"s{number:03}"), row.key)
    with pytest.raises(ReplayError, match=r"s047 and 52 more\.$"):
        again(graded, "zoe")


def test_an_assignment_that_there_is_not(graded: TinyClass) -> None:
    """The course says which there are."""
    with pytest.raises(CourseError, match="There is no assignment 'circles'"):
        again(graded, assignment="circles")


def test_no_results(graded: TinyClass) -> None:
    """Nothing is made where there are none."""
    elsewhere = graded.root / "elsewhere"
    with pytest.raises(ReplayError, match=r"^There are no results in .*elsewhere: grade first, .* --out\.$"):
        replay_verdict(graded.course(), "ben", "double", elsewhere)
    assert not elsewhere.exists()


def test_work_without_a_verdict(graded: TinyClass) -> None:
    """Missing, unreadable, ungraded, or an exercise that came later: each says what it is."""
    (graded.work / "cem").mkdir()
    (graded.work / "cem" / "lines.py").write_bytes(b"\x89PNG\0\0")
    graded.plant("def half_few(rng):", "def half_few(rng):\n    1 / 0")
    graded.grade(assignment="lines")
    with pytest.raises(ReplayError, match=r"lines of cem could not be read\. lines\.py is not a text file"):
        again(graded, "cem")
    with pytest.raises(ReplayError, match=r"^half in lines of ben has no verdict, grade again: Not graded"):
        again(graded, "ben", "half")
    graded.grade(assignment="curves")
    with pytest.raises(ReplayError, match=r"^There is nothing to replay: ben has not handed in curves\.$"):
        again(graded, "ben", "square")
    add(graded, 'new = assignment.exercise("new", id="l.3", points={"value": 1}, hints=("", "", ""))\n')
    with pytest.raises(
        ReplayError, match=r"^The results hold no verdict on new in lines of ben: grade again\.$"
    ):
        again(graded, "ben", "new")


def test_the_work_is_gone(graded: TinyClass) -> None:
    """It says where it lay; `submissions` says where it lies now."""
    moved = graded.work.rename(graded.root / "moved")
    with pytest.raises(ReplayError, match=r"The work is gone: there are no submissions in .*class any more"):
        again(graded)
    found = again(graded, submissions=moved)
    assert (found.differences, found.changed) == ((), ())
    assert Path(found.submission) == moved / "ben" / "lines.py"
    assert again(graded, submissions=moved / "ben" / "lines.py").differences == ()
    with pytest.raises(FindError, match="nowhere cannot be found"):
        again(graded, submissions=graded.root / "nowhere")
    (moved / "ben" / "lines.py").unlink()
    with pytest.raises(ReplayError, match=r"lines of ben, is not in .*moved: name its folder with --subm"):
        again(graded, submissions=moved)
    (moved / "ben" / "lines.py").write_bytes(b"\0")
    with pytest.raises(ReplayError, match=r"cannot be read any more: lines\.py is not a text file"):
        again(graded, submissions=moved)


def test_a_row_that_does_not_tell_where_its_work_lay(graded: TinyClass) -> None:
    """Then it has to be said."""
    with Store.open(graded.out) as store:
        row = store.row("ben", "lines")
        assert row is not None
        store.add(replace(row.report, student="ben2"), row.key, 1)
    with pytest.raises(ReplayError, match=r"not known where lines of ben2 was graded: .* --submissions\.$"):
        again(graded, "ben2")


def test_a_file_that_was_graded_by_its_assignment(tiny_class: TinyClass) -> None:
    """The assignment that was asked for is remembered with the place: without it nothing tells what the file is."""
    file = tiny_class.work / "ben.py"
    file.write_text("y = 1\n", encoding="utf-8")
    tiny_class.grade(file, assignment="lines")
    found = again(tiny_class)
    assert (found.result.verdict, found.changed) == (Verdict.NOT_ATTEMPTED, ())
    assert (found.fits, found.diagnosed, found.cases[0].run.ended) == ((), "", Ended.MISSING)
    assert Path(found.submission) == file


def test_changed_work_has_another_verdict(graded: TinyClass) -> None:
    """What was and what is, and that it is the submission that has changed."""
    graded.hand_in("ben")
    found = again(graded)
    assert found.changed == ("the submission",)
    assert found.differences == (
        "the verdict was failed, is now passed",
        "the score was 0, is now 2",
        "the score by criterion was value 0, is now value 2",
        "the named mistake was double-nothing, is now none",
        "the diagnosis was Is anything left to do?, is now none",
        "the case that it tells of was double_few, is now none",
        "what is wrong there was value, is now none",
    )


def test_a_changed_reference_may_change_nothing(graded: TinyClass) -> None:
    """It is told all the same."""
    add(graded, "# one more line\n")
    found = again(graded)
    assert (found.changed, found.differences) == (("the reference or its checks",), ())


def test_another_verdict_though_nothing_has_changed(graded: TinyClass) -> None:
    """Such as one that hung on time: it is not passed over."""
    with Store.open(graded.out) as store:
        row = store.row("ben", "lines")
        assert row is not None
        double, half = row.report.exercises
        lost = replace(
            double, verdict=Verdict.TIMED_OUT, diagnosis=None, mismatch=Mismatch("timed_out", "Too long.")
        )
        store.add(replace(row.report, exercises=(lost, half)), row.key, 1)
    found = again(graded)
    assert (found.changed, found.differences[0]) == ((), "the verdict was timed_out, is now failed")


def test_what_the_functions_did_instead_of_answering(tiny_class: TinyClass) -> None:
    """An exception with its line, an end of the process, and what was printed."""
    tiny_class.hand_in(
        "ben",
        text="import os\n\n\ndef double(x):\n    print('hello')\n    return x[7]\n\n\ndef half(x):\n    os._exit(1)\n",
    )
    tiny_class.grade()
    raising, dying = again(tiny_class), again(tiny_class, "ben", "half")
    error = raising.cases[0].run.error
    assert error is not None
    assert (error.type, error.file, error.line) == ("IndexError", "lines.py", 6)
    assert "hello" in raising.result.stdout
    assert (raising.differences, dying.differences) == ((), ())
    assert (dying.result.verdict, dying.cases[0].run.ended) == (Verdict.DIED, Ended.DIED)
    assert (raising.cases[0].distance, dying.cases[0].distance) == (None, None)


def test_a_call_that_comes_out_differently_the_second_time(tiny_class: TinyClass) -> None:
    """Both runs are there."""
    text = "seen = []\n\n\ndef double(x):\n    seen.append(1)\n    return 2 * x + (len(seen) > 2)\n"
    tiny_class.hand_in("ben", text=text)
    tiny_class.grade()
    found = again(tiny_class)
    first = found.cases[0]
    assert first.mismatch is not None
    assert (first.mismatch.kind, found.differences) == ("unrepeatable", ())
    assert first.again is not None
    assert np.array_equal(first.again.value, first.run.value + 1)


KINDS = '''

odd = assignment.exercise("odd", id="l.9", points={"value": 1}, hints=("", "", ""), functions=("odd", "walk"))


@odd.case("value")
def odd_refused(rng):
    """Refused."""
    return (-1.0, {"deep": [np.array([1.0, 2.0]), "text"]})


@odd.case("value", exact=True)
def odd_exact(rng):
    """Equal or wrong."""
    return (2.0, None)


@odd.case("value", "walk")
def walk_down(rng):
    """With functions."""
    from autograder.sandbox.wire import Callback, Rng

    return (Callback("quadratic", "grad", {"A": np.eye(2), "b": np.ones(2)}), Rng(7))


@odd.judge("walk")
def walk_judge(run, grad, rng):
    return None
'''
ODD = '''

# %% [markdown]
# ## l.9 odd

# %%
def odd(x: float, more: object = None) -> tuple:
    """Return (a, b)."""
    if x < 0:
        raise ValueError("negative")
    a, b = x, -x
    return a, b


def walk(grad: object, rng: object) -> np.ndarray:
    """Return the gradient at 0."""
    return grad(np.zeros(2))
'''


def test_every_kind_of_value(tiny_class: TinyClass) -> None:
    """Functions, generators, containers, exceptions, a judge's case, one of equality."""
    add(tiny_class, KINDS)
    add(tiny_class, ODD, name="solution.py")
    tiny_class.hand_in(
        "ben",
        text="def odd(x, more):\n    return x, lambda: 1\n\n\ndef walk(grad, rng):\n    return grad(rng.normal(size=2))\n",
    )
    tiny_class.grade()
    refused, exact, walk = again(tiny_class, "ben", "l.9").cases
    (_, x), (_, more) = refused.inputs
    assert ([name for name, _ in refused.inputs], x, more["deep"][1]) == (["x", "more"], -1.0, "text")
    assert np.array_equal(more["deep"][0], [1.0, 2.0])
    assert (refused.right, refused.oracles, refused.distance) == (Named("raises ValueError"), (), None)
    assert (exact.right, exact.names) == ((2.0, -2.0), ("a", "b"))
    assert exact.run.value == (2.0, Named("something of the type function"))
    grad, rng = (value for _, value in walk.inputs)
    assert (grad.name, sorted(grad.parts), rng) == (
        "grad of the problem quadratic",
        ["A", "b"],
        Named("a generator with the seed 7"),
    )
    assert (walk.judged, walk.distance, walk.mismatch, len(walk.run.queries)) == (True, None, None, 1)


def test_the_bound_of_an_honest_variant(tiny_class: TinyClass) -> None:
    """An answer beyond the reference's bound, and within a variant's, is right; it is said whose bound that is."""
    add(
        tiny_class,
        "\n\n@double.variant()\ndef double_detour(x):\n    return (x + 1000 * x) - 999 * x\n",
    )
    tiny_class.hand_in("ben", text="import numpy as np\n\n\ndef double(x):\n    return 2 * x * (1 + 2e-15)\n")
    tiny_class.grade()
    found = again(tiny_class)
    assert (found.result.verdict, {each.widened for each in found.cases}) == (Verdict.PASSED, {True})
    assert all(each.distance and 0 < each.distance.units < 4 for each in found.cases)


def test_an_oracle_that_objects_since(graded: TinyClass) -> None:
    """There is no verdict then: the case and the oracle are named, and nothing is judged."""
    graded.plant("return np.array([2 * x for x in x.tolist()])", "return 3 * x")
    found = again(graded)
    assert (found.result.verdict, found.changed) == (Verdict.UNGRADED, ("the reference or its checks",))
    assert found.differences[:2] == (
        "the verdict was failed, is now ungraded",
        "the score was 0, is now none",
    )
    assert dict(found.cases[0].oracles)["double_oracle"] == (
        "double: oracle double_oracle and the reference disagree on case double_few"
    )
    assert (found.cases[0].mismatch, found.fits) == (None, ())


def test_an_answer_key_that_breaks_since(graded: TinyClass) -> None:
    """It is the author's, and says where; another exercise of the sheet is not concerned."""
    graded.plant("def double_few(rng):", "def double_few(rng):\n    1 / 0")
    with pytest.raises(
        ReplayError, match=r"^The answer key of double cannot be made \(ZeroDivisionError in checks"
    ):
        again(graded)
    assert again(graded, "ben", "half").differences == ()


def test_an_isolation_that_cannot_be_had(graded: TinyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused as for grading."""
    monkeypatch.setattr(levels, "_bubblewrap", lambda _: ["/nonexistent/bwrap", "--"])
    with pytest.raises(SandboxError, match="Install bubblewrap"):
        again(graded, isolation=Isolation.FULL)


def test_a_replay_stores_nothing(graded: TinyClass) -> None:
    """The results are what they were, whatever it comes to."""
    before = graded.rows(), (graded.out / "results.json").read_bytes()
    graded.hand_in("ben")
    again(graded)
    assert (graded.rows(), (graded.out / "results.json").read_bytes()) == before
    with Store.open(graded.out) as store:
        row = store.row("ben", "lines")
        assert row is not None
        assert row.report.score == 1.0


def test_a_mistake_that_fails_what_is_right_here(tiny_class: TinyClass) -> None:
    """It fits every failing case, and is not the cause: the table says which case speaks against it."""
    tiny_class.hand_in("ben", text="def double(x):\n    return x.copy() if x.size == 3 else 2 * x\n")
    tiny_class.grade()
    nothing, negative = again(tiny_class).fits
    assert (nothing.mistake.name, nothing.explained, nothing.excused) == ("double-nothing", (0,), (1,))
    assert (negative.explained, negative.unexplained, negative.excused) == ((), (0,), (1,))


KNOWN = """

@odd.mistake("Which comes first?", "odd")
def odd_swapped(x, more=None):
    return -x, x


@odd.mistake("Is anything asked?", "walk")
def walk_nowhere(grad, rng):
    return np.zeros(2)
"""


def test_only_what_was_written_is_explained(tiny_class: TinyClass) -> None:
    """No mistake is tried on a function that is missing."""
    add(tiny_class, KINDS + KNOWN)
    add(tiny_class, ODD, name="solution.py")
    tiny_class.hand_in("ben", text="def odd(x, more=None):\n    return -x, x\n")
    tiny_class.grade()
    found = again(tiny_class, "ben", "l.9")
    assert [case.run.ended for case in found.cases] == [Ended.RETURNED, Ended.RETURNED, Ended.MISSING]
    assert [(fit.function, fit.mistake.name, fit.explained) for fit in found.fits] == [
        ("odd", "odd-swapped", (0, 1))
    ]
