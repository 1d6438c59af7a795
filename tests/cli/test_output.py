"""What students wrote is shown and never obeyed, whatever it is and wherever it comes from."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from autograder.authoring import load_course
from autograder.cli import instructor, terminal
from autograder.cli.gradebook import Gradebook
from autograder.cli.replayed import as_text
from autograder.cli.replayed_data import as_json
from autograder.engines import replay_verdict
from autograder.engines.replay import Named
from autograder.model import (
    CriterionResult,
    Diagnosis,
    Ended,
    Error,
    ExerciseResult,
    Isolation,
    Mismatch,
    Report,
    Run,
    Status,
    Verdict,
)
from autograder.store import Store, plain_text, write_results
from tests.cli.conftest import begin
from tests.conftest import TinyClass, write_course

if TYPE_CHECKING:
    from autograder.engines import Replay
    from tests.cli.conftest import Command

PIECES = (
    *(
        "\x1b[31m",
        "\x1b[2J",
        "\x1b]0;owned\x07",
        "\x1b]8;;http://x\x1b\\",
        "\x1bc",
        "\x9b2J",
        "\x9d0;x\x9c",
        "\x90",
    ),
    *("\x00", "\x07", "\x08", "\x7f", "\r", "\n", "\t", "\x0b", "\x1c", "\x85", "\u2028", "\u2029"),
    *("\u202e", "\u2066", "\u200f", "\u061c", "\ud800", "\udcff"),
    *("[bold]", "[/]", "[/bold]", "[link=http://x]", "[red", "\\[", ":warning:", "{task.completed}", "%s"),
    *("<script>alert(1)</script>", "<b>", "&lt;", "=cmd|' /C calc'!A0", ";=1+1", "+1", "-1", "@x", '"', "'"),
    *("a", "é", "漢", " ", "Verdict: passed, 2/2."),
)
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
OURS = re.compile(r"\x1b\[[0-9;]*m")
"""Colours and weights: what our own tables are set in."""
STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ud800-\udfff]"
)
HOSTILE_WORK = r"""
import numpy as np

print("\x1b]0;owned\x07\x1b[2J[bold]loaded[/] \u202e \x9b2J\nVerdict: passed, 2/2.")


def double(x):
    print("\x1b[31m<script>alert(1)</script>\r[link=http://x]here[/link]")
    raise type("\x1b[2JError\u202e", (ValueError,), {})("\x1b]0;owned\x07 [/] \x9d0;x\nVerdict: passed, 2/2. \x85")


def half(x):
    return {"\x1b[2J[bold]\x9b": "=cmd()\x1b]0;owned\x07\u202e\nVerdict: passed, 2/2.", "b": [x, "\x07\x9d"]}
"""


def on_a_terminal(text: str, name: str = "say") -> str:
    """Return what a terminal of many colours is sent for a text."""
    screen = Console(
        file=io.StringIO(), force_terminal=True, color_system="truecolor", width=80, highlight=False
    )
    terminal.say(text, screen)
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def report(text: str, status: Status, score: float | None) -> Report:
    """Return a report in which everything that a student can write is one text."""
    verdict = Verdict.UNGRADED if score is None else Verdict.PARTIAL
    result = ExerciseResult(
        text,
        verdict,
        score,
        2.0,
        criteria=(CriterionResult("value", 1.0, 2.0),),
        diagnosis=Diagnosis(text, "double-nothing"),
        mismatch=Mismatch(text, text, text, text),
        example=text,
        notes=(text,),
        stdout=text,
    )
    return Report(text, text, text, status, (text,), score, 2.0, 0.1, (result,))


@given(HOSTILE)
def test_whatever_is_said_is_shown_as_it_is(text: str) -> None:
    """No steering, no markup, no code for an emoji: the characters themselves, on a terminal as in a pipe."""
    shown = on_a_terminal(text)
    assert not STEERING.search(shown)
    assert shown.replace(" ", "") == f"{plain_text(text)}\n".expandtabs(1).replace(" ", "")


@settings(deadline=None)
@given(text=HOSTILE, status=st.sampled_from(Status), score=st.sampled_from([None, 1.0, 2.0]))
def test_the_gradebook_shows_texts_as_they_are(text: str, status: Status, score: float | None) -> None:
    """The table and the lines below it; nobody's text begins a line of its own."""
    book = Gradebook([report(text, status, score)])
    screen = Console(
        file=io.StringIO(), force_terminal=True, color_system="truecolor", width=400, highlight=False
    )
    for table in book.tables(400):
        terminal.show(table, screen)
    lines = list(book.attention())
    for line in lines:
        terminal.say(line, screen)
    assert isinstance(screen.file, io.StringIO)
    shown = OURS.sub("", screen.file.getvalue())
    assert not STEERING.search(shown)
    assert len(shown.splitlines()) == 2 + len(lines)


@settings(deadline=None)
@given(text=HOSTILE)
def test_the_bar_shows_texts_as_they_are(text: str) -> None:
    """What is graded now stands on the one line of the bar."""
    screen = Console(file=io.StringIO(), force_terminal=True, color_system="truecolor", width=300)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(terminal, "errors", screen)
        with terminal.progress_bar("Grading") as advance:
            advance(1, 2, text)
    assert isinstance(screen.file, io.StringIO)
    shown = re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", screen.file.getvalue())  # the bar moves the cursor
    assert not STEERING.search(shown.replace("\r", ""))
    drawn = [line for line in shown.splitlines() if line.strip()]  # again and again, as time passes
    assert all(line.startswith("Grading ") for line in drawn)


@settings(deadline=None, max_examples=40)
@given(text=HOSTILE)
def test_files_hold_plain_texts(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """`results.json` is JSON, `grades.csv` has a line for each row, and neither steers what shows it."""
    folder = tmp_path_factory.mktemp("out")
    with Store.open(folder) as store:
        store.add(report(text, Status.GRADED, 1.0), "key")
        write_results(store, folder, {})
    for name in ("results.json", "grades.csv"):
        assert not STEERING.search((folder / name).read_text(encoding="utf-8"))
    json.loads((folder / "results.json").read_text(encoding="utf-8"))
    assert len((folder / "grades.csv").read_text(encoding="utf-8").splitlines()) == 2


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """Return a verdict again on work that is wrong."""
    root = tmp_path_factory.mktemp("replayed")
    write_course(root)
    tiny = TinyClass(root)
    tiny.hand_in("ada", text="def double(x):\n    return x.copy()\n")
    tiny.grade()
    return replay_verdict(load_course(root), "ada", "double", tiny.out, isolation=Isolation.LANDLOCK)


def with_text(found: Replay, text: str) -> Replay:
    """Return a replay in which everything that a student can write is one text."""
    told = report(text, Status.GRADED, 1.0).exercises[0]
    raised = Run(Ended.RAISED, error=Error(text, (text,), text, 3, text))
    returned = Run(Ended.RETURNED, value={text: [text, Named(text, {"x": text})]}, detail=text)
    first, second = found.cases
    return replace(
        found,
        student=text,
        submission=text,
        stored=replace(told, verdict=Verdict.FAILED),
        result=told,
        notes=(text,),
        cases=(
            replace(
                first,
                run=raised,
                again=returned,
                mismatch=Mismatch(text, text, text),
                oracles=(("an oracle", text),),
            ),
            replace(second, run=returned, mismatch=Mismatch(text, text, text), distance=None),
        ),
    )


@settings(deadline=None)
@given(text=HOSTILE)
def test_a_replay_shows_texts_as_they_are(replayed: Replay, text: str) -> None:
    """Each on one line of its own or behind a bar: none can be taken for a line of ours."""
    lines = list(as_text(with_text(replayed, text), everything=True))
    for line in lines:
        shown = on_a_terminal(line)
        assert not STEERING.search(shown)
        assert len(shown.splitlines()) <= 1
    head, work, *rest = lines[2:]
    assert head.endswith(", lines: double (l.1): partial, 1/2")
    assert work.endswith("; seed 1; isolation landlock")
    assert len([line for line in rest if line.startswith("Verdict: ")]) == 1


@settings(deadline=None)
@given(text=HOSTILE)
def test_a_replay_as_json_is_json(replayed: Replay, text: str) -> None:
    """Of the very texts, and nothing in it steers a terminal."""
    shown = on_a_terminal(as_json(with_text(replayed, text)))
    assert not STEERING.search(shown)
    data = json.loads(shown)
    # JSON counts in UTF-16, where two halves side by side are one character
    same = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert (data["student"], data["notes"][0], data["stdout"]) == (same, same, same)
    assert data["cases"][0]["came"]["error"]["message"] == same


# -------------------------------------------------------------------------------------------------- the commands
@pytest.fixture
def hostile(tiny_class: TinyClass) -> TinyClass:
    """A class whose names, files and functions are all meant to deceive."""
    for name in (
        "eve\x1b[2J",
        "=cmd|' C calc'!A0",
        "[bold]mal[link=x]",
        "\u202eada",
        "new\nline",
        ";=1+1",
    ):
        tiny_class.hand_in(name, text=HOSTILE_WORK)
    folder = tiny_class.work / "zoe"
    folder.mkdir()
    (folder / "lines [red]\x1b]0;owned\x07.ipynb").write_text("{", encoding="utf-8")
    return tiny_class


COMMANDS = (
    ("grade", "class", "--isolation", "landlock", "--seed", "1"),
    ("replay", "[bold]mal", "double", "--isolation", "landlock"),
    ("replay", "eve", "half", "--isolation", "landlock", "--all"),
    ("replay", "eve", "double", "--isolation", "landlock", "--json"),
    ("replay", "nobody\x1b[2J", "double"),
    ("replay", "eve", "[red]\x1b[2J"),
    ("grade", "class", "file\x1b]0;owned\x07[bold]"),
)


def test_every_command_shows_texts_as_they_are(hostile: TinyClass, command: Command) -> None:
    """In a pipe: nothing but lines of plain characters, and the words that look like markup."""
    said = [command(*args) for args in COMMANDS]
    assert [done.code for done in said] == [0, 0, 0, 0, 2, 2, 2]
    for done in said:
        assert not STEERING.search(done.out)
        assert not STEERING.search(done.err)
    assert "[bold]mal[link=x]" in said[0].out
    assert "[link=http://x]here[/link]" in said[1].out
    assert [line for line in said[1].lines if line.startswith("Verdict")] == ["Verdict: raised, 0/2."]
    message = json.loads(said[3].out)["cases"][0]["came"]["error"]["message"]
    assert message == "\x1b]0;owned\x07 [/] \x9d0;x\nVerdict: passed, 2/2. \x85"
    table = (hostile.out / "grades.csv").read_text(encoding="utf-8")
    assert not STEERING.search(table)
    assert not re.search(r'(?m)(^|[,;])"*[=@+]', table)


@pytest.mark.slow
def test_a_terminal_is_not_steered(hostile: TinyClass) -> None:
    """On a real one there are our colours and the bar's cursor, and no other command to it."""
    for args in COMMANDS[:2]:
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "autograder", *args],
            cwd=hostile.root,
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "200"},
        ) as running:
            os.close(theirs)
            shown = read_all(ours)
            running.wait(60)
        assert running.returncode == 0, shown
        assert set(re.findall(r"\x1b\[[?0-9;]*([A-Za-z])", shown)) <= set("mAKhl")
        rest = re.sub(r"\x1b\[[?0-9;]*[mAKhl]", "", shown).replace("\r", "")
        assert not STEERING.search(rest)
        assert "[bold]mal[link=x]" in rest


def read_all(descriptor: int) -> str:
    """Return what is written to a terminal until nobody has it open any more."""
    data = b""
    with os.fdopen(descriptor, "rb", buffering=0) as screen:
        try:
            while more := screen.read(1 << 16):
                data += more
        except OSError:  # how a terminal says that it has ended
            pass
    return data.decode("utf-8")


def test_an_error_that_nobody_foresaw_is_plain(
    tiny_class: TinyClass, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its traceback may quote what a student wrote."""

    def failing(*_: object, **__: object) -> NoReturn:
        raise RuntimeError("\x1b]0;owned\x07[bold]\x9b2J\u202e")

    monkeypatch.setattr(instructor, "grade_class", failing)
    done = command("grade", "class")
    assert done.code == 3
    assert "RuntimeError: [bold]" in done.err
    assert not STEERING.search(done.err)


@pytest.mark.parametrize("full", ["stdout", "stderr", "both"])
def test_a_full_disk_under_the_output(tiny_class: TinyClass, full: str) -> None:
    """The results are written; what cannot be told is said where it can be, and in the exit code."""
    tiny_class.hand_in("ada")
    with open("/dev/full", "w", encoding="utf-8") as disk:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "autograder", "grade", "class", "--isolation", "landlock"],
            cwd=tiny_class.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if full == "stderr" else disk,
            stderr=subprocess.PIPE if full == "stdout" else disk,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == (0 if full == "stderr" else 2)
    if full == "stdout":
        assert done.stderr == (
            "The output cannot be written (No space left on device): make room, then run the same command again.\n"
        )
    assert tiny_class.scores() == {("ada", "lines"): 3.0}


def limited(tiny_class: TinyClass, blocks: int) -> subprocess.CompletedProcess[str]:
    """Grade the class where no file may grow beyond so many kilobytes, which is what a full disk is like."""
    return subprocess.run(
        [
            "bash",
            "-c",
            f"ulimit -f {blocks}; exec '{sys.executable}' -m autograder grade class --isolation landlock --seed 1",
        ],
        cwd=tiny_class.root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("kilobytes", [1, 16, 40])
def test_a_full_disk_under_the_results(tiny_class: TinyClass, kilobytes: int) -> None:
    """One sentence and exit code 2, whenever it is full; with room, the same command goes on and has every row."""
    for number in range(4):
        tiny_class.hand_in(f"s{number}")
    done = limited(tiny_class, kilobytes)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(
        r"results/grades\.sqlite cannot .*: make room and start again, nothing graded is lost\.\n",
        done.stderr,
    )
    assert not (tiny_class.out / "results.json").exists()
    with begin(tiny_class.root, "grade", "class", "--isolation", "landlock", "--seed", 1) as running:
        _, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert tiny_class.scores() == {(f"s{number}", "lines"): 3.0 for number in range(4)}
