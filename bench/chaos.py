"""Grades a class while its processes are killed at random: `python bench/chaos.py --times 20`.

The class is graded once undisturbed. Then, in each round, it is graded again into a new folder, while workers, fork
servers and the coordinator are killed by SIGKILL at random moments, and the coordinator also at random steps within the
writing of the store and of the results. The command is started again until it is done. The round holds if

- `grades.csv`, `results.json` and all rows of the store are equal to those of the undisturbed run, byte for byte but for
  the clocks: `seconds` (how long a submission ran) in a report, and `graded_at` (when) in the store;
- no submission that was in the store when a run began was graded by that run, and what a killed run had graded but not
  stored is what was in flight, two for each job at most;
- whatever a killed run leaves is whole: the store passes SQLite's own check, a results file has everybody or is not there;
- no process of a killed run is left, and no draft of a file.

A round is made from its number and `--seed`: the same kills are tried again, though not at quite the same moments.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

from made_class import made_class

from autograder.authoring import load_course, scaffold
from autograder.cli import main as autograder
from autograder.engines.workplace import Workplace

if TYPE_CHECKING:
    from types import FrameType

    from autograder.model import Report, Submission

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
CLOCK = re.compile(r'"seconds": [\d.e-]+')
"""A clock."""
LEFT = {"grades.csv", "grades.sqlite", "grades.sqlite-lock", "results.json"}
UNGRADED = 3
KINDS = ("bubblewrap", "fork server", "worker")
AGAIN = re.compile(r"The sandbox (was killed \d+ times while it started|does not work)")
"""A run that ends with this has had no chance, and is to be started again."""
ASSIGNMENT = "powers"
"""What the class works on: the small assignment that `autograder new` begins."""
ROWS = "SELECT student, assignment, key, done, status, score, max_score, report FROM reports ORDER BY student"
OTHERS = ("SELECT * FROM places ORDER BY student, assignment", "SELECT * FROM meta ORDER BY name")
STEPS = ("/store/results.py", "/store/files.py", "/store/lock.py", "/sqlalchemy/engine/default.py")
"""Files whose every line is a step at which the coordinator may be killed: the store's own, and what talks to SQLite."""
STRANGE = {
    7: "\n\ndef {name}(*args):\n    import os\n\n    os.kill(os.getpid(), 9)\n",
    11: "\nprint('hello')\n",
    17: "\nraise ValueError('at the end')\n",
    23: "\n\ndef {name}(*args):\n    import os\n\n    os._exit(0)\n",
}
"""What is added to the work of some of every thirty students: one kills itself, one ends its process."""


class BrokenError(Exception):
    """A promise was not kept. The message says which."""


# ----------------------------------------------------------------------------------------------------- one run
def run_recorded(log: Path, last_step: int, args: list[str]) -> None:
    """Run the command in this process; write down who is graded to the end, and die at a step of the store.

    last_step: 0 for none, and no steps are counted; -1 to count them.
    """
    grade, steps = Workplace.grade, 0

    def recorded(self: Workplace, submission: Submission) -> Report:
        report = grade(self, submission)
        if report.score is not None:
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{submission.student}\n")
        return report

    def step(frame: FrameType, _event: str, _argument: object) -> Any:
        nonlocal steps
        if not frame.f_code.co_filename.endswith(STEPS):
            return None
        steps += 1
        if steps == last_step:
            os.kill(os.getpid(), signal.SIGKILL)
        return step

    sys.argv = ["autograder", *args]
    if last_step:  # it takes time
        sys.settrace(step)
    try:
        with mock.patch.object(Workplace, "grade", recorded):
            autograder()
    finally:
        sys.settrace(None)
        log.with_suffix(".steps").write_text(str(steps), encoding="utf-8")


@dataclass
class Trial:
    """A class that is graded into a folder, again and again until it is done."""

    command: list[str]
    """The arguments of `autograder grade`, but for the folder of the results."""
    folder: Path
    killed: Counter[str] = field(default_factory=Counter)
    again: int = 0
    """How many were graded to the end once more, as they had not been stored when the coordinator was killed."""
    runs: int = 0

    @property
    def out(self) -> Path:
        """The folder of the results."""
        return self.folder / "results"

    @property
    def log(self) -> Path:
        """The students whom the last run has graded to the end, and beside it how many steps its store took."""
        return self.folder / "graded"

    def steps(self) -> int:
        """Return how many steps the store of the last run took that ended by itself."""
        return int(self.log.with_suffix(".steps").read_text(encoding="utf-8"))

    def graded(self) -> list[str]:
        """Return whom the last run has graded to the end."""
        return self.log.read_text(encoding="utf-8").split() if self.log.exists() else []

    def begin(self, last_step: int = 0) -> subprocess.Popen[str]:
        """Start a run that dies at a step of its store; see `run_recorded`."""
        self.runs += 1
        self.log.unlink(missing_ok=True)
        here = [sys.executable, __file__, "--recorded", str(self.log), str(last_step)]
        return subprocess.Popen(
            [*here, "grade", *self.command, "--out", str(self.out)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the rows of the store as they are, after SQLite's own check of the file. Raises BrokenError."""
        with contextlib.closing(sqlite3.connect(self.out / "grades.sqlite")) as store:
            found = store.execute("PRAGMA integrity_check").fetchone()[0]
            if found != "ok":
                raise BrokenError(f"the store is damaged: {found}")
            try:
                return store.execute(ROWS.replace(" FROM", ", graded_at FROM")).fetchall()
            except sqlite3.OperationalError:  # killed before there were tables
                return []

    def final(self) -> tuple[str, str, list[str]]:
        """Return everything that the run came to, but for its clocks."""
        with contextlib.closing(sqlite3.connect(self.out / "grades.sqlite")) as store:
            rows = [repr(row) for query in (ROWS, *OTHERS) for row in store.execute(query)]
        return (
            (self.out / "grades.csv").read_bytes().decode(),
            without_clocks((self.out / "results.json").read_bytes().decode()),
            list(map(without_clocks, rows)),
        )


def without_clocks(text: str) -> str:
    """Return a text without measured seconds."""
    return CLOCK.sub('"seconds": -', text)


# ---------------------------------------------------------------------------------------------- who can be killed
def processes() -> dict[int, list[tuple[int, str]]]:
    """Return the processes and names below each process."""
    found: dict[int, list[tuple[int, str]]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                name, _, rest = (entry / "stat").read_text(errors="replace").partition("(")[2].rpartition(")")
                found.setdefault(int(rest.split()[1]), []).append((int(entry.name), name))
    return found


def victims(coordinator: int) -> dict[str, list[int]]:
    """Return the processes below a coordinator by what they are: bubblewrap, fork servers, workers."""
    below = processes()
    found: dict[str, list[int]] = {kind: [] for kind in KINDS}
    front = [(pid, name, False) for pid, name in below.get(coordinator, [])]
    while front:
        pid, name, forked = front.pop()
        kind = "bubblewrap" if name == "bwrap" else "worker" if forked else "fork server"
        found[kind].append(pid)
        front += [(child, title, kind == "fork server") for child, title in below.get(pid, [])]
    return found


def wait_for_the_rest() -> None:
    """Wait until no process of a killed run is left: they have become this process's children. Raises BrokenError."""
    patience = time.monotonic() + 20
    while left := processes().get(os.getpid(), []):
        for pid, _ in left:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        if time.monotonic() > patience:
            raise BrokenError(f"these are left of a killed run: {left}")
        time.sleep(0.01)


# ------------------------------------------------------------------------------------------------------- a round
@dataclass(frozen=True)
class Undisturbed:
    """What a run comes to that nobody disturbs, and how long it takes."""

    came: tuple[str, str, list[str]]
    students: int
    seconds: float
    steps: int
    """Of its store."""
    idle_steps: int
    """Of a run that has nothing to grade."""


def undisturbed(trial: Trial, students: int) -> Undisturbed:
    """Grade the class, and once more with nothing to do."""
    started, steps = time.monotonic(), []
    for _ in range(2):
        with trial.begin(-1) as process:
            said, _ = process.communicate()
        if process.returncode:
            raise BrokenError(f"the undisturbed run ended with {process.returncode}: {said}")
        steps.append(trial.steps())
    return Undisturbed(trial.final(), students, time.monotonic() - started, *steps)


def disturb(process: subprocess.Popen[str], trial: Trial, chance: random.Random, enough: float) -> None:
    """Kill what a run has started, now and then, and the run itself when it has graded enough, until it ends."""
    pause = chance.uniform(0.2, 1.2)
    while process.poll() is None:
        time.sleep(0.02)
        if len(trial.graded()) >= enough:
            time.sleep(chance.uniform(0, 0.5 if enough else 2))  # where nothing is enough: while it starts
            process.kill()
            return
        pause -= 0.02
        if pause < 0:
            pause = chance.uniform(0.2, 1.2)
            kind, found = chance.choice(KINDS), victims(process.pid)
            kind = "worker" if found["worker"] and chance.random() < 0.7 else kind
            if found[kind]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(chance.choice(found[kind]), signal.SIGKILL)
                    trial.killed[kind] += 1


def one_round(trial: Trial, right: Undisturbed, chance: random.Random, deaths: int, jobs: int) -> None:
    """Grade the class with so many deaths of the coordinator. Raises BrokenError."""
    # In the midst of grading and at steps of the store, in any order; the last ones while the results are written.
    ways = [("store", "grading")[number % 2] for number in range(deaths - deaths // 3)]
    chance.shuffle(ways)
    ways[:0] = ["writing"] * (deaths // 3)
    stored: list[tuple[Any, ...]] = []
    while True:
        todo, last_step, enough = right.students - len(stored), 0, float("inf")
        way = ways.pop() if ways else "none"
        steps = right.idle_steps + (right.steps - right.idle_steps) * todo // right.students
        if way == "writing":
            last_step = int(chance.uniform(steps - 0.8 * right.idle_steps, steps))
        elif way == "store":
            last_step = int(chance.uniform(1, 0.6 * steps))
        elif way == "grading":
            enough = int(chance.uniform(0, 0.6 * todo)) if chance.random() < 0.8 else 0
        with trial.begin(last_step) as process:
            disturb(process, trial, chance, enough)
            said = process.stdout.read() if process.stdout else ""
        wait_for_the_rest()
        if process.returncode == -signal.SIGKILL:
            trial.killed["coordinator"] += 1
        elif process.returncode not in {0, UNGRADED} and not AGAIN.match(said):
            raise BrokenError(f"a run ended with {process.returncode}: {said}")
        stored = checked(trial, stored, right, jobs)
        if process.returncode == 0:
            break
    if trial.final() != right.came:
        raise BrokenError("the results are not those of the undisturbed run")
    if {path.name for path in trial.out.iterdir()} != LEFT:
        raise BrokenError(f"the folder holds {sorted(path.name for path in trial.out.iterdir())}")


def whole(trial: Trial, students: int) -> bool:
    """Return whether each file of the results has everybody, if it is there: of this run or of an earlier one."""
    results, grades = trial.out / "results.json", trial.out / "grades.csv"
    try:
        listed = json.loads(results.read_bytes())["submissions"] if results.exists() else [None] * students
    except (ValueError, KeyError):
        return False
    lines = grades.read_bytes().splitlines()[1:] if grades.exists() else [b""] * students
    return len(listed) == len(lines) == students


def checked(
    trial: Trial, before: list[tuple[Any, ...]], right: Undisturbed, jobs: int
) -> list[tuple[Any, ...]]:
    """Return the rows that are done after a run, which has changed none that was done before. Raises BrokenError."""
    rows = [row for row in trial.rows() if row[3]] if (trial.out / "grades.sqlite").exists() else []
    if lost := set(before) - set(rows):
        raise BrokenError(f"these rows were lost or graded anew: {sorted(row[0] for row in lost)}")
    graded = trial.graded()
    if twice := set(graded) & {row[0] for row in before}:
        raise BrokenError(f"these were graded although they were in the store: {sorted(twice)}")
    lost_in_flight = len(graded) - len(set(graded) & {row[0] for row in rows})
    if lost_in_flight > 2 * jobs:
        raise BrokenError(f"{lost_in_flight} were graded and not stored, with {jobs} jobs")
    trial.again += lost_in_flight
    if not whole(trial, right.students):
        raise BrokenError("a file of the results is there and not whole")
    return rows


# ----------------------------------------------------------------------------------------------------- the command
def hand_in(course: Path, students: int, folder: Path) -> None:
    """Write the work of a class: right, wrong, and some of it strange."""
    sheet = load_course(course).sheet(ASSIGNMENT)
    function = sheet.assignment.exercises[0].functions[0]
    for number, submission in enumerate(made_class(sheet, students)):
        path = folder / submission.path
        path.parent.mkdir(parents=True)
        text = submission.sources[0].cells[0] + STRANGE.get(number % 30, "").format(name=function)
        path.write_text(text, encoding="utf-8")


def options() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=20, help="rounds (20)")
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--deaths", type=int, default=6, help="of the coordinator in each round (6)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--isolation", default=None, help="as of `autograder grade`")
    return parser.parse_args()


def main() -> int:
    """Print a line for each round, and return 1 if one did not hold."""
    asked = options()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    place = Path(tempfile.mkdtemp(prefix="chaos-"))
    scaffold(place / "course", ASSIGNMENT, ASSIGNMENT.capitalize())
    hand_in(place / "course", asked.students, place / "class")
    command = [str(place / "class"), "--course", str(place / "course"), "-j", str(asked.jobs)]
    command += ["--seed", "1", *(["--isolation", asked.isolation] if asked.isolation else [])]
    (place / "undisturbed").mkdir()
    right = undisturbed(Trial(command, place / "undisturbed"), asked.students)
    print(f"{asked.students} students, undisturbed in {right.seconds:.1f} s")
    for number in range(asked.times):
        trial, started = Trial(command, place / str(number)), time.monotonic()
        trial.folder.mkdir()
        try:
            one_round(trial, right, random.Random(f"{asked.seed} {number}"), asked.deaths, asked.jobs)  # noqa: S311
        except BrokenError as error:
            print(f"round {number + 1}: NOT EQUAL: {error}; everything is left in {place}")
            return 1
        killed = ", ".join(f"{kind} {times}" for kind, times in sorted(trial.killed.items()))
        print(
            f"round {number + 1}: equal after {trial.runs} runs in {time.monotonic() - started:.1f} s; "
            f"killed: {killed}; {trial.again} in flight were graded again",
            flush=True,
        )
        shutil.rmtree(trial.folder)
    shutil.rmtree(place)
    print(f"{asked.times} of {asked.times} rounds were equal to the undisturbed run.")
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--recorded"]:
        run_recorded(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
    else:
        sys.exit(main())
