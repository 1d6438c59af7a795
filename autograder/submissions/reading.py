"""Trusted. Turns the bytes of one file into a `Source`. Any bytes: what cannot be read comes back as two sentences."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from autograder.model import Source
from autograder.submissions.conflicts import resolved
from autograder.submissions.magics import heal_lines
from autograder.submissions.notebooks import (
    MAX_CODE,
    SAVE_AGAIN,
    BrokenNotebookError,
    counted,
    is_notebook,
    merge_note,
    read_notebook,
)
from autograder.submissions.tree import TEXT

HAND_IN = "Hand in the .py file or the .ipynb notebook itself."

CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
SAFE_CODINGS = re.compile(r"ascii|utf-8|iso8859-\d+|cp\d+|mac-\w+|koi8-\w|gb\w+|big5\w*|euc_\w+|shift_jis\w*")
"""Character sets that people use. Python knows more, such as `unicode_escape`, that do more than name characters."""

COMMAND = re.compile(r"\n[ \t]*[%!]")  # begins with a character, not with ^: five times as fast
MARKER = re.compile(r"#[ \t]*%%+(.*)")
NO_CODE = re.compile(r"\[(?:markdown|md|raw)\]")
MAX_PADDING = 200_000
"""Blank lines that may be put in front of a script's pieces; with more markers than that it stays in one piece."""
PYTHON = re.compile(r"^(?:import |from \w|def |class |@|#|\"{3}|'{3}|if |for |\w+ ?=)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one file."""

    source: Source | None
    """None where the file is unreadable."""
    notes: tuple[str, ...] = ()
    """The repairs; of an unreadable file the reason and the remedy."""
    repaired: bool = False
    prose: tuple[str, ...] = ()
    """Code that stands in cells of text, to be run before the rest."""
    kind: str = ""
    """What it was read as: `notebook` or `script`."""
    text: str = ""
    """The Python text as a whole, with which a script is imported as a module."""


def read(name: str, data: bytes, kind: str = "") -> Reading:
    """Return what the file holds, judged by its content: its name only says what it was meant to be. Never raises."""
    text, coding_note = decoded(data)
    if text is None:
        return unreadable(f"{name} is not a text file: {coding_note}.", HAND_IN)
    said = [f"{name}: {coding_note}."] if coding_note else []
    text, conflicts = resolved(text)
    if conflicts:
        said.append(f"{name}: {merge_note(conflicts)}")
    meant_as_notebook = ".ipynb" in name.lower()
    if is_notebook(text):
        if not meant_as_notebook:
            said.append(f"{name} is really a notebook and was read as one.")
        return notebook(name, text, said)
    if meant_as_notebook:
        if not PYTHON.search(text) or text.lstrip()[:1] in {"{", "[", "<", ""}:
            return unreadable(f"{name} is not a notebook: {seen(text)}.", SAVE_AGAIN)
        said.append(f"{name} is really a Python script and was read as one.")
    elif kind == TEXT:
        said.append(f"{name} is really a Python script and was read as one.")
    return script(name, text, said)


def unreadable(reason: str, remedy: str) -> Reading:
    """Return the reading of a file that cannot be graded."""
    return Reading(None, (reason, remedy))


def seen(text: str) -> str:
    """Say what a file holds that should be a notebook."""
    if not text.strip():
        return "it is empty"
    if text.lstrip()[:1] == "<":
        return "it is a web page"
    return "it is cut off or not valid JSON"


def notebook(name: str, text: str, said: list[str]) -> Reading:
    """Read a text that is meant as a notebook."""
    try:
        found = read_notebook(text)
    except BrokenNotebookError as error:
        reason, remedy = error.args
        return unreadable(f"{name} cannot be read: {reason}.", remedy)
    said += [f"{name}: {repair}" for repair in found.repairs]
    repaired = bool(said)
    if not found.code:
        said.append(f"{name} has no code cells.")
    text = "\n".join(found.prose + found.code)
    return Reading(Source(name, found.code), tuple(said), repaired, found.prose, "notebook", text)


def script(name: str, text: str, said: list[str]) -> Reading:
    """Read a Python script."""
    if len(text) > MAX_CODE:
        return unreadable(
            f"{name} holds more than {MAX_CODE >> 20} MB of code.", "Leave only your own code in it."
        )
    if "get_ipython(" in text or COMMAND.search("\n" + text):
        healed = heal_lines(text.split("\n"))
        text = healed.text
        if healed.lines:
            lines = counted(healed.lines, "IPython line was", "IPython lines were")
            said.append(f"{name}: {lines} replaced, as they are not Python.")
    repaired = bool(said)
    if not text.strip():
        said.append(f"{name} is empty.")
    return Reading(Source(name, pieces(text)), tuple(said), repaired, kind="script", text=text)


def pieces(text: str) -> tuple[str, ...]:
    """Split a script at its percent markers. Blank lines in front keep each piece's line numbers those of the file."""
    if "%%" not in text:
        return (text,)
    lines = text.split("\n")
    starts = [(0, "")]
    starts += [(at, match[1]) for at, line in enumerate(lines) if (match := MARKER.match(line))]
    if len(starts) == 1 or sum(start for start, _ in starts) > MAX_PADDING:
        return (text,)
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    made = []
    for (start, title), end in zip(starts, ends, strict=True):
        piece = "\n".join(lines[start:end])
        if piece.strip() and not NO_CODE.search(title):
            made.append("\n" * start + piece)
    return tuple(made)


def decoded(data: bytes) -> tuple[str | None, str]:
    """Return the text and what had to be done for it; or None and why it is no text."""
    text, note = characters(data)
    if "\0" in text:
        return None, "it holds zero bytes"
    return text.replace("\r\n", "\n").replace("\r", "\n"), note


def characters(data: bytes) -> tuple[str, str]:
    """Return the characters of the file: by byte order mark, as UTF-8, by the declared coding, or as Latin-1."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), "it was saved as UTF-16; save it as UTF-8"
        except UnicodeDecodeError:
            return "\0", ""
    for coding in ("utf-8-sig", declared(data)):
        try:
            return data.decode(coding), ""
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "it is not UTF-8 and was read as Latin-1; save it as UTF-8"


def declared(data: bytes) -> str:
    """Return the coding that one of the first two lines declares, `utf-8` where none does or it is not a safe one."""
    for line in data[:1000].splitlines()[:2]:
        if match := CODING.match(line):
            try:
                coding = codecs.lookup(match[1].decode("ascii")).name
            except (LookupError, UnicodeDecodeError):
                break
            return coding if SAFE_CODINGS.fullmatch(coding) else "utf-8"
    return "utf-8"
