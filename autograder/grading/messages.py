"""Trusted. What is said of a fingerprint: templates in `messages.toml`, which a course may replace line by line."""

from __future__ import annotations

import string
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.authoring.loading import CourseError

if TYPE_CHECKING:
    from autograder.authoring.loading import Sheet

DEFAULTS = Path(__file__).with_name("messages.toml")


def messages(sheet: Sheet) -> dict[str, str]:
    """Return the templates of a sheet's course, by the id of what they are said of.

    What the course's own `messages.toml` does not have is taken from ours. Raises CourseError where it cannot be used.
    """
    return _defaults() | _checked(sheet.messages, sheet.folder.parent / "messages.toml")


@lru_cache(maxsize=1)
def _defaults() -> dict[str, str]:
    return tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))


def _checked(text: str, file: Path) -> dict[str, str]:
    """Return the templates in the text of a course's file. Raises CourseError."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{file} is not TOML: {error!s}.") from None
    for key, template in table.items():
        if key not in _defaults():
            raise CourseError(f"{file}: nothing is called {key!r}; the names are those in {DEFAULTS}.")
        if not isinstance(template, str) or not template.strip():
            raise CourseError(f"{file}: {key!r} must be a text.")
        allowed = _words(_defaults()[key])
        if not _words(template) <= allowed:
            known = f"only {_braced(allowed)}" if allowed else "nothing"
            raise CourseError(f"{file}: {key!r} may have {known} in braces.")
    return table


def _words(template: str) -> set[str]:
    """Return what is to be filled in. What is not a word alone in its braces is a word that no template has."""
    try:
        parts = string.Formatter().parse(template)
        return {
            template if spec or conversion else word
            for _, word, spec, conversion in parts
            if word is not None
        }
    except ValueError:
        return {template}


def _braced(words: set[str]) -> str:
    return ", ".join(f"{{{word}}}" for word in sorted(words))
