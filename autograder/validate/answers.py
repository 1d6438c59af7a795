"""Trusted. Whether the key can be believed: every case can be answered, oracles vouch for the numbers, bounds exist."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from autograder.authoring import CourseError
from autograder.grading import Grader
from autograder.grading.diagnosis import edited
from autograder.grading.key import exercise_key
from autograder.grading.messages import messages
from autograder.numerics.compare import leaves
from autograder.numerics.evaluate import namespace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autograder.authoring import Case, Exercise, Mistake
    from autograder.authoring.loading import Sheet
    from autograder.grading.key import ExerciseKey
    from autograder.sandbox.host import Sandbox
    from autograder.validate.author import Author
    from autograder.validate.records import Fault


ORACLES = 2
"""For each function of numbers: with one alone, a slip that it shares with the reference would not be seen."""


def usable(sheet: Sheet, sandbox: Sandbox, seed: int, author: Author) -> tuple[Grader | None, list[Fault]]:
    """Return a grader of what can be run of a sheet, and a fault for everything that cannot.

    The grader is None where the reference itself cannot be run.
    """
    found: list[Fault] = []
    try:
        messages(sheet)
    except CourseError as error:
        found.append(author.messages(error))
        sheet = replace(sheet, messages="")
    try:
        space = namespace(sheet.solution, str(sheet.folder / "solution.py"))
    except Exception as error:  # noqa: BLE001 - whatever the reference raises is a fault of it
        return None, [*found, author.raised(None, "the reference", error, "Mend it.")]
    exercises = []
    for exercise in sheet.assignment.exercises:
        found += [
            author.fault(
                exercise, f"function {name}", f"is not in {author.solution}", "Write it, or correct its name."
            )
            for name in exercise.functions
            if not callable(space.get(name))
        ]
        cases = [case for case in exercise.cases if callable(space.get(case.function))]
        mistakes = [
            mistake for mistake in exercise.mistakes if _spliced(sheet, exercise, mistake, author, found)
        ]
        exercises.append(replace(exercise, cases=cases, mistakes=mistakes))
    sound = replace(sheet, assignment=replace(sheet.assignment, exercises=exercises))
    grader = _grader(sound, sandbox, seed)
    if grader is None:
        for exercise in exercises:
            exercise.cases = [
                case for case in exercise.cases if _answered(sound, exercise, case, seed, author, found)
            ]
        grader = Grader(sound, sandbox, seed)
    return grader, found


def _grader(sheet: Sheet, sandbox: Sandbox, seed: int) -> Grader | None:
    """Return the grader of a sheet, None where one of its cases raises: which one, is found out then."""
    try:
        return Grader(sheet, sandbox, seed)
    except Exception:  # noqa: BLE001 - it is told where it is known whose it is
        return None


def _spliced(sheet: Sheet, exercise: Exercise, mistake: Mistake, author: Author, found: list[Fault]) -> bool:
    function = mistake.name.replace("-", "_")
    try:
        edited(sheet, mistake.function, function)
    except Exception as error:  # noqa: BLE001 - a SpliceError, or what the compiler says
        found.append(author.raised(exercise, f"mistake {mistake.name}", error, "Mend it.", function=function))
        return False
    return True


def _answered(
    sheet: Sheet, exercise: Exercise, case: Case, seed: int, author: Author, found: list[Fault]
) -> bool:
    try:
        exercise_key(sheet, replace(exercise, cases=[case]), seed)
    except Exception as error:  # noqa: BLE001 - from the case, from the reference, or from sending the arguments
        remedy = "It must draw arguments that can be sent, and the reference must answer or raise on purpose."
        found.append(author.raised(exercise, f"case {case.name}", error, remedy, function=case.name))
        return False
    return True


def faults(key: ExerciseKey, author: Author) -> Iterator[Fault]:
    """Yield the faults in the right answers of one exercise."""
    for sentence in key.faults:
        wrong = sentence.removeprefix(f"{key.exercise.name}: ")
        words = wrong.replace(":", " ").split()
        names = [one.name for one in key.exercise.oracles] + [one.name for one in key.exercise.cases]
        named = [name for name in names if name in words]
        remedy = (
            "Derive the answer once more: one of the two is wrong." if "disagree" in words else "Mend it."
        )
        yield author.fault(key.exercise, "", wrong, remedy, function=named[0] if named else "")
    yield from _unvouched(key, author)


def _unvouched(key: ExerciseKey, author: Author) -> Iterator[Fault]:
    """Yield a fault where numbers rest on too little. Labels and counts need no second derivation."""
    exercise = key.exercise
    numbers = [question for question in key.questions if _has_floats(question.reference)]
    oracles = Counter(oracle.function for oracle in exercise.oracles)
    needy = dict.fromkeys(question.case.function for question in numbers if question.judge is None)
    for function in needy:
        if oracles[function] < ORACLES:
            only = f"only {oracles[function]} oracle" if oracles[function] else "no oracle"
            yield author.fault(
                exercise,
                f"function {function}",
                f"has {only}; {ORACLES} are asked for",
                "Add an independent way to its answer: torch_vjp, complex_step, mp_vjp or a closed form.",
            )
    if numbers and not oracles and not needy:
        yield author.fault(
            exercise, "", "there is no oracle", "Add an independent way to at least one of its answers."
        )


def _has_floats(answer: Any) -> bool:
    return any(truth.kind == "float" for truth in leaves(answer))
