"""What the instructor knows about the sheet `partials`. Trusted: it never leaves the instructor's machine."""

import math

import mpmath
import numpy as np

from autograder.authoring import Assignment
from autograder.authoring.judging import Mismatch, close
from autograder.authoring.oracles import complex_step, mp_array, mp_each, mp_floats, mp_grad, torch_grad
from autograder.numerics.truth import SLACK, U32, U64, is_single
from autograder.sandbox.wire import Callback

assignment = Assignment("partials", title="Vectors, partial derivatives and the gradient")


def dyadic(rng, *shape):
    """Return whole numbers in [-8, 8]: sums and products of them are exact in any order."""
    return rng.integers(-8, 9, size=shape).astype(np.float64)


def away_from_zero(rng, *shape):
    """Return numbers of both signs with sizes in [0.5, 2]: no entry is small enough to hide a mistake."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2.0, size=shape)


def mostly_negative(rng, d):
    """Return numbers with one positive entry, so small that the sum of any odd powers is negative."""
    return rng.permutation(np.append(-rng.uniform(1.0, 2.0, size=d - 1), rng.uniform(0.6, 0.9)))


def quadratic(rng, part, d):
    """Return a quadratic problem in d variables with a symmetric A and a constant."""
    A = rng.normal(size=(d, d))
    return Callback(
        "quadratic", part, {"A": A + A.T, "b": away_from_zero(rng, d), "c": float(rng.uniform(3, 5))}
    )


def quadratic_dyadic(rng, part, d):
    """Return a quadratic problem with whole numbers, no zero on the diagonal: bent along every axis."""
    A = np.triu(dyadic(rng, d, d), 1)
    diagonal = rng.choice([-6.0, -2.0, 2.0, 4.0, 6.0], size=d)
    return Callback(
        "quadratic", part, {"A": A + A.T + np.diag(diagonal), "b": 2 * dyadic(rng, d) + 1, "c": 3.0}
    )


def polynomial(rng, part, d):
    """Return a sum of quartics in d variables: bent, and its bend changes."""
    return Callback("polynomial", part, {"coefficients": away_from_zero(rng, d, 5)})


def waves(rng, part, d):
    """Return a sum of sines in d variables that all entries of x enter: no polynomial."""
    return Callback("waves", part, {"W": away_from_zero(rng, d + 2, d) / 2, "b": rng.normal(size=d + 2)})


# ---------------------------------------------------------------------------------------------------- 2.1
norms = assignment.exercise(
    "lp_norm",
    id="2.1",
    minutes=20,
    points={"lengths": 1, "angles": 1, "parallel vectors": 1},
    functions=("lp_norm", "angle"),
    hints=(
        (
            "Work through the two vectors of the text by hand first. In which order come the bars, the power, the sum and "
            "the root? And which of them undoes which?"
        ),
        (
            "The p-th root of s is s ** (1 / p), with the brackets. For the angle, divide the dot product by both lengths: "
            "that is the cosine. What may rounding do to it when the vectors are parallel?"
        ),
        (
            "lp_norm is one line: absolute values, to the power p, sum, to the power 1 / p. In angle, push the cosine back "
            "into [-1, 1] with min and max (or np.clip) before you call arccos."
        ),
    ),
    lecture="Lehre, lecture 4: norms and the dot product",
)


@norms.case("lengths")
def norm_one(rng):
    """p = 1 with entries of both signs: without the bars they cancel, and the sum is negative."""
    return mostly_negative(rng, 5), 1


@norms.case("lengths")
def norm_two(rng):
    """The ruler's length."""
    return rng.normal(size=7), 2


@norms.case("lengths")
def norm_three(rng):
    """An odd power keeps signs: the bars matter again."""
    return mostly_negative(rng, 4), 3


@norms.case("lengths")
def norm_fraction(rng):
    """p = 7.5: a negative number has no such power."""
    return mostly_negative(rng, 6), 7.5


@norms.case("lengths")
def norm_large_power(rng):
    """A large power is not infinity: the second largest entry counts too."""
    v = mostly_negative(rng, 4)
    v[1] = -0.9375 * v[0]
    return v, 12


@norms.case("lengths")
def norm_dyadic(rng):
    """Lengths 3, 4 and 12 at right angles make 13; the entries are shuffled and signed."""
    return rng.permutation([3.0, -4.0, 12.0]) * rng.choice([-1.0, 1.0]), 2


@norms.case("angles", "angle")
def angle_plane(rng):
    """Two arrows in the plane."""
    return away_from_zero(rng, 2), away_from_zero(rng, 2) * np.array([3.0, 0.5])


@norms.case("angles", "angle")
def angle_short(rng):
    """Short vectors: a dot product that is not divided by the lengths is small, and no cosine."""
    return away_from_zero(rng, 3) / 8, away_from_zero(rng, 3) / 16


@norms.case("angles", "angle")
def angle_across(rng):
    """On both sides of the negative first axis: the polar angles differ by more than half a turn."""
    u, v = rng.uniform(0.5, 2.0, size=2), rng.uniform(0.5, 2.0, size=2)
    return u * np.array([-1.0, 1.0]), v * np.array([-1.0, -1.0])


@norms.case("angles", "angle")
def angle_space(rng):
    """Long vectors, more than a right angle apart: the lengths must be divided out, the sign must stay."""
    u, v = 3 * away_from_zero(rng, 5), 2 * rng.normal(size=5)
    return u, -np.sign(u @ v) * v


@norms.case("angles", "angle")
def angle_obtuse(rng):
    """The dot product is negative: the angle is larger than a right one."""
    u = away_from_zero(rng, 4)
    return u, -2 * u + rng.normal(size=4) / 4


@norms.case("angles", "angle")
def angle_dyadic(rng):
    """A right angle between whole numbers."""
    a, b = rng.integers(1, 9, size=2)
    return np.array([a, b, 0.0]), np.array([-2.0 * b, 2.0 * a, 0.0])


def parallel(rng, d, factor):
    """Return u and factor * u, so chosen that the rounded cosine is larger than 1 in size."""
    while True:
        u = rng.integers(1, 60, size=d) * rng.choice([-1.0, 1.0], size=d) / 8
        v = factor * u
        one, two = np.sqrt(u @ u), np.sqrt(v @ v)
        if abs(u @ v / (one * two)) > 1 and abs(u @ v / one / two) > 1:
            return u, v


@norms.case("parallel vectors", "angle")
def angle_parallel(rng):
    """The quotient is rounded to 1.0000000000000002, which no angle has as its cosine."""
    return parallel(rng, 3, 3.0)


@norms.case("parallel vectors", "angle")
def angle_parallel_long(rng):
    """The same with more entries and a shorter second vector."""
    return parallel(rng, 5, 0.625)


@norms.case("parallel vectors", "angle")
def angle_opposite(rng):
    """The quotient is rounded to -1.0000000000000002: the other end needs care as well."""
    return parallel(rng, 4, -3.0)


@norms.case("parallel vectors", "angle")
def angle_opposite_short(rng):
    """The same with two entries."""
    return parallel(rng, 2, -0.75)


@norms.judge("angle")
def angle_judge(run, u, v):
    """Accept what a rounded cosine can lead to: near 1 the arccos turns 1e-16 into 1e-8, whoever computes it."""
    one, two = np.asarray(u, np.longdouble), np.asarray(v, np.longdouble)
    lengths = np.sqrt(one @ one) * np.sqrt(two @ two)
    unit = U32 if is_single(np.asarray(run.value)) else U64
    # The dot product rounds at most d times, each length d / 2 + 1 times, and there are the quotient and the clip.
    spread = SLACK * unit * (2 * len(u) + 6) * (np.abs(one) @ np.abs(two)) / lengths
    cosine = one @ two / lengths
    low, high = np.arccos(np.clip([cosine + spread, cosine - spread], -1, 1))
    rounding = SLACK * unit * 4 * high
    if low - rounding <= run.value <= high + rounding:
        return None
    return Mismatch("value", "The angle is not right. Does u · v = ‖u‖ ‖v‖ cos θ hold for it, in radians?")


@norms.oracle()
def norm_mpmath(v, p):
    with mpmath.workdps(40):
        return float(mpmath.fsum(abs(mpmath.mpf(x)) ** p for x in v.tolist()) ** (1 / mpmath.mpf(p)))


@norms.oracle()
def norm_torch(v, p):
    import torch

    return torch.linalg.vector_norm(torch.tensor(v), p).item()


@norms.oracle("angle")
def angle_mpmath(u, v):
    with mpmath.workdps(60):
        one, two = mpmath.matrix(u.tolist()), mpmath.matrix(v.tolist())
        one, two = one / mpmath.norm(one), two / mpmath.norm(two)
        # Half the angle, from the sides of a rhombus: exact where the arccos is not.
        return float(2 * mpmath.atan2(mpmath.norm(one - two), mpmath.norm(one + two)))


@norms.variant()
def norm_loop(v, p):
    total = 0.0
    for entry in v:
        total += abs(entry) ** p
    return total ** (1 / p)


@norms.variant()
def norm_numpy(v, p):
    return np.linalg.norm(v, p)


@norms.variant()
def norm_scaled(v, p):
    largest = np.max(np.abs(v))  # cannot overflow
    return largest * np.sum((np.abs(v) / largest) ** p) ** (1.0 / p)


@norms.variant()
def norm_float32(v, p):
    v = np.abs(v.astype(np.float32))
    return np.sum(v**p, dtype=np.float32) ** np.float32(1 / p)


@norms.variant("angle")
def angle_clip(u, v):
    return np.arccos(np.clip(np.dot(u, v) / (np.linalg.norm(u) * np.linalg.norm(v)), -1.0, 1.0))


@norms.variant("angle")
def angle_normalised(u, v):
    u, v = u / np.sqrt(np.sum(u**2)), v / np.sqrt(np.sum(v**2))
    return np.arccos(np.minimum(1, np.maximum(-1, np.sum(u * v))))


@norms.variant("angle")
def angle_rhombus(u, v):
    a, b = np.linalg.norm(v) * u, np.linalg.norm(u) * v
    return 2 * np.arctan2(np.linalg.norm(a - b), np.linalg.norm(a + b))


@norms.variant("angle")
def angle_float32(u, v):
    u, v = u.astype(np.float32), v.astype(np.float32)
    return np.arccos(np.clip(u @ v / (np.linalg.norm(u) * np.linalg.norm(v)), -1, 1))


@norms.mistake(
    "Negative entries make your length shorter, or no number at all. Which sign have you lost in the formula: where "
    "do the bars of |v_i| stand?",
    catalogue="M99",
)
def norm_without_bars(v, p):
    return np.sum(v**p) ** (1 / p)


@norms.mistake("You took the bars around the whole sum. Should entries of opposite sign be able to cancel?")
def norm_bars_outside(v, p):
    return np.abs(np.sum(v**p)) ** (1 / p)


@norms.mistake("Python reads s ** 1 / p as (s ** 1) / p. Where do you need brackets?")
def norm_precedence(v, p):
    return np.sum(np.abs(v) ** p) ** 1 / p


@norms.mistake("You have the sum of the powers. Which root turns it back into a length?")
def norm_without_root(v, p):
    return np.sum(np.abs(v) ** p)


@norms.mistake("Right for p = 2 only: your root is always a square root. Which root undoes the power p?")
def norm_square_root(v, p):
    return np.sqrt(np.sum(np.abs(v) ** p))


@norms.mistake("You always return the ruler's length. What is the argument p there for?")
def norm_always_euclidean(v, p):
    return np.sqrt(np.sum(v**2))


@norms.mistake("You average the powers. Does the formula divide by the number of entries?")
def norm_mean(v, p):
    return np.mean(np.abs(v) ** p) ** (1 / p)


@norms.mistake(
    "For parallel vectors rounding pushes the cosine past 1, and you return NaN. How can you keep it in its range?",
    "angle",
    catalogue="M99",
)
def angle_not_clipped(u, v):
    return np.arccos(u @ v / (np.linalg.norm(u) * np.linalg.norm(v)))


@norms.mistake(
    "For parallel vectors rounding pushes the cosine past 1, and math.acos gives up. How can you keep the cosine in "
    "its range?",
    "angle",
    catalogue="M99",
)
def angle_domain_error(u, v):
    return math.acos(u @ v / (np.linalg.norm(u) * np.linalg.norm(v)))


@norms.mistake(
    "Parallel vectors are fine, opposite ones are not. A cosine has a smallest value, too: what keeps yours above it?",
    "angle",
    catalogue="M99",
)
def angle_clipped_above(u, v):
    return np.arccos(np.minimum(1.0, u @ v / (np.linalg.norm(u) * np.linalg.norm(v))))


@norms.mistake(
    "You return the cosine of the angle. Which function leads from the cosine to the angle?", "angle"
)
def angle_cosine(u, v):
    return u @ v / (np.linalg.norm(u) * np.linalg.norm(v))


@norms.mistake("Your angle is in degrees. What does the text ask for?", "angle")
def angle_degrees(u, v):
    return np.degrees(np.arccos(np.clip(u @ v / (np.linalg.norm(u) * np.linalg.norm(v)), -1, 1)))


@norms.mistake(
    "Longer vectors change your angle. By what must the dot product be divided before it is a cosine?",
    "angle",
)
def angle_lengths_missing(u, v):
    return np.arccos(np.clip(u @ v, -1, 1))


@norms.mistake("You divided by the squares of the lengths. How long is u, if u · u is its square?", "angle")
def angle_squared_lengths(u, v):
    return np.arccos(np.clip(u @ v / ((u @ u) * (v @ v)), -1, 1))


@norms.mistake(
    "Vectors that point in opposite directions enclose more than a right angle. Where did the sign of the dot product "
    "go?",
    "angle",
)
def angle_between_lines(u, v):
    return np.arccos(np.clip(abs(u @ v) / (np.linalg.norm(u) * np.linalg.norm(v)), -1, 1))


@norms.mistake("u · v belongs to the cosine, not to the sine. Which inverse function do you need?", "angle")
def angle_arcsin(u, v):
    return np.arcsin(np.clip(u @ v / (np.linalg.norm(u) * np.linalg.norm(v)), -1, 1))


norms.equivalent(
    "angle: np.clip(cosine, -1.0, 1.0) -> np.clip(-1.0, cosine, 1.0) #1",
    because="the middle one of three numbers is the same in any order",
)
norms.equivalent(
    "angle: u @ u -> u @ u.T #1",
    "angle: u @ u -> u.T @ u #1",
    "angle: u @ v -> u @ v.T #1",
    "angle: u @ v -> u.T @ v #1",
    "angle: v @ v -> v @ v.T #1",
    "angle: v @ v -> v.T @ v #1",
    because="transposing an array of one axis changes nothing",
)
norms.equivalent(
    "angle: u @ v -> v @ u #1",
    because="a dot product is symmetric",
)


# ---------------------------------------------------------------------------------------------------- 2.2
quotients = assignment.exercise(
    "partial",
    id="2.2",
    minutes=30,
    points={"one coordinate": 2, "all coordinates": 1, "whole numbers": 1},
    functions=("partial", "num_grad"),
    hints=(
        (
            "At which two points do you need f? Write them down for x = (1, 2), i = 0 and h = 0.1, and compare with the "
            "numbers in the text."
        ),
        (
            "Make the step a vector of its own: zeros, with h in place i. Then x + step is a new array, and x stays as it is. "
            "For all coordinates, start again from x each time."
        ),
        (
            "step = np.zeros(len(x)); step[i] = h. Then divide f(x + step) - f(x) by h, or f(x + step) - f(x - step) by "
            "2 * h. num_grad calls partial once for every i and puts the results in an array."
        ),
    ),
    lecture="Lehre, lecture 4; Özçep, lecture 2; Binder, lecture 6: partial derivatives",
)


@quotients.case("one coordinate")
def partial_quadratic(rng):
    """The default step: the argument h is left out."""
    return quadratic(rng, "f", 5), away_from_zero(rng, 5), int(rng.integers(5))


@quotients.case("one coordinate")
def partial_waves(rng):
    """All coordinates are coupled: moving another one as well changes the value. h = 1e-4."""
    return waves(rng, "f", 4), rng.normal(size=4), int(rng.integers(4)), 1e-4


@quotients.case("one coordinate")
def partial_first(rng):
    """i = 0 and h = 1e-3: an index that is one too small wraps around to the end."""
    return waves(rng, "f", 3), rng.normal(size=3), 0, 1e-3


@quotients.case("one coordinate")
def partial_last(rng):
    """i = d - 1 and h = 1e-2: an index that is one too large falls off the end."""
    return polynomial(rng, "f", 3), away_from_zero(rng, 3), 2, 1e-2


@quotients.case("one coordinate")
def partial_dyadic(rng):
    """Whole numbers as floats and h = 1/8: the quotient has no rounding error at all."""
    return quadratic_dyadic(rng, "f", 4), dyadic(rng, 4), int(rng.integers(4)), 0.125


@quotients.case("whole numbers")
def partial_integers(rng):
    """An array of integers cannot store x + h: adding and taking away a small step leaves what is negative changed."""
    return waves(rng, "f", 3), rng.integers(-5, 0, size=3), int(rng.integers(3)), 1e-3


@quotients.case("whole numbers")
def partial_integers_default(rng):
    """The same with the default step."""
    return quadratic(rng, "f", 4), rng.integers(1, 6, size=4), int(rng.integers(4))


@quotients.case("all coordinates", "num_grad")
def gradient_waves(rng):
    """Smooth and coupled, five variables."""
    return waves(rng, "f", 5), rng.normal(size=5)


@quotients.case("all coordinates", "num_grad")
def gradient_quadratic(rng):
    """A central quotient has no truncation error here, a forward one has."""
    return quadratic(rng, "f", 4), away_from_zero(rng, 4)


def inflection(rng, d):
    """Return a cubic near its inflection: a central quotient errs by its third derivative, and by nothing else."""
    coefficients = np.zeros((d, 4))
    coefficients[:, 0] = rng.uniform(0.5, 1.5, size=d)
    coefficients[:, 1] = away_from_zero(rng, d)
    coefficients[:, 3] = 3 * away_from_zero(rng, d)
    return Callback("polynomial", "f", {"coefficients": coefficients}), rng.uniform(-0.05, 0.05, size=d)


@quotients.case("all coordinates", "num_grad")
def gradient_inflection(rng):
    """A step that is too large shows even in a central quotient."""
    return inflection(rng, 3)


@quotients.case("all coordinates", "num_grad")
def gradient_inflection_plane(rng):
    """The same with two variables."""
    return inflection(rng, 2)


@quotients.case("all coordinates", "num_grad")
def gradient_dyadic(rng):
    """Small whole numbers as floats."""
    return quadratic_dyadic(rng, "f", 3), dyadic(rng, 3) / 4


@quotients.case("whole numbers", "num_grad")
def gradient_integers(rng):
    """Negative integers as x: whoever cuts off decimals moves them by a whole unit."""
    return waves(rng, "f", 3), rng.integers(-6, 0, size=3)


@quotients.case("whole numbers", "num_grad")
def gradient_integers_quadratic(rng):
    """Positive integers and larger slopes: cutting off the decimals of these still shows."""
    return quadratic(rng, "f", 4), rng.integers(1, 6, size=4)


def displacements(queries, x):
    """Return how far from x each query of f was, (k, d), or why the queries are not those of a quotient."""
    if not queries:
        return Mismatch("queries", "f was never called. Which values of f does the quotient need?")
    found = []
    for query in queries:
        try:  # what the sandbox says was asked is no more to be believed than what it returns
            point = np.asarray(query.args[0] if query.args else None)
        except ValueError:
            point = np.asarray(None)
        if point.dtype.kind not in "fiu" or point.shape != x.shape:
            return Mismatch(
                "queries",
                f"f was called with something else than an array of {len(x)} real numbers. What is a point here?",
            )
        found.append(point.astype(np.longdouble) - x.astype(np.longdouble))
    return np.array(found)


def stuck(moves, x):
    """Return the mismatch of a call whose step was lost, or None. moves: (k, d), how far each query was from x."""
    if x.dtype.kind == "i" and (moves == np.trunc(moves)).all():
        return Mismatch(
            "queries",
            "x holds whole numbers here, and f was asked at whole numbers only. Does your array keep the step?",
        )
    if not moves.any():
        return Mismatch("queries", "f was only asked at x itself. Which coordinate should move?")
    return None


def slope_and_error(f, x, i, longest, shortest):
    """Return f's slope in coordinate i, and twice the error that a forward quotient makes with any step in between.

    The error: half the step times the bend of f, plus the rounding of f over the step.
    """
    axis = np.zeros(len(x))
    axis[i] = 1.0
    t = 2.0**-6

    def g(s):
        return float(f(x + s * axis))

    # Six points: the error of order t⁶ is below 1e-10, and the rounding below 1e-13.
    slope = (45 * (g(t) - g(-t)) - 9 * (g(2 * t) - g(-2 * t)) + (g(3 * t) - g(-3 * t))) / (60 * t)
    middles = np.linspace(-longest, longest, 5)
    bend = max(abs(g(s + t) - 2 * g(s) + g(s - t)) for s in middles) / t**2
    size = 1 + max(abs(g(s)) for s in middles) + abs(x[i] * slope)
    return slope, longest * bend + 64 * U64 * size / shortest


def number(value):
    """Return a recorded value of f as a number, NaN if it is none."""
    array = (
        np.asarray(value) if isinstance(value, int | float | np.generic | np.ndarray) else np.asarray(np.nan)
    )
    return np.longdouble(array) if array.ndim == 0 and array.dtype.kind in "fiu" else np.longdouble(np.nan)


def one_slope(f, x, i, h=1e-6):
    """Return what a quotient with exactly this step has to be near to."""
    return slope_and_error(f, x, i, h, h)


@quotients.judge(knows=one_slope)
def partial_judge(run, known, f, x, i, h=1e-6):
    """Accept a quotient of two values that were observed a distance h (or 2h) apart.

    Forward and central are what the text asks for; backward, and central over half steps, are as right. A value that
    is such a quotient at every h has order 1 or 2, by Taylor's theorem. The last check does not believe the records.
    """
    moves = displacements(run.queries, x)
    if isinstance(moves, Mismatch):
        return moves
    others = np.delete(np.arange(len(x)), i)
    if moves[:, others].any():
        return Mismatch(
            "queries",
            f"f was asked at a point where another coordinate than i = {i} had moved. Which one may move?",
        )
    if (lost := stuck(moves, x)) is not None:
        return lost
    if not fits_a_quotient(run, moves[:, i], abs(x[i]), h):
        return Mismatch(
            "quotient",
            "The value is no difference quotient of step h of what f answered. Where was f asked, in which order are "
            "the two values subtracted, and what lies between the two points?",
        )
    slope, error = known
    if abs(run.value - slope) > error:
        return Mismatch("value", "The value is further from the slope than a quotient of step h may be.")
    return None


def fits_a_quotient(run, moves, size, h):
    """Return whether the value is the quotient of two of the observed values, within rounding.

    moves: how far coordinate i moved in each query. size: |x_i|. h: the step that was asked for.
    """
    seen = dict.fromkeys((move, number(query.value)) for move, query in zip(moves, run.queries, strict=True))
    seen = list(seen)[:64]  # nobody needs more points; thousands would make thousands squared pairs
    rounding = SLACK * U64 * (size + h)
    for ahead, behind in ((h, 0.0), (h, -h), (0.0, -h), (h / 2, -h / 2)):
        width = ahead - behind
        for one in [value for move, value in seen if abs(move - ahead) <= rounding]:
            for two in [value for move, value in seen if abs(move - behind) <= rounding]:
                quotient = (one - two) / np.longdouble(width)
                # x + h is rounded, and a careful student divides by what really lies between.
                error = (3 + 2 * (size + h) / width) * abs(quotient) + 2 * (abs(one) + abs(two)) / width
                if close(run.value, quotient, error):
                    return True
    return False


def all_slopes(f, x):
    """Return for each coordinate what a quotient with any sensible step has to be near to."""
    return [slope_and_error(f, x, i, 1e-3, 1e-9) for i in range(len(x))]


@quotients.judge("num_grad", knows=all_slopes)
def gradient_judge(run, known, f, x):
    """Accept what any sensible step gives: a forward quotient with a step from 1e-9 to 1e-3, or better."""
    moves = displacements(run.queries, x)
    if isinstance(moves, Mismatch):
        return moves
    if (lost := stuck(moves, x)) is not None:
        return lost
    # a step that is taken back by adding and subtracting leaves its rounding errors behind
    moved = np.abs(moves) > SLACK * U64 * (np.abs(x) + np.abs(moves).max(initial=0.0))
    together = np.flatnonzero(moved.sum(axis=1) > 1)
    if together.size:
        first, second = np.flatnonzero(moved[together[0]])[:2]
        return Mismatch(
            "queries",
            f"f was asked at a point where coordinates {first} and {second} had both moved. Is an earlier step undone "
            "before the next one, and does only one coordinate move at a time?",
        )
    if run.value.dtype.kind != "f":
        return Mismatch("dtype", "The gradient holds whole numbers. Which array was it written into?")
    for i, (slope, error) in enumerate(known):
        if not moves[:, i].any():
            return Mismatch(
                "queries", f"Coordinate {i} never moved. How else could its slope be known?", f"[{i}]"
            )
        if abs(run.value[i] - slope) > error:
            return Mismatch(
                "value",
                f"value[{i}] is not the slope of f in coordinate {i}. Is the quotient right, and is its step neither "
                "too large nor too small?",
                f"[{i}]",
            )
    return None


@quotients.oracle()
def partial_extended(f, x, i, h=1e-6):
    """The quotient in extended precision: the reference's rounding errors are not in it."""
    step = np.zeros(len(x), np.longdouble)
    step[i] = h
    return float((f(x + step) - f(x - step)) / (2 * np.longdouble(h)))


@quotients.oracle("num_grad")
def gradient_complex(f, x):
    """A complex step has no truncation error and subtracts nothing."""
    return np.array([f(x + 1e-30j * axis).imag / 1e-30 for axis in np.eye(len(x))])


@quotients.variant()
def partial_forward(f, x, i, h=1e-6):
    moved = np.array(x, dtype=float)
    moved[i] += h
    return (f(moved) - f(x)) / h


@quotients.variant()
def partial_one_hot(f, x, i, h=1e-6):
    e = np.eye(len(x))[i]
    return f(x + h * e) / (2 * h) - f(x - h * e) / (2 * h)


@quotients.variant()
def partial_half_steps(f, x, i, h=1e-6):
    e = np.array([h / 2 if j == i else 0.0 for j in range(len(x))])
    return (f(x + e) - f(x - e)) / h


@quotients.variant()
def partial_true_distance(f, x, i, h=1e-6):
    """Divides by the distance that rounding has left."""
    ahead = x.astype(float)
    ahead[i] = ahead[i] + h
    return (f(ahead) - f(x)) / (ahead[i] - x[i])


@quotients.variant()
def partial_backward(f, x, i, h=1e-6):
    behind = x.astype(float).copy()
    behind[i] -= h
    return (f(x) - f(behind)) / h


@quotients.variant("num_grad")
def gradient_forward_loop(f, x):
    here = f(x)
    h = 1e-7
    g = np.zeros(len(x))
    for i in range(len(x)):
        moved = x.astype(float)
        moved[i] += h
        g[i] = (f(moved) - here) / h
    return g


@quotients.variant("num_grad")
def gradient_restored(f, x):
    """Moves a copy in place, and moves it back to the very value it had."""
    point = x.astype(float)
    g = np.zeros(len(point))
    h = 1e-5
    for i in range(len(point)):
        old = point[i]
        point[i] = old + h
        ahead = f(point)
        point[i] = old - h
        behind = f(point)
        point[i] = old
        g[i] = (ahead - behind) / (2 * h)
    return g


@quotients.variant("num_grad")
def gradient_there_and_back(f, x):
    """Moves a copy in place, and back by the same step: the last digit of its entries may differ."""
    point = x.astype(float)
    g = np.zeros(len(point))
    h = 1e-5
    for i in range(len(point)):
        point[i] += h
        ahead = f(point)
        point[i] -= 2 * h
        behind = f(point)
        point[i] += h
        g[i] = (ahead - behind) / (2 * h)
    return g


@quotients.variant("num_grad")
def gradient_scaled_steps(f, x):
    """The textbook's step for a forward quotient: the root of the rounding unit, times the size of x."""
    steps = np.sqrt(np.finfo(float).eps) * np.maximum(1.0, np.abs(x))
    return np.array([(f(x + step) - f(x)) / step.max() for step in np.diag(steps)])


@quotients.variant("num_grad")
def gradient_coarse_central(f, x):
    return np.array([partial(f, x, i, 1e-3) for i in range(x.size)])


@quotients.variant("num_grad")
def gradient_five_points(f, x):
    """A better quotient than the text asks for."""
    h = 1e-3
    g = []
    for e in np.eye(len(x)):
        g.append((8 * (f(x + h * e) - f(x - h * e)) - (f(x + 2 * h * e) - f(x - 2 * h * e))) / (12 * h))
    return np.array(g)


@quotients.mistake(
    "You moved all coordinates at once: that is the slope along (1, ..., 1). Which single one does i name?",
    catalogue="M37",
)
def partial_all_moved(f, x, i, h=1e-6):
    return (f(x + h) - f(x)) / h


@quotients.mistake(
    "Your two points lie on both sides of x, and you divide by h. How far apart are they?", catalogue="M35"
)
def partial_central_over_h(f, x, i, h=1e-6):
    step = np.zeros(len(x))
    step[i] = h
    return (f(x + step) - f(x - step)) / h


@quotients.mistake(
    "Only one of your two points has moved, by h, and you divide by 2h. How far apart are they?",
    catalogue="M35",
)
def partial_forward_over_two_h(f, x, i, h=1e-6):
    step = np.zeros(len(x))
    step[i] = h
    return (f(x + step) - f(x)) / (2 * h)


@quotients.mistake("You return how much f changes. A slope is the change per what?")
def partial_not_divided(f, x, i, h=1e-6):
    step = np.zeros(len(x))
    step[i] = h
    return f(x + step) - f(x)


@quotients.mistake(
    "Right size, opposite sign. Which of the two values comes first when you subtract?", catalogue="M04"
)
def partial_sign(f, x, i, h=1e-6):
    step = np.zeros(len(x))
    step[i] = h
    return (f(x) - f(x + step)) / h


@quotients.mistake(
    "Your step is always the same. What does the caller choose with the argument h?", catalogue="M35"
)
def partial_own_step(f, x, i, h=1e-6):
    h = 1e-5
    step = np.zeros(len(x))
    step[i] = h
    return (f(x + step) - f(x)) / h


@quotients.mistake(
    "x may be an array of integers, and then adding a small h changes nothing, or cuts off decimals. How do you get an "
    "array of floats first?",
    catalogue="M38",
)
def partial_integer_array(f, x, i, h=1e-6):
    moved = x.copy()
    moved[i] = moved[i] + h
    return (f(moved) - f(x)) / h


@quotients.mistake(
    "After your call x is not what it was. Work on a copy, or put the old value back: which do you prefer?",
    catalogue="M36",
)
def partial_x_changed(f, x, i, h=1e-6):
    before = f(x)
    x[i] = x[i] + h
    return (f(x) - before) / h


@quotients.mistake(
    "You moved a neighbour of the coordinate that was asked for. Do you count from 0 or from 1?"
)
def partial_counted_from_one(f, x, i, h=1e-6):
    step = np.zeros(len(x))
    step[i - 1] = h
    return (f(x + step) - f(x - step)) / (2 * h)


@quotients.mistake(
    "All coordinates but one are 0 in your points. They should be frozen where x has them: which point do you start from?"
)
def partial_others_zeroed(f, x, i, h=1e-6):
    here, ahead = np.zeros(len(x)), np.zeros(len(x))
    here[i], ahead[i] = x[i], x[i] + h
    return (f(ahead) - f(here)) / h


@quotients.mistake(
    "One number for all directions: you moved every coordinate at once and found the sum of the partial derivatives. "
    "How do you move one at a time?",
    "num_grad",
    catalogue="M18",
)
def gradient_sum(f, x):
    return np.full(len(x), (f(x + 1e-6) - f(x)) / 1e-6)


@quotients.mistake(
    "The first coordinate is still moved when you move the second one. Where should each quotient start?",
    "num_grad",
    catalogue="M36",
)
def gradient_step_kept(f, x):
    h = 1e-6
    moved = x.astype(float)
    g = np.zeros(len(x))
    for i in range(len(x)):
        moved[i] += h
        g[i] = (f(moved) - f(x)) / h
    return g


@quotients.mistake(
    "You changed x itself, and adding h and then subtracting it does not always lead back. Can you work on a copy?",
    "num_grad",
    catalogue="M36",
)
def gradient_x_changed(f, x):
    h = 1e-6
    g = np.zeros(len(x))
    for i in range(len(x)):
        here = f(x)
        x[i] += h
        g[i] = (f(x) - here) / h
    return g


@quotients.mistake(
    "x may be an array of integers, and then a copy of it cannot store your step. How do you get an array of floats "
    "first?",
    "num_grad",
    catalogue="M38",
)
def gradient_integer_array(f, x):
    h = 1e-6
    g = np.zeros(len(x))
    for i in range(len(x)):
        moved = x.copy()
        moved[i] = moved[i] + h
        g[i] = (f(moved) - f(x)) / h
    return g


@quotients.mistake(
    "np.zeros_like(x) makes an array of integers if x is one, and the decimals of your slopes are cut off. What kind of "
    "array do you want?",
    "num_grad",
    catalogue="M38",
)
def gradient_integer_result(f, x):
    g = np.zeros_like(x)
    for i in range(len(x)):
        g[i] = partial(f, x, i)
    return g


@quotients.mistake(
    "With a step of 1e-14 hardly a digit of the difference survives rounding. What happens if the step is a little "
    "larger?",
    "num_grad",
    catalogue="M35",
)
def gradient_step_too_small(f, x):
    return np.array([partial(f, x, i, 1e-14) for i in range(len(x))])


@quotients.mistake(
    "With a step of 0.1 you measure how f curves as well. What happens to the error if the step is smaller?",
    "num_grad",
    catalogue="M35",
)
def gradient_step_too_large(f, x):
    return np.array([(f(x + 0.1 * e) - f(x)) / 0.1 for e in np.eye(len(x))])


@quotients.mistake(
    "A step of 0.1 is too much even for a central quotient. What happens to the error if the step is smaller?",
    "num_grad",
    catalogue="M35",
)
def gradient_central_too_large(f, x):
    return np.array([partial(f, x, i, 0.1) for i in range(len(x))])


@quotients.mistake(
    "Only the first entry is filled. Does your loop return, or end, before it has seen every coordinate?",
    "num_grad",
    catalogue="M18",
)
def gradient_first_only(f, x):
    g = np.zeros(len(x))
    for i in range(len(x)):
        g[i] = partial(f, x, i)
        return g
    return g


@quotients.mistake(
    "The loop runs to the last but one coordinate. How many has x?", "num_grad", catalogue="M18"
)
def gradient_last_missing(f, x):
    g = np.zeros(len(x))
    for i in range(len(x) - 1):
        g[i] = partial(f, x, i)
    return g


@quotients.mistake(
    "Right size, opposite sign. Which of the two values comes first when you subtract?",
    "num_grad",
    catalogue="M04",
)
def gradient_sign(f, x):
    return np.array([(f(x) - f(x + 1e-6 * e)) / 1e-6 for e in np.eye(len(x))])


quotients.equivalent(
    "gradient-sign * -1",
    "partial-central-over-h * 0.5",
    "partial-forward-over-two-h * 2",
    "partial-sign * -1",
    because="the mistake is this factor, and nothing else",
)
quotients.equivalent(
    "partial: np.zeros(len(x)) -> -np.zeros(len(x)) #1",
    "partial: np.zeros(len(x)) -> 2 * np.zeros(len(x)) #1",
    because="twice 0 is 0, and so is -0",
)


# ---------------------------------------------------------------------------------------------------- 2.3
formulas = assignment.exercise(
    "gradients",
    id="2.3",
    minutes=35,
    points={"two variables": 1, "cosines": 1, "three variables": 2, "row and column": 1},
    functions=(
        "g_lehre",
        "g_ozcep",
        "g_cos",
        "g_alvarez_1",
        "g_alvarez_2",
        "g_alvarez_3",
        "derivative_row",
        "gradient_col",
    ),
    hints=(
        (
            "Pretend that all variables but one are numbers, and differentiate as you did at school. What is the derivative "
            "of 3 x1 x2 by x1, if x2 is just a number?"
        ),
        (
            "Go term by term, and ask of each term: is my variable in it? If not, the term vanishes. A square of a bracket "
            "needs the chain rule: 2 times the bracket, times the derivative of what is inside."
        ),
        (
            "The derivative of cos² x is -2 cos x sin x = -sin 2x. For the shapes, start from the gradient g of shape (3,): "
            "g.reshape(1, 3) is a row and g.reshape(3, 1) a column."
        ),
    ),
    lecture="Lehre, lecture 4; Özçep, lecture 2; Abdurakhmanova; Alvarez: gradients",
)


@formulas.case("two variables", "g_lehre")
def lehre_generic(rng):
    """Two different numbers: a swap of the variables shows."""
    return (away_from_zero(rng, 2) * np.array([1.0, 3.0]),)


@formulas.case("two variables", "g_lehre")
def lehre_far(rng):
    """Another point, with larger numbers."""
    return (10 * away_from_zero(rng, 2),)


@formulas.case("two variables", "g_lehre", exact=True)
def lehre_dyadic(rng):
    """Whole numbers: the answer is exact."""
    return (distinct(rng, 2),)


@formulas.case("two variables", "g_ozcep")
def ozcep_generic(rng):
    """Two different numbers: a swap of the variables shows."""
    return (away_from_zero(rng, 2) * np.array([3.0, 1.0]),)


@formulas.case("two variables", "g_ozcep")
def ozcep_far(rng):
    """Another point, with larger numbers."""
    return (10 * away_from_zero(rng, 2),)


@formulas.case("two variables", "g_ozcep", exact=True)
def ozcep_dyadic(rng):
    """Whole numbers: the answer is exact."""
    return (distinct(rng, 2),)


def distinct(rng, d):
    """Return d whole numbers of different sizes, none of them 0 or 1 in size, of either sign."""
    return rng.choice([-1.0, 1.0], size=d) * rng.permutation([2.0, 3.0, 5.0, 6.0, 7.0])[:d]


@formulas.case("cosines", "g_cos")
def cosines_generic(rng):
    """One angle in the first quadrant, one in the second."""
    return (np.array([rng.uniform(1.0, 1.4), rng.uniform(1.8, 2.8)]),)  # far from where the curve is straight


@formulas.case("cosines", "g_cos")
def cosines_negative(rng):
    """A negative angle: sine and cosine differ in what they do with the sign."""
    return (np.array([rng.uniform(-1.3, -0.9), rng.uniform(0.3, 0.7)]),)


@formulas.case("cosines", "g_cos")
def cosines_far(rng):
    """Angles beyond a full turn."""
    return (np.array([rng.uniform(7.3, 7.6), rng.uniform(-5.9, -5.4)]),)


@formulas.case("cosines", "g_cos")
def cosines_dyadic(rng):
    """The second angle is 0: its partial derivative vanishes, the first one does not."""
    return (np.array([rng.choice([-1.0, 1.0]) * rng.choice([0.5, 0.75, 1.0]), 0.0]),)


@formulas.case("three variables", "g_alvarez_1")
def alvarez_1_generic(rng):
    """Generic numbers of both signs."""
    return (away_from_zero(rng, 3),)


@formulas.case("three variables", "g_alvarez_1")
def alvarez_1_again(rng):
    """A second point, with sizes above 1: powers differ clearly. The slope along x2 is no smaller where x2 is 0."""
    return ((1 + away_from_zero(rng, 3) ** 2) * np.array([1.0, 0.0, 1.0]),)


@formulas.case("three variables", "g_alvarez_1")
def alvarez_1_dyadic(rng):
    """Whole numbers, for a check by hand."""
    return (distinct(rng, 3),)


@formulas.case("three variables", "g_alvarez_2")
def alvarez_2_generic(rng):
    """Generic numbers of both signs."""
    return (away_from_zero(rng, 3),)


@formulas.case("three variables", "g_alvarez_2")
def alvarez_2_dyadic(rng):
    """Whole numbers, for a check by hand."""
    return (distinct(rng, 3),)


@formulas.case("three variables", "g_alvarez_3")
def alvarez_3_generic(rng):
    """Generic numbers of both signs."""
    return (away_from_zero(rng, 3),)


@formulas.case("three variables", "g_alvarez_3")
def alvarez_3_again(rng):
    """A second point, with sizes above 1: powers differ clearly."""
    return (1 + away_from_zero(rng, 3) ** 2,)


@formulas.case("three variables", "g_alvarez_3")
def alvarez_3_negative(rng):
    """All numbers negative: even powers lose the sign, odd ones keep it."""
    return (-rng.uniform(0.6, 1.8, size=3),)


@formulas.case("three variables", "g_alvarez_3")
def alvarez_3_dyadic(rng):
    """Whole numbers, for a check by hand."""
    return (distinct(rng, 3),)


@formulas.case("row and column", "derivative_row")
def row_generic(rng):
    """A row: shape (1, 3)."""
    return (away_from_zero(rng, 3),)


@formulas.case("row and column", "derivative_row")
def row_dyadic(rng):
    """A row of whole numbers."""
    return (distinct(rng, 3),)


@formulas.case("row and column", "gradient_col")
def column_generic(rng):
    """A column: shape (3, 1)."""
    return (away_from_zero(rng, 3),)


@formulas.case("row and column", "gradient_col")
def column_dyadic(rng):
    """A column of whole numbers."""
    return (distinct(rng, 3),)


def alvarez_first(x):
    return x[0] ** 3 + 2 * x[1] + 5 * x[2] ** 4


@formulas.oracle("g_lehre")
def lehre_torch(x):
    return torch_grad(lambda t: 2 * t[0] ** 2 + t[1] ** 2 + 3 * t[0] * t[1] + 4, x)


@formulas.oracle("g_lehre")
def lehre_complex(x):
    return complex_step(lambda t: 2 * t[0] ** 2 + t[1] ** 2 + 3 * t[0] * t[1] + 4, 1.0, x)


@formulas.oracle("g_ozcep")
def ozcep_torch(x):
    return torch_grad(lambda t: t[0] ** 2 + t[0] * t[1] + t[1] ** 2, x)


@formulas.oracle("g_ozcep")
def ozcep_complex(x):
    return complex_step(lambda t: t[0] ** 2 + t[0] * t[1] + t[1] ** 2, 1.0, x)


@formulas.oracle("g_cos")
def cosines_torch(x):
    return torch_grad(lambda t: -((t[0].cos() ** 2 + t[1].cos() ** 2) ** 2), x)


@formulas.oracle("g_cos")
def cosines_mpmath(x):
    return mp_grad(lambda t: -((mp_each(mpmath.cos)(t) ** 2).sum() ** 2), x)


@formulas.oracle("g_alvarez_1")
def alvarez_1_torch(x):
    return torch_grad(alvarez_first, x)


@formulas.oracle("g_alvarez_1")
def alvarez_1_mpmath(x):
    return mp_grad(alvarez_first, x)


@formulas.oracle("g_alvarez_2")
def alvarez_2_torch(x):
    return torch_grad(alvarez_first, x)


@formulas.oracle("g_alvarez_2")
def alvarez_2_complex(x):
    return complex_step(alvarez_first, 1.0, x)


@formulas.oracle("g_alvarez_3")
def alvarez_3_torch(x):
    return torch_grad(lambda t: t[0] ** 3 * t[1] ** 2 + 2 * t[0] * t[1] + 5 * t[1] * t[2] ** 4, x)


@formulas.oracle("g_alvarez_3")
def alvarez_3_mpmath(x):
    return mp_grad(lambda t: t[0] ** 3 * t[1] ** 2 + t[1] * (2 * t[0] + 5 * t[2] ** 4), x)


@formulas.oracle("derivative_row")
def row_torch(x):
    return torch_grad(alvarez_first, x)[np.newaxis, :]


@formulas.oracle("derivative_row")
def row_complex(x):
    return complex_step(alvarez_first, 1.0, x.reshape(3, 1)).T


@formulas.oracle("gradient_col")
def column_torch(x):
    return torch_grad(alvarez_first, x)[:, np.newaxis]


@formulas.oracle("gradient_col")
def column_mpmath(x):
    return mp_grad(lambda t: alvarez_first(t[:, 0]), x.reshape(3, 1))


@formulas.variant("g_lehre")
def lehre_matrix(x):
    return np.array([[4.0, 3.0], [3.0, 2.0]]) @ x


@formulas.variant("g_lehre")
def lehre_filled(x):
    a, b = x
    g = np.zeros(2)
    g[0] = 2 * 2 * a + 3 * b
    g[1] = 3 * a + 2 * b
    return g


@formulas.variant("g_ozcep")
def ozcep_sum(x):
    return x + x.sum()


@formulas.variant("g_ozcep")
def ozcep_float32(x):
    a, b = x.astype(np.float32)
    return np.array([2 * a + b, a + 2 * b])


@formulas.variant("g_cos")
def cosines_products(x):
    a, b = x
    s = np.cos(a) ** 2 + np.cos(b) ** 2
    return np.array([4 * s * np.cos(a) * np.sin(a), 4 * s * np.cos(b) * np.sin(b)])


@formulas.variant("g_cos")
def cosines_double_angle(x):
    return (2 + np.cos(2 * x[0]) + np.cos(2 * x[1])) * np.sin(2 * x)


@formulas.variant("g_cos")
def cosines_chain(x):
    """The chain rule as it stands: outer derivative times inner derivative."""
    outer = -2 * np.sum(np.cos(x) ** 2)
    inner = 2 * np.cos(x) * -np.sin(x)
    return outer * inner


@formulas.variant("g_cos")
def cosines_float32(x):
    x = x.astype(np.float32)
    return 4 * np.sum(np.cos(x) ** 2) * np.cos(x) * np.sin(x)


@formulas.variant("g_alvarez_1")
def alvarez_1_products(x):
    return np.array([3 * x[0] * x[0], 2, 20 * x[2] * x[2] * x[2]])


@formulas.variant("g_alvarez_1")
def alvarez_1_powers(x):
    return np.array([3.0, 2.0, 20.0]) * x ** np.array([2, 0, 3])


@formulas.variant("g_alvarez_2")
def alvarez_2_unpacked(x):
    a, _, c = x
    return np.array([3 * a**2, 2, 5 * 4 * c**3])


@formulas.variant("g_alvarez_2")
def alvarez_2_float32(x):
    x = x.astype(np.float32)
    g = np.full(3, 2, dtype=np.float32)
    g[0] = 3 * x[0] ** 2
    g[2] = 20 * x[2] ** 3
    return g


@formulas.variant("g_alvarez_3")
def alvarez_3_factored(x):
    a, b, c = x
    return np.array([b * (3 * a * a * b + 2), 2 * a * (a * a * b + 1) + 5 * (c * c) ** 2, 20 * b * c**3])


@formulas.variant("g_alvarez_3")
def alvarez_3_terms(x):
    """The gradients of the three terms, added."""
    a, b, c = x
    one = np.array([3 * a**2 * b**2, 2 * a**3 * b, 0])
    two = np.array([2 * b, 2 * a, 0])
    three = np.array([0, 5 * c**4, 20 * b * c**3])
    return one + two + three


@formulas.variant("g_alvarez_3")
def alvarez_3_float32(x):
    a, b, c = x.astype(np.float32)
    return np.array([3 * a**2 * b**2 + 2 * b, 2 * a**3 * b + 2 * a + 5 * c**4, 20 * b * c**3])


@formulas.variant("derivative_row")
def row_brackets(x):
    return np.array([[3 * x[0] ** 2, 2.0, 20 * x[2] ** 3]])


@formulas.variant("derivative_row")
def row_new_axis(x):
    return g_alvarez_1(x)[np.newaxis, :]


@formulas.variant("gradient_col")
def column_brackets(x):
    return np.array([[3 * x[0] ** 2], [2], [20 * x[2] ** 3]])


@formulas.variant("gradient_col")
def column_new_axis(x):
    return g_alvarez_1(x)[:, None]


@formulas.mistake(
    "The mixed term 3 x1 x2 is missing from your gradient. What is its derivative by x1, if x2 is a number?",
    "g_lehre",
)
def lehre_mixed_term_lost(x):
    return np.array([4 * x[0], 2 * x[1]])


@formulas.mistake(
    "Differentiate 3 x1 x2 by x1: which of the two variables disappears, and which one stays?", "g_lehre"
)
def lehre_wrong_variable_stays(x):
    return np.array([4 * x[0] + 3 * x[0], 2 * x[1] + 3 * x[1]])


@formulas.mistake(
    "A square has the factor 2 in its derivative. Where is it in yours?", "g_lehre", catalogue="M03"
)
def lehre_twos_lost(x):
    return np.array([2 * x[0] + 3 * x[1], x[1] + 3 * x[0]])


@formulas.mistake("The constant 4 does not change when x moves. What is its derivative?", "g_lehre")
def lehre_constant_kept(x):
    return np.array([4 * x[0] + 3 * x[1] + 4, 2 * x[1] + 3 * x[0] + 4])


@formulas.mistake(
    "You return a column. This sheet's gradients have the shape (d,): how many brackets do you need?",
    "g_lehre",
    catalogue="M10",
)
def lehre_column(x):
    return np.array([[4 * x[0] + 3 * x[1]], [2 * x[1] + 3 * x[0]]])


@formulas.mistake("The two partial derivatives are swapped. Which variable comes first in x?", "g_ozcep")
def ozcep_swapped(x):
    return np.array([x[0] + 2 * x[1], 2 * x[0] + x[1]])


@formulas.mistake("The derivative of x y by x is not 1. What remains when x disappears?", "g_ozcep")
def ozcep_mixed_is_one(x):
    return np.array([2 * x[0] + 1, 1 + 2 * x[1]])


@formulas.mistake(
    "Your term x y enters both entries with its full value. What is the derivative of a product by one factor?",
    "g_ozcep",
)
def ozcep_product_kept(x):
    return np.array([2 * x[0] + x[0] * x[1], x[0] * x[1] + 2 * x[1]])


@formulas.mistake("The whole gradient as one sum? A gradient has one entry for each variable.", "g_ozcep")
def ozcep_summed(x):
    return 3 * x[0] + 3 * x[1]


@formulas.mistake(
    "Right size, opposite direction. There is a minus in front of the bracket, and another one in the derivative of the "
    "cosine: how many signs meet?",
    "g_cos",
    catalogue="M04",
)
def cosines_sign(x):
    return -2 * (np.cos(x[0]) ** 2 + np.cos(x[1]) ** 2) * np.sin(2 * x)


@formulas.mistake(
    "You differentiated the outer square only. What is the derivative of what is inside the bracket?",
    "g_cos",
    catalogue="M20",
)
def cosines_inner_missing(x):
    s = np.cos(x[0]) ** 2 + np.cos(x[1]) ** 2
    return np.array([-2 * s, -2 * s])


@formulas.mistake(
    "cos² x is a square inside a square: you stopped one step too early. What is the derivative of the cosine itself?",
    "g_cos",
    catalogue="M20",
)
def cosines_innermost_missing(x):
    s = np.cos(x[0]) ** 2 + np.cos(x[1]) ** 2
    return -2 * s * 2 * np.cos(x)


@formulas.mistake(
    "You differentiated the bracket as if it were not squared. What does the outer square contribute?",
    "g_cos",
    catalogue="M20",
)
def cosines_outer_missing(x):
    return np.sin(2 * x)


@formulas.mistake(
    "Each square brings a factor 2, and there are two of them. Have you used both?", "g_cos", catalogue="M03"
)
def cosines_two_lost(x):
    return (np.cos(x[0]) ** 2 + np.cos(x[1]) ** 2) * np.sin(2 * x)


@formulas.mistake(
    "The bracket holds both cosines, whichever variable you differentiate by. Where did the other one go?",
    "g_cos",
)
def cosines_separate(x):
    return 2 * np.cos(x) ** 2 * np.sin(2 * x)


@formulas.mistake("2 sin x cos x is sin 2x. Where does the 2 stand in yours?", "g_cos")
def cosines_two_outside(x):
    return 2 * (np.cos(x[0]) ** 2 + np.cos(x[1]) ** 2) * 2 * np.sin(x)


@formulas.mistake(
    "Correct to a few digits only: that looks like a difference quotient. This exercise wants the formula. Which rule "
    "gives it to you?",
    "g_cos",
    catalogue="M34",
)
def cosines_measured(x):
    def f(p):
        return -((np.cos(p[0]) ** 2 + np.cos(p[1]) ** 2) ** 2)

    return np.array([(f(x + 1e-3 * e) - f(x)) / 1e-3 for e in np.eye(2)])


@formulas.mistake(
    "The derivative of 2 x2 does not depend on x2. What is the slope of a straight line?", "g_alvarez_1"
)
def alvarez_1_line_kept(x):
    return np.array([3 * x[0] ** 2, 2 * x[1], 20 * x[2] ** 3])


@formulas.mistake(
    "The power comes down as a factor, but it also drops by one. Is x3 still to the power 4?", "g_alvarez_1"
)
def alvarez_1_power_kept(x):
    return np.array([3 * x[0] ** 3, 2.0, 20 * x[2] ** 4])


@formulas.mistake("The power drops by one, but it also comes down as a factor. Where is it?", "g_alvarez_1")
def alvarez_1_factor_lost(x):
    return np.array([x[0] ** 2, 2.0, 5 * x[2] ** 3])


@formulas.mistake(
    "The term 5 x3⁴ has a 5 in front already. What becomes of it when the 4 comes down?", "g_alvarez_1"
)
def alvarez_1_five_lost(x):
    return np.array([3 * x[0] ** 2, 2.0, 4 * x[2] ** 3])


@formulas.mistake("The slope of 2 y is not 0: y does move. What does the term 2 y add?", "g_alvarez_2")
def alvarez_2_line_lost(x):
    return np.array([3 * x[0] ** 2, 0.0, 20 * x[2] ** 3])


@formulas.mistake("You differentiated 5 z⁴ twice. What is its first derivative?", "g_alvarez_2")
def alvarez_2_second_derivative(x):
    return np.array([6 * x[0], 0.0, 60 * x[2] ** 2])


@formulas.mistake(
    "You return the value of each term, not its slope. Which rule takes x³ to its derivative?", "g_alvarez_2"
)
def alvarez_2_terms(x):
    return np.array([x[0] ** 3, 2 * x[1], 5 * x[2] ** 4])


@formulas.mistake(
    "In x³ y² you kept y² when you differentiated by y. Which variable moves, and which is just a number?",
    "g_alvarez_3",
)
def alvarez_3_wrong_power(x):
    return np.array(
        [
            3 * x[0] ** 2 * x[1] ** 2 + 2 * x[1],
            x[0] ** 3 * x[1] ** 2 + 2 * x[0] + 5 * x[2] ** 4,
            20 * x[1] * x[2] ** 3,
        ]
    )


@formulas.mistake(
    "y stands in all three terms, and you differentiated only some of them by y. What does 5 y z⁴ contribute?",
    "g_alvarez_3",
    catalogue="M90",
)
def alvarez_3_term_lost(x):
    return np.array(
        [3 * x[0] ** 2 * x[1] ** 2 + 2 * x[1], 2 * x[0] ** 3 * x[1] + 2 * x[0], 20 * x[1] * x[2] ** 3]
    )


@formulas.mistake(
    "The term 2 x y depends on x and on y. Where is it in your gradient?", "g_alvarez_3", catalogue="M90"
)
def alvarez_3_mixed_lost(x):
    return np.array([3 * x[0] ** 2 * x[1] ** 2, 2 * x[0] ** 3 * x[1] + 5 * x[2] ** 4, 20 * x[1] * x[2] ** 3])


@formulas.mistake("When you differentiate 5 y z⁴ by z, y is just a number. Does it vanish?", "g_alvarez_3")
def alvarez_3_factor_y_lost(x):
    return np.array(
        [
            3 * x[0] ** 2 * x[1] ** 2 + 2 * x[1],
            2 * x[0] ** 3 * x[1] + 2 * x[0] + 5 * x[2] ** 4,
            20 * x[2] ** 3,
        ]
    )


@formulas.mistake(
    "You let x and y move at the same time in x³ y². For a partial derivative, what happens to the other variable?",
    "g_alvarez_3",
)
def alvarez_3_both_moved(x):
    return np.array(
        [
            6 * x[0] ** 2 * x[1] + 2 * x[1],
            6 * x[0] ** 2 * x[1] + 2 * x[0] + 5 * x[2] ** 4,
            20 * x[1] * x[2] ** 3,
        ]
    )


@formulas.mistake(
    "The numbers are right, the shape is (3,). How many rows and columns should a row vector have?",
    "derivative_row",
    catalogue="M10",
)
def row_flat(x):
    return g_alvarez_1(x)


@formulas.mistake(
    "That is a column. Alvarez's derivative is a row, and its transpose the gradient: which axis has length 1?",
    "derivative_row",
    catalogue="M10",
)
def row_is_column(x):
    return g_alvarez_1(x).reshape(-1, 1)


@formulas.mistake(
    "The shape is (3,): .T reverses the axes, and an array with one axis stays as it is. How do you add a second axis?",
    "gradient_col",
    catalogue="M10",
)
def column_flat(x):
    return g_alvarez_1(x).T


@formulas.mistake(
    "That is a row. Alvarez's gradient is the transpose of the derivative: which axis has length 1?",
    "gradient_col",
    catalogue="M10",
)
def column_is_row(x):
    return g_alvarez_1(x).reshape(1, -1)


formulas.equivalent(
    "cosines-sign * -1",
    "cosines-two-lost * 2",
    because="the mistake is this factor, and nothing else",
)
formulas.equivalent(
    "g_cos: x[1] -> x[-1] #1",
    "g_lehre: x[1] -> x[-1] #1",
    "g_lehre: x[1] -> x[-1] #2",
    "g_ozcep: x[1] -> x[-1] #1",
    "g_ozcep: x[1] -> x[-1] #2",
    because="the second of two variables is the last one",
)


# ---------------------------------------------------------------------------------------------------- 2.4
slopes = assignment.exercise(
    "directional",
    id="2.4",
    minutes=20,
    points={"any length": 1, "unit length": 1, "zero vector": 1},
    hints=(
        (
            "What is the slope along the first axis, v = (1, 0, ..., 0)? And what along the sum of two axes? Which product "
            "of the gradient with v gives both?"
        ),
        (
            "Ask grad for the gradient at x, and take its dot product with v. For unit=True, think about what the length of v "
            "does to this number, and how to take it out again. Which v has no direction?"
        ),
        (
            "slope = grad(x) @ v. Return it if unit is False. Otherwise compute the length of v, raise ValueError if it is 0, "
            "and divide the slope by it."
        ),
    ),
    lecture="Binder, lecture 6, and Lehre, lecture 4: the directional derivative",
)


@slopes.case("any length")
def slope_quadratic(rng):
    """A long direction: its length belongs to the answer."""
    return quadratic(rng, "grad", 4), away_from_zero(rng, 4), 3 * away_from_zero(rng, 4), False


@slopes.case("any length")
def slope_waves(rng):
    """A short direction in the plane of three variables."""
    return waves(rng, "grad", 3), rng.normal(size=3), away_from_zero(rng, 3) / 4, False


@slopes.case("any length")
def slope_polynomial(rng):
    """Five variables."""
    return polynomial(rng, "grad", 5), away_from_zero(rng, 5), rng.normal(size=5), False


@slopes.case("any length", exact=True)
def slope_dyadic(rng):
    """Whole numbers, and a direction of length 3."""
    return quadratic_dyadic(rng, "grad", 3), dyadic(rng, 3), length_three(rng), False


def length_three(rng):
    """Return a vector of whole numbers of length 3."""
    return rng.permutation([1.0, 2.0, 2.0]) * rng.choice([-1.0, 1.0], size=3)


@slopes.case("unit length")
def slope_unit_quadratic(rng):
    """A long direction: its length must not matter."""
    return quadratic(rng, "grad", 5), away_from_zero(rng, 5), 3 * away_from_zero(rng, 5), True


@slopes.case("unit length")
def slope_unit_waves(rng):
    """A short direction, which is not zero; the gradient is another one after a step along it."""
    return waves(rng, "grad", 4), rng.normal(size=4), away_from_zero(rng, 4) / 64, True


@slopes.case("unit length")
def slope_unit_polynomial(rng):
    """Three variables."""
    return polynomial(rng, "grad", 3), away_from_zero(rng, 3), 2 * away_from_zero(rng, 3), True


@slopes.case("unit length")
def slope_unit_dyadic(rng):
    """Whole numbers, and a direction of length 3."""
    return quadratic_dyadic(rng, "grad", 3), dyadic(rng, 3), length_three(rng), True


@slopes.case("unit length")
def slope_unit_two(rng):
    """A direction of length 2, which is not the same as 2 times a number of entries."""
    return quadratic_dyadic(rng, "grad", 4), dyadic(rng, 4), rng.choice([-1.0, 1.0], size=4), True


@slopes.case("unit length")
def slope_unit_level(rng):
    """Along a contour line, where the slope is 0: that is an answer and no error."""
    problem, x = quadratic_dyadic(rng, "grad", 2), dyadic(rng, 2)
    g = problem.params["A"] @ x - problem.params["b"]
    return problem, x, np.array([-g[1], g[0]]) if g.any() else np.ones(2), True


@slopes.case("unit length")
def slope_unit_flat(rng):
    """At a flat place the slope is 0 in every direction."""
    problem, x = quadratic_dyadic(rng, "grad", 3), dyadic(rng, 3)
    A = problem.params["A"]
    return Callback("quadratic", "grad", {"A": A, "b": A @ x, "c": 3.0}), x, length_three(rng), True


@slopes.case("zero vector")
def slope_zero(rng):
    """Who does not move, does not climb: no error here."""
    return quadratic(rng, "grad", 3), rng.normal(size=3), np.zeros(3), False


@slopes.case("zero vector")
def slope_zero_waves(rng):
    """The same for another function."""
    return waves(rng, "grad", 5), rng.normal(size=5), np.zeros(5), False


@slopes.case("zero vector")
def slope_zero_unit(rng):
    """The zero vector has no direction: ValueError."""
    return quadratic(rng, "grad", 4), rng.normal(size=4), np.zeros(4), True


@slopes.case("zero vector")
def slope_zero_unit_waves(rng):
    """The same for another function."""
    return waves(rng, "grad", 2), rng.normal(size=2), np.zeros(2), True


@slopes.oracle()
def slope_mpmath(grad, x, v, unit):
    if unit and not v.any():
        raise ValueError("no direction")
    with mpmath.workdps(40):
        direction = mpmath.matrix(v.tolist())
        if unit:
            direction /= mpmath.norm(direction)
        # The slope of the straight line t -> x + t v, by the chain rule, term by term.
        return float(mpmath.fdot(zip(np.asarray(grad(x)).tolist(), direction, strict=True)))


@slopes.oracle()
def slope_torch(grad, x, v, unit):
    """The derivative of t -> w · (x + t v) at t = 0, by autograd; v is brought to length 1 by torch."""
    import torch

    if unit and not v.any():
        raise ValueError("no direction")
    w, start, direction = (torch.tensor(np.asarray(part, np.float64)) for part in (grad(x), x, v))
    direction = torch.nn.functional.normalize(direction, dim=0) if unit else direction
    return float(torch_grad(lambda t: w @ (start + t * direction), 0.0))


@slopes.variant()
def slope_direction_first(grad, x, v, unit):
    if unit:
        norm = np.linalg.norm(v)
        if norm == 0:
            raise ValueError("v is zero")
        v = v / norm
    return float(np.dot(grad(x), v))


@slopes.variant()
def slope_loop(grad, x, v, unit):
    if unit and np.all(v == 0):
        raise ValueError("v must not be zero")
    g = grad(x)
    total = 0.0
    for gi, vi in zip(g, v, strict=True):
        total += gi * vi
    return total / math.sqrt(sum(vi * vi for vi in v)) if unit else total


@slopes.variant()
def slope_float32(grad, x, v, unit):
    v = v.astype(np.float32)
    if unit:
        if not v.any():
            raise ValueError("v is zero")
        v = v / np.sqrt(np.sum(v * v))
    return np.sum(np.asarray(grad(x), dtype=np.float32) * v)


@slopes.mistake(
    "A directional derivative is one number, and you return a vector. What is missing from your product?",
    catalogue="M40",
)
def slope_products(grad, x, v, unit):
    if unit:
        if not v.any():
            raise ValueError("v is zero")
        v = v / np.linalg.norm(v)
    return grad(x) * v


@slopes.mistake("You return the gradient itself. How does the direction v enter?", catalogue="M40")
def slope_gradient(grad, x, v, unit):
    if unit and not v.any():
        raise ValueError("v is zero")
    return grad(x)


@slopes.mistake(
    "You always bring v to length 1. What does unit=False say about v, and about v = 0?", catalogue="M41"
)
def slope_always_unit(grad, x, v, unit):
    length = np.linalg.norm(v)
    if length == 0:
        raise ValueError("v is zero")
    return grad(x) @ v / length


@slopes.mistake("You never bring v to length 1. What does unit=True ask for?", catalogue="M41")
def slope_never_unit(grad, x, v, unit):
    if unit and not v.any():
        raise ValueError("v is zero")
    return grad(x) @ v


@slopes.mistake(
    "The switch works the wrong way round. Which value of unit calls for length 1?", catalogue="M41"
)
def slope_switch_reversed(grad, x, v, unit):
    if unit:
        return grad(x) @ v
    length = np.linalg.norm(v)
    if length == 0:
        raise ValueError("v is zero")
    return grad(x) @ v / length


@slopes.mistake("You divided by v · v. What is the length of v, if that is its square?", catalogue="M41")
def slope_squared_length(grad, x, v, unit):
    if not unit:
        return grad(x) @ v
    if not v.any():
        raise ValueError("v is zero")
    return grad(x) @ v / (v @ v)


@slopes.mistake(
    "You divided by the sum of the |v_i|. Which length does the text ask for, and which p belongs to it?",
    catalogue="M41",
)
def slope_length_one_norm(grad, x, v, unit):
    if not unit:
        return grad(x) @ v
    if not v.any():
        raise ValueError("v is zero")
    return grad(x) @ v / np.sum(np.abs(v))


@slopes.mistake(
    "You scaled the gradient to length 1. Which of the two vectors should have it?", catalogue="M41"
)
def slope_gradient_normalised(grad, x, v, unit):
    g = grad(x)
    if not unit:
        return g @ v
    if not v.any():
        raise ValueError("v is zero")
    return (g / np.linalg.norm(g)) @ v


@slopes.mistake(
    "The cosine of the angle is not yet the slope. Does a steeper gradient not give a steeper slope?"
)
def slope_cosine(grad, x, v, unit):
    g = grad(x)
    if not unit:
        return g @ v
    if not v.any():
        raise ValueError("v is zero")
    return g @ v / (np.linalg.norm(g) * np.linalg.norm(v))


@slopes.mistake(
    "The gradient is asked at v, and multiplied by x. Which one is the place, and which one the direction?",
    catalogue="M21",
)
def slope_place_and_direction(grad, x, v, unit):
    if not unit:
        return grad(v) @ x
    if not v.any():
        raise ValueError("v is zero")
    return grad(v) @ x / np.linalg.norm(v)


@slopes.mistake(
    "You look at the gradient after the step, at x + v. Where do you stand when you ask for the slope?",
    catalogue="M21",
)
def slope_after_step(grad, x, v, unit):
    if not unit:
        return grad(x + v) @ v
    if not v.any():
        raise ValueError("v is zero")
    return grad(x + v) @ v / np.linalg.norm(v)


@slopes.mistake(
    "Right size, opposite sign. Is a slope that goes up along v positive or negative?", catalogue="M04"
)
def slope_sign(grad, x, v, unit):
    if not unit:
        return -(grad(x) @ v)
    if not v.any():
        raise ValueError("v is zero")
    return -(grad(x) @ v) / np.linalg.norm(v)


@slopes.mistake(
    "For v = 0 and unit=True you divide by zero, and get NaN. What does the text ask you to do there?"
)
def slope_zero_not_guarded(grad, x, v, unit):
    length = np.linalg.norm(v) if unit else 1.0
    with np.errstate(invalid="ignore"):
        return grad(x) @ v / length


@slopes.mistake("For v = 0 and unit=True there is no answer, not even 0. How does Python say so?")
def slope_zero_is_zero(grad, x, v, unit):
    length = np.linalg.norm(v) if unit and v.any() else 1.0
    return grad(x) @ v / length


@slopes.mistake("You refuse a slope of 0. Which number must not be 0 here, the slope or the length of v?")
def slope_level_refused(grad, x, v, unit):
    slope = grad(x) @ v
    if not unit:
        return slope
    if slope == 0:
        raise ValueError("there is no slope")
    return slope / np.linalg.norm(v)


@slopes.mistake(
    "With unit=False the vector v = 0 is allowed: nobody divides by its length. What is the slope then?"
)
def slope_zero_never(grad, x, v, unit):
    if not v.any():
        raise ValueError("v is zero")
    return grad(x) @ v / (np.linalg.norm(v) if unit else 1.0)


slopes.equivalent(
    "slope-sign * -1",
    because="the mistake is this factor, and nothing else",
)
slopes.equivalent(
    "directional: grad(x) @ v -> grad(x) @ v.T #1",
    "directional: grad(x) @ v -> grad(x).T @ v #1",
    "directional: v @ v -> v @ v.T #1",
    "directional: v @ v -> v.T @ v #1",
    because="transposing an array of one axis changes nothing",
)
slopes.equivalent(
    "directional: grad(x) @ v -> v @ grad(x) #1",
    because="a dot product is symmetric",
)
slopes.equivalent(
    "directional: length == 0 -> length <= 0 #1",
    because="no length is negative",
)


# ---------------------------------------------------------------------------------------------------- 2.5
steep = assignment.exercise(
    "steepest",
    id="2.5",
    minutes=20,
    points={"ascent": 1, "descent": 1, "zero vector": 1},
    hints=(
        "In w · v = ‖w‖ cos θ you can choose θ only. For which angle is the cosine 1, and how does v lie to w then?",
        (
            "The answer points along w, or against it, and has length 1. By which number do you have to divide w? And when "
            "is that impossible?"
        ),
        "Compute the length of w, raise ValueError if it is 0, and return sign * w divided by the length, as a new array.",
    ),
    lecture="Binder, lecture 6, and Lehre, lecture 4: steepest ascent",
)


@steep.case("ascent")
def steep_space(rng):
    """Three variables, length far from 1; the sign is left out."""
    return (3 * away_from_zero(rng, 3),)


@steep.case("ascent")
def steep_five(rng):
    """Five variables, entries of different size."""
    return (rng.normal(size=5) * np.array([4.0, 1.0, 0.5, 2.0, 1.0]),)


@steep.case("ascent")
def steep_many(rng):
    """Nineteen variables; sign=+1 is given."""
    return rng.normal(size=19), 1


@steep.case("ascent")
def steep_dyadic(rng):
    """Three, four and twelve make thirteen."""
    return (rng.permutation([3.0, -4.0, 12.0]) * rng.choice([-1.0, 1.0]),)


@steep.case("ascent")
def steep_tiny(rng):
    """A gradient of size 1e-12 is small, not zero: it has a direction."""
    return (away_from_zero(rng, 4) * 2.0**-40,)


@steep.case("descent")
def steep_down(rng):
    """Downhill in two variables."""
    return 3 * away_from_zero(rng, 2), -1


@steep.case("descent")
def steep_down_six(rng):
    """Downhill in six variables, length below 1."""
    return rng.normal(size=6) / 8, -1


@steep.case("descent")
def steep_down_dyadic(rng):
    """One variable: only the sign is left."""
    return np.array([rng.choice([-5.0, -3.0, 3.0, 5.0])]), -1


@steep.case("descent")
def steep_down_tiny(rng):
    """Downhill with a gradient of size 1e-12."""
    return away_from_zero(rng, 3) * 2.0**-40, -1


@steep.case("zero vector")
def steep_flat(rng):
    """Flat ground: ValueError."""
    return (np.zeros(3),)


@steep.case("zero vector")
def steep_flat_down(rng):
    """Flat ground, looking downhill."""
    return np.zeros(5), -1


@steep.oracle()
def steep_torch(w, sign=1):
    """The gradient of the length of w is the unit vector along w."""
    if not w.any():
        raise ValueError("flat")
    return sign * torch_grad(lambda t: t.norm(), w)


@steep.oracle()
def steep_mpmath(w, sign=1):
    if not w.any():
        raise ValueError("flat")
    with mpmath.workdps(40):
        exact = mp_array(w)
        return mp_floats(sign * exact / mpmath.sqrt((exact**2).sum()))


@steep.variant()
def steep_numpy(w, sign=+1):
    n = np.linalg.norm(w)
    if n == 0:
        raise ValueError("w is zero")
    return (w / n) * sign


@steep.variant()
def steep_loop(w, sign=+1):
    length = math.sqrt(sum(entry**2 for entry in w))
    if length == 0.0:
        raise ValueError("w is zero")
    return np.array([sign * entry / length for entry in w])


@steep.variant()
def steep_scaled(w, sign=+1):
    """Scales first: no square can underflow."""
    largest = np.max(np.abs(w))
    if not largest > 0:
        raise ValueError("w is zero")
    v = w / largest
    v = v / np.sqrt(v.dot(v))
    return v if sign > 0 else -v


@steep.variant()
def steep_float32(w, sign=+1):
    w = w.astype(np.float32)
    if not w.any():
        raise ValueError("w is zero")
    return np.float32(sign) * w / np.sqrt(np.sum(w * w))


@steep.mistake("Direction right, length not 1. Which vectors are in the race?", catalogue="M42")
def steep_not_normalised(w, sign=+1):
    if not w.any():
        raise ValueError("w is zero")
    return sign * w


@steep.mistake(
    "Your vector points the opposite way. Which sign is ascent, and which descent?", catalogue="M42"
)
def steep_reversed(w, sign=+1):
    if not w.any():
        raise ValueError("w is zero")
    return -sign * w / np.linalg.norm(w)


@steep.mistake("You always go up. What is the argument sign there for?", catalogue="M42")
def steep_always_up(w, sign=+1):
    if not w.any():
        raise ValueError("w is zero")
    return w / np.linalg.norm(w)


@steep.mistake("You divided by w · w. What is the length of w, if that is its square?", catalogue="M42")
def steep_squared_length(w, sign=+1):
    if not w.any():
        raise ValueError("w is zero")
    return sign * w / (w @ w)


@steep.mistake(
    "You divided by the sum of the |w_i|. Is the result of length 1, measured with a ruler?", catalogue="M42"
)
def steep_one_norm(w, sign=+1):
    if not w.any():
        raise ValueError("w is zero")
    return sign * w / np.sum(np.abs(w))


@steep.mistake(
    "You divided by the largest entry. Is the result of length 1, measured with a ruler?", catalogue="M42"
)
def steep_largest_entry(w, sign=+1):
    if not w.any():
        raise ValueError("w is zero")
    return sign * w / np.max(np.abs(w))


@steep.mistake(
    "You go equally far along every axis. Should a variable with a large slope not count more than one with a small one?"
)
def steep_signs(w, sign=+1):
    if not w.any():
        raise ValueError("w is zero")
    return sign * np.sign(w) / np.sqrt(len(w))


@steep.mistake(
    "You move only along the axis with the largest slope. Can you do better by using the other variables as well?"
)
def steep_best_axis(w, sign=+1):
    if not w.any():
        raise ValueError("w is zero")
    v = np.zeros(len(w))
    v[np.argmax(np.abs(w))] = np.sign(w[np.argmax(np.abs(w))])
    return sign * v


@steep.mistake("You return how steep it is. The question is in which direction: what kind of thing is that?")
def steep_largest_slope(w, sign=+1):
    if not w.any():
        raise ValueError("w is zero")
    return sign * np.linalg.norm(w)


@steep.mistake("On flat ground you divide by zero, and get NaN. What does the text ask you to do there?")
def steep_not_guarded(w, sign=+1):
    with np.errstate(invalid="ignore"):
        return sign * w / np.linalg.norm(w)


@steep.mistake("The zero vector does not have length 1, so it cannot be the answer. How does Python say so?")
def steep_zero_returned(w, sign=+1):
    if not w.any():
        return np.zeros(len(w))
    return sign * w / np.linalg.norm(w)


@steep.mistake(
    "A small gradient is not zero: it still points somewhere. What exactly makes a direction impossible?"
)
def steep_small_is_flat(w, sign=+1):
    if np.allclose(w, 0):
        raise ValueError("w is zero")
    return sign * w / np.linalg.norm(w)


@steep.mistake(
    "A small number in the denominator hides the division by zero, and shortens every answer. What should happen for "
    "w = 0 instead?"
)
def steep_padded_length(w, sign=+1):
    return sign * w / (np.linalg.norm(w) + 1e-8)


@steep.mistake("Your function changes w itself. Who else may still need it?", catalogue="M54")
def steep_in_place(w, sign=+1):
    if not w.any():
        raise ValueError("w is zero")
    w /= np.linalg.norm(w)
    return sign * w


steep.equivalent(
    "steep-reversed * -1",
    because="the mistake is this factor, and nothing else",
)
steep.equivalent(
    "steepest: w @ w -> w @ w.T #1",
    "steepest: w @ w -> w.T @ w #1",
    because="transposing an array of one axis changes nothing",
)
steep.equivalent(
    "steepest: length == 0 -> length <= 0 #1",
    because="no length is negative",
)


# ---------------------------------------------------------------------------------------------------- 2.6
kinks = assignment.exercise(
    "Dv_at_origin",
    id="2.6",
    minutes=40,
    points={"derivative along v": 2, "linearity": 1, "claims": 1},
    functions=("Dv_at_origin", "linearity_defect", "claims"),
    hints=(
        "Put x = ε v1 and y = ε v2 into the formula of f. How many factors ε are above the line, and how many below?",
        (
            "One ε is left over, and the quotient divides by it: nothing depends on ε any more, so the limit is what you see. "
            "Which v must be treated on its own? For the claims, compare D along (1, 0), (0, 1) and (1, 1)."
        ),
        (
            "f(ε v) / ε = v2³ / (v1² + v2²), and 0 for v = 0. A partial derivative is the one along an axis. Compare the "
            "value along (1, 1) with the sum of the two partial derivatives, and then decide about each claim."
        ),
    ),
    lecture="Binder, lecture 6: differentiability",
)


@kinks.case("derivative along v")
def kink_generic(rng):
    """Both entries count: a formula that sees only one of them fails."""
    return (away_from_zero(rng, 2) * np.array([1.0, 0.5]),)


@kinks.case("derivative along v")
def kink_long(rng):
    """A long vector: the answer grows with its length."""
    return (5 * away_from_zero(rng, 2),)


@kinks.case("derivative along v")
def kink_short(rng):
    """A short vector: the answer shrinks with its length, and short is not zero."""
    return (away_from_zero(rng, 2) / 1024,)


@kinks.case("derivative along v")
def kink_diagonal(rng):
    """The diagonal, where the gradient formula is wrong by a factor 2."""
    return (2.0 ** rng.integers(0, 4) * rng.choice([-1.0, 1.0], size=2),)


@kinks.case("derivative along v")
def kink_first_axis(rng):
    """Along the first axis the function is flat. To the right: the sine of the angle π is not quite 0 in floats."""
    return (np.array([rng.choice([1.0, 2.0, 3.0]), 0.0]),)


@kinks.case("derivative along v")
def kink_second_axis(rng):
    """Along the second axis the function is a straight line."""
    return (np.array([0.0, rng.choice([-3.0, -2.0, 2.0, 5.0])]),)


@kinks.case("derivative along v")
def kink_zero(rng):
    """v = 0: 0 divided by 0, unless it is treated on its own."""
    return (np.zeros(2),)


@kinks.case("linearity", "linearity_defect")
def defect_generic(rng):
    """Two directions on one side of the second axis, far from it: the defect is negative."""
    side = np.array([rng.choice([-1.0, 1.0]), 1.0])
    return side * rng.uniform([1.0, 0.8], [1.5, 1.0]), side * rng.uniform([3.0, 0.6], [4.0, 0.9])


@kinks.case("linearity", "linearity_defect")
def defect_long(rng):
    """Two long directions that point down, on one side: the defect is positive."""
    side = np.array([rng.choice([-1.0, 1.0]), -1.0])
    return side * rng.uniform([4.0, 3.0], [6.0, 4.0]), side * rng.uniform([3.0, 0.7], [4.0, 1.0])


@kinks.case("linearity", "linearity_defect")
def defect_short(rng):
    """A short steep direction and a longer flat one: of parallel ones the defect is 0."""
    side = np.array([rng.choice([-1.0, 1.0]), rng.choice([-1.0, 1.0])])
    return side * rng.uniform([0.05, 0.15], [0.1, 0.2]), side * rng.uniform([1.0, 0.3], [1.5, 0.5])


@kinks.case("linearity", "linearity_defect")
def defect_axes(rng):
    """The two axes, for a check by hand: the defect is negative."""
    size = rng.choice([1.0, 2.0, 4.0])
    return np.array([rng.choice([-1.0, 1.0]) * size, 0.0]), np.array([0.0, size])


@kinks.case("linearity", "linearity_defect")
def defect_opposite(rng):
    """v1 + v2 = 0: the derivative along the zero vector is needed."""
    v = away_from_zero(rng, 2)
    return v, -v


@kinks.case("claims", "claims")
def claims_first(rng):
    """The three answers."""
    return ()


@kinks.case("claims", "claims")
def claims_again(rng):
    """Asked once more: facts do not change."""
    return ()


def quotient_at_origin(v):
    """Return f(εv) / ε with ε = 1e-40, in 120 digits."""
    with mpmath.workdps(120):
        epsilon = mpmath.mpf(10) ** -40
        x, y = epsilon * mpmath.mpf(float(v[0])), epsilon * mpmath.mpf(float(v[1]))
        return (y**3 / (x**2 + y**2)) / epsilon if x or y else mpmath.mpf(0)


@kinks.oracle()
def kink_mpmath(v):
    return float(quotient_at_origin(v))


@kinks.oracle("linearity_defect")
def defect_mpmath(v1, v2):
    with mpmath.workdps(120):
        both = [mpmath.mpf(float(a)) + mpmath.mpf(float(b)) for a, b in zip(v1, v2, strict=True)]
        return float(quotient_at_origin(np.array(both)) - quotient_at_origin(v1) - quotient_at_origin(v2))


def slope_of_the_line(v):
    """Return the derivative of t -> f(tv) at 0, by a complex step: it never stands at the origin itself."""
    x, y = float(v[0]), float(v[1])
    along = lambda t: (t * y) ** 3 / ((t * x) ** 2 + (t * y) ** 2)  # noqa: E731 - as the text writes it
    return float(complex_step(along, 1.0, 0.0)) if x or y else 0.0


@kinks.oracle()
def kink_complex(v):
    return slope_of_the_line(v)


@kinks.oracle("linearity_defect")
def defect_complex(v1, v2):
    return slope_of_the_line(v1 + v2) - slope_of_the_line(v1) - slope_of_the_line(v2)


@kinks.variant()
def kink_angle(v):
    """The cube of the sine, times the length."""
    length = np.sqrt(v[0] * v[0] + v[1] * v[1])
    return 0.0 if length == 0 else length * (v[1] / length) ** 3


@kinks.variant()
def kink_small_step(v):
    """A quotient with a small step: the same for every step, because ε drops out."""
    if not np.any(v):
        return 0
    t = 2.0**-20
    x, y = t * v
    return y**3 / (x**2 + y**2) / t


@kinks.variant()
def kink_dot(v):
    square = v @ v
    return v[1] * (v[1] ** 2 / square) if square > 0 else 0.0


@kinks.variant()
def kink_polar(v):
    """The angle of v, and its sine."""
    angle = np.arctan2(v[1], v[0])
    return np.hypot(v[0], v[1]) * np.sin(angle) ** 3


@kinks.variant()
def kink_float32(v):
    x, y = v.astype(np.float32)
    return np.float32(0) if x == 0 and y == 0 else y**3 / (x * x + y * y)


@kinks.variant("linearity_defect")
def defect_bracket(v1, v2):
    return Dv_at_origin(np.add(v1, v2)) - (Dv_at_origin(v1) + Dv_at_origin(v2))


@kinks.variant("linearity_defect")
def defect_written_out(v1, v2):
    parts = []
    for v in (v1 + v2, v1, v2):
        parts.append(v[1] ** 3 / (v[0] ** 2 + v[1] ** 2) if v.any() else 0.0)
    return parts[0] - parts[1] - parts[2]


@kinks.variant("claims")
def claims_by_lookup():
    return dict(
        zip(["linear", "gradient_formula_valid", "partials_exist"], [False, False, True], strict=True)
    )


@kinks.mistake(
    "∇f · v may be used where f is differentiable: you assume what you want to find out. What does the limit along v "
    "itself give?",
    catalogue="M43",
)
def kink_by_gradient(v):
    return 1.0 * v[1]


@kinks.mistake(
    "You brought v to length 1. Every length is allowed here: what does a vector twice as long do?",
    catalogue="M41",
)
def kink_unit(v):
    length = np.linalg.norm(v)
    return 0.0 if length == 0 else (v[1] / length) ** 3


@kinks.mistake("The cube belongs to y, the second entry. Which one did you take?", catalogue="M19")
def kink_swapped(v):
    square = v @ v
    return v[0] ** 3 / square if square > 0 else 0.0


@kinks.mistake(
    "f(0, 0) = 0 does not mean that f is flat there. How does f change on the way from the origin along v?"
)
def kink_always_zero(v):
    return 0.0


@kinks.mistake(
    "Below the line stands a sum of squares, not the square of a sum. Which of the two did you write?"
)
def kink_square_of_sum(v):
    below = (v[0] + v[1]) ** 2
    return v[1] ** 3 / below if below > 0 else 0.0


@kinks.mistake("You divided by the length of v. Is there a root in the formula of f?")
def kink_root_below(v):
    length = np.linalg.norm(v)
    return v[1] ** 3 / length if length > 0 else 0.0


@kinks.mistake("For v = 0 your formula is 0/0. What does the text say about this case?")
def kink_zero_not_guarded(v):
    with np.errstate(invalid="ignore"):
        return v[1] ** 3 / (v[0] ** 2 + v[1] ** 2)


@kinks.mistake(
    "Is the power of y above the line right? Check with v = (0, 2): f is y itself on that axis, so what is the slope?"
)
def kink_square_above(v):
    square = v @ v
    return v[1] ** 2 / square if square > 0 else 0.0


@kinks.mistake(
    "Right size, opposite sign. What is subtracted from what?", "linearity_defect", catalogue="M04"
)
def defect_sign(v1, v2):
    return Dv_at_origin(v1) + Dv_at_origin(v2) - Dv_at_origin(v1 + v2)


@kinks.mistake(
    "You computed with ∇f · v, which is linear in v whatever f is. Which derivative should be tested?",
    "linearity_defect",
    catalogue="M43",
)
def defect_of_gradient(v1, v2):
    return float((v1 + v2)[1] - v1[1] - v2[1])


@kinks.mistake(
    "The derivative along v1 is subtracted, the one along v2 is not. What would a linear map give for v1 + v2?",
    "linearity_defect",
)
def defect_one_subtracted(v1, v2):
    return Dv_at_origin(v1 + v2) - Dv_at_origin(v1)


@kinks.mistake("A plus slipped in. Which two of the three derivatives are subtracted?", "linearity_defect")
def defect_bracket_missing(v1, v2):
    return Dv_at_origin(v1 + v2) - Dv_at_origin(v1) + Dv_at_origin(v2)


@kinks.mistake("You return the size of the defect. Should its sign be lost?", "linearity_defect")
def defect_size(v1, v2):
    return abs(Dv_at_origin(v1 + v2) - Dv_at_origin(v1) - Dv_at_origin(v2))


@kinks.mistake(
    "You take f to be differentiable because its partial derivatives exist. Compare the derivative along (1, 1) with "
    "those along the axes: do they add up?",
    "claims",
    catalogue="M43",
)
def claims_all_true():
    return {"partials_exist": True, "linear": True, "gradient_formula_valid": True}


@kinks.mistake(
    "Partial derivatives look along the axes only. What is f on the x-axis, and what on the y-axis?", "claims"
)
def claims_all_false():
    return {"partials_exist": False, "linear": False, "gradient_formula_valid": False}


@kinks.mistake(
    "∇f · v is linear in v. Can it equal something for every v that is not linear?", "claims", catalogue="M43"
)
def claims_formula_kept():
    return {"partials_exist": True, "linear": False, "gradient_formula_valid": True}


@kinks.mistake("Did you compute the defect for the two axes? What does it say about linearity?", "claims")
def claims_linear_kept():
    return {"partials_exist": True, "linear": True, "gradient_formula_valid": False}


kinks.equivalent(
    "defect-sign * -1",
    because="the mistake is this factor, and nothing else",
)
kinks.equivalent(
    "Dv_at_origin: squares == 0 -> squares <= 0 #1",
    because="no sum of squares is negative",
)
kinks.equivalent(
    "Dv_at_origin: v[1] -> v[-1] #1",
    "Dv_at_origin: v[1] -> v[-1] #2",
    because="the second of two entries is the last one",
)
