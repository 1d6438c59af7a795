"""The seed sweep: what is right on the draw of the gate and not on another one is named, with the seeds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring import CourseError
from autograder.grading import Grader
from autograder.grading.diagnosis import edited
from autograder.grading.draws import generator
from autograder.model import Ended, Run
from autograder.sandbox.children import SandboxError
from autograder.sandbox.host import BatchRun, Ran, Sandbox
from autograder.validate import Fault
from autograder.validate.sweep import (
    CERTIFICATES,
    CERTIFIED,
    EACH,
    TAKEN,
    Bench,
    Found,
    Part,
    Turn,
    likeliest,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from tests.validate.conftest import Tiny

FILE = "reference/tiny/checks.py"
SEEDS = range(2, 82)
MISTAKES = (("always-up", ("down_steep", "down_flat")), ("always-down", ("up_steep", "up_flat")))


@pytest.fixture
def bench() -> Iterator[Bench]:
    """A bench that ends its sandbox."""
    opened = Bench()
    yield opened
    opened.close()


def part(
    tiny: Tiny,
    name: str = "way",
    mistakes: tuple[tuple[str, tuple[str, ...]], ...] = MISTAKES,
    seeds: range = SEEDS,
) -> Part:
    """All of an exercise, on these seeds."""
    sheet = tiny.course().sheet("tiny")
    (exercise,) = [exercise for exercise in sheet.assignment.exercises if exercise.name == name]
    return Part(
        sheet.folder,
        "tiny",
        sheet.number,
        (sheet.solution, sheet.checks),
        name,
        frozenset(case.name for case in exercise.cases),
        mistakes,
        seeds,
        tiny.sandbox.isolation,
    )


def swept(tiny: Tiny, bench: Bench) -> list[str]:
    """The sentences of a sweep over the exercise."""
    return [str(fault) for fault in told(bench.part(part(tiny)), SEEDS)]


def steep(limit: float, turn: Turn = EACH) -> str:
    """How the seeds are told on which the steep slope up is above a limit, of those that are looked at."""
    looked = [seed for seed in SEEDS if turn.takes(seed)]
    seeds = [seed for seed in looked if generator(seed, "tiny", "up_steep").uniform(1, 2) > limit]
    assert 5 < len(seeds) < len(looked)
    return f"at {len(seeds)} of {len(looked)} seeds ({', '.join(map(str, seeds[:5]))}, ...)"


def test_what_is_right_on_every_draw_has_no_fault(tiny: Tiny, bench: Bench) -> None:
    """The reference, three variants and two mistakes."""
    assert swept(tiny, bench) == []


def test_a_variant_that_fails_on_some_draws(tiny: Tiny, bench: Bench) -> None:
    """With its line, the case, and the first five seeds."""
    tiny.plant('"up" if abs(x) == x else', '"up" if abs(x) == x and x < 1.5 else')
    assert swept(tiny, bench) == [
        (
            f"{FILE}:{tiny.line('def way_by_size')}: way: variant way_by_size fails case up_steep, "
            f"{steep(1.5)}. Draw the inputs so that it cannot."
        )
    ]


def test_a_reference_that_fails_on_some_draws(tiny: Tiny, bench: Bench) -> None:
    """Here because of what it keeps between calls: the same call gives two results."""
    tiny.plant(
        '    return "up" if x > 0',
        '    return f"{id(object())}" if x > 1.5 else "up" if x > 0',
        "solution.py",
    )
    found = swept(tiny, bench)
    assert f"{FILE}:{tiny.line('way = ')}: way: the reference fails case up_steep, {steep(1.5)}. " in found[0]


def test_a_mistake_that_is_right_on_some_draws(tiny: Tiny, bench: Bench) -> None:
    """There one case alone would catch it. Not every draw is tried."""
    tiny.plant(
        'def always_down(x):\n    return "down"',
        'def always_down(x):\n    return "up" if x > 1.5 else "down"',
    )
    assert [sentence for sentence in swept(tiny, bench) if "kills no mistake" not in sentence] == [
        (
            f"{FILE}:{tiny.line('def always_down')}: way: mistake always-down fails 1 of the 2 cases by the margin, "
            f"{steep(1.5, Turn(TAKEN, 1))}. Add a case on which it shows on every draw."
        )
    ]


def test_other_cases_may_catch_a_mistake(tiny: Tiny, bench: Bench) -> None:
    """On the draws where those fail that caught it on the draw of the gate."""
    tiny.plant(
        'def always_down(x):\n    return "down"',
        'def always_down(x):\n    return "up" if x > 1.5 else "down"',
    )
    case = '@way.case("way")\ndef up_{}(rng):\n    """Up."""\n    return (0.5,)\n\n\n'
    tiny.plant("@way.variant()\ndef way_by_sign", case.format("again") + "@way.variant()\ndef way_by_sign")
    assert [one for one in bench.part(part(tiny)) if "mistake" in one.fault.subject] == []


def test_a_mistake_that_takes_too_long_is_caught_on_every_draw(tiny: Tiny, bench: Bench) -> None:
    """What ran out of time among other draws is asked once more by itself."""
    tiny.plant('hints=("Which way', 'limits=Limits(seconds=0.2), hints=("Which way')
    tiny.plant("import Assignment", "import Assignment, Limits")
    tiny.plant(
        'def always_down(x):\n    return "down"',
        'def always_down(x):\n    while x > 0:\n        pass\n    return "down"',
    )
    assert bench.part(part(tiny, seeds=range(2, 5))) == []


def test_a_mistake_may_be_the_use_of_what_is_forbidden(tiny: Tiny, bench: Bench) -> None:
    """Its numbers are right, and it fails at once on every draw: the sweep closes what a class finds closed."""
    body = '    np.nan_to_num(x)\n    return "up" if x > 0 else "down"'
    planted = f'@way.mistake("By hand.")\ndef by_library(x):\n{body}\n\n\n@way.mistake("Is there no way up?")'
    tiny.plant('@way.mistake("Is there no way up?")', planted)
    tiny.plant("way.equivalent(", 'way.forbid("numpy.nan_to_num", because="By hand.")\nway.equivalent(')
    assert bench.part(part(tiny, mistakes=(*MISTAKES, ("by-library", ())))) == []


def test_a_case_that_cannot_be_drawn_sometimes(tiny: Tiny, bench: Bench) -> None:
    """The line that raises; its message, another one each time, is left out."""
    tiny.plant(
        "    return (float(rng.uniform(1, 2)),)",
        "    x = float(rng.uniform(1, 2))\n    if x > 1.5:\n        raise ValueError(str(x))\n    return (x,)",
    )
    assert swept(tiny, bench) == [
        (
            f"{FILE}:{tiny.line('        raise ValueError(str')}: way: a case raises ValueError, "
            f"{steep(1.5)}. Draw the inputs so that it cannot."
        )
    ]


def test_an_oracle_that_disagrees_sometimes(tiny: Tiny, bench: Bench) -> None:
    """It is not asked about every draw."""
    tiny.plant(
        "@way.variant()\ndef way_by_sign",
        "@way.oracle()\ndef way_up(x):\n    return 'up'\n\n\n@way.variant()\ndef way_by_sign",
    )
    asked = [seed for seed in SEEDS if CERTIFICATES.takes(seed)]
    assert swept(tiny, bench)[0] == (
        f"{FILE}:{tiny.line('way = ')}: way: oracle way_up and the reference disagree on case down_steep, "
        f"at {len(asked)} of {len(asked)} seeds ({', '.join(map(str, asked[:5]))}, ...). "
        "Draw the inputs so that it cannot."
    )


def is_up(rng: np.random.Generator) -> bool:
    """Tell half of the seeds from the others, on every draw: to draw again is no way out."""
    return bool(rng.bit_generator.state["state"]["inc"] % 4 == 1)


SQUARE = (("half-of-it", ("generic", "whole")), ("no-check", ("shorter", "flatter")))
CLOSE = f"{FILE}:{{}}: square: case generic cannot be certified: {{}}, at {{}} of 10 seeds ({{}}). {{}}"


@pytest.mark.parametrize(
    ("file", "old", "new", "what", "remedy"),
    [
        (
            "checks.py",
            "    refuse(grad, x)\n    return grad * x\n",
            "    refuse(grad, x)\n    return 2 * grad * x * (1 + 3e-6 * (grad.flat[0] > 0)) - grad * x * (grad.flat[0] <= 0)\n",
            "mistake half-of-it is neither right, within 2, nor wrong by 100 u32 E",
            "Draw inputs on which it shows, or does not matter at all.",
        ),
        (
            "checks.py",
            "    return grad * x + x * grad\n",
            (
                "    value = 2 * grad * x\n    odd = 1 + 2.0**-52 if x.ndim == 2 and grad.flat[0] > 0 else 1\n"
                "    return np.copysign(np.nextafter(np.abs(value) * odd, np.inf if odd > 1 else 0), value)\n"
            ),
            "an honest solution is off by more than half of the tolerance",
            "Add a variant that can be bounded and errs as much, or draw tamer inputs.",
        ),
        (
            "solution.py",
            "    return 2 * grad * x",
            (
                "    if np.sum(x / 3) * 3 < np.sum(x) + (1e-9 if grad.flat[0] > 0 else 1e9):\n"
                "        return 2 * grad * x\n    return x * grad * 2"
            ),
            "the reference is within 1000 u32 E of deciding otherwise",
            "Draw inputs that stay away from the decision.",
        ),
    ],
)
def test_a_case_that_cannot_be_certified_on_some_draws(
    tiny: Tiny, bench: Bench, file: str, old: str, new: str, what: str, remedy: str
) -> None:
    """A mistake comes close, an honest solution errs too much, or the reference hesitates: there alone."""
    tiny.plant(old, new, file)
    tiny.plant(
        "    return rng.normal(size=(3, 4)), rng.normal(size=(3, 4))\n",
        "    grad, x = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))\n"
        "    grad[0, 0] = abs(grad[0, 0]) * (1 if rng.bit_generator.state['state']['inc'] % 4 == 1 else -1)\n    return grad, x\n",
    )
    seeds = [seed for seed in SEEDS if CERTIFICATES.takes(seed) and is_up(generator(seed, "tiny", "generic"))]
    assert 0 < len(seeds) < 10
    found = [str(fault) for fault in told(bench.part(part(tiny, "square", SQUARE)), SEEDS)]
    line = tiny.line("def generic")
    assert CLOSE.format(line, what, len(seeds), ", ".join(map(str, seeds)), remedy) in found


JUDGE = """

@square.judge()
def fussy(run, grad, x):
    if not np.allclose(run.value, 2 * grad * x, rtol=1e-6):
        raise KeyError("a slip")
    if grad.ndim == 2 and grad[0, 0] > 0.5:
        raise IndexError("another")
"""


def test_a_judge_that_raises_sometimes(tiny: Tiny, bench: Bench) -> None:
    """On the right answer, and on the wrong ones of a mistake whose kills need its word."""
    with tiny.file("checks.py").open("a", encoding="utf-8") as stream:
        stream.write(JUDGE)
    found = bench.part(part(tiny, "square", SQUARE, range(2, 12)))
    drawn = {seed: generator(seed, "tiny", "generic").normal(size=(3, 4))[0, 0] for seed in range(2, 12)}
    seeds = [seed for seed, first in drawn.items() if first > 0.5]
    assert 0 < len(seeds) < 10
    subjects = ("square_added", "square_loop", "square_float32")
    assert [(one.fault.subject, one.fault.wrong, one.seed) for one in found if one.fault.subject] == [
        *(("the reference", "makes a judge raise IndexError", seed) for seed in seeds),
        *(
            (f"variant {subject}", "makes a judge raise IndexError", seed)
            for subject in subjects
            for seed in seeds
        ),
        *(
            ("mistake half-of-it", "makes a judge raise KeyError", seed)
            for seed in drawn
            if seed % TAKEN == 0
        ),
        ("case generic", "kills no mistake", 8),
        ("case whole", "kills no mistake", 8),
    ]


def test_a_variant_that_cannot_be_made_is_left_to_the_gate(tiny: Tiny, bench: Bench) -> None:
    """It is told there, once."""
    tiny.plant('"up" if abs(x) == x else "down"', "nowhere(x)")
    assert swept(tiny, bench) == []


def test_a_sheet_that_has_changed_meanwhile_is_refused(tiny: Tiny, bench: Bench) -> None:
    """What is proved must be what was validated."""
    old = part(tiny)
    with tiny.file("checks.py").open("a", encoding="utf-8") as stream:
        stream.write("\n")
    with pytest.raises(CourseError, match="tiny has changed while it was validated"):
        bench.part(old)


def test_a_sandbox_that_has_been_asked_much_is_replaced(
    tiny: Tiny, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps every question that it was ever asked."""
    monkeypatch.setattr("autograder.validate.sweep.ASKED", 1)
    opened = []
    real = Sandbox.__init__

    def init(self: Sandbox, *args: Any) -> None:
        opened.append(args)
        real(self, *args)

    monkeypatch.setattr(Sandbox, "__init__", init)
    for _ in range(2):
        bench.part(part(tiny, seeds=range(2, 4)))
    assert len(opened) == 2


def test_a_sandbox_that_breaks_is_nobodys_fault(
    tiny: Tiny, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep stops."""
    broken = Ran((BatchRun((Run(Ended.FAULT, detail="It broke."),)),))
    monkeypatch.setattr(Sandbox, "run", lambda *_: broken)
    with pytest.raises(SandboxError, match="It broke"):
        bench.part(part(tiny))


def test_a_case_that_kills_nothing_on_some_draws(tiny: Tiny, bench: Bench) -> None:
    """It is told on those that are certified, where every mistake meets every case."""
    tiny.plant(
        'def always_up(x):\n    return "up"',
        'def always_up(x):\n    return "up" if abs(x) < 1.5 else "down" if x < 0 else "sideways"',
    )
    seeds = [seed for seed in SEEDS if CERTIFICATES.takes(seed)]
    drawn = [seed for seed in seeds if generator(seed, "tiny", "down_steep").uniform(-2, -1) < -1.5]
    assert 0 < len(drawn) < len(seeds)
    assert (
        f"{FILE}:{tiny.line('def down_steep')}: way: case down_steep kills no mistake, "
        f"at {len(drawn)} of {len(seeds)} seeds ({', '.join(map(str, drawn[:5]))}"
    ) in swept(tiny, bench)[-1]


def test_the_likeliest_killers(tiny: Tiny) -> None:
    """Just enough cases, first those on which it is far off and soon; none where too few do."""
    sheet = tiny.course().sheet("tiny")
    grader = Grader(sheet, tiny.sandbox, 3)
    key = next(key for key in grader.keys if key.exercise.name == "square")
    runs = grader.mistakes.runs(key)
    assert likeliest(key, runs["half-of-it"]) == ("generic", "whole")
    late = replace(runs["half-of-it"][0], ended=Ended.TIMED_OUT, value=None)
    assert likeliest(key, [late, *runs["half-of-it"][1:2], late, late]) == ("whole", "generic")
    right = grader.runs(edited(sheet, "square_backward", "square_loop", key.exercise.functions), key)
    assert likeliest(key, right) == ()


def test_few_cases_are_asked_where_no_certificate_is_made(
    tiny: Tiny, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that are likely to kill the mistake."""
    asked: list[tuple[str, int]] = []
    real = Sandbox.run

    def run(self: Sandbox, submission: Any, batches: Any, *rest: Any) -> Ran:
        asked.extend((submission.student, len(batch.calls)) for batch in batches)
        return real(self, submission, batches, *rest)

    monkeypatch.setattr(Sandbox, "run", run)
    assert bench.part(part(tiny, "square", SQUARE, range(8, 12))) == []
    # all four where a certificate is made, two elsewhere; with each, its function once more
    assert {count for student, count in asked if student == "half_of_it"} == {5, 3}


def test_a_fault_is_told_once_with_its_seeds() -> None:
    """The first five of them."""
    fault = Fault("a.py", 1, "way", "mistake x", "fails no case", "Add one.")
    other = replace(fault, subject="mistake y")
    found = [
        Found(fault, 3, EACH),
        Found(other, 8, Turn(TAKEN)),
        *(Found(fault, seed, EACH) for seed in range(10, 15)),
    ]
    assert [str(one) for one in told(found, range(1, 201))] == [
        "a.py:1: way: mistake x fails no case, at 6 of 200 seeds (3, 10, 11, 12, 13, ...). Add one.",
        "a.py:1: way: mistake y fails no case, at 1 of 100 seeds (8). Add one.",
    ]


@given(st.integers(0, 10**6), st.integers(0, 50), st.integers(1, 50))
def test_a_turn_takes_what_is_certified(seed: int, first: int, every: int) -> None:
    """And one draw in so many."""
    turn = Turn(every, first)
    assert turn.takes(seed * CERTIFIED)
    assert turn.takes(first + seed * every)
    assert sum(map(turn.takes, range(1000))) <= 1000 / every + 1000 / CERTIFIED + 2
