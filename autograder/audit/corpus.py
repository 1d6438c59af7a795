"""Trusted. Reads the corpus: a file for each attack, with a header that says what it tries and what must come of it.

Most attacks are a Python file that is handed in as it is; its docstring is the header. Where what is handed in is an
archive, a notebook, a link or several files, a TOML file describes it, and `handed_in` makes it.

The header is a sentence on what is tried, and then, as TOML, what is not as usual:

    needs     what the sandbox has to enforce for the attack to be held, in the words of the canaries
    square    the verdict on the function that everybody can write (one, or a list of which any will do)
    secret    the verdict on the function that nobody can write without the key
    sheet     "vault"; "hurry", where there is little time; "by_hand", where torch may compute but not differentiate
    times     how often it is graded, where it leaves something for its next time
    harmful   it would do harm where it is not held, and is then not tried
    machine   the processor that it is written for

Nothing in the corpus says at which level an attack is held: that follows from what the level enforces on this machine.
"""

from __future__ import annotations

import ast
import io
import os
import platform
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.model import Verdict
from autograder.sandbox.canaries import LACKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ATTACKS = Path(__file__).with_name("attacks")
FAMILIES = {
    "patching": "changing the tools that answers might be compared with",
    "reading": "reading answers, or other people's work",
    "forging": "writing answers and results oneself",
    "files": "escaping into the file system",
    "processes": "starting, ending and signalling processes",
    "memory": "taking all memory",
    "disk": "filling the disk",
    "output": "printing without end, or what steers a terminal",
    "network": "talking to anybody",
    "time": "taking all the time there is",
    "archives": "handing in archives, notebooks, links and names that trap whoever opens them",
    "objects": "returning objects that answer for themselves",
    "state": "leaving something for the next submission",
    "policy": "using what an exercise forbids",
}
SHEETS = ("vault", "hurry", "by_hand")
RULES = "rules on the way to an answer"
"""What no level enforces: the way that an exercise asks for is watched from within the child's own process."""
REASONS = {**LACKING, RULES: "a rule is no wall: what watches over it can be switched off from inside"}
"""What an attack may need, and what it means where that is missing."""
FIELDS = frozenset({"needs", "square", "secret", "sheet", "times", "harmful", "machine"})
MARK = "{mark}"
"""Stands in a TOML file for the name that nothing outside may bear afterwards."""
SOLUTION = "{solution}"
"""Stands for the path of the reference."""


class CorpusError(Exception):
    """A file of the corpus cannot be used. The message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack, and what must come of it."""

    family: str
    name: str
    tries: str
    """What it tries, in a sentence."""
    file: Path
    files: tuple[Mapping[str, Any], ...]
    """What is handed in: of each file its name and its `text`, `entry` (of an archive), `size`, `link` or `fifo`."""
    needs: tuple[str, ...] = ()
    square: frozenset[Verdict] | None = None
    """The verdicts of which one is expected on the function that everybody can write; None where any will do."""
    secret: frozenset[Verdict] | None = None
    sheet: str = "vault"
    times: int = 1
    harmful: bool = False
    machine: str = ""

    @property
    def id(self) -> str:
        """Family and name."""
        return f"{self.family}/{self.name}"

    @property
    def reports(self) -> bool:
        """Whether it says itself what it could do: where it runs attempts."""
        return any("attempts({" in str(file.get("text", "")) for file in self.files)

    @property
    def fits(self) -> bool:
        """Whether it is written for this processor."""
        return self.machine in {"", platform.machine()}

    def unclaimed(self, enforced: frozenset[str]) -> tuple[str, ...]:
        """Return what it needs that is not enforced here: where there is something, nobody claims that it is held."""
        return tuple(need for need in self.needs if need not in enforced)


def attacks(only: str | None = None) -> tuple[Attack, ...]:
    """Return the attacks, by family and name. Raises CorpusError.

    only: a family, or family and name.
    """
    found = tuple(sorted(_all(), key=lambda attack: (list(FAMILIES).index(attack.family), attack.name)))
    chosen = tuple(attack for attack in found if only in {None, attack.family, attack.id})
    if not chosen:
        raise CorpusError(f"There are no attacks {only!r}. The families are {', '.join(FAMILIES)}.")
    return chosen


def _all() -> Iterator[Attack]:
    for family in FAMILIES:
        for file in (ATTACKS / family).iterdir():
            if file.suffix in {".py", ".toml"}:
                yield read(file)


def read(file: Path) -> Attack:
    """Return the attack of one file. Raises CorpusError where its header cannot be used."""
    text = file.read_text(encoding="utf-8")
    try:
        if file.suffix == ".py":
            tries, _, rest = (ast.get_docstring(ast.parse(text)) or "").partition("\n\n")
            # A program is expected to be right where everybody can be, unless it says something else.
            header = {"square": "passed", "secret": "failed"} | tomllib.loads(rest)
            files = [{"name": f"{header.get('sheet', SHEETS[0])}.py", "text": text}]
        else:
            header = tomllib.loads(text)
            tries, files = str(header.pop("tries", "")), header.pop("file", [])
        return _attack(file, tries, files, header)
    except (ValueError, TypeError, SyntaxError) as error:
        raise CorpusError(f"{file}: the header cannot be used: {error}.") from None


def _attack(file: Path, tries: str, files: list[dict[str, Any]], header: dict[str, Any]) -> Attack:
    """Return the attack that a header describes. Raises ValueError."""
    for wrong, why in (
        (not tries, "nothing says what is tried"),
        (not files, "nothing is handed in"),
        (set(header) - FIELDS, f"its fields are {', '.join(sorted(FIELDS))}"),
        (header.get("sheet", SHEETS[0]) not in SHEETS, f"the sheets are {', '.join(SHEETS)}"),
        (set(header.get("needs", ())) - set(REASONS), f"what may be needed is {', '.join(REASONS)}"),
    ):
        if wrong:
            raise ValueError(why)
    return Attack(
        family=file.parent.name,
        name=file.stem,
        tries=" ".join(tries.split()),
        file=file,
        files=tuple(files),
        needs=tuple(header.get("needs", ())),
        square=_verdicts(header.get("square")),
        secret=_verdicts(header.get("secret")),
        sheet=header.get("sheet", SHEETS[0]),
        times=int(header.get("times", 1)),
        harmful=bool(header.get("harmful", False)),
        machine=str(header.get("machine", "")),
    )


def _verdicts(said: str | list[str] | None) -> frozenset[Verdict] | None:
    if said is None:
        return None
    return frozenset(map(Verdict, [said] if isinstance(said, str) else said))


def hand_in(attack: Attack, folder: Path, words: Mapping[str, str]) -> None:
    """Write what is handed in into a student's folder. words: what stands for what in texts and names."""
    folder.mkdir(parents=True)
    for said in attack.files:
        file = folder / _filled(said["name"], words)
        file.parent.mkdir(parents=True, exist_ok=True)
        if "link" in said:
            file.symlink_to(_filled(said["link"], words))
        elif "fifo" in said:
            os.mkfifo(file)
        else:
            file.write_bytes(_content(said, words))
            if "size" in said:
                os.truncate(file, said["size"])  # a hole: it takes no room


def _content(said: Mapping[str, Any], words: Mapping[str, str]) -> bytes:
    if "entry" in said:
        whole = _archive(said["entry"], words)
        return whole[: said.get("cut", len(whole))]
    # The words are for texts that describe files: a program asks its accomplice.
    text = str(said.get("text", "")) * said.get("repeat", 1)
    return _filled(text, words).encode("utf-8", "surrogateescape")


def _archive(entries: Any, words: Mapping[str, str]) -> bytes:
    """Return a zip archive of the entries: each has a name, and `text`, `zeros` (how many), `link` or entries of its own."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for said in entries:
            for number in range(said.get("copies", 1)):
                info = zipfile.ZipInfo(_filled(said["name"], words).replace("{number}", str(number)))
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.NameToInfo.pop(info.filename, None)  # that two entries have one name is meant
                if "link" in said:
                    info.external_attr = 0o120777 << 16
                    archive.writestr(info, _filled(said["link"], words))
                elif "zeros" in said:
                    with archive.open(info, "w", force_zip64=True) as file:
                        for _ in range(said["zeros"] >> 20):
                            file.write(bytes(1 << 20))
                else:
                    archive.writestr(info, _content(said, words))
    return buffer.getvalue()


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, meaning in words.items():
        text = text.replace(word, meaning)
    return text
