"""What `autograder replay --json` prints: the same as for people, with every digit, and the answers too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.cli.replayed import WARNING, kind_of, verdict_on
from autograder.engines.replay import Named
from autograder.store import plain_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autograder.engines import Replay
    from autograder.engines.replay import CaseReplay
    from autograder.model import Run


def as_json(found: Replay) -> str:
    """Return a replay as JSON."""
    result = found.result

    def names(places: Sequence[int]) -> list[str]:
        return [found.cases[place].case.name for place in places]

    data = {
        "warning": WARNING,
        "student": found.student,
        "assignment": found.assignment,
        "exercise": {"name": found.exercise.name, "id": found.exercise.id},
        "submission": found.submission,
        "seed": found.seed,
        "isolation": found.isolation,
        "verdict": result.verdict,
        "score": result.score,
        "max_score": result.max_score,
        "criteria": {part.name: part.score for part in result.criteria},
        "stored": {"verdict": found.stored.verdict, "score": found.stored.score},
        "differences": found.differences,
        "changed": found.changed,
        "cases": [_case(found, case) for case in found.cases],
        "fit": [
            {
                "mistake": fit.mistake.name,
                "function": fit.function,
                "says": fit.mistake.says,
                "explains": names(fit.explained),
                "does_not_explain": names(fit.unexplained),
                "fails_what_is_right": names(fit.excused),
            }
            for fit in found.fits
        ],
        "diagnosis": result.diagnosis
        and {
            "function": found.diagnosed,
            "mistake": result.diagnosis.mistake,
            "message": result.diagnosis.message,
        },
        "example": result.example,
        "notes": [*found.notes, *result.notes],
        "stdout": result.stdout,
    }
    return plain_json(json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1))


def _case(found: Replay, case: CaseReplay) -> dict[str, Any]:
    far, mismatch = case.distance, case.mismatch
    return {
        "name": case.case.name,
        "purpose": case.case.purpose,
        "function": case.case.function,
        "driver": case.case.driver,
        "criterion": case.case.criterion,
        "verdict": verdict_on(found, case),
        "inputs": {name: _value(value) for name, value in case.inputs},
        "came": _run(case.run),
        "again": case.again and _run(case.again),
        "right": _value(case.right),
        "judged": case.judged,
        "exact": case.case.exact,
        "tolerance": None if case.judged else found.tolerance,
        "distance": far
        and {
            "units": _value(far.units),
            "unit": far.tier,
            "path": far.path,
            "got": _value(far.got),
            "right": _value(far.right),
            "bound_of_a_variant": case.widened,
        },
        "mismatch": mismatch and {"kind": mismatch.kind, "path": mismatch.path, "message": mismatch.message},
        "oracles": {name: objection or "agrees" for name, objection in case.oracles},
    }


def _run(run: Run) -> dict[str, Any]:
    error = run.error
    return {
        "ended": run.ended,
        "value": _value(run.value),
        "error": error
        and {"type": error.type, "message": error.message, "file": error.file, "line": error.line},
        "queries": len(run.queries),
        "mutated": run.mutated,
        "detail": run.detail,
    }


def _value(value: Any) -> Any:
    """Return a value as JSON has it: infinities and NaN, of which it has none, as words."""
    if isinstance(value, np.ndarray):
        plain = value.astype(np.float64) if value.dtype == np.longdouble else value
        return {"dtype": kind_of(value), "shape": value.shape, "values": _value(plain.tolist())}
    if isinstance(value, np.generic):
        return _value(float(value) if isinstance(value, np.longdouble) else value.item())
    if isinstance(value, Named):
        return {"named": value.name, "parts": _value(value.parts)}
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return {key: _value(item) for key, item in value.items()}
    odd = isinstance(value, complex) or (isinstance(value, float) and not np.isfinite(value))
    return str(value) if odd else value
