"""The smallest example that a failing function gets wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.grading import Grader
from autograder.grading.examples import OF_A_FUNCTION, Examples
from autograder.model import Ended, Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.authoring.loading import Sheet
    from autograder.model import Report
    from autograder.sandbox.host import Sandbox
    from tests.grading.conftest import MakeSheet

    Grade = Callable[..., Report]

ALL = ("spread", "root")


def made(sheet: Sheet, name: str = "moments") -> Examples:
    """Return the examples of one exercise."""
    return Examples(sheet, next(each for each in sheet.assignment.exercises if each.name == name))


def told(examples: Examples) -> str:
    """Return the example for somebody whose `spread` gets every one wrong."""
    return examples.failed({place: Run(Ended.RAISED) for place in examples.places("spread")}, "spread")


def example(report: Report) -> str:
    """Return the example that a student sees for the first exercise."""
    return report.exercises[0].example


def test_the_smallest_call_that_is_wrong(grade: Grade) -> None:
    """One entry has no variance, whichever way it is computed: two are needed to see this mistake."""
    assert example(grade("def spread(x):\n    return x.mean(), x.std()")) == "spread(np.array([2.0, 1.0]))"


def test_an_exception_is_something_wrong(grade: Grade) -> None:
    """The call that raises it is shown."""
    assert example(grade("def spread(x):\n    return x[7]")).startswith("spread(np.array([")


def test_the_function_that_the_feedback_is_about(grade: Grade) -> None:
    """Another one that is wrong as well is not shown."""
    assert example(grade("def root(x):\n    return -x\n\n\ndef spread(x):\n    return 0.0, 0.0")).startswith(
        "spread("
    )


def test_nothing_where_nothing_is_wrong(grade: Grade) -> None:
    """Nor where the function is missing, takes too long or ends the process."""
    assert example(grade()) == ""
    assert example(grade("del spread")) == ""
    assert example(grade("def spread(x):\n    while True:\n        pass")) == ""
    assert example(grade("def spread(x):\n    import os\n    os._exit(1)")) == ""


def test_nothing_where_every_example_is_right(grade: Grade) -> None:
    """What is wrong only with numbers that are not whole has no small example."""
    assert example(grade("def spread(x):\n    return x.mean(), x.var() + (x[0] % 1 > 0)")) == ""


def test_an_example_that_hangs_costs_nothing(grade: Grade) -> None:
    """The verdict was there before, and the next exercise is asked of a new process."""
    text = """
def spread(x):
    while len(x) < 5:
        pass
    return 0.0, 0.0
"""
    report = grade(text)
    assert example(report) == ""
    assert [each.verdict.value for each in report.exercises] == ["partial", "passed"]


def test_what_an_example_prints_is_not_shown(grade: Grade) -> None:
    """Only what was printed on the questions that count."""
    report = grade("def spread(x):\n    print(len(x))\n    return 0.0, 0.0")
    assert report.exercises[0].stdout == "5\n8\n1\n5\n"
    assert report.exercises[1].stdout == ""


def test_they_do_not_depend_on_the_seed(sheet: Sheet, sandbox: Sandbox, grade: Grade) -> None:
    """So they tell nothing of the inputs that count."""
    wrong = "def spread(x):\n    return 0.0, 0.0"
    assert example(grade(wrong)) == example(grade(wrong, by=Grader(sheet, sandbox, 2)))


def test_they_are_few(sheet: Sheet) -> None:
    """A failing submission is asked a handful of questions more."""
    assert 0 < len(made(sheet).places("spread")) <= OF_A_FUNCTION
    assert made(sheet).places("unknown") == []


def test_no_array_no_example(sheet: Sheet) -> None:
    """A function of one number has none to cut."""
    assert made(sheet).places("root") == []


def test_none_where_a_judge_decides(sheet: Sheet) -> None:
    """The right answer is not the only one, and the case holds a function."""
    assert made(sheet, "walks").places("gd") == []


def test_one_that_an_oracle_doubts_is_not_used(make_sheet: MakeSheet) -> None:
    """Whatever is small need not be a question of the exercise."""
    sheet = make_sheet(
        (
            "return x.mean(), x.var()\n\n\n@moments.oracle",
            "return x.mean(), x.var() + (len(x) < 3)\n\n\n@moments.oracle",
        )
    )
    assert told(made(sheet)).count(",") >= 2 > told(made(make_sheet())).count(",")


def test_one_on_which_a_variant_differs_is_not_used(make_sheet: MakeSheet) -> None:
    """Honest solutions may rest on what the cases have in common."""
    sheet = make_sheet(("np.mean(x * x) - mean * mean", "np.mean(x * x) - mean * mean + (len(x) < 3)"))
    assert told(made(sheet)).count(",") >= 2 > told(made(make_sheet())).count(",")


def test_a_case_that_cannot_be_drawn_costs_its_examples(make_sheet: MakeSheet) -> None:
    """And no verdict: it is drawn from another seed there."""
    sheet = make_sheet(("    return (rng.normal(size=8) - 2,)", "    raise OverflowError"))
    assert len(made(sheet).batch.calls) < len(made(make_sheet()).batch.calls)


def test_only_asked_ones_are_looked_at(sheet: Sheet) -> None:
    """What did not come back, or came back as nothing, is no example."""
    examples = made(sheet)
    places = examples.places("spread")
    assert examples.failed({}, "spread") == ""
    assert examples.failed({places[0]: Run(Ended.DIED)}, "spread") == ""
    assert examples.failed({places[0]: Run(Ended.RAISED)}, "root") == ""
    assert examples.failed({places[0]: Run(Ended.RAISED)}, "spread").startswith("spread(")
