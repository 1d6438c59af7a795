"""Leaving something behind: results, other people's files, our own code, a full disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import autograder
from autograder.model import Verdict

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena

MARK = "left-by-an-attack"
PUBLIC = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - where anybody may write


def test_nothing_can_be_written_anywhere(arena: Arena, tmp_path: Path) -> None:
    """Not in a folder that is open to everybody, and not by any call that makes, changes or removes something."""
    victim = tmp_path / "victim"
    victim.write_text("as it was")
    victim.chmod(0o666)
    tmp_path.chmod(0o777)
    tests = Path(__file__).parents[3]
    setup = f"""
import ctypes, os, pathlib, pickle, shelve, shutil, sqlite3, tempfile
import numpy as np
victim, folder, mark = {str(victim)!r}, {str(tmp_path)!r}, {MARK!r}
new = folder + "/" + mark
libc = ctypes.CDLL(None, use_errno=True)
def called(name, *args):
    if getattr(libc, name)(*args) < 0:
        raise OSError(ctypes.get_errno())
def stored():
    connection = sqlite3.connect(new)
    connection.execute("create table x (y)")
"""
    places = [*PUBLIC, "/", ".", "/dev", "/run", "/home", "/usr/lib", str(arena.root), str(tests)]
    places.append(str(Path(autograder.__file__).parent))
    attempts = {f"in {place}": f"open({place!r} + '/' + mark, 'w')" for place in places}
    attempts |= {
        f"file of no name in {place}": f"os.open({place!r}, os.O_TMPFILE | os.O_RDWR)" for place in places
    }
    attempts |= {
        "beside numpy": "open(os.path.dirname(np.__file__) + '/' + mark, 'w')",
        "beside os": "open(os.path.dirname(os.__file__) + '/' + mark, 'w')",
        "numpy": "open(np.__file__, 'r+')",
        "reference": f"open({str(arena.root / 'reference' / 'tiny' / 'solution.py')!r}, 'a')",
        "append": "open(victim, 'a')",
        "overwrite": "open(victim, 'w')",
        "cut": "os.truncate(victim, 0)",
        "remove": "os.unlink(victim)",
        "rename": "os.rename(victim, new)",
        "link": "os.link(victim, new)",
        "symlink": "os.symlink(victim, new)",
        "mode": "os.chmod(victim, 0o777)",
        "time": "os.utime(victim)",
        "owner": "os.chown(victim, os.getuid(), os.getgid())",
        "attribute": "os.setxattr(victim, 'user.x', b'x')",
        "folder": "os.mkdir(new)",
        "fifo": "os.mkfifo(new)",
        "device": "os.mknod(new)",
        "temporary": "tempfile.NamedTemporaryFile()",
        "temporary folder": "tempfile.mkdtemp()",
        "numpy's save": "np.save(new, np.ones(3))",
        "numpy's text": "np.savetxt(new, np.ones(3))",
        "memmap": "np.memmap(new, mode='w+', shape=3)",
        "shelf": "shelve.open(new)",
        "database": "stored()",
        "copy": "shutil.copy(os.__file__, new)",
        "libc": "called('creat', new.encode(), 0o666)",
        "openat2": "called('syscall', 437, -100, new.encode(), ctypes.byref(ctypes.c_uint64(0o101)), 24)",
        "by descriptor": "os.write(os.open(victim, os.O_WRONLY), b'x')",
        "zero device": "open('/dev/zero', 'w')",
        "full device": "open('/dev/full', 'w')",
        "terminal": "open('/dev/tty', 'w')",
        "kernel": "open('/proc/self/oom_score_adj', 'w')",
        "core pattern": "open('/proc/sys/kernel/core_pattern', 'w')",
    }
    assert arena.possible(attempts, setup) == []
    assert (victim.read_text(), list(tmp_path.iterdir())) == ("as it was", [victim])


def test_a_written_result_is_none(arena: Arena) -> None:
    """Files that graders elsewhere believe."""
    code = """
import json, os
def cube_backward(grad, x):
    for name in ("results.json", "results/results.json", "/autograder/results/results.json", "gradebook.db"):
        try:
            with open(name, "w") as file:
                json.dump({"score": 100}, file)
        except OSError:
            pass
    os._exit(0)
"""
    result = arena.exercise(arena.square, code)
    assert (result.score, result.verdict) == (1.0, Verdict.PARTIAL)
