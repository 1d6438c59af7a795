"""Looking for the answers in every object and frame of the process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.authoring import Limits
from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


SEARCH = """
import gc, sys
import numpy as np

def reachable():
    seen, waiting = set(), [frame for frame in sys._current_frames().values()]
    waiting += gc.get_objects()
    while waiting and len(seen) < 300_000:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        try:
            if hasattr(item, "f_back"):
                waiting += [item.f_back, item.f_locals, item.f_globals]
            waiting += gc.get_referents(item)
        except Exception:
            pass
"""


def found(arena: Arena, *cells: str) -> Any:
    """Return what a submission's first function returns when it has time to search everything."""
    (key,) = arena.grader.keys
    patient = replace(key, batch=replace(key.batch, limits=Limits(30)))
    return arena.grader.runs(arena.submission(SEARCH, *cells), patient)[0].value


def test_no_array_inside_is_an_answer(arena: Arena) -> None:
    """Of all arrays that can be reached none is the right answer to a case; the inputs are among them."""
    code = """
def square_backward(grad, x):
    arrays = [item for item in reachable() if type(item) is np.ndarray and item.dtype == x.dtype and item.size < 99]
    return list({item.tobytes() + bytes(item.shape): item for item in arrays}.values())
"""
    arrays = [leaf.array for leaf in found(arena, code)]
    (key,) = arena.grader.keys
    for question in key.questions:
        for wanted in question.args:
            assert any(np.array_equal(wanted, array) for array in arrays)
        right = np.asarray(question.reference.value, np.float64)
        assert not any(np.array_equal(right, array) for array in arrays)


def test_the_questions_are_all_that_is_found(arena: Arena) -> None:
    """The classes that hold the inputs exist here; those that the answers are made of do not."""
    code = """
def square_backward(grad, x):
    names = set()
    for item in reachable():
        names.add(type(item).__qualname__)
        if isinstance(item, (type, type(reachable))):
            names.add(item.__qualname__)
    wanted = "Question Recorder Truth Raises ExerciseKey Grader Sheet Assignment Exercise Bounded exercise_key"
    return [name for name in wanted.split() if name in names]
"""
    assert found(arena, code) == ["Question", "Recorder"]


def test_callers_hold_no_answer(arena: Arena) -> None:
    """The frames below a call are those of the worker, and their names say what they hold: questions."""
    code = """
import sys
def cube_backward(grad, x):
    frame = sys._getframe()
    while frame is not None:
        print(frame.f_code.co_filename.rpartition("/")[2], frame.f_code.co_name)
        frame = frame.f_back
    return 0 * x
"""
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.stdout.splitlines()[:8] == [
        "tiny.py, cell 2 cube_backward",
        "worker.py answer",
        "worker.py serve",
        "zygote.py _child",
        "zygote.py _fork",
        "zygote.py _serve",
        "zygote.py main",
        "<string> <module>",
    ]
