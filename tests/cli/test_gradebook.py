"""The table of a class: nothing in it is lost, however narrow the terminal and whatever the names."""

from __future__ import annotations

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from autograder.cli.gradebook import Gradebook
from autograder.model import ExerciseResult, Report, Status, Verdict


def report(
    student: str = "ada",
    slug: str = "ops",
    score: float | None = 3.0,
    status: Status = Status.GRADED,
    notes: tuple[str, ...] = (),
) -> Report:
    """Return a report of one exercise."""
    verdict = Verdict.UNGRADED if score is None else Verdict.PASSED
    exercises = (ExerciseResult("matmul", verdict, score, 4.0, notes=notes),)
    told = notes if status is Status.UNREADABLE else ()
    return Report(student, slug, f"{student}/{slug}.py", status, told, score, 4.0, 0.0, exercises)


def printed(book: Gradebook, width: int) -> str:
    """Return the tables as a terminal of this width shows them."""
    console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False)
    for table in book.tables(width):
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def rows(book: Gradebook, width: int = 200) -> list[list[str]]:
    """Return the words of each line."""
    return [line.split() for line in printed(book, width).splitlines()]


def test_a_row_for_each_student_and_a_column_for_each_assignment() -> None:
    """In alphabetical order, what is of no known assignment last; no mark where nothing was handed in."""
    book = Gradebook(
        [
            report("ben", "unknown", 0.0, Status.MISSING),
            report("ben", "ops", 4.0),
            report("ada", "partials", 2.5),
            report("cem", "ops", 0.0, Status.UNREADABLE),
            report("dana", "partials", None),
        ]
    )
    assert rows(book) == [
        ["student", "ops", "partials", "unknown"],
        ["ada", "2.5/4"],
        ["ben", "4/4", "missing"],
        ["cem", "unreadable"],
        ["dana", "ungraded"],
    ]
    assert not book.complete


def test_a_class_in_which_everybody_has_a_score_is_complete() -> None:
    """Missing and unreadable work has one: it is nothing of ours."""
    assert Gradebook([report(), report("ben", score=0.0, status=Status.UNREADABLE)]).complete
    assert Gradebook([]).complete


def test_no_reports_no_table() -> None:
    """Nor a line."""
    book = Gradebook([])
    assert (list(book.tables(80)), list(book.attention())) == ([], [])


names = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs", "Mn", "Me"]),
    min_size=20,
    max_size=90,
)


@settings(deadline=None, max_examples=50)
@given(
    students=st.lists(st.from_regex(r"[a-z]{1,12}", fullmatch=True), min_size=1, max_size=5, unique=True),
    slugs=st.lists(st.from_regex(r"[a-z]{1,20}", fullmatch=True), min_size=1, max_size=9, unique=True),
    width=st.integers(36, 120),
)
def test_a_narrow_terminal_gets_several_tables(students: list[str], slugs: list[str], width: int) -> None:
    """Every column is whole in one of them, beside the students' names, and no line is longer than the terminal."""
    book = Gradebook([report(student, slug) for student in students for slug in slugs])
    lines = printed(book, width).splitlines()
    assert max(map(len, lines)) <= width
    heads = [line.split()[1:] for line in lines if line.split()[0] == "student" and "3/4" not in line]
    assert [slug for head in heads for slug in head] == sorted(
        slugs, key=lambda slug: (slug == "unknown", slug)
    )
    words = [line.split() for line in lines]
    for head in heads:
        for student in students:
            assert [student, *["3/4"] * len(head)] in words
    assert len(lines) == len(heads) * (len(students) + 1)


@settings(deadline=None, max_examples=50)
@given(student=names, width=st.integers(20, 60))
def test_a_long_name_is_folded_and_not_cut(student: str, width: int) -> None:
    """Every character of it is shown, in whatever number of lines."""
    lines = printed(Gradebook([report(student)]), width).splitlines()
    assert all(cell_len(line) <= width for line in lines)
    shown = "".join(line.removesuffix("3/4").strip() for line in lines[1:])
    assert shown == student
    assert lines[1].endswith("3/4")


def test_names_and_notes_are_plain_text() -> None:
    """What steers a terminal is taken out, what looks like markup stays as it is, and everything is on one line."""
    book = Gradebook(
        [
            report(
                "[bold]eve[/]\x1b[31m",
                "[red]ops",
                None,
                notes=("Not [/] graded:\n\x1b]0;owned\x07 our\x9b2J fault.",),
            ),
            report("\x1b[2Jmallory", "ops", 0.0, Status.UNREADABLE, ("line one\nline [/two]\x07",)),
        ]
    )
    assert rows(book) == [
        ["student", "[red]ops", "ops"],
        ["[bold]eve[/]", "ungraded"],
        ["mallory", "unreadable"],
    ]
    assert list(book.attention()) == [
        "mallory, ops: line one line [/two]",
        "[bold]eve[/], [red]ops, matmul: Not [/] graded: our fault.",
    ]


def test_the_same_fault_is_told_once() -> None:
    """An exercise that nobody could be graded on is one line, not one for each of three hundred students."""
    fault = ("Not graded: no key. This is our error, not yours.",)
    book = Gradebook(
        [*(report(f"s{number}", score=None, notes=fault) for number in range(300)), report("zoe", score=None)]
    )
    assert list(book.attention()) == [
        "s0 and 299 more, ops, matmul: Not graded: no key. This is our error, not yours.",
        "zoe, ops, matmul: ",
    ]
