"""Reading the reference and the checks from the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_the_course_cannot_be_opened(arena: Arena) -> None:
    """Whichever way a file is opened, by its path, by a path around it, or through a process's folders."""
    solution = str(arena.root / "reference" / "tiny" / "solution.py")
    checks = str(arena.root / "reference" / "tiny" / "checks.py")
    setup = (
        "import os, ctypes, mmap, runpy, pathlib, linecache, importlib.util, shutil, sqlite3\n"
        "import numpy as np\n"
        f"solution, checks = {solution!r}, {checks!r}\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "def called(name, *args):\n"
        "    if getattr(libc, name)(*args) < 0:\n"
        "        raise OSError(ctypes.get_errno())\n"
        "def line(path):\n"
        "    if not linecache.getlines(path):\n"
        "        raise OSError\n"
    )
    attempts = {
        "open": "open(solution).read()",
        "open checks": "open(checks).read()",
        "os.open": "os.open(solution, os.O_RDONLY)",
        "O_PATH and back": "open(f'/proc/self/fd/{os.open(solution, os.O_PATH)}').read()",
        "dots": "open('/usr/lib/../..' + solution).read()",
        "relative": "open(os.path.relpath(solution, '/')).read()",
        "list": "os.listdir(os.path.dirname(solution))",
        "scan": "list(os.scandir(os.path.dirname(os.path.dirname(solution))))",
        "numpy": "np.fromfile(solution, np.uint8)",
        "loadtxt": "np.loadtxt(checks, str)",
        "libc open": "called('open', solution.encode(), 0)",
        "libc openat": "called('openat', -100, checks.encode(), 0)",
        "syscall": "called('syscall', 257, -100, solution.encode(), 0)",
        "open_by_handle_at": "called('open_by_handle_at', -100, 0, 0)",
        "run": "runpy.run_path(solution)",
        "linecache": "line(solution)",
        "import": "importlib.util.spec_from_file_location('s', solution).loader.exec_module(type(os)('s'))",
        "copy": "shutil.copy(solution, '/tmp/x')",
        "link": "os.link(solution, '/tmp/x')",
        "symlink": "os.symlink(solution, '/tmp/x')",
        "sqlite": "sqlite3.connect(f'file:{solution}?mode=ro', uri=True).execute('select 1 from sqlite_master')",
        "load a library": "ctypes.CDLL(solution)",
        "cwd": "open('/proc/self/cwd' + solution).read()",
        "root": "open('/proc/1/root' + solution).read()",
        "parent's root": "open(f'/proc/{os.getppid()}/root' + solution).read()",
        "parent's directory": "os.listdir(f'/proc/{os.getppid()}/cwd/work')",
    }
    assert arena.possible(attempts, setup) == []


def test_a_solver_that_reads_the_reference_earns_nothing(arena: Arena) -> None:
    """The attack that works where tests and submission share a disk."""
    path = str(arena.root / "reference" / "tiny" / "solution.py")
    code = f"def square_backward(grad, x):\n    exec(open({path!r}).read(), globals())\n    return square_backward(grad, x)\n"
    result = arena.exercise(code)
    assert (result.score, result.verdict) == (0.0, Verdict.RAISED)
    assert result.mismatch is not None
    assert "Error in line 2" in result.mismatch.message
