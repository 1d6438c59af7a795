"""What `autograder replay` prints, for people. It shows the answers, and says so first.

What students wrote is on one line of its own wherever it is: it can imitate no line of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.engines.replay import Named
from autograder.model import Ended, Verdict
from autograder.store import plain_line, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.engines import Replay
    from autograder.engines.replay import CaseReplay
    from autograder.model import Run

WARNING = "Shows answers: do not pass on."
COLUMNS = 90
"""Of an array's rows."""
ENTRIES = 60
"""Of an array that is shown whole; of a larger one, both ends of each axis."""
ITEMS = 8
"""Of a list or a dict."""
LETTERS = 300
"""Of a text that a student's function returned."""
PRINTED_LINES = 20


def as_text(found: Replay, *, everything: bool = False) -> Iterator[str]:
    """Yield the lines of a replay.

    everything: with the values of the cases that are right too, or whose function was never written.
    """
    yield WARNING
    yield ""
    where = f"{plain_line(found.student)}, {found.assignment}: {found.exercise.name} ({found.exercise.id})"
    yield f"{where}: {_marks(found)}"
    yield f"{plain_line(found.submission)}; seed {found.seed}; isolation {found.isolation}"
    yield from (f"Note: {plain_line(note)}" for note in found.notes)
    yield from _cases(found, everything=everything)
    yield ""
    yield from _fits(found)
    yield from _verdict(found)


def _cases(found: Replay, *, everything: bool) -> Iterator[str]:
    """Yield the cases, each with what led to its verdict, or on a line where there is nothing to explain."""
    whole = [everything or _tells(found, case) for case in found.cases]
    for place, case in enumerate(found.cases):
        if place == 0 or whole[place] or whole[place - 1]:
            yield ""
        head = f"case {place + 1} of {len(found.cases)}: {case.case.name}: {verdict_on(found, case)}"
        kind = f" ({plain_line(case.mismatch.kind)})" if case.mismatch is not None else ""
        off = "" if case.distance is None or whole[place] else f", {_off(case)} ({_bound(found, case)})"
        yield f"{head}{kind}{off}"
        if whole[place]:
            yield from _values(case, _bound(found, case))
    if not all(whole):
        yield ""
        yield "The values of the cases that have one line are shown with --all."


def verdict_on(found: Replay, case: CaseReplay) -> str:
    """Return what is said of one case in a word or two."""
    if found.result.verdict is Verdict.UNGRADED:
        return "not judged"
    return "right" if case.mismatch is None else "wrong"


def _tells(found: Replay, case: CaseReplay) -> bool:
    """Return whether the values of a case say why the verdict is what it is."""
    return case.run.ended is not Ended.MISSING and verdict_on(found, case) != "right"


def _values(case: CaseReplay, bound: str) -> Iterator[str]:
    yield f"  {plain_line(case.case.purpose) or 'no purpose is given'}"
    used = (
        f"has {case.case.function} used by {case.case.driver}"
        if case.case.driver
        else f"calls {case.case.function}"
    )
    yield f"  {used}, for the criterion {case.case.criterion}"
    for name, value in case.inputs:
        yield from _value(f"  {name}", value)
    yield from _run("came", case.run, case.names)
    if case.again is not None:
        yield from _run("came, the second time", case.again, case.names)
    yield from _answer("right", case.right, case.names)
    if case.judged:
        yield "  distance: a judge decides; there may be other right answers than this one"
    elif case.distance is not None:
        yield f"  distance: {_off(case)}{_apart(case)} ({bound})"
    yield f"  oracles: {'; '.join(_oracle(*each) for each in case.oracles) or 'none was asked'}"
    if case.mismatch is not None:
        yield f"  says: {plain_line(case.mismatch.message)}"


def _run(label: str, run: Run, names: Sequence[str]) -> Iterator[str]:
    count = len(run.queries)
    asked = f", after {count} {'queries' if count > 1 else 'query'}" if count else ""
    if run.ended is Ended.RETURNED:
        yield from _answer(f"{label}{asked}", run.value, names)
    else:
        yield f"  {label}{asked}: {_ending(run)}"


def _ending(run: Run) -> str:
    if run.error is None:
        return plain_line(f"{run.ended.value.replace('_', ' ')}. {run.detail}")
    where = f" in {run.error.file}, line {run.error.line}" if run.error.line else ""
    return plain_line(f"{run.error.type}{where}: {run.error.message}")


def _answer(label: str, value: Any, names: Sequence[str]) -> Iterator[str]:
    """Yield what was returned, each entry of a tuple under its name."""
    if isinstance(value, list | tuple) and names and len(names) == len(value):
        yield f"  {label}: {type(value).__name__} of {len(value)}"
        for name, item in zip(names, value, strict=True):
            yield from _value(f"    {name}", item)
    else:
        yield from _value(f"  {label}", value)


def _off(case: CaseReplay) -> str:
    far = case.distance
    if far is None or far.units == np.inf:
        return "not equal"
    return f"{far.units:.3g} {far.tier}" if far.units else "equal"


def _apart(case: CaseReplay) -> str:
    """Return two numbers with as many digits as it takes to tell them apart; nothing where they are equal."""
    far = case.distance
    if far is None or not far.units:
        return ""
    got, right = _number(far.got), _number(far.right)
    if got == right:
        got, right = repr(far.got), repr(far.right)
    return f" at {plain_line(far.path)}: {got}, right is {right}"


def _bound(found: Replay, case: CaseReplay) -> str:
    far = case.distance
    if far is not None and far.units == np.inf:
        return "equality is asked for"
    return f"tolerance {found.tolerance}" + (", bound of an honest variant" if case.widened else "")


def _oracle(name: str, objection: str) -> str:
    return f"{name} objects: {plain_line(objection)}" if objection else f"{name} agrees"


def _fits(found: Replay) -> Iterator[str]:
    """Yield for each failing function which of the known mistakes explain which of its failing cases."""
    for function in dict.fromkeys(fit.function for fit in found.fits):
        rows = [fit for fit in found.fits if fit.function == function]
        fitting = [fit for fit in rows if fit.explained]
        failing = sorted((*rows[0].explained, *rows[0].unexplained))
        yield f"Known mistakes and the failing cases of {function} ({_numbers(failing)}):"
        for fit in fitting:
            part = (
                "all"
                if not fit.unexplained
                else f"{_numbers(fit.explained)}, not {_numbers(fit.unexplained)}"
            )
            right = "which is" if len(fit.excused) == 1 else "which are"
            excused = f"; but fails {_numbers(fit.excused)} too, {right} right here" if fit.excused else ""
            yield f"  {fit.mistake.name} fits {part}{excused}"
        others = len(rows) - len(fitting)
        if not fitting:
            yield f"  none of the {others} fits any of them"
        elif others:
            yield f"  {others} other{'s fit' if others > 1 else ' fits'} none of them"
        yield ""


def _numbers(places: Sequence[int]) -> str:
    return ", ".join(str(place + 1) for place in places)


def _verdict(found: Replay) -> Iterator[str]:
    result = found.result
    if result.diagnosis is not None:
        named = result.diagnosis.mistake or "no known mistake explains it"
        yield f"Diagnosis of {found.diagnosed}: {named}: {plain_line(result.diagnosis.message)}"
    if result.example:
        yield f"Smallest call that comes out wrong: {plain_line(result.example)}"
    yield from (f"Note: {plain_line(note)}" for note in result.notes)
    if printed := plain_text(result.stdout).splitlines():
        yield "It printed:"
        yield from (f"  | {line}" for line in printed[:PRINTED_LINES])
        if len(printed) > PRINTED_LINES:
            yield f"  | … {len(printed) - PRINTED_LINES} more lines …"
    parts = ", ".join(f"{part.name} {part.score:g}/{part.max_score:g}" for part in result.criteria)
    yield f"Verdict: {_marks(found)}" + (f" ({parts})." if len(result.criteria) > 1 else ".")
    if not found.differences:
        since = f" Changed since, without effect: {', '.join(found.changed)}." if found.changed else ""
        yield f"This is the stored verdict.{since}"
        return
    yield "This is NOT the stored verdict:"
    yield from (f"  {plain_line(difference)}" for difference in found.differences)
    yield f"  {_reason(found)}"


def _marks(found: Replay) -> str:
    result = found.result
    score = "no score" if result.score is None else f"{result.score:g}/{result.max_score:g}"
    return f"{result.verdict}, {score}"


def _reason(found: Replay) -> str:
    """Return why a verdict may be another one than the stored one."""
    if found.changed:
        return f"Changed since: {', '.join(found.changed)}. Grade again."
    return (
        "Nothing has changed since: it depends on time, on chance, or on the exercises that were run before it. "
        "Grade again with --again."
    )


# ------------------------------------------------------------------------------------------------------ values
def _value(label: str, value: Any) -> Iterator[str]:
    """Yield a value under its label, a long one over several lines."""
    indent = " " * (len(label) - len(label.lstrip()) + 4)
    if isinstance(value, np.ndarray) and value.ndim:
        yield f"{label}: {kind_of(value)} {value.shape}"
        numbers = np.array2string(
            value, max_line_width=COLUMNS, precision=6, threshold=ENTRIES, edgeitems=3, separator="  "
        )
        yield from (indent + line for line in numbers.splitlines() if line.strip())
    elif isinstance(value, Named) and value.parts:
        yield f"{label}: {plain_line(value.name)}"
        for name, part in value.parts.items():
            yield from _value(f"{indent}{name}", part)
    elif isinstance(value, dict) or (isinstance(value, list | tuple) and any(map(_is_long, value))):
        yield f"{label}: {type(value).__name__} of {len(value)}"
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in list(items)[:ITEMS]:
            yield from _value(f"{indent}[{_short(key)}]", item)
        if len(value) > ITEMS:
            yield f"{indent}… {len(value) - ITEMS} more …"
    else:
        yield f"{label}: {_short(value)}"


def _is_long(value: Any) -> bool:
    return isinstance(value, list | tuple | dict | Named | np.ndarray)


def _short(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, Named):
        return plain_line(value.name)
    if isinstance(value, list | tuple):
        more = [f"… {len(value) - ITEMS} more …"] if len(value) > ITEMS else []
        inside = ", ".join([*map(_short, value[:ITEMS]), *more])
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{',' if len(value) == 1 else ''})"
    if isinstance(value, str):
        cut = f"… {len(value) - LETTERS} more letters …" if len(value) > LETTERS else ""
        return repr(plain_text(value[:LETTERS])) + cut
    if isinstance(value, bool) or value is None:
        return repr(value)
    kind = kind_of(value) if isinstance(value, np.generic | np.ndarray) else "float64"
    return _number(value) + (f" ({kind})" if kind not in {"float", "float64"} else "")


def _number(value: Any) -> str:
    """Return a number with the digits of float32: JSON has all of them."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, complex | np.complexfloating):
        return f"{complex(value):.7g}"
    return str(int(value)) if isinstance(value, int | np.integer) else f"{float(value):.7g}"


def kind_of(array: np.ndarray[Any, Any] | np.generic) -> str:
    """Return the name of a dtype; the right answers' own, extended precision, is no student's business."""
    return "float" if array.dtype == np.longdouble else str(array.dtype)
