"""Trusted. Takes one side of what a merge has left in a text between `<<<<<<<` and `>>>>>>>`."""

from __future__ import annotations

OURS, BASE, THEIRS, END = "<<<<<<<", "|||||||", "=======", ">>>>>>>"
FOLLOWS = {"": (OURS,), OURS: (BASE, THEIRS), BASE: (THEIRS,), THEIRS: (END,)}
"""What may end each part."""
UNSOLVED = "NotImplementedError"


def resolved(text: str) -> tuple[str, int]:
    """Return the text as one of the two sides has it, and how many conflicts there were; the text itself for none.

    It is the first side, which is one's own, unless more of it is unsolved. All of a text is of one side: so a notebook
    stays one.
    """
    if f"{OURS} " not in text or END not in text:
        return text, 0
    ours: list[str] = []
    theirs: list[str] = []
    part, conflicts = "", 0
    for line in text.split("\n"):
        mark = line[:7]
        if mark in FOLLOWS[part] and line[7:8] in {"", " ", "\r"}:
            part = "" if mark == END else mark
            conflicts += mark == END
            continue
        if part in {"", OURS}:
            ours.append(line)
        if part in {"", THEIRS}:
            theirs.append(line)
    if part or not conflicts:
        return text, 0  # no merge has written this
    sides = ["\n".join(lines) for lines in (ours, theirs)]
    return min(sides, key=lambda side: side.count(UNSOLVED)), conflicts
