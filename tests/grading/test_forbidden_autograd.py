"""An exercise by hand in a sheet that has torch: no way to a derivative that torch finds, and torch itself is welcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.grading import Grader
from autograder.model import Source, Submission, Verdict
from autograder.sandbox.canaries import open_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.authoring.loading import Sheet

    MakeSheet = Callable[..., Sheet]

WHY = "Find the derivative with a pencil."
HEAD = 'walks = assignment.exercise("walks"'
EDITS = (
    ('title="Tiny", ', 'title="Tiny", profile="torch", '),
    ("import Assignment, Limits", "import AUTOGRAD, Assignment, Limits"),
    (HEAD, f'moments.forbid(*AUTOGRAD, because="{WHY}")\n\n{HEAD}'),
    ("seconds=0.4", "seconds=10"),
)

WRITTEN_OUT = {
    "backward": "t = torch.tensor(x, requires_grad=True)\n    t.sum().backward()",
    "a marked leaf": "t = torch.tensor(x).requires_grad_()\n    torch.sum(t).backward()",
    "autograd.grad": "t = torch.tensor(x)\n    torch.autograd.grad(t, t)",
    "an alias": "from torch import autograd as g\n    g.functional.jacobian(torch.sin, torch.tensor(x))",
    "getattr": "getattr(torch, 'auto' + 'grad').functional.jacobian(torch.sin, torch.tensor(x))",
    "func": "from torch.func import jacrev\n    jacrev(torch.sin)(torch.tensor(x))",
    "a parameter": "torch.nn.Parameter(torch.tensor(x)).sum().backward()",
}
AT_RUN_TIME = {
    "eval": "eval('torch.auto' 'grad.functional.jacobian'.replace('X', ''))(torch.sin, torch.tensor(x))",
    "exec": "exec('t = torch.ones(3, requires' + '_grad=True); t.sum().back' + 'ward()')",
    "a name turned round": "getattr(torch, 'cnuf'[::-1]).jacfwd(torch.sin)(torch.tensor(x))",
    "a table": "{**vars(torch)}[''.join(['auto', 'grad'])].functional.jacobian(torch.sin, torch.tensor(x))",
}
HONEST = {
    "a tensor": "torch.tensor(x).sum().item()",
    "a table of numbers": "grad = {'backward': 3}['backward']; autograd = grad",
    "no graph": "\n    with torch.no_grad():\n        torch.sin(torch.tensor(x))",
}
TESTED = """
def check():
    t = torch.tensor([1.0], requires_grad=True)
    (t * t).backward()
    return torch.autograd.grad(t, t)
check = check()
"""


@pytest.mark.slow
def test_torch_may_compute_and_not_differentiate(make_sheet: MakeSheet) -> None:
    """Whatever is written out is told with its line, the rest is closed; honest code and tests are left alone."""
    sheet = make_sheet(*EDITS)
    bodies = {**WRITTEN_OUT, **AT_RUN_TIME, **HONEST}
    found = {}
    with open_sandbox("torch", None)[0] as sandbox:
        grader = Grader(sheet, sandbox, 1)
        for name, body in bodies.items():
            code = f"import torch\n{TESTED}\ndef spread(x, right=spread):\n    {body}\n    return right(x)\n"
            work = Submission("ada", "tiny", "a", (Source("tiny.py", (f"{sheet.solution}\n{code}",)),))
            found[name] = grader.grade(work).exercises[0]
    assert {name: each.verdict for name, each in found.items()} == {
        **dict.fromkeys({**WRITTEN_OUT, **AT_RUN_TIME}, Verdict.FORBIDDEN),
        **dict.fromkeys(HONEST, Verdict.PASSED),
    }
    said = {name: each.mismatch.message for name, each in found.items() if each.mismatch is not None}
    assert all(message.startswith("tiny.py, line 4") and WHY in message for message in said.values())
    assert {"what is called here, torch.autograd," in said[name] for name in AT_RUN_TIME} == {True}
    assert {"what is called here" in said[name] for name in WRITTEN_OUT} == {False}
    assert all(each.notes == () for name, each in found.items() if name in HONEST)
