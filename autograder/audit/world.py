"""Trusted. What attacks are let loose on: a course with a key in it, and for each attack a small world of its own.

An attacker is told everything: where the reference lies, who else hands in, which ports listen, which processes grade.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

import autograder
from autograder.audit.corpus import ATTACKS, MARK, SOLUTION, hand_in
from autograder.authoring import load_course

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autograder.audit.corpus import Attack
    from autograder.authoring import Course

TOKEN = "GRADEBOOK_TOKEN"  # noqa: S105 - the name of a variable
PUBLIC = ("/", "/tmp", "/var/tmp", "/dev", "/dev/shm", "/run", "/home", "/var/log")  # noqa: S108 - where they try
STUDENT = "ada"
"""Who hands in honest work, with the key in it."""

# The key stands in the reference and nowhere that a child may look.
VAULT = """\
import numpy as np

KEY_OF_THE_VAULT = {key!r}


def square(x):
    \"\"\"Return the square of each number.\"\"\"
    return x * x


def secret(x):
    \"\"\"Return what only who has the key can work out.\"\"\"
    return KEY_OF_THE_VAULT * x
"""
BY_HAND = """\
import numpy as np


def square(x):
    \"\"\"Return the square of each number.\"\"\"
    return x * x


def secret(x):
    \"\"\"Return the derivative of x * x * x, worked out by hand.\"\"\"
    return 3 * x * x
"""
CHECKS = '''\
"""What the instructor knows of {slug}."""

from autograder.authoring import AUTOGRAD, Assignment, Limits

assignment = Assignment("{slug}", title="{slug}", {options})

square = assignment.exercise("square", id="{letter}.1", points={{"value": 1}}, hints=("a", "b", "c"))
secret = assignment.exercise("secret", id="{letter}.2", points={{"value": 2}}, hints=("a", "b", "c"))
{bans}


@square.case("value")
def square_matrix(rng):
    """Nothing is special."""
    return (rng.normal(size=(3, 4)),)


@square.case("value")
def square_vector(rng):
    """One axis."""
    return (rng.normal(size=5),)


@secret.case("value")
def secret_matrix(rng):
    """Nothing is special."""
    return (rng.normal(size=(3, 4)),)


@secret.case("value")
def secret_vector(rng):
    """One axis."""
    return (rng.normal(size=5),)
'''
OPTIONS = {
    "vault": ("limits=Limits(seconds=2.0, output_mb=1)", VAULT, ""),
    "hurry": ("limits=Limits(seconds=0.2, output_mb=1)", VAULT, ""),
    "by_hand": (
        'profile="torch", limits=Limits(seconds=2.0)',
        BY_HAND,
        'secret.forbid(*AUTOGRAD, "numpy.gradient", because="The derivative is to be found by hand.")',
    ),
}
"""By sheet: options of the assignment, the reference, and what it forbids on the way to the secret."""


def write_course(root: Path, key: float, slugs: Sequence[str]) -> Course:
    """Write a course with these sheets, readable for everybody, and return it."""
    reference = root / "reference"
    reference.mkdir(parents=True)
    listed = ", ".join(f'"{slug}"' for slug in slugs)
    (reference / "course.toml").write_text(f'title = "Audit"\nassignments = [{listed}]\n', encoding="utf-8")
    for slug in slugs:
        options, solution, bans = OPTIONS[slug]
        folder = reference / slug
        folder.mkdir()
        checks = CHECKS.format(slug=slug, letter=slug[0], options=options, bans=bans)
        (folder / "solution.py").write_text(solution.format(key=key), encoding="utf-8")
        (folder / "checks.py").write_text(checks, encoding="utf-8")
    open_to_all(root)
    return load_course(root)


def open_to_all(root: Path) -> None:
    """Let everybody read what lies below a folder: it is not to be the modes of files that hold an attack."""
    root.chmod(0o755)
    for place in root.rglob("*"):
        place.chmod(0o755 if place.is_dir() else 0o644)


class World:
    """What one attack may try to read, change, reach and leave, and nobody else does."""

    def __init__(self, root: Path, course: Course, other: Path) -> None:
        """root: a new folder. other: what another student has handed in."""
        self.mark = f"left-by-an-attack-{secrets.token_hex(6)}"
        self.root, self._course, self._other = root, course, other
        self.folder = root / "open"
        self.victim = self.folder / "victim.txt"
        self.handed_in = root / "class"
        self.folder.mkdir(parents=True)
        self.victim.write_text("as it was", encoding="utf-8")
        root.chmod(0o755)
        self.folder.chmod(0o777)
        self.victim.chmod(0o666)
        self._opened = contextlib.ExitStack()
        self._listeners: dict[str, socket.socket] = {}

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as opened:
            kinds: dict[str, tuple[int, int, Any]] = {
                "port": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
                "datagrams": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
                "local": (socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "local")),
                "abstract": (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.mark}"),
            }
            for name, (family, how, address) in kinds.items():
                listener = opened.enter_context(socket.socket(family, how))
                listener.bind(address)
                listener.setblocking(False)
                if how is socket.SOCK_STREAM:
                    listener.listen()
                self._listeners[name] = listener
            (self.folder / "local").chmod(0o777)
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()
        shutil.rmtree(self.root, ignore_errors=True)
        for place in self._marked():
            with contextlib.suppress(OSError):  # somebody else's, where it is not held
                place.unlink()

    def hand_in(self, attack: Attack) -> None:
        """Write what the attack hands in, and beside a program its accomplice, who knows all targets."""
        student = self.handed_in / attack.name
        solution = self._course.sheets[0].folder / "solution.py"
        hand_in(attack, student, {MARK: self.mark, SOLUTION: str(solution)})
        if attack.file.suffix == ".py":
            shutil.copyfile(ATTACKS / "accomplice.py", student / "accomplice.py")
            (student / "targets.py").write_text(self._targets(solution), encoding="utf-8")

    def _targets(self, solution: Path) -> str:
        told = {
            "SOLUTION": str(solution),
            "CHECKS": str(solution.with_name("checks.py")),
            "COURSE": str(self._course.root),
            "OTHER": str(self._other),
            "FOLDER": str(self.folder),
            "PLACES": [str(self.folder), *map(str, self._places())],
            "VICTIM": str(self.victim),
            "MARK": self.mark,
            "PORT": self._listeners["port"].getsockname()[1],
            "DATAGRAMS": self._listeners["datagrams"].getsockname()[1],
            "LOCAL": str(self.folder / "local"),
            "ABSTRACT": f"\0{self.mark}",
            "GRADER": os.getpid(),
            "PACKAGE": str(Path(autograder.__file__).parent),
            "TOKEN": TOKEN,
        }
        return "".join(f"{name} = {value!r}\n" for name, value in told.items())

    def changes(self) -> Iterator[str]:
        """Yield what is no longer as it was, in words."""
        names = {place.name for place in self.folder.iterdir()}
        if new := sorted(names - {"local", "victim.txt"}):
            yield f"the folder that is open to all holds {some(new)}"
        if not names.issuperset({"local", "victim.txt"}):
            yield "files of the folder that is open to all are gone"
        elif (
            self.victim.read_text(encoding="utf-8") != "as it was"
            or self.victim.stat().st_mode & 0o777 != 0o666
        ):
            yield "the file that is open to all was changed"
        if made := self._marked():
            yield f"there is {some(list(map(str, made)))}"
        for name, listener in self._listeners.items():
            with contextlib.suppress(BlockingIOError):
                if name == "datagrams":
                    listener.recvfrom(10)
                else:
                    listener.accept()[0].close()
                yield f"the listener at {name} was reached"

    def _marked(self) -> list[Path]:
        """Return what bears the mark and is not within the folder that is open to all."""
        found = [file for place in self._places() for file in place.glob(f"*{self.mark}*")]
        return list(dict.fromkeys(found))

    def _places(self) -> list[Path]:
        """Return where an attack may try to leave something: public places, beside our files and others', the course."""
        package = Path(autograder.__file__).parent
        libraries = [Path(os.__file__).parent, Path(np.__file__).parent]
        ours = [
            package,
            package / "sandbox",
            self._course.root,
            self._course.sheets[0].folder,
            self._other.parent,
        ]
        return [*map(Path, PUBLIC), Path.cwd(), *libraries, *ours, self.root, self.root.parent]


def some(names: Sequence[str], most: int = 3) -> str:
    """Return the first few of some names."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def descendants(pid: int) -> int:
    """Return how many live processes descend from one. 0 where there is no /proc."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it may have ended meanwhile
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(entry.name)] = int(parent)
    found: set[int] = {pid}
    while new := {child for child, parent in parents.items() if parent in found} - found:
        found |= new
    return len(found) - 1
