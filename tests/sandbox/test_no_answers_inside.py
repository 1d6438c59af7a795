"""No answer is inside: neither in any byte of a child's memory nor in any file that it can reach.

The course of this file has marks that occur nowhere else: in the body of the reference, in `checks.py`, and in a right
answer. A submission searches for them. It is given the beginning of each mark and a digest of the whole, so that
looking for a mark does not put it there; a mark among the inputs shows that the search finds what there is.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from autograder.authoring import Limits
from autograder.authoring.loading import load_course
from autograder.grading import Grader
from autograder.model import Ended, Source, Submission
from autograder.sandbox import wire
from autograder.sandbox.host import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BODY = f"body-{secrets.token_hex(16)}"
CHECKS_TEXT = f"checks-{secrets.token_hex(16)}"
HIDDEN = f"hidden-{secrets.token_hex(16)}"
ANSWER = struct.unpack("<d", secrets.token_bytes(6) + b"\x51\x3b")[0]  # about 1e-22: a number like no other
INPUT = int.from_bytes(secrets.token_bytes(7), "little") | 1 << 58

MARKS = {
    "body": BODY.encode(),
    "checks": CHECKS_TEXT.encode(),
    "hidden": HIDDEN.encode(),
    "answer": struct.pack("<d", ANSWER),
    "input": struct.pack("<q", INPUT),
}

SOLUTION = f'''\
import numpy as np


def secret(x):
    """Return a number that nobody guesses."""
    text = "{BODY}"
    return {ANSWER!r} if text else 0.0
'''

CHECKS = f'''\
"""{CHECKS_TEXT}"""

import numpy as np

from autograder.authoring import Assignment

assignment = Assignment("marked", title="Marked")
secret = assignment.exercise("secret", id="m.1", points={{"number": 1}}, hints=("a?", "b.", "c."))


@secret.case("number")
def only_case(rng):
    """{HIDDEN}"""
    return (np.array([{INPUT}], np.int64),)
'''

SEARCH = '''
import ctypes, hashlib, json, os, resource, sys

libc = ctypes.CDLL(None, use_errno=True)
libc.mincore.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
libc.write.argtypes = ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t
libc.sbrk.restype = ctypes.c_void_p
PAGE, CHUNK, PIECE, GAP = 4096, 1 << 21, 1 << 16, 64 << 20
resident = ctypes.create_string_buffer(CHUNK // PAGE)


def has(data, marks):
    for name, (beginning, length, digest) in marks.items():
        place = data.find(beginning)
        while place >= 0:
            if hashlib.sha256(data[place : place + length]).digest() == digest:
                yield name
                break
            place = data.find(beginning, place + 1)


def mapped(start, size):
    return libc.mincore(start, size, resident) == 0


def pages(chunk):
    """Yield the parts of a chunk that are mapped."""
    if mapped(chunk, CHUNK):
        yield chunk, CHUNK
        return
    for page in range(chunk, chunk + CHUNK, PAGE):
        if mapped(page, PAGE):
            yield page, PAGE


def regions():
    """Yield what is mapped near everything whose address is known, until there is nothing for a long way."""
    anchors = [
        id(object()), libc.sbrk(0), ctypes.addressof(ctypes.create_string_buffer(1 << 20)),
        ctypes.cast(libc.write, ctypes.c_void_p).value, ctypes.cast(ctypes.pythonapi.Py_IncRef, ctypes.c_void_p).value,
        ctypes.c_void_p.in_dll(libc, "environ").value, id(type), id(sys.modules["numpy"].zeros(1 << 21)),
    ]
    seen = set()
    for anchor in anchors:
        for step in (CHUNK, -CHUNK):
            chunk, empty = anchor // CHUNK * CHUNK, 0
            while empty < GAP and 0 < chunk < 1 << 47:
                if chunk not in seen:
                    seen.add(chunk)
                    found = list(pages(chunk))
                    yield from found
                else:
                    found = True
                empty = 0 if found else empty + CHUNK
                chunk += step


def read(reading, writing, start, size):
    """Yield the readable bytes of a range: the kernel copies them, and says where it cannot."""
    place = start
    while place < start + size:
        copied = libc.write(writing, place, min(PIECE, start + size - place))
        if copied > 0:
            yield os.read(reading, PIECE)
        place += copied if copied > 0 else PAGE - place % PAGE


def memory(marks):
    """Search everything; return what was found and how much was looked at."""
    reading, writing = os.pipe()
    found, size, last, end = set(), 0, b"", 0
    for start, extent in sorted(regions()):
        size += extent
        last = last if start == end else b""
        for data in read(reading, writing, start, extent):
            found.update(has(last + data, marks))
            last = data[-64:]
        end = start + extent
    base = resource.getrlimit(resource.RLIMIT_AS)[0] - (512 << 20)
    return [sorted(found), size, base]


def files(marks, since):
    """Search every file that can be reached and is not older than the marks; return what was found, and how many."""
    roots = ["/", ".", *sys.path, *json.loads(sys.orig_argv[-1])["readable"], "/proc", "/dev", "/tmp"]
    found, count, done = set(), 0, set()
    for root in roots:
        for folder, _, names in os.walk(root) if os.path.isdir(root) else [(os.path.dirname(root), [], [os.path.basename(root)])]:
            for name in names:
                path = os.path.join(folder, name)
                try:
                    status = os.stat(path)
                    if (status.st_dev, status.st_ino) in done or not os.access(path, os.R_OK):
                        continue
                    done.add((status.st_dev, status.st_ino))
                    count += 1
                    if status.st_mtime >= since and os.path.isfile(path):
                        with open(path, "rb") as file:
                            found.update(has(file.read(), marks))
                except OSError:
                    continue
    return [sorted(found), count]
'''


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the course with the marks."""
    root = tmp_path_factory.mktemp("marked")
    folder = root / "reference" / "marked"
    folder.mkdir(parents=True)
    (root / "reference" / "course.toml").write_text('title = "Marked"\nassignments = ["marked"]\n')
    (folder / "solution.py").write_text(SOLUTION)
    (folder / "checks.py").write_text(CHECKS)
    return root


@pytest.fixture(scope="module")
def grader(sandbox: Sandbox, marked: Path) -> Iterator[Grader]:
    """Return a grader that holds every answer before its sandbox is started, at each level."""
    sheet = load_course(marked).sheet("marked")
    with Sandbox("numpy", sandbox.isolation) as late:
        made = Grader(sheet, late, seed=1)
        assert BODY in sheet.solution
        assert CHECKS_TEXT in sheet.checks
        assert float(made.keys[0].questions[0].reference.value) == ANSWER
        made.sandbox._zygote.process.kill()  # the one that is used is started by a process full of answers
        made.sandbox._zygote.process.wait()
        yield made


def looked(grader: Grader, look: str, *more: str) -> Any:
    """Return what a submission finds with an expression, `marks` being the marks; the question is the real one."""
    marks = {
        name: (mark[: len(mark) // 2], len(mark), hashlib.sha256(mark).digest())
        for name, mark in MARKS.items()
    }
    code = f"marks = {marks!r}\ndef secret(x):\n    return {look}\n"
    work = Submission("mallory", "marked", "marked.py", (Source("marked.py", (SEARCH, *more, code)),))
    (key,) = grader.keys
    patient = replace(key.batch, limits=Limits(seconds=60.0))
    run = grader.sandbox.run(work, [patient], Limits()).batches[0].runs[0]
    assert run.ended is Ended.RETURNED, run
    return wire.plain(run.value)


def test_no_answer_is_in_memory(grader: Grader) -> None:
    """Every page is read; of the marks only the input is there."""
    found, size, base = looked(grader, "memory(marks)")
    assert found == ["input"]
    assert size > 0.95 * base  # what was mapped when the child was born has been looked at


def test_the_search_finds_what_is_there(grader: Grader) -> None:
    """Marks that a submission brings along are all found, wherever they lie."""
    reversed_marks = {name: mark[::-1] for name, mark in MARKS.items() if name != "input"}
    plant = (
        "import numpy as np\n"
        f"reversed_marks = {reversed_marks!r}\n"
        "planted = [mark[::-1] for mark in reversed_marks.values()]\n"
        "large = np.zeros(9 << 20, np.uint8)\n"
        "large[(5 << 20) - 3 :][: len(planted.pop())] = np.frombuffer(reversed_marks['answer'][::-1], np.uint8)\n"
    )
    found, _, _ = looked(grader, "memory(marks)", plant)
    assert found == sorted(MARKS)


def test_no_answer_is_in_a_file(grader: Grader, marked: Path) -> None:
    """Every file that can be listed or is named to the child is looked at: thousands, and none of ours."""
    since = (marked / "reference" / "course.toml").stat().st_mtime - 1
    found, count = looked(grader, f"files(marks, {since!r})")
    assert found == []
    assert count > 500


def test_the_marks_can_be_found_on_the_disk(marked: Path) -> None:
    """Where nothing hides them: the same search, in this process."""
    space: dict[str, Any] = {}
    exec(SEARCH, space)  # noqa: S102 - the code above
    marks = {name: (mark[:4], len(mark), hashlib.sha256(mark).digest()) for name, mark in MARKS.items()}
    found = set()
    for file in (marked / "reference").rglob("*.py"):
        found.update(space["has"](file.read_bytes(), marks))
    assert found == {"body", "checks", "hidden"}
