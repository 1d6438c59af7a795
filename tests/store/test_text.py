"""What strangers wrote, made plain."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.store import plain_text

HOSTILE = st.text(
    st.sampled_from("ab1;[]m\\P^_X?! \n\t\r\x00\x07\x1b\x9b\x9c\x9d\x90\x7f\u202e\u2067\ud800\udc00é")
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain\ttext\nüñ 漢 🙂", "plain\ttext\nüñ 漢 🙂"),
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b2Jcleared", "cleared"),
        ("\x1bPdevice\x9cafter", "after"),
        ("\x1b]never ended\nnext line", "\nnext line"),
        ("10%\r20%\r\n", "10%\n20%\n"),
        ("a\x00b\x08c\x7f", "abc"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("half \ud83d and \udcff", "half  and "),
        ("\x1b\x1b[31mred", "red"),
    ],
)
def test_known_texts(text: str, expected: str) -> None:
    """Escapes, controls, direction marks and lone surrogates go; everything else stays."""
    assert plain_text(text) == expected


@given(st.text() | HOSTILE)
def test_only_plain_characters_are_left(text: str) -> None:
    """Whatever goes in, no control but tab and newline comes out, and the result can be encoded."""
    plain = plain_text(text)
    assert plain.encode("utf-8").decode("utf-8") == plain
    assert all(char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"} for char in plain)
    assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u206f" for char in plain)


@given(st.text() | HOSTILE)
def test_twice_is_once(text: str) -> None:
    """Nothing that was taken out lets something new appear."""
    assert plain_text(plain_text(text)) == plain_text(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs"])))
def test_ordinary_text_is_kept(text: str) -> None:
    """A text without controls and formats comes out as it went in."""
    assert plain_text(text) == text
