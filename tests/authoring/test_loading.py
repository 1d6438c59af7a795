"""Finding and loading a course, and what authors are told when it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autograder.authoring import CourseError, find_course, load_course
from autograder.authoring.loading import load_sheet

if TYPE_CHECKING:
    from pathlib import Path

CHECKS = 'from autograder.authoring import Assignment\n\nassignment = Assignment("{0}", title="{0}")\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course of two sheets without exercises."""
    _write(tmp_path / "reference" / "course.toml", 'title = "Tiny"\nassignments = ["b", "a"]\n')
    for slug in ("a", "b"):
        _write(tmp_path / "reference" / slug / "solution.py", f"# {slug}\n")
        _write(tmp_path / "reference" / slug / "checks.py", CHECKS.format(slug))
    return tmp_path


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_a_course_holds_its_sheets_in_the_order_of_its_file(root: Path) -> None:
    """The numbers of the folders in `assignments/` follow from it."""
    course = load_course(root)
    assert (course.title, course.root) == ("Tiny", root)
    assert [(sheet.number, sheet.assignment.slug, sheet.solution) for sheet in course.sheets] == [
        (1, "b", "# b\n"),
        (2, "a", "# a\n"),
    ]
    assert course.sheet("a").checks == CHECKS.format("a")
    assert course.sheet("a").folder == root / "reference" / "a"


def test_an_unknown_sheet_is_answered_with_the_known_ones(root: Path) -> None:
    """Whoever mistyped sees what there is."""
    with pytest.raises(CourseError, match=r"no assignment 'c' in .* There are: b, a\."):
        load_course(root).sheet("c")


def test_a_course_is_found_from_any_folder_in_it(root: Path) -> None:
    """Commands work wherever one is."""
    assert find_course(root / "reference" / "a") == root
    assert find_course(root) == root


def test_no_course_is_an_error_that_says_how_to_name_one(tmp_path: Path) -> None:
    """The nearest folder upwards counts; here there is none."""
    with pytest.raises(CourseError, match=r"No course here: .* name it with --course DIR"):
        find_course(tmp_path)


def test_a_folder_without_a_course_file_is_no_course(tmp_path: Path) -> None:
    """The message names the file that is missing."""
    with pytest.raises(CourseError, match=r"is not a course: there is no .*course\.toml"):
        load_course(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "title =",
        'title = "T"',
        "assignments = []",
        "title = 1\nassignments = 2",
        '\ntitle = "T"\nassignments = "ab"',
        'title = "T"\nassignments = [1]',
    ],
)
def test_a_broken_course_file_is_named(root: Path, text: str) -> None:
    """No TOML, a missing key, a name where a list of names belongs."""
    _write(root / "reference" / "course.toml", text)
    with pytest.raises(CourseError, match=r"course\.toml cannot be used: .*assignments"):
        load_course(root)


def test_a_course_file_that_is_no_text_is_named(root: Path) -> None:
    """Bytes that are not UTF-8 are the author's to mend."""
    (root / "reference" / "course.toml").write_bytes(b"\xff")
    with pytest.raises(CourseError, match=r"course\.toml cannot be used: .*utf-8"):
        load_course(root)


@pytest.mark.parametrize("name", ["solution.py", "checks.py"])
def test_a_missing_file_of_a_sheet_is_named(root: Path, name: str) -> None:
    """Both files make a sheet."""
    (root / "reference" / "a" / name).unlink()
    with pytest.raises(CourseError, match=rf"reference/a/{name} cannot be read"):
        load_course(root)


LOADS = {
    "syntax": ("\n\ndef f(:\n", "checks.py:3: does not load: SyntaxError"),
    "import": ("\nimport no_such_module_at_all\n", "checks.py:2: does not load: ModuleNotFoundError"),
    "record": (
        CHECKS.format("a") + 'assignment.exercise("f", id="1", points={}, hints=("", "", ""))\n',
        "checks.py:4: does not load: ValueError: f has a criterion without points",
    ),
    "nul": ("\0", "checks.py:1: does not load"),
    "exit": ("import sys\nsys.exit(0)\n", "checks.py:2: does not load: SystemExit: 0"),
    "nothing": ("x = 1\n", "defines no `assignment = Assignment"),
    "another type": ("assignment = 1\n", "defines no `assignment = Assignment"),
    "another slug": (CHECKS.format("b"), "calls itself 'b'; its folder is 'a'"),
}


@pytest.mark.parametrize("name", LOADS)
def test_checks_that_do_not_load_are_named_with_their_line(root: Path, name: str) -> None:
    """The line is the author's, not one of ours that it called."""
    text, message = LOADS[name]
    _write(root / "reference" / "a" / "checks.py", text)
    with pytest.raises(CourseError, match=message):
        load_sheet(root / "reference" / "a", "a", 1)


def test_an_edit_is_seen_at_once(root: Path) -> None:
    """Even one of the same length within the same second."""
    folder = root / "reference" / "a"
    titles = []
    for title in ("one", "two"):
        _write(folder / "checks.py", CHECKS.format("a").replace('title="a"', f'title="{title}"'))
        titles.append(load_sheet(folder, "a", 1).assignment.title)
    assert titles == ["one", "two"]


def test_checks_may_define_dataclasses(root: Path) -> None:
    """These look their module up by its name."""
    text = "from __future__ import annotations\nimport dataclasses\n" + CHECKS.format("a")
    text += "@dataclasses.dataclass\nclass P:\n    x: dataclasses.InitVar[int]\n"
    _write(root / "reference" / "a" / "checks.py", text)
    assert load_sheet(root / "reference" / "a", "a", 1).assignment.slug == "a"


EXERCISE = """
one = assignment.exercise("one", id="a.1", points={"all": 1}, hints=("?", "?", "?"))
"""


@pytest.fixture
def taught(root: Path) -> Path:
    """The file of the course, whose sheet `a` has an exercise."""
    checks = root / "reference" / "a" / "checks.py"
    checks.write_text(checks.read_text(encoding="utf-8") + EXERCISE, encoding="utf-8")
    return root / "reference" / "course.toml"


def _lecture(file: Path, concepts: str, title: str = 'title = "Euler"') -> None:
    text = f"{file.read_text(encoding='utf-8')}\n[[lecture]]\n{title}\n[lecture.concepts]\n{concepts}\n"
    file.write_text(text, encoding="utf-8")


def test_what_the_lectures_teach(taught: Path, root: Path) -> None:
    """Each concept has exercises, or a reason why there is none."""
    _lecture(taught, '"slope" = ["a.1"]\n"taste" = "a matter of opinion"')
    (lecture,) = load_course(root).lectures
    assert lecture.title == "Euler"
    assert [(each.name, each.exercises, each.reason) for each in lecture.concepts] == [
        ("slope", ("a.1",), ""),
        ("taste", (), "a matter of opinion"),
    ]


@pytest.mark.parametrize(
    ("concepts", "wrong"),
    [
        ('"slope" = []', "nothing is said of 'slope'"),
        ('"slope" = ""', "nothing is said of 'slope'"),
        ('"slope" = 3', "nothing is said of 'slope'"),
        ('"slope" = ["a.2"]', "no exercise has the id a.2"),
        ('"slope" = "no"', "exercise a.1 practises no concept of any lecture"),
    ],
)
def test_no_row_is_empty_and_no_exercise_without_a_row(
    concepts: str, wrong: str, taught: Path, root: Path
) -> None:
    """The file and what belongs into it are told."""
    _lecture(taught, concepts)
    with pytest.raises(CourseError, match=rf"course.toml cannot be used: {wrong}. Each \[\[lecture\]\] has"):
        load_course(root)


def test_a_lecture_has_a_title_and_concepts(taught: Path, root: Path) -> None:
    """Whatever is missing is named."""
    _lecture(taught, '"slope" = ["a.1"]', title="")
    with pytest.raises(CourseError, match=r"cannot be used: 'title'\. Each"):
        load_course(root)
