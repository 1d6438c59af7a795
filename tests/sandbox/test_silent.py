"""Libraries that only show something are taken, and nothing is shown."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

import pytest

from autograder.sandbox.loader import Loader
from autograder.sandbox.silent import SHOWING, SilentModules

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loader]:
    """A loader in an interpreter in which the real libraries are not there."""
    known = dict(sys.modules)
    for name in known:
        if name.partition(".")[0] in SHOWING:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [SilentModules(), *sys.meta_path])
    yield Loader(definitions_only=False)
    for name in set(sys.modules) - set(known):
        del sys.modules[name]


@pytest.mark.parametrize(
    "text",
    [
        "import matplotlib.pyplot as plt\nplt.plot([1], [2], 'k--')\nplt.show()",
        "from matplotlib import pyplot as plt, cm\nfig, ax = plt.subplots(2)\nax[0].set(title='x')\nax[1, 0].plot(1)",
        "import matplotlib\nmatplotlib.use('Agg')\nmatplotlib.rcParams['x'] = 3",
        "import seaborn as sns\nwith sns.plotting_context('talk'):\n    sns.set_theme()",
        "from mpl_toolkits.mplot3d import Axes3D\nfrom IPython.display import display, clear_output\ndisplay(3)",
        "from matplotlib.animation import FuncAnimation\nFuncAnimation(None, print).save('x.gif')",
        (
            "from tqdm import tqdm, trange\nfrom tqdm.auto import tqdm as bar\n"
            "assert list(tqdm([1, 2], desc='x')) == [1, 2]\nassert list(trange(2)) == [0, 1]\n"
            "with bar(total=3) as steps:\n    steps.update(1)"
        ),
    ],
)
def test_a_plot_costs_nothing(run: Loader, text: str) -> None:
    """As students write it, at the top or in a function."""
    run.run(
        {
            "name": "a.py",
            "cells": [text, "def f():\n    " + text.replace("\n", "\n    ") + "\n    return 1\nx = f()"],
        }
    )
    assert (run.errors, run.module.x) == ([], 1)


def test_other_libraries_are_missing_as_before(run: Loader) -> None:
    """Nothing that could have computed something is made up, and what is asked about a module is answered truly."""
    assert SilentModules().find_spec("pandas") is None
    assert importlib.util.find_spec("numpy") is not None
    run.run({"name": "a.py", "cells": ["import matplotlib\nx = hasattr(matplotlib, '__version__')"]})
    assert run.module.x is False
    run.run({"name": "b.py", "cells": ["import matplotlib.pyplot as plt\ny = hasattr(plt.plot, '__len__')"]})
    assert run.module.y is False
