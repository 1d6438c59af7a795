"""Certificates: on a case without one, honest work might be refused or a known mistake accepted."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

import autograder
from autograder.validate import Certificate, stored
from autograder.validate.certificates import shortcomings
from autograder.validate.gate import validate_course

if TYPE_CHECKING:
    from tests.validate.conftest import Tiny

FILE = "reference/tiny/checks.py"
DRAW = "Draw inputs on which it shows, or does not matter at all."


def certificates(tiny: Tiny, seed: int = 1) -> dict[str, Certificate]:
    """The certificates of the sheet as it is, by the names of their cases."""
    report = tiny.report(seed)
    return {one.case: one for exercise in report.exercises for one in exercise.certificates}


@pytest.mark.parametrize("seed", range(3))
def test_a_sound_sheet_is_certified(tiny: Tiny, seed: int) -> None:
    """Every case has a certificate that says what decides it, and none falls short."""
    found = certificates(tiny, seed)
    assert {name: one.decided for name, one in found.items()} == {
        "generic": "bounds",
        "whole": "equality",
        "shorter": "exception",
        "flatter": "exception",
        **dict.fromkeys(("up_steep", "up_flat", "down_steep", "down_flat"), "label"),
    }
    assert [list(shortcomings(one)) for one in found.values()] == [[]] * 8
    generic = found["generic"]
    assert generic.exercise == "square"
    assert generic.honest64 is not None
    assert generic.honest32 is not None
    assert generic.nearest is not None
    assert 0 <= generic.honest64 <= 1
    assert 0 < generic.honest32 <= 1
    assert generic.nearest > 1e5
    assert generic.nearest_mistake in {"half-of-it", "no-upstream"}
    assert (generic.invisible, generic.hidden32, generic.between) == (("no-check",), (), ())
    assert generic.kinks is None  # shapes are no numbers
    assert [name for name, _ in generic.oracles] == ["square_torch", "square_complex"]
    assert all(off is not None and off <= 1 for _, off in generic.oracles)


def test_where_there_is_no_tolerance_there_is_no_distance(tiny: Tiny) -> None:
    """Only the oracles are told, if there are any."""
    found = certificates(tiny)
    whole = Certificate(
        "square", "whole", "equality", oracles=(("square_torch", 0.0), ("square_complex", 0.0))
    )
    assert found["whole"] == whole
    assert found["shorter"] == Certificate("square", "shorter", "exception")
    assert found["up_steep"] == Certificate("way", "up_steep", "label")


def test_a_variant_that_errs_by_more_than_half_of_the_tolerance(tiny: Tiny) -> None:
    """It still passes: but who errs a little more would not. `copysign` has no bound that would widen the tolerance."""
    tiny.plant(
        "    return grad * x + x * grad\n",
        "    value = 2 * grad * x\n    odd = 1 + 2.0**-52 if x.ndim == 2 else 1\n"
        "    return np.copysign(np.nextafter(np.abs(value) * odd, np.inf), value)\n",
    )
    report = tiny.report()
    generic = report.exercises[0].certificates[0]
    assert generic.honest64 is not None
    assert 2 < generic.honest64 < 4
    assert [str(fault) for fault in report.faults] == [
        (
            f"{FILE}:{tiny.line('def generic')}: square: case generic cannot be certified: an honest solution is off by "
            f"more than half of the tolerance ({generic.honest64:.2g} u64 E). Add a variant that can be bounded and errs "
            "as much, or draw tamer inputs."
        )
    ]


def test_a_variant_with_a_bound_widens_the_tolerance(tiny: Tiny) -> None:
    """Then it is not off by much: half of the larger tolerance is more."""
    tiny.plant(
        "    return grad * x + x * grad\n",
        "    value, odd = 2 * grad * x, 1 + 2.0**-52 if x.ndim == 2 else 1\n"
        "    for _ in range(4):\n        value = value * odd / odd\n    return value * odd\n",
    )
    assert tiny.faults() == []


@pytest.mark.parametrize(
    ("factor", "off"),
    [
        ("1 + 30 * 2.0**-23", r"30 u32 E"),
        ("1 + 3 * 2.0**-23", r"3 u32 E"),
        ("1 + 30 * 2.0**-52", r"3[01] u64 E"),
        ("1 + 3 * 2.0**-52", r"3(\.\d)? u64 E"),  # which would even pass
    ],
)
def test_a_mistake_that_is_neither_right_nor_wrong(tiny: Tiny, factor: str, off: str) -> None:
    """What it comes to might as well be rounding, of one program or another."""
    tiny.plant(
        "    refuse(grad, x)\n    return grad * x\n",
        f"    refuse(grad, x)\n    return 2 * grad * x * ({factor})\n",
    )
    (short,) = [fault for fault in tiny.faults() if "certified" in fault]
    said = re.search(
        r"mistake half-of-it is neither right, within 2, nor wrong by 100 u32 E \((.*)\)\. (.*)", short
    )
    assert said is not None
    assert short.startswith(f"{FILE}:{tiny.line('def generic')}: square: case generic cannot be certified: ")
    assert re.fullmatch(off, said[1])
    assert said[2] == DRAW


def test_a_mistake_that_only_float64_shows(tiny: Tiny) -> None:
    """In float64 it is wrong by the margin, and in float32 right: there is no doubt about either, but no kill."""
    tiny.plant(
        "    refuse(grad, x)\n    return grad * x\n",
        "    refuse(grad, x)\n    return 2 * grad * x * (1 + 1e-9)\n",
    )
    generic = certificates(tiny)["generic"]
    assert (generic.hidden32, generic.between) == (("half-of-it",), ())
    assert list(shortcomings(generic)) == []
    assert not any("certified" in fault for fault in tiny.faults())


def test_a_mistake_that_is_infinitely_wrong(tiny: Tiny) -> None:
    """An entry that is exact must be equal, so that there is no distance; the certificate stays plain JSON."""
    tiny.plant(
        "    return rng.normal(size=(3, 4)), rng.normal(size=(3, 4))",
        "    return np.zeros((3, 4)), np.ones((3, 4))",
    )
    generic = certificates(tiny)["generic"]
    assert (generic.nearest, generic.nearest_mistake) == (None, "no-upstream")


def test_a_close_decision_of_the_reference(tiny: Tiny) -> None:
    """Another order of a sum would decide otherwise."""
    tiny.plant(
        "    return 2 * grad * x",
        "    if np.sum(x / 3) * 3 < np.sum(x) + 1e-9:\n        return 2 * grad * x\n    return x * grad * 2",
        "solution.py",
    )
    report = tiny.report()
    (generic,) = [one for one in report.exercises[0].certificates if one.case == "generic"]
    assert generic.kinks is not None
    assert 0 < generic.kinks < 1
    short = [str(fault) for fault in report.faults if "certified" in fault.wrong]
    assert short == [
        (
            f"{FILE}:{tiny.line('def generic')}: square: case generic cannot be certified: the reference is within "
            f"1000 u32 E of deciding otherwise ({generic.kinks:.2g} u32 E). Draw inputs that stay away from the decision."
        )
    ]


def test_a_clear_decision_of_the_reference(tiny: Tiny) -> None:
    """Its margin is told."""
    tiny.plant(
        "    return 2 * grad * x",
        "    return 2 * grad * x if np.sum(x / 3) * 3 < np.sum(x) + 100 else x * grad * 2",
        "solution.py",
    )
    kinks = certificates(tiny)["generic"].kinks
    assert kinks is not None
    assert kinks > 1e6


def test_what_cannot_be_believed_is_not_certified(tiny: Tiny) -> None:
    """An oracle that disagrees is a fault of the key, told once; other exercises are certified."""
    tiny.plant("complex_step(lambda t: t * t, grad, x)", "complex_step(lambda t: t * t * t, grad, x)")
    report = tiny.report()
    assert [len(exercise.certificates) for exercise in report.exercises] == [0, 4]
    assert not any("certified" in fault.wrong for fault in report.faults)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"honest64": 2.0}, []),
        ({"honest64": 2.1}, [("an honest solution is off by more than half of the tolerance", "2.1 u64 E")]),
        ({"honest32": 2.0}, []),
        ({"honest32": 2.1}, [("an honest solution is off by more than half of the tolerance", "2.1 u32 E")]),
        ({"kinks": 1000.0}, []),
        ({"kinks": 999.0}, [("the reference is within 1000 u32 E of deciding otherwise", "1e+03 u32 E")]),
        (
            {"between": (("slip", 99.0, "u32 E"),)},
            [("mistake slip is neither right, within 2, nor wrong by 100 u32 E", "99 u32 E")],
        ),
        ({"invisible": ("slip",), "hidden32": ("other",), "nearest": 100.0}, []),
    ],
)
def test_each_shortcoming_has_its_sentence(change: dict[str, Any], wrong: list[tuple[str, str]]) -> None:
    """And a remedy."""
    certificate = replace(Certificate("square", "generic", "bounds"), **change)
    assert [(short.what, short.figure) for short in shortcomings(certificate)] == wrong
    assert all(short.remedy for short in shortcomings(certificate))


def test_certificates_are_stored_with_what_they_hold_for(tiny: Tiny) -> None:
    """The seed and the texts: for other inputs, or another reference, they say nothing."""
    course = tiny.course()
    document = stored(course, validate_course(course, seed=7, release=False))
    assert json.loads(json.dumps(document, allow_nan=False)) == json.loads(json.dumps(document))
    assert (document["schema"], document["version"], document["seed"]) == (1, autograder.__version__, 7)
    assert document["required"] == {"honest": 2, "mistakes": 100, "kinks": 1000}
    (sheet,) = document["sheets"]
    assert [(case["case"], case["certified"]) for case in sheet["cases"]][:2] == [
        ("generic", True),
        ("whole", True),
    ]
    tiny.plant("Whole numbers, to the last bit.", "Whole numbers.")
    changed = stored(tiny.course(), validate_course(tiny.course(), seed=7, release=False))["sheets"][0][
        "sha256"
    ]
    assert changed["solution.py"] == sheet["sha256"]["solution.py"]
    assert changed["checks.py"] != sheet["sha256"]["checks.py"]


def test_what_falls_short_is_not_stored_as_certified(tiny: Tiny) -> None:
    """The file says so case by case."""
    tiny.plant(
        "    refuse(grad, x)\n    return grad * x\n",
        "    refuse(grad, x)\n    return 2 * grad * x * (1 + 4e-6)\n",
    )
    course = tiny.course()
    (sheet,) = stored(course, validate_course(course, seed=1, release=False))["sheets"]
    assert [case["case"] for case in sheet["cases"] if not case["certified"]] == ["generic"]
