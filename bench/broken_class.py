"""A class in which everything is broken that students break, beside honest work: for the tests, and for fuzzing.

The sheet is `lines`, with two functions: `double(x)` and `half(x)`. Each kind of file says what must become of it.
`python bench/broken_class.py FOLDER` writes the class.
"""

from __future__ import annotations

import gzip
import io
import json
import stat
import struct
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

STUDENTS = 300
IMPORT = "import numpy as np\n"
DOUBLE = "\n\ndef double(x):\n    return 2 * np.asarray(x)\n"
HALF = "\n\ndef half(x):\n    return np.asarray(x) / 2\n"
WORK = IMPORT + DOUBLE + HALF
STUB = '\n\ndef half(x):\n    """Return the half of each number."""\n    raise NotImplementedError()\n'
STUB_CELL = STUB.strip()

PASSED, NOTHING, RAISED = "passed", "not_attempted", "raised"
BOTH = (PASSED, PASSED)
FIRST = (PASSED, NOTHING)
NONE: tuple[str, ...] = ()
"""Where a submission is not run, there are no verdicts."""
ZIP_AGAIN = "Make a new .zip of your files"


@dataclass(frozen=True)
class Kind:
    """One way to hand in."""

    name: str
    files: Mapping[str, bytes]
    """Below the class; `{}` in a name is the student's."""
    verdicts: tuple[str, ...] = BOTH
    """Of `double` and of `half`."""
    status: str = "graded"
    notes: tuple[str, ...] = ()
    """What its notes must say."""
    copies: int = 2


def code(source: str | list[str], **fields: Any) -> dict[str, Any]:
    """Return a code cell."""
    return {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": 1,
        "source": source,
        **fields,
    }


def prose(source: str, kind: str = "markdown") -> dict[str, Any]:
    """Return a cell of text."""
    return {"cell_type": kind, "metadata": {}, "source": source}


def notebook(*cells: Any, **fields: Any) -> bytes:
    """Return a notebook of these cells; of a text, a code cell."""
    made = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made, **fields}, indent=1
    ).encode()


def zipped(files: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip archive of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return made.getvalue()


def zipped_link(name: str, target: str) -> bytes:
    """Return a zip archive of one symbolic link."""
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(info, target)
    return made.getvalue()


def tarred(
    files: Mapping[str, bytes | str], links: Mapping[str, str] = {}, mode: Literal["w", "w:gz"] = "w"
) -> bytes:
    """Return a tar archive of these files and links."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            content = data.encode() if isinstance(data, str) else data
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, target in links.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return made.getvalue()


def nested(depth: int) -> bytes:
    """Return the work in a zip in a zip and so on."""
    data = zipped({"lines.py": WORK})
    for _ in range(depth - 1):
        data = zipped({"inner.zip": data})
    return data


def lying() -> bytes:
    """Return a zip archive whose file says that it is small, and is 21 MB."""
    data = bytearray(zipped({"lines.py": b"#" * (21 << 20)}))
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 10)
    return bytes(data)


def large(size: int) -> bytes:
    """Return the beginning of a tar archive with one file of that size."""
    info = tarfile.TarInfo("data.bin")
    info.size = size
    return info.tobuf() + bytes(1 << 20)


def py(*texts: str, name: str = "lines.py", **others: str) -> dict[str, bytes]:
    """Return the files of a student who hands in a script, with helper modules beside it."""
    files = {f"{{}}/{name}": "".join(texts).encode()}
    return files | {f"{{}}/{module}.py": text.encode() for module, text in others.items()}


def ipynb(*cells: Any, **fields: Any) -> dict[str, bytes]:
    """Return the file of a student who hands in a notebook."""
    return {"{}/lines.ipynb": notebook(*cells, **fields)}


CONFLICT = "<<<<<<< HEAD\n" + HALF + "=======\n" + STUB + ">>>>>>> upstream/main\n"


@cache
def kinds() -> tuple[Kind, ...]:
    """Return the table."""
    return (
        *SCRIPTS,
        *NOTEBOOKS,
        *names_and_encodings(),
        *archives(),
        *NOT_GRADED,
    )


SCRIPTS = (
    Kind("an unclosed bracket in one function", py(IMPORT, DOUBLE, "\n\ndef half(x):\n    return (x / 2\n\nprint('done')\n"), (PASSED, RAISED), notes=("line 9: SyntaxError", "That part was skipped.")),
    Kind("an unclosed bracket in the first function", py(IMPORT, "\n\ndef double(x):\n    return (2 * x\n", HALF), (RAISED, PASSED), notes=("line 5: SyntaxError",)),
    Kind("an unclosed string", py(IMPORT, "note = 'it\n", DOUBLE, HALF), notes=("line 2: SyntaxError",)),
    Kind("a statement that fails between the functions", py(IMPORT, DOUBLE, "\nprint(double(unknown))\n1 / 0\n", HALF), notes=("NameError", "That part was skipped.")),
    Kind("an end in the middle", py(IMPORT, DOUBLE, "\nimport sys\nsys.exit(1)\n", HALF), notes=("SystemExit",)),
    Kind("a question to the user", py(IMPORT, DOUBLE, "\nn = int(input('How many? '))\n", HALF), notes=("EOFError", "work with the arguments in place of input()")),
    Kind("trains for minutes at the top", py(IMPORT, DOUBLE, HALF, "\nfor step in range(10**12):\n    w = double(1.0)\n"), notes=("stopped after 2 seconds", "Only the definitions"), copies=1),
    Kind("waits for ever at the top", py(IMPORT, DOUBLE, "\nwhile True:\n    pass\n", HALF), notes=("stopped after 2 seconds", "Only the definitions"), copies=1),
    Kind("ends the process at the top", py(IMPORT, DOUBLE, "\nimport os\nos._exit(0)\n", HALF), notes=("ended the Python process", "Only the definitions")),
    Kind("prints without end at the top", py(IMPORT, DOUBLE, HALF, "\nwhile True:\n    print('x' * 10_000)\n"), notes=("printed more than 4 MB", "Only the definitions")),
    Kind("plots", py("import matplotlib.pyplot as plt\n", IMPORT, DOUBLE, HALF, "\nplt.plot(double(np.arange(3)))\nplt.show()\n")),
    Kind("plots within a function", py("import matplotlib.pyplot as plt\n", IMPORT, "\n\ndef double(x):\n    fig, ax = plt.subplots()\n    ax.plot(x)\n    plt.show()\n    return 2 * x\n", HALF)),
    Kind("an absolute path", py(IMPORT, "data = np.load('/home/ada/course/data.npy')\n", DOUBLE, HALF), notes=("line 2:", "write down in your code what it needs")),
    Kind("a folder of Colab", py("from google.colab import drive\ndrive.mount('/content/drive')\n", IMPORT, DOUBLE, HALF), notes=("google",)),
    Kind("two modules in one import", py("import numpy as np, pandas as pd\n", DOUBLE, HALF), notes=("pandas",)),
    Kind("a decorator that is not there", py("from numba import njit\n", IMPORT, DOUBLE.replace("def", "@njit\ndef"), HALF), status="repaired", notes=("defined without its decorator",)),
    Kind("annotations that do not resolve", py(IMPORT, DOUBLE.replace("double(x)", "double(x: torch.Tensor) -> Missing[int]"), HALF)),
    Kind("a main block", py(IMPORT, DOUBLE, HALF, "\nif __name__ == '__main__':\n    import sys\n    sys.exit(double(1))\n")),
    Kind("a function redefined later", py(IMPORT, "def double(x):\n    return x\n", DOUBLE, HALF)),
    Kind("a stub further down", py(IMPORT, HALF, DOUBLE, STUB), notes=("the empty stub of half was ignored",)),
    Kind("names in other letters", py(IMPORT, DOUBLE.replace("double", "Double"), HALF.replace("half", "HALF")), status="repaired", notes=("Double was taken for double", "HALF was taken for half")),
    Kind("tabs and spaces", py(IMPORT, "def double(x):\n\tif True:\n\t    y = 2 * x\n        return y\n", HALF), status="repaired", notes=("tabs and spaces were mixed",)),
    Kind("no import", py(DOUBLE, HALF), status="repaired", notes=("`import numpy as np` was missing and was put back",)),
    Kind("an import that comes too late", py("k = np.float64(2)\n", IMPORT, "\ndef double(x):\n    return k * x\n", HALF), status="repaired", notes=("run again at the end",)),
    Kind("a merge that was not finished", py(IMPORT, DOUBLE, CONFLICT), status="repaired", notes=("1 merge conflict was settled by taking one side",)),
    Kind("the other side of a merge", py(IMPORT, DOUBLE, "<<<<<<< HEAD\n", STUB, "=======\n", HALF, ">>>>>>> mine\n"), status="repaired", notes=("merge conflict",)),
    Kind("magics in a script", py("%matplotlib inline\n!pip install numpy\n", IMPORT, DOUBLE, HALF), status="repaired", notes=("2 IPython lines were replaced",)),
    Kind("a helper beside it", py("from tools import two\nimport deep\n", IMPORT, "\ndef double(x):\n    return two * x\n", HALF, tools="two = 2\n", deep="import tools\n")),
    Kind("a helper in a folder", py("from src.tools import two\n", IMPORT, "\ndef double(x):\n    return two * x\n", HALF, **{"src/tools": "two = 2\n", "src/__init__": ""})),
    Kind("a helper of a package", py("from .tools import two\n", IMPORT, "\ndef double(x):\n    return two * x\n", HALF, tools="two = 2\n")),
    Kind("a helper that was downloaded twice", {**py("from Tools import two\n", IMPORT, "\ndef double(x):\n    return two * x\n", HALF), "{}/tools (1).py": b"two = 2\n"}),
    Kind("an untouched sheet", py(IMPORT, STUB.replace("half", "double"), STUB), (NOTHING, NOTHING)),
    Kind("half of the work", py(IMPORT, DOUBLE, STUB), FIRST),
    Kind("a wrong answer", py(IMPORT, DOUBLE, "\ndef half(x):\n    return x.copy()\n"), (PASSED, "failed")),
)  # fmt: skip

NOTEBOOKS = (
    Kind("a notebook", ipynb(prose("# Lines"), IMPORT, DOUBLE, HALF, "double(np.ones(2))")),
    Kind("cells twice", ipynb(IMPORT, code(DOUBLE, id="a"), code(DOUBLE, id="a"), HALF, HALF, STUB_CELL), notes=("the empty stub of half was ignored",)),
    Kind("a cell that was deleted", ipynb(IMPORT, DOUBLE), FIRST),
    Kind("the cell of the imports was deleted", ipynb(DOUBLE, HALF), status="repaired", notes=("`import numpy as np` was missing",)),
    Kind("cells in another order", ipynb("print(double(2))", HALF, DOUBLE, "scale = np.float64(1)", IMPORT), status="repaired", notes=("cell 1, line 1: NameError", "cell 4, line 1: run again at the end")),
    Kind("code that became prose", ipynb(IMPORT, prose(DOUBLE.strip()), prose(HALF.strip(), "raw")), status="repaired", notes=("2 cells of text hold code",)),
    Kind("prose that became code", ipynb(IMPORT, DOUBLE, "Here we halve each number, don't we?", HALF), notes=("cell 3, line 1: SyntaxError",)),
    Kind("cells without metadata", {"{}/lines.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in (IMPORT, DOUBLE, HALF)]}).encode()}),
    Kind("cells without a type", {"{}/lines.ipynb": json.dumps({"cells": [{"source": cell} for cell in (IMPORT, DOUBLE, HALF)]}).encode()}),
    Kind("broken cells", ipynb(IMPORT, DOUBLE, HALF, 3, None, {"cell_type": "code", "source": 7}), status="repaired", notes=("3 broken cells were skipped",)) ,
    Kind("a cell that fails", ipynb(IMPORT, DOUBLE, "assert double(1) == 3", HALF), notes=("cell 3, line 1: AssertionError",)),
    Kind("a cell with half a function", ipynb(IMPORT, DOUBLE, "def half(x):\n    return x /"), (PASSED, RAISED), notes=("cell 3, line 2: SyntaxError",)),
    Kind("magics", ipynb("%matplotlib inline\n!pip install numpy\n%%time", "%%bash\nls", IMPORT, "%%time\n" + DOUBLE.strip(), HALF, "?np.dot\nnp.dot??"), status="repaired", notes=("IPython lines were replaced", "not being Python: %%bash")),
    Kind("a script written and run by a notebook", ipynb("%%writefile tools.py\n" + WORK, "%run tools.py"), status="repaired", notes=("IPython line",)),
    Kind("a conflict in a cell", ipynb(IMPORT, DOUBLE, CONFLICT), status="repaired", notes=("merge conflict",)),
    Kind("a conflict in the file", {"{}/lines.ipynb": b"<<<<<<< HEAD\n" + notebook(WORK) + b"\n=======\n" + notebook(STUB_CELL) + b"\n>>>>>>> main\n"}, status="repaired", notes=("merge conflict",)),
    Kind("cut off", {"{}/lines.ipynb": notebook(IMPORT, DOUBLE, HALF)[:-150]}, FIRST, "repaired", ("cut off or damaged", "save it again")),
    Kind("format 3", {"{}/lines.ipynb": json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [{"cell_type": "code", "language": "python", "input": cell, "outputs": []} for cell in (IMPORT, DOUBLE, HALF)]}]}).encode()}),
    Kind("large outputs", ipynb(IMPORT, DOUBLE, code(HALF, outputs=[{"output_type": "stream", "name": "stdout", "text": "x" * (2 << 20)}])), copies=1),
    Kind("no code", ipynb(prose("# Lines"), prose("I could not do it.")), (NOTHING, NOTHING), notes=("has no code cells",)),
)  # fmt: skip


def names_and_encodings() -> tuple[Kind, ...]:
    """Return work in files with odd names, and in odd characters."""
    work = WORK.encode()
    return (
        Kind("a copy by a browser", {"{}/lines (1).ipynb": notebook(WORK), "{}/lines.ipynb": notebook("x = 1")}, notes=("lines (1).ipynb counts",)),
        Kind("capital letters", {"{}/LINES.PY": work}),
        Kind("another name", {"{}/submission-final.py": work}),
        Kind("as a text file", {"{}/lines.py.txt": work}),
        Kind("as a text file of any name", {"{}/abgabe.txt": work}, status="repaired", notes=("abgabe.txt is really a Python script",)),
        Kind("a notebook as a text file", {"{}/abgabe.txt": notebook(WORK)}, status="repaired", notes=("abgabe.txt is really a notebook",)),
        Kind("a script called a notebook", {"{}/lines.ipynb": work}, status="repaired", notes=("is really a Python script",)),
        Kind("a notebook called a script", {"{}/lines.py": notebook(WORK)}, status="repaired", notes=("is really a notebook",)),
        Kind("a byte order mark", {"{}/lines.py": b"\xef\xbb\xbf" + work.replace(b"\n", b"\r\n")}),
        Kind("Latin-1", {"{}/lines.py": "# größer\n".encode("latin-1") + work}, status="repaired", notes=("read as Latin-1",)),
        Kind("UTF-16", {"{}/lines.py": WORK.encode("utf-16")}, status="repaired", notes=("saved as UTF-16",)),
        Kind("a notebook with a byte order mark", {"{}/lines.ipynb": b"\xef\xbb\xbf" + notebook(WORK)}),
        Kind("an empty script", {"{}/lines.py": b""}, (NOTHING, NOTHING), notes=("lines.py is empty",)),
        Kind("a folder for hidden files", {"{}/lines.py": work, "{}/__MACOSX/._lines.py": b"\0\5\26\7", "{}/.ipynb_checkpoints/lines-checkpoint.ipynb": notebook("1 / 0")}),
        Kind("loose, by name", {"{}_lines.py": work}),
        Kind("a name for a shell", {"{}/$(touch x); rm -rf ~ & `ls` | lines.py": work}),
    )  # fmt: skip


def archives() -> tuple[Kind, ...]:
    """Return work in archives, good and bad."""
    mac: dict[str, bytes | str] = {
        "hw/lines.py": WORK,
        "__MACOSX/hw/._lines.py": b"\0\5\26\7",
        "hw/.DS_Store": b"\0",
    }
    outside = ("leads out of its archive", ZIP_AGAIN)
    link = ("is a link, and links are never followed", "Hand in the file itself")
    locked = bytearray(zipped({"lines.py": WORK}))
    for place in (6, locked.index(b"PK\x01\x02") + 8):
        locked[place] |= 1
    torn = zipped({"lines.py": WORK})
    return (
        Kind("a zip", {"{}/work.zip": zipped({"lines.py": WORK, "tools.py": "two = 2\n"})}),
        Kind("a zip for a folder", {"{}.zip": zipped(mac)}),
        Kind("a zip with the assignment's name", {"{}_lines.zip": zipped({"abgabe.ipynb": notebook(WORK)})}),
        Kind("a zip from Windows", {"{}.zip": zipped({"hw\\src\\lines.py": WORK})}),
        Kind("a tar.gz", {"{}.tar.gz": tarred({"hw/lines.py": WORK}, mode="w:gz")}),
        Kind("a tgz", {"{}/work.tgz": tarred({"lines.py": WORK}, mode="w:gz")}),
        Kind("a tar", {"{}.tar": tarred({"./lines.py": WORK})}),
        Kind("a zip in a zip", {"{}.zip": nested(2)}),
        Kind("a zip called a notebook", {"{}/lines.ipynb": zipped({"lines.py": WORK})}, notes=("is really an archive",)),
        Kind("the same name twice", {"{}.zip": twice("lines.py", "x = 1\n", WORK)}, notes=("not run: lines.py",)),
        Kind("odd names in a zip", {"{}.zip": zipped({"a\u202eb\x1b[31m\n$(ls)/lines.py": WORK})}),
        Kind("out of a zip", {"{}.zip": zipped({"../../lines.py": WORK})}, NONE, "unreadable", outside),
        Kind("from the root of a zip", {"{}.zip": zipped({"/etc/lines.py": WORK})}, NONE, "unreadable", outside),
        Kind("out of a zip, by Windows", {"{}.zip": zipped({"C:\\hw\\..\\lines.py": WORK})}, NONE, "unreadable", outside),
        Kind("out of a tar", {"{}.tar.gz": tarred({"../lines.py": WORK}, mode="w:gz")}, NONE, "unreadable", outside),
        Kind("one out of a zip", {"{}.zip": zipped({"../evil.py": "x = 1\n", "lines.py": WORK})}, notes=outside[:1]),
        Kind("a link in a zip", {"{}.zip": zipped_link("lines.py", "/etc/passwd")}, NONE, "unreadable", link),
        Kind("a link in a tar", {"{}.tar": tarred({}, {"lines.py": "/etc/passwd"})}, NONE, "unreadable", link),
        Kind("a password", {"{}.zip": bytes(locked)}, NONE, "unreadable", ("is protected by a password", "without a password")),
        Kind("a zip that is cut off", {"{}.zip": torn[: len(torn) // 2]}, NONE, "unreadable", ("damaged or cut off", ZIP_AGAIN)),
        Kind("a zip with a broken file", {"{}.zip": torn.replace(torn[45:60], b"\0" * 15)}, NONE, "unreadable", ("lines.py is damaged in its archive", ZIP_AGAIN)),
        Kind("an empty file for a zip", {"{}.zip": b""}, NONE, "unreadable", ("is empty", ZIP_AGAIN)),
        Kind("an empty zip", {"{}.zip": zipped({})}, NONE, "unreadable", ("holds no file", ZIP_AGAIN)),
        Kind("no zip", {"{}.zip": b"Rar!\x1a\7\0rubbish"}, NONE, "unreadable", ("is no archive", ZIP_AGAIN)),
        Kind("a zip of another packing", {"{}.zip": zipped({"lines.py": WORK}, zipfile.ZIP_LZMA)}, NONE, "unreadable", ("packed in an unusual way", ZIP_AGAIN)),
        Kind("a bomb by size", {"{}.zip": zipped({"lines.py": b"#" * (21 << 20)})}, NONE, "unreadable", ("larger than 20 MB",), 1),
        Kind("a bomb that lies", {"{}.zip": lying()}, NONE, "unreadable", ("damaged in its archive",), 1),
        Kind("a bomb by size in a tar", {"{}.tgz": gzip.compress(large(300 << 20))}, NONE, "unreadable", ("holds far too much", "only your own code"), 1),
        Kind("a bomb by count", {"{}.zip": zipped({f"{number}/x.py": b"" for number in range(30_000)}, zipfile.ZIP_STORED)}, NONE, "unreadable", ("holds far too much", "only your own code"), 1),
        Kind("a bomb by depth", {"{}.zip": nested(6)}, NONE, "unreadable", ("too many within one another", "one .zip of your files")),
        Kind("deep folders in a zip", {"{}.zip": zipped({"d/" * 40 + "x.py": "x = 1\n", "lines.py": WORK})}, notes=("nested more than 8 deep",)),
    )  # fmt: skip


def twice(name: str, first: str, second: str) -> bytes:
    """Return a zip archive with two files of one name."""
    data = zipped({name: first, "!" * len(name): second})
    return data.replace(b"!" * len(name), name.encode())


NOT_GRADED = (
    Kind("a picture called a script", {"{}/lines.py": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"}, NONE, "unreadable", ("is not a text file", "Hand in the .py file")),
    Kind("a web page called a notebook", {"{}/lines.ipynb": b"<!DOCTYPE html><p>Please log in"}, NONE, "unreadable", ("it is a web page", "save it again")),
    Kind("an empty notebook", {"{}/lines.ipynb": b""}, NONE, "unreadable", ("it is empty", "save it again")),
    Kind("cut off before any code", {"{}/lines.ipynb": notebook(prose("# Lines"), WORK)[:150]}, NONE, "unreadable", ("cut off", "save it again")),
    Kind("a notebook that is too large", ipynb(WORK, code("1", outputs=["x" * (21 << 20)])), NONE, "unreadable", ("larger than 20 MB", "Clear the notebook's outputs"), 1),
    Kind("a document", {"{}/lines.pdf": b"%PDF-1.4"}, NONE, "missing", ("there is: lines.pdf", "Hand in the .py file or the .ipynb notebook")),
    Kind("nothing but hidden files", {"{}/.DS_Store": b"\0"}, NONE, "missing", ("the folder is empty", "Hand in the .py file or the .ipynb notebook")),
)  # fmt: skip


def write_class(folder: Path) -> dict[str, Kind]:
    """Write the class into a folder; return the kind of each student. Honest work fills it up."""
    honest = Kind("honest work", py(WORK))
    broken = [kind for kind in kinds() for _ in range(kind.copies)]
    of: dict[str, Kind] = {}
    for number, kind in enumerate(broken + [honest] * (STUDENTS - len(broken))):
        student = f"s{number:03d}"
        of[student] = kind
        for name, data in kind.files.items():
            file = folder / name.format(student)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    return of


if __name__ == "__main__":
    for name, kind in write_class(Path(sys.argv[1])).items():
        print(name, kind.name)
