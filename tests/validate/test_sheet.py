"""The gate on one sheet: what is right passes, and each planted fault is named with its place and its remedy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from autograder.grading.diagnosis import Mistakes
from autograder.model import Diagnosis, Ended, Run
from autograder.sandbox.children import SandboxError
from autograder.sandbox.host import BatchRun, Ran
from autograder.validate import KillMatrix, validate_sheet

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.validate import SheetReport
    from tests.validate.conftest import Tiny

FILE = "reference/tiny/checks.py"
SOLUTION = "reference/tiny/solution.py"


def test_a_good_sheet_has_no_fault(tiny: Tiny) -> None:
    """And its figures say what was done."""
    report = tiny.report()
    assert report.faults == ()
    assert report.slug == "tiny"
    square, way = report.exercises
    figures = (square.name, square.cases, square.oracles, square.variants, square.mistakes)
    assert figures == ("square", 4, 2, 3, 3)
    assert square.matrix == KillMatrix(
        ("half-of-it", "no-upstream", "no-check"),
        ("generic", "whole", "shorter", "flatter"),
        ((True, True, False, False), (True, True, False, False), (False, False, True, True)),
    )
    assert (way.matrix.fewest, way.matrix.total) == (2, 4)
    assert 0 < square.seconds + way.seconds < report.seconds


def _timeless(report: SheetReport) -> SheetReport:
    exercises = tuple(replace(exercise, seconds=0.0) for exercise in report.exercises)
    return replace(report, exercises=exercises, seconds=0.0)


def test_the_number_of_threads_changes_nothing(tiny: Tiny) -> None:
    """Nor does a second run: records and faults come in the order of the sheet."""
    tiny.plant("    return 2 * x\n", "    return 2 * x * grad\n")
    reports = [_timeless(tiny.report(jobs=jobs)) for jobs in (1, 1, 4)]
    assert reports[0].faults
    assert reports[0] == reports[1] == reports[2]


def test_progress_counts_to_the_end(tiny: Tiny) -> None:
    """Three steps for the sheet, and one for each variant and mistake: also where some cannot be run."""
    tiny.plant("def no_check(grad, x):\n    return 2", "def no_check(grad, x):\n    return not_there")
    told: list[tuple[int, int, str]] = []
    sheet = tiny.course().sheet("tiny")
    validate_sheet(sheet, tiny.sandbox, seed=1, progress=lambda *step: told.append(step))
    assert [done for done, _, _ in told] == list(range(1, 15))  # three, six variants, five mistakes
    assert {total for _, total, _ in told} == {14}
    assert told[0][2] == "tiny: answers"
    assert "tiny: square: mistake half-of-it" in {what for _, _, what in told}


def test_a_wrong_reference_is_contradicted_by_its_oracle(tiny: Tiny) -> None:
    """On every case with an answer, with the oracle's line."""
    tiny.plant("    return 2 * grad * x", "    return 3 * grad * x", "solution.py")
    assert tiny.faults()[:4] == [
        f"{FILE}:{tiny.line(f'def {oracle}')}: square: oracle {oracle} and the reference disagree on case {case}. "
        "Derive the answer once more: one of the two is wrong."
        for case in ("generic", "whole")
        for oracle in ("square_torch", "square_complex")
    ]


@pytest.mark.parametrize(
    ("left", "count"),
    [(("square_torch",), "only 1 oracle"), (("square_complex",), "only 1 oracle"), ((), "no oracle")],
)
def test_a_function_of_numbers_needs_two_oracles(tiny: Tiny, left: tuple[str, ...], count: str) -> None:
    """The other exercise returns labels: it needs none."""
    for oracle in {"square_torch", "square_complex"}.difference(left):
        tiny.plant(f"@square.oracle()\ndef {oracle}", f"def {oracle}")
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('square = ')}: square: function square_backward has {count}; 2 are asked for. "
            "Add an independent way to its answer: torch_vjp, complex_step, mp_vjp or a closed form."
        )
    ]


def test_a_judge_alone_does_not_vouch_for_numbers(tiny: Tiny) -> None:
    """An exercise whose functions all have judges still needs one oracle."""
    tiny.plant("@square.oracle()\ndef square_complex", "def square_complex")
    tiny.plant(
        "@square.oracle()\n",
        "@square.judge()\ndef near(run, grad, x):\n"
        "    from autograder.authoring.judging import Mismatch\n"
        "    good = np.allclose(run.value, 2 * grad * x, rtol=1e-5)\n"
        '    return None if good else Mismatch("value", "It is not right.")\n\n\n',
    )
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('square = ')}: square: there is no oracle. "
            "Add an independent way to at least one of its answers."
        )
    ]


def test_a_mistake_that_no_case_kills(tiny: Tiny) -> None:
    """It may be a variant in truth."""
    tiny.plant(
        "def half_of_it(grad, x):\n    refuse(grad, x)\n    return grad",
        "def half_of_it(grad, x):\n    refuse(grad, x)\n    return grad * 2",
    )
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('def half_of_it')}: square: mistake half-of-it fails no case; it must fail at least 2. "
            "Add a case on which it shows."
        )
    ]


def test_a_mistake_that_one_case_kills(tiny: Tiny) -> None:
    """One case is too few: with it the mistake would be lost."""
    tiny.plant("    return grad * x\n", "    return grad * x if x.ndim == 2 else 2 * grad * x\n")
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('def half_of_it')}: square: mistake half-of-it fails only 1 case (generic); "
            "it must fail at least 2. Add a case on which it shows."
        )
    ]


def test_a_mistake_that_is_nearly_right(tiny: Tiny) -> None:
    """Refused, but not by the margin: on other inputs it may pass."""
    tiny.plant("    return grad * x\n", "    return (2 + 1e-9) * grad * x\n")
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('def half_of_it')}: square: mistake half-of-it fails no case by the margin, "
            "others too narrowly (generic, whole); it must fail at least 2. Add a case on which it shows."
        )
    ]


def test_a_mistake_that_cannot_be_told_from_another(tiny: Tiny) -> None:
    """Neither of the two is named to a student, so both are faults."""
    tiny.plant("    return 2 * x\n", "    return x * grad\n")
    assert tiny.faults() == [
        f"{FILE}:{tiny.line(f'def {function}')}: square: mistake {name} is not diagnosed: {other} would fail the same "
        "way. Add a case that tells them apart, or say with `like` that nothing does."
        for function, name, other in (
            ("half_of_it", "half-of-it", "no-upstream"),
            ("no_upstream", "no-upstream", "half-of-it"),
        )
    ]


def test_a_mistake_that_says_whom_it_is_like(tiny: Tiny) -> None:
    """Then the other one's text is told for both."""
    tiny.plant("    return 2 * x\n", "    return x * grad\n")
    tiny.plant('"Where does grad come in?"', '"Where does grad come in?", like="half-of-it"')
    assert tiny.faults() == []


def test_a_mistake_that_is_diagnosed_as_another(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then its own words would reach nobody."""
    monkeypatch.setattr(Mistakes, "diagnose", lambda *_: Diagnosis("Is there no way up?", "always-down"))
    found = [fault for fault in tiny.faults() if ": way: " in fault]
    assert found == [
        (
            f"{FILE}:{tiny.line('def always_up')}: way: mistake always-up is diagnosed as always-down. "
            "Add a case that tells them apart, or say with `like` that nothing does."
        )
    ]


@pytest.mark.parametrize("like", ["no-one", "half-of-it", "third"])
def test_like_must_name_a_mistake_that_stands_for_itself(tiny: Tiny, like: str) -> None:
    """Not one that does not exist, not itself, not one that is like a third."""
    tiny.plant('else?")\ndef half', f'else?", like="{like}")\ndef half')
    tiny.plant(
        '@square.mistake("Where does',
        '@square.mistake("The third.", like="no-upstream")\n'
        'def third(grad, x):\n    refuse(grad, x)\n    return 1 * x + x\n\n\n@square.mistake("Where does',
    )
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('def half_of_it')}: square: mistake half-of-it is said to be like {like}, "
            "which is not another mistake of the exercise that stands for itself. "
            "Name one that has no `like`, or leave it out."
        )
    ]


def test_a_mistake_that_does_not_run(tiny: Tiny) -> None:
    """A name that exists nowhere in its body is no known mistake, though it fails every case."""
    tiny.plant("    return 2 * x\n", "    return eval('no_such_name') * x\n")
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('def no_upstream')}: square: mistake no-upstream does not run on case generic: NameError. "
            "Correct it."
        )
    ]


def test_a_mistake_that_is_different_each_time(tiny: Tiny) -> None:
    """What cannot be repeated cannot be recognised."""
    tiny.plant("    return 2 * x\n", "    return np.random.default_rng().normal(size=x.shape)\n")
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('def no_upstream')}: square: mistake no-upstream is not diagnosed: it does not come out the "
            "same twice. Make it repeatable."
        )
    ]


def test_a_mistake_that_cannot_be_spliced(tiny: Tiny) -> None:
    """The others are tried all the same."""
    tiny.plant("def no_check(grad, x):\n    return 2", "def no_check(grad, x):\n    return not_there")
    tiny.plant("    return grad * x\n", "    return 2 * grad * x\n")
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('def no_check')}: square: mistake no-check cannot be used: nothing defines not_there. "
            "It must be in solution.py or at the top level of checks.py."
        ),
        (
            f"{FILE}:{tiny.line('def half_of_it')}: square: mistake half-of-it fails no case; it must fail at least 2. "
            "Add a case on which it shows."
        ),
        *(
            f"{FILE}:{tiny.line(f'def {case}')}: square: case {case} kills no mistake. "
            "Add the mistake that it is there for."
            for case in ("shorter", "flatter")
        ),
    ]


def test_a_variant_that_fails(tiny: Tiny) -> None:
    """With the case that refuses it, and why."""
    tiny.plant("    return grad * x + x * grad\n", "    return grad * x + x\n")
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('def square_added')}: square: variant square_added fails case generic: "
            "square_backward: value[0, 0] is not right; 12 of 12 entries are wrong. "
            "Correct it, or the case that refuses an honest solution."
        )
    ]


def test_a_variant_that_cannot_be_spliced(tiny: Tiny) -> None:
    """It is named, and the others are tried."""
    tiny.plant("    return grad * x + x * grad\n", "    return assignment\n")
    (fault,) = tiny.report().faults
    assert (fault.file, fault.exercise, fault.subject) == (FILE, "square", "variant square_added")
    assert fault.wrong.startswith("cannot be used: a variant or mistake needs Assignment from autograder")


def test_fewer_than_three_variants(tiny: Tiny) -> None:
    """For each exercise on its own."""
    tiny.plant("@square.variant()\ndef square_added", "def square_added")
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('square = ')}: square: there are 2 variants; at least 3 are asked for. "
            "Add other honest solutions: a loop, another order of the sums, float32."
        )
    ]


def test_a_case_that_kills_nothing(tiny: Tiny) -> None:
    """A case on which every mistake is right is there for nothing."""
    tiny.plant(
        '@square.case("shapes")\ndef shorter',
        '@square.case("values")\ndef empty(rng):\n    """No entry at all."""\n'
        '    return rng.normal(size=(0, 2)), rng.normal(size=(0, 2))\n\n\n@square.case("shapes")\ndef shorter',
    )
    assert tiny.faults() == [
        f"{FILE}:{tiny.line('def empty')}: square: case empty kills no mistake. Add the mistake that it is there for."
    ]


def test_a_sheet_without_mistakes_is_told_once(tiny: Tiny) -> None:
    """Not once more for each of its cases."""
    for start in ('@way.mistake("Is there no way down?")\n', '@way.mistake("Is there no way up?")\n'):
        tiny.plant(start, "")
    assert tiny.faults() == [
        f"{FILE}:{tiny.line('way = ')}: way: there is no mistake. Add what students get wrong."
    ]


TEXTS: dict[str, tuple[str, str, Callable[[Tiny], str]]] = {
    "a missing hint": (
        '"Look at the sign.", ',
        "",
        lambda tiny: (
            f"{FILE}:{tiny.line('way = ')}: way: there are 2 different hints; 3 are asked for. "
            "Write a question, a pointer, and nearly the answer."
        ),
    ),
    "an empty hint": (
        '"Look at the sign."',
        '" "',
        lambda tiny: (
            f"{FILE}:{tiny.line('way = ')}: way: there are 2 different hints; 3 are asked for. "
            "Write a question, a pointer, and nearly the answer."
        ),
    ),
    "the same hint twice": (
        '"Look at the sign."',
        '"Compare x with 0."',
        lambda tiny: (
            f"{FILE}:{tiny.line('way = ')}: way: there are 2 different hints; 3 are asked for. "
            "Write a question, a pointer, and nearly the answer."
        ),
    ),
    "a silent mistake": (
        '"Is there no way down?"',
        '" "',
        lambda tiny: (
            f"{FILE}:{tiny.line('def always_up')}: way: mistake always-up says nothing. "
            "Write what helps whoever made it."
        ),
    ),
    "a case without a purpose": (
        '    """Positive."""\n',
        "",
        lambda tiny: (
            f"{FILE}:{tiny.line('def up_steep')}: way: case up_steep has no docstring. Say what it is there for."
        ),
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_an_author_forgot_to_write(tiny: Tiny, name: str) -> None:
    """Hints, words for a mistake, the purpose of a case."""
    old, new, expected = TEXTS[name]
    tiny.plant(old, new)
    assert tiny.faults() == [expected(tiny)]


def test_two_cases_of_one_name(tiny: Tiny) -> None:
    """They would draw the same inputs, and messages could not tell them apart."""
    tiny.plant("def up_flat(rng):", "def up_steep(rng):")
    assert [fault.partition(": ")[2] for fault in tiny.faults()] == [
        "way: case up_steep is the second one of this name. Rename it."
    ]


def test_a_function_without_a_case(tiny: Tiny) -> None:
    """Whatever a student writes there is right."""
    tiny.plant('functions=("square_backward",)', 'functions=("square_backward", "twice")')
    tiny.plant(
        "    return 2 * grad * x\n",
        '    return 2 * grad * x\n\n\ndef twice(x):\n    """Return x."""\n    return x\n',
        "solution.py",
    )
    assert tiny.faults() == [
        f"{FILE}:{tiny.line('square = ')}: square: function twice has no case: nothing checks it. Add a case."
    ]


def test_a_criterion_without_a_case(tiny: Tiny) -> None:
    """Its points would be free."""
    tiny.plant('points={"way": 1}', 'points={"way": 1, "free": 1}')
    assert tiny.faults() == [f"{FILE}:{tiny.line('way = ')}: way: no case asks for free. Mend it."]


def test_a_case_that_raises(tiny: Tiny) -> None:
    """It is left out, with its line; the rest is tried as if it were not there."""
    tiny.plant("    return (float(rng.uniform(1, 2)),)", "    return (1 / 0,)")
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('    return (1 / 0,)')}: way: case up_steep raises ZeroDivisionError: division by zero. "
            "It must draw arguments that can be sent, and the reference must answer or raise on purpose."
        ),
        (
            f"{FILE}:{tiny.line('def always_down')}: way: mistake always-down fails only 1 case (up_flat); "
            "it must fail at least 2. Add a case on which it shows."
        ),
    ]


def test_a_case_whose_arguments_do_not_arrive(tiny: Tiny) -> None:
    """What works here need not work in the sandbox, where no objects of the author's arrive."""
    tiny.plant("import numpy as np\n", "from fractions import Fraction\n\nimport numpy as np\n")
    tiny.plant("    return (float(rng.uniform(1, 2)),)", "    return (Fraction(3, 2),)")
    line = tiny.line("def up_steep")
    assert tiny.faults()[0].startswith(f"{FILE}:{line}: way: the reference fails case up_steep: ")


def test_a_reference_that_raises_by_accident(tiny: Tiny) -> None:
    """An exception is an answer only where the reference raises it itself."""
    tiny.plant(
        '    if grad.shape != x.shape:\n        raise ValueError("grad and x have different shapes")\n',
        "    grad.reshape(x.shape)\n",
        "solution.py",
    )
    line = tiny.line("    grad.reshape", "solution.py")
    found = tiny.faults()
    for case in ("shorter", "flatter"):
        (fault,) = [fault for fault in found if f"case {case} raises" in fault]
        assert fault.startswith(f"{SOLUTION}:{line}: square: case {case} raises ")


def test_a_reference_without_a_bound(tiny: Tiny) -> None:
    """A function of numpy for which there is no rule is the author's to replace."""
    tiny.plant(
        "    return 2 * grad * x",
        "    return np.interp(grad, [-9.0, 9.0], [-18.0, 18.0]) * x",
        "solution.py",
    )
    line = tiny.line("    return np.interp", "solution.py")
    faults = [fault for fault in tiny.faults() if fault.startswith(f"{SOLUTION}:{line}: square: case ")]
    assert [fault.split(" raises TypeError")[0].split()[-1] for fault in faults] == ["generic", "whole"]


def test_a_reference_that_does_not_load(tiny: Tiny) -> None:
    """Then there is nothing else to say of the sheet."""
    tiny.plant("import numpy as np\n", "import numpy as np\n\nnp.nothing\n", "solution.py")
    report = tiny.report()
    assert report.exercises == ()
    (fault,) = report.faults
    assert str(fault).startswith(
        f"{SOLUTION}:{tiny.line('np.nothing', 'solution.py')}: the reference raises AttributeError: "
    )


def test_a_reference_without_a_function_that_is_asked_for(tiny: Tiny) -> None:
    """The other exercise is tried all the same."""
    tiny.plant("def way(", "def ways(", "solution.py")
    found = tiny.faults()
    assert (
        f"{FILE}:{tiny.line('way = ')}: way: function way is not in {SOLUTION}. Write it, or correct its name."
        in found
    )
    assert (
        f"{SOLUTION}:1: the stub cannot be used: there is no function way at the top level. "
        "Write it, or correct its name in checks.py." in found
    )
    assert not [fault for fault in found if ": square: " in fault]


def test_a_reference_that_spoils_its_arguments(tiny: Tiny) -> None:
    """The sandbox sees what the trusted side, which computes with copies, does not."""
    tiny.plant("    return 2 * grad * x\n", "    grad *= 2\n    return grad * x\n", "solution.py")
    start = f"{FILE}:{tiny.line('def generic')}: square: the reference fails case generic: square_backward: "
    assert [fault for fault in tiny.faults() if fault.startswith(f"{start}Your function changed its first")]


def test_a_reference_with_a_note(tiny: Tiny) -> None:
    """What a student would be told of it is to be mended, though it costs nothing."""
    tiny.plant('functions=("square_backward",)', 'functions=("square_backward", "flat")')
    tiny.plant(
        "    return 2 * grad * x\n",
        '    return 2 * grad * x\n\n\ndef flat(x):\n    """Return all entries in a row."""\n    return x.reshape(-1)\n',
        "solution.py",
    )
    with tiny.file("checks.py").open("a", encoding="utf-8") as stream:
        stream.write(
            '\n\n@square.case("values", "flat")\ndef matrix(rng):\n    """Two rows."""\n    return (np.ones((2, 2)),)\n'
        )
    (note,) = [fault for fault in tiny.faults() if "note" in fault]
    assert note.startswith(
        f"{FILE}:{tiny.line('square = ')}: square: the reference earns the note 'flat: the result shares memory"
    )


def test_a_reference_that_cannot_be_loaded_in_the_sandbox(tiny: Tiny) -> None:
    """A file of the author's machine is not there."""
    tiny.plant(
        "import numpy as np\n",
        f"import numpy as np\n\nopen({str(tiny.file('checks.py'))!r}).close()\n",
        "solution.py",
    )
    found = tiny.faults()
    notes = [fault for fault in found if "is not read without a note" in fault]
    assert [fault.split(" is not read")[0] for fault in notes] == [
        f"{FILE}: the untouched stub",
        f"{FILE}: the untouched stub",
        f"{FILE}: the reference",
    ]


def test_a_stub_that_earns_points(tiny: Tiny) -> None:
    """Where what is asked for is given."""
    tiny.plant(
        '    return "up" if x > 0 else "down"\n',
        '    answer = "up" if x > 0 else "down"\n'
        "    ### BEGIN SOLUTION\n    if x != x:\n        answer = None\n    ### END SOLUTION\n    return answer\n",
        "solution.py",
    )
    tiny.plant(
        '    answer = "up" if x > 0 else "down"\n',
        '    if x == x:\n        return "up" if x > 0 else "down"\n    answer = "down"\n',
        "solution.py",
    )
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('way = ')}: way: the untouched stub is judged `passed` and earns 1 of 1 points. "
            "Cut more out of it, or do not ask for what is given."
        )
    ]


def test_a_stub_that_cannot_be_made(tiny: Tiny) -> None:
    """The reason is what `build` says."""
    tiny.plant(
        '    """Return "up" for a positive slope and "down" for a negative one."""\n', "", "solution.py"
    )
    line = tiny.line("def way", "solution.py")
    assert tiny.faults() == [
        (
            f"{SOLUTION}:{line}: the stub cannot be used: way has no docstring. "
            "Its first line is what the student reads: add one."
        )
    ]


JUDGE = """
@square.judge()
def fussy(run, grad, x):
    from autograder.authoring.judging import Mismatch
    {slip}
    good = np.allclose(run.value, 2 * grad * x, rtol=1e-5, atol=0)
    return None if good else Mismatch("value", "It is not right.")
"""


def test_a_judge_that_raises_on_a_right_answer(tiny: Tiny) -> None:
    """The reference has no verdict then, and every variant names the line. The other exercise is tried."""
    for oracle in ("square_torch", "square_complex"):
        tiny.plant(f"@square.oracle()\ndef {oracle}", f"def {oracle}")
    with tiny.file("checks.py").open("a", encoding="utf-8") as stream:
        stream.write(JUDGE.format(slip="raise KeyError('a slip')"))
    line = tiny.line("    raise KeyError")
    found = tiny.faults()
    assert any("square: the reference gets no verdict: Not graded" in fault for fault in found)
    for variant in ("square_added", "square_loop", "square_float32"):
        wanted = (
            f"{FILE}:{line}: square: variant {variant} raises KeyError: 'a slip'. "
            "A judge must bear any value of the right shape."
        )
        assert wanted in found
    assert not [fault for fault in found if ": way: " in fault]


def test_a_judge_that_raises_on_one_mistake(tiny: Tiny) -> None:
    """That mistake is the fault, and no other is blamed for what could not be diagnosed because of it."""
    with tiny.file("checks.py").open("a", encoding="utf-8") as stream:
        stream.write(JUDGE.format(slip="assert not np.array_equal(run.value, 2 * x), 'a slip'"))
    line = tiny.line("    assert not np.array_equal")
    assert tiny.faults() == [
        (
            f"{FILE}:{line}: square: mistake no-upstream raises AssertionError: a slip. "
            "A judge must bear any value of the right shape."
        )
    ]


def test_a_broken_sandbox_is_nobodys_fault(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ours, and so no fault but an exception."""

    def broken(_submission: Any, batches: Any, *_: Any) -> Ran:
        lost = Run(Ended.FAULT, detail="The sandbox broke.")
        return Ran(tuple(BatchRun((lost,) * len(batch.calls)) for batch in batches))

    monkeypatch.setattr(tiny.sandbox, "run", broken)
    with pytest.raises(SandboxError, match=r"The sandbox broke\."):
        tiny.report()
