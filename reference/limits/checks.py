"""What the instructor knows about the sheet `limits`. Trusted: it never leaves the instructor's machine."""

import math
from fractions import Fraction

import mpmath
import numpy as np

from autograder.authoring import Assignment
from autograder.authoring.judging import Mismatch, asked, close
from autograder.authoring.oracles import complex_step, torch_vjp
from autograder.numerics.truth import SLACK, U32, U64, is_single, representable
from autograder.sandbox import problems
from autograder.sandbox.wire import Callback

assignment = Assignment("limits", title="Limits, quotients, derivatives")


def away_from_zero(rng, *shape):
    """Return numbers of both signs with sizes in [0.5, 2]: no entry is small enough to hide a mistake."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.5, 2.0, size=shape)


def one(rng):
    """Return a number of either sign with a size in [0.5, 2]."""
    return float(away_from_zero(rng))


def whole(rng, *shape):
    """Return whole numbers of different sizes from 2 to 9, as floats of either sign."""
    sizes = rng.permutation(np.arange(2.0, 10.0))[: math.prod(shape)].reshape(shape)
    return rng.choice([-1.0, 1.0], size=shape) * sizes


def sign(rng):
    """Return 1.0 or -1.0."""
    return float(rng.choice([-1.0, 1.0]))


# ---------------------------------------------------------------------------------------------------- 1.1
indices = assignment.exercise(
    "first_index",
    id="1.1",
    minutes=15,
    points={"small distances": 1, "distances that are met exactly": 1},
    hints=(
        "How far is s_n from 3? Write the distances of the first five members down, and look at the sign of none of them.",
        (
            "The distance is 1 / n, and it only gets smaller. So you look for the first n with 1 / n < delta. Which side "
            "of 1 / delta must n lie on, and may it be equal?"
        ),
        (
            "Either count n up from 1 while 1 / n >= delta, or take the first whole number that is larger than 1 / delta: "
            "that is math.floor(1 / delta) plus one, even where 1 / delta is a whole number itself."
        ),
    ),
    lecture="Binder, lecture 6: convergence of a sequence",
)


def between(rng, low, high, least, most):
    """Return a distance between 1 / (m + 1) and 1 / m for a whole m from low to high, near neither of them.

    least, most: which part of the way from m to m + 1 its inverse lies at.
    """
    return (float(1 / (rng.integers(low, high) + rng.uniform(least, most))),)


@indices.case("small distances")
def index_rounded_down(rng):
    """1 / delta is a little more than a whole number: rounding it to the nearest one goes down."""
    return between(rng, 3, 30, 0.15, 0.4)


@indices.case("small distances")
def index_rounded_up(rng):
    """1 / delta is a little less than a whole number: rounding it to the nearest one goes up."""
    return between(rng, 3, 30, 0.6, 0.85)


@indices.case("small distances")
def index_of_a_thousandth(rng):
    """About a thousandth: a search that gives up after a hundred members fails."""
    return between(rng, 900, 1100, 0.15, 0.4)


@indices.case("small distances")
def index_of_hundredths(rng):
    """About a few thousandths, with an inverse that rounds up."""
    return between(rng, 150, 400, 0.6, 0.85)


@indices.case("small distances")
def index_large(rng):
    """A distance above 1: the very first member is close enough."""
    return (float(rng.uniform(1.2, 3.0)),)


@indices.case("distances that are met exactly")
def index_quarter(rng):
    """A power of two: one member is exactly that far away, and not closer."""
    return (2.0 ** -int(rng.integers(2, 5)),)


@indices.case("distances that are met exactly")
def index_small_power(rng):
    """A smaller power of two."""
    return (2.0 ** -int(rng.integers(5, 10)),)


@indices.case("distances that are met exactly")
def index_unit(rng):
    """The distance 1 is that of the first member, so the second one is asked for."""
    return (1.0,)


@indices.oracle()
def index_by_definition(delta):
    """The definition in exact fractions: the last member that is too far away, and one more."""
    exact = Fraction(delta)
    return 1 + max((n for n in range(1, 3000) if abs(Fraction((-1) ** n, n)) >= exact), default=0)


@indices.variant()
def index_counted(delta):
    n = 1
    while 1 / n >= delta:
        n += 1
    return n


@indices.variant()
def index_of_the_members(delta):
    n = 1
    while abs(3 + (-1) ** n / n - 3) >= delta:
        n = n + 1
    return n


@indices.variant()
def index_floor_division(delta):
    return int(1 // delta) + 1


@indices.variant()
def index_vectorised(delta):
    n = np.arange(1, 5001)
    too_far = np.abs((-1.0) ** n / n) >= delta
    return 1 if not too_far.any() else n[too_far][-1] + 1


@indices.variant()
def index_float32(delta):
    return np.floor(np.float32(1) / np.float32(delta)) + 1


@indices.mistake(
    "Where a member is exactly delta away, you take it to be close enough. Does the definition say < or <=?"
)
def index_not_strict(delta):
    return math.ceil(1 / delta)


@indices.mistake(
    "One too small: this is the last member that is still too far away, or its place in a list that counts from 0. Which "
    "one is the first that is close enough?"
)
def index_one_too_small(delta):
    return math.floor(1 / delta)


@indices.mistake(
    "One too large: from the member before on, all are close enough already. Do you add 1 after you have rounded up?"
)
def index_one_too_large(delta):
    return math.floor(1 / delta) + 2


@indices.mistake(
    "Right for some distances, one too large for others. After rounding *up* there is nothing left to add, except where "
    "1 / delta is a whole number: which kind of rounding treats both alike?"
)
def index_up_and_one_more(delta):
    return math.ceil(1 / delta) + 1


@indices.mistake("You round to the nearest whole number. May K be smaller than 1 / delta?")
def index_nearest(delta):
    return max(1, round(1 / delta))


@indices.mistake(
    "You round to the nearest whole number before you add 1. What happens if it rounds up and 1 is added on top?"
)
def index_nearest_and_one(delta):
    return round(1 / delta) + 1


@indices.mistake(
    "2 lies below 3, and you count that as closer than any distance. Which bars are missing in |s_n - 3|?"
)
def index_without_bars(delta):
    n = 1
    while 3 + (-1) ** n / n - 3 >= delta:
        n += 1
    return n


@indices.mistake(
    "You stop at the first member on one side of 3. What about the members on the other side, before it?"
)
def index_of_an_upper_member(delta):
    n = 2
    while 1 / n >= delta:
        n += 2
    return n


@indices.mistake(
    "You divide the distance by 3: that is how far the member is away as a part of 3. Does the definition ask for that?"
)
def index_relative(delta):
    n = 1
    while abs(3 + (-1) ** n / n - 3) / 3 >= delta:
        n += 1
    return n


@indices.mistake(
    "You compare each member with the next one. From which number does the definition measure the distance?"
)
def index_of_neighbours(delta):
    n = 1
    while 1 / n + 1 / (n + 1) >= delta:
        n += 1
    return n


@indices.mistake("You return the member. The question is which place it has: what kind of number is that?")
def index_member_returned(delta):
    n = math.floor(1 / delta) + 1
    return 3 + (-1) ** n / n


indices.equivalent(
    "first_index: 1 / delta -> 1 // delta #1",
    because="// is the whole part of the quotient, rounded down already",
)


# ---------------------------------------------------------------------------------------------------- 1.2
quotients = assignment.exercise(
    "quotients",
    id="1.2",
    minutes=20,
    points={"forward": 2, "central": 2},
    functions=("forward_q", "central_q"),
    hints=(
        (
            "Draw the graph of x² and mark the two points for x = 3 and h = 0.5. How much higher is the right one, and how "
            "far apart are they on the x-axis?"
        ),
        (
            "Compute the two values first and give them names, ahead and behind. The slope is their difference divided by "
            "the distance of the two points. Where do you need brackets?"
        ),
        (
            "Forward: (f(x + h) - f(x)) / h. Central: (f(x + h) - f(x - h)) / (2 * h), with brackets around 2 * h, too. "
            "Use the h that you are given, and nothing else."
        ),
    ),
    lecture="Binder, lecture 6; Özçep, lecture 2: difference quotients",
)


def polynomial(coefficients, part="f"):
    """Return a polynomial in one variable, lowest power first."""
    return Callback("chirp", part, {"coefficients": np.array(coefficients, np.float64)})


def chirp(rng, part="f"):
    """Return a cubic polynomial plus a wave that gets faster: bent, and no polynomial."""
    return Callback("chirp", part, {"coefficients": away_from_zero(rng, 4), "a": one(rng), "b": one(rng)})


@quotients.case("forward")
def forward_square(rng):
    """x² at whole numbers with h = 1/8: the quotient has no rounding error at all."""
    return polynomial([0, 0, 1]), float(whole(rng)), 0.125


@quotients.case("forward")
def forward_fourth_power(rng):
    """x⁴ with a large step: the quotient is far from the derivative."""
    return polynomial([0, 0, 0, 0, 1]), 0.5 * sign(rng) * float(rng.integers(2, 6)), 0.5


@quotients.case("forward")
def forward_chirp(rng):
    """Any function, any point, h = 0.01."""
    return chirp(rng), one(rng), 0.01


@quotients.case("forward")
def forward_small_step(rng):
    """A small step: the error of the quotient is small, that of a wrong one is not."""
    return chirp(rng), one(rng), 1e-5


@quotients.case("forward")
def forward_whole_number(rng):
    """x is a whole number of Python's type int."""
    return chirp(rng), int(rng.choice([-2, -1, 1, 2])), 0.25


@quotients.case("central", "central_q")
def central_fourth_power(rng):
    """x⁴ with h = 1/4: no rounding error, and far from the forward quotient."""
    return polynomial([0, 0, 0, 0, 1]), 0.5 * sign(rng) * float(rng.integers(2, 6)), 0.25


@quotients.case("central", "central_q")
def central_cubic(rng):
    """A cubic with whole numbers: the error is h² times the leading coefficient, and nothing else."""
    return polynomial(whole(rng, 4)), sign(rng) * float(rng.integers(1, 4)), 0.125


@quotients.case("central", "central_q")
def central_chirp(rng):
    """Any function, any point, h = 0.01."""
    return chirp(rng), one(rng), 0.01


@quotients.case("central", "central_q")
def central_small_step(rng):
    """A small step: the quotient has ten digits of the derivative."""
    return chirp(rng), one(rng), 1e-5


@quotients.case("central", "central_q")
def central_whole_number(rng):
    """x is a whole number of Python's type int."""
    return chirp(rng), int(rng.choice([-2, -1, 1, 2])), 0.25


def points_asked(run):
    """Return every number at which f was asked, one by one, also where several were asked in one array."""
    return np.concatenate([np.ravel(query.args[0]) for query in asked(run.queries, "f")] or [np.zeros(0)])


def points_mismatch(run, x, h, wanted):
    """Return why the points at which f was asked are not the wanted ones, or None.

    wanted: by their names, as multiples of h from x.
    """
    points = points_asked(run).astype(np.longdouble)
    if not points.size:
        return Mismatch("queries", "f was never called with a number. Which two of its values do you need?")
    away = points - np.longdouble(x)
    rounding = SLACK * U64 * (abs(x) + h)
    if odd := away[~np.any([np.abs(away - k * h) <= rounding for k in wanted.values()], axis=0)].tolist():
        known = {"x": 0, "x + h": 1, "x - h": -1, "x + 2h": 2, "x - 2h": -2, "h": h - x}
        known |= {"x + h/2": 0.5, "x - h/2": -0.5}
        near = [name for name, k in known.items() if abs(odd[0] - (k if name == "h" else k * h)) <= rounding]
        where = f"at {near[0]}" if near else "at some other point"
        return Mismatch(
            "queries",
            f"f was called {where}. The formula has two points, {' and '.join(wanted)}: which of your calls is too many?",
        )
    for name, k in wanted.items():
        if not (np.abs(away - k * h) <= rounding).any():
            return Mismatch(
                "queries", f"f was never called at {name}. Which two values does the formula subtract?"
            )
    return None


def is_quotient(value, f, x, ahead, behind, h):
    """Return whether a value is (f(x + ahead h) - f(x + behind h)) / ((ahead - behind) h), up to rounding.

    f answers here, on the trusted side: a quotient at the given step has its order of accuracy (1 for a forward one, 2
    for a central one) by Taylor's theorem, and stays within the truncation error of the derivative.
    """
    width = (ahead - behind) * h
    one, two = np.asarray(f(x + ahead * h), np.float64), np.asarray(f(x + behind * h), np.float64)
    found = (one - two).astype(np.longdouble) / width
    # x + h is rounded, and a careful student divides by what really lies between.
    error = (3 + 2 * (abs(x) + h) / width) * np.abs(found) + 2 * (np.abs(one) + np.abs(two)) / width
    got = np.asarray(value)
    if got.shape == found.shape and is_single(got):  # stored in float32 at the end: not more is lost
        error = error + SLACK * np.abs(found) * (U32 / U64)
        got = got.astype(np.float64)
        return bool((np.abs(got - found) <= SLACK * U64 * error).all())
    return close(got, found, error)


def quotient_mismatch(run, f, x, h, wanted):
    """Return what is wrong with a quotient of the values at the wanted points, or None."""
    if (found := points_mismatch(run, x, h, wanted)) is not None:
        return found
    ahead, behind = wanted.values()
    if is_quotient(run.value, f, x, ahead, behind, h):
        return None
    return Mismatch(
        "quotient",
        "Your two points are right, but the value is not the slope of the line through them. What is subtracted from "
        "what, and how far apart are the points?",
    )


@quotients.judge()
def forward_judge(run, f, x, h):
    return quotient_mismatch(run, f, x, h, {"x + h": 1, "x": 0})


@quotients.judge("central_q")
def central_judge(run, f, x, h):
    return quotient_mismatch(run, f, x, h, {"x + h": 1, "x - h": -1})


@quotients.oracle()
def forward_extended(f, x, h):
    """The quotient in extended precision: the reference's rounding errors are not in it."""
    x, h = np.longdouble(x), np.longdouble(h)
    return float((f(x + h) - f(x)) / h)


@quotients.oracle("central_q")
def central_mean_slope(f, x, h):
    """The mean of the derivative between the two points, by a complex step and Gauss's rule: nothing is subtracted."""
    nodes, weights = np.polynomial.legendre.leggauss(30)
    return float(weights @ f(x + h * nodes + 1e-30j).imag / 1e-30 / 2)


@quotients.variant()
def forward_two_lines(f, x, h):
    rise = f(x + h) - f(x)
    return rise / h


@quotients.variant()
def forward_each_divided(f, x, h):
    return f(x + h) / h - f(x) / h


@quotients.variant()
def forward_true_distance(f, x, h):
    """Divides by the distance that rounding has left."""
    ahead = x + h
    return (f(ahead) - f(x)) / (ahead - x)


@quotients.variant()
def forward_array(f, x, h):
    return np.diff([f(point) for point in (x, x + h)])[0] / h


@quotients.variant()
def forward_float32(f, x, h):
    return np.float32((f(x + h) - f(x)) / h)


@quotients.variant("central_q")
def central_by_forward(f, x, h):
    return forward_q(f, x - h, 2 * h)


@quotients.variant("central_q")
def central_half(f, x, h):
    return 0.5 * (f(x + h) - f(x - h)) / h


@quotients.variant("central_q")
def central_each_divided(f, x, h):
    return f(x + h) / (2 * h) - f(x - h) / (2 * h)


@quotients.variant("central_q")
def central_true_distance(f, x, h):
    left, right = x - h, x + h
    return (f(left) - f(right)) / (left - right)


@quotients.variant("central_q")
def central_float32(f, x, h):
    return np.float32((f(x + h) - f(x - h)) / (h + h))


@quotients.mistake(
    "Right size, opposite sign. Which of the two values comes first when you subtract?", catalogue="M04"
)
def forward_sign(f, x, h):
    return (f(x) - f(x + h)) / h


@quotients.mistake("You look back: your second point lies to the left of x. Which way is forward?")
def forward_backward(f, x, h):
    return (f(x) - f(x - h)) / h


@quotients.mistake("This is the central quotient. Where does the forward one have its two points?")
def forward_is_central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


@quotients.mistake("Your points are h apart, and you divide by 2h. Whose formula is that?", catalogue="M35")
def forward_over_two_h(f, x, h):
    return (f(x + h) - f(x)) / (2 * h)


@quotients.mistake("You return how much f changes. A slope is the change per what?")
def forward_not_divided(f, x, h):
    return f(x + h) - f(x)


@quotients.mistake("You multiply by h. Should a shorter step not make the same rise steeper?")
def forward_times_h(f, x, h):
    return (f(x + h) - f(x)) * h


@quotients.mistake(
    "Python divides before it subtracts, so only f(x) is divided by h. Where do you need brackets?"
)
def forward_brackets(f, x, h):
    return f(x + h) - f(x) / h


@quotients.mistake(
    "You add h to the value of f. What should be moved by h: the place where f is asked, or its answer?"
)
def forward_step_outside(f, x, h):
    return (f(x) + h - f(x)) / h


@quotients.mistake("Your second point is h itself. How do you get a step away from x?")
def forward_from_the_origin(f, x, h):
    return (f(h) - f(x)) / h


@quotients.mistake(
    "Your step is always the same. What does the caller choose with the argument h?", catalogue="M35"
)
def forward_own_step(f, x, h):
    h = 1e-6
    return (f(x + h) - f(x)) / h


@quotients.mistake(
    "Your two points lie on both sides of x, and you divide by h. How far apart are they?",
    "central_q",
    catalogue="M35",
)
def central_over_h(f, x, h):
    return (f(x + h) - f(x - h)) / h


@quotients.mistake(
    "Python reads / 2 * h from the left: first it divides by 2, then it multiplies by h. Where do you need brackets?",
    "central_q",
    catalogue="M35",
)
def central_brackets(f, x, h):
    return (f(x + h) - f(x - h)) / 2 * h


@quotients.mistake(
    "Python divides before it subtracts, so only one of the two values is divided. Where do you need brackets?",
    "central_q",
)
def central_difference_brackets(f, x, h):
    return f(x + h) - f(x - h) / (2 * h)


@quotients.mistake(
    "This is the forward quotient. Where does the central one have its two points?", "central_q"
)
def central_is_forward(f, x, h):
    return (f(x + h) - f(x)) / h


@quotients.mistake(
    "Right size, opposite sign. Which of the two values comes first when you subtract?",
    "central_q",
    catalogue="M04",
)
def central_sign(f, x, h):
    return (f(x - h) - f(x + h)) / (2 * h)


@quotients.mistake("You return how much f changes. A slope is the change per what?", "central_q")
def central_not_divided(f, x, h):
    return f(x + h) - f(x - h)


@quotients.mistake(
    "Your points lie half a step from x. The formula goes a whole step to each side: what is the distance then?",
    "central_q",
)
def central_half_steps(f, x, h):
    return (f(x + h / 2) - f(x - h / 2)) / h


@quotients.mistake(
    "The mean of a forward and a backward quotient is the right number, but you ask for f at three points. Which of its "
    "values cancels?",
    "central_q",
)
def central_three_points(f, x, h):
    return ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2


@quotients.mistake(
    "Your step is always the same. What does the caller choose with the argument h?",
    "central_q",
    catalogue="M35",
)
def central_own_step(f, x, h):
    h = 1e-6
    return (f(x + h) - f(x - h)) / (2 * h)


@quotients.mistake("You add the two values. Which sign stands between them in a slope?", "central_q")
def central_sum(f, x, h):
    return (f(x + h) + f(x - h)) / (2 * h)


quotients.equivalent(
    "forward-sign * -1",
    "forward-over-two-h * 2",
    "central-sign * -1",
    "central-over-h * 0.5",
    because="the mistake is this factor, and nothing else",
)


# ---------------------------------------------------------------------------------------------------- 1.3
curves = assignment.exercise(
    "error_curve",
    id="1.3",
    minutes=40,
    points={"forward errors": 1, "central errors": 1, "the best step": 2, "which step wins": 1},
    functions=("error_curve", "best_h", "winners"),
    hints=(
        (
            "Take x² at x = 3 and the two steps of the example. Which three numbers do you need for each step, and which "
            "of them is the same for all steps?"
        ),
        (
            "Go through hs, call your quotient from 1.2 with each step, subtract the derivative df(x) and take the absolute "
            "value. For the best step, np.argmin tells you at which index the smallest error stands."
        ),
        (
            "error_curve: np.array([abs(forward_q(f, x, h) - df(x)) for h in hs]), and central_q for kind == 'central'. "
            "best_h: hs[np.argmin(error_curve(f, df, x, hs, kind))]. In winners, df may be lambda x: WIGGLE_SLOPE."
        ),
    ),
    lecture="Özçep, lecture 2: the secant line; Abdurakhmanova: introduction",
)


def of_one_problem(problem):
    """Return a function and its derivative, from the arguments of `chirp` as a dict."""
    return Callback("chirp", "f", problem), Callback("chirp", "df", problem)


def bent(rng, bend):
    """Return the arguments of `chirp` and a point for which f'' and f''' have the sign `bend` and are not small."""
    while True:
        problem = {"coefficients": away_from_zero(rng, 4), "a": one(rng), "b": one(rng)}
        x = one(rng)
        slope = problems.build("chirp", problem)["df"]
        second = (slope(x + 1e-3) - slope(x - 1e-3)) / 2e-3
        third = (slope(x + 1e-3) - 2 * slope(x) + slope(x - 1e-3)) / 1e-6
        if 4 < bend * second < 40 and 4 < bend * third < 200:
            return problem, x


def telling(rng, bend, hs, kind):
    """Return f, df, x and steps on which all errors have the sign `bend`, and no usual mistake comes near them."""
    while True:
        problem, x = bent(rng, bend)
        f, df = (problems.build("chirp", problem)[part] for part in ("f", "df"))
        quotients = [(f(x + hs) - f(x)) / hs, (f(x + hs) - f(x - hs)) / (2 * hs)]
        right, other = quotients[::-1] if kind == "central" else quotients
        errors = np.abs(right - df(x))
        wrong = [np.abs(other - df(x)), np.abs(2 * quotients[1] - df(x)), np.abs(right - df(x + hs))]
        wrong += [errors**2, errors / abs(df(x)), np.abs(right - f(x)), right, np.log10(errors)]
        distance = min(np.abs(each - errors).max() for each in wrong)
        if distance > 0.1 and (bend * (right - df(x)) > 0).all() and errors.max() < 10:
            return *of_one_problem(problem), x, rng.permutation(hs)


@curves.case("forward errors")
def forward_errors(rng):
    """Steps in no order; the kind is left out."""
    return telling(rng, 1, np.array([0.3, 0.2, 0.15, 0.1, 0.06, 0.04]), "forward")


@curves.case("forward errors")
def forward_errors_below(rng):
    """The quotient is too small: whoever forgets the bars returns negative errors."""
    return *telling(rng, -1, np.array([0.2, 0.1, 0.05, 0.03]), "forward"), "forward"


@curves.case("forward errors", exact=True)
def forward_errors_of_squares(rng):
    """A parabola that opens downwards: the error is h times its leading coefficient, exactly."""
    problem = {"coefficients": np.array([1.0, 3.0, -float(rng.integers(2, 6))])}
    return *of_one_problem(problem), float(whole(rng)), rng.permutation([1.0, 0.5, 0.125, 0.25, 0.0625])


@curves.case("forward errors")
def forward_error_of_one_step(rng):
    """One step: an array of one error, not a number."""
    return *telling(rng, -1, rng.uniform(0.08, 0.12, size=1), "forward"), "forward"


@curves.case("central errors")
def central_errors(rng):
    """Steps in no order."""
    return *telling(rng, 1, np.array([0.4, 0.3, 0.25, 0.2, 0.15]), "central"), "central"


@curves.case("central errors")
def central_errors_below(rng):
    """The quotient is too small: whoever forgets the bars returns negative errors."""
    return *telling(rng, -1, np.array([0.35, 0.25, 0.2, 0.12]), "central"), "central"


@curves.case("central errors", exact=True)
def central_errors_of_cubes(rng):
    """A cubic: the error is h² times its leading coefficient, exactly."""
    problem = {"coefficients": np.array([1.0, -2.0, 3.0, -float(rng.integers(2, 6))])}
    return (
        *of_one_problem(problem),
        sign(rng) * float(rng.integers(2, 5)),
        np.array([0.25, 1.0, 0.5]),
        "central",
    )


def all_errors(f, df, x, hs, kind):
    """Return the errors that honest float64 programs find, (programs, k), and the size of what decides at each step.

    They add up to the same on paper, and differ in how they round: where rounding wins, by as much as the error itself.
    The size is the error, or the rounding error that is usual at this step where the error happens to be smaller.
    """
    found = []
    for each in (lambda g, points: g(points), lambda g, points: np.array([g(p) for p in points.tolist()])):
        ahead, behind = each(f, x + hs), each(f, x - hs if kind == "central" else x + 0 * hs)
        left = x - hs if kind == "central" else x + 0 * hs
        width = 2 * hs if kind == "central" else hs
        found += [
            (ahead - behind) / width,
            ahead / width - behind / width,
            (ahead - behind) / (x + hs - left),
        ]
    errors = np.abs(np.array(found) - df(x))
    rounding = U64 * (np.abs(ahead) + np.abs(behind) + 2 * abs(x * df(x))) / width
    return errors, np.maximum(errors[0], rounding)


def good_steps(f, df, x, hs, kind):
    """Return for each step whether it is about as good as the best one, (k,) bools."""
    errors, size = all_errors(f, df, x, hs, kind)
    nearly = errors <= 2 * errors.min(axis=1, keepdims=True)
    return nearly.any(axis=0) | (size <= 10 * size.min())


def apart(rng, hs, kind, worst):
    """Return arguments of best_h on which the best step for one kind of quotient is a bad one for the other.

    worst: the step that has the largest error, 0 for the first of hs and -1 for the last one.
    """
    while True:
        problem, x = bent(rng, rng.choice([-1, 1]))
        drawn = representable((*of_one_problem(problem), x, rng.permutation(hs), kind))
        f, df = (problems.build("chirp", drawn[0].params)[part] for part in ("f", "df"))
        x, steps = drawn[2], drawn[3]
        other = "forward" if kind == "central" else "central"
        confused = all_errors(f, df, x, steps, other)[0].argmin(axis=1)
        good = good_steps(f, df, x, steps, kind)
        ends = [steps.argmin(), steps.argmax(), 0, len(steps) - 1]
        largest = all_errors(f, df, x, steps, kind)[0].argmax(axis=1)
        known = (steps[largest] == representable(hs)[worst]).all()
        if known and not good[confused].any() and not good[ends].any():
            return drawn


POWERS = 10.0 ** -np.arange(1, 14)
FEW = np.array([3e-3, 3e-4, 4e-6, 5e-8, 6e-11, 7e-13, 2e-15])


@curves.case("the best step", "best_h")
def best_forward(rng):
    """Thirteen powers of ten in no order; the kind is left out. The largest step is the worst one."""
    return apart(rng, POWERS, "forward", 0)[:4]


@curves.case("the best step", "best_h")
def best_central(rng):
    """The same for the central quotient, whose best step is longer."""
    return apart(rng, POWERS, "central", 0)


@curves.case("the best step", "best_h")
def best_of_few(rng):
    """Steps between the powers of ten: one that is known by heart is not among them. The smallest is the worst one."""
    return apart(rng, FEW, "central", -1)


@curves.case("the best step", "best_h")
def best_forward_between(rng):
    """Other steps for the forward quotient, and its name given."""
    return apart(rng, FEW, "forward", -1)


@curves.case("which step wins", "winners")
def winners_first(rng):
    """The two answers."""
    return ()


@curves.case("which step wins", "winners")
def winners_again(rng):
    """Asked once more: the same function has the same best steps."""
    return ()


@curves.judge("best_h")
def best_judge(run, f, df, x, hs, kind="forward"):
    """Accept every step of hs that is about as good as the best one: near the bottom of the curve rounding decides."""
    place = np.flatnonzero(hs == run.value)
    if not place.size:
        return Mismatch("value", "What you return is none of the steps in hs. Is it an index, or an error?")
    if good_steps(f, df, x, hs, kind)[place].any():
        return None
    return Mismatch(
        "value",
        "Another step of hs has a much smaller error. Print the errors next to the steps: where is the smallest?",
    )


WINNERS = {"forward": (1e-9, 1e-7), "central": (1e-7, 1e-5)}
"""Measured: 1e-8 (error 5e-8; 8e-7 and 3e-7 at its neighbours) and 1e-6 (7e-11; 3e-9 and 5e-9 at its neighbours)."""


@curves.judge("winners")
def winners_judge(run):
    for kind, (low, high) in WINNERS.items():
        if not 0.99 * low < run.value[kind] < 1.01 * high:
            return Mismatch(
                "value",
                f"The {kind} quotient has a much smaller error at another step. What does your best_h say about wiggle?",
                kind,
            )
    return None


@curves.oracle()
def errors_extended(f, df, x, hs, kind="forward"):
    """The quotients in extended precision."""
    wide, steps = np.longdouble(x), np.asarray(hs, np.longdouble)
    if kind == "central":
        found = (f(wide + steps) - f(wide - steps)) / (2 * steps)
    else:
        found = (f(wide + steps) - f(wide)) / steps
    return np.abs(found - df(wide)).astype(np.float64)


@curves.oracle()
def errors_by_mean_slope(f, df, x, hs, kind="forward"):
    """A quotient is the mean of the derivative between its two points: Gauss's rule, and f is not called at all."""
    nodes, weights = np.polynomial.legendre.leggauss(30)
    points = hs[:, None] * (nodes if kind == "central" else (nodes + 1) / 2)
    return np.abs((df(x + points) - df(x)) @ (weights / 2))


@curves.oracle("best_h")
def best_by_theory(f, df, x, hs, kind="forward"):
    """The step where truncation and rounding error are equally large, by Taylor's formula: nothing is measured."""
    second, third = (df(x + 1e-3) - df(x - 1e-3)) / 2e-3, (df(x + 1e-3) - 2 * df(x) + df(x - 1e-3)) / 1e-6
    truncation = abs(third) * hs**2 / 6 if kind == "central" else abs(second) * hs / 2
    return hs[np.argmin(truncation + U64 * (2 * abs(f(x)) + 2 * abs(x * df(x))) / hs)]


@curves.oracle("winners")
def winners_by_theory():
    """The same for wiggle, from its second and third derivative, to the nearest power of ten."""
    height, second = 1 - 2 * math.sin(4), 32 * math.sin(4) - 12 * math.cos(4)
    third = -122 * math.cos(4) - 96 * math.sin(4)
    forward, central = math.sqrt(4 * U64 * height / abs(second)), (3 * U64 * height / abs(third)) ** (1 / 3)
    return {"forward": 10.0 ** round(math.log10(forward)), "central": 10.0 ** round(math.log10(central))}


@curves.variant()
def errors_loop(f, df, x, hs, kind="forward"):
    errors = np.zeros(len(hs))
    slope = df(x)
    for i in range(len(hs)):
        if kind == "forward":
            errors[i] = abs((f(x + hs[i]) - f(x)) / hs[i] - slope)
        else:
            errors[i] = abs((f(x + hs[i]) - f(x - hs[i])) / (2 * hs[i]) - slope)
    return errors


@curves.variant()
def errors_vectorised(f, df, x, hs, kind="forward"):
    behind = f(x - hs) if kind == "central" else f(x)
    width = 2 * hs if kind == "central" else hs
    return np.abs((f(x + hs) - behind) / width - df(x))


@curves.variant()
def errors_quotient_of_arrays(f, df, x, hs, kind="forward"):
    q = {"forward": forward_q, "central": central_q}[kind]
    return np.abs(df(x) - q(f, x, hs))


@curves.variant()
def errors_true_distance(f, df, x, hs, kind="forward"):
    left = x - hs if kind == "central" else x + np.zeros(len(hs))
    right = x + hs
    return np.abs((f(right) - f(left)) / (right - left) - df(x))


@curves.variant()
def errors_float32(f, df, x, hs, kind="forward"):
    errors = np.zeros(len(hs), dtype=np.float32)
    for i, h in enumerate(hs):
        errors[i] = abs((central_q(f, x, h) if kind == "central" else forward_q(f, x, h)) - df(x))
    return errors


@curves.variant("best_h")
def best_loop(f, df, x, hs, kind="forward"):
    best, smallest = None, np.inf
    for h, error in zip(hs, error_curve(f, df, x, hs, kind)):
        if error < smallest:
            best, smallest = h, error
    return float(best)


@curves.variant("best_h")
def best_sorted(f, df, x, hs, kind="forward"):
    errors = error_curve(f, df, x, hs, kind)
    return hs[np.argsort(errors)][0]


@curves.variant("best_h")
def best_by_key(f, df, x, hs, kind="forward"):
    return min(hs, key=lambda h: error_curve(f, df, x, np.array([h]), kind)[0])


@curves.variant("best_h")
def best_each_divided(f, df, x, hs, kind="forward"):
    """Rounds differently: each value is divided on its own."""
    if kind == "central":
        found = f(x + hs) / (2 * hs) - f(x - hs) / (2 * hs)
    else:
        found = f(x + hs) / hs - f(x) / hs
    return hs[np.abs(found - df(x)).argmin()]


@curves.variant("winners")
def winners_read_off():
    return {"forward": 1e-8, "central": 1e-6}


@curves.variant("winners")
def winners_neighbours():
    return {"forward": 1e-7, "central": 1e-5}


@curves.variant("winners")
def winners_two_calls():
    slope = lambda x: WIGGLE_SLOPE  # noqa: E731 - as students write it
    a = best_h(wiggle, slope, -2, STEPS)
    b = best_h(wiggle, slope, -2, STEPS, "central")
    return {"central": b, "forward": a}


@curves.mistake("Some of your errors are negative. Which bars does a distance have?", catalogue="M08")
def errors_signed(f, df, x, hs, kind="forward"):
    q = central_q if kind == "central" else forward_q
    return np.array([q(f, x, h) - df(x) for h in hs])


@curves.mistake("Some of your errors are negative: which bars does a distance have?", catalogue="M08")
def errors_signed_other_way(f, df, x, hs, kind="forward"):
    q = central_q if kind == "central" else forward_q
    return np.array([df(x) - q(f, x, h) for h in hs])


@curves.mistake("You divide by the derivative: that is the relative error. Which one does the text ask for?")
def errors_relative(f, df, x, hs, kind="forward"):
    q = central_q if kind == "central" else forward_q
    return np.array([abs(q(f, x, h) - df(x)) / abs(df(x)) for h in hs])


@curves.mistake("You square the distance. What does |...| do to a number, and what does it leave alone?")
def errors_squared(f, df, x, hs, kind="forward"):
    q = central_q if kind == "central" else forward_q
    return np.array([(q(f, x, h) - df(x)) ** 2 for h in hs])


@curves.mistake("You compare a slope with the height of the graph. Which of the two functions gives slopes?")
def errors_against_f(f, df, x, hs, kind="forward"):
    q = central_q if kind == "central" else forward_q
    return np.array([abs(q(f, x, h) - f(x)) for h in hs])


@curves.mistake(
    "You compare with the derivative at x + h. At which point does the quotient measure the slope?"
)
def errors_against_moved_slope(f, df, x, hs, kind="forward"):
    q = central_q if kind == "central" else forward_q
    return np.array([abs(q(f, x, h) - df(x + h)) for h in hs])


@curves.mistake("These are the quotients. How far are they from the derivative?")
def errors_are_quotients(f, df, x, hs, kind="forward"):
    q = central_q if kind == "central" else forward_q
    return np.array([q(f, x, h) for h in hs])


@curves.mistake("You always use the forward quotient. What is the argument kind there for?")
def errors_always_forward(f, df, x, hs, kind="forward"):
    return np.array([abs(forward_q(f, x, h) - df(x)) for h in hs])


@curves.mistake("You always use the central quotient. Which one is meant if kind is left out?")
def errors_always_central(f, df, x, hs, kind="forward"):
    return np.array([abs(central_q(f, x, h) - df(x)) for h in hs])


@curves.mistake("Your two kinds have changed places. Which quotient calls f at x itself?")
def errors_kinds_swapped(f, df, x, hs, kind="forward"):
    q = forward_q if kind == "central" else central_q
    return np.array([abs(q(f, x, h) - df(x)) for h in hs])


@curves.mistake("Your central quotient divides by h. How far apart are its two points?", catalogue="M35")
def errors_central_over_h(f, df, x, hs, kind="forward"):
    if kind == "central":
        return np.array([abs((f(x + h) - f(x - h)) / h - df(x)) for h in hs])
    return np.array([abs(forward_q(f, x, h) - df(x)) for h in hs])


@curves.mistake("You sorted the steps first. In which order does the caller expect the errors?")
def errors_sorted(f, df, x, hs, kind="forward"):
    q = central_q if kind == "central" else forward_q
    return np.array([abs(q(f, x, h) - df(x)) for h in np.sort(hs)])


@curves.mistake("You return one number. How many steps are there, and how many errors?", catalogue="M18")
def errors_largest_only(f, df, x, hs, kind="forward"):
    q = central_q if kind == "central" else forward_q
    return max(abs(q(f, x, h) - df(x)) for h in hs)


@curves.mistake(
    "These are the powers of ten of the errors. Taking the logarithm is the figure's business, is it not?"
)
def errors_logarithms(f, df, x, hs, kind="forward"):
    q = central_q if kind == "central" else forward_q
    return np.array([np.log10(abs(q(f, x, h) - df(x)) + 1e-300) for h in hs])


@curves.mistake("You return the index. Which step stands there in hs?", "best_h")
def best_index(f, df, x, hs, kind="forward"):
    return np.argmin(error_curve(f, df, x, hs, kind))


@curves.mistake("You return the smallest error. Which step does it belong to?", "best_h")
def best_error(f, df, x, hs, kind="forward"):
    return np.min(error_curve(f, df, x, hs, kind))


@curves.mistake("This step has the largest error. Is argmax the function that you want?", "best_h")
def best_is_worst(f, df, x, hs, kind="forward"):
    return hs[np.argmax(error_curve(f, df, x, hs, kind))]


@curves.mistake(
    "You return the smallest step, as if smaller were always better. What does your error curve say there?",
    "best_h",
    catalogue="M35",
)
def best_smallest(f, df, x, hs, kind="forward"):
    return np.min(hs)


@curves.mistake(
    "You return the largest step. What does your error curve say there?", "best_h", catalogue="M35"
)
def best_largest(f, df, x, hs, kind="forward"):
    return np.max(hs)


@curves.mistake(
    "The best step for the other kind of quotient is not the best one here. Do you pass kind on to error_curve?",
    "best_h",
)
def best_kind_lost(f, df, x, hs, kind="forward"):
    return hs[np.argmin(error_curve(f, df, x, hs))]


@curves.mistake("You always look at the central quotient. What is the argument kind there for?", "best_h")
def best_always_central(f, df, x, hs, kind="forward"):
    return hs[np.argmin(error_curve(f, df, x, hs, "central"))]


@curves.mistake(
    "You take the errors in the order of hs, and look the step up in a sorted hs. Which step stands at your index?",
    "best_h",
)
def best_of_sorted(f, df, x, hs, kind="forward"):
    return np.sort(hs)[np.argmin(error_curve(f, df, x, hs, kind))]


@curves.mistake(
    "You return the best step that you know by heart. Is it one of those in hs, for both kinds?", "best_h"
)
def best_by_heart(f, df, x, hs, kind="forward"):
    return 1e-8


@curves.mistake(
    "The smallest step loses to rounding: the two values of f agree in nearly all their digits. Which h is at the bottom "
    "of the figure?",
    "winners",
    catalogue="M35",
)
def winners_smallest():
    return {"forward": 1e-15, "central": 1e-15}


@curves.mistake(
    "The two quotients do not have the same best step. Where does the central curve turn around?", "winners"
)
def winners_same():
    return {"forward": 1e-8, "central": 1e-8}


@curves.mistake("Your two answers have changed places. Which quotient can afford a longer step?", "winners")
def winners_swapped():
    return {"forward": 1e-6, "central": 1e-8}


@curves.mistake("You return exponents. Which numbers stand in STEPS?", "winners")
def winners_exponents():
    return {"forward": -8, "central": -6}


@curves.mistake("You return the smallest errors. Which steps do they belong to?", "winners")
def winners_errors():
    slope = lambda x: WIGGLE_SLOPE  # noqa: E731 - as students write it
    return {kind: error_curve(wiggle, slope, -2.0, STEPS, kind).min() for kind in ("forward", "central")}


curves.equivalent(
    "error_curve: quotient(f, x, h) - df(x) -> df(x) - quotient(f, x, h) #1",
    because="a distance is the same both ways",
)
curves.equivalent(
    "winners: ('forward', 'central') -> ('central', 'forward') #1",
    because="a dict has no order that counts",
)
curves.equivalent(
    "winners: best_h(wiggle, lambda x: WIGGLE_SLOPE, -2.0, STEPS, kind) -> best_h(wiggle, lambda x: WIGGLE_SLOPE, --2.0, STEPS, kind) #1",
    "winners: best_h(wiggle, lambda x: WIGGLE_SLOPE, -2.0, STEPS, kind) -> best_h(wiggle, lambda x: WIGGLE_SLOPE, 2.0, STEPS, kind) #1",
    because="the graph of wiggle is symmetric about the point (0, 1): at 2 it has the same slope and the same errors",
)


# ---------------------------------------------------------------------------------------------------- 1.4
formulas = assignment.exercise(
    "derivatives",
    id="1.4",
    minutes=30,
    points={"lines and powers": 2, "x sin x²": 1, "the square and its minimum": 2},
    functions=("d_affine", "d_x2", "d_x4", "d_xsin", "d_sq", "argmin_sq"),
    hints=(
        (
            "Which rule does each function ask for: power, product or chain? For x sin(x²), say what u and v are, and then "
            "what stands inside the sine."
        ),
        (
            "The derivative of sin(x²) is cos(x²) times 2x. Put it into the product rule, with u = x. For the square, the "
            "outer function is v² with v = a w + b: what is the derivative of the inside? For the minimum, solve d_sq = 0."
        ),
        (
            "x⁴ has the slope 4 x³; x sin(x²) has sin(x²) + x · cos(x²) · 2x; the square has 2 (a w + b) · a, which is 0 "
            "where a w = -b. For d_affine, make an array that is a everywhere: np.full(np.shape(x), a)."
        ),
    ),
    lecture="Binder, lecture 6; Özçep, lecture 2; Abdurakhmanova: derivatives and rules",
)


def dyadic(rng, *shape):
    """Return numbers of different sizes from 0.5 to 5, in steps of a half: their fourth powers are exact in float32."""
    sizes = rng.permutation(np.array([0.5, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0]))[: math.prod(shape)]
    return rng.choice([-1.0, 1.0], size=shape) * sizes.reshape(shape)


@formulas.case("lines and powers", "d_affine")
def affine_array(rng):
    """Five places: five slopes, all the same."""
    return one(rng), one(rng) * 3, away_from_zero(rng, 5)


@formulas.case("lines and powers", "d_affine")
def affine_number(rng):
    """One place, one slope."""
    return one(rng), one(rng) * 3, one(rng)


@formulas.case("lines and powers", "d_affine")
def affine_whole_places(rng):
    """Places of integer type and a slope that is no whole number: an array made like x cuts it off."""
    return one(rng) + 0.25, one(rng), rng.integers(2, 9, size=4)


@formulas.case("lines and powers", "d_affine")
def affine_one_whole_place(rng):
    """One place of integer type: the answer is a float all the same."""
    return one(rng) - 3.25, one(rng), rng.integers(2, 9, size=1)


@formulas.case("lines and powers", "d_affine", exact=True)
def affine_dyadic(rng):
    """Whole numbers, for a check by hand."""
    a, b = whole(rng, 2).tolist()
    return a, b, whole(rng, 3)


@formulas.case("lines and powers", "d_x2")
def square_array(rng):
    """Numbers of both signs."""
    return (away_from_zero(rng, 5),)


@formulas.case("lines and powers", "d_x2")
def square_number(rng):
    """One number."""
    return (3 * one(rng),)


@formulas.case("lines and powers", "d_x2", exact=True)
def square_dyadic(rng):
    """Halves and whole numbers."""
    return (dyadic(rng, 4),)


@formulas.case("lines and powers", "d_x4")
def fourth_array(rng):
    """Numbers of both signs."""
    return (away_from_zero(rng, 5) * np.array([1.0, 1.5, 0.75, 2.0, 0.5]),)


@formulas.case("lines and powers", "d_x4")
def fourth_negative(rng):
    """One negative number: an odd power keeps its sign."""
    return (-float(rng.uniform(1.2, 1.9)),)


@formulas.case("lines and powers", "d_x4", exact=True)
def fourth_dyadic(rng):
    """Halves and whole numbers."""
    return (dyadic(rng, 3),)


@formulas.case("x sin x²", "d_xsin")
def xsin_array(rng):
    """Numbers of both signs: the derivative is the same at x and -x."""
    return (away_from_zero(rng, 6),)


@formulas.case("x sin x²", "d_xsin")
def xsin_number(rng):
    """One number, as in the lecture."""
    return (-float(rng.uniform(1.9, 2.3)),)


@formulas.case("x sin x²", "d_xsin")
def xsin_far(rng):
    """Far out, where the wave is fast and the second term rules."""
    return (sign(rng) * rng.uniform(4.0, 7.0, size=4),)


@formulas.case("x sin x²", "d_xsin")
def xsin_near_zero(rng):
    """Near 0, where the derivative is about 3x²."""
    return (rng.choice([-1.0, 1.0], size=3) * rng.uniform(0.2, 0.5, size=3),)


@formulas.case("the square and its minimum", "d_sq")
def sq_array(rng):
    """Five places; no two letters are alike."""
    return away_from_zero(rng, 5), one(rng) + 2, one(rng) - 3, one(rng)


@formulas.case("the square and its minimum", "d_sq")
def sq_number(rng):
    """One place, and a line that falls."""
    return 2 * one(rng), -float(rng.uniform(1.3, 3.0)), one(rng), 5 * one(rng)


@formulas.case("the square and its minimum", "d_sq", exact=True)
def sq_dyadic(rng):
    """Whole numbers, for a check by hand."""
    a, b, c = whole(rng, 3).tolist()
    return whole(rng, 4), a, b, c


@formulas.case("the square and its minimum", "argmin_sq")
def argmin_rising(rng):
    """The line inside rises."""
    return float(rng.uniform(2.2, 4.0)), one(rng), 3 * one(rng)


@formulas.case("the square and its minimum", "argmin_sq")
def argmin_falling(rng):
    """The line inside falls: the sign of a counts."""
    return -float(rng.uniform(0.3, 0.8)), one(rng), 3 * one(rng)


@formulas.case("the square and its minimum", "argmin_sq")
def argmin_gentle(rng):
    """A very small slope is not 0: the minimum is far away, and it is there. The line falls."""
    return -1e-12 * float(rng.uniform(0.5, 2.0)), one(rng), one(rng)


@formulas.case("the square and its minimum", "argmin_sq")
def argmin_gentle_again(rng):
    """A small slope once more."""
    return 1e-10 * one(rng), one(rng), one(rng)


@formulas.case("the square and its minimum", "argmin_sq", exact=True)
def argmin_dyadic(rng):
    """A division by a power of two, for a check by hand."""
    b = sign(rng) * float(rng.choice([3, 5, 7, 9]))
    return sign(rng) * 2.0 ** int(rng.integers(2, 5)), b, 6.0


@formulas.case("the square and its minimum", "argmin_sq")
def argmin_of_a_constant(rng):
    """a = 0: every w is as good as any other."""
    return 0.0, one(rng), one(rng)


@formulas.case("the square and its minimum", "argmin_sq")
def argmin_of_a_constant_alone(rng):
    """a = 0 and b = 0: 0 divided by 0 is no error in numpy, only NaN."""
    return 0.0, 0.0, one(rng)


def each(function, x):
    """Return the slope of a torch function at each entry of x."""
    return torch_vjp(function, np.ones(np.shape(x)), x)


def each_complex(function, x):
    """Return the slope of a plain function at each entry of x, by complex steps."""
    return complex_step(function, np.ones(np.shape(x)), x)


@formulas.oracle("d_affine")
def affine_torch(a, b, x):
    return each(lambda x: a * x + b, x)


@formulas.oracle("d_affine")
def affine_complex(a, b, x):
    return each_complex(lambda x: a * x + b, x)


@formulas.oracle("d_x2")
def square_torch(x):
    return each(lambda x: x * x, x)


@formulas.oracle("d_x2")
def square_complex(x):
    return each_complex(lambda x: x * x, x)


@formulas.oracle("d_x4")
def fourth_torch(x):
    return each(lambda x: x * x * x * x, x)


@formulas.oracle("d_x4")
def fourth_complex(x):
    return each_complex(lambda x: (x * x) * (x * x), x)


@formulas.oracle("d_xsin")
def xsin_torch(x):
    return each(lambda x: x * (x * x).sin() + 1, x)


@formulas.oracle("d_xsin")
def xsin_complex(x):
    return each_complex(lambda x: x * np.sin(x * x) + 1, x)


@formulas.oracle("d_sq")
def sq_torch(w, a, b, c):
    return each(lambda w: (a * w + b) ** 2 + c, w)


@formulas.oracle("d_sq")
def sq_complex(w, a, b, c):
    return each_complex(lambda w: (a * w + b) ** 2 + c, w)


@formulas.oracle("argmin_sq")
def argmin_parabola(a, b, c):
    """The vertex of the parabola through three of its points, in fractions."""
    left, middle, right = ((Fraction(a) * w + Fraction(b)) ** 2 + Fraction(c) for w in (-1, 0, 1))
    return float((left - right) / (2 * (left - 2 * middle + right)))


@formulas.oracle("argmin_sq")
def argmin_root(a, b, c):
    """Where the function takes its value c, a double root: the bracket is 0."""
    with mpmath.workdps(60):
        line = [mpmath.mpf(a) * w + mpmath.mpf(b) for w in (0, 1)]
        return float(mpmath.polyroots([line[1] - line[0], line[0]])[0])


@formulas.variant("d_affine")
def affine_full(a, b, x):
    return np.full(np.shape(x), float(a))


@formulas.variant("d_affine")
def affine_times_zero(a, b, x):
    return a + 0 * x


@formulas.variant("d_affine")
def affine_by_type(a, b, x):
    return a if np.ndim(x) == 0 else np.array([a for _ in x])


@formulas.variant("d_affine")
def affine_float32(a, b, x):
    return np.float32(a) * np.ones_like(x, dtype=np.float32)


@formulas.variant("d_x2")
def square_sum(x):
    return x + x


@formulas.variant("d_x2")
def square_float32(x):
    return np.float32(2) * np.asarray(x, dtype=np.float32)


@formulas.variant("d_x4")
def fourth_chain(x):
    return 2 * x**2 * (2 * x)


@formulas.variant("d_x4")
def fourth_products(x):
    return 4 * (x * x * x)


@formulas.variant("d_x4")
def fourth_float32(x):
    x = np.asarray(x, dtype=np.float32)
    return 4 * x**3


@formulas.variant("d_xsin")
def xsin_products(x):
    inner = x * x
    outer = np.sin(inner)
    return 1 * outer + x * (np.cos(inner) * 2 * x)


@formulas.variant("d_xsin")
def xsin_loop(x):
    if np.ndim(x) == 0:
        return math.sin(x * x) + 2 * x * x * math.cos(x * x)
    slopes = np.zeros(len(x))
    for i, place in enumerate(x):
        slopes[i] = math.sin(place**2) + 2 * place**2 * math.cos(place**2)
    return slopes


@formulas.variant("d_xsin")
def xsin_float32(x):
    x = np.asarray(x, dtype=np.float32)
    return np.sin(x**2) + 2 * x**2 * np.cos(x**2)


@formulas.variant("d_sq")
def sq_expanded(w, a, b, c):
    return 2 * a**2 * w + 2 * a * b


@formulas.variant("d_sq")
def sq_chain(w, a, b, c):
    inner = a * w + b
    return 2 * inner * a


@formulas.variant("d_sq")
def sq_float32(w, a, b, c):
    w, a, b = np.asarray(w, dtype=np.float32), np.float32(a), np.float32(b)
    return 2 * (a * w + b) * a


@formulas.variant("argmin_sq")
def argmin_expanded(a, b, c):
    if not a:
        raise ValueError("a is 0")
    return -(2 * a * b) / (2 * a * a)


@formulas.variant("argmin_sq")
def argmin_caught(a, b, c):
    try:
        return -(float(b) / float(a))
    except ZeroDivisionError:
        raise ValueError("the function is constant") from None


@formulas.variant("argmin_sq")
def argmin_float32(a, b, c):
    if a == 0.0:
        raise ValueError("a is 0")
    return -np.float32(b) / np.float32(a)


@formulas.mistake(
    "One number for all places. With an array x, how many slopes are asked for?", "d_affine", catalogue="M10"
)
def affine_one_number(a, b, x):
    return a


@formulas.mistake("This is the line itself. How steep is it?", "d_affine")
def affine_itself(a, b, x):
    return a * x + b


@formulas.mistake("b only lifts the line. What does lifting do to a slope?", "d_affine")
def affine_b_kept(a, b, x):
    return a + b + 0 * x


@formulas.mistake(
    "The x is still there. What is the slope of the straight line 3x, at any place?", "d_affine"
)
def affine_x_kept(a, b, x):
    return a * x


@formulas.mistake("Which of the two letters is the slope of the line, and which its height at 0?", "d_affine")
def affine_height(a, b, x):
    return b + 0 * x


@formulas.mistake(
    "An array made like x holds whole numbers if x does, and cuts off the decimals of a. Which type should yours have?",
    "d_affine",
    catalogue="M38",
)
def affine_like_x(a, b, x):
    return np.full_like(x, a)


@formulas.mistake("This is the function itself. What is the rule for a power?", "d_x2")
def square_itself(x):
    return x**2


@formulas.mistake("The 2 of the power is lost. Where does it go?", "d_x2", catalogue="M03")
def square_factor_lost(x):
    return 1.0 * x


@formulas.mistake(
    "You differentiated twice, or dropped the x. Is the slope of a parabola the same everywhere?", "d_x2"
)
def square_constant(x):
    return 2.0 + 0 * x


@formulas.mistake(
    "Right to a few digits: a difference quotient with some step. The limit is asked for: what is left of 2x + h?",
    "d_x2",
    catalogue="M34",
)
def square_measured(x):
    return ((x + 1e-3) ** 2 - x**2) / 1e-3


@formulas.mistake(
    "You differentiated the outer square only. What is the derivative of the x² inside?",
    "d_x4",
    catalogue="M20",
)
def fourth_inner_missing(x):
    return 2 * x**2


@formulas.mistake(
    "Your outer derivative is taken at x. Which number does the outer square receive?",
    "d_x4",
    catalogue="M21",
)
def fourth_outer_at_x(x):
    return (2 * x) * (2 * x)


@formulas.mistake("The power has not come down by one. What is the rule?", "d_x4")
def fourth_power_kept(x):
    return 4 * x**4


@formulas.mistake("The 4 of the power is lost. Where does it go?", "d_x4", catalogue="M03")
def fourth_factor_lost(x):
    return x**3


@formulas.mistake("You multiplied by the new power. Which power becomes the factor?", "d_x4")
def fourth_new_power(x):
    return 3 * x**3


@formulas.mistake(
    "You multiplied the derivatives of the two factors. What does the product rule say?", "d_xsin"
)
def xsin_product_of_derivatives(x):
    return 2 * x * np.cos(x**2)


@formulas.mistake(
    "The derivative of what is inside the sine is missing. What is the derivative of x²?",
    "d_xsin",
    catalogue="M20",
)
def xsin_inner_missing(x):
    return np.sin(x**2) + x * np.cos(x**2)


@formulas.mistake(
    "Your cosine is taken at x. Which number does the sine receive, and so its derivative?",
    "d_xsin",
    catalogue="M21",
)
def xsin_outer_at_x(x):
    return np.sin(x**2) + 2 * x**2 * np.cos(x)


@formulas.mistake("Only one term of the product rule is there. What happens to the other factor?", "d_xsin")
def xsin_second_term_only(x):
    return 2 * x**2 * np.cos(x**2)


@formulas.mistake("Only one term of the product rule is there. What happens to the sine?", "d_xsin")
def xsin_first_term_only(x):
    return np.sin(x**2)


@formulas.mistake(
    "The square belongs to x, not to the sine. What is the difference between sin(x²) and (sin x)²?", "d_xsin"
)
def xsin_square_of_sine(x):
    return np.sin(x) ** 2 + 2 * x * np.sin(x) * np.cos(x)


@formulas.mistake(
    "What is the derivative of the sine: the cosine, or minus the cosine?", "d_xsin", catalogue="M04"
)
def xsin_sign(x):
    return np.sin(x**2) - 2 * x**2 * np.cos(x**2)


@formulas.mistake("The + 1 only lifts the graph. What does lifting do to a slope?", "d_xsin")
def xsin_constant_kept(x):
    return np.sin(x**2) + 2 * x**2 * np.cos(x**2) + 1


@formulas.mistake("This is the function itself. How steep is it?", "d_xsin")
def xsin_itself(x):
    return x * np.sin(x**2) + 1


@formulas.mistake(
    "Right to a few digits: a difference quotient. This exercise asks for the formula: which rule comes first?",
    "d_xsin",
    catalogue="M34",
)
def xsin_measured(x):
    def f(x):
        return x * np.sin(x**2) + 1

    return (f(x + 1e-3) - f(x)) / 1e-3


@formulas.mistake(
    "The derivative of what is inside the bracket is missing. How fast does a w + b grow with w?",
    "d_sq",
    catalogue="M20",
)
def sq_inner_missing(w, a, b, c):
    return 2 * (a * w + b)


@formulas.mistake(
    "The 2 of the square is lost. There is no ½ in front of this square: where does the 2 go?",
    "d_sq",
    catalogue="M03",
)
def sq_factor_lost(w, a, b, c):
    return a * (a * w + b)


@formulas.mistake(
    "Your outer derivative is taken at w. Which number is squared here?", "d_sq", catalogue="M21"
)
def sq_outer_at_w(w, a, b, c):
    return 2 * w * a


@formulas.mistake("c only lifts the parabola. What does lifting do to a slope?", "d_sq")
def sq_constant_kept(w, a, b, c):
    return 2 * a * (a * w + b) + c


@formulas.mistake("You differentiated by a. Which letter is the variable here?", "d_sq")
def sq_by_a(w, a, b, c):
    return 2 * w * (a * w + b)


@formulas.mistake("The bracket should stay as it is. Why did b disappear from it?", "d_sq")
def sq_b_lost(w, a, b, c):
    return 2 * a * (a * w)


@formulas.mistake("This is the function itself. How steep is it?", "d_sq")
def sq_itself(w, a, b, c):
    return (a * w + b) ** 2 + c


@formulas.mistake("Right size, opposite sign. Where is a w + b equal to 0?", "argmin_sq", catalogue="M04")
def argmin_sign(a, b, c):
    if a == 0:
        raise ValueError("a is 0")
    return b / a


@formulas.mistake(
    "You divided the wrong way round. Solve a w = -b for w: by what do you divide?", "argmin_sq"
)
def argmin_upside_down(a, b, c):
    if a == 0:
        raise ValueError("a is 0")
    return -a / b


@formulas.mistake("That is how low the function gets. At which w does it get there?", "argmin_sq")
def argmin_value(a, b, c):
    if a == 0:
        raise ValueError("a is 0")
    return c


@formulas.mistake("-b / (2a) belongs to a w² + b w + c. Is that the function here?", "argmin_sq")
def argmin_other_parabola(a, b, c):
    if a == 0:
        raise ValueError("a is 0")
    return -b / (2 * a)


@formulas.mistake(
    "The place where a w + b is 0 may lie left or right, and you take the size of a. Where did its sign go?",
    "argmin_sq",
)
def argmin_size_of_a(a, b, c):
    if a == 0:
        raise ValueError("a is 0")
    return -b / abs(a)


@formulas.mistake(
    "For a = 0 your function divides by zero. Which exception does the text ask for?", "argmin_sq"
)
def argmin_not_guarded(a, b, c):
    return -b / a


@formulas.mistake(
    "For a = 0 no w is better than the others, and yet you return one. How does a Python function say no?",
    "argmin_sq",
)
def argmin_zero_returned(a, b, c):
    return 0.0 if a == 0 else -b / a


@formulas.mistake(
    "For a = 0 you return NaN, or something infinite. How does a Python function say that there is no answer?",
    "argmin_sq",
)
def argmin_nan_returned(a, b, c):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.float64(b) / np.float64(a)


@formulas.mistake(
    "A small a is not 0: the minimum is far away, but it is there. What exactly makes an answer impossible?",
    "argmin_sq",
)
def argmin_small_is_zero(a, b, c):
    if np.isclose(a, 0):
        raise ValueError("a is 0")
    return -b / a


formulas.equivalent(
    "argmin-sign * -1",
    "argmin-other-parabola * 2",
    "sq-factor-lost * 2",
    "square-factor-lost * 2",
    because="the mistake is this factor, and nothing else",
)
formulas.equivalent(
    "d_affine: a + np.zeros(np.shape(x)) -> a - np.zeros(np.shape(x)) #1",
    because="adding 0 and subtracting it are the same",
)


# ---------------------------------------------------------------------------------------------------- 1.5
motion = assignment.exercise(
    "tangents",
    id="1.5",
    minutes=20,
    points={"by formula": 2, "measured": 2},
    functions=("tangent", "tangent_fd"),
    hints=(
        (
            "What are the three derivatives, for a single time? Then: if there are five times, how many rows and how many "
            "columns does the answer have?"
        ),
        (
            "np.stack([...], axis=1) puts three arrays of shape (k,) side by side, as columns. For tangent_fd, subtracting two "
            "arrays of numpy subtracts entry by entry: look at your code from 1.2 again."
        ),
        (
            "The columns are -np.sin(t), np.cos(t) and 2 * t. tangent_fd is (curve(t + h) - curve(t)) / h, or your "
            "central_q with curve as its function: nothing in there minds that the values are arrays."
        ),
    ),
    lecture="Özçep, lecture 2: vector functions and the tangent vector",
)


@motion.case("by formula")
def tangent_generic(rng):
    """Five times of both signs: the shape (3, 5) is the transposed one."""
    return (3 * away_from_zero(rng, 5),)


@motion.case("by formula")
def tangent_square(rng):
    """Three times: only the numbers tell rows from columns."""
    return (np.sort(rng.uniform(0.3, 3.0, size=3)),)


@motion.case("by formula")
def tangent_one_time(rng):
    """One time: one row, and still two axes."""
    return (away_from_zero(rng, 1),)


@motion.case("by formula")
def tangent_long(rng):
    """Several turns around the circle, 17 times."""
    return (rng.uniform(-12.0, 12.0, size=17),)


@motion.case("by formula")
def tangent_whole_times(rng):
    """Times of integer type: an array made like t cuts off every decimal."""
    return (rng.permutation(np.arange(1, 8))[:4],)


@motion.case("by formula")
def tangent_whole_times_again(rng):
    """Negative whole numbers, seven of them."""
    return (rng.permutation(np.arange(-9, 0))[:7],)


@motion.case("by formula")
def tangent_start(rng):
    """The time 0: (0, 1, 0), twice."""
    return (np.zeros(2),)


def any_curve(rng, n):
    """Return a curve in n dimensions: a wave and a cubic polynomial in each coordinate."""
    parts = {"coefficients": away_from_zero(rng, n, 4), "speeds": away_from_zero(rng, n)}
    return Callback("curve", "point", parts)


@motion.case("measured", "tangent_fd")
def fd_generic(rng):
    """Four coordinates, h = 0.01."""
    return any_curve(rng, 4), one(rng), 0.01


@motion.case("measured", "tangent_fd")
def fd_small_step(rng):
    """Five coordinates and a small step."""
    return any_curve(rng, 5), one(rng), 1e-5


@motion.case("measured", "tangent_fd")
def fd_plane(rng):
    """Two coordinates and a large step: far from the derivative."""
    return any_curve(rng, 2), one(rng), 0.25


@motion.case("measured", "tangent_fd")
def fd_one_coordinate(rng):
    """One coordinate: an array of one entry."""
    return any_curve(rng, 1), one(rng), 0.125


@motion.case("measured", "tangent_fd")
def fd_dyadic(rng):
    """Cubic polynomials with whole numbers, and h = 1/8: no rounding error."""
    parts = {"coefficients": whole(rng, 2, 4), "speeds": np.zeros(2)}
    return Callback("curve", "point", parts), sign(rng) * float(rng.integers(1, 4)), 0.125


@motion.judge("tangent_fd")
def fd_judge(run, curve, t, h):
    """Accept a forward or central quotient with step h; backward, and central over half steps, are as right."""
    if not run.queries:
        return Mismatch(
            "queries", "curve was never called. Where is the point at the time t, and a little later?"
        )
    for ahead, behind in ((1, 0), (1, -1), (0, -1), (0.5, -0.5)):
        if is_quotient(run.value, curve, t, ahead, behind, h):
            return None
    return Mismatch(
        "quotient",
        "These are no difference quotients of the coordinates with step h. What is subtracted from what, and how much "
        "time lies between the two points?",
    )


COORDINATES = ("cos", "sin", "square")


@motion.oracle()
def tangent_torch(t):
    return np.stack(
        [torch_vjp(lambda t, name=name: getattr(t, name)(), np.ones(len(t)), t) for name in COORDINATES], 1
    )


@motion.oracle()
def tangent_complex(t):
    columns = [
        complex_step(lambda t, name=name: getattr(np, name)(t), np.ones(len(t)), t) for name in COORDINATES
    ]
    return np.stack(columns, axis=1)


@motion.oracle("tangent_fd")
def fd_extended(curve, t, h):
    """The central quotient in extended precision: the reference's rounding errors are not in it."""
    t, h = np.longdouble(t), np.longdouble(h)
    return ((curve(t + h) - curve(t - h)) / (2 * h)).astype(np.float64)


@motion.variant()
def tangent_loop(t):
    rows = np.zeros((len(t), 3))
    for i in range(len(t)):
        rows[i] = -math.sin(t[i]), math.cos(t[i]), 2 * t[i]
    return rows


@motion.variant()
def tangent_columns(t):
    return np.column_stack((-np.sin(t), np.cos(t), t + t))


@motion.variant()
def tangent_turned(t):
    return np.array([-1 * np.sin(t), np.cos(t), 2.0 * t]).T


@motion.variant()
def tangent_float32(t):
    t = t.astype(np.float32)
    return np.stack([-np.sin(t), np.cos(t), 2 * t], axis=-1)


@motion.variant("tangent_fd")
def fd_forward(curve, t, h):
    return (curve(t + h) - curve(t)) / h


@motion.variant("tangent_fd")
def fd_by_forward(curve, t, h):
    return forward_q(curve, t, h)


@motion.variant("tangent_fd")
def fd_loop(curve, t, h):
    here = curve(t)
    later = curve(t + h)
    slopes = np.zeros(len(here))
    for i in range(len(here)):
        slopes[i] = (later[i] - here[i]) / h
    return slopes


@motion.variant("tangent_fd")
def fd_one_coordinate_at_a_time(curve, t, h):
    return np.array([central_q(lambda s, i=i: curve(s)[i], t, h) for i in range(len(curve(t)))])


@motion.variant("tangent_fd")
def fd_float32(curve, t, h):
    return ((curve(t + h) - curve(t)) / h).astype(np.float32)


@motion.mistake(
    "Your numbers are turned on their side: one row for each coordinate. What should a row stand for?",
    catalogue="M09",
)
def tangent_transposed(t):
    return np.array([-np.sin(t), np.cos(t), 2.0 * t])


@motion.mistake("This is where the point is. Where is it heading?")
def tangent_position(t):
    return np.stack([np.cos(t), np.sin(t), t**2], axis=1)


@motion.mistake("A sign is lost: does the cosine grow or fall just after the time 0?", catalogue="M04")
def tangent_cosine_sign(t):
    return np.stack([np.sin(t), np.cos(t), 2 * t], axis=1)


@motion.mistake("A sign too many: does the sine grow or fall just after the time 0?", catalogue="M04")
def tangent_sine_sign(t):
    return np.stack([-np.sin(t), -np.cos(t), 2 * t], axis=1)


@motion.mistake("Two coordinates have changed places. Which function stands first in the curve?")
def tangent_swapped(t):
    return np.stack([np.cos(t), -np.sin(t), 2 * t], axis=1)


@motion.mistake("The 2 of the power is lost. What is the derivative of t²?", catalogue="M03")
def tangent_factor_lost(t):
    return np.stack([-np.sin(t), np.cos(t), t], axis=1)


@motion.mistake("The height t² does not rise at the same speed all the time. What is its derivative?")
def tangent_constant_rise(t):
    return np.stack([-np.sin(t), np.cos(t), 2.0 + 0 * t], axis=1)


@motion.mistake(
    "You brought each vector to length 1. The length of a tangent vector is the speed: does the text take it away?",
    catalogue="M41",
)
def tangent_unit(t):
    rows = np.stack([-np.sin(t), np.cos(t), 2 * t], axis=1)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@motion.mistake(
    "With whole numbers as times your array holds whole numbers too, and cuts off every decimal. Which type does it take "
    "over from t?",
    catalogue="M38",
)
def tangent_whole_numbers(t):
    rows = np.zeros((len(t), 3), dtype=t.dtype)
    rows[:, 0] = -np.sin(t)
    rows[:, 1] = np.cos(t)
    rows[:, 2] = 2 * t
    return rows


@motion.mistake(
    "Right to a few digits: a difference quotient. Part a) asks for the formula: what are the three derivatives?",
    catalogue="M34",
)
def tangent_measured(t):
    def y(t):
        return np.stack([np.cos(t), np.sin(t), t**2], axis=1)

    return (y(t + 1e-3) - y(t)) / 1e-3


@motion.mistake("All vectors are in one long row. Which shape does the text ask for?", catalogue="M10")
def tangent_flat(t):
    return np.stack([-np.sin(t), np.cos(t), 2 * t], axis=1).ravel()


@motion.mistake("You return how far the point moves. A velocity is the distance per what?", "tangent_fd")
def fd_not_divided(curve, t, h):
    return curve(t + h) - curve(t)


@motion.mistake(
    "Your two points lie on both sides of t, and you divide by h. How much time lies between them?",
    "tangent_fd",
    catalogue="M35",
)
def fd_central_over_h(curve, t, h):
    return (curve(t + h) - curve(t - h)) / h


@motion.mistake(
    "Your two points are h apart, and you divide by 2h. How much time lies between them?",
    "tangent_fd",
    catalogue="M35",
)
def fd_forward_over_two_h(curve, t, h):
    return (curve(t + h) - curve(t)) / (2 * h)


@motion.mistake(
    "Right size, opposite direction: your point runs backwards. Which of the two points comes first when you subtract?",
    "tangent_fd",
    catalogue="M04",
)
def fd_sign(curve, t, h):
    return (curve(t) - curve(t + h)) / h


@motion.mistake(
    "This is the speed, one number. A tangent vector has a direction too: which shape has it?",
    "tangent_fd",
    catalogue="M40",
)
def fd_speed(curve, t, h):
    return np.linalg.norm((curve(t + h) - curve(t)) / h)


@motion.mistake(
    "You added the coordinates up. Each of them has a derivative of its own: how many numbers is that?",
    "tangent_fd",
    catalogue="M18",
)
def fd_sum(curve, t, h):
    return np.sum(curve(t + h) - curve(t)) / h


@motion.mistake("Only the first coordinate is there. How many has the curve?", "tangent_fd", catalogue="M18")
def fd_first_only(curve, t, h):
    return (curve(t + h)[0] - curve(t)[0]) / h


@motion.mistake(
    "Your vector has length 1. The length of a tangent vector is the speed: does the text take it away?",
    "tangent_fd",
    catalogue="M41",
)
def fd_unit(curve, t, h):
    v = (curve(t + h) - curve(t)) / h
    return v / np.linalg.norm(v)


@motion.mistake(
    "Your step is always the same. What does the caller choose with the argument h?",
    "tangent_fd",
    catalogue="M35",
)
def fd_own_step(curve, t, h):
    return (curve(t + 1e-6) - curve(t)) / 1e-6


@motion.mistake(
    "Your answer is a row with two axes. In this sheet a vector has the shape (n,): where does the other axis come from?",
    "tangent_fd",
    catalogue="M10",
)
def fd_row(curve, t, h):
    return ((curve(t + h) - curve(t)) / h).reshape(1, -1)


@motion.mistake(
    "Python divides before it subtracts, so only curve(t) is divided by h. Where do you need brackets?",
    "tangent_fd",
)
def fd_brackets(curve, t, h):
    return curve(t + h) - curve(t) / h


motion.equivalent(
    "fd-central-over-h * 0.5",
    "fd-forward-over-two-h * 2",
    "fd-sign * -1",
    because="the mistake is this factor, and nothing else",
)
motion.equivalent(
    "tangent: np.stack([-np.sin(t), np.cos(t), 2 * t], axis=1) -> np.stack([-np.sin(t), np.cos(t), 2 * t], axis=-1) #1",
    because="of two axes the last one is the second",
)
