"""Trusted. Certificates: for each case the evidence that honest work is accepted on it and known mistakes are not.

Every number says how far something is from the right answer, in units of u E: u is the unit roundoff of the precision
that was computed in, E the running error bound of the entry, the largest of the reference and its variants. A case is
certified if honest programs stay within half of the tolerance, if no mistake comes near it, if the reference decided
nothing by a hair's breadth, and if the oracles agree with it, without which its exercise has no key at all.

Where a judge, equality, a label or an exception decides, there is no tolerance, and so no distance to measure. Nor do
the comparisons on the way to a label say how safe it is: it may be the outcome of a hundred of them, or of an iteration
that forgets its errors while their bound grows. There the variants speak, which come to the same label in float32.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

import autograder
from autograder.authoring.splice import reach
from autograder.grading.draws import EQUAL, KINKS
from autograder.numerics.compare import leaves
from autograder.numerics.distance import distance
from autograder.numerics.truth import U32, U64, Raises
from autograder.validate.kills import MARGIN
from autograder.validate.records import Certificate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from autograder.authoring import Course, Exercise
    from autograder.authoring.loading import Sheet
    from autograder.grading.key import ExerciseKey
    from autograder.grading.question import Question
    from autograder.model import Run
    from autograder.validate.author import Author
    from autograder.validate.records import CourseReport, Fault

HONEST = EQUAL
"""In units of u E: what honest programs may come to, so that the tolerance has room for those nobody has written."""

BOUNDS, JUDGE, EQUALITY, LABEL, EXCEPTION = "bounds", "judge", "equality", "label", "exception"


@dataclass(slots=True)
class Certifier:
    """Certifies the cases of one sheet."""

    sheet: Sheet
    author: Author

    def certificates(
        self, key: ExerciseKey, honest: Sequence[Sequence[Run]], wrong: Mapping[str, Sequence[Run]]
    ) -> tuple[Certificate, ...]:
        """Return the certificate of each case of an exercise; nothing where its key cannot be believed at all.

        honest: what the reference and each variant came to. wrong: what each mistake came to, by its name.
        """
        if key.faults:  # which are told already
            return ()
        return tuple(
            self.certificate(
                key.exercise,
                question,
                [runs[place] for runs in honest],
                {name: runs[place] for name, runs in wrong.items()},
            )
            for place, question in enumerate(key.questions)
        )

    def certificate(
        self, exercise: Exercise, question: Question, honest: Sequence[Run], wrong: Mapping[str, Run]
    ) -> Certificate:
        """Return the certificate of one case. honest, wrong: as for `certificates`, the runs of this case."""
        case, decided = question.case, _decided(question)
        made = Certificate(exercise.name, case.name, decided, oracles=tuple(question.agreed.items()))
        if decided != BOUNDS:
            return made
        reached = reach(self.sheet.solution)[case.function]
        possible = {one.name for one in exercise.mistakes if one.function in reached}
        largest = _honest(question, honest)
        return replace(
            _with_mistakes(made, question, {name: run for name, run in wrong.items() if name in possible}),
            honest64=largest.get(U64),
            honest32=largest.get(U32),
            kinks=question.margin / U32 if isfinite(question.margin) else None,
        )

    def faults(
        self, exercise: Exercise, found: Iterable[Certificate], *, figures: bool = True
    ) -> Iterator[Fault]:
        """Yield one fault for each reason why a case cannot be certified, in the same words on each draw without figures."""
        for certificate in found:
            for short in shortcomings(certificate):
                figure = f" ({short.figure})" if figures else ""
                subject, wrong = f"case {certificate.case}", f"cannot be certified: {short.what}{figure}"
                yield self.author.fault(exercise, subject, wrong, short.remedy, function=certificate.case)


class Shortcoming(NamedTuple):
    """What keeps a case from being certified."""

    what: str
    figure: str
    """How far off it is."""
    remedy: str


def shortcomings(certificate: Certificate) -> Iterator[Shortcoming]:
    """Yield what keeps a case from being certified."""
    for digits, honest in ((64, certificate.honest64), (32, certificate.honest32)):
        if honest is not None and honest > HONEST:
            yield Shortcoming(
                "an honest solution is off by more than half of the tolerance",
                f"{honest:.2g} u{digits} E",
                "Add a variant that can be bounded and errs as much, or draw tamer inputs.",
            )
    for mistake, off, tier in certificate.between:
        yield Shortcoming(
            f"mistake {mistake} is neither right, within {HONEST:g}, nor wrong by {MARGIN} u32 E",
            f"{off:.2g} {tier}",
            "Draw inputs on which it shows, or does not matter at all.",
        )
    if certificate.kinks is not None and certificate.kinks < KINKS:
        yield Shortcoming(
            f"the reference is within {KINKS:g} u32 E of deciding otherwise",
            f"{certificate.kinks:.2g} u32 E",
            "Draw inputs that stay away from the decision.",
        )


def stored(course: Course, report: CourseReport) -> dict[str, Any]:
    """Return the certificates of a course as plain JSON, with the seed and the texts that they hold for."""
    sheets = []
    for sheet in report.sheets:
        texts = course.sheet(sheet.slug)
        found = [one for exercise in sheet.exercises for one in exercise.certificates]
        sheets.append(
            {
                "slug": sheet.slug,
                "sha256": {
                    name: hashlib.sha256(text.encode()).hexdigest()
                    for name, text in (("solution.py", texts.solution), ("checks.py", texts.checks))
                },
                "cases": [asdict(one) | {"certified": not list(shortcomings(one))} for one in found],
            }
        )
    required = {"honest": HONEST, "mistakes": MARGIN, "kinks": KINKS}
    return {
        "schema": 1,
        "version": autograder.__version__,
        "seed": report.seed,
        "required": required,
        "sheets": sheets,
    }


def is_doubtful(question: Question, honest: Sequence[Run], wrong: Mapping[str, Run]) -> bool:
    """Return whether the certificate of a case may fall short. honest, wrong: as for `Certifier.certificate`.

    Where the bounds of the reference settle it, those of the variants, a hundred times the work, are left out.
    """
    return _decided(question) == BOUNDS and (
        any(_may_err(question, run) for run in honest)
        or any(_may_be_close(question, run) for run in wrong.values())
        or question.margin < KINKS * U32
    )


def _may_err(question: Question, run: Run) -> bool:
    """Return whether an honest run may be off by more than it should, as far as the bounds of the reference tell."""
    off = distance(run, question.reference, exact=False)
    return off is not None and off.units > HONEST


def _may_be_close(question: Question, run: Run) -> bool:
    """Return whether a mistake may be neither right nor clearly wrong, as far as the bounds of the reference tell."""
    mismatch = question.compare(run).mismatch
    return _may_err(question, run) and (mismatch is None or question.may_be_right(run, mismatch))


def _decided(question: Question) -> str:
    """Return what tells a right value of this case from a wrong one."""
    if isinstance(question.reference, Raises):
        return EXCEPTION
    if question.judge is not None:
        return JUDGE
    if not any(leaf.kind == "float" for leaf in leaves(question.reference)):
        return LABEL
    return EQUALITY if question.case.exact else BOUNDS


def _honest(question: Question, honest: Sequence[Run]) -> dict[float, float]:
    """Return the largest error of honest runs by the unit that they were measured in."""
    largest: dict[float, float] = {}
    for run in honest:
        found = distance(run, question.answer, exact=False)
        if found is not None and question.compare(run).mismatch is None:  # what is refused, the trials tell
            largest[found.unit] = max(largest.get(found.unit, 0.0), found.units)
    return largest


def _with_mistakes(made: Certificate, question: Question, wrong: dict[str, Run]) -> Certificate:
    """Return the certificate with what mistakes come to.

    What is wrong in another way than by its numbers (it raises, it has another shape) needs no distance.
    """
    invisible: list[str] = []
    hidden: list[str] = []
    between: list[tuple[str, float, str]] = []
    visible: dict[str, float] = {}
    for name, run in sorted(wrong.items()):
        mismatch = question.compare(run).mismatch
        off = distance(run, question.answer, exact=False)
        if off is None or (mismatch is not None and mismatch.kind not in {"value", "sign"}):
            continue
        coarse = off.units * off.unit / U32
        if off.units <= HONEST:
            invisible.append(name)
        elif coarse >= MARGIN:
            visible[name] = coarse
        elif mismatch is not None and coarse <= HONEST and off.units >= MARGIN:
            hidden.append(name)
        else:
            between.append((name, off.units, off.tier) if coarse <= HONEST else (name, coarse, "u32 E"))
    nearest = min(visible, key=lambda name: visible[name], default="")
    return replace(
        made,
        nearest=visible[nearest] if isfinite(visible.get(nearest, float("inf"))) else None,
        nearest_mistake=nearest,
        invisible=tuple(invisible),
        hidden32=tuple(hidden),
        between=tuple(between),
    )
