"""Trusted. Makes text that strangers wrote safe to show in a terminal, a file or a page's source."""

from __future__ import annotations

import re

# Terminal commands, with a bound: one that is never ended must not swallow more than its line.
ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\n\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # titles, links, device strings
    r"|\x1b[ -/]*[0-~]?"  # everything else
)
NEWLINES = re.compile(r"\r\n?")
UNWANTED = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, except tab and newline
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # what reverses the order in which text is shown
    "\ud800-\udfff"  # halves of characters, which cannot be encoded
    "]"
)


def plain_text(text: str) -> str:
    """Return the text without terminal escapes, controls, direction marks and lone surrogates.

    Tabs and newlines stay, and a carriage return becomes a newline: a progress bar is then a line for each step.
    """
    return UNWANTED.sub("", ESCAPES.sub("", NEWLINES.sub("\n", text)))


def plain_line(text: str) -> str:
    """Return the text as one plain line, with single blanks: it can imitate no line of ours."""
    return " ".join(plain_text(text).split())


def plain_json(text: str) -> str:
    """Return JSON with those characters written as escapes: it is the same data, and still JSON."""
    return UNWANTED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
