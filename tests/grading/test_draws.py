"""Draws: the arguments of a case come from the seed, and come anew where something is a near thing by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.draws import DRAWS, KINKS, NO_CHANCE, arguments, drawn, generator
from autograder.numerics.truth import U32

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.authoring.loading import Sheet
    from autograder.grading.question import Question

    MakeSheet = Callable[..., Sheet]

SEEDS = range(10, 50)
SAME, NEAR, FAR = 4.0, 4.0009765625, 2.5
"""Half of it is its root, nearly so, and not at all."""
CASE = ("float(rng.uniform(2.0, 3.0))", f"float(rng.choice([{SAME}, {NEAR}, *[{FAR}] * 6]))")
HALF = "    return x / 2"


def asked(sheet: Sheet, seed: int, name: str = "root_generic") -> Question:
    """What a case asks at a seed."""
    exercise = sheet.assignment.exercises[0]
    (case,) = [case for case in exercise.cases if case.name == name]
    return drawn(sheet, exercise, case, seed)


def roots(sheet: Sheet) -> list[float]:
    """What the case `root_generic` draws from each seed."""
    return [asked(sheet, seed).args[0] for seed in SEEDS]


def first_draws(sheet: Sheet) -> list[float]:
    """What it draws first from each."""
    (case,) = [case for case in sheet.assignment.exercises[0].cases if case.name == "root_generic"]
    return [arguments(case, generator(seed, "tiny", case.name))[0] for seed in SEEDS]


def test_where_a_mistake_comes_near_a_case_draws_again(make_sheet: MakeSheet) -> None:
    """One that makes no difference is not near, and what is not near is the first draw."""
    sheet = make_sheet(CASE)
    found, first = roots(sheet), first_draws(sheet)
    assert set(first) == {SAME, NEAR, FAR}
    assert set(found) == {SAME, FAR}
    assert all(
        one in (two, FAR, SAME) if two == NEAR else one == two for one, two in zip(found, first, strict=True)
    )


def test_a_mistake_may_lie_in_a_function_that_is_called(make_sheet: MakeSheet) -> None:
    """What a case calls is made with it; what it does not call is no matter."""
    calls = ('    """Return the mean and the variance of x."""\n', "    near = root(x[0])\n")
    calls_and_tells = ("    return mean, variance", "    return mean, near")
    case = ("(rng.normal(size=5) + 3,)", f"(np.append(rng.choice([{NEAR}, *[{FAR}] * 7]), [1.0, 2.0]),)")
    oracle = ("    return x.mean(), x.var()\n", "    return x.mean(), np.sqrt(x[0])\n")
    free, bound = make_sheet(case), make_sheet(calls, calls_and_tells, case, oracle)
    assert {asked(free, seed, "spread_generic").args[0][0] for seed in SEEDS} == {NEAR, FAR}
    assert {asked(bound, seed, "spread_generic").args[0][0] for seed in SEEDS} == {FAR}


HELPER = (
    '@moments.mistake("Do you halve, or take the root?", "root")\n',
    (
        "class Halves:\n    @property\n    def half(self):\n        import torch\n        return 0.5\n\n\n"
        "def halves():\n    return Halves().half\n\n\n"
        '@moments.mistake("Do you halve, or take the root?", "root")\n'
    ),
)
"""What a mistake may call."""


@pytest.mark.parametrize("uses", ["halves()", "Halves().half", "(lambda: halves())()"])
def test_what_uses_torch_anywhere_is_not_tried(make_sheet: MakeSheet, uses: str) -> None:
    """It may change how torch works for the oracles."""
    sheet = make_sheet(CASE, HELPER, (HALF, f"    return x * {uses}"))
    assert roots(sheet) == first_draws(sheet)
    free = ("        import torch\n", "")
    assert set(roots(make_sheet(CASE, HELPER, (HALF, f"    return x * {uses}"), free))) == {SAME, FAR}


@pytest.mark.parametrize(
    "does",
    [
        "    raise KeyError(x)",
        "    raise SystemExit",
        "    while True:\n        x = x / 2",
        "    return [x / 2]",
        "    return float('nan')",
        "    import torch\n    return x / 2",
        "    return x / 2 * (1 + 1e-6 * np.random.default_rng().random())",
        "    return nowhere(x)",
    ],
    ids=["raises", "ends", "never ends", "list", "NaN", "torch", "dice", "name"],
)
def test_what_has_no_answer_of_its_own_is_not_near(make_sheet: MakeSheet, does: str) -> None:
    """A mistake may do anything, and may come to something else each time: a seed draws the same on every machine."""
    sheet = make_sheet(CASE, (HALF, does))
    assert roots(sheet) == first_draws(sheet)


def test_what_a_mistake_remembers_is_lost(make_sheet: MakeSheet) -> None:
    """What a seed draws does not depend on what was drawn before."""
    counts = (
        '@moments.mistake("Do you halve, or take the root?", "root")\n',
        'CALLS = []\n\n\n@moments.mistake("?", "root")\n',
    )
    forgets = (HALF, "    CALLS.append(x)\n    return x / 2 if len(CALLS) == 1 else -x")
    assert set(roots(make_sheet(CASE, counts, forgets))) == {SAME, FAR}


def test_what_a_mistake_prints_or_writes_into_is_lost(
    make_sheet: MakeSheet, capsys: pytest.CaptureFixture[str]
) -> None:
    """The terminal is the instructor's, and the arguments are those that were drawn."""
    writes = ("    return x.mean(), 0.0", "    print(x)\n    x[:] = 0\n    return x.mean(), 0.0")
    one, two = (asked(sheet, 1, "spread_generic").args[0] for sheet in (make_sheet(), make_sheet(writes)))
    assert one.tolist() == two.tolist()
    assert capsys.readouterr().out == ""


def test_what_is_always_near_is_no_chance(make_sheet: MakeSheet) -> None:
    """The first draw has to do; what another mistake is near on besides is still drawn again."""
    sheet = make_sheet((CASE[0], "3.0 + rng.uniform()"), (HALF, "    return np.sqrt(x) * (1 + 1e-5)"))
    assert roots(sheet) == first_draws(sheet)
    both = make_sheet(CASE, ("    return np.sqrt(abs(x))", "    return np.sqrt(abs(x)) * (1 + 1e-5)"))
    assert set(roots(both)) == {SAME, FAR}


def test_after_many_draws_the_first_one_has_to_do(make_sheet: MakeSheet) -> None:
    """Each of them near to something, and nothing on all of them: the certificates tell."""
    turns = "    turn, near = int(x) % 2, np.sqrt(x) * (1 + 1e-5)\n    return near if turn == {} else -near"
    sheet = make_sheet(
        (CASE[0], "2.0 + rng.integers(2) + rng.uniform()"),
        ("    return np.sqrt(abs(x))", turns.format(0)),
        (HALF, turns.format(1)),
    )
    assert NO_CHANCE < DRAWS
    found = zip(roots(sheet), first_draws(sheet), strict=True)
    assert sum(one == two for one, two in found) > len(SEEDS) - 5


def test_where_the_reference_hesitates_a_case_draws_again(make_sheet: MakeSheet) -> None:
    """In float32 an honest program may decide otherwise."""
    decides = (
        "    return np.sqrt(x)\n",
        "    found = np.sqrt(x)\n    return found if found < 1.5 else 2 * found - found\n",
    )
    sheet = make_sheet((CASE[0], "float(rng.choice([2.25, 2.25001, *[2.5] * 10]))"), decides)
    assert set(first_draws(sheet)) > {2.25, 2.5}
    questions = [asked(sheet, seed) for seed in SEEDS]
    assert {question.args[0] for question in questions} == {2.5}
    assert all(question.margin > KINKS * U32 for question in questions)


def test_nothing_is_near_where_there_is_no_tolerance(make_sheet: MakeSheet) -> None:
    """Where equality decides, a difference in the last bit is one."""
    sheet = make_sheet(
        CASE,
        (
            '@moments.case("roots", "root")\ndef root_generic',
            '@moments.case("roots", "root", exact=True)\ndef root_generic',
        ),
    )
    assert roots(sheet) == first_draws(sheet)


@given(st.integers(0, 2**40), st.text(max_size=3), st.text(max_size=3))
def test_each_case_has_a_generator_of_its_own(seed: int, slug: str, name: str) -> None:
    """The same for the same names, and no other."""
    one, two = (generator(seed, slug, name).integers(2**60, size=2).tolist() for _ in range(2))
    assert one == two != generator(seed, slug, name + "x").integers(2**60, size=2).tolist()
    assert one != generator(seed + 1, slug, name).integers(2**60, size=2).tolist()
