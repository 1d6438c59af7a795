"""Writes the system call filters. Runs on a developer's machine, never in the sandbox.

    python -m autograder.sandbox.filters.generate

A filter is a list of what honest computing calls: found with strace under numpy, torch, threads and Python's
own library, plus what other versions of libc call in the same places. All else fails in one of two ways:

- What students write on purpose fails with EPERM, which Python reports as PermissionError.
- What is not listed fails with ENOSYS, on which libraries fall back to something older.

A program of another architecture, and the x32 calls of x86_64, end the process.
"""

from __future__ import annotations

import argparse
import errno
import tempfile
from pathlib import Path

import pyseccomp
from pyseccomp import EQ, MASKED_EQ, NE, Arg

from autograder.sandbox.confine import OWN_PID

ARCHITECTURES = {"x86_64": pyseccomp.Arch.X86_64, "aarch64": pyseccomp.Arch.AARCH64}

ALLOWED = {
    "memory": "brk madvise mbind membarrier mincore mmap mprotect mremap msync munmap get_mempolicy",
    "files": (
        "access chdir close close_range dup dup2 dup3 faccessat faccessat2 fadvise64 fchdir fstat fstatfs getcwd"
        " getdents getdents64 lseek lstat newfstatat open openat pipe pipe2 pread64 preadv read readlink"
        " readlinkat readv stat statfs statx umask write writev"
    ),
    "waiting": "nanosleep clock_nanosleep pause poll ppoll pselect6 select wait4 waitid",
    "time": "alarm clock_getres clock_gettime getitimer gettimeofday setitimer time times",
    "threads": (
        "exit exit_group futex futex_waitv rseq sched_getaffinity sched_getparam sched_get_priority_max"
        " sched_get_priority_min sched_getscheduler sched_yield set_robust_list set_tid_address"
    ),
    "signals": (
        "restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait"
        " sigaltstack"
    ),
    "who and where": (
        "capget getcpu getegid geteuid getgid getgroups getpgid getpgrp getpid getppid getpriority getrandom"
        " getresgid getresuid getrlimit getrusage getsid gettid getuid sysinfo uname"
    ),
}

REFUSED = {
    "processes": "execve execveat fork setpgid setsid vfork",
    "other processes": (
        "kcmp pidfd_getfd pidfd_open pidfd_send_signal process_madvise process_vm_readv process_vm_writev ptrace"
    ),
    "memory outside the limit": "memfd_create memfd_secret mq_open msgget semget shmat shmget userfaultfd",
    "network": (
        "accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg sendmmsg"
        " sendmsg sendto setsockopt shutdown socket socketpair"
    ),
    # Landlock refuses most of these, but not to change modes, owners, times and attributes.
    "changes to files": (
        "chmod chown creat fallocate fchmod fchmodat fchown fchownat fremovexattr fsetxattr ftruncate futimesat"
        " lchown link linkat lremovexattr lsetxattr mkdir mkdirat mknod mknodat removexattr rename renameat"
        " renameat2 rmdir setxattr symlink symlinkat truncate unlink unlinkat utime utimensat utimes"
    ),
    "privileges and limits": (
        "capset personality sched_setaffinity sched_setattr sched_setparam sched_setscheduler setfsgid setfsuid"
        " setgid setgroups setpriority setregid setresgid setresuid setreuid setrlimit setuid"
    ),
    "the kernel": (
        "add_key bpf chroot fanotify_init io_uring_enter io_uring_register io_uring_setup keyctl kexec_load"
        " mount move_mount open_tree perf_event_open pivot_root request_key seccomp setns umount2 unshare"
    ),
}

# linux/sched.h
CLONE_PIDFD = 0x0000_1000
CLONE_THREAD = 0x0001_0000
CLONE_NAMESPACES = (
    0x0000_0080  # CLONE_NEWTIME
    | 0x0002_0000  # CLONE_NEWNS
    | 0x0200_0000  # CLONE_NEWCGROUP
    | 0x0400_0000  # CLONE_NEWUTS
    | 0x0800_0000  # CLONE_NEWIPC
    | 0x1000_0000  # CLONE_NEWUSER
    | 0x2000_0000  # CLONE_NEWPID
    | 0x4000_0000  # CLONE_NEWNET
)

HARMLESS = {  # by system call: the argument that chooses what it does, and the harmless choices
    "fcntl": (
        1,
        {  # linux/fcntl.h; not F_SETOWN and F_SETSIG, which send signals
            "F_DUPFD": 0,
            "F_GETFD": 1,
            "F_SETFD": 2,
            "F_GETFL": 3,
            "F_SETFL": 4,
            "F_DUPFD_CLOEXEC": 1030,
            "F_GETPIPE_SZ": 1032,
        },
    ),
    "ioctl": (
        1,
        {  # asm-generic/ioctls.h
            "TCGETS": 0x5401,
            "TIOCGWINSZ": 0x5413,
            "FIONREAD": 0x541B,
            "FIONCLEX": 0x5450,
            "FIOCLEX": 0x5451,
        },
    ),
    "prctl": (
        0,
        {  # linux/prctl.h
            "PR_GET_DUMPABLE": 3,
            "PR_SET_NAME": 15,
            "PR_GET_NAME": 16,
            "PR_CAPBSET_READ": 23,
            "PR_GET_NO_NEW_PRIVS": 39,
            "PR_SVE_GET_VL": 51,  # oneDNN asks for it on aarch64
            "PR_SET_VMA": 0x5356_4D41,  # glibc names its memory
        },
    ),
    "arch_prctl": (
        0,
        {  # asm/prctl.h; oneDNN asks for the matrix unit of newer x86_64 processors
            "ARCH_GET_XCOMP_SUPP": 0x1021,
            "ARCH_GET_XCOMP_PERM": 0x1022,
            "ARCH_REQ_XCOMP_PERM": 0x1023,
        },
    ),
}

SIGNALS = ("kill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "tgkill", "tkill")
"""The calls whose first argument is the process to signal; tkill names a thread, the main one has the pid."""


def build(architecture: str) -> bytes:
    """Return the filter for `architecture`, x86_64 or aarch64, as the kernel takes it: 8 bytes an instruction."""
    program = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.ENOSYS))
    wanted = ARCHITECTURES[architecture]
    if wanted != pyseccomp.system_arch():
        program.add_arch(wanted)
        program.remove_arch(pyseccomp.system_arch())
    program.set_attr(pyseccomp.Attr.ACT_BADARCH, pyseccomp.KILL_PROCESS)
    program.set_attr(pyseccomp.Attr.CTL_OPTIMIZE, 2)  # a binary tree
    _add_lists(program)
    _add_choices(program)
    with tempfile.TemporaryFile() as file:
        program.export_bpf(file)
        file.seek(0)
        return file.read()


def number(architecture: str, name: str) -> int:
    """Return the number of a system call; negative where the architecture does not have it."""
    return int(pyseccomp.resolve_syscall(ARCHITECTURES[architecture], name))


def _add_lists(program: pyseccomp.SyscallFilter) -> None:
    for action, groups in ((pyseccomp.ALLOW, ALLOWED), (pyseccomp.ERRNO(errno.EPERM), REFUSED)):
        for name in " ".join(groups.values()).split():
            program.add_rule(action, name)  # nothing is added for a call that the architecture does not have


def _add_choices(program: pyseccomp.SyscallFilter) -> None:
    refuse = pyseccomp.ERRNO(errno.EPERM)
    for name, (position, choices) in HARMLESS.items():
        for value in choices.values():
            program.add_rule(pyseccomp.ALLOW, name, Arg(position, EQ, value))
    for name in SIGNALS:
        program.add_rule(pyseccomp.ALLOW, name, Arg(0, EQ, OWN_PID))
        program.add_rule(refuse, name, Arg(0, NE, OWN_PID))
    # Limits may be asked for, not set. The pid 0 is one's own, and the one libc passes.
    program.add_rule(pyseccomp.ALLOW, "prlimit64", Arg(0, EQ, 0), Arg(2, EQ, 0))
    program.add_rule(refuse, "prlimit64", Arg(2, NE, 0))
    # A thread, not a process. clone3 keeps its flags where a filter cannot see them: ENOSYS, and libc calls clone.
    flags = CLONE_THREAD | CLONE_PIDFD | CLONE_NAMESPACES
    program.add_rule(pyseccomp.ALLOW, "clone", Arg(0, MASKED_EQ, flags, CLONE_THREAD))
    program.add_rule(refuse, "clone", Arg(0, MASKED_EQ, CLONE_THREAD, 0))


def main() -> None:
    """Write the filters next to this file, or to another folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--to", type=Path, default=Path(__file__).parent, help="folder to write to")
    folder: Path = parser.parse_args().to
    for architecture in ARCHITECTURES:
        (folder / f"{architecture}.bpf").write_bytes(build(architecture))


if __name__ == "__main__":
    main()
