"""The figures that the verdicts promise, measured: what is rejected, what is accepted, what is named, what is given away.

    python bench/verdicts.py [--course DIR] [--seeds N]

- Honest runs: every exercise of every solution of the bank, of the reference and with each variant, on N draws.
- Mistakes: the listed ones, and those of the bank, which were written from the sheets alone.
- Automatic mutants of the reference, and pairs of mistakes, as in `autograder validate --thorough`.
- Diagnosis, as in `bench/diagnosis.py`, and messages, as in `bench/leaks.py`.

Exit code 0 where every figure is as promised, else 1. Takes about ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import bank
import diagnosis
from leaks import searched

from autograder.authoring import load_course
from autograder.grading import Grader
from autograder.grading.checking import check
from autograder.grading.diagnosis import edited
from autograder.grading.key import exercise_key
from autograder.model import Ended, Source, Submission
from autograder.sandbox.canaries import open_sandbox
from autograder.validate import validate_course

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.authoring import Course
    from autograder.authoring.loading import Sheet
    from autograder.grading.key import ExerciseKey
    from autograder.sandbox.host import Sandbox

AT_ONCE = 4
"""Draws that a submission answers in one go."""
VOUCHED = 4
"""One draw in so many is put before the oracles too."""
LEAST_RUNS, LEAST_KILLED, LEAST_RIGHT, MOST_WRONG = 10_000, 0.99, 0.95, 0.01


@dataclass(slots=True)
class Promises:
    """The figures, printed as they come, and whether each is kept."""

    broken: int = 0

    def add(self, name: str, figure: str, *, kept: bool, told: Sequence[str] = ()) -> None:
        """Print one figure, and what to look at where it is not as promised."""
        print(f"{name:<22} {figure}{'' if kept else '   NOT AS PROMISED'}", flush=True)
        if not kept:
            self.broken += 1
            for line in told[:20]:
                print(f"    {line}")


def honest(sheet: Sheet) -> Iterator[tuple[Submission, frozenset[str]]]:
    """Yield every honest submission of a sheet with the exercises that it is honest work on."""
    exercises = sheet.assignment.exercises
    everything = frozenset(exercise.name for exercise in exercises)
    slug = sheet.assignment.slug
    yield Submission("the reference", slug, "", (Source("solution.py", (sheet.solution,)),)), everything
    for submission in bank.honest(slug):
        yield submission, bank.attempted(sheet, submission)
    for exercise in exercises:
        for variant in exercise.variants:
            submission = edited(sheet, variant.function, variant.name, exercise.functions)
            yield submission, frozenset([exercise.name])


def keys_of(sheet: Sheet, seed: int) -> list[ExerciseKey]:
    """Return the keys of one draw."""
    vouched = seed % VOUCHED == 0
    return [
        exercise_key(sheet, exercise if vouched else replace(exercise, oracles=[]), seed)
        for exercise in sheet.assignment.exercises
    ]


def rejected(sheet: Sheet, sandbox: Sandbox, seeds: range) -> tuple[int, list[str]]:
    """Return the number of honest runs of a sheet, and those that are not accepted."""
    counted, found = 0, []
    work = list(honest(sheet))
    for start in range(0, len(seeds), AT_ONCE):
        keys = [(seed, key) for seed in seeds[start : start + AT_ONCE] for key in keys_of(sheet, seed)]

        def tried(
            one: tuple[Submission, frozenset[str]], keys: Sequence[tuple[int, ExerciseKey]] = keys
        ) -> list[str | None]:
            submission, names = one
            asked = [(seed, key) for seed, key in keys if key.exercise.name in names]
            ran = sandbox.run(submission, [key.batch for _, key in asked], sheet.assignment.limits)
            said: list[str | None] = []
            for (seed, key), batch in zip(asked, ran.batches, strict=True):
                if key.faults or any(run.ended is Ended.FAULT for run in batch.runs):
                    said.append(f"{submission.student}, {key.exercise.name}, seed {seed}: not graded")
                    continue
                wrong, _ = check(key, batch.runs)
                first = f": {wrong[min(wrong)].case}: {wrong[min(wrong)].message}" if wrong else ""
                said.append(
                    f"{submission.student}, {key.exercise.name}, seed {seed}{first}" if wrong else None
                )
            return said

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for said in pool.map(tried, work):
                counted += len(said)
                found += [f"{sheet.assignment.slug}: {line}" for line in said if line is not None]
    return counted, found


def accepted(sheet: Sheet, sandbox: Sandbox) -> tuple[int, list[str]]:
    """Return the number of wrong functions of the bank, and those that pass."""
    grader = Grader(sheet, sandbox, 1)
    of = {name: key for key in grader.keys for name in key.exercise.functions}
    wrong = list(bank.wrong(sheet.assignment.slug))

    def passes(one: bank.Wrong) -> bool:
        key = of[one.function]
        return not check(key, grader.runs(bank.with_wrong(sheet, one), key))[0]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = list(pool.map(passes, wrong))
    return len(wrong), [f"{one.name}: {one.what}" for one, right in zip(wrong, passed, strict=True) if right]


def of_sheets(course: Course, seeds: range, promises: Promises) -> None:
    """Measure what needs only a sandbox: honest runs, the bank's mistakes, messages."""
    runs, lost, wrong, passed, said, given = 0, list[str](), 0, list[str](), 0, list[str]()
    for sheet in course.sheets:
        with open_sandbox(sheet.assignment.profile, None)[0] as sandbox:
            counted, found = rejected(sheet, sandbox, seeds)
            runs, lost = runs + counted, lost + found
            counted, found = accepted(sheet, sandbox)
            wrong, passed = wrong + counted, passed + found
            counted, told = searched(Grader(sheet, sandbox, 1))
            said, given = said + counted, given + [" | ".join(each) for each in told]
    promises.add(
        "honest runs",
        f"{runs}, of which {len(lost)} are rejected ({len(seeds)} draws)",
        kept=not lost and runs >= LEAST_RUNS,
        told=lost,
    )
    promises.add(
        "mistakes of the bank", f"{wrong}, of which {len(passed)} pass", kept=not passed, told=passed
    )
    promises.add("messages", f"{said}, of which {len(given)} hold a right number", kept=not given, told=given)


def of_the_gate(course: Course, seeds: int, promises: Promises) -> None:
    """Measure what the gate does: listed mistakes, mutants, pairs."""
    report = validate_course(course, seed=1, release=False, jobs=os.cpu_count() or 1, seeds=seeds)
    exercises = [exercise for sheet in report.sheets for exercise in sheet.exercises]
    proofs = [exercise.proof for exercise in exercises if exercise.proof]
    faults = list(map(str, report.faults))
    count, fewest = sum(each.mistakes for each in exercises), min(each.matrix.fewest for each in exercises)
    promises.add(
        "listed mistakes",
        f"{count} on {seeds + 1} draws: each is killed by {fewest} cases or more, by the margin",
        kept=fewest >= 2 and not faults,
        told=faults,
    )
    made, killed = sum(proof.mutants for proof in proofs), sum(proof.killed for proof in proofs)
    listed, pairs = sum(proof.listed for proof in proofs), sum(proof.pairs for proof in proofs)
    alive = [name for proof in proofs for name in proof.survivors]
    share = killed / (made - listed)
    promises.add(
        "automatic mutants",
        f"{made}: {listed} are listed as equivalent, each with a reason; of the others {share:.2%} are killed",
        kept=share >= LEAST_KILLED,
        told=alive,
    )
    promises.add("pairs of mistakes", f"{pairs}, of which 0 pass", kept=pairs >= 200 and not faults)


def of_the_diagnosis(course: Course, promises: Promises) -> None:
    """Measure what is named."""
    figures = diagnosis.measured(course.sheets, [1, 2])
    known, mutants = figures.counts["all known"], figures.counts["mutants"]
    right = known[diagnosis.RIGHT] / known.total()
    promises.add("right cause named", f"{right:.2%} of {known.total()}", kept=right >= LEAST_RIGHT)
    for name, counts in (
        ("wrong, one left out", figures.counts["one left out"]),
        ("wrong, of mutants", mutants),
    ):
        wrong = counts[diagnosis.WRONG] / counts.total()
        told = [what for outcome, what in figures.told if outcome == diagnosis.WRONG]
        promises.add(
            name,
            f"{wrong:.2%} of {counts.total()} ({Counter(counts)[diagnosis.WRONG]})",
            kept=wrong <= MOST_WRONG,
            told=told,
        )


def main() -> None:
    """Print the figures one by one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--course", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--seeds", type=int, default=24, help="draws that the honest runs go over")
    parser.add_argument("--swept", type=int, default=20, help="draws that the listed mistakes go over")
    asked = parser.parse_args()
    course, promises = load_course(asked.course), Promises()
    of_sheets(course, range(1, asked.seeds + 1), promises)
    of_the_gate(course, asked.swept, promises)
    of_the_diagnosis(course, promises)
    if promises.broken:
        sys.exit(f"{promises.broken} figures are not as promised.")


if __name__ == "__main__":
    main()
