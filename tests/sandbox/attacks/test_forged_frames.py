"""Writing answers oneself: to the pipe that they go through, with and without knowing the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


TOOLS = """
import json, os, struct, sys
from autograder.sandbox import wire, worker

def question():
    "The question that is asked at the moment: it is in the frame of whoever called."
    frame = sys._getframe()
    while "question" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["question"]

def framed(head, arrays=(), body=b"", tag=None, header=None):
    header = json.dumps({"head": head, "arrays": list(arrays)}).encode() if header is None else header
    tag = question().tag if tag is None else tag
    return struct.pack("<4sQIQ", b"GRD1", tag, len(header), len(body)) + header + body

def send(data):
    os.write(5, b"!")
    while data:
        data = data[os.write(4, data):]
    os.write(5, b"!")

NOTHING = {"value": None, "mutated": [], "aliased": [], "queries": []}
"""

FRAMES = {
    "garbage": "b'passed' * 100",
    "zeros": "bytes(1000)",
    "another mark": "b'GRD2' + bytes(20)",
    "pickle": "b'GRD1' + __import__('pickle').dumps({'score': 10})",
    "guessed tag": "framed({'ended': 'returned', **NOTHING}, tag=1)",
    "no value": "framed({'ended': 'returned'})",
    "no ending": "framed({})",
    "a verdict": "framed({'ended': 'passed', 'score': 3, **NOTHING})",
    "our fault": "framed({'ended': 'fault', **NOTHING})",
    "our clock": "framed({'ended': 'timed_out', **NOTHING})",
    "odd ending": "framed({'ended': [], **NOTHING})",
    "head is a list": "framed([1, 2, 3])",
    "head is a number": "framed(5)",
    "head is a text": "framed('returned')",
    "no header": "framed(None, header=b'')",
    "no json": "framed(None, header=b'{{{{')",
    "deep json": "framed(None, header=b'{\"head\":' + b'[' * 100_000)",
    "infinite place": "framed({'ended': 'returned', **NOTHING, 'mutated': [float('inf')]})",
    "place that is none": "framed({'ended': 'returned', **NOTHING, 'aliased': [float('nan')]})",
    "places that are none": "framed({'ended': 'returned', **NOTHING, 'mutated': {'a': 1}})",
    "error that is none": "framed({'ended': 'raised', 'error': 5})",
    "queries that are none": "framed({'ended': 'returned', **NOTHING, 'queries': [[1, 2]]})",
    "error with a huge line": "framed({'ended': 'raised', 'error': {}})",
    "missing array": "framed({'ended': 'returned', **NOTHING, 'value': {'a': 0, 'k': 'ndarray'}})",
    "object array": "framed({'ended': 'returned', **NOTHING}, [['|O', [1], 0, 8]], bytes(8))",
    "size that lies": "framed({'ended': 'returned', **NOTHING}, [['<f8', [1 << 40], 0, 8]], bytes(8))",
    "empty, beyond counting": "framed({'ended': 'returned', **NOTHING}, [['<f8', [0] + [1 << 26] * 6, 0, 0]])",
    "4 GB of header": "struct.pack('<4sQIQ', b'GRD1', question().tag, 2**32 - 1, 0)",
    "16 EB of body": "struct.pack('<4sQIQ', b'GRD1', question().tag, 2, 2**64 - 1)",
    "overlapping arrays": "framed({'ended': 'returned', **NOTHING}, [['|b1', [1 << 24], 0, 1 << 24]] * 50_000, bytes(1 << 24))",
}


def test_a_forged_answer_earns_nothing(arena: Arena) -> None:
    """It is no answer; the functions beside it keep their points, and nobody calls it a fault of ours."""
    code = "def cube_backward(grad, x):\n    send(FRAME)\n    os._exit(0)\n"
    results = arena.exercises(
        {name: (TOOLS, arena.square, code.replace("FRAME", frame)) for name, frame in FRAMES.items()}
    )
    found = {name: (result.score, result.verdict) for name, result in results.items()}
    assert found == dict.fromkeys(FRAMES, (1.0, Verdict.PARTIAL))
    kinds = {name: result.mismatch.kind for name, result in results.items() if result.mismatch}
    assert {name for name, kind in kinds.items() if kind not in {"bad_output", "died"}} == set()


def test_a_truncated_frame_is_no_answer(arena: Arena) -> None:
    """Wherever it ends."""
    code = "def cube_backward(grad, x):\n    send(framed({'ended': 'returned', **NOTHING})[:COUNT])\n    os._exit(0)\n"
    counts = ("0", "3", "23", "24", "30")
    results = arena.exercises(
        {count: (TOOLS, arena.square, code.replace("COUNT", count)) for count in counts}
    )
    assert {count: result.score for count, result in results.items()} == dict.fromkeys(counts, 1.0)
    assert {result.mismatch.kind for result in results.values() if result.mismatch} == {"died"}


def test_a_forged_answer_with_the_right_tag_is_compared(arena: Arena) -> None:
    """It is an output like any other, and wrong."""
    code = """
def cube_backward(grad, x):
    send(framed({"ended": "returned", **NOTHING, "value": {"a": 0, "k": "ndarray"}}, [["<f8", list(x.shape), 0, x.nbytes]], bytes(x.nbytes)))
    os._exit(0)
"""
    result = arena.exercise(TOOLS, arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
    assert result.mismatch is not None
    assert result.mismatch.kind == "value"


def test_two_answers_to_one_question(arena: Arena) -> None:
    """The second stands where the next answer should be, and does not belong to that question."""
    code = """
def cube_backward(grad, x):
    send(framed({"ended": "returned", **NOTHING}))
    return 3 * grad * x * x
"""
    result = arena.exercise(TOOLS, arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)


def test_answers_to_questions_that_were_not_asked_yet(arena: Arena) -> None:
    """Written while the file is loaded: they come before the answer about loading, and do not belong there."""
    code = """
frame = sys._getframe()
while frame.f_code.co_name != "serve":
    frame = frame.f_back
for each in [question for questions in frame.f_locals["asked"].values() for question in questions]:
    send(framed({"ended": "returned", **NOTHING}, tag=each.tag))
send(framed({"ended": "returned", **NOTHING}, tag=0))
"""
    report = arena.attack(TOOLS, arena.square, arena.cube, code)
    assert report.score == 3.0  # with the definitions alone
    (note,) = report.notes
    assert note.endswith("Only the definitions in the file were used.")


LOADS = {
    "garbage": "b'loaded' * 10",
    "no errors": "framed({'notes': []}, tag=TAG)",
    "errors that are none": "framed({'errors': [5], 'notes': []}, tag=TAG)",
    "errors that lack a part": "framed({'errors': [{'type': 'x'}], 'notes': []}, tag=TAG)",
    "a list": "framed([], tag=TAG)",
    "places": "framed({'errors': {}, 'notes': {}}, tag=TAG)",
}


def test_a_forged_answer_about_loading_costs_nothing(arena: Arena) -> None:
    """The file is loaded once more, with its definitions alone, and graded by them."""
    code = """
frame = sys._getframe()
while frame.f_code.co_name != "serve":
    frame = frame.f_back
TAG = frame.f_locals["tag"]
for _ in [1]:
    send(FRAME)
    os._exit(0)
"""
    reports = arena.attacks(
        {
            name: (TOOLS, arena.square, arena.cube, code.replace("FRAME", frame))
            for name, frame in LOADS.items()
        }
    )
    assert {name: report.score for name, report in reports.items()} == dict.fromkeys(LOADS, 3.0)


def test_our_own_code_can_be_used_to_forge(arena: Arena) -> None:
    """Replacing the encoder's words by others still says nothing but what the function came to."""
    code = """
import builtins
real = wire.Encoder.frame
def frame(self, head, tag=0):
    if isinstance(head, dict) and "ended" in head:
        head = {"ended": "returned", **NOTHING, "verdict": "passed", "score": 100, "criteria": ["square", "cube"]}
    return real(self, head, tag)
wire.Encoder.frame = frame
"""
    result = arena.exercise(TOOLS, arena.square, arena.cube, code)
    assert (result.score, result.verdict) == (0.0, Verdict.FAILED)
