"""What each level is started with: its command, what may be read, and what is not on any list."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import autograder
from autograder.model import Isolation
from autograder.sandbox import levels

PACKAGE = Path(autograder.__file__).resolve().parent


def options(profile: str, isolation: Isolation) -> dict[str, object]:
    """Return what a zygote is told."""
    told: dict[str, object] = json.loads(levels.command(profile, isolation, 9)[-1])
    return told


@pytest.mark.parametrize("isolation", Isolation)
def test_a_zygote_is_told_its_level(isolation: Isolation) -> None:
    """Landlock from that level on, and a user namespace of its own only inside bubblewrap."""
    told = options("numpy", isolation)
    assert (told["control"], told["profile"]) == (9, "numpy")
    assert told["landlock"] == (isolation is not Isolation.LIMITS)
    assert told["own user namespace"] == (isolation is Isolation.FULL)


@pytest.mark.parametrize("isolation", Isolation)
def test_only_full_needs_bubblewrap(isolation: Isolation) -> None:
    """The others need nothing but a kernel and Python, which starts without environment and site."""
    command = levels.command("numpy", isolation, 9)
    assert command[0].endswith("bwrap") == (isolation is Isolation.FULL)
    python = command[command.index("--") + 1 :] if isolation is Isolation.FULL else command
    assert python[1:6] == ["-I", "-S", "-B", "-X", "utf8"]
    assert Path(python[0]).resolve() == Path(sys.executable).resolve()


def test_full_takes_everything_away_first() -> None:
    """Every namespace is new, and no capability is kept."""
    command = levels.command("numpy", Isolation.FULL, 9)
    assert {"--unshare-all", "--new-session"} <= set(command)
    assert command[command.index("--cap-drop") + 1] == "ALL"
    assert not {"--bind", "--dev", "--share-net", "--cap-add"} & set(command)


def bound() -> list[Path]:
    """Return what level full shows of the file system."""
    command = levels.command("numpy", Isolation.FULL, 9)
    return [Path(command[place + 1]) for place, word in enumerate(command) if word == "--ro-bind"]


@pytest.mark.parametrize("profile", levels.PACKAGES)
def test_nothing_that_may_be_read_is_ours(profile: str) -> None:
    """Neither the grader, nor the checkout, nor a home, nor /etc, nor the environment's other packages."""
    allowed = [Path(path) for path in levels.readable(profile)]
    assert all(path.exists() for path in allowed)
    forbidden_places = [
        PACKAGE,
        PACKAGE.parent,
        Path.home(),
        *map(Path, ("/etc", "/proc", "/sys", "/var", "/")),
    ]
    for forbidden in forbidden_places:
        assert not [path for path in allowed if forbidden.is_relative_to(path)]
    packages = levels._site_packages()
    inside = {path.relative_to(packages).parts[0] for path in allowed if path.is_relative_to(packages)}
    assert inside <= set(levels.PACKAGES[profile])
    assert packages not in allowed
    assert "torch" not in levels.PACKAGES["numpy"]


def test_a_library_that_cannot_be_looked_at_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the interpreter was built, there may be a home now that is closed to whoever grades."""
    stat: Any = os.stat

    def closed(path: object, *args: object, **rest: object) -> Any:
        if str(path).startswith("/closed"):
            raise PermissionError(path)
        return stat(path, *args, **rest)

    monkeypatch.setattr(os, "stat", closed)
    monkeypatch.setattr("sysconfig.get_config_var", lambda name: f"/closed/{name}")
    assert [place for place in levels._libraries() if place.startswith("/closed")] == []


def test_packages_within_the_standard_library_are_no_part_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Outside of an environment the grader's own packages lie there."""
    for name in ("json", "site-packages", "dist-packages"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(levels, "_standard_library", lambda: tmp_path)
    inside = [Path(path).name for path in levels.readable("numpy") if Path(path).parent == tmp_path]
    assert inside == ["json"]
    hidden = levels.command("numpy", Isolation.FULL, 9)
    places = [hidden[place + 1] for place, word in enumerate(hidden) if word == "--tmpfs"]
    assert {str(tmp_path / "site-packages"), str(tmp_path / "dist-packages")} <= set(places)


def test_full_shows_the_workers_files_and_no_other_of_ours() -> None:
    """And those that may be read."""
    ours = {path.relative_to(PACKAGE).as_posix() for path in bound() if path.is_relative_to(PACKAGE)}
    assert ours == {"__init__.py", *(f"sandbox/{name}" for name in levels.WORKER_FILES)}


def test_the_workers_files_are_all_that_it_imports() -> None:
    """A file more would be shown for nothing, one less would not start."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.path.append(sys.argv[2]); "
        "import autograder.sandbox.zygote; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(PACKAGE.parent), str(levels._site_packages())],
        capture_output=True,
        text=True,
        check=True,
        env={},
    )
    loaded = {
        name.removeprefix("autograder.sandbox.")
        for name in done.stdout.split()
        if name.startswith("autograder.sandbox.")
    }
    assert {f"{name}.py" for name in loaded} | {"__init__.py", "filters"} == set(levels.WORKER_FILES)


def test_nothing_that_is_listed_is_missing() -> None:
    """Every file of the worker is there."""
    assert [name for name in levels.WORKER_FILES if not (PACKAGE / "sandbox" / name).exists()] == []


def test_the_strongest_level_is_tried_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits alone are never tried unasked."""
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/bwrap")
    assert levels.to_try() == (Isolation.FULL, Isolation.LANDLOCK)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert levels.to_try() == (Isolation.LANDLOCK,)


def test_the_environment_is_the_same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of the grader's variables is in it, and one thread is all that libraries start."""
    assert {
        name: value for name, value in levels.ENVIRONMENT.items() if value == os.environ.get(name, "")
    }.keys() <= {"LANG", "PATH"} | {name for name in levels.ENVIRONMENT if name.endswith("_THREADS")}
    assert {levels.ENVIRONMENT[name] for name in levels.ENVIRONMENT if name.endswith("_NUM_THREADS")} == {"1"}


def test_levels_are_ranked() -> None:
    """Weakest first."""
    assert [level.rank for level in (Isolation.LIMITS, Isolation.LANDLOCK, Isolation.FULL)] == [0, 1, 2]
