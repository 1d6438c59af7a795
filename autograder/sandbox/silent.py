"""Runs inside the sandbox. Holds inputs, never answers. Stands in for libraries that only show something.

A plot within a function must not cost the function: there is nobody to see it, so it is taken and nothing is drawn.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import types
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWING = frozenset({"matplotlib", "mpl_toolkits", "seaborn", "plotly", "IPython", "tqdm"})


class Silent:
    """Takes every call, attribute and index, and does nothing. Comes in pairs: `fig, ax = plt.subplots()`."""

    def __call__(self, *_: Any, **__: Any) -> Any:
        """Take a call."""
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: Any) -> Any:
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter((self, self))

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def shown(items: Any = None, *_: Any, **__: Any) -> Any:
    """Return what a progress bar goes through, or something silent where it is told its steps by hand."""
    return Silent() if items is None else items


def steps(*args: Any, **_: Any) -> Any:
    """Return a range, which a progress bar would have been around."""
    return range(*args)


class SilentModule(types.ModuleType):
    """A module in which there is everything, and nothing happens."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return {"tqdm": shown, "trange": steps}.get(name, Silent())


class SilentModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what only shows something, where the real one is not there."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002 - the protocol's
        """Return a spec for one of these libraries and its parts, None for anything else."""
        if fullname.partition(".")[0] in SHOWING:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return the module."""
        return SilentModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""
