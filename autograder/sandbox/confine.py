"""Runs inside the sandbox. Holds inputs, never answers.

The layers that a process puts around itself before student code runs. Each function reports what it
enforced and raises nothing: the trusted side decides whether a missing layer means a weaker level or a refusal.

In the zygote, once, with its libraries loaded: `collapse_memory`, `address_space`, `drop_privileges`,
`restrict_files`. In each forked child: `isolate_child`, `limit`, `filter_syscalls`; nothing of this file
works after the last.

All of it is ctypes on libc. Constants are named as in the kernel's headers, which are given beside them.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import resource
import signal
import stat
import struct
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_GET_PDEATHSIG = 2
PR_GET_DUMPABLE = 3
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_GET_NO_NEW_PRIVS = 39
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

# linux/capability.h
_LINUX_CAPABILITY_VERSION_3 = 0x20080522
CAP_SETS = struct.Struct(
    "=6I"
)  # effective, permitted and inheritable, first their low and then their high words
CAPABILITIES = 64

# asm/unistd.h: these three have the same numbers on every architecture but alpha.
SYS_landlock_create_ruleset = 444
SYS_landlock_add_rule = 445
SYS_landlock_restrict_self = 446

# linux/landlock.h
LANDLOCK_CREATE_RULESET_VERSION = 1
LANDLOCK_RULE_PATH_BENEATH = 1
LANDLOCK_ACCESS_FS_EXECUTE = 1 << 0
LANDLOCK_ACCESS_FS_WRITE_FILE = 1 << 1
LANDLOCK_ACCESS_FS_READ_FILE = 1 << 2
LANDLOCK_ACCESS_FS_READ_DIR = 1 << 3
LANDLOCK_ACCESS_FS_ALL = {  # by the ABI that brought them: what is handled and not allowed is refused
    1: (1 << 13) - 1,  # execute, write, read, and making and removing each kind of entry
    2: 1 << 13,  # LANDLOCK_ACCESS_FS_REFER
    3: 1 << 14,  # LANDLOCK_ACCESS_FS_TRUNCATE
    5: 1 << 15,  # LANDLOCK_ACCESS_FS_IOCTL_DEV
}
LANDLOCK_ACCESS_NET_TCP = 0b11  # LANDLOCK_ACCESS_NET_BIND_TCP, LANDLOCK_ACCESS_NET_CONNECT_TCP: since ABI 4
LANDLOCK_SCOPES = 0b11  # LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET, LANDLOCK_SCOPE_SIGNAL: since ABI 6
RULESET_ATTR = struct.Struct("=3Q")  # handled_access_fs, handled_access_net, scoped
PATH_BENEATH_ATTR = struct.Struct("=Qi")  # allowed_access, parent_fd; packed

# linux/seccomp.h
SECCOMP_SET_MODE_FILTER = 1
SECCOMP_FILTER_FLAG_TSYNC = 1 << 0
SECCOMP_FILTER_FLAG_SPEC_ALLOW = 1 << 2
SYS_seccomp = {"x86_64": 317, "aarch64": 277}  # asm/unistd.h

# linux/mman.h
MADV_COLLAPSE = 25
HUGE_PAGE = 2 << 20

NOBODY = 65534  # the kernel's overflow id, `nobody` or `nfsnobody` everywhere

OWN_PID = 0x7E57_C0DE
"""Stands in the shipped filters for the pid of the process that loads them; no pid is larger than 2²²."""

_libc = ctypes.CDLL(None, use_errno=True)


def _shipped_filter() -> bytes:
    machine = os.uname().machine
    if machine not in SYS_seccomp or struct.calcsize("P") != 8:
        return b""
    try:
        return (Path(__file__).parent / "filters" / f"{machine}.bpf").read_bytes()
    except OSError:
        return b""


_FILTER = _shipped_filter()  # read on import: when it is loaded, Landlock already hides the file


def _prctl(option: int, *arguments: int) -> int:
    """Return what prctl(2) returns; -1 as well where there is none."""
    if not hasattr(_libc, "prctl"):
        return -1
    padded = [*arguments, 0, 0, 0, 0][:4]  # the unused ones have to be 0
    return int(_libc.prctl(option, *map(ctypes.c_ulong, padded)))


def _syscall(number: int, *arguments: int | bytes | None) -> int:
    words = [ctypes.c_long(item) if isinstance(item, int) else ctypes.c_char_p(item) for item in arguments]
    return int(_libc.syscall(ctypes.c_long(number), *words))


# ---------------------------------------------------------------- the zygote


def collapse_memory() -> bool:
    """Move this process's memory into huge pages: forks copy their page tables. Call it before `restrict_files`."""
    ranges = list(_writable_anonymous_ranges())
    madvise = getattr(_libc, "madvise", None)
    if madvise is None:
        return False
    # Ranges without a page in them are refused, which harms nothing; before Linux 6.1 all of them are.
    outcomes = [
        madvise(ctypes.c_void_p(start), ctypes.c_size_t(size), MADV_COLLAPSE) for start, size in ranges
    ]
    return 0 in outcomes


def _writable_anonymous_ranges() -> Iterator[tuple[int, int]]:
    try:
        lines = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        bounds, mode, _offset, _device, inode, *_name = line.split()
        start, end = (int(bound, 16) for bound in bounds.split("-"))
        first, last = -(-start // HUGE_PAGE) * HUGE_PAGE, end // HUGE_PAGE * HUGE_PAGE
        if mode == "rw-p" and inode == "0" and first < last:
            yield first, last - first


def address_space() -> int:
    """Return the bytes of address space in use, the base of `limit`; 0 if unknown. Call it before `restrict_files`."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()


def drop_privileges(needed: Sequence[str]) -> dict[str, bool]:
    """Become an ordinary user who can gain nothing back, and keep others out of this process's memory.

    Root becomes nobody if nobody can read every path in `needed` that exists; else it stays user 0, without
    capabilities.
    """
    parent_death_signal = ctypes.c_int(0)
    _prctl(PR_GET_PDEATHSIG, ctypes.addressof(parent_death_signal))
    if os.geteuid() == 0:
        _empty_bounding_set()  # first: it takes a capability
        if _nobody_can_read(needed):
            _become_nobody()
    _clear_capabilities()
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _prctl(PR_SET_DUMPABLE, 0)
    _prctl(PR_SET_PDEATHSIG, parent_death_signal.value)  # a change of user clears it
    return {
        "ordinary user": os.geteuid() != 0 and os.getuid() != 0,
        "no capabilities": _has_no_capabilities(),
        "no new privileges": _prctl(PR_GET_NO_NEW_PRIVS) == 1,
        "memory closed to others": _prctl(PR_GET_DUMPABLE) == 0,
    }


def _empty_bounding_set() -> None:
    for capability in range(CAPABILITIES):
        _prctl(PR_CAPBSET_DROP, capability)


def _nobody_can_read(paths: Sequence[str]) -> bool:
    """Ask the kernel, by acting as nobody in the file system for a moment: modes alone do not tell of ACLs."""
    with contextlib.suppress(OSError):  # forbidden in some user namespaces
        os.setgroups([])
    setfsuid, setfsgid = (getattr(_libc, name, None) for name in ("setfsuid", "setfsgid"))
    if setfsuid is None or setfsgid is None:
        return False
    group = setfsgid(NOBODY)
    user = setfsuid(NOBODY)
    try:
        return setfsuid(-1) == NOBODY and all(map(_can_read, paths))
    finally:
        setfsuid(user)
        setfsgid(group)


def _can_read(path: str) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        os.close(descriptor)
        if stat.S_ISDIR(os.stat(path).st_mode):  # noqa: PTH116 - a string in, a string out
            os.stat(f"{path}/.")  # noqa: PTH116 - asks for the right to enter
    except FileNotFoundError:
        return True  # for root neither: behind a folder that one may not enter, the error is another
    except OSError:
        return False
    return True


def _become_nobody() -> None:
    with contextlib.suppress(OSError):  # a user namespace may not know that user
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def _capability_header() -> bytes:
    return struct.pack("=Ii", _LINUX_CAPABILITY_VERSION_3, 0)


def _clear_capabilities() -> None:
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    if hasattr(_libc, "capset"):
        _libc.capset(_capability_header(), CAP_SETS.pack(*[0] * 6))


def _has_no_capabilities() -> bool:
    sets = ctypes.create_string_buffer(CAP_SETS.size)
    if not hasattr(_libc, "capget") or _libc.capget(_capability_header(), sets) != 0:
        return False
    return not any(CAP_SETS.unpack(sets.raw))


def landlock_abi() -> int:
    """Return the version of Landlock that this kernel offers; 0 where there is none."""
    if not hasattr(_libc, "prctl"):  # not Linux
        return 0
    return max(0, _syscall(SYS_landlock_create_ruleset, None, 0, LANDLOCK_CREATE_RULESET_VERSION))


def restrict_files(readable: Sequence[str]) -> bool:
    """Allow reading the given files and what is beneath the given folders, and nothing else: no writing anywhere.

    Of /dev/null, if it is given, writing is allowed as well. A path that does not exist is passed over.
    """
    abi = landlock_abi()
    if abi == 0:
        return False
    files = sum(rights for since, rights in LANDLOCK_ACCESS_FS_ALL.items() if since <= abi)
    tcp = LANDLOCK_ACCESS_NET_TCP if abi >= 4 else 0
    with _ruleset(files, tcp, 0) as ruleset:
        return ruleset >= 0 and all(_allow_reading(ruleset, path) for path in readable) and _enter(ruleset)


@contextlib.contextmanager
def _ruleset(files: int, tcp: int, scopes: int) -> Iterator[int]:
    attr = RULESET_ATTR.pack(files, tcp, scopes)  # older kernels accept the later fields while they are 0
    ruleset = _syscall(SYS_landlock_create_ruleset, attr, len(attr), 0)
    try:
        yield ruleset
    finally:
        if ruleset >= 0:
            os.close(ruleset)


def _allow_reading(ruleset: int, path: str) -> bool:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return True  # not there: nothing to allow
    rights = LANDLOCK_ACCESS_FS_READ_FILE
    if path == os.devnull:
        rights |= LANDLOCK_ACCESS_FS_WRITE_FILE
    elif stat.S_ISDIR(os.fstat(descriptor).st_mode):
        rights |= LANDLOCK_ACCESS_FS_READ_DIR
    attr = PATH_BENEATH_ATTR.pack(rights, descriptor)
    outcome = _syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, attr, 0)
    os.close(descriptor)
    return outcome == 0


def _enter(ruleset: int) -> bool:
    return _syscall(SYS_landlock_restrict_self, ruleset, 0) == 0


# ---------------------------------------------------------------- each child


def isolate_child(parent: int) -> dict[str, bool]:
    """Set a forked child apart from its siblings and from `parent`, the pid of the zygote, with which it ends."""
    with contextlib.suppress(OSError):
        os.setsid()
    # The parent is another one if the zygote has ended before the signal was asked for.
    bound = _prctl(PR_SET_PDEATHSIG, signal.SIGKILL) == 0 and os.getppid() == parent
    _prctl(PR_SET_DUMPABLE, 0)
    abi = landlock_abi()
    apart = abi >= 1 and _own_domain(abi)
    return {
        "own session": os.getsid(0) == os.getpid(),
        "ends with the zygote": bound,
        "memory closed to others": _prctl(PR_GET_DUMPABLE) == 0,
        "own domain": apart,
        "signals stay inside": apart and abi >= 6,
    }


def _own_domain(abi: int) -> bool:
    """Enter a Landlock domain of one's own: no tracing out of it and, since ABI 6, no signals either."""
    # A ruleset has to rule something. Executing is refused already, so refusing it again changes nothing.
    rules = (0, 0, LANDLOCK_SCOPES) if abi >= 6 else (LANDLOCK_ACCESS_FS_EXECUTE, 0, 0)
    with _ruleset(*rules) as ruleset:
        return ruleset >= 0 and _enter(ruleset)


def limit(
    memory_bytes: int, cpu_seconds: float, *, base: int, open_files: int = 64, threads: int | None = None
) -> dict[str, bool]:
    """Limit what the process may take; what passes a limit gets MemoryError or EMFILE, for CPU time SIGKILL.

    base: `address_space()` of the zygote, to which `memory_bytes` is added: loaded libraries are not the student's.
    threads: of all processes of this user together, in this user namespace; None sets no limit. Nothing else
    limits them but their stacks' share of the memory, and a thread can be made without a stack of its own.
    """
    layers = {
        # RLIMIT_DATA would not count shared memory. Memory files count nowhere: the filter refuses them.
        "memory": base > 0 and _lower(resource.RLIMIT_AS, base + memory_bytes),
        # Soft and hard alike, since the soft limit sends a signal that can be ignored.
        "cpu time": _lower(resource.RLIMIT_CPU, math.ceil(cpu_seconds)),
        "file size": _lower(resource.RLIMIT_FSIZE, 0),
        "core files": _lower(resource.RLIMIT_CORE, 0),
        "open files": _lower(resource.RLIMIT_NOFILE, open_files),
    }
    if threads is not None:
        layers["threads"] = _lower(resource.RLIMIT_NPROC, threads) and os.getuid() != 0  # root is not counted
    return layers


def _lower(kind: int, most: int) -> bool:
    _soft, hard = resource.getrlimit(kind)
    value = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(kind, (value, value))
    return resource.getrlimit(kind) == (value, value)


def filter_syscalls() -> bool:
    """Allow only the system calls of honest computing: no processes, no sockets, signals only to oneself.

    False where no filter is shipped for this machine. See filters/generate.py for what is allowed.
    """
    if not _FILTER:
        return False
    program = _FILTER.replace(OWN_PID.to_bytes(4, "little"), os.getpid().to_bytes(4, "little"))
    code = ctypes.create_string_buffer(program, len(program))
    sock_fprog = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    # Without SPEC_ALLOW, kernels before 5.16 slow the process down to guard it against speculation by its own
    # code; there is nothing in its memory to guard.
    flags = SECCOMP_FILTER_FLAG_TSYNC | SECCOMP_FILTER_FLAG_SPEC_ALLOW
    return _syscall(SYS_seccomp[os.uname().machine], SECCOMP_SET_MODE_FILTER, flags, sock_fprog) == 0
