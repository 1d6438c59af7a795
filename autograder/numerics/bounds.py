"""Trusted. An array that carries the worst rounding error an honest program may have made in it.

    x = lift([0.5, 0.25])             # exact inputs: error 0
    y = np.exp(x) @ x                 # plain numpy
    abs(student - y.value) <= 4 * u * y.error

Errors are in units of the unit roundoff u of the precision that a program computes in, to first order, and hold for
any order of each sum. A bound is never lost in silence: what has no rule raises TypeError and names the function,
and so does a conversion to a plain number. Comparisons and index searches answer plainly, from the values; within
`decisions()` they also tell how close they were. How the pieces lie: `rules` (elementwise), `sums`, `functions`
(all other functions, and the methods), `running` (the array type).
"""

from __future__ import annotations

import autograder.numerics.sums  # noqa: F401 - fills the tables
from autograder.numerics.functions import SEQUENCES
from autograder.numerics.rules import Decisions, assuming, decisions
from autograder.numerics.running import FUNCTIONS, METHODS, Bounded, NoBoundError, holds_bounded, lift

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "SEQUENCES",
    "Bounded",
    "Decisions",
    "NoBoundError",
    "assuming",
    "decisions",
    "holds_bounded",
    "lift",
]
