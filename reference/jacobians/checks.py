"""What the instructor knows about the sheet `jacobians`. Trusted: it never leaves the instructor's machine."""

import itertools

import mpmath
import numpy as np

from autograder.authoring import Assignment
from autograder.authoring.judging import Mismatch, close
from autograder.authoring.oracles import (
    DIGITS,
    complex_step,
    mp_array,
    mp_each,
    mp_floats,
    mp_vjp,
    torch_grad,
    torch_vjp,
)
from autograder.numerics.truth import SLACK, U64
from autograder.sandbox.wire import Callback

assignment = Assignment("jacobians", title="Jacobians, linear maps, chain rule")


# ---------------------------------------------------------------------------------------------------- inputs
def dyadic(rng, *shape):
    """Return whole numbers in [-8, 8]: sums and products of them are exact in any order."""
    return rng.integers(-8, 9, size=shape).astype(np.float64)


def distinct(rng, *shape):
    """Return whole numbers of both signs, no two of the same size, none of them 0 or 1 in size."""
    count = int(np.prod(shape))
    sizes = rng.permutation(np.arange(2, count + 5))[:count]
    return (rng.choice([-1.0, 1.0], size=count) * sizes).reshape(shape)


def away_from_zero(rng, *shape):
    """Return numbers of both signs with sizes in [0.5, 2]: no entry is small enough to hide a mistake."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2.0, size=shape)


def quadratic_map(rng, part, s, n):
    """Return a map of n numbers to s, bent in every input and coupled."""
    return Callback(
        "quadratic_map",
        part,
        {"Q": away_from_zero(rng, s, n, n), "A": away_from_zero(rng, s, n), "c": away_from_zero(rng, s)},
    )


def quadratic_map_dyadic(rng, part, s, n):
    """Return such a map with whole numbers in [-3, 3], none of them 0."""
    whole = [-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]
    return Callback(
        "quadratic_map",
        part,
        {
            "Q": rng.choice(whole, size=(s, n, n)),
            "A": rng.choice(whole, size=(s, n)),
            "c": rng.choice(whole, size=s),
        },
    )


def growth_map(rng, part, s, n):
    """Return a map of n numbers to s positive ones: no polynomial, and never flat."""
    return Callback("growth_map", part, {"W": away_from_zero(rng, s, n) / 2, "b": rng.normal(size=s) / 2})


def other_part(callback, part):
    """Return another function of the same problem."""
    return Callback(callback.problem, part, callback.params)


# --------------------------------------------------------------------------------------------------- oracles
class Digits:
    """A number of 60 digits that numpy's sin, cos and exp take: a public problem can be asked with it."""

    def __init__(self, number):
        self.number = number.number if isinstance(number, Digits) else mpmath.mpf(number)

    def __add__(self, other):
        return Digits(self.number + Digits(other).number)

    def __mul__(self, other):
        return Digits(self.number * Digits(other).number)

    def __sub__(self, other):
        return Digits(self.number - Digits(other).number)

    __radd__, __rmul__ = __add__, __mul__

    def sin(self):
        return Digits(mpmath.sin(self.number))

    def cos(self):
        return Digits(mpmath.cos(self.number))

    def exp(self):
        return Digits(mpmath.exp(self.number))


def in_digits(function):
    """Return a function that a case hands out as one of `mpmath.mpf` numbers."""
    return lambda x: mp_each(lambda item: item.number)(function(mp_each(Digits)(x)))


def torch_along(function, x, v):
    """Return the derivative of a function of a tensor at x along v, by torch autograd."""
    import torch

    place, direction = torch.tensor(np.asarray(x, np.float64)), torch.tensor(np.asarray(v, np.float64))
    return torch.autograd.functional.jvp(function, place, direction)[1].numpy()


def complex_along(function, x, v):
    """Return the derivative of an analytic function at x along v, by a complex step for each entry of its value."""
    shape = np.shape(function(x))
    found = np.zeros(shape)
    for index in np.ndindex(*shape):
        one = np.zeros(shape)
        one[index] = 1.0
        found[index] = complex_step(lambda t: function(x + t * v), one, 0.0)
    return found


def somewhere(*shape):
    """Return a place, for derivatives that are the same in every place."""
    return np.cos(np.arange(1.0, 1.0 + np.prod(shape))).reshape(shape)


def one_hot(shape, *index):
    """Return zeros with a single 1."""
    V = np.zeros(shape)
    V[index] = 1.0
    return V


# ------------------------------------------------------------------------------------------------------- 3.1
tables = assignment.exercise(
    "jacobian_fd",
    id="3.1",
    minutes=35,
    points={"gradients in rows": 1, "gradients in columns": 1, "one input or output": 1, "whole numbers": 1},
    hints=(
        (
            "Work through the example of the text first. You have moved the first input and seen how three outputs "
            "change: are these three numbers a row or a column of each of the two tables?"
        ),
        (
            "Loop over the inputs, not over the outputs: one loop of n rounds. Each round makes a fresh point that "
            "differs from x in one place, and gives s slopes at once. Which of the two layouts do you get if you stack "
            "them as rows?"
        ),
        (
            "step = np.zeros(len(x)); step[i] = h; slopes = (f(x + step) - f(x)) / h. Collect the slopes of all i in a list; "
            "np.array of it has the shape (n, s), one of the two layouts. The other one is its transpose."
        ),
    ),
    lecture="Binder, lecture 6: Jacobi matrix; Özçep, lecture 2: Jacobian",
)


@tables.case("gradients in rows")
def rows_tall(rng):
    """More outputs than inputs: the shape shows which way round the table is."""
    return quadratic_map(rng, "f", 5, 3), away_from_zero(rng, 3), "rows", 1e-4


@tables.case("gradients in rows")
def rows_wide(rng):
    """More inputs than outputs: who loops over the outputs misses some inputs."""
    return growth_map(rng, "f", 2, 4), rng.normal(size=4) / 2, "rows", 1e-6


@tables.case("gradients in rows")
def rows_square(rng):
    """As many inputs as outputs: the transpose has the right shape and wrong numbers."""
    return growth_map(rng, "f", 3, 3), rng.normal(size=3) / 2, "rows", 1e-3


@tables.case("gradients in rows")
def rows_dyadic(rng):
    """Whole numbers as floats and h = 1/8: the quotients have no rounding error at all."""
    return quadratic_map_dyadic(rng, "f", 3, 4), dyadic(rng, 4), "rows", 0.125


@tables.case("gradients in columns")
def columns_tall(rng):
    """More outputs than inputs."""
    return growth_map(rng, "f", 4, 3), rng.normal(size=3) / 2, "binder", 1e-5


@tables.case("gradients in columns")
def columns_wide(rng):
    """More inputs than outputs."""
    return quadratic_map(rng, "f", 2, 5), away_from_zero(rng, 5), "binder", 1e-2


@tables.case("gradients in columns")
def columns_square(rng):
    """As many inputs as outputs, and no symmetry."""
    return quadratic_map(rng, "f", 3, 3), away_from_zero(rng, 3), "binder", 1e-4


@tables.case("gradients in columns")
def columns_dyadic(rng):
    """Whole numbers as floats and h = 1/4."""
    return quadratic_map_dyadic(rng, "f", 4, 2), dyadic(rng, 2), "binder", 0.25


@tables.case("one input or output")
def one_output_rows(rng):
    """A single output: the table is one row, and still a table."""
    return growth_map(rng, "f", 1, 3), rng.normal(size=3) / 2, "rows", 1e-4


@tables.case("one input or output")
def one_output_columns(rng):
    """A single output: the gradient stands as a column."""
    return quadratic_map(rng, "f", 1, 4), away_from_zero(rng, 4), "binder", 1e-3


@tables.case("one input or output")
def one_input_rows(rng):
    """A single input: one column."""
    return quadratic_map(rng, "f", 3, 1), away_from_zero(rng, 1), "rows", 1e-4


@tables.case("one input or output")
def one_input_columns(rng):
    """A single input: one row."""
    return growth_map(rng, "f", 4, 1), rng.normal(size=1) / 2, "binder", 1e-5


@tables.case("one input or output")
def one_by_one(rng):
    """One input and one output make a table with one entry."""
    return quadratic_map(rng, "f", 1, 1), away_from_zero(rng, 1), "rows", 1e-3


@tables.case("whole numbers")
def integers_rows(rng):
    """Negative integers: an array of them cannot store x + h, and cuts off what it cannot store."""
    return quadratic_map(rng, "f", 4, 3), rng.integers(-5, 0, size=3), "rows", 1e-3


@tables.case("whole numbers")
def integers_columns(rng):
    """Positive integers, and a smaller step."""
    return quadratic_map(rng, "f", 2, 3), rng.integers(1, 6, size=3), "binder", 1e-5


def displacements(queries, x):
    """Return how far from x each query of f was, (k, n), or why the queries are not those of a quotient."""
    if not queries:
        return Mismatch("queries", "f was never called. Which values of f do the quotients need?")
    found = []
    for query in queries:
        try:  # what the sandbox says was asked is no more to be believed than what it returns
            point = np.asarray(query.args[0] if query.args else None)
        except ValueError:
            point = np.asarray(None)
        if point.dtype.kind not in "fiu" or point.shape != x.shape:
            return Mismatch(
                "queries",
                f"f was called with something else than an array of shape ({len(x)},). What is a point here?",
            )
        found.append(point.astype(np.longdouble) - x.astype(np.longdouble))
    return np.array(found)


def observed(query, s):
    """Return a recorded value of f as an array (s,), NaN where it is none."""
    try:
        answer = np.asarray(query.value)
    except ValueError:
        answer = np.asarray(None)
    if answer.dtype.kind not in "fiu" or answer.shape != (s,):
        return np.full(s, np.nan, np.longdouble)
    return answer.astype(np.longdouble)


def is_quotient(slopes, seen, size, h):
    """Return whether the slopes are the difference quotient of step h of two observed values, within rounding.

    slopes: (s,). seen: pairs of how far the input was moved, and what f answered. size: |x_i|.
    """
    rounding = SLACK * U64 * (size + h)
    for ahead, behind in ((h, 0.0), (h, -h), (0.0, -h), (h / 2, -h / 2)):
        width = ahead - behind
        for one in [value for move, value in seen if abs(move - ahead) <= rounding]:
            for two in [value for move, value in seen if abs(move - behind) <= rounding]:
                quotient = (one - two) / np.longdouble(width)
                # x + h is rounded, and a careful student divides by what really lies between.
                error = (3 + 2 * (size + h) / width) * np.abs(quotient) + 2 * (
                    np.abs(one) + np.abs(two)
                ) / width
                if close(slopes, quotient, error):
                    return True
    return False


def slopes_and_errors(f, x, i, h):
    """Return the slopes of all outputs in input i, and twice the errors of a forward quotient with step h.

    The error: half the step times the bend of f, plus the rounding of f over the step.
    """
    t = 2.0**-6
    axis = np.zeros(len(x))
    axis[i] = t
    g = {k: f(x + k * axis) for k in range(-3, 4)}
    # Six points: the error of order t⁶ is below 1e-10, and the rounding below 1e-13.
    slopes = (45 * (g[1] - g[-1]) - 9 * (g[2] - g[-2]) + (g[3] - g[-3])) / (60 * t)
    bend = np.zeros_like(slopes)
    for middle in x + np.outer([-1, 0, 1], axis * h / t):
        bend = np.maximum(bend, np.abs(f(middle + axis) - 2 * f(middle) + f(middle - axis)) / t**2)
    size = 1 + np.max([np.abs(value) for value in g.values()], axis=0) + abs(x[i] * slopes)
    return slopes, h * bend + 64 * U64 * size / h


def all_slopes(f, x, layout, h):
    """Return for each input what a quotient of step h has to be near to."""
    return [slopes_and_errors(f, x, i, h) for i in range(len(x))]


@tables.judge(knows=all_slopes)
def jacobian_judge(run, known, f, x, layout, h):
    """Accept a table in which each input's slopes are a quotient of two values observed a distance h (or 2h) apart.

    Forward and central are what the text asks for; backward, and central over half steps, are as right. What is such
    a quotient at every h has order 1 or 2, by Taylor's theorem. The last check does not believe the records.
    """
    if run.value.dtype.kind != "f":
        return Mismatch("dtype", "The table holds whole numbers. Which array was it written into?")
    table = run.value if layout == "binder" else run.value.T
    moves = displacements(run.queries, x)
    if isinstance(moves, Mismatch):
        return moves
    # Who takes a step back on a copy is left with the rounding of it.
    moved = np.abs(moves) > SLACK * U64 * (np.abs(x) + h)
    if not moved.any():
        return Mismatch("queries", "f was only asked at x itself. Which input should move?")
    if x.dtype.kind == "i" and (moves == np.trunc(moves)).all():
        return Mismatch(
            "queries",
            "x holds whole numbers here, and f was asked at whole numbers only. Does your array keep the step?",
        )
    together = np.flatnonzero(moved.sum(axis=1) > 1)
    if together.size:
        first, second = np.flatnonzero(moved[together[0]])[:2]
        return Mismatch(
            "queries",
            f"f was asked at a point where inputs {first} and {second} had both moved. Is an earlier step undone before "
            "the next one, and does only one input move at a time?",
        )
    answers = [observed(query, table.shape[1]) for query in run.queries]
    for i, slopes in enumerate(table):
        path = f"[{i}]" if layout == "binder" else f"[:, {i}]"
        if not moved[:, i].any():
            return Mismatch("queries", f"Input {i} never moved. How else could its slopes be known?", path)
        alone = ~np.delete(moved, i, axis=1).any(axis=1)
        # Nobody needs more points; thousands would make thousands squared pairs.
        seen = [(moves[q, i], answers[q]) for q in np.flatnonzero(alone)[:64]]
        if not is_quotient(slopes, seen, abs(x[i]), h):
            return Mismatch(
                "quotient",
                f"What stands where the slopes of input {i} belong is no difference quotient of step h of what f answered. "
                "Which input moved, in which order are the two values subtracted, what lies between the two points, and "
                "which way round is the table?",
                path,
            )
        right, error = known[i]
        if (np.abs(slopes - right) > error).any():
            return Mismatch("value", "A slope is further off than a quotient of step h may be.", path)
    return None


@tables.oracle()
def jacobian_complex(f, x, layout, h):
    """A complex step has no truncation error and subtracts nothing."""
    rows = [[f(x + 1e-30j * axis)[k].imag / 1e-30 for axis in np.eye(len(x))] for k in range(len(f(x)))]
    return np.array(rows) if layout == "rows" else np.array(rows).T


@tables.variant()
def jacobian_forward_loop(f, x, layout, h):
    here = f(x)
    n, s = len(x), len(here)
    J = np.zeros((s, n))
    for i in range(n):
        moved = x.astype(float)
        moved[i] += h
        ahead = f(moved)
        for k in range(s):
            J[k, i] = (ahead[k] - here[k]) / h
    if layout == "binder":
        return J.T
    return J


@tables.variant()
def jacobian_stacked(f, x, layout, h):
    steps = h * np.eye(len(x))
    columns = [(f(x + e) - f(x - e)) / 2 / h for e in steps]
    return np.stack(columns, axis=0 if layout == "binder" else 1)


@tables.variant()
def jacobian_step_taken_back(f, x, layout, h):
    """Moves a copy to and fro: what rounding leaves of a step is no fault."""
    point = np.array(x, dtype=float)
    gradients = []
    for i in range(point.size):
        point[i] += h
        ahead = f(point)
        point[i] -= 2 * h
        behind = f(point)
        point[i] += h
        gradients.append((ahead - behind) / (2 * h))
    return np.array(gradients) if layout == "binder" else np.transpose(gradients)


@tables.variant()
def jacobian_backward_true_distance(f, x, layout, h):
    """Divides by the distance that rounding has left."""
    x = np.asarray(x, dtype=float)
    J = np.empty((len(x), f(x).size))
    for i in range(len(x)):
        behind = x.copy()
        behind[i] = x[i] - h
        J[i, :] = (f(x) - f(behind)) / (x[i] - behind[i])
    return {"binder": J, "rows": np.swapaxes(J, 0, 1)}[layout]


@tables.variant()
def jacobian_half_steps(f, x, layout, h):
    e = h / 2 * np.eye(len(x))
    J = np.column_stack([(f(x + e[i]) - f(x - e[i])) / h for i in range(len(x))])
    return J if layout == "rows" else J.T.copy()


@tables.variant()
def jacobian_kept_in_float32(f, x, layout, h):
    J = np.zeros((len(f(x)), len(x)), dtype=np.float32)
    for i, e in enumerate(np.eye(len(x))):
        J[:, i] = (f(x + h * e) - f(x)) / h
    return J if layout == "rows" else J.T


@tables.mistake(
    "Each of your two tables is the transpose of what its layout asks for. In 'binder', where does the gradient of one "
    "output stand: in a row or in a column?",
    catalogue="M09",
)
def tables_swapped(f, x, layout, h):
    J = np.array([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))])
    return J if layout == "rows" else J.T


@tables.mistake(
    "Your table always has one row per output. What should change when layout is 'binder'?", catalogue="M09"
)
def tables_always_rows(f, x, layout, h):
    return np.array([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))]).T


@tables.mistake(
    "Your table always has one row per input. What should change when layout is 'rows'?", catalogue="M09"
)
def tables_always_columns(f, x, layout, h):
    return np.array([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))])


@tables.mistake(
    "The shape is right and the numbers are shuffled: reshape keeps the order in which numbers are stored. Which "
    "operation swaps rows and columns?",
    catalogue="M14",
)
def tables_reshaped(f, x, layout, h):
    J = np.array([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))])
    return J if layout == "binder" else J.reshape(J.shape[1], J.shape[0])


@tables.mistake(
    "With one input or one output your table has lost an axis. How many axes does the text ask for, always?",
    catalogue="M10",
)
def tables_squeezed(f, x, layout, h):
    J = np.array([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))])
    return np.squeeze(J if layout == "binder" else J.T)


@tables.mistake(
    "You moved all inputs at once: that is the slope along (1, ..., 1), in every column. How do you move one at a time?",
    catalogue="M37",
)
def tables_all_moved(f, x, layout, h):
    J = np.array([(f(x + h) - f(x)) / h for _ in x])
    return J if layout == "binder" else J.T


@tables.mistake(
    "The first input is still moved when you move the second one. Where should each quotient start?",
    catalogue="M36",
)
def tables_step_kept(f, x, layout, h):
    moved = x.astype(float)
    J = np.zeros((len(x), len(f(x))))
    for i in range(len(x)):
        moved[i] += h
        J[i] = (f(moved) - f(x)) / h
    return J if layout == "binder" else J.T


@tables.mistake(
    "After your call x is not what it was. Work on a copy, or put the old value back: which do you prefer?",
    catalogue="M36",
)
def tables_x_changed(f, x, layout, h):
    J = np.zeros((len(x), len(f(x))))
    for i in range(len(x)):
        here = f(x)
        x[i] = x[i] + h
        J[i] = (f(x) - here) / h
    return J if layout == "binder" else J.T


@tables.mistake(
    "x may be an array of integers, and then a copy of it cannot store your step. How do you get an array of floats "
    "first?",
    catalogue="M38",
)
def tables_integer_copy(f, x, layout, h):
    J = np.zeros((len(x), len(f(x))))
    for i in range(len(x)):
        moved = x.copy()
        moved[i] = moved[i] + h
        J[i] = (f(moved) - f(x)) / h
    return J if layout == "binder" else J.T


@tables.mistake(
    "Your table takes its type from x, and if x holds integers the decimals of the slopes are cut off. What kind of "
    "array do you want?",
    catalogue="M38",
)
def tables_integer_result(f, x, layout, h):
    J = np.zeros((len(x), len(f(x))), dtype=x.dtype)
    for i, e in enumerate(np.eye(len(x))):
        J[i] = (f(x + h * e) - f(x)) / h
    return J if layout == "binder" else J.T


@tables.mistake(
    "Your two points lie on both sides of x, and you divide by h. How far apart are they?", catalogue="M35"
)
def tables_central_over_h(f, x, layout, h):
    J = np.array([(f(x + h * e) - f(x - h * e)) / h for e in np.eye(len(x))])
    return J if layout == "binder" else J.T


@tables.mistake(
    "Only one of your two points has moved, by h, and you divide by 2h. How far apart are they?",
    catalogue="M35",
)
def tables_forward_over_two_h(f, x, layout, h):
    J = np.array([(f(x + h * e) - f(x)) / (2 * h) for e in np.eye(len(x))])
    return J if layout == "binder" else J.T


@tables.mistake("You return how much f changes. A slope is the change per what?")
def tables_not_divided(f, x, layout, h):
    J = np.array([f(x + h * e) - f(x) for e in np.eye(len(x))])
    return J if layout == "binder" else J.T


@tables.mistake(
    "Right size, opposite sign. Which of the two values comes first when you subtract?", catalogue="M04"
)
def tables_sign(f, x, layout, h):
    J = np.array([(f(x) - f(x + h * e)) / h for e in np.eye(len(x))])
    return J if layout == "binder" else J.T


@tables.mistake(
    "Your step is always the same. What does the caller choose with the argument h?", catalogue="M35"
)
def tables_own_step(f, x, layout, h):
    h = 1e-7
    J = np.array([(f(x + h * e) - f(x)) / h for e in np.eye(len(x))])
    return J if layout == "binder" else J.T


@tables.mistake(
    "Your loop runs over the outputs, but it is the inputs that move. How often does it have to turn?",
    catalogue="M19",
)
def tables_loop_over_outputs(f, x, layout, h):
    here = f(x)
    J = np.zeros((len(x), len(here)))
    for i in range(len(here)):
        moved = x.astype(float)
        moved[i] += h
        J[i] = (f(moved) - here) / h
    return J if layout == "binder" else J.T


tables.equivalent(
    "tables-central-over-h * 0.5",
    "tables-forward-over-two-h * 2",
    "tables-sign * -1",
    because="the mistake is this factor, and nothing else",
)
tables.equivalent(
    "jacobian_fd: np.zeros(len(x)) -> -np.zeros(len(x)) #1",
    "jacobian_fd: np.zeros(len(x)) -> 2 * np.zeros(len(x)) #1",
    because="twice 0 is 0, and so is -0",
)


# ------------------------------------------------------------------------------------------------------- 3.2
straight = assignment.exercise(
    "linear_maps",
    id="3.2",
    minutes=30,
    points={"one output": 1, "several outputs": 1, "matrix products": 1, "one entry of X": 1},
    functions=("D_dot", "D_ATx", "grad_fk", "D_AXC", "partial_AXC"),
    hints=(
        (
            "Take f(x) = 3x. How much does f change when x moves from 5 to 5 + v? And from 100 to 100 + v? What does that "
            "say about the place x?"
        ),
        (
            "A linear f changes by f(v): write v where x stood. For the gradient of one output, ask which entries of A that "
            "output uses. For one entry of X, let V be all zeros with a single 1 in place [i, j], and follow it through the "
            "two products."
        ),
        (
            "Output k of transpose(A) x is the dot product of column k of A with x. In A V C with a single 1 in V at [i, j], "
            "the product A V has one column that is not 0, a copy of column i of A, in place j; and from C only row j "
            "takes part. Every product of an entry of one with an entry of the other: that is np.outer."
        ),
    ),
    lecture="Binder, lecture 6: derivatives of linear mappings",
)


@straight.case("one output", "D_dot")
def dot_generic(rng):
    """Numbers of both signs."""
    return away_from_zero(rng, 5), away_from_zero(rng, 5)


@straight.case("one output", "D_dot")
def dot_long(rng):
    """A long direction: its length belongs to the answer."""
    return away_from_zero(rng, 3), 4 * away_from_zero(rng, 3)


@straight.case("one output", "D_dot")
def dot_short(rng):
    """A short direction."""
    return rng.normal(size=7), away_from_zero(rng, 7) / 64


@straight.case("one output", "D_dot", exact=True)
def dot_dyadic(rng):
    """Whole numbers, and a direction of length 3."""
    return distinct(rng, 3), rng.permutation([1.0, 2.0, -2.0])


@straight.case("one output", "D_dot", exact=True)
def dot_zero(rng):
    """Who does not move sees no change: 0, and no error."""
    return distinct(rng, 4), np.zeros(4)


@straight.case("several outputs", "D_ATx")
def transposed_tall(rng):
    """More inputs than outputs: A itself does not fit v."""
    return rng.normal(size=(5, 3)), away_from_zero(rng, 5)


@straight.case("several outputs", "D_ATx")
def transposed_wide(rng):
    """More outputs than inputs, and a long direction."""
    return rng.normal(size=(2, 4)), 3 * away_from_zero(rng, 2)


@straight.case("several outputs", "D_ATx")
def transposed_square(rng):
    """A square A that is not symmetric: without the transposition everything fits, and is wrong."""
    return away_from_zero(rng, 3, 3), away_from_zero(rng, 3)


@straight.case("several outputs", "D_ATx", exact=True)
def transposed_dyadic(rng):
    """Whole numbers, square."""
    return distinct(rng, 4, 4), distinct(rng, 4)


@straight.case("several outputs", "D_ATx", exact=True)
def transposed_one_output(rng):
    """One output is still an array, of shape (1,)."""
    return distinct(rng, 3, 1), distinct(rng, 3)


@straight.case("several outputs", "grad_fk")
def column_first(rng):
    """k = 0: an index that is one too small wraps around to the end."""
    return rng.normal(size=(3, 4)), 0


@straight.case("several outputs", "grad_fk")
def column_last(rng):
    """k = s - 1, and A has fewer rows: no row has this number."""
    return rng.normal(size=(2, 5)), 4


@straight.case("several outputs", "grad_fk", exact=True)
def column_square(rng):
    """A square A: row k has the right shape and the wrong numbers."""
    return distinct(rng, 4, 4), int(rng.integers(1, 3))


@straight.case("several outputs", "grad_fk", exact=True)
def column_tall(rng):
    """More inputs than outputs."""
    return distinct(rng, 5, 3), 1


@straight.case("matrix products", "D_AXC")
def product_generic(rng):
    """No two of the four sizes are equal: dimensions fit in one way only."""
    return rng.normal(size=(2, 3)), rng.normal(size=(3, 5)), rng.normal(size=(5, 4))


@straight.case("matrix products", "D_AXC")
def product_square(rng):
    """All sizes equal and nothing symmetric: any order fits."""
    return away_from_zero(rng, 3, 3), away_from_zero(rng, 3, 3), away_from_zero(rng, 3, 3)


@straight.case("matrix products", "D_AXC", exact=True)
def product_dyadic(rng):
    """Whole numbers, four different sizes."""
    return dyadic(rng, 4, 2), distinct(rng, 2, 3), dyadic(rng, 3, 5)


@straight.case("matrix products", "D_AXC", exact=True)
def product_square_dyadic(rng):
    """Whole numbers, square."""
    return distinct(rng, 2, 2), distinct(rng, 2, 2), distinct(rng, 2, 2)


@straight.case("matrix products", "D_AXC")
def product_small(rng):
    """A short V: the answer shrinks with it."""
    return rng.normal(size=(3, 2)), away_from_zero(rng, 2, 4) / 32, rng.normal(size=(4, 2))


@straight.case("one entry of X", "partial_AXC")
def entry_generic(rng):
    """No two of the four sizes are equal."""
    return rng.normal(size=(2, 3)), rng.normal(size=(5, 4)), int(rng.integers(1, 3)), int(rng.integers(3, 5))


@straight.case("one entry of X", "partial_AXC")
def entry_square(rng):
    """All sizes equal, and i is not j: swapped indices, rows for columns and the transpose all fit."""
    i, j = rng.permutation(3)[:2]
    return away_from_zero(rng, 3, 3), away_from_zero(rng, 3, 3), int(i), int(j)


@straight.case("one entry of X", "partial_AXC", exact=True)
def entry_first(rng):
    """i = 0 and the last j: indices that are one too small wrap around or fall off."""
    return distinct(rng, 4, 2), distinct(rng, 3, 5), 0, 2


@straight.case("one entry of X", "partial_AXC", exact=True)
def entry_dyadic(rng):
    """Whole numbers, square, the last i and j = 0."""
    return distinct(rng, 4, 4), distinct(rng, 4, 4), 3, 0


@straight.case("one entry of X", "partial_AXC", exact=True)
def entry_single(rng):
    """X has a single entry: the derivative is a full matrix all the same."""
    return distinct(rng, 3, 1), distinct(rng, 1, 4), 0, 0


@straight.oracle("D_dot")
def dot_torch(z, v):
    import torch

    return torch_along(lambda x: (torch.tensor(z) * x).sum(), somewhere(len(z)), v).item()


@straight.oracle("D_dot")
def dot_complex(z, v):
    return complex_step(lambda t: z @ (somewhere(len(z)) + t * v), 1.0, 0.0).item()


@straight.oracle("D_ATx")
def transposed_torch(A, v):
    import torch

    return torch_along(lambda x: torch.tensor(A).T @ x, somewhere(len(A)), v)


@straight.oracle("D_ATx")
def transposed_complex(A, v):
    return complex_along(lambda x: A.T @ x, somewhere(len(A)), v)


@straight.oracle("grad_fk")
def column_torch(A, k):
    import torch

    return torch_grad(lambda x: (torch.tensor(A).T @ x)[k], somewhere(len(A)))


@straight.oracle("grad_fk")
def column_complex(A, k):
    return complex_step(lambda x: (A.T @ x)[k], 1.0, somewhere(len(A)))


@straight.oracle("D_AXC")
def product_torch(A, V, C):
    import torch

    return torch_along(lambda X: torch.tensor(A) @ X @ torch.tensor(C), somewhere(*V.shape), V)


@straight.oracle("D_AXC")
def product_complex(A, V, C):
    return complex_along(lambda X: A @ X @ C, somewhere(*V.shape), V)


@straight.oracle("partial_AXC")
def entry_torch(A, C, i, j):
    import torch

    place = torch.tensor(somewhere(A.shape[1], len(C)))
    whole = torch.autograd.functional.jacobian(lambda X: torch.tensor(A) @ X @ torch.tensor(C), place)
    return whole[:, :, i, j].numpy()


@straight.oracle("partial_AXC")
def entry_complex(A, C, i, j):
    shape = A.shape[1], len(C)
    return complex_along(lambda X: A @ X @ C, somewhere(*shape), one_hot(shape, i, j))


@straight.variant("D_dot")
def dot_loop(z, v):
    total = 0.0
    for a, b in zip(z, v):
        total += a * b
    return total


@straight.variant("D_dot")
def dot_sum(z, v):
    return float(np.sum(z * v))


@straight.variant("D_dot")
def dot_float32(z, v):
    return np.dot(z.astype(np.float32), v.astype(np.float32))


@straight.variant("D_ATx")
def transposed_left(A, v):
    return v @ A


@straight.variant("D_ATx")
def transposed_loop(A, v):
    out = np.zeros(A.shape[1])
    for k in range(A.shape[1]):
        for i in range(A.shape[0]):
            out[k] += A[i, k] * v[i]
    return out


@straight.variant("D_ATx")
def transposed_float32(A, v):
    return np.einsum("ik,i->k", A.astype(np.float32), v.astype(np.float32))


@straight.variant("grad_fk")
def column_of_transpose(A, k):
    return np.array([row[k] for row in A])


@straight.variant("grad_fk")
def column_view(A, k):
    # shares memory with A: not new, and not wrong
    return A.T[k]


@straight.variant("grad_fk")
def column_by_product(A, k):
    e = np.zeros(A.shape[1])
    e[k] = 1
    return A @ e


@straight.variant("grad_fk")
def column_float32(A, k):
    return A[:, k].astype(np.float32)


@straight.variant("D_AXC")
def product_right_first(A, V, C):
    return A @ (V @ C)


@straight.variant("D_AXC")
def product_einsum(A, V, C):
    return np.einsum("km,ml,lr->kr", A, V, C)


@straight.variant("D_AXC")
def product_difference(A, V, C):
    """The derivative of a linear map is its difference, whatever the place."""
    X = np.zeros(V.shape)
    return A.dot(X + V).dot(C) - A.dot(X).dot(C)


@straight.variant("D_AXC")
def product_float32(A, V, C):
    return A.astype(np.float32) @ V.astype(np.float32) @ C.astype(np.float32)


@straight.variant("partial_AXC")
def entry_one_hot(A, C, i, j):
    V = np.zeros((A.shape[1], C.shape[0]))
    V[i, j] = 1.0
    return D_AXC(A, V, C)


@straight.variant("partial_AXC")
def entry_broadcast(A, C, i, j):
    return A[:, [i]] * C[j]


@straight.variant("partial_AXC")
def entry_loop(A, C, i, j):
    out = np.zeros((len(A), C.shape[1]))
    for row in range(len(A)):
        for column in range(C.shape[1]):
            out[row, column] = A[row, i] * C[j, column]
    return out


@straight.variant("partial_AXC")
def entry_float32(A, C, i, j):
    return A[:, i : i + 1].astype(np.float32) @ C[j : j + 1, :].astype(np.float32)


@straight.mistake(
    "You return one number for each input. The change along v is a single number: what do you do with the products?",
    "D_dot",
    catalogue="M40",
)
def dot_not_summed(z, v):
    return z * v


@straight.mistake(
    "That is the gradient. How does the change along v follow from it?", "D_dot", catalogue="M40"
)
def dot_gradient(z, v):
    return z


@straight.mistake(
    "You brought v to length 1. Is anything said about its length here, and what does twice as long a v give?",
    "D_dot",
    catalogue="M41",
)
def dot_unit(z, v):
    length = np.sqrt(v @ v)
    return z @ v / length if length > 0 else 0.0


@straight.mistake("You added z and v. For which product is the derivative asked?", "D_dot")
def dot_added(z, v):
    return np.sum(z + v)


@straight.mistake(
    "You multiplied by A, but the map is transpose(A) x. How many outputs does it have, and which sum makes output k?",
    "D_ATx",
    catalogue="M09",
)
def transposed_missing(A, v):
    return A @ v


@straight.mistake(
    "That is the Jacobian, a table. What does it do to the direction v?", "D_ATx", catalogue="M40"
)
def transposed_table(A, v):
    return A.T.copy()


@straight.mistake(
    "You brought v to length 1. Is anything said about its length here, and what does twice as long a v give?",
    "D_ATx",
    catalogue="M41",
)
def transposed_unit(A, v):
    return A.T @ v / np.sqrt(v @ v)


@straight.mistake(
    "You multiplied entry by entry and did not sum. How many numbers does output k collect?", "D_ATx"
)
def transposed_not_summed(A, v):
    return A.T * v


@straight.mistake(
    "That is row k of A. Output k of transpose(A) x is a sum over i of A[?, ?] x[i]: which index is fixed?",
    "grad_fk",
    catalogue="M19",
)
def column_row(A, k):
    return A[k]


@straight.mistake(
    "You took the neighbour of the output that was asked for. Is the first output 0 or 1?", "grad_fk"
)
def column_from_one(A, k):
    return A[:, k - 1]


@straight.mistake(
    "You return a column, with two axes. What shape does a gradient have here?", "grad_fk", catalogue="M10"
)
def column_two_axes(A, k):
    return A[:, k : k + 1]


@straight.mistake(
    "You added the gradients of all outputs. Which single one is asked for?", "grad_fk", catalogue="M18"
)
def column_all_outputs(A, k):
    return A.sum(axis=1)


@straight.mistake(
    "The factors stand in the wrong order. V takes the place of X, so what stands to its left and what to its right?",
    "D_AXC",
    catalogue="M33",
)
def product_reversed(A, V, C):
    return C @ V @ A


@straight.mistake(
    "You transposed A and C, as one does on the way back. Here you go forwards: what is A (X + V) C - A X C?",
    "D_AXC",
    catalogue="M31",
)
def product_transposed(A, V, C):
    return A.T @ V @ C.T


@straight.mistake(
    "You stopped after the first product. What does C do to a change of A X?", "D_AXC", catalogue="M20"
)
def product_without_c(A, V, C):
    return A @ V


@straight.mistake(
    "A product of three, but only X moves: A and C are fixed, and there is nothing to add up. What is A (X + V) C - A X C?",
    "D_AXC",
)
def product_rule(A, V, C):
    return A @ V + V @ C


@straight.mistake(
    "The derivative along V depends on V. Where does it enter your answer?", "D_AXC", catalogue="M18"
)
def product_without_v(A, V, C):
    return A @ np.ones(V.shape) @ C


@straight.mistake(
    "i and j are swapped: the first index of X is summed with A. Which index of A meets it?",
    "partial_AXC",
    catalogue="M19",
)
def entry_swapped(A, C, i, j):
    return np.outer(A[:, j], C[i, :])


@straight.mistake(
    "You took a row of A and a column of C. Write out one entry of A X C as a sum: in which places do the indices of X "
    "appear again?",
    "partial_AXC",
    catalogue="M19",
)
def entry_row_and_column(A, C, i, j):
    return np.outer(A[i, :], C[:, j])


@straight.mistake(
    "Your table is the transpose of the right one. Does the row of A X C come from A or from C?",
    "partial_AXC",
    catalogue="M09",
)
def entry_transposed(A, C, i, j):
    return np.outer(C[j, :], A[:, i])


@straight.mistake(
    "You moved all entries of X at once. Only X[i, j] may move: how many ones does V have then?",
    "partial_AXC",
    catalogue="M37",
)
def entry_all_moved(A, C, i, j):
    return A @ np.ones((A.shape[1], C.shape[0])) @ C


@straight.mistake("Do you count i and j from 0 or from 1?", "partial_AXC")
def entry_from_one(A, C, i, j):
    return np.outer(A[:, i - 1], C[j - 1, :])


@straight.mistake(
    "You return one number, but X[i, j] moves every entry of F. What shape has the change of F?",
    "partial_AXC",
    catalogue="M40",
)
def entry_summed(A, C, i, j):
    return A[:, i].sum() * C[j, :].sum()


straight.equivalent(
    "D_ATx: A.T @ v -> A.T @ v.T #1",
    "D_dot: z @ v -> z @ v.T #1",
    "D_dot: z @ v -> z.T @ v #1",
    because="transposing an array of one axis changes nothing",
)
straight.equivalent("D_dot: z @ v -> v @ z #1", because="a dot product is symmetric")
straight.equivalent(
    "grad_fk: A[:, k].copy() -> A[:, k] #1",
    because="a view holds the same numbers; whoever returns it is told so in a note",
)


# ------------------------------------------------------------------------------------------------------- 3.3
forms = assignment.exercise(
    "quadform_grad",
    id="3.3",
    minutes=20,
    points={"any square matrix": 2},
    hints=(
        "Take n = 1: A is a number a, and f(x) = a x². Where does the 2 in its derivative come from?",
        (
            "transpose(v) A x is a dot product of v with a vector already. The other term is a single number, and a number "
            "is its own transpose. What is the transpose of transpose(x) A v?"
        ),
        (
            "The first term is v · (A x). The second one, transposed, is v · (transpose(A) x). Both are dot products with v: "
            "add the two vectors."
        ),
    ),
    lecture="Binder, lecture 6: the generalised quadratic function",
)


@forms.case("any square matrix")
def form_generic(rng):
    """A matrix without any symmetry."""
    return away_from_zero(rng, 4, 4), away_from_zero(rng, 4)


@forms.case("any square matrix")
def form_small(rng):
    """Two variables, small numbers."""
    return away_from_zero(rng, 2, 2), away_from_zero(rng, 2) / 16


@forms.case("any square matrix")
def form_larger(rng):
    """Seven variables."""
    return rng.normal(size=(7, 7)), 3 * rng.normal(size=7)


@forms.case("any square matrix", exact=True)
def form_dyadic(rng):
    """Whole numbers."""
    return distinct(rng, 3, 3), distinct(rng, 3)


@forms.case("any square matrix", exact=True)
def form_triangle(rng):
    """A triangular matrix: half of the mixed terms stand on one side only."""
    return np.triu(distinct(rng, 4, 4)), distinct(rng, 4)


@forms.case("any square matrix", exact=True)
def form_turn(rng):
    """A skew matrix: f is 0 everywhere, and so is the gradient, though A x is not."""
    A = np.triu(distinct(rng, 3, 3), 1)
    return A - A.T, distinct(rng, 3)


@forms.oracle()
def form_torch(A, x):
    import torch

    return torch_grad(lambda p: p @ torch.tensor(A) @ p, x)


@forms.oracle()
def form_complex(A, x):
    return complex_step(lambda p: p @ A @ p, 1.0, x)


@forms.variant()
def form_symmetrised(A, x):
    return (A + A.T) @ x


@forms.variant()
def form_left_and_right(A, x):
    return x @ A + np.dot(A, x)


@forms.variant()
def form_loop(A, x):
    g = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(len(x)):
            g[i] += A[i, j] * x[j]
            g[j] += A[i, j] * x[i]
    return g


@forms.variant()
def form_twice_the_mean(A, x):
    return 2 * ((A + A.T) / 2 @ x)


@forms.variant()
def form_float32(A, x):
    A, x = A.astype(np.float32), x.astype(np.float32)
    return A @ x + A.T @ x


@forms.mistake(
    "Right for a symmetric A only. x stands twice in the form, on both sides of A: do both places lead to the same vector?",
    catalogue="M12",
)
def form_two_a_x(A, x):
    return 2 * A @ x


@forms.mistake(
    "Right for a symmetric A only: you have used the transposed matrix for both terms. What does the other x contribute?",
    catalogue="M12",
)
def form_two_at_x(A, x):
    return 2 * A.T @ x


@forms.mistake(
    "You let only the left x move. x stands twice: what does the right one contribute?", catalogue="M12"
)
def form_left_only(A, x):
    return A @ x


@forms.mistake(
    "You let only the right x move. x stands twice: what does the left one contribute?", catalogue="M12"
)
def form_right_only(A, x):
    return A.T @ x


@forms.mistake("You have half of the sum of both terms. Is there a ½ in front of the form?", catalogue="M03")
def form_half(A, x):
    return (A + A.T) @ x / 2


@forms.mistake(
    "That is the value of the form. How does it change when one entry of x moves?", catalogue="M07"
)
def form_value(A, x):
    return x @ A @ x


@forms.mistake(
    "You used the diagonal of A only. The entries beside it couple x_i with x_j: where do they enter?",
    catalogue="M91",
)
def form_diagonal(A, x):
    return 2 * np.diag(A) * x


@forms.mistake(
    "You return a matrix: the x is gone. Differentiate a x² for numbers: is x still there?", catalogue="M10"
)
def form_matrix(A, x):
    return A + A.T


@forms.mistake(
    "The difference of the two terms is 0 for a symmetric A. With which sign does each term of f(x + v) - f(x) enter?",
    catalogue="M04",
)
def form_difference(A, x):
    return A @ x - A.T @ x


forms.equivalent("form-half * 2", because="the mistake is this factor, and nothing else")
forms.equivalent(
    "quadform_grad: A @ x -> A @ x.T #1",
    "quadform_grad: A.T @ x -> A.T @ x.T #1",
    because="transposing an array of one axis changes nothing",
)


# ------------------------------------------------------------------------------------------------------- 3.4
chains = assignment.exercise(
    "chain_rule",
    id="3.4",
    minutes=40,
    points={"numbers": 1, "a chain of Jacobians": 1, "a gradient through a map": 2},
    functions=("chain_1d", "chain_jvp", "chain_grad"),
    hints=(
        (
            "Write x → g(x) → f(g(x)) on paper, with the numbers of the example. Which number arrives at f? At which number, "
            "then, does its slope matter?"
        ),
        (
            "Ask the outer derivative at g(x) and the inner one at x. In a chain of Jacobians the one that stands right "
            "beside v acts first. For the gradient, the sum in the text runs over k, the first index of the Jacobian: is "
            "that J y or transpose(J) y?"
        ),
        (
            "chain_1d: df(g(x)) times dg(x). chain_jvp: go through the list from its end, and replace v by J @ v each time. "
            "chain_grad: y = g(x), then the transpose of Jg(x) times grad_f_at(y)."
        ),
    ),
    lecture="Özçep, lecture 2: chain rule for vectors; Binder, lecture 6: chain rule",
)


def series(rng, k):
    """Return the coefficients of a polynomial of degree k - 1, none of them small."""
    return Callback("power_series", "f", {"coefficients": away_from_zero(rng, k)})


def oscillation(rng, part):
    """Return a sine that is neither slow nor shifted by nothing."""
    a, b, c = away_from_zero(rng, 3).tolist()
    return Callback("oscillation", part, {"a": a, "b": b, "c": c})


def links(rng, build, far):
    """Return df, g, dg and x for which the answer and all usual mistakes are far apart.

    build: returns df and g, drawn from rng. far: how far, as a share of the largest of them.
    """
    while True:
        df, g = build()
        dg, x = other_part(g, "df"), float(rng.choice([-1.0, 1.0]) * rng.uniform(0.5, 1.5))
        x = float(np.float32(x))
        outer, inner, slope = (called(function) for function in (df, g, dg))
        y, w = inner(x), slope(x)
        found = [
            outer(y) * w,
            outer(y),
            outer(x) * w,
            outer(w),
            outer(y) + w,
            w,
            outer(w) * w,
            outer(y) * slope(y),
            outer(y) * y,
            outer(y) * inner(y),
            outer(y * w),
        ]
        gaps = [abs(one - two) for one, two in itertools.combinations(found, 2)]
        if min(gaps) > far and max(map(abs, found)) < 50:
            return df, g, dg, x


def called(callback):
    """Return the function that a callback stands for."""
    from autograder.authoring.live import live

    return live(callback)


@chains.case("numbers")
def numbers_sine_outside(rng):
    """A sine of a polynomial: the outer slope depends on where it is taken."""
    return links(rng, lambda: (oscillation(rng, "df"), series(rng, 3)), 0.02)


@chains.case("numbers")
def numbers_sine_inside(rng):
    """A polynomial of a sine."""
    return links(rng, lambda: (other_part(series(rng, 4), "df"), oscillation(rng, "f")), 0.02)


@chains.case("numbers")
def numbers_two_sines(rng):
    """A sine of a sine."""
    return links(rng, lambda: (oscillation(rng, "df"), oscillation(rng, "f")), 0.02)


@chains.case("numbers", exact=True)
def numbers_dyadic(rng):
    """Two polynomials with whole coefficients, at a whole number."""

    def whole(part):
        coefficients = rng.choice([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], size=3)
        return Callback("power_series", part, {"coefficients": coefficients})

    while True:
        df, g = whole("df"), whole("f")
        dg, x = other_part(g, "df"), float(rng.choice([-3.0, -2.0, 2.0, 3.0]))
        y, w = called(g)(x), called(dg)(x)
        outer = called(df)
        if (
            len(
                {
                    outer(y) * w,
                    outer(y),
                    outer(x) * w,
                    outer(w) * w,
                    outer(y) + w,
                    w,
                    0.0,
                    w * x,
                    outer(y) * y,
                }
            )
            == 9
        ):
            return df, g, dg, x


@chains.case("numbers", exact=True)
def numbers_level(rng):
    """The inner slope is 0 at x: whatever f does, h stands still. The outer slope is not 0."""
    x = float(rng.choice([-2.0, -1.0, 1.0, 2.0]))
    g = Callback("power_series", "f", {"coefficients": np.array([x * x + 3.0, -2 * x, 1.0])})  # (t - x)² + 3
    df = Callback("power_series", "df", {"coefficients": np.array([1.0, 2.0, 5.0])})
    return df, g, other_part(g, "df"), x


def jacobians(rng, *sizes):
    """Return one generic matrix for each pair of neighbouring sizes, and a vector of the last size."""
    Js = [away_from_zero(rng, *pair) for pair in itertools.pairwise(sizes)]
    return Js, away_from_zero(rng, sizes[-1])


@chains.case("a chain of Jacobians", "chain_jvp")
def chain_three(rng):
    """Three maps, no two sizes equal: they fit in one order only."""
    return jacobians(rng, 2, 4, 3, 5)


@chains.case("a chain of Jacobians", "chain_jvp")
def chain_square(rng):
    """Three square matrices: the reversed order and the transposes fit as well."""
    return jacobians(rng, 3, 3, 3, 3)


@chains.case("a chain of Jacobians", "chain_jvp")
def chain_two(rng):
    """Two maps, and a long direction."""
    Js, v = jacobians(rng, 3, 2, 4)
    return Js, 4 * v


@chains.case("a chain of Jacobians", "chain_jvp", exact=True)
def chain_one(rng):
    """A chain with a single link."""
    return [distinct(rng, 2, 3)], distinct(rng, 3)


@chains.case("a chain of Jacobians", "chain_jvp", exact=True)
def chain_dyadic(rng):
    """Whole numbers, four maps, and a single output: it is still an array."""
    small = [-2.0, -1.0, 1.0, 2.0, 3.0]
    sizes = (1, 3, 2, 4, 2)
    return [rng.choice(small, size=pair) for pair in itertools.pairwise(sizes)], rng.choice(small, size=2)


@chains.case("a chain of Jacobians", "chain_jvp", exact=True)
def chain_square_dyadic(rng):
    """Whole numbers, square."""
    return [distinct(rng, 2, 2) for _ in range(3)], distinct(rng, 2)


def through(g, outer, x):
    """Return the arguments of chain_grad for a map g and the gradient of an outer function."""
    return other_part(g, "jacobian"), outer, g, x


def quadratic(rng, d):
    """Return the gradient of a quadratic form: it is different in every place."""
    A = away_from_zero(rng, d, d)
    return Callback("quadratic", "grad", {"A": A + A.T, "b": away_from_zero(rng, d)})


def waves(rng, d):
    """Return the gradient of a sum of sines."""
    return Callback("waves", "grad", {"W": away_from_zero(rng, d + 1, d) / 2, "b": rng.normal(size=d + 1)})


@chains.case("a gradient through a map", "chain_grad")
def gradient_wide(rng):
    """More inputs than outputs of g: the point x does not fit the outer gradient."""
    return through(growth_map(rng, "f", 2, 4), quadratic(rng, 2), rng.normal(size=4) / 2)


@chains.case("a gradient through a map", "chain_grad")
def gradient_tall(rng):
    """More outputs than inputs: each input reaches f along five paths."""
    return through(growth_map(rng, "f", 5, 3), waves(rng, 5), rng.normal(size=3) / 2)


@chains.case("a gradient through a map", "chain_grad")
def gradient_square(rng):
    """All sizes equal: the outer gradient at x and a Jacobian that is not transposed fit as well."""
    return through(quadratic_map(rng, "f", 3, 3), waves(rng, 3), away_from_zero(rng, 3))


@chains.case("a gradient through a map", "chain_grad")
def gradient_square_growth(rng):
    """The same with another pair of functions."""
    return through(growth_map(rng, "f", 3, 3), quadratic(rng, 3), rng.normal(size=3) / 2)


@chains.case("a gradient through a map", "chain_grad", exact=True)
def gradient_dyadic(rng):
    """Whole numbers, three inputs and four outputs."""
    A = rng.choice([-2.0, -1.0, 1.0, 2.0], size=(4, 4))
    outer = Callback("quadratic", "grad", {"A": A + A.T, "b": dyadic(rng, 4)})
    return through(quadratic_map_dyadic(rng, "f", 4, 3), outer, rng.choice([-2.0, -1.0, 1.0, 2.0], size=3))


@chains.case("a gradient through a map", "chain_grad", exact=True)
def gradient_square_dyadic(rng):
    """Whole numbers, two inputs and two outputs."""
    A = rng.choice([-3.0, -2.0, 2.0, 3.0], size=(2, 2))
    outer = Callback("quadratic", "grad", {"A": A + A.T, "b": distinct(rng, 2)})
    return through(quadratic_map_dyadic(rng, "f", 2, 2), outer, rng.choice([-3.0, -2.0, 2.0, 3.0], size=2))


@chains.oracle()
def numbers_by_the_way(df, g, dg, x):
    """f(g(x + ih)) - f(g(x)) is what f rises on the short way from g(x) to g(x + ih): no g' and no rule is used."""
    start, end = g(complex(x)), g(x + 1e-30j)
    return float((df((start + end) / 2) * (end - start)).imag / 1e-30)


@chains.oracle()
def numbers_digits(df, g, dg, x):
    with mpmath.workdps(DIGITS):
        upstream = in_digits(df)(in_digits(g)(mp_array(x)))
        return mp_vjp(in_digits(g), upstream, x).item()


@chains.oracle("chain_jvp")
def chain_torch(Js, v):
    import torch

    def composition(x):
        for J in reversed(Js):
            x = torch.tensor(J) @ x
        return x

    return torch_along(composition, somewhere(len(v)), v)


@chains.oracle("chain_jvp")
def chain_paths(Js, v):
    """Multiply along each path through the graph, and sum over the paths, in 60 digits."""
    with mpmath.workdps(DIGITS):
        exact, direction = [mp_array(J) for J in Js], mp_array(v)
        total = [mpmath.mpf(0)] * len(Js[0])
        for path in itertools.product(*(range(len(J)) for J in Js), range(len(v))):
            edges = [J[pair] for J, pair in zip(exact, itertools.pairwise(path))]
            total[path[0]] += mpmath.fprod(edges) * direction[path[-1]]
        return mp_floats(total)


@chains.oracle("chain_grad")
def gradient_by_the_way(Jg, grad_f_at, g, x):
    """As for numbers: f rises by its gradient times the way, and no Jacobian is asked."""
    start, slopes = g(x + 0j), []
    for axis in np.eye(len(x)):
        end = g(x + 1e-30j * axis)
        slopes.append((grad_f_at((start + end) / 2) @ (end - start)).imag / 1e-30)
    return np.array(slopes)


@chains.oracle("chain_grad")
def gradient_digits(Jg, grad_f_at, g, x):
    with mpmath.workdps(DIGITS):
        upstream = in_digits(grad_f_at)(in_digits(g)(mp_array(x)))
        return mp_vjp(in_digits(g), upstream, x)


@chains.variant()
def numbers_step_by_step(df, g, dg, x):
    u = g(x)
    inner = dg(x)
    outer = df(u)
    return inner * outer


@chains.variant()
def numbers_array(df, g, dg, x):
    x = np.asarray(x)
    return np.multiply(df(g(x)), dg(x))


@chains.variant()
def numbers_float32(df, g, dg, x):
    return np.float32(df(np.float32(g(x)))) * np.float32(dg(x))


@chains.variant("chain_jvp")
def chain_whole_product(Js, v):
    product = Js[0]
    for J in Js[1:]:
        product = product @ J
    return product @ v


@chains.variant("chain_jvp")
def chain_recursive(Js, v):
    if len(Js) == 1:
        return np.dot(Js[0], v)
    return Js[0] @ chain_recursive(Js[1:], v)


@chains.variant("chain_jvp")
def chain_loops(Js, v):
    for J in Js[::-1]:
        out = np.zeros(J.shape[0])
        for row in range(J.shape[0]):
            for column in range(J.shape[1]):
                out[row] += J[row, column] * v[column]
        v = out
    return v


@chains.variant("chain_jvp")
def chain_float32(Js, v):
    v = v.astype(np.float32)
    for i in range(len(Js) - 1, -1, -1):
        v = Js[i].astype(np.float32) @ v
    return v


@chains.variant("chain_grad")
def gradient_left_product(Jg, grad_f_at, g, x):
    y = g(x)
    return grad_f_at(y) @ Jg(x)


@chains.variant("chain_grad")
def gradient_paths(Jg, grad_f_at, g, x):
    J, upstream = Jg(x), grad_f_at(g(x))
    total = np.zeros(len(x))
    for i in range(len(x)):
        for k in range(len(upstream)):
            total[i] += upstream[k] * J[k][i]
    return total


@chains.variant("chain_grad")
def gradient_weighted_rows(Jg, grad_f_at, g, x):
    return np.sum(Jg(x) * grad_f_at(g(x))[:, None], axis=0)


@chains.variant("chain_grad")
def gradient_float32(Jg, grad_f_at, g, x):
    return Jg(x).astype(np.float32).T @ grad_f_at(g(x)).astype(np.float32)


@chains.mistake(
    "You differentiated the outer function only. What is the slope of what is inside, and how does it enter?",
    catalogue="M20",
)
def numbers_inner_missing(df, g, dg, x):
    return df(g(x))


@chains.mistake(
    "Your outer slope is taken at x. Which number does the outer function receive, when x goes in at the other end?",
    catalogue="M21",
)
def numbers_outer_at_x(df, g, dg, x):
    return df(x) * dg(x)


@chains.mistake(
    "You put the inner slope into the outer one. The slopes of two links are multiplied: where is each of them taken?"
)
def numbers_slope_of_slope(df, g, dg, x):
    return df(dg(x))


@chains.mistake("Two gears in a row: do their rates add up, or multiply?")
def numbers_added(df, g, dg, x):
    return df(g(x)) + dg(x)


@chains.mistake(
    "Your inner slope is taken at g(x). The inner function still sees x itself: where is its slope needed?",
    catalogue="M21",
)
def numbers_inner_at_g(df, g, dg, x):
    return df(g(x)) * dg(g(x))


@chains.mistake(
    "You multiplied by the value of the inner function. Which of the three functions gives its slope?",
    catalogue="M07",
)
def numbers_value_for_slope(df, g, dg, x):
    return df(g(x)) * g(x)


@chains.mistake(
    "The inner slope alone is not enough: f stretches once more. What does df contribute?", catalogue="M20"
)
def numbers_outer_missing(df, g, dg, x):
    return dg(x)


@chains.mistake(
    "The order of the Jacobians is reversed: the outermost one met v first. Which one stands right beside v in the "
    "product?",
    "chain_jvp",
    catalogue="M33",
)
def chain_reversed(Js, v):
    for J in Js:
        v = J @ v
    return v


@chains.mistake(
    "You transposed each Jacobian, as in Binder's layout. Here a Jacobian has the shape (outputs, inputs): is it "
    "needed?",
    "chain_jvp",
    catalogue="M09",
)
def chain_transposed(Js, v):
    for J in reversed(Js):
        v = J.T @ v
    return v


@chains.mistake(
    "You transposed the Jacobians and applied them outermost first: that is the way of a gradient, back from the output. "
    "In which direction does v travel here?",
    "chain_jvp",
    catalogue="M09",
)
def chain_backwards(Js, v):
    for J in Js:
        v = J.T @ v
    return v


@chains.mistake(
    "You used one link of the chain only. How many Jacobians does v pass?", "chain_jvp", catalogue="M20"
)
def chain_last_only(Js, v):
    return Js[-1] @ v


@chains.mistake(
    "The outermost Jacobian is missing at the end. Does your loop reach both ends of the list?",
    "chain_jvp",
    catalogue="M23",
)
def chain_first_missing(Js, v):
    for J in reversed(Js[1:]):
        v = J @ v
    return v


@chains.mistake(
    "You return the product of the Jacobians, a table. What does it do to v?", "chain_jvp", catalogue="M40"
)
def chain_without_v(Js, v):
    product = Js[0]
    for J in Js[1:]:
        product = product @ J
    return product


@chains.mistake(
    "You multiply by v once for every Jacobian. v enters the chain a single time: where?", "chain_jvp"
)
def chain_added(Js, v):
    return sum(J @ v for J in Js)


@chains.mistake(
    "The outer gradient was asked at x. Which point does f receive, when x goes in at the other end?",
    "chain_grad",
    catalogue="M21",
)
def gradient_outer_at_x(Jg, grad_f_at, g, x):
    return Jg(x).T @ grad_f_at(x)


@chains.mistake(
    "You multiplied by the Jacobian itself, which takes inputs to outputs. The sum runs over the outputs k, and the "
    "answer has one entry per input: which way round must it be?",
    "chain_grad",
    catalogue="M31",
)
def gradient_not_transposed(Jg, grad_f_at, g, x):
    return Jg(x) @ grad_f_at(g(x))


@chains.mistake(
    "That is the gradient of f by its own arguments. How do these depend on x?", "chain_grad", catalogue="M20"
)
def gradient_inner_missing(Jg, grad_f_at, g, x):
    return grad_f_at(g(x))


@chains.mistake(
    "The Jacobian of g was asked at g(x). Which point does g itself see?", "chain_grad", catalogue="M21"
)
def gradient_jacobian_at_g(Jg, grad_f_at, g, x):
    return Jg(g(x)).T @ grad_f_at(g(x))


@chains.mistake(
    "The outer gradient was asked at J x. The Jacobian moves directions, but which function takes the point x to where f "
    "is?",
    "chain_grad",
    catalogue="M21",
)
def gradient_outer_at_jx(Jg, grad_f_at, g, x):
    return Jg(x).T @ grad_f_at(Jg(x) @ x)


@chains.mistake(
    "Each input reaches f through all outputs of g, and you followed one path only. What happens to the others?",
    "chain_grad",
    catalogue="M90",
)
def gradient_one_path(Jg, grad_f_at, g, x):
    return Jg(x)[0] * grad_f_at(g(x))[0]


@chains.mistake(
    "You followed only the paths from input i to output i. An input moves every output: over what does the sum run?",
    "chain_grad",
    catalogue="M90",
)
def gradient_diagonal(Jg, grad_f_at, g, x):
    return np.diag(Jg(x)) * grad_f_at(g(x))


@chains.mistake(
    "You return a table with a row for each path. What does the chain rule do with the paths?",
    "chain_grad",
    catalogue="M90",
)
def gradient_not_summed(Jg, grad_f_at, g, x):
    return Jg(x) * grad_f_at(g(x))[:, None]


chains.equivalent(
    "chain_grad: Jg(x).T @ grad_f_at(g(x)) -> Jg(x).T @ grad_f_at(g(x)).T #1",
    "chain_jvp: J @ v -> J @ v.T #1",
    because="transposing an array of one axis changes nothing",
)


# ------------------------------------------------------------------------------------------------------- 3.5
products = assignment.exercise(
    "matrix_product",
    id="3.5",
    minutes=25,
    points={"by the weights": 2, "by the samples": 1},
    functions=("dL_dW", "dL_dX"),
    hints=(
        (
            "Write out one entry, D[i, j], as a sum of products. Where in it does the weight W[u, v] stand, and for which i "
            "and j?"
        ),
        (
            "D[i, j] contains W[u, v] only if j = v, and then its factor is X[i, u]. So sum G[i, v] times X[i, u] over i. "
            "The summed index comes first in both: which matrix must be turned for a matrix product?"
        ),
        (
            "A matrix product sums the last index of the left factor with the first one of the right factor. For the weights, "
            "the sum runs over the first index of X and of G: transpose X. For the samples it runs over the second "
            "index of G and of W: transpose W."
        ),
    ),
    lecture="Özçep, lecture 2: example for the tensor chain rule",
)


@products.case("by the weights")
def weights_generic(rng):
    """No two sizes are equal: dimensions fit in one way only."""
    return rng.normal(size=(5, 3)), rng.normal(size=(5, 2))


@products.case("by the weights")
def weights_few_samples(rng):
    """Fewer samples than features."""
    return rng.normal(size=(2, 4)), away_from_zero(rng, 2, 3)


@products.case("by the weights")
def weights_square(rng):
    """All sizes equal, nothing symmetric: every order of the factors fits."""
    return away_from_zero(rng, 3, 3), away_from_zero(rng, 3, 3)


@products.case("by the weights", exact=True)
def weights_dyadic(rng):
    """Whole numbers."""
    return dyadic(rng, 4, 3), distinct(rng, 4, 5)


@products.case("by the weights", exact=True)
def weights_square_dyadic(rng):
    """Whole numbers, square."""
    return distinct(rng, 4, 4), distinct(rng, 4, 4)


@products.case("by the weights", exact=True)
def weights_one_unit(rng):
    """A single unit, and one sample more than features: the gradient is still a column."""
    return distinct(rng, 4, 3), distinct(rng, 4, 1)


@products.case("by the samples", "dL_dX")
def samples_generic(rng):
    """No two sizes are equal."""
    return rng.normal(size=(4, 2)), rng.normal(size=(5, 2))


@products.case("by the samples", "dL_dX")
def samples_square(rng):
    """All sizes equal, nothing symmetric."""
    return away_from_zero(rng, 3, 3), away_from_zero(rng, 3, 3)


@products.case("by the samples", "dL_dX")
def samples_wide(rng):
    """Many units, few features."""
    return rng.normal(size=(3, 6)), rng.normal(size=(2, 6))


@products.case("by the samples", "dL_dX", exact=True)
def samples_dyadic(rng):
    """Whole numbers."""
    return dyadic(rng, 3, 5), distinct(rng, 4, 5)


@products.case("by the samples", "dL_dX", exact=True)
def samples_square_dyadic(rng):
    """Whole numbers, square."""
    return distinct(rng, 4, 4), distinct(rng, 4, 4)


@products.oracle("dL_dW")
def weights_torch(X, G):
    import torch

    return torch_vjp(lambda W: torch.tensor(X) @ W, G, somewhere(X.shape[1], G.shape[1]))


@products.oracle("dL_dW")
def weights_complex(X, G):
    return complex_step(lambda W: X @ W, G, somewhere(X.shape[1], G.shape[1]))


@products.oracle("dL_dX")
def samples_torch(G, W):
    import torch

    return torch_vjp(lambda X: X @ torch.tensor(W), G, somewhere(len(G), len(W)))


@products.oracle("dL_dX")
def samples_complex(G, W):
    return complex_step(lambda X: X @ W, G, somewhere(len(G), len(W)))


@products.variant("dL_dW")
def weights_einsum(X, G):
    return np.einsum("iu,iv->uv", X, G)


@products.variant("dL_dW")
def weights_sum_of_outer(X, G):
    total = np.zeros((X.shape[1], G.shape[1]))
    for x, g in zip(X, G):
        total += np.outer(x, g)
    return total


@products.variant("dL_dW")
def weights_turned_back(X, G):
    return (G.T @ X).T


@products.variant("dL_dW")
def weights_broadcast(X, G):
    return (X[:, :, None] * G[:, None, :]).sum(axis=0)


@products.variant("dL_dW")
def weights_float32(X, G):
    return np.dot(X.astype(np.float32).T, G.astype(np.float32))


@products.variant("dL_dX")
def samples_einsum(G, W):
    return np.einsum("iv,uv->iu", G, W)


@products.variant("dL_dX")
def samples_loop(G, W):
    out = np.zeros((G.shape[0], W.shape[0]))
    for i in range(G.shape[0]):
        for u in range(W.shape[0]):
            for v in range(W.shape[1]):
                out[i, u] += G[i, v] * W[u, v]
    return out


@products.variant("dL_dX")
def samples_turned_back(G, W):
    return np.array([W @ g for g in G])


@products.variant("dL_dX")
def samples_float32(G, W):
    return np.matmul(G.astype(np.float32), np.transpose(W).astype(np.float32))


@products.mistake(
    "You multiplied X by G as they stand. The sum runs over the samples: which index of X is that?",
    "dL_dW",
    catalogue="M13",
)
def weights_not_transposed(X, G):
    return X @ G


@products.mistake(
    "Your result is the transpose of the right one: its rows belong to the units. What shape has W?",
    "dL_dW",
    catalogue="M13",
)
def weights_transposed(X, G):
    return G.T @ X


@products.mistake(
    "You transposed G, not X, so a sum runs over features or units. Over which index of X and G should it run?",
    "dL_dW",
    catalogue="M13",
)
def weights_wrong_factor(X, G):
    return X @ G.T


@products.mistake(
    "You averaged over the samples. Each sample is a path of its own from the weight to the loss: does the chain rule "
    "average paths?",
    "dL_dW",
    catalogue="M02",
)
def weights_averaged(X, G):
    return X.T @ G / len(X)


@products.mistake(
    "The upstream gradient does not enter: your answer would be right if L were the sum of all entries of D. What does G "
    "say about the real L?",
    "dL_dW",
    catalogue="M53",
)
def weights_without_upstream(X, G):
    return X.T @ np.ones_like(G)


@products.mistake(
    "You used one sample only. How many of them pass through the same weight?", "dL_dW", catalogue="M90"
)
def weights_first_sample(X, G):
    return np.outer(X[0], G[0])


@products.mistake(
    "Right size, opposite sign. A descent step has a minus, but has the gradient?", "dL_dW", catalogue="M04"
)
def weights_sign(X, G):
    return -X.T @ G


@products.mistake(
    "You multiplied G by W as they stand. The sum runs over the units: which index of W is that?",
    "dL_dX",
    catalogue="M13",
)
def samples_not_transposed(G, W):
    return G @ W


@products.mistake(
    "Your result is the transpose of the right one: its columns belong to the samples. What shape has X?",
    "dL_dX",
    catalogue="M13",
)
def samples_transposed(G, W):
    return W @ G.T


@products.mistake(
    "You transposed G and put it in front, as X was for the weights. Which of the two factors carries the samples here?",
    "dL_dX",
    catalogue="M13",
)
def samples_wrong_factor(G, W):
    return G.T @ W


@products.mistake(
    "The upstream gradient does not enter: your answer would be right if L were the sum of all entries of D. What does G "
    "say about the real L?",
    "dL_dX",
    catalogue="M53",
)
def samples_without_upstream(G, W):
    return np.ones_like(G) @ W.T


@products.mistake(
    "The order of the factors is wrong: W comes last in X W, and its transpose stays on that side. Which index is summed?",
    "dL_dX",
    catalogue="M13",
)
def samples_reversed(G, W):
    return W.T @ G


@products.mistake(
    "Right size, opposite sign. A descent step has a minus, but has the gradient?", "dL_dX", catalogue="M04"
)
def samples_sign(G, W):
    return -G @ W.T


products.equivalent(
    "samples-sign * -1", "weights-sign * -1", because="the mistake is this factor, and nothing else"
)


# ------------------------------------------------------------------------------------------------------- 3.6
tensors = assignment.exercise(
    "tensor_chain",
    id="3.6",
    minutes=40,
    points={"vectors": 1, "tensors": 2},
    hints=(
        (
            "Do the example of the text by hand: for the entry [0, 1] of X, which products do you add up, and how many of "
            "them are there?"
        ),
        (
            "dz_dY.ndim tells how many axes of dY_dX belong to Y: that many from the front. Sum over all of them. Or flatten: "
            "dY_dX becomes a matrix (entries of Y, entries of X), and then 3.4 says what to do."
        ),
        (
            "p = dz_dY.ndim; J = dY_dX.reshape(dz_dY.size, -1); multiply the flattened dz_dY from the left, and reshape the "
            "result to dY_dX.shape[p:]. Or look up the argument axes of np.tensordot."
        ),
    ),
    lecture="Özçep, lecture 2: chain rule for tensors",
)


@tensors.case("vectors")
def tensor_vectors(rng):
    """Both are vectors: this is the chain rule of 3.4."""
    return rng.normal(size=(4, 3)), away_from_zero(rng, 4)


@tensors.case("vectors", exact=True)
def tensor_square(rng):
    """A square Jacobian without symmetry: summing over the wrong axis fits."""
    return distinct(rng, 3, 3), distinct(rng, 3)


@tensors.case("vectors", exact=True)
def tensor_vector_by_matrix(rng):
    """Y is a vector and X a table."""
    return distinct(rng, 3, 2, 4), distinct(rng, 3)


@tensors.case("vectors")
def tensor_long(rng):
    """Vectors with more entries."""
    return rng.normal(size=(5, 7)), rng.normal(size=5)


@tensors.case("tensors")
def tensor_matrices(rng):
    """Two tables, no two sizes equal."""
    return rng.normal(size=(2, 3, 4, 5)), away_from_zero(rng, 2, 3)


@tensors.case("tensors", exact=True)
def tensor_equal_sizes(rng):
    """All sizes are 2: every choice of axes and every order of flattening fits."""
    return distinct(rng, 2, 2, 2, 2), distinct(rng, 2, 2)


@tensors.case("tensors", exact=True)
def tensor_matrix_by_vector(rng):
    """Y is a table and X a vector: the result is a vector."""
    return dyadic(rng, 3, 4, 2), distinct(rng, 3, 4)


@tensors.case("tensors", exact=True)
def tensor_three_axes(rng):
    """Three axes on both sides."""
    return dyadic(rng, 2, 3, 2, 2, 1, 3), distinct(rng, 2, 3, 2)


@tensors.case("tensors")
def tensor_three_by_two(rng):
    """Y has three axes, X has two."""
    return rng.normal(size=(3, 2, 2, 4, 2)), rng.normal(size=(3, 2, 2))


@tensors.case("tensors", exact=True)
def tensor_ones(rng):
    """Axes of size 1 keep their places."""
    return distinct(rng, 1, 3, 2, 1), distinct(rng, 1, 3)


def tensor_map(dY_dX, axes):
    """Return the linear map of tensors with `axes` axes whose derivatives are dY_dX."""
    return lambda X: (dY_dX * X).sum(axis=tuple(range(-axes, 0)))


@tensors.oracle()
def tensor_torch(dY_dX, dz_dY):
    import torch

    inner = dY_dX.ndim - dz_dY.ndim
    forward = tensor_map(torch.tensor(dY_dX), inner)
    return torch_vjp(forward, dz_dY, somewhere(*dY_dX.shape[dz_dY.ndim :]))


@tensors.oracle()
def tensor_complex(dY_dX, dz_dY):
    inner = dY_dX.ndim - dz_dY.ndim
    return complex_step(tensor_map(dY_dX, inner), dz_dY, somewhere(*dY_dX.shape[dz_dY.ndim :]))


@tensors.variant()
def tensor_flattened(dY_dX, dz_dY):
    shape = dY_dX.shape[dz_dY.ndim :]
    J = dY_dX.reshape(dz_dY.size, int(np.prod(shape)))
    return (J.T @ dz_dY.ravel()).reshape(shape)


@tensors.variant()
def tensor_fortran(dY_dX, dz_dY):
    """Another order of flattening is as good, if it is the same everywhere."""
    shape = dY_dX.shape[dz_dY.ndim :]
    J = dY_dX.reshape((dz_dY.size, -1), order="F")
    return (dz_dY.flatten(order="F") @ J).reshape(shape, order="F")


@tensors.variant()
def tensor_loop(dY_dX, dz_dY):
    total = np.zeros(dY_dX.shape[dz_dY.ndim :])
    for j in np.ndindex(*dz_dY.shape):
        total += dz_dY[j] * dY_dX[j]
    return total


@tensors.variant()
def tensor_broadcast(dY_dX, dz_dY):
    inner = dY_dX.ndim - dz_dY.ndim
    weights = dz_dY.reshape(dz_dY.shape + (1,) * inner)
    return np.sum(weights * dY_dX, axis=tuple(range(dz_dY.ndim)))


@tensors.variant()
def tensor_einsum(dY_dX, dz_dY):
    letters = "abcdefgh"[: dY_dX.ndim]
    p = dz_dY.ndim
    return np.einsum(f"{letters[:p]},{letters}->{letters[p:]}", dz_dY, dY_dX)


@tensors.variant()
def tensor_float32(dY_dX, dz_dY):
    return np.tensordot(dz_dY.astype(np.float32), dY_dX.astype(np.float32), axes=dz_dY.ndim)


@tensors.mistake(
    "The numbers are there in a permuted order. You flatten in one order and un-flatten in another: which order does "
    "each of your reshapes use?",
    catalogue="M14",
)
def tensor_result_in_fortran_order(dY_dX, dz_dY):
    shape = dY_dX.shape[dz_dY.ndim :]
    return (dz_dY.ravel() @ dY_dX.reshape(dz_dY.size, -1)).reshape(shape, order="F")


@tensors.mistake(
    "dz_dY and dY_dX are flattened in different orders, so entries of Y are paired with slopes of other entries. Can "
    "you use one order for both?",
    catalogue="M14",
)
def tensor_upstream_in_fortran_order(dY_dX, dz_dY):
    shape = dY_dX.shape[dz_dY.ndim :]
    return (dz_dY.ravel(order="F") @ dY_dX.reshape(dz_dY.size, -1)).reshape(shape)


@tensors.mistake("Your result is one long vector. Which shape does the gradient by X have?", catalogue="M10")
def tensor_left_flat(dY_dX, dz_dY):
    return dz_dY.ravel() @ dY_dX.reshape(dz_dY.size, -1)


@tensors.mistake(
    "You summed over the axes at the end, which belong to X. Which axes of dY_dX come first?", catalogue="M09"
)
def tensor_last_axes(dY_dX, dz_dY):
    return np.tensordot(dY_dX, dz_dY, axes=dz_dY.ndim)


@tensors.mistake(
    "The upstream gradient does not enter. What does dz_dY say about the weight of each entry of Y?",
    catalogue="M53",
)
def tensor_without_upstream(dY_dX, dz_dY):
    return dY_dX.sum(axis=tuple(range(dz_dY.ndim)))


@tensors.mistake(
    "You averaged over the entries of Y. Each of them is a path from X to z: does the chain rule average paths?",
    catalogue="M02",
)
def tensor_mean(dY_dX, dz_dY):
    return np.tensordot(dz_dY, dY_dX, axes=dz_dY.ndim) / dz_dY.size


@tensors.mistake(
    "You followed the path through a single entry of Y. What happens to the other paths?", catalogue="M90"
)
def tensor_one_path(dY_dX, dz_dY):
    first = (0,) * dz_dY.ndim
    return dz_dY[first] * dY_dX[first]


@tensors.mistake(
    "You weighted the slopes, but did not add them up over the entries of Y. Which axes should be gone in the end?",
    catalogue="M90",
)
def tensor_not_summed(dY_dX, dz_dY):
    return dz_dY.reshape(dz_dY.shape + (1,) * (dY_dX.ndim - dz_dY.ndim)) * dY_dX


@tensors.mistake(
    "You summed over the first axis only. Y may have more than one: how do you find out how many?",
)
def tensor_one_axis(dY_dX, dz_dY):
    return np.tensordot(dz_dY, dY_dX, axes=([0], [0]))


@tensors.mistake(
    "dY_dX becomes a matrix with a row for each entry of Y. You turned it round by a reshape, which shuffles the numbers: "
    "what does a transposition do?",
    catalogue="M14",
)
def tensor_reshaped_for_transposed(dY_dX, dz_dY):
    shape = dY_dX.shape[dz_dY.ndim :]
    return (dY_dX.reshape(-1, dz_dY.size) @ dz_dY.ravel()).reshape(shape)


@tensors.mistake(
    "The axes of Y are paired with those of dY_dX in reversed order. Which axis of dY_dX does axis 0 of dz_dY belong to?",
    catalogue="M14",
)
def tensor_axes_reversed(dY_dX, dz_dY):
    p = dz_dY.ndim
    return np.tensordot(dz_dY, dY_dX, axes=(list(range(p)), list(range(p))[::-1]))


# ------------------------------------------------------------------------------------------------------- 3.7
paths = assignment.exercise(
    "grad_h",
    id="3.7",
    minutes=20,
    points={"single points": 1, "many points": 1},
    hints=(
        (
            "What are the four slopes of the inner functions: u1 by x1 and by x2, u2 by x1 and by x2? And the two slopes of "
            "u1² u2?"
        ),
        (
            "Each partial derivative is a sum of two products. Write h for one variable first: outer slope by u1 times "
            "inner slope, plus outer slope by u2 times inner slope."
        ),
        (
            "The outer slopes are 2 u1 u2 and u1². By x1 the inner ones are a and x2; by x2 they are b and x1. Put the two "
            "sums into one np.array: if x1 is an array, so is each of the sums, and they become its two rows."
        ),
    ),
    lecture="Lehre, lecture 4: chain rule, example",
)


def apart(rng, *shape):
    """Return x1, x2, a and b with no two of them nearly equal, in which nothing cancels to a small part of its terms."""
    while True:
        x1, x2 = away_from_zero(rng, *shape), away_from_zero(rng, *shape)
        a, b = away_from_zero(rng, 2).tolist()
        parts = np.array([x1, x2, a + 0 * x1, b + 0 * x1])
        gaps = [np.abs(one - two).min() for one, two in itertools.combinations(parts, 2)]
        left, right = a * x1, b * x2
        sums, size = np.array([left + right, 3 * left + right, left + 3 * right]), abs(left) + abs(right)
        if min(gaps) > 0.05 and np.min(abs(sums) / size) > 0.4:
            return x1, x2, a, b


def whole(rng, *shape):
    """Return whole numbers x1, x2, a and b of different sizes at which neither u1 nor a derivative is 0."""
    while True:
        values = distinct(rng, 2 * int(np.prod(shape)) + 2)
        a, b = values[:2].tolist()
        x1, x2 = values[2:].reshape(2, *shape)
        if all(np.all(part != 0) for part in (a * x1 + b * x2, 3 * a * x1 + b * x2, a * x1 + 3 * b * x2)):
            return x1, x2, a, b


@paths.case("single points")
def point_generic(rng):
    """Four different numbers."""
    x1, x2, a, b = apart(rng)
    return float(x1), float(x2), a, b


@paths.case("single points")
def point_larger(rng):
    """Larger numbers."""
    x1, x2, a, b = apart(rng)
    return 3 * float(x1), 3 * float(x2), 3 * a, 3 * b


@paths.case("single points", exact=True)
def point_dyadic(rng):
    """Whole numbers of different sizes."""
    x1, x2, a, b = whole(rng)
    return float(x1), float(x2), a, b


@paths.case("single points", exact=True)
def point_on_axis(rng):
    """x1 = 0: one of the two paths carries nothing, the other one does."""
    x2, a, b = distinct(rng, 3).tolist()
    return 0.0, x2, a, b


@paths.case("single points", exact=True)
def point_one_sided(rng):
    """b = 0: the first inner function does not depend on x2, but the second one does."""
    x1, x2, a = distinct(rng, 3).tolist()
    return x1, x2, a, 0.0


@paths.case("many points")
def points_row(rng):
    """Five points at once: the result has two rows."""
    return apart(rng, 5)


@paths.case("many points")
def points_table(rng):
    """A grid of points."""
    return apart(rng, 2, 3)


@paths.case("many points", exact=True)
def points_dyadic(rng):
    """Whole numbers, three points."""
    return whole(rng, 3)


@paths.case("many points", exact=True)
def points_two(rng):
    """Two points: a table that stands on its side has the same shape."""
    return whole(rng, 2)


@paths.oracle()
def paths_torch(x1, x2, a, b):
    return np.stack(torch_vjp(lambda p, q: (a * p + b * q) ** 2 * p * q, np.ones(np.shape(x1)), x1, x2))


@paths.oracle()
def paths_complex(x1, x2, a, b):
    return np.stack(
        complex_step(lambda p, q: (a * p + b * q) * (a * p + b * q) * p * q, np.ones(np.shape(x1)), x1, x2)
    )


@paths.variant()
def paths_factored(x1, x2, a, b):
    u = a * x1 + b * x2
    return np.stack([u * x2 * (3 * a * x1 + b * x2), u * x1 * (3 * b * x2 + a * x1)])


@paths.variant()
def paths_product_rule(x1, x2, a, b):
    square = (a * x1 + b * x2) ** 2
    slope_1, slope_2 = 2 * (a * x1 + b * x2) * a, 2 * (a * x1 + b * x2) * b
    return np.array([slope_1 * x1 * x2 + square * x2, slope_2 * x1 * x2 + square * x1])


@paths.variant()
def paths_expanded(x1, x2, a, b):
    by_x1 = 3 * a**2 * x1**2 * x2 + 4 * a * b * x1 * x2**2 + b**2 * x2**3
    by_x2 = a**2 * x1**3 + 4 * a * b * x1**2 * x2 + 3 * b**2 * x1 * x2**2
    return np.array([by_x1, by_x2])


@paths.variant()
def paths_point_by_point(x1, x2, a, b):
    p, q = np.atleast_1d(x1).ravel(), np.atleast_1d(x2).ravel()
    out = np.zeros((2, p.size))
    for i in range(p.size):
        u1, u2 = a * p[i] + b * q[i], p[i] * q[i]
        out[0, i] = u1 * (2 * a * u2 + u1 * q[i])
        out[1, i] = u1 * (2 * b * u2 + u1 * p[i])
    return out.reshape((2, *np.shape(x1)))


@paths.variant()
def paths_float32(x1, x2, a, b):
    x1, x2, a, b = np.float32(x1), np.float32(x2), np.float32(a), np.float32(b)
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * a + u1**2 * x2, 2 * u1 * u2 * b + u1**2 * x1])


@paths.mistake(
    "You followed the path through u1 only. x1 and x2 also stand in u2: what does that path contribute?",
    catalogue="M90",
)
def paths_first_only(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * a, 2 * u1 * u2 * b])


@paths.mistake(
    "You followed the path through u2 only. x1 and x2 also stand in u1: what does that path contribute?",
    catalogue="M90",
)
def paths_second_only(x1, x2, a, b):
    u1 = a * x1 + b * x2
    return np.array([u1**2 * x2, u1**2 * x1])


@paths.mistake(
    "On the path through u1 the inner slope is missing. How fast does u1 change with x1, and how fast with x2?",
    catalogue="M20",
)
def paths_inner_missing(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 + u1**2 * x2, 2 * u1 * u2 + u1**2 * x1])


@paths.mistake(
    "On both paths the inner slopes are missing: you return the same number twice. What is each of the four inner slopes?",
    catalogue="M20",
)
def paths_no_inner(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 + u1**2, 2 * u1 * u2 + u1**2])


@paths.mistake("The square has lost its factor 2. What is the slope of u1² u2 by u1?", catalogue="M03")
def paths_two_lost(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([u1 * u2 * a + u1**2 * x2, u1 * u2 * b + u1**2 * x1])


@paths.mistake("The slope of u1² u2 by u2 is still u1 squared. What happened to the square?", catalogue="M03")
def paths_square_lost(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * a + u1 * x2, 2 * u1 * u2 * b + u1 * x1])


@paths.mistake("The two partial derivatives are swapped. Which variable comes first?", catalogue="M19")
def paths_swapped(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * b + u1**2 * x1, 2 * u1 * u2 * a + u1**2 * x2])


@paths.mistake(
    "On the path through u2, x1 and x2 are confused. What remains of x1 x2 when you differentiate it by x1?"
)
def paths_product_confused(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * a + u1**2 * x1, 2 * u1 * u2 * b + u1**2 * x2])


@paths.mistake(
    "On the path through u1, a and b are confused. Which of them stands in front of x1?",
)
def paths_factors_confused(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * b + u1**2 * x2, 2 * u1 * u2 * a + u1**2 * x1])


@paths.mistake(
    "The two paths are multiplied with each other. What does the chain rule do with different paths?",
    catalogue="M90",
)
def paths_multiplied(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.array([2 * u1 * u2 * a * u1**2 * x2, 2 * u1 * u2 * b * u1**2 * x1])


@paths.mistake(
    "For many points your table has a row for each point. The text asks for two rows: along which axis do you stack?",
    catalogue="M09",
)
def paths_stacked_last(x1, x2, a, b):
    u1, u2 = a * x1 + b * x2, x1 * x2
    return np.stack([2 * u1 * u2 * a + u1**2 * x2, 2 * u1 * u2 * b + u1**2 * x1], axis=-1)


@paths.mistake(
    "Correct to a few digits only: that looks like a difference quotient. This exercise wants the formula. Which rule "
    "gives it to you?",
    catalogue="M34",
)
def paths_measured(x1, x2, a, b):
    def h(p, q):
        return (a * p + b * q) ** 2 * p * q

    e = 1e-3
    return np.array([(h(x1 + e, x2) - h(x1, x2)) / e, (h(x1, x2 + e) - h(x1, x2)) / e])
