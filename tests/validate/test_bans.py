"""The gate on what an exercise forbids: it must exist, be found where it is planted, and not be used by honest solutions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.validate.conftest import Tiny

FILE = "reference/tiny/checks.py"
HERE = '\n@square.case("values")\ndef generic'


def forbid(tiny: Tiny, names: str) -> None:
    """Have the first exercise forbid something."""
    tiny.plant(HERE, f'\nsquare.forbid({names}, because="By hand.")\n{HERE}')


def test_bans_that_nobody_breaks_are_no_fault(tiny: Tiny) -> None:
    """Of each form: a function, a package, an attribute, an argument, and one that only costs a note."""
    forbid(tiny, '"numpy.gradient", "numpy.fft", "statistics", ".cumsum", "numpy(keepdims=)"')
    tiny.plant(
        "square.equivalent(", 'square.forbid("numpy.diff", because="?", costs=False)\nsquare.equivalent('
    )
    assert tiny.faults() == []


@pytest.mark.parametrize("name", ["np.gradient", "numpy.gradiant", "numpi", "numpy.fft.x(norm=)"])
def test_what_does_not_exist_is_a_fault(tiny: Tiny, name: str) -> None:
    """Nothing would ever be found of it."""
    forbid(tiny, f'"{name}"')
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('square = ')}: square: what is forbidden, {name}, does not exist. "
            "Write its full name: numpy, not np."
        )
    ]


def test_what_is_not_found_is_a_fault(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the reason."""
    forbid(tiny, '"numpy.gradient"')
    monkeypatch.setattr("autograder.grading.Grader.findings", lambda *_: ())
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('square = ')}: square: what is forbidden, numpy.gradient, is not found where it is used. "
            "Name what students write."
        )
    ]


def test_a_variant_that_uses_it_is_a_fault(tiny: Tiny) -> None:
    """An honest solution would be accused."""
    forbid(tiny, '"numpy.ndindex"')
    assert tiny.faults() == [
        (
            f"{FILE}:{tiny.line('def square_loop')}: square: variant square_loop uses np.ndindex, which the exercise forbids. "
            "Correct it, or do not forbid what honest solutions use."
        ),
    ]


def test_a_reference_that_uses_it_is_a_fault(tiny: Tiny) -> None:
    """It is a submission like any other."""
    forbid(tiny, '"numpy.square"')
    tiny.plant("    return 2 * grad * x", "    return 2 * grad * x + 0 * np.square(x)", "solution.py")
    (fault,) = (fault for fault in tiny.faults() if "the reference" in fault and "stub" not in fault)
    assert "is not accepted: tiny.py, cell 2, line 17: np.square is not allowed in this exercise" in fault
