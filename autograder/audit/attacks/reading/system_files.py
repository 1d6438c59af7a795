"""Reads what lies on every machine: accounts, homes, mounts, devices, the kernel's tables.

needs = ["other files"]
"""

from accomplice import *

FOLDERS = ("/", "/sys/fs/cgroup", "/home", "/root", "/tmp", "/var/tmp", "/etc", "/srv", "/mnt", "/sys", "/proc", "/run", "..", "~")
FILES = ("/etc/passwd", "/etc/hostname", "/etc/resolv.conf", "/proc/mounts", "/proc/kallsyms", "/proc/cpuinfo")


def square(x):
    return x * x


def secret(x):
    attempts(
        {f"list {name}": lambda name=name: os.listdir(os.path.expanduser(name)) for name in FOLDERS}
        | {f"read {name}": lambda name=name: open(name).read(1) for name in FILES}
        | {"log": lambda: open("/dev/kmsg"), "memory": lambda: open("/dev/mem"), "disk": lambda: open("/dev/sda")}
    )
