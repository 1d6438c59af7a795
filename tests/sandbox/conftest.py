"""A tiny course, a sandbox at each level that this machine gives, and what every attack is measured by.

An attack is a submission like any other. It must gain nothing and harm nobody: while it runs and after it, an honest
submission gets full marks; nothing is left in the file system, and no process is left over.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.authoring import Limits
from autograder.authoring.loading import load_course
from autograder.grading import Grader
from autograder.model import Isolation, Source, Submission, Verdict
from autograder.sandbox.canaries import open_sandbox
from autograder.sandbox.children import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from autograder.model import ExerciseResult, Report
    from autograder.sandbox.host import Sandbox

LEVELS = (Isolation.LANDLOCK, Isolation.FULL)
MARK = "left-by-an-attack"
"""What attacks call the files that they try to make."""
PUBLIC = ("/", "/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - where anybody may write

SOLUTION = '''\
import numpy as np


def square_backward(grad, x):
    """Return dx of y = x * x."""
    return 2 * grad * x


def cube_backward(grad, x):
    """Return dx of y = x * x * x."""
    return 3 * grad * x * x
'''

CHECKS = '''\
"""What the instructor knows of the tiny sheet."""

from autograder.authoring import Assignment, Limits, Totals

# Little time to load: attacks that hang there use all of it, twice.
limits, totals = Limits(seconds=0.15, output_mb=1), Totals(loading_seconds=0.15)
assignment = Assignment("tiny", title="Tiny", limits=limits, totals=totals)

powers = assignment.exercise(
    "powers",
    id="t.1",
    points={"square": 1, "cube": 2},
    functions=("square_backward", "cube_backward"),
    hints=("What is x * x for x = 3?", "Move x by a little.", "Lower the exponent by one."),
)


@powers.case("square", "square_backward")
def square_matrix(rng):
    """Nothing is special."""
    return rng.normal(size=(3, 4)), rng.normal(size=(3, 4))


@powers.case("square", "square_backward")
def square_vector(rng):
    """One axis."""
    return rng.normal(size=5), rng.normal(size=5)


@powers.case("cube", "cube_backward")
def cube_matrix(rng):
    """Nothing is special."""
    return rng.normal(size=(3, 4)), rng.normal(size=(3, 4))


@powers.case("cube", "cube_backward")
def cube_vector(rng):
    """One axis."""
    return rng.normal(size=5), rng.normal(size=5)


@powers.oracle("cube_backward")
def cube_again(grad, x):
    return grad * (x * x + x * x + x * x)


@powers.mistake("Where does the exponent go?", "cube_backward")
def no_exponent(grad, x):
    return grad * x * x
'''

TRYING = """
import json

def cube_backward(grad, x):
    done = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except Exception:
            continue
        done.append(name)
    print(json.dumps(done))
    return 0 * x
"""
SQUARE = "def square_backward(grad, x):\n    return 2 * grad * x\n"
CUBE = "def cube_backward(grad, x):\n    return 3 * grad * x * x\n"


def submission(*cells: str, student: str = "mallory") -> Submission:
    """Return a submission of one file."""
    return Submission(student, "tiny", f"{student}/tiny.py", (Source("tiny.py", cells),))


HONEST = submission(f"import numpy as np\n{SQUARE}{CUBE}", student="ada")


def children(pid: int) -> list[int]:
    """Return the live processes that a process has started."""
    with contextlib.suppress(OSError):  # not every kernel has this file
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it may have ended meanwhile
                state, parent = Path(entry.path, "stat").read_text().rpartition(")")[2].split()[:2]
                if int(parent) == pid and state != "Z":
                    found.append(int(entry.name))
    return found


def zygote_of(sandbox: Sandbox) -> int:
    """Return the process that forks the children of a sandbox."""
    started = sandbox._zygote.process.pid
    if sandbox.isolation is not Isolation.FULL:
        return started
    (first,) = children(started)  # bubblewrap's process 1
    (zygote,) = children(first)
    return zygote


@dataclass(frozen=True)
class Arena:
    """One level's sandbox, with graders of the tiny course."""

    grader: Grader
    """Of attacks: with little time for each."""
    patient: Grader
    """Of honest submissions: a busy machine must not fail a test."""
    root: Path
    """The folder of the course."""

    square = SQUARE
    """Honest work worth one point of three."""
    cube = CUBE
    """Honest work worth two."""
    honest = HONEST
    submission = staticmethod(submission)

    @property
    def sandbox(self) -> Sandbox:
        """What it all runs in."""
        return self.grader.sandbox

    @property
    def level(self) -> Isolation:
        """The level of isolation."""
        return self.sandbox.isolation

    def attacks(self, attacks: Mapping[str, Sequence[str]], *, patient: bool = False) -> dict[str, Report]:
        """Grade attacks, given by the cells of their files, and check that they harm nobody."""
        grader = self.patient if patient else self.grader
        zygote, files = self.zygote(), self.files()
        with ThreadPoolExecutor(4) as pool:
            graded = {name: pool.submit(grader.grade, submission(*cells)) for name, cells in attacks.items()}
            beside = [self.patient.grade(HONEST)]
            while not all(each.done() for each in graded.values()):
                time.sleep(0.02)
                beside.append(self.patient.grade(HONEST))
        assert {report.score for report in beside} == {3.0}
        assert self.patient.grade(HONEST).score == 3.0
        assert self.zygote() == zygote  # it was not replaced
        assert self.left_over() == []
        assert self.files() == files
        return {name: each.result() for name, each in graded.items()}

    def attack(self, *cells: str, patient: bool = False) -> Report:
        """Grade one attack as `attacks` does."""
        return self.attacks({"": cells}, patient=patient)[""]

    def exercises(self, attacks: Mapping[str, Sequence[str]]) -> dict[str, ExerciseResult]:
        """Grade attacks as `attacks` does, and return what the one exercise of each came to."""
        return {name: report.exercises[0] for name, report in self.attacks(attacks).items()}

    def exercise(self, *cells: str) -> ExerciseResult:
        """Grade an attack as `attack` does, and return what the one exercise came to."""
        return self.exercises({"": cells})[""]

    def possible(self, attempts: dict[str, str], setup: str = "") -> list[str]:
        """Grade a submission that evaluates expressions, as `attack` does; return which of them raised nothing.

        What they were tried in earns nothing, and the honest function beside it its own point.
        """
        control = {"adding": "1 + 1"}  # so that an empty list does not mean that nothing was tried
        tried = ", ".join(f"{name!r}: lambda: ({text})" for name, text in (control | attempts).items())
        report = self.attack(self.square, setup, f"attempts = {{{tried}}}", TRYING, patient=True)
        (result,) = report.exercises
        assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
        lines = [line for line in result.stdout.splitlines() if line.startswith('["adding"')]
        assert len(lines) == 3  # two cases, and one of them again
        return sorted({name for line in lines for name in json.loads(line)} - set(control))

    def zygote(self) -> int:
        """The process that forks the children."""
        return zygote_of(self.sandbox)

    def left_over(self) -> list[int]:
        """The processes that are still there a while after grading: the zygote's children start none."""
        zygote, deadline = self.zygote(), time.monotonic() + 5.0
        while (left := children(zygote)) and time.monotonic() < deadline:
            time.sleep(0.01)
        return left

    def files(self) -> set[tuple[str, int]]:
        """The course, and what attacks have made elsewhere."""
        found = {(str(file), file.stat().st_mtime_ns) for file in self.root.rglob("*")}
        package = Path(__file__).parents[2] / "autograder" / "sandbox"
        for folder in (*PUBLIC, Path.cwd(), Path(os.__file__).parent, package):
            found |= {(str(file), 0) for file in Path(folder).glob(f"*{MARK}*")}
        return found


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the tiny course."""
    root = tmp_path_factory.mktemp("course")
    folder = root / "reference" / "tiny"
    folder.mkdir(parents=True)
    (root / "reference" / "course.toml").write_text('title = "A tiny course"\nassignments = ["tiny"]\n')
    (folder / "solution.py").write_text(SOLUTION)
    (folder / "checks.py").write_text(CHECKS)
    return root


@pytest.fixture(scope="session", params=LEVELS, ids=str)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Return a sandbox at each level; one that this machine does not have is skipped, and the reason says why."""
    try:
        opened, _ = open_sandbox("numpy", request.param)
    except SandboxError as error:
        pytest.skip(str(error))
    with opened:
        yield opened


@pytest.fixture(scope="session")
def arena(sandbox: Sandbox, course: Path) -> Arena:
    """Return a grader of the tiny course at each level."""
    sheet = load_course(course).sheet("tiny")
    patient = load_course(course).sheet("tiny")
    patient.assignment.limits = Limits(seconds=10)
    for exercise in patient.assignment.exercises:
        exercise.limits = patient.assignment.limits
    return Arena(Grader(sheet, sandbox, seed=1), Grader(patient, sandbox, seed=1), course)


@pytest.fixture(scope="session")
def kill_zygote() -> Callable[[Sandbox], None]:
    """Return what kills the fork server of a sandbox, as a machine that is out of memory might."""
    return lambda sandbox: os.kill(zygote_of(sandbox), signal.SIGKILL)
