"""The command `autograder`: its subcommands, and what every one of them does with an error."""

from __future__ import annotations

import io
import sys
import traceback
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import autograder
from autograder.audit import CorpusError
from autograder.authoring import CourseError
from autograder.cli import author, instructor
from autograder.cli.audit import audit
from autograder.cli.terminal import OutputError, errors, say
from autograder.engines import ReplayError
from autograder.sandbox.children import SandboxError
from autograder.store import StoreError
from autograder.submissions import FindError

USAGE, OUR_FAULT, INTERRUPTED = 2, 3, 130
"""Exit codes; 1 is left to what a command is asked to judge."""

INTERRUPTION = {"grade": "Stopped. What was graded is kept: run the same command to go on."}


class Commands(TyperGroup):
    """The subcommands. What ends one of them is said in one sentence, and in the exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the subcommand that was asked for. ctx: click's, of which newer versions of typer have a copy."""
        try:
            return super().invoke(ctx)
        except (
            CorpusError,
            CourseError,
            FindError,
            OutputError,
            ReplayError,
            StoreError,
            SandboxError,
        ) as error:
            say(str(error), errors)
            raise typer.Exit(USAGE) from None
        except KeyboardInterrupt:  # here: of the versions of typer, each does something else with it
            say(INTERRUPTION.get(ctx.invoked_subcommand or "", "Stopped."), errors)
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(
    cls=Commands,
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
app.command("replay", rich_help_panel="Instructors")(instructor.replay)
app.command("new", rich_help_panel="Authors")(author.new)
app.command("build", rich_help_panel="Authors")(author.build)
app.command("validate", rich_help_panel="Authors")(author.validate)
app.command("audit", rich_help_panel="Anyone")(audit)


def _show_version(asked: bool) -> None:
    if asked:
        say(f"autograder {autograder.__version__}")
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a name that cannot be shown must not end the grading
    try:
        app()
    except Exception:  # noqa: BLE001 - whatever it is, it is ours
        say(traceback.format_exc().rstrip(), errors)
        say("This is an error of autograder, not of a submission. Nothing that was graded is lost.", errors)
        sys.exit(OUR_FAULT)
