"""Trusted. Reports to and from the JSON of `results.json`, schema 1: fields may be added, none is ever changed.

Whatever a student may have written is made plain on the way out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.model import CriterionResult, Diagnosis, ExerciseResult, Mismatch, Report, Status, Verdict
from autograder.store.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    Json = dict[str, Any]

SCHEMA = 1


def plain_texts(texts: Iterable[str]) -> list[str]:
    """Return each text made plain."""
    return [plain_text(text) for text in texts]


def report_to_json(report: Report) -> Json:
    """Return a report as `results.json` has it."""
    return {
        "student": plain_text(report.student),
        "assignment": plain_text(report.assignment),
        "path": plain_text(report.path),
        "status": report.status.value,
        "notes": plain_texts(report.notes),
        "score": report.score,
        "max_score": report.max_score,
        "seconds": report.seconds,
        "exercises": [exercise_to_json(exercise) for exercise in report.exercises],
    }


def exercise_to_json(result: ExerciseResult) -> Json:
    """Return one exercise's result as `results.json` has it."""
    return {
        "name": plain_text(result.name),
        "verdict": result.verdict.value,
        "score": result.score,
        "max_score": result.max_score,
        "criteria": [
            {"name": plain_text(part.name), "score": part.score, "max_score": part.max_score}
            for part in result.criteria
        ],
        "diagnosis": diagnosis_to_json(result.diagnosis) if result.diagnosis else None,
        "mismatch": mismatch_to_json(result.mismatch) if result.mismatch else None,
        "example": plain_text(result.example),
        "notes": plain_texts(result.notes),
        "stdout": plain_text(result.stdout),
    }


def diagnosis_to_json(diagnosis: Diagnosis) -> Json:
    """Return a diagnosis as `results.json` has it."""
    return {"mistake": plain_text(diagnosis.mistake), "message": plain_text(diagnosis.message)}


def mismatch_to_json(mismatch: Mismatch) -> Json:
    """Return a mismatch as `results.json` has it, with its kind as an added field."""
    return {
        "case": plain_text(mismatch.case),
        "path": plain_text(mismatch.path),
        "message": plain_text(mismatch.message),
        "kind": plain_text(mismatch.kind),
    }


def report_from_json(data: Json) -> Report:
    """Return the report. Raises KeyError, TypeError, ValueError or AttributeError where it is not one of schema 1."""
    return Report(
        student=data["student"],
        assignment=data["assignment"],
        path=data["path"],
        status=Status(data["status"]),
        notes=tuple(data["notes"]),
        score=data["score"],
        max_score=data["max_score"],
        seconds=data["seconds"],
        exercises=tuple(exercise_from_json(each) for each in data["exercises"]),
    )


def exercise_from_json(data: Json) -> ExerciseResult:
    """Return one exercise's result. Raises as `report_from_json`."""
    diagnosis, mismatch = data["diagnosis"], data["mismatch"]
    return ExerciseResult(
        name=data["name"],
        verdict=Verdict(data["verdict"]),
        score=data["score"],
        max_score=data["max_score"],
        criteria=tuple(
            CriterionResult(part["name"], part["score"], part["max_score"]) for part in data["criteria"]
        ),
        diagnosis=Diagnosis(diagnosis["message"], diagnosis["mistake"]) if diagnosis else None,
        mismatch=mismatch_from_json(mismatch) if mismatch else None,
        example=data.get("example", ""),
        notes=tuple(data.get("notes", ())),
        stdout=data["stdout"],
    )


def mismatch_from_json(data: Json) -> Mismatch:
    """Return a mismatch. Raises as `report_from_json`."""
    return Mismatch(data.get("kind", ""), data["message"], data["path"], data["case"])
