"""Commands of authors, and of continuous integration."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Annotated

import typer

from autograder.authoring import CourseError, find_course, scaffold
from autograder.cli.matrix import evidence, figures, matrix, proofs
from autograder.cli.options import CourseOption, IsolationOption, JobsOption, SeedOption, at_once, course_at
from autograder.cli.terminal import progress_bar, say, show

NOT_RIGHT = 1
SEEDS = 200
"""Draws that a thorough validation goes over where nobody asks for another number."""

# The gate and the build are imported where they are used: the notebook libraries take seconds, and nobody who grades
# needs them.


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="What its files are called: small letters, digits and _.")
    ],
    title: Annotated[
        str, typer.Option("--title", help="What students read. Without it: the name, with a capital letter.")
    ] = "",
    course: CourseOption = None,
) -> None:
    """Begin an assignment: `reference/NAME/` with an exercise that works, to be exchanged for your own.

    `solution.py` is the sheet with its solutions, `checks.py` what you know of it: points, cases, oracles, variants,
    mistakes, hints. Where there is no course yet, one is begun in the current folder, or in the one that `--course`
    names.

    Nothing that exists is overwritten. To undo it, remove the folder and the name in `reference/course.toml`.

    Exit code 0: the files are written. 2: they cannot be, and nothing has changed.
    """
    try:
        root = course if course is not None else find_course(Path.cwd())
    except CourseError:
        root = Path.cwd()
    for path in scaffold(root, name, title or name.replace("_", " ").capitalize()):
        say(f"wrote {path}")
    say(f"Next: `autograder build`, then `autograder validate {name}`; then write your own exercises.")


def build(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if something in assignments/ is out of date.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Write `assignments/`, what students get, from `reference/`, what they never see.

    Each assignment becomes a script and a notebook of the same content. Never edit these files: edit
    `reference/` and build again. Where `course.toml` lists lectures with their concepts, `docs/course.md` is written
    too: every exercise with what it practises, checks and tells apart.

    Exit code 0: all is up to date. 1: `--check` found something out of date, or a line that students must not see.
    """
    from autograder.build import release

    loaded = course_at(course)
    if not check:
        changes = release.write(loaded, loaded.root)
        for path in changes.written:
            say(f"wrote {path}")
        for path in changes.removed:
            say(f"removed {path}")
    faults = [*release.stale(loaded, loaded.root), *release.leaks(loaded, loaded.root)]
    for fault in faults:
        say(fault)
    if faults:
        raise typer.Exit(NOT_RIGHT)
    say(f"assignments/ is up to date: {_counted(len(loaded.sheets), 'assignment')}.")


def validate(
    assignments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ASSIGNMENT]...", help="Which to look at. Without one: all."),
    ] = None,
    thorough: Annotated[
        bool,
        typer.Option(
            "--thorough", help="Also prove the checks: automatic mutants, pairs of mistakes, many seeds."
        ),
    ] = False,
    seeds: Annotated[
        int, typer.Option("--seeds", min=1, help="How many draws of the inputs `--thorough` goes over.")
    ] = SEEDS,
    certificates: Annotated[
        bool,
        typer.Option("--certificates", help="Also show, for every case, how safe its verdicts are."),
    ] = False,
    save: Annotated[
        Path | None,
        typer.Option(
            "--save", metavar="FILE", dir_okay=False, help="Also write the certificates there, as JSON."
        ),
    ] = None,
    seed: SeedOption = None,
    jobs: JobsOption = None,
    isolation: IsolationOption = None,
    course: CourseOption = None,
) -> None:
    """Prove that a course grades right: the gate before anything is given to students.

    Through the same sandbox as students' work: the reference gets full marks and the untouched stub none, the
    oracles agree with the reference on the very inputs, every variant passes, every mistake fails at least two cases
    and is diagnosed as itself, every case catches something, and `assignments/` is up to date and holds no answer.

    Each case is certified: honest solutions err by half of the tolerance at most, every mistake is right on it or clearly
    wrong, no comparison is close, and the oracles agree to the last digits. `--certificates` shows the figures, in units
    of the rounding error that an honest program may make. They hold for the inputs of one seed: the seed of a class is
    in its `results.json`.

    With `--thorough`, which takes minutes: every automatic mutant of the reference fails too, and every mistake that is
    scaled, unless `checks.py` lists it as equivalent with a reason; so do pairs of mistakes; nothing changes on other
    draws of the inputs; and verdicts do not depend on any order.

    Prints which mistake (row) fails on which case (column), the figures, and every fault with its remedy.

    Exit code 0: nothing falls short. 1: something does.
    """
    from autograder.validate import stored, validate_course

    loaded = course_at(course)
    drawn = secrets.randbits(32) if seed is None else seed
    with progress_bar("Validating") as advance:
        report = validate_course(
            loaded,
            seed=drawn,
            slugs=assignments or (),
            isolation=isolation,
            jobs=at_once(jobs),
            seeds=seeds if thorough else 0,
            progress=advance,
        )
    for sheet in report.sheets:
        for exercise in sheet.exercises:
            for line in matrix(sheet, exercise):
                say(line)
    say("")
    show(figures(report))
    say("")
    if thorough:
        show(proofs(report))
        say("")
    if certificates:
        for line in evidence(report):
            say(line)
        say("")
    if save is not None:
        text = json.dumps(stored(loaded, report), indent=1, allow_nan=False, ensure_ascii=False)
        save.write_text(f"{text}\n", encoding="utf-8")
    for fault in report.faults:
        say(str(fault))
    verdict = _counted(len(report.faults), "fault") if report.faults else "Nothing falls short"
    say(f"{verdict}. {report.seconds:.1f} s, --seed {drawn}")
    if report.faults:
        raise typer.Exit(NOT_RIGHT)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
