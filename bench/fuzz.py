"""Throws broken files at everything that reads what strangers wrote: `python bench/fuzz.py --minutes 60`.

Archives, notebooks (and scripts), cells that are no Python, and the frames of the sandbox's wire are made validly and
then spoilt. Of every input
it is asked: does it end in a row, or in the error that is documented, within a few seconds and little memory? Each
failure is made smaller, printed, and saved as a file that becomes a test.
"""

from __future__ import annotations

import argparse
import ast
import gc
import gzip
import io
import json
import os
import random
import resource
import socket
import struct
import sys
import tarfile
import tempfile
import time
import traceback
import warnings
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import numpy as np
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from autograder.model import Run, Status, Submission
from autograder.sandbox import wire
from autograder.sandbox.children import Child, EndingError, Frame
from autograder.sandbox.mending import FLAGS, REFUSED, lost, mended
from autograder.sandbox.replies import decoded
from autograder.submissions import FindError, find
from autograder.submissions.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Strategy = st.SearchStrategy[bytes]

CHUNK = 500
"""Inputs of one run of hypothesis: it remembers all of them."""
SECONDS = 5.0
"""Of processor time, what one input may take: the clock would also count what others do on the machine."""
MEMORY = 2 << 30
COURSE = {"lines": ["double", "half"], "curves": ["square"]}
WORK = "import numpy as np\n\ndef double(x):\n    return 2 * x\n\ndef half(x):\n    return x / 2\n"


# ---------------------------------------------------------------------------------------------------- spoiling bytes

NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF, 1 << 40, (1 << 64) - 1)


def spoilt(data: bytes, random_: random.Random, changes: int) -> bytes:
    """Return the bytes with some changes: the kinds that parsers stumble over."""
    made = bytearray(data)
    for _ in range(changes):
        place = random_.randrange(len(made) + 1)
        low, high = place, min(len(made), place + random_.randrange(200))
        match random_.randrange(8):
            case 0 if made:
                made[place % len(made)] = random_.randrange(256)
            case 1 if made:
                made[place % len(made)] ^= 1 << random_.randrange(8)
            case 2:
                del made[low:high]
            case 3:
                made[place:place] = made[low:high] * random_.choice((1, 2, 50))
            case 4:
                del made[place:]
            case 5:
                size = random_.choice("BHIQ")
                number = random_.choice(NUMBERS) & (256 ** struct.calcsize(size) - 1)
                made[place : place + struct.calcsize(size)] = struct.pack(f"<{size}", number)
            case 6:
                made[place:place] = bytes(
                    random_.choices(b'\0"\\{}[],:0123456789eE\n', k=random_.randrange(1, 9))
                )
            case _:
                made[low:high], made[place:place] = b"", bytes(made[low:high])
    return bytes(made)


@st.composite
def spoiling(draw: Any, valid: Strategy) -> bytes:
    """Return what a strategy makes, with none, few or many changes."""
    changes = draw(st.sampled_from((0, 1, 1, 2, 3, 8, 40)))
    return spoilt(draw(valid), random.Random(draw(st.integers(0, 2**32))), changes)  # noqa: S311 - to be repeated


# ---------------------------------------------------------------------------------------------------------- notebooks

TEXTS = st.sampled_from(
    (
        *(
            WORK,
            "",
            " \n",
            "%matplotlib inline\n!ls \\\n x",
            "%%bash\nls",
            "%%writefile a.py\nx = 1",
            "x = [1,\n% 2]",
            "\0",
        ),
        *(
            "<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n",
            "def double(x) 1\ndef half(x):\n\treturn x\n        return y",
            "'" * 7,
        ),
        *(
            "\ud800",
            "# coding: utf-7\n",
            "# %% [markdown]\n# %%\n",
            "get_ipython().x()",
            "np.dot?",
            "(" * 99,
            "x = \\",
        ),
    )
) | st.text(st.sampled_from("ab=1\n\r \t%!?#'\"\\()[]{}é\0<>|:@"), max_size=60)
SOURCES = TEXTS | st.lists(TEXTS, max_size=3) | st.none() | st.integers() | st.just({"a": [1]})
CELLS: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(("code", "code", "markdown", "raw", "heading", 3, None, ["code"])),
        "source": SOURCES,
        "input": SOURCES,
        "outputs": st.lists(st.integers() | TEXTS, max_size=2),
        "metadata": st.just({}),
        "id": st.text(max_size=3),
    },
) | st.sampled_from((None, 3, "x", []))


@st.composite
def notebooks(draw: Any) -> bytes:
    """Return a notebook of format 4, 3 or neither."""
    cells = draw(st.lists(CELLS, max_size=6))
    form = draw(st.integers(0, 5))
    whole: Any = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    if form == 4:
        whole = {
            "nbformat": 3,
            "worksheets": [{"cells": cells}, draw(st.sampled_from((3, None, {}, {"cells": 1})))],
        }
    elif form == 5:
        whole = draw(st.sampled_from(({"cells": 3}, [1], {"nbformat": 4}, {"cells": {"a": cells}})))
    text = json.dumps(whole, indent=draw(st.sampled_from((None, 1))))
    return text.encode(draw(st.sampled_from(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"))), "replace")


SCRIPTS = st.lists(TEXTS, max_size=6).map(lambda texts: "\n".join(texts).encode("utf-8", "replace"))


def try_notebook(data: bytes) -> None:
    """A file is a source that can be sent on, or two sentences."""
    for name in ("lines.ipynb", "lines.py"):
        reading = read(name, data)
        assert reading == read(name, data)
        assert all(note and "\n" not in note for note in reading.notes)
        if reading.source is None:
            assert len(reading.notes) == 2
            continue
        for cell in (*reading.source.cells, *reading.prose, reading.text):
            assert "\0" not in cell
            cell.encode("utf-8")


# -------------------------------------------------------------------------------------------------------------- cells

CODE = (
    *(
        WORK,
        "@np.vectorize\ndef half(x):\n\tif x:\n\t    x = x / 2\n        return x\n",
        "k = np.float64(2)\nimport numpy as np\n",
    ),
    *(
        "class Value:\n    def f(self):\n        return self\n",
        "text = '''\nimport x\ndef half of it\n'''\n",
        "x = [\n1,\n2]\n",
    ),
    *(
        "if True:\n    x = 1\nelse:\n    x = 2\n",
        "try:\n    x\nexcept NameError as e:\n    pass\n",
        "def double(x) return x\n",
        "# \u00e9\n",
    ),
)


def try_cell(data: bytes) -> None:
    """Of a cell that the compiler refuses, some statements can be run, and of the rest it is said what is wrong."""
    text = data.decode("utf-8", "replace")
    try:
        compile(text, "a.py", "exec", FLAGS, dont_inherit=True)
    except REFUSED as error:
        found = mended(text, "a.py", error)
        compile(ast.Module(found.body, []), "a.py", "exec", FLAGS)
        assert found.body or found.broken
        assert all(isinstance(broken.error, REFUSED) for broken in found.broken)
        assert all(name in text for broken in found.broken for name in lost(broken.text))
        assert len(found.broken) <= 1 + text.count("\n")


# ----------------------------------------------------------------------------------------------------------- archives

PARTS = st.sampled_from(
    (
        *(
            "lines.py",
            "lines.ipynb",
            "ada",
            "ben",
            "lines",
            "submissions",
            "tools.py",
            "notes.txt",
            "__MACOSX",
            ".git",
        ),
        *(
            "..",
            ".",
            "",
            "C:",
            "a\\b",
            "\u202eevil.py",
            "\x1b[31m.py",
            "a\nb.py",
            "$(ls).py",
            "work.zip",
            "a.tar.gz",
            "é.py",
        ),
        *("é.py", "LINES.PY", "lines (1).py", "x" * 300, "lines.py/"),
    )
)
NAMES = st.lists(PARTS, min_size=1, max_size=4).map("/".join) | st.just("d/" * 60 + "x.py")


@st.composite
def zips(draw: Any, depth: int = 0) -> bytes:
    """Return a zip archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in draw(st.lists(NAMES, max_size=5, unique=True)):
            info = zipfile.ZipInfo(name)
            kind = draw(st.sampled_from((0, 0, 0, 0o100644, 0o120777, 0o010644, 0o040755, 0o060000)))
            info.external_attr = kind << 16
            packing = draw(st.sampled_from((0, 8, 8, 12, 14)))
            archive.writestr(info, draw(contents(depth)), packing)
        archive.comment = draw(st.binary(max_size=5))
    return made.getvalue()


@st.composite
def tars(draw: Any, depth: int = 0) -> bytes:
    """Return a tar archive, sometimes packed."""
    made = io.BytesIO()
    form = draw(st.sampled_from((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT)))
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for name in draw(st.lists(NAMES, max_size=5)):
            info = tarfile.TarInfo(name)
            info.type = draw(st.sampled_from((b"0", b"0", b"0", b"5", b"1", b"2", b"3", b"6", b"S", b"7")))
            info.linkname = "/etc/passwd" if info.type in b"12" else ""
            data = draw(contents(depth)) if info.type in b"07" else b""
            info.size = len(data)
            try:
                archive.addfile(info, io.BytesIO(data))
            except (ValueError, UnicodeError):
                continue  # a name that this form cannot hold
    return made.getvalue()


@st.composite
def archives(draw: Any, depth: int = 0) -> bytes:
    """Return an archive of any kind, in which the spoiling may have come before the packing."""
    kind = draw(st.integers(0, 3))
    if kind < 2:
        return bytes(draw(zips(depth)))
    data = bytes(draw(spoiling(tars(depth))))
    if kind == 2:
        return data
    return gzip.compress(data, 1, mtime=0)


def contents(depth: int) -> Strategy:
    """Return what may be in a file of an archive."""
    plain = st.sampled_from((WORK.encode(), b"", b"x = 1\n", b"#" * 100_000)) | notebooks()
    return plain if depth >= 2 else plain | archives(depth + 1)


def try_archive(data: bytes) -> None:
    """A student who hands it in has a row; a class that is it has rows, or one sentence says why not."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        folder = Path(name)
        (folder / "class" / "ada").mkdir(parents=True)
        place = Path("class", "ada") / ("work.zip" if data[:1] == b"P" else "work.tgz")
        (folder / place).write_bytes(data)
        for assignment in (None, "lines"):
            rows = find(folder / "class", COURSE, assignment)
            assert {row.student for row in rows} == {"ada"}
            assert assignment is None or len(rows) == 1
            for row in rows:
                check_row(row)
        (folder / place).rename(folder / place.name)
        try:
            rows = find(folder / place.name, COURSE)
        except FindError as error:
            assert "\n" not in str(error)  # noqa: PT017 - this is no test of pytest's
        else:
            assert len({(row.student, row.assignment) for row in rows}) == len(rows) > 0
            for row in rows:
                check_row(row)
        # Nothing was unpacked, and nothing has changed.
        assert sorted(each.name for each in folder.iterdir()) == sorted(["class", place.name])
        assert (folder / place.name).read_bytes() == data


def check_row(row: Submission) -> None:
    """A row says what there is to say, in characters that can be shown."""
    texts = (row.student, row.path, *row.notes, *(source.name for source in (*row.sources, *row.modules)))
    for text in texts:
        assert text.isprintable(), text
        text.encode("utf-8")
    assert row.student
    assert bool(row.sources) == (row.status in {Status.GRADED, Status.REPAIRED})
    assert row.sources or row.notes
    assert not {"..", ""} & set(row.path.split("/"))


# ------------------------------------------------------------------------------------------------------------- frames

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(
        (np.zeros((2, 3)), np.ones((), np.float32), np.zeros((0, 4), np.int8), np.array([True, False]), 1j)
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@st.composite
def frames(draw: Any) -> bytes:
    """Return what a child might write: answers, well made, or with lengths that lie."""
    made = b""
    for _ in range(draw(st.integers(1, 3))):
        encoder = wire.Encoder()
        tree = encoder.tree(draw(VALUES))
        said = {
            "type": "E",
            "bases": ["E"],
            "message": "x",
            "line": draw(st.sampled_from((3, None, "x"))),
            "file": "",
        }
        head = {
            "ended": draw(st.sampled_from(("returned", "returned", "raised", "missing", "died", "fault", 3))),
            "value": tree,
            "error": said,
            "mutated": draw(st.lists(st.integers() | st.none(), max_size=2)),
            "aliased": [],
            "queries": [["f", [encoder.tree(draw(VALUES))], encoder.tree(1.0)]]
            if draw(st.booleans())
            else [],
        }
        frame = encoder.frame(head, draw(st.integers(0, 2**64 - 1)))
        if draw(st.booleans()):  # the header spoilt, and the lengths right all the same
            _, header, _ = wire.announced(frame[: wire.PREFIX.size])
            middle = wire.PREFIX.size + header
            other = spoilt(
                frame[wire.PREFIX.size : middle],
                random.Random(draw(st.integers(0, 2**32))),  # noqa: S311 - to be repeated
                draw(st.integers(1, 4)),
            )
            body = frame[middle:]
            frame = wire.PREFIX.pack(wire.MAGIC, 1, len(other), len(body)) + other + body
        made += frame
    return made


def try_frames(data: bytes) -> None:
    """Bytes of a child are frames or the end of that child, and a frame is an answer or none, never an accident."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    status = socket.socket()
    child = Child(-1, 0, -1, reading, -1, -1, status)
    into: list[Frame] = []
    try:
        for start in range(0, len(data), 40_000):
            os.write(writing, data[start : start + 40_000])
            child.take_frames(into)
    except EndingError as ending:
        assert ending.detail  # noqa: PT017 - as above
    finally:
        os.close(reading)
        os.close(writing)
        status.close()
    for frame in into:
        run = decoded(frame)
        assert isinstance(run, Run)
        try:
            head, arrays = wire.parse(frame.header, frame.body)
            wire.plain(
                wire.Reader(arrays).value(
                    head["value"] if isinstance(head, dict) and "value" in head else head
                )
            )
        except wire.WireError:
            continue


# -------------------------------------------------------------------------------------------------------------- running

TARGETS: dict[str, tuple[Strategy, Callable[[bytes], None]]] = {
    "archives": (spoiling(archives()), try_archive),
    "notebooks": (spoiling(notebooks() | SCRIPTS), try_notebook),
    "frames": (spoiling(frames()), try_frames),
    "cells": (spoiling(st.lists(st.sampled_from(CODE), max_size=6).map("".join).map(str.encode)), try_cell),
}


@dataclass
class Tally:
    """What became of one target."""

    inputs: int = 0
    failures: int = 0
    slowest: float = 0.0
    data: bytes = b""
    """The input that is being tried: after a failure, the smallest one that fails."""
    seen: set[str] = field(default_factory=set)
    """Where it has failed."""


def chunk(target: str, number: int, tally: Tally, *, count: int = CHUNK) -> None:
    """Try some inputs. Raises what the first failing one raises, after it was made smaller."""
    strategy, check = TARGETS[target]

    @hypothesis.seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(strategy)
    def tried(data: bytes) -> None:
        started = time.process_time()
        tally.inputs += 1
        tally.data = data
        check(data)
        taken = time.process_time() - started
        tally.slowest = max(tally.slowest, taken)
        assert taken < SECONDS, f"it took {taken:.1f} s"

    tried()


def run(targets: Sequence[str], minutes: float, seed: int, folder: Path) -> dict[str, Tally]:
    """Try inputs of each target in turn until the time is over; print what comes of it."""
    tallies = {target: Tally() for target in targets}
    ends = time.monotonic() + 60 * minutes
    told = time.monotonic()
    number = seed
    while time.monotonic() < ends:
        for target, tally in tallies.items():
            number += 1
            try:
                chunk(target, number, tally)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is a failure, and there may be others
                tally.failures += 1
                failed(target, number, error, tally, folder)
            gc.collect()
        if time.monotonic() - told > 60 or time.monotonic() > ends:
            told = time.monotonic()
            print(summary(tallies, seed), flush=True)
    return tallies


def failed(target: str, number: int, error: Exception, tally: Tally, folder: Path) -> None:
    """Print a failure and keep its input, once for each place."""
    frames_ = traceback.extract_tb(error.__traceback__)
    place = f"{type(error).__name__} at {frames_[-1].filename}:{frames_[-1].lineno}"
    if place in tally.seen:
        return
    tally.seen.add(place)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{target}-{number}"
    file.write_bytes(tally.data)
    print(f"FAILED {target}, seed {number}: {place}; saved as {file}", flush=True)
    traceback.print_exception(error, file=sys.stdout)


def summary(tallies: dict[str, Tally], seed: int) -> str:
    """Return one line of figures."""
    told = ", ".join(
        f"{target}: {tally.inputs:,} inputs, {tally.failures} failures, slowest {tally.slowest:.2f} s"
        for target, tally in tallies.items()
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"seed {seed}; {told}; {peak:.0f} MB at most"


def main() -> None:
    """Fuzz, and say how often it failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--target", choices=[*TARGETS, "all"], default="all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", type=Path, default=Path("fuzz-failures"))
    asked = parser.parse_args()
    warnings.simplefilter("ignore")  # of the compiler, about what it is given
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    targets = list(TARGETS) if asked.target == "all" else [asked.target]
    tallies = run(targets, asked.minutes, asked.seed, asked.save)
    sys.exit(any(tally.failures for tally in tallies.values()))


if __name__ == "__main__":
    main()
