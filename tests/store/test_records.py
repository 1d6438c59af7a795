"""Reports to JSON and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.model import CriterionResult, Diagnosis, ExerciseResult, Mismatch, Report, Status, Verdict
from autograder.store.records import report_from_json, report_to_json

PLAIN = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"]), max_size=20)
ANY = st.text(max_size=20)
POINTS = st.floats(0, 1000)


def reports(text: st.SearchStrategy[str]) -> st.SearchStrategy[Report]:
    """Draw reports whose texts come from `text`."""
    notes = st.lists(text, max_size=3).map(tuple)
    exercises = st.builds(
        ExerciseResult,
        name=text,
        verdict=st.sampled_from(Verdict),
        score=st.none() | POINTS,
        max_score=POINTS,
        criteria=st.lists(st.builds(CriterionResult, text, POINTS, POINTS), max_size=2).map(tuple),
        diagnosis=st.none() | st.builds(Diagnosis, text, text),
        mismatch=st.none() | st.builds(Mismatch, text, text, text, text),
        notes=notes,
        stdout=text,
    )
    return st.builds(
        Report,
        student=text,
        assignment=text,
        path=text,
        status=st.sampled_from(Status),
        notes=notes,
        score=st.none() | POINTS,
        max_score=POINTS,
        seconds=POINTS,
        exercises=st.lists(exercises, max_size=3).map(tuple),
    )


@given(reports(PLAIN))
def test_round_trip(report: Report) -> None:
    """A report comes back from its JSON as it was."""
    assert report_from_json(json.loads(json.dumps(report_to_json(report)))) == report


@given(reports(ANY))
def test_json_of_any_text_is_stable(report: Report) -> None:
    """What strangers wrote is made plain once, and then stays as it is."""
    data = report_to_json(report)
    assert report_to_json(report_from_json(data)) == data
    json.dumps(data, ensure_ascii=False).encode("utf-8")


def test_the_fields_are_those_of_the_design() -> None:
    """The keys of schema 1 are never renamed: others read them."""
    result = ExerciseResult(
        "matmul_backward",
        Verdict.FAILED,
        1.0,
        4.0,
        (CriterionResult("2-D", 1.0, 1.0),),
        Diagnosis("Which way round?", "matmul-missing-transpose"),
        Mismatch("value", "has the wrong sign", "da[0, 2]", "rectangular"),
        "matmul_backward(np.array([[1.0]]))",
        ("a note",),
        "printed",
    )
    report = Report("ada", "ops", "ada/ops.py", Status.REPAIRED, ("note",), None, 4.0, 0.02, (result,))
    expected: dict[str, Any] = {
        "student": "ada",
        "assignment": "ops",
        "path": "ada/ops.py",
        "status": "repaired",
        "notes": ["note"],
        "score": None,
        "max_score": 4.0,
        "seconds": 0.02,
        "exercises": [
            {
                "name": "matmul_backward",
                "verdict": "failed",
                "score": 1.0,
                "max_score": 4.0,
                "criteria": [{"name": "2-D", "score": 1.0, "max_score": 1.0}],
                "diagnosis": {"mistake": "matmul-missing-transpose", "message": "Which way round?"},
                "mismatch": {
                    "case": "rectangular",
                    "path": "da[0, 2]",
                    "message": "has the wrong sign",
                    "kind": "value",
                },
                "example": "matmul_backward(np.array([[1.0]]))",
                "notes": ["a note"],
                "stdout": "printed",
            }
        ],
    }
    assert report_to_json(report) == expected


@pytest.mark.parametrize("damage", [{"status": "fine"}, {"notes": None}, {"exercises": [{}]}])
def test_what_is_no_report_is_refused(damage: dict[str, Any]) -> None:
    """JSON of another form is an error, not a report with gaps."""
    data = report_to_json(Report("ada", "ops", "", Status.GRADED, (), 1.0, 1.0, 0.0))
    with pytest.raises((KeyError, TypeError, ValueError)):
        report_from_json(data | damage)
