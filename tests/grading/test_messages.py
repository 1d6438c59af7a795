"""What students are told of a fingerprint can be read, and changed by a course; a file that cannot be used says why."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autograder.authoring.loading import CourseError, load_sheet
from autograder.grading.fingerprints import IDS
from autograder.grading.messages import DEFAULTS, messages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from autograder.authoring.loading import Sheet

    MakeSheet = Callable[..., Sheet]

FRAMES = {"some-cases", "pair", "two-mistakes"}
"""The templates that hold others."""
WORDS = {
    "numbers": "Every number in db",
    "part": "db",
    "quantity": "the number of rows of X",
    "digits": "6",
    "place": "first row",
    "condition": "x is negative",
    "symptom": "db[0] is not right.",
    "right": "da is",
    "message": "What is left?",
    "says": "You return the sum.",
    "factor": "It is twice too large.",
    "other": "da",
}


def said(sheet: Sheet, text: str) -> dict[str, str]:
    """Return the templates of a course whose file has this text."""
    return messages(replace(sheet, messages=text))


def test_every_fingerprint_has_a_template_and_nothing_else_has(sheet: Sheet) -> None:
    """None is missing when a student needs it, and none is there that nobody can get."""
    assert len(set(IDS)) == len(IDS)
    assert set(messages(sheet)) == {*IDS, *FRAMES}


@pytest.mark.parametrize("name", sorted({*IDS, *FRAMES}))
def test_a_message_says_one_thing_and_how_to_go_on(sheet: Sheet, name: str) -> None:
    """It is filled in without a rest, is short, and asks for one next step."""
    told = messages(sheet)[name].format(**WORDS)
    assert not re.search(r"[{}]", told)
    assert told[0].isupper() or told.startswith("db")
    if name not in FRAMES | {"part:one-output"}:
        assert told.count("?") == 1
        assert len(told.split()) <= 35


def school_year(text: str) -> float:
    """Return for which school year a text is written, by the formula of Flesch and Kincaid; syllables are counted roughly."""
    words = re.findall("[A-Za-z]+", text)
    syllables = sum(max(1, len(re.findall("[aeiouy]+", word.lower().removesuffix("e")))) for word in words)
    sentences = len(re.findall(r"[.?:;](?: |$)", text))
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


@pytest.mark.parametrize("name", IDS)
def test_a_message_is_easy_to_read(sheet: Sheet, name: str) -> None:
    """In the ninth year of school."""
    assert school_year(messages(sheet)[name].format(**WORDS)) <= 9


@pytest.mark.parametrize("name", sorted({*IDS, *FRAMES}))
def test_a_message_holds_no_number_of_a_case(sheet: Sheet, name: str) -> None:
    """What has three digits could only have come from the inputs or the answers."""
    assert not re.search(r"\d\.?\d\.?\d", messages(sheet)[name])


def test_a_course_replaces_line_by_line(sheet: Sheet) -> None:
    """What it does not have is as it was."""
    found = said(sheet, '"factor:two" = "{numbers}: zweimal zu viel"\n"zero:all" = "Null?"')
    changed = {name for name, template in messages(sheet).items() if found[name] != template}
    assert changed == {"factor:two", "zero:all"}
    assert found["factor:two"] == "{numbers}: zweimal zu viel"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('"factor:two" = = 2', r"is not TOML: .* \(at line 1, column 16\)\."),
        ('"factor:three" = "Three."', r": nothing is called 'factor:three'; the names are those in .*\."),
        ('factor = {two = "Two."}', r": nothing is called 'factor'; .*"),
        ('"factor:two" = 2', r": 'factor:two' must be a text\."),
        ('"factor:two" = " "', r": 'factor:two' must be a text\."),
        ('"factor:two" = "{expected}"', r": 'factor:two' may have only \{numbers\} in braces\."),
        ('"factor:two" = "{numbers!r}"', r": 'factor:two' may have only \{numbers\} in braces\."),
        ('"factor:two" = "{numbers:>9}"', r": 'factor:two' may have only \{numbers\} in braces\."),
        ('"factor:two" = "{numbers.real}"', r": 'factor:two' may have only \{numbers\} in braces\."),
        ('"factor:two" = "{}"', r": 'factor:two' may have only \{numbers\} in braces\."),
        ('"factor:two" = "a set {1, 2"', r": 'factor:two' may have only \{numbers\} in braces\."),
        ('"shape:each-with-each" = "{part}"', r": 'shape:each-with-each' may have nothing in braces\."),
    ],
)
def test_a_file_that_cannot_be_used_says_why(sheet: Sheet, text: str, why: str) -> None:
    """In one sentence, with the file's name."""
    with pytest.raises(CourseError) as caught:
        said(sheet, text)
    file = re.escape(str(sheet.folder.parent / "messages.toml"))
    assert re.fullmatch(f"{file}( )?{why}", str(caught.value))


def test_a_sheet_is_loaded_with_the_messages_of_its_course(make_sheet: MakeSheet, tmp_path: Path) -> None:
    """They lie beside its folder; without the file there are none."""
    assert make_sheet().messages == ""
    text = '"zero:all" = "Nothing?"'
    (tmp_path / "messages.toml").write_text(text, encoding="utf-8")
    assert make_sheet().messages == text


@pytest.mark.parametrize("spoil", ["folder", "bytes"])
def test_messages_that_cannot_be_read(make_sheet: MakeSheet, tmp_path: Path, spoil: str) -> None:
    """A folder of that name, or another encoding."""
    folder = make_sheet().folder
    file = tmp_path / "messages.toml"
    if spoil == "folder":
        file.mkdir()
    else:
        file.write_bytes(b"\xff\xfe")
    with pytest.raises(CourseError, match=r"messages\.toml cannot be read: "):
        load_sheet(folder, "tiny", 1)


def test_the_defaults_lie_in_the_package() -> None:
    """Beside the module, from where a wheel takes them too."""
    assert DEFAULTS.parts[-3:] == ("autograder", "grading", "messages.toml")
    assert DEFAULTS.is_file()
