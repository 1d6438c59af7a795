"""What grading costs beyond running the students' code: `python bench/class_of_200.py`.

A class is made of the reference's solutions, variants and mistakes. It is graded, and its code is run bare, in turn,
several times in one run; what counts is the ratio of the two, as minimum and median. Grading is timed from the first
submission to the last report in the store: the sandbox has started and the answer key is made, once for a class.
"""

from __future__ import annotations

import argparse
import os
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from made_class import made_class

from autograder.authoring import find_course, load_course
from autograder.engines import local
from autograder.engines.workplace import Workplace
from autograder.model import Isolation
from autograder.store import Store

if TYPE_CHECKING:
    from autograder.model import Submission

BARE = Path(__file__).with_name("bare.py")


def graded(workplace: Workplace, found: list[Submission], folder: Path, jobs: int) -> float:
    """Return the seconds that grading a class takes."""
    started = time.perf_counter()
    with Store.open(folder) as store:
        for submission, report in local.run(workplace.grade, found, jobs):
            store.add(report, submission.student)
    return time.perf_counter() - started


def peak() -> float:
    """Return the most memory that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def options() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assignment", default="ops")
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--isolation", type=Isolation, choices=list(Isolation), default=None)
    return parser.parse_args()


def main() -> None:
    """Print the figures."""
    asked = options()
    sheet = load_course(find_course(Path.cwd())).sheet(asked.assignment)
    found = made_class(sheet, asked.students)
    started = time.perf_counter()
    course = load_course(find_course(Path.cwd()))
    with (
        tempfile.TemporaryDirectory() as folder,
        Workplace(course, 1, asked.isolation, [asked.assignment]) as workplace,
    ):
        keys = workplace.grader(asked.assignment).keys
        ready = time.perf_counter() - started
        calls = sum(len(key.batch.calls) for key in keys)
        work = Path(folder, "class.pickle")
        texts = [row.sources[0].cells[0] for row in found]
        work.write_bytes(pickle.dumps((texts, [key.batch.frame for key in keys])))
        with subprocess.Popen(
            [sys.executable, "-I", str(BARE), str(work), str(asked.jobs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        ) as bare:
            assert bare.stdin is not None
            assert bare.stdout is not None
            before = peak()
            ours, theirs = [], []
            for number in range(asked.rounds):
                ours.append(graded(workplace, found, Path(folder, str(number)), asked.jobs))
                bare.stdin.write("go\n")
                bare.stdin.flush()
                theirs.append(float(bare.stdout.readline()))
            bare.stdin.close()
        level = workplace.enforced.level if workplace.enforced else "none"
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    each = 1000 / asked.students
    print(
        f"{asked.students} submissions of {asked.assignment}, {calls} calls each, {asked.jobs} at once, {level}"
    )
    print(f"start-up           {ready:6.2f} s")
    for name, seconds in (("graded", ours), ("bare", theirs)):
        least, middle = min(seconds) * each, statistics.median(seconds) * each
        print(f"{name:<18} {least:6.2f} ms per submission (minimum), {middle:.2f} (median)")
    print(f"ratio              {min(ratios):6.2f} (minimum), {statistics.median(ratios):.2f} (median)")
    print(f"coordinator        {before:6.0f} MB before, {peak():.0f} MB at most")


if __name__ == "__main__":
    main()
