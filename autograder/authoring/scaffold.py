"""Trusted. Begins an assignment: two files with an exercise that works, and its name in `course.toml`."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from importlib import resources
from typing import TYPE_CHECKING

from autograder.authoring.loading import CourseError

if TYPE_CHECKING:
    from pathlib import Path

SLUG = re.compile(r"[a-z][a-z0-9_]*")
LIST = re.compile(r"^assignments\s*=\s*\[(?P<inside>[^\]]*)\]", re.MULTILINE)
COURSE = '# The sheets in teaching order. Each has a folder of its name with solution.py and checks.py.\ntitle = "{}"\nassignments = []\n'


def scaffold(root: Path, slug: str, title: str) -> list[Path]:
    """Add an assignment to the course in `root`, which is begun where there is none; return the files written.

    Raises CourseError, and then nothing is left half-written: where the name cannot be one of a file and of a Python
    module, where there is such a folder already, and where `course.toml` cannot be extended.
    """
    if SLUG.fullmatch(slug) is None:
        raise CourseError(
            f"{slug!r} cannot be the name of an assignment: use small letters, digits and _, such as newton."
        )
    file, folder = root / "reference" / "course.toml", root / "reference" / slug
    if folder.exists():
        raise CourseError(f"{folder} is there already: choose another name, or remove it.")
    if '"' in title or "\\" in title or not title.isprintable():
        raise CourseError(
            f"{title!r} cannot be a title: it must be one line, without quotes and backslashes."
        )
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else COURSE.format(title)
        extended = _extended(text, slug, file)
        folder.mkdir(parents=True)
        written = [folder / f"{name}.py" for name in ("solution", "checks")]
        for path in written:
            template = resources.files("autograder.authoring") / "template" / f"{path.stem}.txt"
            path.write_text(template.read_text("utf-8").format(slug=slug, title=title), encoding="utf-8")
        file.write_text(extended, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise CourseError(f"{folder} cannot be written: {error}.") from None
    return [*written, file]


def _extended(text: str, slug: str, file: Path) -> str:
    """Return the text of `course.toml` with one more assignment, all else as it is. Raises CourseError."""
    by_hand = f'{file} cannot be extended: write "{slug}" into its list `assignments`, and then try again.'
    try:
        listed = list(tomllib.loads(text)["assignments"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        raise CourseError(by_hand) from None
    if slug in listed:  # by hand, before
        return text
    match = LIST.search(text)
    if match is None:
        raise CourseError(by_hand)
    inside = match["inside"].rstrip()
    comma = ", " if inside and not inside.endswith(",") else " " if inside else ""
    inside = f"{inside}{comma}{json.dumps(slug)}"
    if "\n" in match["inside"]:
        inside = f"{match['inside'].rstrip().rstrip(',')},\n  {json.dumps(slug)},\n"
    extended = text[: match.start("inside")] + inside + text[match.end("inside") :]
    try:
        if tomllib.loads(extended)["assignments"] == [*listed, slug]:
            return extended
    except tomllib.TOMLDecodeError:
        pass
    raise CourseError(by_hand)
