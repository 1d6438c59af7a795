"""Starts a process, by every function of Python and of libc.

needs = ["processes"]
machine = "x86_64"
"""

import multiprocessing
import pty
import subprocess

from accomplice import *


def child(fork):
    pid = fork()
    if pid == 0:
        os._exit(0)
    raising(pid > 0)


def square(x):
    return x * x


def secret(x):
    attempts({
        "fork": lambda: child(os.fork),
        "forkpty": lambda: child(lambda: os.forkpty()[0]),
        "libc": lambda: child(libc.fork),
        "clone": lambda: child(lambda: libc.syscall(56, 17, 0, 0, 0, 0)),
        "clone into namespaces": lambda: child(lambda: libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)),
        "multiprocessing": lambda: multiprocessing.Process(target=int).start(),
        "subprocess": lambda: subprocess.run(["true"], check=True),
        "shell": lambda: subprocess.run("true", shell=True, check=True),
        "system": lambda: raising(os.system("true") == 0),
        "popen": lambda: os.popen("true").close(),
        "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "daemon": lambda: called("daemon", 0, 0),
    })
