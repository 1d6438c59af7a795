"""Changing what the answers might be compared with: numpy, the builtins, and our own files inside the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


WRONG = "def square_backward(grad, x):\n    return 0 * x\ncube_backward = square_backward\n"


PATCHES = [
    "np.allclose = np.isclose = np.array_equal = np.all = lambda *args, **rest: True",
    "np.testing.assert_allclose = lambda *args, **rest: None",
    "np.abs = np.subtract = lambda *args, **rest: 0",
    "np.seterr(all='ignore')",
    "import builtins\nbuiltins.abs = builtins.all = lambda *args: True",
    "import math\nmath.isclose = lambda *args: True",
    "import random\nrandom.seed = np.random.seed = lambda *args: None",
    "import autograder.sandbox.worker as worker\nworker._arrays = lambda value: []",
    "import autograder.sandbox.worker as worker\nworker.UNHEARD = 10**9",
]


def test_patches_do_not_make_it_right(arena: Arena) -> None:
    """The comparison is made elsewhere."""
    results = arena.exercises({patch: (f"import numpy as np\n{patch}\n{WRONG}",) for patch in PATCHES})
    found = {
        patch: (result.score, result.mismatch and result.mismatch.kind) for patch, result in results.items()
    }
    assert found == dict.fromkeys(PATCHES, (0.0, "value"))
    assert {result.verdict for result in results.values()} == {Verdict.FAILED}


BREAKAGES = {
    "import numpy as np\nnp.array = None": Verdict.RAISED,
    "import numpy as np\nnp.ndarray = int": Verdict.FAILED,
    "import autograder.sandbox.wire as wire\nwire.Encoder.tree = lambda *args: None": Verdict.FAILED,
    "import autograder.sandbox.wire as wire\nwire.Encoder.frame = lambda *args: b'passed' * 9": Verdict.DIED,
    "import autograder.sandbox.wire as wire\nwire.MAGIC = b'GRD2'": Verdict.DIED,
    "import autograder.sandbox.worker as worker\nworker.answer = lambda *args: b''": Verdict.TIMED_OUT,
    "import autograder.sandbox.worker as worker\nworker.answer = lambda *args: None": Verdict.DIED,
    "import json\njson.JSONEncoder.encode = lambda *args: '{}'": Verdict.DIED,
    "import builtins\nbuiltins.isinstance = lambda *args: True": Verdict.DIED,
    "import sys\nsys.modules.clear()": Verdict.PASSED,
    "import sys\nsys.setrecursionlimit(50)": Verdict.PASSED,
    "import os\nos.write = lambda *args: 1": Verdict.TIMED_OUT,
    "import os\nos.write = None": Verdict.DIED,
}


def test_breaking_the_tools_breaks_ones_own_answers(arena: Arena) -> None:
    """At worst what is right is not told; nothing wrong becomes right, and nobody else notices."""
    results = arena.exercises({patch: (arena.square, arena.cube, patch) for patch in BREAKAGES})
    assert {patch: result.verdict for patch, result in results.items()} == BREAKAGES
    assert {patch for patch, result in results.items() if result.score} == {
        patch for patch, verdict in BREAKAGES.items() if verdict is Verdict.PASSED
    }
