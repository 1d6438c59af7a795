"""Trusted. What a file's name tells: the assignment, the student, and which of two copies is the newer."""

from __future__ import annotations

import re
from functools import lru_cache

SEPARATORS = " _-.,+()[]"
COPY = re.compile(r"[ _-]*\((\d{1,3})\)$|[ _-]+(?:copy|kopie)[ _-]*(\d{0,3})$", re.IGNORECASE)
COPY_OF = re.compile(r"^(?:copy of|kopie von)[ _-]+", re.IGNORECASE)
DECORATION = re.compile(r"v?\d{1,2}|final|copy|kopie|solutions?|submission|homework|hw", re.IGNORECASE)
"""Words and short numbers that are nobody's name; a long number is a student's."""


@lru_cache(maxsize=256)
def slug_pattern(slug: str) -> re.Pattern[str]:
    """Return the pattern of a slug as a word: no letter on either side, `-`, `_` and blanks being one another."""
    words = r"[-_ ]?".join(map(re.escape, re.split(r"[-_ ]", slug)))
    return re.compile(rf"(?<![^\W\d_]){words}(?![^\W\d_])", re.IGNORECASE)


def slugs_in(stem: str, slugs: tuple[str, ...]) -> list[str]:
    """Return the assignments that a stem names, a longer name hiding the shorter ones within it."""
    found: list[str] = []
    for slug in sorted(slugs, key=len, reverse=True):
        stem, times = slug_pattern(slug).subn(" ", stem)
        if times:
            found.append(slug)
    return sorted(found, key=slugs.index)


def remains(stem: str, slugs: tuple[str, ...]) -> str:
    """Return the student that a stem names: what is left without assignments, copy marks and decoration."""
    bare, _ = copy_number(stem)
    for slug in slugs_in(bare, slugs):
        bare = slug_pattern(slug).sub("\0", bare, count=1)
    pieces = []
    for part in bare.split("\0"):
        words = [word for word in re.split(r"[ _-]+", part) if word]
        while words and DECORATION.fullmatch(words[0]):
            words = words[1:]
        while words and DECORATION.fullmatch(words[-1]):
            words = words[:-1]
        if words:
            # The separators between the words are the student's own: keep them.
            start, end = part.find(words[0]), part.rfind(words[-1]) + len(words[-1])
            pieces.append(part[start:end].strip(SEPARATORS))
    return " ".join(piece for piece in pieces if piece)


def copy_number(stem: str) -> tuple[str, int]:
    """Return the stem without a mark such as ` (2)`, `-Copy2` or `Copy of `, and the number of the copy, 0 for none."""
    number = 0
    if match := COPY_OF.match(stem):
        stem, number = stem[match.end() :], 1
    if match := COPY.search(stem):
        stem, number = stem[: match.start()], int(match[1] or match[2] or 1)
    return stem, number


def natural(text: str) -> list[tuple[int, str]]:
    """Return a sort key under which `ops_2` comes before `ops_10`."""
    pieces = re.split(r"(\d{1,18})", text.casefold())
    return [(int(piece), "") if piece.isdecimal() and piece else (-1, piece) for piece in pieces]
