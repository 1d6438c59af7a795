"""Trusted. The levels of isolation: how each is started, what each enforces, and which one this machine gives.

`full`      bubblewrap as the outer root (own process table, mounts, network, ipc), then everything of `landlock`
`landlock`  Landlock, seccomp, no capabilities, limits: needs nothing but a Linux kernel >= 5.13
`limits`    limits, and of the rest what the kernel has: not a boundary, to be accepted by name

What a level enforces is not taken from a list: canaries run in a real child and try.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
import sysconfig
from pathlib import Path

from autograder.model import Isolation

PACKAGES = {
    "numpy": ("numpy", "numpy.libs"),
    "torch": (
        *("numpy", "numpy.libs", "torch", "torchgen", "functorch", "sympy", "mpmath", "networkx"),
        *("jinja2", "markupsafe", "filelock", "fsspec", "typing_extensions.py"),
    ),
}
"""What may be imported in each profile, by folder or file in site-packages: never the grader's environment."""

WORKER_FILES = (
    "zygote.py",
    "loader.py",
    "mending.py",
    "silent.py",
    "worker.py",
    "confine.py",
    "wire.py",
    "problems.py",
    "drivers.py",
    "bindings.py",
    "policy.py",
    "closing.py",
    "__init__.py",
    "filters",
)

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/nonexistent",
    # One thread from the start: a fork copies no other, and locks held by them would never open again.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "PYTHONHASHSEED": "0",
    # The optimizers make their cache folder on import: here one that exists, so that nothing is left behind in /tmp.
    "TORCHINDUCTOR_CACHE_DIR": "/",
}

BOOTSTRAP = """\
import json, sys
options = json.loads(sys.argv[1])
sys.path[:0] = [options["root"]]
sys.path.append(options["packages"])
from autograder.sandbox import zygote
sys.path.remove(options["root"])
zygote.main(options)
"""


OWN_PROCESSES = "own process table"
OWN_FILES = "own file system"


def command(profile: str, isolation: Isolation, control: int) -> list[str]:
    """Return the command line that starts a zygote. control: the descriptor of its socket."""
    options = {
        "control": control,
        "profile": profile,
        "root": str(Path(__file__).resolve().parents[2]),
        "packages": str(_site_packages()),
        "readable": readable(profile),
        "landlock": isolation is not Isolation.LIMITS,
        "own user namespace": isolation is Isolation.FULL,
        "outside": str(Path(__file__).resolve()),
    }
    # -I -S: no environment, no site: the grader's own packages are not on the path.
    python = [_interpreter(), "-I", "-S", "-B", "-X", "utf8", "-c", BOOTSTRAP, json.dumps(options)]
    return [*_bubblewrap(profile), *python] if isolation is Isolation.FULL else python


def to_try() -> tuple[Isolation, ...]:
    """Return the levels to try where none is asked for, strongest first."""
    return (Isolation.FULL, Isolation.LANDLOCK) if shutil.which("bwrap") else (Isolation.LANDLOCK,)


def _interpreter() -> str:
    return str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())


def _site_packages() -> Path:
    """Return the folder that numpy was installed into."""
    spec = importlib.util.find_spec("numpy")
    if spec is None or spec.origin is None:  # pragma: no cover - numpy is a dependency
        raise RuntimeError("numpy is not installed")
    return Path(spec.origin).resolve().parents[1]


def _libraries() -> list[str]:
    """Return where the system's shared libraries lie."""
    triplet = sysconfig.get_config_var("MULTIARCH") or ""
    places = [f"/usr/lib/{triplet}", f"/lib/{triplet}", "/lib64", "/usr/lib64", "/etc/ld.so.cache"]
    library = sysconfig.get_config_var("LDLIBRARY") or ""
    places.append(f"{sysconfig.get_config_var('LIBDIR') or ''}/{library}")
    # Not Path.exists, which raises where somebody may not look: such a place is none for this interpreter.
    return [
        place
        for place in places
        if place.strip("/") and os.path.exists(place) and not place.endswith("/")  # noqa: PTH110
    ]


def _standard_library() -> Path:
    return Path(sysconfig.get_path("stdlib")).resolve()


def _packages(profile: str) -> list[str]:
    folder = _site_packages()
    return [str(folder / name) for name in PACKAGES[profile] if (folder / name).exists()]


def readable(profile: str) -> list[str]:
    """Return the files and folders that a child may read: the language and the profile's packages, nothing else."""
    standard = [
        entry.path
        for entry in os.scandir(_standard_library())
        if entry.name not in {"site-packages", "dist-packages"}
    ]
    return [*_libraries(), *sorted(standard), *_packages(profile), "/dev/null", "/dev/urandom"]


def _bubblewrap(profile: str) -> list[str]:
    """Return the outer command of level `full`: a root that holds what `readable` lists and the worker's files."""
    standard = _standard_library()
    binds = [*_libraries(), str(standard), _interpreter()]
    line = [
        shutil.which("bwrap") or "bwrap",
        "--unshare-all",
        "--cap-drop",
        "ALL",
        "--new-session",
        "--hostname",
        "sandbox",
    ]
    line += ["--proc", "/proc", "--tmpfs", "/dev", "--tmpfs", "/tmp", "--chdir", "/"]  # noqa: S108 - inside the box
    for place in binds:
        line += ["--ro-bind", place, place]
    for name in ("site-packages", "dist-packages"):
        if (standard / name).is_dir():
            line += ["--tmpfs", str(standard / name)]
    for place in [*_packages(profile), *_worker_files()]:
        line += ["--ro-bind", place, place]
    for device in ("null", "zero", "urandom", "random"):
        line += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    return [*line, "--"]


def _worker_files() -> list[str]:
    here = Path(__file__).resolve().parent
    return [str(here.parent / "__init__.py"), *(str(here / name) for name in WORKER_FILES)]
