"""Reading what the kernel shows of processes: memory, environment, command lines, open files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Arena


def test_no_process_file_can_be_opened(arena: Arena) -> None:
    """Neither of one's own process, nor of any other."""
    setup = "import os"
    pids = {"self": "self", "grader": os.getpid(), "zygote": arena.zygote(), "first": 1}
    files = (
        "mem",
        "maps",
        "environ",
        "cmdline",
        "auxv",
        "stat",
        "status",
        "pagemap",
        "syscall",
        "clear_refs",
    )
    attempts = {
        f"{file} of {name}": f"open('/proc/{pid}/{file}', 'rb').read(1)"
        for name, pid in pids.items()
        for file in files
    }
    attempts |= {f"{file} of parent": f"open(f'/proc/{{os.getppid()}}/{file}', 'rb')" for file in files}
    for folder in ("fd", "fdinfo", "cwd", "root", "task", "map_files", "ns"):
        attempts |= {
            f"{folder} of {name}": f"os.listdir('/proc/{pid}/{folder}')" for name, pid in pids.items()
        }
    attempts |= {
        "processes": "os.listdir('/proc')",
        "kernel's log": "open('/dev/kmsg')",
        "kernel's memory": "open('/dev/mem')",
        "kernel's names": "open('/proc/kallsyms').read(1)",
        "mounts": "open('/proc/mounts').read(1)",
        "devices": "os.listdir('/sys')",
        "cgroups": "os.listdir('/sys/fs/cgroup')",
    }
    assert arena.possible(attempts, setup) == []
