"""The records of an assignment, as the decorators fill them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from autograder.authoring import (
    AUTOGRAD,
    Assignment,
    Ban,
    Criterion,
    Exercise,
    Limits,
    Mistake,
    Oracle,
    Totals,
    Variant,
)

if TYPE_CHECKING:
    import numpy as np

HINTS = ("What?", "That.", "So.")


@pytest.fixture
def sheet() -> Assignment:
    """An assignment without exercises."""
    return Assignment("sheet", title="Sheet", limits=Limits(seconds=7))


@pytest.fixture
def pair(sheet: Assignment) -> Exercise:
    """An exercise of two functions and two criteria."""
    return sheet.exercise(
        "pair", id="s.1", points={"one": 1, "both": 2.5}, hints=HINTS, functions=("first", "second")
    )


def test_an_exercise_is_worth_the_sum_of_its_criteria(sheet: Assignment, pair: Exercise) -> None:
    """And an assignment the sum of its exercises."""
    sheet.exercise("single", id="s.2", points={"all": 4}, hints=HINTS)
    assert pair.criteria == (Criterion("one", 1.0), Criterion("both", 2.5))
    assert (pair.points, sheet.points) == (3.5, 7.5)


def test_an_exercise_is_one_function_of_its_name_unless_it_says_more(
    sheet: Assignment, pair: Exercise
) -> None:
    """The assignment lists all of them in the order of the sheet."""
    single = sheet.exercise("single", id="s.2", points={"all": 4}, hints=HINTS)
    assert (single.functions, sheet.functions) == (("single",), ("first", "second", "single"))


def test_an_exercise_has_the_limits_of_its_assignment_or_its_own(sheet: Assignment, pair: Exercise) -> None:
    """Only a slow exercise needs to say so."""
    slow = sheet.exercise("slow", id="s.2", points={"all": 4}, hints=HINTS, limits=Limits(seconds=9))
    assert (pair.limits.seconds, slow.limits.seconds) == (7, 9)


def test_a_case_keeps_its_criterion_function_and_purpose(pair: Exercise) -> None:
    """The docstring says what the case is there for; the decorated function stays as it is."""

    def draw(rng: np.random.Generator) -> tuple[Any, ...]:
        """Shows a sign.

        At once.
        """
        return (rng.normal(),)

    assert pair.case("both", "second", exact=True)(draw) is draw
    (case,) = pair.cases
    assert (case.name, case.criterion, case.function, case.draw, case.exact) == (
        "draw",
        "both",
        "second",
        draw,
        True,
    )
    assert case.purpose.startswith("Shows a sign.")


def test_a_case_needs_no_docstring_to_be_registered(pair: Exercise) -> None:
    """Whether it must have one, the gate decides."""
    pair.case("one")(lambda _rng: ())
    assert (pair.cases[0].purpose, pair.cases[0].function) == ("", "first")


def test_oracles_variants_mistakes_and_judges_are_kept_by_function(pair: Exercise) -> None:
    """The first function is meant where none is named; a mistake's id has hyphens."""

    def off_by_one() -> None: ...

    for register in (
        pair.oracle(),
        pair.variant("second"),
        pair.mistake("Count again.", catalogue="M1", like="other"),
        pair.judge("second"),
    ):
        assert register(off_by_one) is off_by_one
    assert pair.oracles == [Oracle("off_by_one", "first", off_by_one)]
    assert pair.variants == [Variant("off_by_one", "second")]
    assert pair.mistakes == [Mistake("off-by-one", "first", "Count again.", "M1", "other")]
    assert pair.judges == {"second": off_by_one}
    assert pair.knowledge == {}
    pair.judge("first", knows=max)(off_by_one)
    assert pair.knowledge == {"first": max}


def test_an_unknown_criterion_is_refused(pair: Exercise) -> None:
    """Its case would be worth nothing."""
    with pytest.raises(ValueError, match="pair has no criterion 'two': give its points first"):
        pair.case("two")


@pytest.mark.parametrize("register", ["oracle", "variant", "judge"])
def test_an_unknown_function_is_refused(pair: Exercise, register: str) -> None:
    """The message lists the exercise's own."""
    with pytest.raises(ValueError, match="pair has no function 'third'; it has first, second"):
        getattr(pair, register)("third")


def test_an_unknown_function_of_a_case_or_a_mistake_is_refused(pair: Exercise) -> None:
    """They name it second, after the criterion and the text."""
    with pytest.raises(ValueError, match="pair has no function 'third'"):
        pair.case("one", "third")
    with pytest.raises(ValueError, match="pair has no function 'third'"):
        pair.mistake("Really?", "third")


@pytest.mark.parametrize("functions", [("second", "third"), ("third", "third")])
def test_a_function_is_asked_for_once(sheet: Assignment, pair: Exercise, functions: tuple[str, ...]) -> None:
    """In the same exercise or in another one."""
    with pytest.raises(ValueError, match=r"sheet asks twice for (second|third)"):
        sheet.exercise("more", id="s.2", points={"all": 1}, hints=HINTS, functions=functions)


@pytest.mark.parametrize(("name", "number"), [("pair", "s.2"), ("more", "s.1")])
def test_a_name_and_an_id_belong_to_one_exercise(
    sheet: Assignment, pair: Exercise, name: str, number: str
) -> None:
    """Results are kept by name, and headings get their points by id."""
    with pytest.raises(ValueError, match=r"sheet has two exercises with the name .* or the id"):
        sheet.exercise(name, id=number, points={"all": 1}, hints=HINTS, functions=("new",))


def test_a_driver_is_the_cases_as_well(sheet: Assignment) -> None:
    """Those of its function, and no others."""
    pair = sheet.exercise(
        "new", id="n", points={"all": 1}, hints=HINTS, functions=("Node", "f"), drivers={"Node": "graph"}
    )
    pair.case("all")(lambda _: ())
    pair.case("all", "f")(lambda _: ())
    assert [case.driver for case in pair.cases] == ["graph", ""]


@pytest.mark.parametrize("drivers", [{"Node": "grph"}, {"g": "graph"}])
def test_a_driver_is_there_and_has_something_to_use(sheet: Assignment, drivers: dict[str, str]) -> None:
    """Both names are of something that there is."""
    with pytest.raises(ValueError, match=r"new cannot have .* used by the driver .*: one is unknown"):
        sheet.exercise("new", id="n", points={"all": 1}, hints=HINTS, functions=("Node",), drivers=drivers)


def test_a_formula_is_known_by_its_name(sheet: Assignment) -> None:
    """Of one function, the first where none is named; what it is decorated with is left as it is."""
    pair = sheet.exercise("new", id="n", points={"all": 1}, hints=HINTS, functions=("f", "g"))

    @pair.formula("g")
    def in_plain_numpy(x: float) -> float:
        return x

    assert pair.formulas == {"g": "in_plain_numpy"}
    assert in_plain_numpy(1.0) == 1.0
    assert pair.formula()(in_plain_numpy) is in_plain_numpy
    assert pair.formulas["f"] == "in_plain_numpy"


@pytest.mark.parametrize("points", [{}, {"all": 0}, {"a": 2, "b": -1}])
def test_a_criterion_is_worth_something(sheet: Assignment, points: dict[str, float]) -> None:
    """And an exercise has at least one."""
    with pytest.raises(ValueError, match="f has a criterion without points"):
        sheet.exercise("f", id="s.1", points=points, hints=HINTS)
    assert sheet.exercises == []


def test_equivalents_are_kept_with_their_reason(pair: Exercise) -> None:
    """By the name that the proof prints."""
    pair.equivalent("first: a -> b #1", "half * 2", because="It is the same.")
    pair.equivalent("first: a -> dropped #1", because="Nobody needs it.")
    assert pair.equivalents == {
        "first: a -> b #1": "It is the same.",
        "half * 2": "It is the same.",
        "first: a -> dropped #1": "Nobody needs it.",
    }


@pytest.mark.parametrize(("names", "because"), [((), "It is the same."), (("half * 2",), " ")])
def test_an_equivalent_has_a_name_and_a_reason(pair: Exercise, names: tuple[str, ...], because: str) -> None:
    """A list without a reason is no proof."""
    with pytest.raises(ValueError, match="pair lists an equivalent without a name or without a reason"):
        pair.equivalent(*names, because=because)
    assert pair.equivalents == {}


def test_an_equivalent_is_listed_once(pair: Exercise) -> None:
    """In one call or in two."""
    pair.equivalent("half * 2", because="It is the same.")
    with pytest.raises(ValueError, match=r"pair lists 'half \* 2' twice"):
        pair.equivalent("half * 2", because="Another reason.")
    with pytest.raises(ValueError, match="pair lists 'a' twice"):
        pair.equivalent("a", "a", because="Another reason.")


@pytest.mark.parametrize("make", [Limits, Totals])
@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_a_limit_leaves_something(make: type, value: float) -> None:
    """One that is 0, negative or no number would stop everybody, or nobody."""
    with pytest.raises(ValueError, match=r"\(seconds=.*\) leaves nothing: give more than 0"):
        make(seconds=value)


def test_bans_are_kept_with_their_reason(pair: Exercise) -> None:
    """What is forbidden, what is said of it, and whether it costs the exercise."""
    pair.forbid("numpy.gradient", ".backward", because="By hand.")
    pair.forbid("torch(requires_grad=)", "torch", because="In numpy.", costs=False)
    assert pair.bans == [
        Ban(("numpy.gradient", ".backward"), "By hand.", costs=True),
        Ban(("torch(requires_grad=)", "torch"), "In numpy.", costs=False),
    ]


@pytest.mark.parametrize(
    ("names", "because", "wrong"),
    [
        ((), "By hand.", "pair forbids something without a name or without a reason"),
        (("numpy.gradient",), " ", "pair forbids something without a name or without a reason"),
        (("numpy gradient",), "By hand.", "pair cannot forbid 'numpy gradient': write"),
        (("numpy.",), "By hand.", "pair cannot forbid 'numpy.': write"),
        (("a.b", "a.b"), "By hand.", "pair forbids 'a.b' twice"),
        ((".known",), "By hand.", "pair forbids '.known' twice"),
    ],
)
def test_a_ban_has_a_name_and_a_reason(
    pair: Exercise, names: tuple[str, ...], because: str, wrong: str
) -> None:
    """Each of a form that can be found, and once."""
    pair.forbid(".known", because="By hand.")
    with pytest.raises(ValueError, match=wrong):
        pair.forbid(*names, because=because)
    assert len(pair.bans) == 1


def test_the_ways_to_torchs_derivatives_can_be_forbidden(pair: Exercise) -> None:
    """All together, beside others."""
    pair.forbid(*AUTOGRAD, "numpy.gradient", because="By hand.")
    assert "torch.autograd" in pair.bans[0].names
