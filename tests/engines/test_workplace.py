"""A workplace grades any submission of a course; what fails on our side costs what it concerns, and nothing else."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.engines import workplace
from autograder.engines.workplace import Workplace, weaker
from autograder.grading import Grader
from autograder.model import Isolation, Status, Submission, Verdict
from autograder.sandbox.canaries import TRIED, Enforced, open_sandbox
from autograder.sandbox.children import SandboxError

if TYPE_CHECKING:
    from autograder.model import Report
    from autograder.sandbox.host import Sandbox
    from tests.conftest import TinyClass

OURS = "This is our error, not yours."


def opened(tiny_class: TinyClass, *slugs: str) -> Workplace:
    """Return a workplace without bubblewrap, for the assignments or for `lines`."""
    return Workplace(tiny_class.course(), 1, Isolation.LANDLOCK, slugs or ("lines",))


def verdicts(report: Report) -> dict[str, Verdict]:
    """Return the verdict on each exercise."""
    return {exercise.name: exercise.verdict for exercise in report.exercises}


def test_it_grades_what_it_was_opened_for(tiny_class: TinyClass) -> None:
    """Each submission by the key of its own assignment."""
    with opened(tiny_class, "lines", "curves") as place:
        lines, curves = (place.grade(tiny_class.submission("ada", slug)) for slug in ("lines", "curves"))
        assert place.enforced is not None
        assert place.enforced.level is Isolation.LANDLOCK
    assert (lines.score, lines.max_score, verdicts(lines)) == (
        3.0,
        3.0,
        {"double": Verdict.PASSED, "half": Verdict.PASSED},
    )
    assert (curves.score, verdicts(curves)) == (3.0, {"square": Verdict.PASSED})


def test_no_child_holds_the_questions_of_another_assignment(tiny_class: TinyClass) -> None:
    """What is asked next week is not in its memory: each fork server was taught those of one assignment."""
    with opened(tiny_class, "lines", "curves") as place:
        for slug in ("lines", "curves"):
            place.grade(tiny_class.submission("ada", slug))
        taught = {slug: place.grader(slug).sandbox._zygote._taught for slug in ("lines", "curves")}
    exercises = {slug: {name.partition(" ")[0] for name in names} for slug, names in taught.items()}
    canaries = exercises["lines"] & exercises["curves"]
    assert {slug: names - canaries for slug, names in exercises.items()} == {
        "lines": {"double", "half"},
        "curves": {"square"},
    }


def test_a_key_is_made_once(tiny_class: TinyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the workplace is opened, however many are graded at once."""
    made: list[str] = []

    class Counting(Grader):
        """Says when it is made."""

        def __init__(self, sheet: Any, sandbox: Sandbox, seed: int) -> None:
            made.append(sheet.assignment.slug)
            super().__init__(sheet, sandbox, seed)

    monkeypatch.setattr(workplace, "Grader", Counting)
    with opened(tiny_class) as place, ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(place.grade, [tiny_class.submission(f"s{i}") for i in range(8)]))
        assert place.grader("lines") is place.grader("lines")
    assert made == ["lines"]
    assert [report.score for report in reports] == [3.0] * 8


def test_nothing_to_run_needs_no_sandbox(tiny_class: TinyClass) -> None:
    """What could not be read is worth its assignment, whatever else is graded; what nobody knows is worth nothing."""
    missing = Submission("ada", "lines", "ada")
    unreadable = Submission("ben", "lines", "ben/lines.py", status=Status.UNREADABLE, notes=("Cut off.",))
    unknown = Submission("cem", "unknown", "cem", status=Status.MISSING)
    with Workplace(tiny_class.course(), 1, None, ()) as place:
        reports = [place.grade(one) for one in (missing, unreadable, unknown)]
        assert place.enforced is None
    assert [(one.status, one.score, one.max_score, one.notes) for one in reports] == [
        (Status.MISSING, 0.0, 3.0, ()),
        (Status.UNREADABLE, 0.0, 3.0, ("Cut off.",)),
        (Status.MISSING, 0.0, 0.0, ()),
    ]


def test_an_assignment_that_it_was_not_opened_for(tiny_class: TinyClass) -> None:
    """There is no sandbox for it: the caller is wrong, and no student."""
    with opened(tiny_class, "curves") as place, pytest.raises(KeyError, match="lines"):
        place.grade(tiny_class.submission("ada"))


@pytest.mark.parametrize(
    ("statement", "error"), [("1 / 0", "ZeroDivisionError"), ("raise SystemExit", "SystemExit")]
)
def test_an_exercise_without_a_key_costs_no_other(tiny_class: TinyClass, statement: str, error: str) -> None:
    """It is ungraded for everybody and says where it went wrong; the rest of the sheet is graded."""
    tiny_class.plant("def double_few(rng):", f"def double_few(rng):\n    {statement}")
    with opened(tiny_class) as place:
        reports = [place.grade(tiny_class.submission(student)) for student in ("ada", "ben")]
        assert [key.exercise.name for key in place.grader("lines").keys] == ["half"]
    for report in reports:
        assert (report.score, report.max_score, report.status) == (None, 3.0, Status.GRADED)
        assert verdicts(report) == {"double": Verdict.UNGRADED, "half": Verdict.PASSED}
        double = report.exercises[0]
        assert (double.score, double.max_score) == (None, 2.0)
        assert double.notes == (
            f"Not graded: its answer key cannot be made: {error} in checks.py, line 17. {OURS}",
        )


def test_a_reference_that_does_not_run_leaves_its_whole_sheet_ungraded(tiny_class: TinyClass) -> None:
    """Every exercise of it, and none of another sheet."""
    tiny_class.plant("import numpy as np", "import numpy as np\n\n1 / 0", name="solution.py")
    with opened(tiny_class, "lines", "curves") as place:
        lines, curves = (place.grade(tiny_class.submission("ada", slug)) for slug in ("lines", "curves"))
    assert verdicts(lines) == {"double": Verdict.UNGRADED, "half": Verdict.UNGRADED}
    assert (lines.score, curves.score) == (None, 3.0)


def test_a_failure_of_ours_costs_one_row(tiny_class: TinyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """The submission that we cannot grade is ungraded with what was found on it; the next one is graded."""
    grade = Grader.grade

    def fails_on_ada(self: Grader, submission: Submission) -> Report:
        if submission.student == "ada":
            raise RuntimeError("secret 42")
        return grade(self, submission)

    monkeypatch.setattr(Grader, "grade", fails_on_ada)
    with opened(tiny_class) as place:
        ada = place.grade(replace(tiny_class.submission("ada"), status=Status.REPAIRED, notes=("A note.",)))
        ben = place.grade(tiny_class.submission("ben"))
    assert (ada.score, ada.max_score, ada.status, ada.notes) == (None, 3.0, Status.REPAIRED, ("A note.",))
    assert set(verdicts(ada).values()) == {Verdict.UNGRADED}
    (note,) = ada.exercises[0].notes
    assert note.startswith("Not graded: grading it failed with RuntimeError in test_workplace.py, line ")
    assert note.endswith(OURS)
    assert "secret" not in note
    assert ben.score == 3.0


def test_a_sandbox_that_cannot_be_had(tiny_class: TinyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason reaches whoever opens the workplace, and sandboxes that are open already are closed."""
    tiny_class.plant('title="Lines"', 'title="Lines", profile="torch"')
    open_ones: list[Sandbox] = []

    def refusing(profile: str, asked: Isolation | None) -> tuple[Sandbox, Enforced]:
        if profile == "torch":
            raise SandboxError("There is no torch. Install it.")
        made, enforced = open_sandbox(profile, asked)
        open_ones.append(made)
        return made, enforced

    monkeypatch.setattr(workplace, "open_sandbox", refusing)
    with pytest.raises(SandboxError, match="Install it"):
        opened(tiny_class, "lines", "curves")
    assert [sandbox._closed for sandbox in open_ones] == [True]


def test_what_fails_while_sandboxes_start_leaves_none_behind(
    tiny_class: TinyClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also those that nobody has asked for yet."""
    open_ones: list[Sandbox] = []

    def recording(profile: str, asked: Isolation | None) -> tuple[Sandbox, Enforced]:
        made, enforced = open_sandbox(profile, asked)
        open_ones.append(made)
        return made, enforced

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(workplace, "open_sandbox", recording)
    monkeypatch.setattr(Workplace, "_prepare", interrupted)
    with pytest.raises(KeyboardInterrupt):
        opened(tiny_class, "lines", "curves")
    assert {sandbox._closed for sandbox in open_ones} == {True}


def test_nothing_stays_frozen(tiny_class: TinyClass) -> None:
    """The collector leaves the keys alone while a class is graded, and no longer."""
    with opened(tiny_class):
        assert gc.get_freeze_count() > 0
    assert gc.get_freeze_count() == 0


def test_all_sandboxes_have_one_level(tiny_class: TinyClass, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first sandbox takes the strongest level, and the others must have the same."""
    tiny_class.plant('title="Lines"', 'title="Lines", profile="torch"')
    asked_for: list[tuple[str, Isolation | None]] = []

    def recording(profile: str, asked: Isolation | None) -> tuple[Sandbox, Enforced]:
        asked_for.append((profile, asked))
        return open_sandbox("numpy", asked)

    monkeypatch.setattr(workplace, "open_sandbox", recording)
    with Workplace(tiny_class.course(), 1, None, ("lines", "curves")) as place:
        assert place.enforced is not None
        assert asked_for == [("numpy", None), ("torch", place.enforced.level)]  # curves, then lines


LAYERS = st.sets(st.sampled_from(TRIED))


def enforced(level: Isolation, missing: set[str]) -> Enforced:
    """Return what a sandbox says of itself in which these layers are missing."""
    return Enforced(level, tuple(name for name in TRIED if name not in missing), tuple(sorted(missing)))


@given(st.sampled_from(Isolation), LAYERS, st.sampled_from(Isolation), LAYERS)
def test_of_two_sandboxes_only_what_both_enforce_holds(
    one: Isolation, lacks: set[str], two: Isolation, lacking: set[str]
) -> None:
    """The level is the lower one, what either lacks is missing, and nothing is lost or counted twice."""
    both = weaker(enforced(one, lacks), enforced(two, lacking))
    expected = enforced(min(one, two, key=lambda level: level.rank), lacks | lacking)
    assert replace(both, missing=tuple(sorted(both.missing))) == expected


def test_one_sandbox_alone_is_as_it_is() -> None:
    """There is nothing to be weaker than; nor is it weaker than itself."""
    only = Enforced(Isolation.LANDLOCK, ("network", "memory"), ("signals", "processes"))
    assert weaker(None, only) == weaker(only, only) == only
