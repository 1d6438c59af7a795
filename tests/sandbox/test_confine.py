"""What each layer of `sandbox.confine` lets through and what it refuses, each time in a real confined child.

A test hands a function to `confined`; its source runs in a fork of a zygote that has put the layers on, for each
of three accounts: root that stays root, root that becomes nobody, and an ordinary user.
"""

from __future__ import annotations

import ast
import dataclasses
import errno
import functools
import inspect
import json
import os
import platform
import shutil
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.sandbox import confine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Student = Callable[[str], object]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are Linux's")

SANDBOX = Path(confine.__file__).parent
ABI = confine.landlock_abi()
MACHINES = ("x86_64", "aarch64")
SYSTEM_PYTHON = "/usr/bin/python3"
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",  # else each thread takes 64 MB of address space beside its stack
    "TORCHINDUCTOR_CACHE_DIR": "/",  # torch makes this folder on import, or finds it
}

needs_landlock = pytest.mark.skipif(ABI == 0, reason="this kernel has no Landlock")
needs_filter = pytest.mark.skipif(
    platform.machine() not in MACHINES, reason="no filter is shipped for this machine"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """How a confined child ended."""

    layers: dict[str, bool]
    """What the functions of `confine` reported, by name of the layer."""
    value: Any = None
    """What the student's function returned."""
    raised: str | None = None
    """Type of the exception that left the student's function."""
    message: str = ""
    """What the exception says."""
    signal: int = 0
    """The signal that ended the child; 0 if none did."""


def zygote(config: dict[str, Any], student: Student) -> None:
    """Put the layers on, fork, and print as JSON what came of `student` in the child. Its source is what runs."""
    import json
    import os
    import sys
    import tempfile

    sys.path.insert(0, config["box"])
    import confine  # type: ignore[import-not-found, unused-ignore]

    def say(**record: object) -> None:
        sys.stdout.write(json.dumps(record) + "\n")
        sys.stdout.flush()

    for name in config["preload"]:
        __import__(name)
    if "abi" in config:
        confine.landlock_abi = lambda: config["abi"]
    tempfile.tempdir = "/tmp"  # noqa: S108 - torch asks for it on import, and finding one takes writing
    confine.collapse_memory()
    base = confine.address_space()
    layers = confine.drop_privileges(config["needed"])
    readable = [
        sys.prefix,
        sys.base_prefix,
        *filter(None, sys.path[1:]),
        "/usr/lib",
        "/lib",
        "/lib64",
        "/etc/ld.so.cache",
    ]
    readable += [os.devnull, "/dev/urandom", config["box"] + "/open", "/does/not/exist"]
    layers["files"] = confine.restrict_files(readable)
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        if "isolate" not in config["without"]:
            layers |= confine.isolate_child(parent)
        layers |= confine.limit(config["memory"], config["cpu"], base=base, threads=config["threads"])
        if "filter" not in config["without"]:
            layers["system calls"] = confine.filter_syscalls()
        say(layers=layers)
        try:
            say(value=student(config["box"]))
        except BaseException as error:  # noqa: BLE001 - whatever it is, a test expects it or shows it
            say(raised=type(error).__name__, message=str(error))
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    say(signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0)


@pytest.fixture(scope="session")
def box() -> Iterator[str]:
    """Return a folder that everybody can reach, with a copy of the module, a readable and an unreadable folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(SANDBOX / "confine.py", folder)
        shutil.copytree(SANDBOX / "filters", folder / "filters")
        for part in ("open", "closed"):
            (folder / part).mkdir()
            (folder / part / "text").write_text(part)
            (folder / part / "text").chmod(0o666)
            (folder / part).chmod(0o777)  # so that only the sandbox can refuse
        (folder / "private").mkdir(mode=0o700)
        folder.chmod(0o755)
        yield name


@dataclasses.dataclass(frozen=True)
class Sandbox:
    """Starts zygotes for one account."""

    box: str
    account: str

    def __call__(self, student: Student, *, libraries: tuple[str, ...] = (), **config: Any) -> Outcome:
        """Run `student` confined. Skips where no interpreter with the libraries can be reached by the account."""
        with self.start(student, libraries=libraries, **config) as process:
            output, _ = process.communicate(timeout=100)
        assert process.returncode == 0
        lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
        return Outcome(**functools.reduce(lambda left, right: left | right, lines))

    def start(
        self,
        student: Student,
        *,
        libraries: tuple[str, ...] = (),
        prefix: tuple[str, ...] = (),
        **config: Any,
    ) -> subprocess.Popen[str]:
        """Start a zygote whose child runs `student`."""
        stays_root = self.account == "root"
        settings = {
            "box": self.box,
            "preload": libraries,
            "needed": [f"{self.box}/private" if stays_root else f"{self.box}/open", "/does/not/exist"],
            "memory": 1 << 30,
            "cpu": 60,
            "threads": None,
            "without": [],
        } | config
        source = [textwrap.dedent(inspect.getsource(part)) for part in (zygote, student)]
        call = f"zygote({settings!r}, {student.__name__})"
        program = "\n".join(["from __future__ import annotations", *source, call])
        nobody = confine.NOBODY if self.account == "ordinary user" and os.geteuid() == 0 else None
        return subprocess.Popen(
            [*prefix, self.interpreter(libraries), "-I", "-c", program],
            stdout=subprocess.PIPE,  # a pipe: no file can be written to
            text=True,
            cwd="/",
            env=ENVIRONMENT,
            user=nobody,
            group=nobody,
            extra_groups=None if nobody is None else [],
        )

    def interpreter(self, libraries: tuple[str, ...]) -> str:
        """Return the interpreter for this account."""
        if self.account == "root" or os.geteuid() != 0 or reachable_by_nobody(sys.executable):
            return sys.executable
        if libraries:
            pytest.skip(f"an ordinary user cannot reach {sys.executable}, which has {', '.join(libraries)}")
        if not reachable_by_nobody(SYSTEM_PYTHON):
            pytest.skip(f"an ordinary user can reach neither {sys.executable} nor {SYSTEM_PYTHON}")
        return SYSTEM_PYTHON


@functools.cache
def reachable_by_nobody(interpreter: str) -> bool:
    """Return whether an ordinary user can run `interpreter` with its library; asked by root."""
    try:
        command = [interpreter, "-I", "-c", "import json"]
        return (
            subprocess.run(
                command, user=confine.NOBODY, group=confine.NOBODY, cwd="/", check=False
            ).returncode
            == 0
        )
    except OSError:
        return False


@pytest.fixture(params=["root", "root become nobody", "ordinary user"])
def confined(request: pytest.FixtureRequest, box: str) -> Sandbox:
    """Return the sandbox for each account."""
    if request.param != "ordinary user" and os.geteuid() != 0:
        pytest.skip("only root can start as root")
    return Sandbox(box, request.param)


# ---------------------------------------------------------------- layers and files


@needs_landlock
@needs_filter
def test_every_layer_is_reported_on(confined: Sandbox) -> None:
    """On a kernel that has them, all layers are on; root that has to stay root is not an ordinary user."""

    def student(box: str) -> object:
        import os

        return [os.getresuid(), os.getresgid(), os.getgroups()]

    outcome = confined(student)
    expected = {"ordinary user"} if confined.account == "root" else set()
    if ABI < 6:
        expected.add("signals stay inside")
    assert {name for name, on in outcome.layers.items() if not on} == expected
    identity = 0 if confined.account == "root" else confine.NOBODY
    if os.geteuid() == 0:
        assert outcome.value == [[identity] * 3, [identity] * 3, []]


@needs_landlock
def test_files_are_read_where_allowed_only(confined: Sandbox) -> None:
    """A file in a readable folder can be read; one elsewhere, /etc and the processes' files cannot."""

    def student(box: str) -> object:
        import os
        from pathlib import Path

        paths = [
            f"{box}/closed/text",
            "/etc/passwd",
            "/proc/1/environ",
            "/proc/self/maps",
            f"/proc/{os.getppid()}/mem",
        ]
        answers = [Path(f"{box}/open/text").read_text()]
        for path in paths:
            try:
                answers.append(Path(path).read_bytes().hex())
            except PermissionError:
                answers.append("refused")
        try:
            answers.append(str(os.listdir("/etc")))  # noqa: PTH208
        except PermissionError:
            answers.append("refused")
        return answers

    assert confined(student).value == ["open"] + ["refused"] * 6


@needs_landlock
@needs_filter
def test_nothing_can_be_changed(confined: Sandbox) -> None:
    """No file is written, made, renamed, linked, cut or removed, nor its mode, owner or time changed."""

    def student(box: str) -> object:
        import os
        from pathlib import Path

        text, new = Path(box, "open", "text"), Path(box, "open", "new")
        changes: dict[str, Callable[[], object]] = {
            "write": lambda: text.write_text("x"),
            "append": lambda: text.open("a"),
            "make": lambda: new.write_text("x"),
            "make a folder": new.mkdir,
            "make a fifo": lambda: os.mkfifo(new),
            "rename": lambda: text.rename(new),
            "link": lambda: new.hardlink_to(text),
            "symlink": lambda: new.symlink_to(text),
            "cut": lambda: os.truncate(text, 0),
            "remove": text.unlink,
            "mode": lambda: text.chmod(0o777),
            "owner": lambda: os.chown(text, 1, 1),
            "time": lambda: os.utime(text),
            "attribute": lambda: os.setxattr(text, "user.x", b"x"),
            "nameless file": lambda: os.open(text.parent, os.O_TMPFILE | os.O_RDWR),
        }
        done = []
        for name, change in changes.items():
            try:
                change()
            except PermissionError:
                continue
            done.append(name)
        return done

    assert confined(student).value == []


@needs_landlock
def test_output_can_be_thrown_away(confined: Sandbox) -> None:
    """Students silence prints by writing to /dev/null."""

    def student(box: str) -> object:
        import os
        from pathlib import Path

        return Path(os.devnull).write_text("x")

    assert confined(student).value == 1


@pytest.mark.parametrize("abi", range(1, ABI + 1))
def test_older_versions_of_landlock_restrict_files(box: str, abi: int) -> None:
    """The rules for every older version of Landlock are accepted, and refuse reading and writing elsewhere."""

    def student(box: str) -> object:
        from pathlib import Path

        refused = []
        for path, mode in (("closed", "r"), ("open", "a"), ("open", "r")):
            try:
                Path(box, path, "text").open(mode).close()
            except PermissionError:
                refused.append(f"{path} {mode}")
        return refused

    outcome = Sandbox(box, "root" if os.geteuid() == 0 else "ordinary user")(student, abi=abi)
    assert outcome.layers["files"]
    assert outcome.layers["own domain"]
    assert outcome.layers["signals stay inside"] == (abi >= 6)
    assert outcome.value == ["closed r", "open a"]


# ---------------------------------------------------------------- processes, signals, network, kernel


@needs_filter
def test_no_process_can_be_started(confined: Sandbox) -> None:
    """Forking, spawning and executing are refused, and Python says that it is not permitted."""

    def student(box: str) -> object:
        import os
        import subprocess

        attempts: dict[str, Callable[[], object]] = {
            "fork": os.fork,
            "exec": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606
            "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
            "subprocess": lambda: subprocess.run(["/bin/true"], check=False),
        }
        done = []
        for name, attempt in attempts.items():
            try:
                attempt()
            except PermissionError:
                continue
            done.append(name)
        return done, os.system("true") != 0  # noqa: S605

    assert confined(student).value == [[], True]


@needs_filter
def test_threads_work(confined: Sandbox) -> None:
    """Threads can be started, named, waited for and signalled."""

    def student(box: str) -> object:
        import signal
        import threading
        from concurrent.futures import ThreadPoolExecutor

        caught = []
        signal.signal(signal.SIGUSR1, lambda number, _frame: caught.append(number))
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        with ThreadPoolExecutor(8, "adder") as pool:
            return [sum(pool.map(abs, range(100))), len(caught)]

    assert confined(student).value == [4950, 1]


@needs_filter
def test_signals_reach_oneself_only(confined: Sandbox) -> None:
    """The zygote, process 1, the group and everybody are out of reach; one's own pid is not."""

    def student(box: str) -> object:
        import os

        os.kill(os.getpid(), 0)
        reached = []
        for pid in (os.getppid(), 1, 0, -1, -os.getpid()):
            try:
                os.kill(pid, 0)
            except PermissionError:
                continue
            reached.append(pid)
        return reached

    assert confined(student, without=["isolate"]).value == []


@pytest.mark.skipif(ABI < 6, reason="Landlock keeps signals in since ABI 6")
def test_signals_stay_inside_without_the_filter(confined: Sandbox) -> None:
    """Landlock alone keeps a child from signalling its zygote, while its own group and itself can be reached."""

    def student(box: str) -> object:
        import os

        os.kill(os.getpid(), 0)
        os.kill(0, 0)
        os.kill(os.getppid(), 0)
        return "reached"

    assert confined(student, without=["filter"]).raised == "PermissionError"


@needs_filter
@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGTERM, signal.SIGSEGV])
def test_a_child_can_end_itself(confined: Sandbox, number: int) -> None:
    """A crash stays the crash it is: abort() and a signal to oneself end the child by that signal."""

    def abort(box: str) -> None:
        import os

        os.abort()

    def terminate(box: str) -> None:
        import os

        os.kill(os.getpid(), 15)

    def crash(box: str) -> object:
        import ctypes

        ctypes.string_at(0)
        return None

    student = {signal.SIGABRT: abort, signal.SIGTERM: terminate, signal.SIGSEGV: crash}[
        signal.Signals(number)
    ]
    assert confined(student).signal == number


@pytest.mark.parametrize("without", [[], ["filter"], ["isolate"]])
def test_memory_of_others_is_closed(confined: Sandbox, without: list[str]) -> None:
    """The zygote can be neither traced nor read, by the filter alone or by the other layers alone."""

    def student(box: str) -> object:
        import ctypes
        import os

        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.argtypes = [ctypes.c_long] * 4
        attach = 16
        answers = [libc.ptrace(attach, os.getppid(), 0, 0), ctypes.get_errno()]
        target = ctypes.create_string_buffer(8)
        vector = (ctypes.c_void_p * 2)(ctypes.addressof(target), 8)  # the zygote has the same address
        answers += [libc.process_vm_readv(os.getppid(), vector, 1, vector, 1, 0), ctypes.get_errno()]
        return answers

    assert confined(student, without=without).value == [-1, errno.EPERM] * 2


def test_a_child_ends_with_its_zygote(confined: Sandbox) -> None:
    """When the zygote is killed, its child does not live on."""

    def student(box: str) -> object:
        import time

        time.sleep(100)
        return None

    with confined.start(student) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the layers are on
        process.kill()
        assert process.communicate(timeout=20)[0] == ""  # the child held the other end


@needs_filter
def test_there_is_no_network(confined: Sandbox) -> None:
    """No socket of any family can be made."""

    def student(box: str) -> object:
        import socket

        made = []
        for name in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_PACKET", "AF_VSOCK"):
            try:
                socket.socket(getattr(socket, name))
            except PermissionError:
                continue
            made.append(name)
        try:
            socket.socketpair()
        except PermissionError:
            return made
        return "pair"

    assert confined(student).value == []


@pytest.mark.skipif(ABI < 4, reason="Landlock knows of the network since ABI 4")
def test_there_is_no_tcp_without_the_filter(confined: Sandbox) -> None:
    """Landlock alone refuses to bind and to connect TCP."""

    def student(box: str) -> object:
        import socket

        refused = []
        for name in ("bind", "connect"):
            with socket.socket() as one:
                try:
                    getattr(one, name)(("127.0.0.1", 9))
                except PermissionError:
                    refused.append(name)
        return refused

    assert confined(student, without=["filter"]).value == ["bind", "connect"]


@needs_filter
def test_the_kernel_is_out_of_reach(confined: Sandbox) -> None:
    """Namespaces, privileges, owners of pipes and words put into a terminal are all refused."""

    def student(box: str) -> object:
        import ctypes
        import fcntl
        import os

        libc = ctypes.CDLL(None, use_errno=True)
        newuser, set_dumpable, setown, tiocsti = 0x10000000, 4, 8, 0x5412
        reader, _writer = os.pipe()
        attempts: dict[str, Callable[[], object]] = {
            "unshare": lambda: libc.unshare(newuser) == 0,
            "mount": lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0,
            "dumpable": lambda: libc.prctl(set_dumpable, 1, 0, 0, 0) == 0,
            "personality": lambda: libc.personality(0) >= 0,
            "affinity": lambda: os.sched_setaffinity(0, {0}),
            "setuid": lambda: os.setuid(os.getuid()),
            "setown": lambda: fcntl.fcntl(reader, setown, os.getppid()),
            "tiocsti": lambda: fcntl.ioctl(1, tiocsti, b"x"),
            "pidfd": lambda: os.pidfd_open(os.getppid()),
        }
        done = []
        for name, attempt in attempts.items():
            try:
                if attempt() is not False:
                    done.append(name)
            except OSError:
                continue
        return done

    assert confined(student).value == []


@pytest.mark.skipif(platform.machine() != "x86_64", reason="x86_64 has two more ways into its kernel")
@pytest.mark.parametrize("way", ["x32", "int 0x80"])
def test_other_ways_into_the_kernel_end_the_process(confined: Sandbox, way: str) -> None:
    """Calls numbered for x32 or made as a 32-bit program would go past the filter: they kill."""

    def x32(box: str) -> object:
        import ctypes

        return ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39))

    def interrupt(box: str) -> object:
        import ctypes
        import mmap

        code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(bytes.fromhex("b814000000cd80c3"))  # mov eax, 20 (getpid); int 0x80; ret
        return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()

    outcome = confined({"x32": x32, "int 0x80": interrupt}[way])
    # A kernel built without 32-bit programs answers the interrupt with SIGSEGV.
    assert outcome.signal in ({signal.SIGSYS} if way == "x32" else {signal.SIGSYS, signal.SIGSEGV})


# ---------------------------------------------------------------- limits


def test_memory_ends_in_a_memory_error(confined: Sandbox) -> None:
    """Above 1 GB, bytes and shared memory are refused, however much the machine has, and the child goes on."""

    def student(box: str) -> object:
        import mmap

        refused = []
        for size in (2 << 30, 40 << 30):
            try:
                bytearray(size)
            except MemoryError:
                refused.append("bytes")
            try:
                mmap.mmap(-1, size)
            except OSError:
                refused.append("shared")
        return [refused, len(bytearray(100 << 20))]

    assert confined(student).value == [["bytes", "shared"] * 2, 100 << 20]


@needs_filter
def test_memory_outside_the_limit_is_refused(confined: Sandbox) -> None:
    """Memory files and System V memory count for no limit, so there are none."""

    def student(box: str) -> object:
        import ctypes
        import os

        libc = ctypes.CDLL(None, use_errno=True)
        segment = libc.shmget(0, 4096, 0o1600)
        os.memfd_create("x") if segment < 0 else None
        return segment

    assert confined(student).raised == "PermissionError"


@needs_filter
def test_limits_can_be_asked_for_but_not_set(confined: Sandbox) -> None:
    """Limits are answered when asked for; setting a limit is refused, even a lower one."""

    def student(box: str) -> object:
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        refused = []
        for wanted in ((hard + 1, hard + 1), (soft - 1, hard)):
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, wanted)
            except ValueError:  # what the module makes of EPERM
                refused.append(wanted)
        return [soft, hard, len(refused)]

    assert confined(student).value == [64, 64, 2]


def test_processor_time_ends_in_a_kill(confined: Sandbox) -> None:
    """A loop that ignores every signal it can is killed when its processor time is up."""

    def student(box: str) -> object:
        import signal

        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        while True:
            pass

    assert confined(student, cpu=0.5).signal == signal.SIGKILL


def test_open_files_are_limited(confined: Sandbox) -> None:
    """Pipes hold memory in the kernel, so there are few of them."""

    def student(box: str) -> object:
        import os

        for _ in range(64):
            os.pipe()
        return "all"

    assert confined(student).raised == "OSError"


def test_threads_are_limited(confined: Sandbox) -> None:
    """Threads cost memory that no other limit counts. Those of root are not counted, which is reported."""

    def student(box: str) -> object:
        import threading

        stop = threading.Event()
        try:
            for _ in range(40):
                threading.Thread(target=stop.wait, daemon=True).start()
        except RuntimeError:
            return "refused"
        finally:
            stop.set()
        return "started"

    outcome = confined(student, threads=20)
    limited = confined.account != "root" or os.geteuid() != 0
    assert [outcome.layers["threads"], outcome.value] == [limited, "refused" if limited else "started"]


@needs_filter
def test_what_cannot_be_set_is_reported(confined: Sandbox) -> None:
    """Behind the filter, limits cannot be set: each is reported as off, and nothing is raised."""

    def student(box: str) -> object:
        import confine  # type: ignore[import-not-found, unused-ignore]

        limits = confine.limit(1 << 20, 1, base=0, open_files=10)
        return [*limits.values(), confine.restrict_files(["/"]), confine.filter_syscalls()]

    # Core files and file sizes are at 0 already.
    assert confined(student).value == [False, False, True, True, False, False, False]


# ---------------------------------------------------------------- honest work


@needs_filter
def test_ordinary_python_goes_through(confined: Sandbox) -> None:
    """Warnings, tracebacks, recursion, garbage, clocks, timers and imports behave as they do outside."""

    def student(box: str) -> object:
        import gc
        import io
        import logging
        import random
        import signal
        import sys
        import time
        import traceback
        import unittest
        import warnings

        def deeper(depth: int) -> int:
            return deeper(depth + 1)

        trace, rang = "", []
        try:
            deeper(0)
        except RecursionError:
            trace = traceback.format_exc()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            warnings.warn("careful", stacklevel=1)
        signal.signal(signal.SIGALRM, lambda number, _frame: rang.append(number))
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        time.sleep(0.01)
        logging.getLogger().error("to stderr")
        modules = all([unittest, io, random, gc.collect() >= 0, not sys.stdout.isatty(), time.localtime()])
        return ["RecursionError" in trace, len(caught), len(rang), modules]

    assert confined(student).value == [True, 1, 1, True]


@needs_filter
def test_numpy_goes_through(confined: Sandbox) -> None:
    """Linear algebra, transforms, random numbers and files in memory work; too much is a MemoryError."""

    def student(box: str) -> object:
        import io

        import numpy as np

        rng = np.random.default_rng()
        a = rng.normal(size=(60, 60))
        s = a @ a.T
        for result in (
            np.linalg.svd(a),
            np.linalg.eigh(s),
            np.linalg.qr(a),
            np.fft.fft2(a),
            np.linalg.inv(a),
        ):
            assert result is not None
        np.testing.assert_allclose(np.linalg.solve(a, a @ a), a, rtol=1e-3, atol=1e-3)
        file = io.BytesIO()
        np.savez(file, a=a)
        file.seek(0)
        same = bool((np.load(file)["a"] == a).all())
        try:
            np.ones(1 << 28)
        except MemoryError:
            return same
        return "too much"

    assert confined(student, libraries=("numpy",)).value is True


@pytest.mark.slow
@needs_filter
def test_torch_goes_through(confined: Sandbox) -> None:
    """Training, second derivatives, checkpoints, recurrent nets, loaders and linear algebra work."""

    def student(box: str) -> object:
        import io

        import torch
        from torch import nn
        from torch.utils.checkpoint import checkpoint
        from torch.utils.data import DataLoader, TensorDataset

        torch.manual_seed(0)
        net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(144, 2))
        images, labels = torch.randn(16, 1, 8, 8), torch.arange(16) % 2
        optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
        losses = []
        for _ in range(10):
            for x, y in DataLoader(TensorDataset(images, labels), batch_size=8, shuffle=True):
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(net(x), y)
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                losses.append(loss.item())
        z = torch.randn(4, dtype=torch.double, requires_grad=True)
        (first,) = torch.autograd.grad((z**3).sum(), z, create_graph=True)
        (second,) = torch.autograd.grad(first.sum(), z)
        checkpoint(lambda v: (v**2).sum(), z, use_reentrant=True).backward()
        torch.autograd.functional.jacobian(torch.sin, z)  # type: ignore[no-untyped-call]
        nn.LSTM(3, 4)(torch.randn(2, 2, 3))
        nn.TransformerEncoderLayer(8, 2)(torch.randn(3, 2, 8))
        a = torch.randn(20, 20)
        torch.linalg.svd(a), torch.linalg.eigh(a @ a.T), torch.linalg.solve(a, a)
        torch.set_num_threads(4)
        torch.sin(torch.randn(10**6)), torch.randn(300, 300) @ torch.randn(300, 300)
        torch.save(net.state_dict(), io.BytesIO())
        try:
            torch.ones(1 << 30)
        except RuntimeError:
            return [losses[-1] < losses[0], bool(torch.allclose(second, 6 * z))]
        return "too much"

    outcome = confined(student, libraries=("numpy", "torch", "torch.utils.data"), memory=2 << 30)
    assert outcome.value == [True, True]


# ---------------------------------------------------------------- bubblewrap


def bubblewrap_works() -> bool:
    """Return whether bubblewrap is there and may make namespaces."""
    command = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "/bin/true"]
    return (
        shutil.which("bwrap") is not None
        and subprocess.run(command, check=False, capture_output=True).returncode == 0
    )


@needs_landlock
@needs_filter
@pytest.mark.skipif(not bubblewrap_works(), reason="bubblewrap is missing, or may not make namespaces")
def test_all_layers_go_on_inside_bubblewrap(confined: Sandbox) -> None:
    """Inside bubblewrap, as root and as an ordinary user, the same layers are on and refuse the same."""

    def student(box: str) -> object:
        from pathlib import Path

        return Path(box, "closed", "text").read_text()

    outside = ("bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--proc", "/proc")
    dev = (
        "--tmpfs",
        "/dev",
        "--dev-bind",
        "/dev/null",
        "/dev/null",
        "--dev-bind",
        "/dev/urandom",
        "/dev/urandom",
    )
    outcome = confined(student, prefix=(*outside, *dev))
    assert outcome.raised == "PermissionError"
    # Root's namespace knows no other user: as root, become nobody first and then start bubblewrap.
    expected = {"ordinary user"} if confined.account != "ordinary user" else set()
    if ABI < 6:
        expected.add("signals stay inside")
    assert {name for name, on in outcome.layers.items() if not on} == expected


# ---------------------------------------------------------------- what is missing is said


def test_a_machine_without_a_filter_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no filter is shipped, nothing is loaded and the answer is no."""
    monkeypatch.setattr(confine, "_FILTER", b"")
    assert confine.filter_syscalls() is False


def test_a_kernel_without_landlock_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no Landlock, files are not restricted and the answer is no."""
    monkeypatch.setattr(confine, "landlock_abi", lambda: 0)
    assert confine.restrict_files(["/"]) is False


def test_only_the_standard_library_is_imported() -> None:
    """What runs inside the sandbox drags nothing of ours into it."""
    tree = ast.parse((SANDBOX / "confine.py").read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


# ---------------------------------------------------------------- the filters, for both machines

ALLOW, KILL_PROCESS = 0x7FFF0000, 0x80000000  # linux/seccomp.h
REFUSE, UNKNOWN = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h
THREAD_FLAGS = 0x3D0F00  # what glibc's pthread_create passes to clone
INSTRUCTION = struct.Struct("<HBBI")


def shipped(machine: str) -> bytes:
    """Return the filter in the package."""
    return (SANDBOX / "filters" / f"{machine}.bpf").read_bytes()


def decision(program: bytes, data: bytes) -> int:
    """Return what a filter answers to `data`, a struct seccomp_data, by running it as the kernel does."""
    code = list(INSTRUCTION.iter_unpack(program))
    tests: dict[int, Callable[[int, int], bool]] = {
        0x15: lambda a, k: a == k,
        0x25: lambda a, k: a > k,
        0x35: lambda a, k: a >= k,
        0x45: lambda a, k: bool(a & k),
    }
    accumulator, at = 0, 0
    while True:
        operation, when_true, when_false, constant = code[at]
        at += 1
        if operation == 0x06:  # return
            return int(constant)
        if operation == 0x20:  # load a word
            accumulator = int.from_bytes(data[constant : constant + 4], "little")
        elif operation == 0x54:  # and
            accumulator &= constant
        elif operation == 0x05:  # jump
            at += constant
        else:
            at += when_true if tests[operation](accumulator, constant) else when_false


def answer(machine: str, call: int | str, *arguments: int, architecture: int | None = None) -> int:
    """Return what the shipped filter of `machine` answers to a call."""
    number = generator().number(machine, call) if isinstance(call, str) else call
    words = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("<iIQ6Q", number, architecture or AUDIT_ARCH[machine], 0, *words)
    return decision(shipped(machine), data)


def generator() -> Any:
    """Return the generator's module; skips where libseccomp is missing."""
    try:
        from autograder.sandbox.filters import generate
    except (ImportError, RuntimeError, OSError) as error:
        pytest.skip(f"libseccomp cannot be loaded: {error}")
    return generate


@pytest.mark.parametrize("machine", MACHINES)
def test_the_shipped_filters_are_what_the_generator_writes(machine: str) -> None:
    """A filter in the package is never edited and never stale."""
    assert generator().build(machine) == shipped(machine)


@pytest.mark.parametrize("machine", MACHINES)
def test_the_place_of_the_pid_is_found(machine: str) -> None:
    """The constant that stands for the pid occurs as an operand only, and no pid can be as large."""
    program, mark = shipped(machine), confine.OWN_PID.to_bytes(4, "little")
    places = [at for at in range(len(program)) if program.startswith(mark, at)]
    assert places
    assert all(at % INSTRUCTION.size == 4 for at in places)
    assert confine.OWN_PID > 1 << 22


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filters_decide_as_documented(machine: str) -> None:
    """On either machine: threads but no processes, signals to oneself, limits read and not set."""
    own = confine.OWN_PID
    decisions = {
        "read": answer(machine, "read"),
        "a thread": answer(machine, "clone", THREAD_FLAGS),
        "a process": answer(machine, "clone", signal.SIGCHLD),
        "vfork": answer(machine, "clone", 0x4111),
        "a thread in a new namespace": answer(machine, "clone", THREAD_FLAGS | 0x10000000),
        "clone3": answer(machine, "clone3"),
        "a signal to oneself": answer(machine, "kill", own, 9),
        "a signal to another": answer(machine, "kill", 1, 9),
        "a signal to everybody": answer(machine, "kill", 2**64 - 1, 9),
        "a signal past 32 bits": answer(machine, "kill", (1 << 32) | own, 9),
        "abort": answer(machine, "tgkill", own, own, 6),
        "limits read": answer(machine, "prlimit64", 0, 9, 0, 1),
        "limits set": answer(machine, "prlimit64", 0, 9, 1, 0),
        "limits of another": answer(machine, "prlimit64", 1, 9, 0, 1),
        "exec": answer(machine, "execve"),
        "a socket": answer(machine, "socket", 2, 1),
        "a memory file": answer(machine, "memfd_create"),
        "the future": answer(machine, 1000),
        "another machine": answer(machine, 0, architecture=0x40000003),
    }
    assert decisions == {
        "read": ALLOW,
        "a thread": ALLOW,
        "a process": REFUSE,
        "vfork": REFUSE,
        "a thread in a new namespace": UNKNOWN,
        "clone3": UNKNOWN,
        "a signal to oneself": ALLOW,
        "a signal to another": REFUSE,
        "a signal to everybody": REFUSE,
        "a signal past 32 bits": REFUSE,
        "abort": ALLOW,
        "limits read": ALLOW,
        "limits set": REFUSE,
        "limits of another": UNKNOWN,
        "exec": REFUSE,
        "a socket": REFUSE,
        "a memory file": REFUSE,
        "the future": UNKNOWN,
        "another machine": KILL_PROCESS,
    }


@pytest.mark.parametrize("machine", MACHINES)
def test_the_generator_writes_into_a_folder(
    machine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command writes both filters where it is told to."""
    generate = generator()
    monkeypatch.setattr(sys, "argv", ["generate", "--to", str(tmp_path)])
    generate.main()
    written = tmp_path / f"{machine}.bpf"
    assert written.read_bytes() == shipped(machine)
    assert stat.S_ISREG(written.stat().st_mode)
