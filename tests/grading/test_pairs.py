"""Two causes at once are named only if each is the only one of its kind, and each alone would not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.grading import Grader

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.authoring.loading import Sheet
    from autograder.model import Diagnosis, Report
    from autograder.sandbox.host import Sandbox

    MakeSheet = Callable[..., Sheet]
    Grade = Callable[..., Report]
    Told = Callable[[str], Diagnosis]

PLACE = '@moments.mistake("Nothing varies?")'
SUM = '@moments.mistake("That is the sum.")\ndef spread_sum(x):\n    return x.sum(), x.var()\n\n\n'
SPEAKS = SUM.replace("That is the sum.", "The variance is right, and the mean is the sum.")
ALSO_SUM = SUM.replace("spread_sum", "spread_total")
EVERYWHERE = SUM.replace("spread_sum", "spread_both").replace("x.var()", "x.var() + 1")


@pytest.fixture
def told(make_sheet: MakeSheet, sandbox: Sandbox, grade: Grade) -> Callable[..., Diagnosis]:
    """Diagnoses the first exercise, with more mistakes in the sheet."""

    def diagnosis(function: str, *mistakes: str) -> Diagnosis:
        grader = Grader(make_sheet((PLACE, "".join(mistakes) + PLACE)), sandbox, 1)
        found = grade(function, by=grader).exercises[0].diagnosis
        assert found is not None
        return found

    return diagnosis


TWO = "def spread(x):\n    return x.sum(), x.var(ddof=min(1, len(x) - 1))"


def test_two_mistakes_each_in_its_output(told: Callable[..., Diagnosis]) -> None:
    """One line is said, of the one to begin with."""
    found = told(TWO, SUM)
    assert found.mistake == "spread-sum+spread-sample"
    says = "mean and variance are wrong for two reasons. Begin with mean: That is the sum."
    assert found.message == says


def test_the_line_that_speaks_of_the_other_output_is_not_said(told: Callable[..., Diagnosis]) -> None:
    """It takes for granted that the other one is right."""
    found = told(TWO, SPEAKS)
    assert found.mistake == "spread-sample+spread-sum"
    assert found.message.endswith("Begin with variance: Which number of entries does the sum stand over?")


@pytest.mark.parametrize("more", [(), (SUM, ALSO_SUM), (EVERYWHERE,)])
def test_of_two_mistakes_both_must_be_known(told: Callable[..., Diagnosis], more: tuple[str, ...]) -> None:
    """None, or two that nobody can tell apart, or one that is wrong in the other output too."""
    assert told(TWO, *more).mistake == ""


def test_a_mistake_that_fails_what_is_right_is_no_part_of_a_pair(told: Callable[..., Diagnosis]) -> None:
    """The sum of one number is its mean; a mistake that is wrong there too does not explain it."""
    more = SUM.replace("x.sum(), ", "x.sum() + (len(x) == 1), ")
    assert told(TWO, more).mistake == ""


@pytest.mark.parametrize(
    ("factor", "name"), [("2", "factor:two"), ("-1", "factor:minus-one"), ("len(x)", "factor:size")]
)
def test_a_mistake_with_a_factor_on_top(told: Callable[..., Diagnosis], factor: str, name: str) -> None:
    """The line of the mistake, then that of the factor."""
    text = f"def spread(x):\n    return {factor} * x.mean(), {factor} * x.std()"
    found = told(text)
    assert found.mistake == f"spread-deviation+{name}"
    assert found.message.startswith(
        "That is the standard deviation. Once that is mended, one thing is left. Every"
    )


def test_a_mistake_times_anything_is_not_named(told: Callable[..., Diagnosis]) -> None:
    """A factor that has no name may be anything."""
    assert told("def spread(x):\n    return 1.7 * x.mean(), 1.7 * x.std()").mistake == ""


def test_a_mere_factor_is_never_two_causes(told: Callable[..., Diagnosis]) -> None:
    """Four times too much is not known to be twice twice too much."""
    double = '@moments.mistake("Twice.")\ndef spread_double(x):\n    return 2 * x.mean(), 2 * x.var()\n\n\n'
    found = told("def spread(x):\n    return 4 * x.mean(), 4 * x.var()", double)
    assert found.mistake in {"", "factor:unnamed"}
