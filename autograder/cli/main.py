"""The command `autograder`: its subcommands, and what every one of them does with an error."""

from __future__ import annotations

import sys
import traceback
from importlib.metadata import version
from typing import Annotated

import typer

from autograder.authoring import CourseError
from autograder.cli import author, instructor
from autograder.cli.terminal import console, errors
from autograder.sandbox.children import SandboxError
from autograder.store import StoreError
from autograder.submissions import FindError

USAGE, OUR_FAULT, INTERRUPTED = 2, 3, 130
"""Exit codes; 1 is left to what a command is asked to judge."""

app = typer.Typer(
    name="autograder",
    help="Grade coursework on gradients: results nobody can tamper with, and feedback that names the mistake.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with `autograder grade submissions/`. Every command explains itself with `--help`.",
)
app.command("grade", rich_help_panel="Instructors")(instructor.grade)
app.command("build", rich_help_panel="Authors")(author.build)
app.command("validate", rich_help_panel="Authors")(author.validate)


def _show_version(asked: bool) -> None:
    if asked:
        console.print(f"autograder {version('gradient-autograder')}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop."),
    ] = False,
) -> None:
    """Grade coursework on gradients: results nobody can tamper with, and feedback that names the mistake."""


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        app()
    except (CourseError, FindError, StoreError, SandboxError) as error:
        errors.print(str(error), markup=False, highlight=False, soft_wrap=True)
        sys.exit(USAGE)
    except KeyboardInterrupt:
        errors.print("Stopped. What was graded is kept: run the same command to go on.", highlight=False)
        sys.exit(INTERRUPTED)
    except Exception:  # noqa: BLE001 - whatever it is, it is ours
        traceback.print_exc()
        errors.print("This is an error of autograder, not of a submission. Nothing that was graded is lost.")
        sys.exit(OUR_FAULT)
