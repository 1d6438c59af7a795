"""Commands of instructors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.gradebook import Gradebook
from autograder.cli.options import CourseOption, IsolationOption, JobsOption, SeedOption, at_once, course_at
from autograder.cli.replayed import as_text
from autograder.cli.replayed_data import as_json
from autograder.cli.terminal import console, progress_bar, say, show
from autograder.engines import grade_class, replay_verdict
from autograder.model import Isolation, Report
from autograder.store import Store

ANOTHER_VERDICT = 1
UNGRADED = 3
HELD = {
    Isolation.FULL: "Student code ran without files, network and processes of this machine.",
    Isolation.LANDLOCK: "Student code could reach no file, network or process. For one wall more, install bubblewrap.",
    Isolation.LIMITS: "Student code was only kept from using too much: it could read files of this machine.",
}


def grade(
    submissions: Annotated[
        Path,
        typer.Argument(
            help="A folder with a folder for each student, or their files side by side; or one file. "
            "Scripts (.py), notebooks (.ipynb) and both together."
        ),
    ],
    assignment: Annotated[
        str | None,
        typer.Option(
            "--assignment", "-a", help="Grade this assignment alone; who has not handed it in gets a row."
        ),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where to put the results.")] = Path("results"),
    jobs: JobsOption = None,
    seed: SeedOption = None,
    isolation: IsolationOption = None,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Grade anew what has been graded already. After an interruption go on without it."
        ),
    ] = False,
    course: CourseOption = None,
) -> None:
    """Grade a class: every submission gets a row, whatever is in it.

    Each runs in a sandbox that holds inputs and never answers. The results are `results.json`, `grades.csv` and
    `grades.sqlite` in the folder of `--out`. Interrupt it when you like: the same command goes on where it stopped,
    and grades again only what has changed.

    Exit code 0: everything has a verdict. 2: something you gave cannot be used. 3: something could not be graded
    through our fault; it has no score, and is tried again next time.

    Example: `autograder grade submissions/ -a ops -j 8`
    """
    loaded = course_at(course)
    with progress_bar("Grading") as advance:

        def progress(done: int, total: int, report: Report | None) -> None:
            advance(done, total, f"{report.student} {report.assignment}" if report else "")

        run = grade_class(
            loaded,
            submissions,
            out,
            assignment=assignment,
            seed=seed,
            isolation=isolation,
            again=again,
            jobs=at_once(jobs),
            progress=progress,
        )
    mine = set(run.submissions)
    with Store.open(out) as store:
        book = Gradebook(report for report in store.reports() if (report.student, report.assignment) in mine)
    for table in book.tables(console.width):
        show(table)
    for line in book.attention():
        say(line)
    already = f", {run.kept} had been graded before and have not changed" if run.kept else ""
    say(f"{run.graded} graded{already}.")
    if run.isolation is not None:
        say(f"Isolation: {run.isolation.level}. {HELD[run.isolation.level]}")
    say(f"Results: {out / 'results.json'}, {out / 'grades.csv'}")
    if not book.complete:
        say(
            "What is ungraded has no score and is tried again by the next run. "
            "`autograder validate` says what is wrong with an assignment."
        )
        raise typer.Exit(UNGRADED)


def replay(
    student: Annotated[str, typer.Argument(help="Whose work: a name, or how it begins.")],
    exercise: Annotated[
        str, typer.Argument(help="Its name, its id (o.3), or one of the functions that it asks for.")
    ],
    assignment: Annotated[
        str | None,
        typer.Option("--assignment", "-a", help="The assignment, where the exercise leaves it open."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the results are.")] = Path("results"),
    submissions: Annotated[
        Path | None,
        typer.Option("--submissions", help="Where the work is, if no longer where it was graded."),
    ] = None,
    isolation: IsolationOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show the values of the cases that are right, too.")
    ] = False,
    as_data: Annotated[
        bool, typer.Option("--json", help="Print the same as JSON, with every digit.")
    ] = False,
    course: CourseOption = None,
) -> None:
    """Run one verdict again, and show all that led to it. Shows answers: do not pass on.

    For each case that is wrong: what it is there for, the inputs, what the student's function returned or raised, the
    right answer, how far the one is from the other in units of the tolerance's u E (up to 4 is accepted), and what the
    oracles say. Then which known mistake fits which failing case, the diagnosis, and whether the verdict is the stored
    one: if not, what has changed since. Nothing is stored.

    Exit code 0: the verdict is the stored one. 1: it is another one. 2: there is nothing to replay, or something you
    gave cannot be used.

    Example: `autograder replay ada o.3`
    """
    found = replay_verdict(
        course_at(course),
        student,
        exercise,
        out,
        assignment=assignment,
        submissions=submissions,
        isolation=isolation,
    )
    for line in [as_json(found)] if as_data else as_text(found, everything=everything):
        say(line)
    if found.differences:
        raise typer.Exit(ANOTHER_VERDICT)
