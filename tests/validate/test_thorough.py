"""The proof of the checks: what a mutant, a pair, a seed or an order shows is named, and what is listed passes."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from autograder.grading import Grader
from autograder.grading.diagnosis import Mistakes
from autograder.model import Diagnosis, Ended, Run
from autograder.sandbox.children import SandboxError
from autograder.validate import Proof, validate_sheet
from autograder.validate.author import Author
from autograder.validate.pairs import Pairs, scaled
from autograder.validate.passing import Passing
from autograder.validate.steady import JUDGEMENTS, unsteady

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.grading.key import ExerciseKey
    from autograder.model import Report, Submission
    from tests.validate.conftest import Tiny

FILE = "reference/tiny/checks.py"
SEEDS = 3


def faults(tiny: Tiny) -> list[str]:
    """The sentences of a proof over few seeds, in this process."""
    return [str(fault) for fault in tiny.report(jobs=1, seeds=SEEDS).faults]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """A few threads."""
    with ThreadPoolExecutor(2) as opened:
        yield opened


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few judgements over and over: for tests of something else."""
    monkeypatch.setattr("autograder.validate.steady.JUDGEMENTS", 1)
    monkeypatch.setattr("autograder.validate.steady.THREADS", (1,))


def passing(tiny: Tiny) -> Passing:
    """What judges changed references of the sheet as it is now."""
    sheet = tiny.course().sheet("tiny")
    return Passing(Grader(sheet, tiny.sandbox, 1), Author(sheet))


@pytest.mark.usefixtures("few")
def test_a_good_sheet_is_proved(tiny: Tiny) -> None:
    """With figures for each exercise; progress moves with every mutant and ends at the total."""
    told: list[tuple[int, int, str]] = []
    report = validate_sheet(
        tiny.course().sheet("tiny"),
        tiny.sandbox,
        seed=1,
        jobs=1,
        seeds=SEEDS,
        progress=lambda *step: told.append(step),
    )
    assert report.faults == ()
    square, way = (exercise.proof for exercise in report.exercises)
    assert square == Proof(mutants=29, listed=0, survivors=(), scaled=9, cancelled=1, pairs=6, seeds=SEEDS)
    assert way == Proof(mutants=12, listed=1, survivors=(), scaled=0, cancelled=0, pairs=0, seeds=SEEDS)
    assert (square.killed, way.killed) == (29, 11)
    total = 14 + 29 + 12 + 2 * (1 + 1) + 2  # the gate; mutants; scaled mistakes and seeds; pairs and verdicts
    assert [(done, of) for done, of, _ in told] == [(done, total) for done in range(1, total + 1)]
    whats = [what for _, _, what in told]
    assert whats.count("tiny: square: mutants") == 29
    assert {"tiny: way: seeds", "tiny: pairs of mistakes", "tiny: verdicts, over and over"} <= set(whats)


@pytest.mark.usefixtures("few")
def test_a_surviving_mutant_is_named(tiny: Tiny) -> None:
    """Where the exercise begins, by the name with which it can be listed."""
    tiny.plant('way.equivalent("way: x > 0 -> x >= 0 #1", because="A slope of 0 is neither.")\n', "")
    report = tiny.report(jobs=1, seeds=SEEDS)
    assert [str(fault) for fault in report.faults] == [
        (
            f"{FILE}:{tiny.line('way = ')}: way: `way: x > 0 -> x >= 0 #1` passes. "
            "Add a case on which it shows, or list it as equivalent with the reason."
        )
    ]
    proof = report.exercises[1].proof
    assert proof is not None
    assert (proof.survivors, proof.killed) == (("way: x > 0 -> x >= 0 #1",), 11)


@pytest.mark.usefixtures("few")
def test_a_scaled_mistake_that_is_right_is_named(tiny: Tiny) -> None:
    """Half of it, twice."""
    tiny.plant('square.equivalent("half-of-it * 2", because="The mistake is this factor.")\n', "")
    assert faults(tiny) == [
        (
            f"{FILE}:{tiny.line('square = ')}: square: `half-of-it * 2` passes. "
            "Add a case on which it shows, or list it as equivalent with the reason."
        )
    ]


@pytest.mark.usefixtures("few")
def test_a_stale_listing_is_named(tiny: Tiny) -> None:
    """One that a case catches by now, and one that is not there any more."""
    with tiny.file("checks.py").open("a", encoding="utf-8") as stream:
        stream.write(
            'way.equivalent("way: x > 0 -> x < 0 #1", "way: x > 0 -> x <= 0 #1", because="No reason.")\n'
        )
        stream.write('square.equivalent("no-check * 2", because="No reason.")\n')
    place = f"{FILE}:{tiny.line('way = ')}: way: the equivalent"
    assert faults(tiny) == [
        (
            f"{FILE}:{tiny.line('square = ')}: square: the equivalent `no-check * 2` fails a case. "
            "Take it off the list."
        ),
        f"{place} `way: x > 0 -> x < 0 #1` is not there. Take it off the list.",
        f"{place} `way: x > 0 -> x <= 0 #1` fails a case. Take it off the list.",
    ]


@pytest.mark.usefixtures("few")
def test_what_fails_on_another_seed_is_named(tiny: Tiny) -> None:
    """And those seeds do not count as clean."""
    tiny.plant(
        "    return 2 * grad.astype",
        "    if grad[..., 0].sum() > 0 and grad.ndim == 2:\n        return grad\n    return 2 * grad.astype",
    )
    report = tiny.report(seed=2, jobs=1, seeds=8)
    seeded = [fault for fault in report.faults if " seeds (" in fault.wrong]
    assert [fault.subject for fault in seeded] == ["variant square_float32"]
    assert seeded[0].line == tiny.line("def square_float32")
    proof = report.exercises[0].proof
    assert proof is not None
    assert f"at {8 - proof.seeds} of 8 seeds" in seeded[0].wrong
    assert 0 < proof.seeds < 8


def test_a_sheet_that_cannot_be_run_is_not_proved(tiny: Tiny) -> None:
    """The gate has said why; progress ends all the same."""
    told: list[tuple[int, int, str]] = []
    tiny.plant("import numpy as np", "import nowhere", "solution.py")
    sheet = tiny.course().sheet("tiny")
    report = validate_sheet(sheet, tiny.sandbox, seed=1, jobs=1, seeds=2, progress=lambda *s: told.append(s))
    assert report.exercises == ()
    assert told[-1][0] == told[-1][1] > 50
    tiny.plant("import nowhere", "import (", "solution.py")
    assert tiny.report(jobs=1, seeds=2).exercises == ()


# Changed references


def test_a_judge_that_raises_passes_nobody(tiny: Tiny) -> None:
    """It is the author's to mend, with the line."""
    with tiny.file("checks.py").open("a", encoding="utf-8") as stream:
        stream.write("\n\n@square.judge()\ndef fussy(run, grad, x):\n    raise KeyError('a slip')\n")
    judged = passing(tiny)
    submission = judged.changed("half", judged.grader.sheet.solution.replace("2 * grad", "1 * grad"))
    assert not judged.passes(judged.grader.keys[0], submission)
    assert [str(fault) for fault in judged.faults] == [
        (
            f"{FILE}:{tiny.line('    raise KeyError')}: square: `half` raises KeyError: 'a slip'. "
            "A judge must bear any value of the right shape."
        )
    ]


def test_a_result_that_is_right_only_once_does_not_pass(tiny: Tiny) -> None:
    """The questions that are asked twice count here too."""
    judged = passing(tiny)
    once = judged.grader.sheet.solution.replace(
        '    return "up" if x > 0',
        '    seen.append(x)\n    return "none" if len(seen) > 4 else "up" if x > 0',
    )
    key = judged.grader.keys[1]
    assert judged.passes(key, judged.changed("right", judged.grader.sheet.solution))
    assert not judged.passes(
        key, judged.changed("once", once.replace("# %%\ndef way", "seen = []\n\n\ndef way"))
    )


def test_only_what_may_have_changed_is_asked(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few questions first, the others where these pass, and none that the change does not reach."""
    judged = passing(tiny)
    key, solution = judged.grader.keys[1], judged.grader.sheet.solution
    asked: list[list[str]] = []
    real = judged.grader.authored

    def authored(submissions: Any, key: ExerciseKey) -> Any:
        submissions = list(submissions)
        asked.append([submission.student for submission in submissions])
        asked[-1] += [question.case.name for question in key.questions]
        return real(submissions, key)

    monkeypatch.setattr(judged.grader, "authored", authored)
    down = solution.replace("x > 0", "x < 0")
    changed = [
        judged.changed("down", down, "way"),
        judged.changed("right", solution, "way"),
        judged.changed("elsewhere", solution, "square_backward"),
    ]
    with ThreadPoolExecutor(1) as pool:
        assert list(judged.judged(key, changed, pool)) == [False, True, True]
    assert asked == [["down", "right", "up_steep", "down_steep"], ["right", "up_flat", "down_flat"]]


def test_references_that_share_a_child_are_judged_as_if_alone(tiny: Tiny) -> None:
    """Also behind one that never ends, one that exits, and one that is no Python."""
    judged = passing(tiny)
    solution, key = judged.grader.sheet.solution, judged.grader.keys[1]
    head = '    return "up" if x > 0'
    assert head in solution
    texts = {
        "right": solution,
        "for ever": solution.replace(head, f"    while True: pass\n{head}"),
        "right again": solution,
        "exits": solution.replace(head, f"    import os; os._exit(0)\n{head}"),
        "broken": solution + "\ndef (:",
        "wrong": solution.replace("x > 0", "x < 0"),
        "at last": solution,
    }
    quick = replace(key, batch=replace(key.batch, limits=replace(key.exercise.limits, seconds=0.2)))
    changed = [judged.changed(name, text, *key.exercise.functions) for name, text in texts.items()]
    alone = [judged.passes(quick, one) for one in changed]
    with ThreadPoolExecutor(1) as pool:
        assert list(judged.judged(key, changed, pool)) == alone
    assert [name for name, passes in zip(texts, alone, strict=True) if passes] == [
        "right",
        "right again",
        "broken",
        "at last",
    ]


def test_a_sandbox_that_breaks_is_nobodys_fault(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof stops."""
    judged = passing(tiny)
    monkeypatch.setattr(judged.grader, "runs", lambda *_: (Run(Ended.FAULT, detail="It broke."),))
    with pytest.raises(SandboxError, match="It broke"):
        judged.passes(judged.grader.keys[0], judged.changed("any", ""))


# Pairs


def test_mistakes_are_scaled_where_they_return_numbers(tiny: Tiny) -> None:
    """Also those in tuples; what is no number stays."""
    judged = passing(tiny)
    names = [name for name, _ in scaled(judged, judged.grader.keys[0])]
    assert names == [
        f"{mistake} * {factor}"
        for mistake, factor in itertools.product(
            ("half-of-it", "no-upstream", "no-check"), ("-1", "2", "0.5")
        )
    ]
    assert list(scaled(judged, judged.grader.keys[1])) == []


def test_the_numbers_in_containers_are_scaled(tiny: Tiny) -> None:
    """Lists, tuples and dicts are rebuilt."""
    judged = passing(tiny)
    (_, changed), *_ = scaled(judged, judged.grader.keys[0])
    names: dict[str, object] = {}
    exec(changed.submission.sources[0].cells[0], names)  # noqa: S102 - what a child would run
    function = names["_scaled"]
    assert callable(function)
    value = {"a": (1.5, [2.0, "x"]), "b": None, "c": True, "d": 3}
    assert function(lambda: value, 2)() == {"a": (3.0, [4.0, "x"]), "b": None, "c": True, "d": 3}


TURNED = """

@way.mistake("Which way is up?")
def reversed_way(x):
    return "down" if x > 0 else "up"


@way.mistake("Where do you turn?", "turn")
def not_turned(x):
    return way(x)


@way.case("way", "turn")
def turn_up(rng):
    return (-1.5,)


@way.case("way", "turn")
def turn_down(rng):
    return (1.5,)
"""


@pytest.fixture
def turning(tiny: Tiny) -> Tiny:
    """A sheet with a function that calls another one, which no case of its own asks about."""
    with tiny.file("solution.py").open("a", encoding="utf-8") as stream:
        stream.write("\n\ndef turn(x):\n    return way(-x)\n")
    text = tiny.file("checks.py").read_text(encoding="utf-8")
    text = text.replace("def way_by", "def _way_by").replace(
        'id="t.2",', 'id="t.2", functions=("way", "turn"),'
    )
    for case in ("up_steep", "up_flat", "down_steep", "down_flat"):
        text = text.replace(f'@way.case("way")\ndef {case}', f"def {case}")
    tiny.file("checks.py").write_text(text + TURNED, encoding="utf-8")
    return tiny


def test_a_pair_that_cancels_is_named(turning: Tiny, pool: ThreadPoolExecutor) -> None:
    """Two turns are none: only cases of the called function can tell."""
    judged = passing(turning)
    tried = Pairs(judged, 1).tried(pool)
    assert [str(fault) for fault in judged.faults] == [
        (
            f"{FILE}:{turning.line('def reversed_way')}: way: the pair reversed-way, not-turned passes. "
            "Add a case on which it shows."
        )
    ]
    assert (tried.count("square"), tried.count("way")) == (12, 3)


def test_a_pair_that_cancels_in_the_caller_alone_is_right(turning: Tiny, pool: ThreadPoolExecutor) -> None:
    """The called function fails by itself."""
    text = turning.file("checks.py").read_text(encoding="utf-8")
    turning.file("checks.py").write_text(
        text.replace("def up_steep", '@way.case("way")\ndef up_steep'), encoding="utf-8"
    )
    judged = passing(turning)
    Pairs(judged, 1).tried(pool)
    assert judged.faults == []


def test_a_mistake_of_a_pair_may_call_what_no_exercise_asks_for(tiny: Tiny, pool: ThreadPoolExecutor) -> None:
    """Whichever of the two it is."""
    with tiny.file("solution.py").open("a", encoding="utf-8") as stream:
        stream.write("\n\ndef same(x):\n    return x\n")
    tiny.plant('def always_down(x):\n    return "down"', 'def always_down(x):\n    return same("down")')
    tiny.plant("    return grad * x\n\n\n@square.mistake", "    return same(grad * x)\n\n\n@square.mistake")
    judged = passing(tiny)
    assert len(Pairs(judged, 1).tried(pool)) == 6
    assert judged.faults == []


def test_no_more_pairs_than_asked_for(
    turning: Tiny, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of them of functions that have to do with each other, as far as there are so many."""
    monkeypatch.setattr("autograder.validate.pairs.PAIRS", 6)
    tried = Pairs(passing(turning), 1).tried(pool)
    assert (tried.count("square"), tried.count("way")) == (3, 3)
    monkeypatch.setattr("autograder.validate.pairs.PAIRS", 10)
    tried = Pairs(passing(turning), 1).tried(pool)
    assert (tried.count("square"), tried.count("way")) == (7, 3)


# Verdicts


def test_steady_verdicts_are_given_a_hundred_times(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a sample of mistakes."""
    judged = passing(tiny)
    graded: list[str] = []
    real = Grader.grade

    def grade(self: Grader, submission: Submission) -> Report:
        graded.append(submission.student)
        return real(self, submission)

    monkeypatch.setattr(Grader, "grade", grade)
    assert list(unsteady(judged.grader, 1)) == []
    assert len(graded) >= JUDGEMENTS
    assert set(graded) == {"half_of_it", "no_upstream", "no_check", "always_up", "always_down"}


@pytest.mark.usefixtures("few")
def test_words_that_change_are_named(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the mistake that they are about, and the part of the result."""
    count = itertools.count()
    real = Mistakes.diagnose

    def diagnose(self: Mistakes, *args: Any) -> Diagnosis:
        found = real(self, *args)
        return (
            Diagnosis(f"{found.message} {next(count)}", found.mistake)
            if found.mistake == "no-check"
            else found
        )

    monkeypatch.setattr(Mistakes, "diagnose", diagnose)
    assert faults(tiny) == [
        (
            f"{FILE}:{tiny.line('def no_check')}: square: mistake no-check is not judged in the same words each time: "
            "its diagnosis changes. Let nothing depend on what was graded before."
        )
    ]


def test_a_sheet_without_mistakes_has_nothing_to_judge(tiny: Tiny) -> None:
    """That there are none is told elsewhere."""
    text = tiny.file("checks.py").read_text(encoding="utf-8")
    text = text.replace("@square.mistake", "@_ignored").replace("@way.mistake", "@_ignored")
    text = text.replace("refuse(grad, x):\n", "refuse(grad, x):\n", 1)
    head = "\n\ndef _ignored(says):\n    return lambda function: function\n\n\nsquare = "
    tiny.file("checks.py").write_text(text.replace("\nsquare = ", head, 1), encoding="utf-8")
    assert list(unsteady(passing(tiny).grader, 1)) == []
