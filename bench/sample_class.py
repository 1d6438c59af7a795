"""How long the sample class takes from the first submission to the last report: `python bench/sample_class.py`.

What comes before is told apart: the sandboxes start and the answer keys are made, once for a class. Every round is a
process of its own, so that nothing is known from the one before; what counts is the minimum and the median.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from autograder.authoring import load_course
from autograder.cli.options import at_once
from autograder.engines import local
from autograder.engines.workplace import Workplace
from autograder.model import Isolation
from autograder.store import Store
from autograder.submissions import find

ROOT = Path(__file__).parents[1]


def once(isolation: Isolation | None) -> None:
    """Grade the class, and print the seconds of the start-up and of the grading, and how many rows there are."""
    started = time.perf_counter()
    course = load_course(ROOT)
    functions = {sheet.assignment.slug: sheet.assignment.functions for sheet in course.sheets}
    found = find(ROOT / "submissions", functions, None)
    slugs = {row.assignment for row in found if row.sources}
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        seed = store.seed(None)
        with Workplace(course, seed, isolation, slugs) as workplace:
            ready = time.perf_counter()
            for submission, report in local.run(workplace.grade, found, at_once(None)):
                store.add(report, submission.path, seed)
            print(ready - started, time.perf_counter() - ready, len(found))


def main() -> None:
    """Measure a few rounds and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--isolation", type=Isolation, choices=list(Isolation), default=None)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.once:
        once(asked.isolation)
        return
    level = ["--isolation", asked.isolation] if asked.isolation else []
    rounds = []
    for _ in range(asked.rounds):
        done = subprocess.run(
            [sys.executable, __file__, "--once", *level], stdout=subprocess.PIPE, text=True, check=True
        )
        rounds.append([float(part) for part in done.stdout.split()])
    start, graded, rows = zip(*rounds, strict=True)
    print(f"{rows[0]:.0f} submissions, {at_once(None)} at once, {asked.rounds} rounds")
    print(f"start-up  {min(start):6.2f} s (minimum), {statistics.median(start):.2f} (median)")
    print(f"graded    {min(graded):6.2f} s (minimum), {statistics.median(graded):.2f} (median)")


if __name__ == "__main__":
    main()
