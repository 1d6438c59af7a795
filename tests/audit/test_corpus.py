"""The corpus: its headers, what is handed in, and that it is as large and as broad as it says."""

from __future__ import annotations

import stat
import subprocess
import sys
import zipfile
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from autograder.audit import FAMILIES, REASONS, CorpusError, attacks
from autograder.audit.corpus import ATTACKS, RULES, hand_in, read
from autograder.model import Isolation, Verdict
from autograder.sandbox.canaries import REQUIRED

if TYPE_CHECKING:
    from pathlib import Path

ROOT = ATTACKS.parents[2]
CORPUS = attacks()
HEADER = '"""Tries a thing.\n\n{}\n"""\n'


def test_there_are_more_than_a_hundred_in_every_family_some() -> None:
    """What was asked for, and no attack twice."""
    assert len(CORPUS) >= 200
    counts = Counter(attack.family for attack in CORPUS)
    assert set(counts) == set(FAMILIES)
    assert min(counts.values()) >= 5
    assert len({attack.id for attack in CORPUS}) == len(CORPUS)
    assert len({attack.tries for attack in CORPUS}) == len(CORPUS)


def test_every_file_of_the_corpus_is_an_attack() -> None:
    """But for what is handed in beside them."""
    files = {file for file in ATTACKS.rglob("*") if file.is_file() and "__pycache__" not in file.parts}
    assert files - {attack.file for attack in CORPUS} == {ATTACKS / "accomplice.py"}


@pytest.mark.parametrize("attack", CORPUS, ids=lambda attack: attack.id)
def test_an_attack_says_what_it_tries(attack: object) -> None:
    """In a sentence or two, and what must come of it."""
    (found,) = [each for each in CORPUS if each is attack]
    assert found.tries[0].isupper()
    assert found.tries.endswith(".")
    assert found.file.suffix == ".toml" or (found.square and found.secret)


@pytest.mark.parametrize("level", [Isolation.LANDLOCK, Isolation.FULL])
def test_what_a_level_leaves_open(level: Isolation) -> None:
    """Two things that can be seen and not touched at landlock, and the one that is no wall at all at full."""
    enforced = frozenset(REQUIRED[level])
    open_ = {attack.id for attack in CORPUS if attack.unclaimed(enforced)}
    seen = {"reading/file_names", "processes/see_others"} if level is Isolation.LANDLOCK else set()
    assert open_ == seen | {attack.id for attack in CORPUS if RULES in attack.needs}
    assert len(open_) <= 3


def test_one_family_and_one_attack() -> None:
    """Are tried alone; what is not there is refused with the families."""
    assert {attack.family for attack in attacks("network")} == {"network"}
    assert [attack.id for attack in attacks("network/tcp")] == ["network/tcp"]
    with pytest.raises(
        CorpusError, match=r"There are no attacks 'moon'\. The families are patching, reading"
    ):
        attacks("moon")


def test_a_header(tmp_path: Path) -> None:
    """Everything that is not as usual."""
    (tmp_path / "time").mkdir()
    file = tmp_path / "time" / "nap.py"
    fields = 'needs = ["network"]\nsecret = ["died", "raised"]\nsheet = "hurry"\ntimes = 2\nharmful = true\nmachine = "z80"'
    file.write_text(HEADER.format(fields), encoding="utf-8")
    found = read(file)
    assert (found.id, found.tries, found.needs) == ("time/nap", "Tries a thing.", ("network",))
    assert found.square == frozenset({Verdict.PASSED})
    assert found.secret == frozenset({Verdict.DIED, Verdict.RAISED})
    assert (found.sheet, found.times, found.harmful, found.fits) == ("hurry", 2, True, False)
    assert [entry["name"] for entry in found.files] == ["hurry.py"]
    assert found.unclaimed(frozenset({"network"})) == ()
    assert found.unclaimed(frozenset({"memory"})) == ("network",)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.py", "x = 1", "nothing says what is tried"),
        ("a.py", HEADER.format("level = 3"), "its fields are harmful, machine, needs"),
        ("a.py", HEADER.format("needs = ['luck']"), "what may be needed is other files"),
        ("a.py", HEADER.format("sheet = 'moon'"), "the sheets are vault, hurry, by_hand"),
        ("a.py", HEADER.format("secret = 'won'"), "'won' is not a valid Verdict"),
        ("a.py", HEADER.format("secret"), "Expected '='"),
        ("a.py", "def", "invalid syntax"),
        ("a.toml", "tries = 'x'", "nothing is handed in"),
        ("a.toml", "[[file]]\nname = 'x'", "nothing says what is tried"),
        ("a.toml", "tries", "Expected '='"),
    ],
)
def test_a_header_that_cannot_be_used(tmp_path: Path, name: str, text: str, message: str) -> None:
    """The file is named, with the reason."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=message) as caught:
        read(file)
    assert str(caught.value).startswith(f"{file}: the header cannot be used: ")


DESCRIBED = """
tries = "Hands in everything."

[[file]]
name = "deep/{mark}.txt"
text = "{solution} ab"
repeat = 2

[[file]]
name = "link"
link = "{solution}"

[[file]]
name = "pipe"
fifo = true

[[file]]
name = "hole"
size = 1000000

[[file]]
name = "cut.zip"
cut = 10

[[file.entry]]
name = "x"

[[file]]
name = "all.zip"

[[file.entry]]
name = "{mark}-{number}"
text = "y"
copies = 2

[[file.entry]]
name = "link"
link = "{solution}"

[[file.entry]]
name = "zeros"
zeros = 2097152

[[file.entry]]
name = "inner.zip"

[[file.entry.entry]]
name = "x"
text = "z"

[[file.entry]]
name = "zeros"
text = "again"
"""


def test_what_is_handed_in(tmp_path: Path) -> None:
    """Texts, links, pipes, holes, archives within archives, and names that occur twice."""
    file = tmp_path / "attack.toml"
    file.write_text(DESCRIBED, encoding="utf-8")
    student = tmp_path / "mallory"
    hand_in(read(file), student, {"{mark}": "MARK", "{solution}": "/nowhere/solution.py"})
    assert (student / "deep" / "MARK.txt").read_text() == "/nowhere/solution.py ab" * 2
    assert str((student / "link").readlink()) == "/nowhere/solution.py"
    assert stat.S_ISFIFO((student / "pipe").stat().st_mode)
    assert (student / "hole").stat().st_size == 1_000_000
    assert (student / "cut.zip").stat().st_size == 10
    with zipfile.ZipFile(student / "all.zip") as archive:
        names = [entry.filename for entry in archive.infolist()]
        assert names == ["MARK-0", "MARK-1", "link", "zeros", "inner.zip", "zeros"]
        link = archive.getinfo("link")
        assert stat.S_ISLNK(link.external_attr >> 16)
        assert archive.read(link) == b"/nowhere/solution.py"
        assert archive.infolist()[3].file_size == 2 << 20
        assert archive.read("zeros") == b"again"


def test_reasons_are_sentences_for_everything_that_may_be_missing() -> None:
    """All that a level can lack has one."""
    assert {need for level in Isolation for need in REQUIRED[level]} <= set(REASONS)


@pytest.mark.slow
def test_the_wheel_holds_the_corpus(tmp_path: Path) -> None:
    """All of it, in its folders."""
    pytest.importorskip("hatchling", reason="the builder of wheels is not installed here")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    wanted = {attack.file.relative_to(ROOT).as_posix() for attack in CORPUS}
    assert wanted | {"autograder/audit/attacks/accomplice.py"} <= names
