"""What an attack is let loose on: it is told everything, and whatever it changes or reaches is seen."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.audit import world
from autograder.audit.world import BY_HAND, STUDENT, VAULT, World, descendants, some, write_course

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.audit import Attack


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    """Return a world in which nothing has happened yet."""
    course = write_course(tmp_path / "course", 1.25, ["vault"])
    other = tmp_path / STUDENT / "vault.py"
    other.parent.mkdir()
    with World(tmp_path / "world", course, other) as made:
        yield made


def told(here: World, attack: Attack) -> dict[str, Any]:
    """Return what the attack is told."""
    here.hand_in(attack)
    known: dict[str, Any] = {}
    exec((here.handed_in / attack.name / "targets.py").read_text(), known)  # noqa: S102 - what the attack does
    return known


def test_an_attack_is_told_where_everything_is(here: World, quick: Attack) -> None:
    """Beside it lies its accomplice, and what that knows is true."""
    known = told(here, quick)
    student = here.handed_in / quick.name
    assert {file.name for file in student.iterdir()} == {"vault.py", "accomplice.py", "targets.py"}
    assert (student / "vault.py").read_text() == quick.file.read_text()
    solution = Path(known["SOLUTION"])
    assert "KEY_OF_THE_VAULT = 1.25" in solution.read_text(encoding="utf-8")
    assert solution.stat().st_mode & 0o777 == 0o644
    assert known["GRADER"] == os.getpid()
    assert (here.folder.stat().st_mode & 0o777, here.victim.stat().st_mode & 0o777) == (0o777, 0o666)
    assert str(here.folder) == known["FOLDER"] == known["PLACES"][0]


def test_where_nothing_was_done_nothing_is_seen(here: World, quick: Attack) -> None:
    """Handing in is no change."""
    told(here, quick)
    assert list(here.changes()) == []


def reached(port: int) -> None:
    """Connect to a port of this machine."""
    socket.create_connection(("127.0.0.1", port)).close()


def sent(port: int) -> None:
    """Send a datagram to a port of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mine:
        mine.sendto(b"x", ("127.0.0.1", port))


def called(address: str) -> None:
    """Connect to a local socket."""
    with socket.socket(socket.AF_UNIX) as mine:
        mine.connect(address)


DONE: dict[str, tuple[Callable[[World, dict[str, Any]], object], str]] = {
    "a new file": (lambda here, _: (here.folder / "x").touch(), "the folder that is open to all holds x"),
    "a file less": (lambda here, _: here.victim.unlink(), "files of the folder that is open to all are gone"),
    "another text": (lambda here, _: here.victim.write_text("x"), "the file that is open to all was changed"),
    "another mode": (lambda here, _: here.victim.chmod(0o600), "the file that is open to all was changed"),
    "a file in the course": (
        lambda _, told: Path(told["COURSE"], told["MARK"]).touch(),
        "there is ",
    ),
    "a connection": (lambda _, told: reached(told["PORT"]), "the listener at port was reached"),
    "a datagram": (lambda _, told: sent(told["DATAGRAMS"]), "the listener at datagrams was reached"),
    "a local socket": (lambda _, told: called(told["LOCAL"]), "the listener at local was reached"),
    "an abstract socket": (lambda _, told: called(told["ABSTRACT"]), "the listener at abstract was reached"),
}


@pytest.mark.parametrize("what", DONE)
def test_what_was_done_is_seen(here: World, quick: Attack, what: str) -> None:
    """Each by itself, in a sentence; afterwards nothing of it is left."""
    do, said = DONE[what]
    do(here, told(here, quick))
    (change,) = here.changes()
    assert change.startswith(said)


def test_what_was_left_is_removed(tmp_path: Path, quick: Attack) -> None:
    """Also where it lies elsewhere: an audit at a level that holds little leaves the machine as it was."""
    course = write_course(tmp_path / "course", 1.25, ["vault"])
    with World(tmp_path / "world", course, tmp_path / STUDENT / "vault.py") as made:
        left = course.root / f"{made.mark}.txt"
        left.touch()
        (made.folder / "x").touch()
    assert not left.exists()
    assert not made.root.exists()


def test_honest_work_is_the_reference() -> None:
    """The key is what nobody can guess; by hand there is none."""
    space: dict[str, Any] = {}
    exec(VAULT.format(key=1.5), space)  # noqa: S102 - our own
    assert (space["square"](3.0), space["secret"](2.0)) == (9.0, 3.0)
    exec(BY_HAND, space)  # noqa: S102 - as above
    assert space["secret"](2.0) == 12.0


def test_processes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children and what these have started; who has ended is none."""
    before = descendants(os.getpid())
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE) as process:
        while descendants(os.getpid()) < before + 2:
            pass
        process.communicate(b"\n")
    assert descendants(os.getpid()) == before


def test_some_names_are_enough() -> None:
    """The first three, and how many more there are."""
    assert some(["a"]) == "a"
    assert some(list("abcd")) == "a, b, c and 1 more"
    assert world.some([]) == ""
