"""What the instructor knows about the sheet `descent`. Trusted: it never leaves the instructor's machine."""

from fractions import Fraction

import mpmath
import numpy as np

from autograder.authoring import Assignment
from autograder.authoring.judging import Mismatch, asked, close, first_wrong_step
from autograder.authoring.oracles import mp_array, mp_floats
from autograder.sandbox.wire import Callback

assignment = Assignment("descent", title="Gradient descent")


def bowl(rng, d):
    """Return a quadratic whose Hessian has eigenvalues between 0.4 and 4: lr < 0.5 converges, lr = 0.9 need not.

    No two coordinates are alike, all are coupled, and the loss at the minimum is near 20: far from 0.
    """
    half = rng.uniform(0.1, 0.25, size=(d, d)) * rng.choice([-1, 1], size=(d, d))
    return {"A": np.diag(rng.uniform(1.5, 3.0, size=d)) + half + half.T, "b": rng.normal(size=d), "c": 20.0}


def whole_bowl(rng, d):
    """Return a quadratic of small whole numbers: steps of 1/2 or 1/4 from whole numbers are exact in float32."""
    half = np.triu(rng.integers(1, 3, size=(d, d)) * rng.choice([-1, 1], size=(d, d)))
    A = (half + half.T) // 2 * 1.0 + np.diag(np.full(d, 2.0))
    A[0, -1] = A[-1, 0] = 1.0 if d > 1 else A[0, 0]
    return {"A": A, "b": 2.0 * rng.integers(-4, 4, size=d) + 1.0}


def valleys(rng, d):
    """Return a sum of tilted double wells: its gradient is not linear."""
    tilt, width = rng.uniform(-0.3, 0.3, size=d), rng.uniform(0.8, 1.2, size=d)
    zero = np.zeros(d)
    return {"coefficients": np.stack([zero, tilt, -0.5 * width, zero, 0.25 * width], axis=1)}


def points(rng, d):
    """Return a start whose coordinates are not 0, 1 or alike."""
    return rng.uniform(1.5, 3.0, size=d) * rng.choice([-1, 1], size=d)


# ---------------------------------------------------------------------------------------------------- 7.1
gd_exercise = assignment.exercise(
    "gd",
    id="7.1",
    minutes=25,
    points={"steps downhill": 1, "the first row, and whole numbers": 1, "steps uphill": 1},
    hints=(
        "Do the first two steps of the example by hand. Which number do you need again in step two, and at which point?",
        "Make room for all n + 1 rows first and write x0 into row 0. Row t + 1 then depends on row t only.",
        (
            "rows = np.zeros((n + 1, len(x0))), then rows[0] = x0, and for each t: "
            "rows[t + 1] = rows[t] - lr * grad(rows[t]). Uphill is the same with the other sign."
        ),
    ),
    functions=("gd", "ascent"),
    lecture="Lehre, method of gradient descent; Alvarez, gradient descent and ascent",
)


@gd_exercise.case("steps downhill")
def gd_in_a_bowl(rng):
    """Coupled coordinates: one that moves first changes the gradient of the others."""
    return Callback("quadratic", "grad", bowl(rng, 3)), points(rng, 3), rng.uniform(0.2, 0.35), 7


@gd_exercise.case("steps downhill")
def gd_between_valleys(rng):
    """A gradient that is not linear: one gradient for all steps, or a scaled one, shows at once."""
    return Callback("polynomial", "grad", valleys(rng, 2)), points(rng, 2) / 2, rng.uniform(0.1, 0.2), 5


@gd_exercise.case("steps downhill")
def gd_too_far(rng):
    """A step size above 1 that runs away: lr, lr squared and no lr are told apart."""
    return Callback("quadratic", "grad", bowl(rng, 4)), points(rng, 4), rng.uniform(1.2, 1.5), 6


@gd_exercise.case("steps downhill", exact=True)
def gd_exact(rng):
    """Whole numbers and halves: every step is exact."""
    start = rng.integers(1, 9, size=2) * rng.choice([-1.0, 1.0], size=2)
    return Callback("quadratic", "grad", whole_bowl(rng, 2)), start, 0.5, 4


@gd_exercise.case("the first row, and whole numbers")
def gd_no_steps(rng):
    """No steps: the history is the start alone. A history that begins after the first step shows."""
    return Callback("quadratic", "grad", bowl(rng, 3)), points(rng, 3), 0.25, 0


@gd_exercise.case("the first row, and whole numbers")
def gd_one_step(rng):
    """One variable and one step, to be checked by hand."""
    return Callback("quadratic", "grad", bowl(rng, 1)), points(rng, 1), rng.uniform(0.2, 0.4), 1


@gd_exercise.case("the first row, and whole numbers")
def gd_from_whole_numbers(rng):
    """The start is an integer array: its fractions are cut off, or the update is refused."""
    return Callback("quadratic", "grad", bowl(rng, 3)), rng.integers(3, 9, size=3), rng.uniform(0.2, 0.35), 4


@gd_exercise.case("the first row, and whole numbers", exact=True)
def gd_exact_from_whole_numbers(rng):
    """An integer start again, where every step is exact; b is odd, so halves appear at once."""
    start = rng.integers(1, 5, size=2) * 2
    return Callback("quadratic", "grad", whole_bowl(rng, 2)), start, 0.5, 3


@gd_exercise.case("steps uphill", "ascent")
def ascent_of_a_dome(rng):
    """A quadratic with a maximum: ascent goes there, descent runs away."""
    dome = bowl(rng, 3)
    dome["A"] = -dome["A"]
    return Callback("quadratic", "grad", dome), points(rng, 3), rng.uniform(0.2, 0.35), 7


@gd_exercise.case("steps uphill", "ascent")
def ascent_between_valleys(rng):
    """A gradient that is not linear, started inside the valleys so that nothing runs away."""
    start = rng.uniform(0.3, 0.8, size=2) * rng.choice([-1, 1], size=2)
    return Callback("polynomial", "grad", valleys(rng, 2)), start, rng.uniform(0.2, 0.3), 5


@gd_exercise.case("steps uphill", "ascent")
def ascent_from_whole_numbers(rng):
    """The start is an integer array: its fractions are cut off, or the update is refused."""
    return Callback("quadratic", "grad", bowl(rng, 3)), rng.integers(3, 9, size=3), rng.uniform(0.2, 0.35), 4


@gd_exercise.case("steps uphill", "ascent", exact=True)
def ascent_exact(rng):
    """Whole numbers and halves: every step is exact."""
    start = rng.integers(1, 9, size=2) * rng.choice([-1.0, 1.0], size=2)
    return Callback("quadratic", "grad", whole_bowl(rng, 2)), start, 0.5, 4


def history_mismatch(run, grad, x0, lr, sign):
    """Return the first row of a history that one step does not lead to."""
    rows = run.value
    if not np.array_equal(rows[0], x0):
        return Mismatch("start", "Row 0 is not the start x0.", "[0]")
    found = first_wrong_step(rows, asked(run.queries, "grad"), lr, sign=sign, grad=grad)
    if found is not None and rows.dtype.kind in "iu":
        return Mismatch(
            "dtype",
            "The history holds whole numbers only. Which type has the array that you made?",
            found.path,
        )
    return found


@gd_exercise.judge()
def gd_judge(run, grad, x0, lr, n):
    return history_mismatch(run, grad, x0, lr, -1.0)


@gd_exercise.judge("ascent")
def ascent_judge(run, grad, x0, lr, n):
    return history_mismatch(run, grad, x0, lr, 1.0)


def torch_history(grad, x0, lr, n, *, maximize=False):
    """Return the history that torch's own scaled addition makes, the step of its SGD.

    `torch.optim` would take seconds to import, at the start of every grading.
    """
    import torch

    x = torch.tensor(np.asarray(x0, np.float64))
    rows = [x.numpy()]
    for _ in range(n):
        slope = torch.from_numpy(np.asarray(grad(x.numpy().copy())))
        x = torch.add(x, slope, alpha=lr if maximize else -lr)
        rows.append(x.numpy())
    return np.array(rows)


@gd_exercise.oracle()
def gd_torch(grad, x0, lr, n):
    return torch_history(grad, x0, lr, n)


@gd_exercise.oracle("ascent")
def ascent_torch(grad, x0, lr, n):
    return torch_history(grad, x0, lr, n, maximize=True)


@gd_exercise.variant()
def gd_list(grad, x0, lr, n):
    x = x0 * 1.0
    history = [x]
    for _ in range(n):
        x = x - lr * grad(x)
        history.append(x)
    return np.array(history)


@gd_exercise.variant()
def gd_in_place(grad, x0, lr, n):
    x = np.array(x0, dtype=float)
    rows = np.zeros((n + 1, x.size))
    for t in range(n + 1):
        rows[t] = x
        x -= lr * grad(x)  # asks once more than there are steps
    return rows


@gd_exercise.variant()
def gd_coordinates(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)))
    for i in range(len(x0)):
        rows[0, i] = x0[i]
    for t in range(1, n + 1):
        for i in range(len(x0)):
            rows[t, i] = rows[t - 1, i] - grad(rows[t - 1])[i] * lr  # asks d times at the same point
    return rows


@gd_exercise.variant()
def gd_float32(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)), dtype=np.float32)
    rows[0] = x0
    for t in range(n):
        rows[t + 1] = rows[t] - np.float32(lr) * np.asarray(grad(rows[t])).astype(np.float32)
    return rows


@gd_exercise.variant("ascent")
def ascent_loop(grad, x0, lr, n):
    x = x0 * 1.0
    history = [x]
    for _ in range(n):
        x = x + lr * grad(x)
        history.append(x)
    return np.array(history)


@gd_exercise.variant("ascent")
def ascent_flipped_gradient(grad, x0, lr, n):
    return gd(lambda x: -grad(x), x0, lr, n)


@gd_exercise.variant("ascent")
def ascent_float32(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)), dtype=np.float32)
    rows[0] = x0
    for t in range(n):
        rows[t + 1] = rows[t] + np.float32(lr) * np.asarray(grad(rows[t])).astype(np.float32)
    return rows


@gd_exercise.mistake(
    "Right size, opposite direction: your points climb. Which way does the gradient point, and which way is down?",
    catalogue="M04",
)
def gd_climbs(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)))
    rows[0] = x0
    for t in range(n):
        rows[t + 1] = rows[t] + lr * grad(rows[t])
    return rows


@gd_exercise.mistake(
    "Your row 0 is already one step away from the start. What belongs into the history before the first step?",
    catalogue="M57",
)
def gd_start_missing(grad, x0, lr, n):
    x = x0 * 1.0
    history = []
    for _ in range(n + 1):
        x = x - lr * grad(x)
        history.append(x)
    return np.array(history)


@gd_exercise.mistake(
    "One row is missing at the end. Count for n = 1: how many points are there before and after one step?",
    catalogue="M57",
)
def gd_last_row_missing(grad, x0, lr, n):
    x = x0 * 1.0
    history = [x]
    for _ in range(1, n):
        x = x - lr * grad(x)
        history.append(x)
    return np.array(history)


@gd_exercise.mistake(
    "All rows of your history are the same array, so each step changes all of them. What does append store: "
    "the numbers, or a name for the array?",
    catalogue="M58",
)
def gd_rows_are_one_array(grad, x0, lr, n):
    x = x0.astype(float)
    history = [x]
    for _ in range(n):
        x -= lr * grad(x)
        history.append(x)
    return np.array(history)


@gd_exercise.mistake(
    "All rows of your history are the same array, and that array is x0 itself. Where would you need a copy?",
    catalogue="M58",
)
def gd_rows_are_the_start(grad, x0, lr, n):
    x = x0
    history = [x]
    for _ in range(n):
        x -= lr * grad(x)
        history.append(x)
    return np.array(history)


@gd_exercise.mistake(
    "Your points are right, but after the call x0 is no longer where it was. What does `-=` do to an array that "
    "somebody else still uses?",
    catalogue="M58",
)
def gd_moves_the_start(grad, x0, lr, n):
    x = x0
    history = [x.copy()]
    for _ in range(n):
        x -= lr * grad(x)
        history.append(x.copy())
    return np.array(history)


@gd_exercise.mistake(
    "Every step of yours uses the same gradient. At which point do you stand when you ask for it in step two?",
    catalogue="M59",
)
def gd_gradient_asked_once(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)))
    rows[0] = x0
    g = grad(rows[0])
    for t in range(n):
        rows[t + 1] = rows[t] - lr * g
    return rows


@gd_exercise.mistake(
    "Each step forgets where it started: the old point is missing from the new one. Did you write `=-` for `-=`?",
    catalogue="M61",
)
def gd_old_point_missing(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)))
    rows[0] = x0
    for t in range(n):
        rows[t + 1] = -lr * grad(rows[t])
    return rows


@gd_exercise.mistake(
    "You never leave the start. The new point is computed, but where do you keep it for the next step?",
    catalogue="M61",
)
def gd_update_not_kept(grad, x0, lr, n):
    x = x0 * 1.0
    history = [x]
    for _ in range(n):
        x - lr * grad(x)
        history.append(x)
    return np.array(history)


@gd_exercise.mistake(
    "Your first step is right, but the later ones all set off from x0 again. Where should the second step start?",
    catalogue="M61",
)
def gd_always_from_the_start(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)))
    rows[0] = x0
    for t in range(n):
        rows[t + 1] = x0 - lr * grad(rows[t])
    return rows


@gd_exercise.mistake(
    "Your first step has the right direction and the wrong length. How many times does lr enter it?",
    catalogue="M06",
)
def gd_step_size_twice(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)))
    rows[0] = x0
    for t in range(n):
        step = lr * grad(rows[t])
        rows[t + 1] = rows[t] - lr * step
    return rows


@gd_exercise.mistake("Your steps do not depend on lr. How long should a step be if lr is one half?")
def gd_step_size_missing(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)))
    rows[0] = x0
    for t in range(n):
        rows[t + 1] = rows[t] - grad(rows[t])
    return rows


@gd_exercise.mistake(
    "All your steps have the length lr. In gradient descent a steep slope gives a long step: is a norm in your formula "
    "that the text does not have?",
    catalogue="M42",
)
def gd_unit_steps(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)))
    rows[0] = x0
    for t in range(n):
        g = grad(rows[t])
        rows[t + 1] = rows[t] - lr * g / np.linalg.norm(g)
    return rows


@gd_exercise.mistake(
    "Your coordinates move one after the other, and the later ones see a gradient at a point that is half moved. "
    "Ask once, then move all coordinates together. How often do you call grad in one step?",
    catalogue="M56",
)
def gd_one_coordinate_at_a_time(grad, x0, lr, n):
    x = x0 * 1.0
    history = [x.copy()]
    for _ in range(n):
        for i in range(len(x)):
            x[i] -= lr * grad(x)[i]
        history.append(x.copy())
    return np.array(history)


@gd_exercise.mistake(
    "With a start of whole numbers your history holds whole numbers too, and cuts off every fraction. Which type does "
    "your array take over from x0?",
    catalogue="M38",
)
def gd_fractions_cut_off(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)), dtype=x0.dtype)
    rows[0] = x0
    for t in range(n):
        rows[t + 1] = rows[t] - lr * grad(rows[t])
    return rows


@gd_exercise.mistake(
    "A copy of an integer array is an integer array, and `-=` cannot store fractions in it. How do you make a copy "
    "that holds floats?",
    catalogue="M38",
)
def gd_integers_in_place(grad, x0, lr, n):
    x = x0.copy()
    history = [x.copy()]
    for _ in range(n):
        x -= lr * grad(x)
        history.append(x.copy())
    return np.array(history)


@gd_exercise.mistake(
    "You return the last point only. The text asks for every point on the way: where could you collect them?"
)
def gd_last_point_only(grad, x0, lr, n):
    x = x0 * 1.0
    for _ in range(n):
        x = x - lr * grad(x)
    return x


@gd_exercise.mistake(
    "Your history is turned on its side: the points stand in columns. Which of the two sizes should be n + 1?",
    catalogue="M10",
)
def gd_points_in_columns(grad, x0, lr, n):
    columns = np.zeros((len(x0), n + 1))
    columns[:, 0] = x0
    for t in range(n):
        columns[:, t + 1] = columns[:, t] - lr * grad(columns[:, t])
    return columns


@gd_exercise.mistake(
    "Your ascent goes down. What is the only thing that changes between descent and ascent?",
    "ascent",
    catalogue="M04",
)
def ascent_descends(grad, x0, lr, n):
    return gd(grad, x0, lr, n)


@gd_exercise.mistake(
    "You took the path downhill and flipped its points, start included. Which sign has to change: that of the points, "
    "or that of the step?",
    "ascent",
    catalogue="M04",
)
def ascent_mirrors_the_path(grad, x0, lr, n):
    return -gd(grad, x0, lr, n)


@gd_exercise.mistake(
    "Your points climb from the second row on, but the first one is gone. What belongs into row 0?",
    "ascent",
    catalogue="M57",
)
def ascent_start_missing(grad, x0, lr, n):
    x = x0 * 1.0
    history = []
    for _ in range(n + 1):
        x = x + lr * grad(x)
        history.append(x)
    return np.array(history)


@gd_exercise.mistake(
    "Your points are right, but after the call x0 is no longer where it was. What does `+=` do to an array that "
    "somebody else still uses?",
    "ascent",
    catalogue="M58",
)
def ascent_moves_the_start(grad, x0, lr, n):
    x = x0
    history = [x.copy()]
    for _ in range(n):
        x += lr * grad(x)
        history.append(x.copy())
    return np.array(history)


@gd_exercise.mistake(
    "All rows of your history are the same array, so each step changes all of them. Where would you need a copy?",
    "ascent",
    catalogue="M58",
)
def ascent_rows_are_one_array(grad, x0, lr, n):
    x = x0.astype(float)
    history = [x]
    for _ in range(n):
        x += lr * grad(x)
        history.append(x)
    return np.array(history)


@gd_exercise.mistake(
    "Every step of yours uses the same gradient. At which point do you stand when you ask for it in step two?",
    "ascent",
    catalogue="M59",
)
def ascent_gradient_asked_once(grad, x0, lr, n):
    rows = np.zeros((n + 1, len(x0)))
    rows[0] = x0
    g = grad(rows[0])
    for t in range(n):
        rows[t + 1] = rows[t] + lr * g
    return rows


gd_exercise.equivalent(
    "gd: np.zeros((n + 1, len(x0))) -> -np.zeros((n + 1, len(x0))) #1",
    "gd: np.zeros((n + 1, len(x0))) -> 2 * np.zeros((n + 1, len(x0))) #1",
    "gd: np.zeros((n + 1, len(x0))) -> np.ones((n + 1, len(x0))) #1",
    because="every row is overwritten",
)


# ---------------------------------------------------------------------------------------------------- 7.2
stop_exercise = assignment.exercise(
    "gd_tol",
    id="7.2",
    minutes=30,
    points={"stops at a small change": 1, "the first change, and rises": 1, "stops at max_iter": 1},
    hints=(
        (
            "Write down the losses of the example and, below them, the changes from one to the next. How many losses do "
            "you need before the first comparison?"
        ),
        (
            "Before the loop, compute the loss of the start. In the loop: step, keep the old loss, compute the new one, "
            "compare. The step number of a loop that begins with a step counts from 1."
        ),
        (
            "for t in range(1, max_iter + 1): move u; before, L = L, f(u); and break if abs(L - before) < tol. "
            "After the loop return u, L, t."
        ),
    ),
    lecture="Binder, basic algorithm of gradient descent",
)


def of_one_problem(problem, params):
    """Return f and grad of the same problem."""
    return Callback(problem, "f", params), Callback(problem, "grad", params)


def round_bowl(signs, *, lowest=0.0):
    """Return |x - m|² with whole numbers m: with lr = 1/4 every step halves the distance from m, exactly."""
    d = len(signs)
    return {"A": 2.0 * np.eye(d), "b": 2.0 * signs, "c": float(signs @ signs) + lowest}


@stop_exercise.case("stops at a small change")
def tol_in_a_bowl(rng):
    """The loss ends near 20: a loop that waits for a small loss, or for a small gradient, stops elsewhere."""
    return *of_one_problem("quadratic", bowl(rng, 3)), points(rng, 3), rng.uniform(0.1, 0.2), 0.01, 60


@stop_exercise.case("stops at a small change")
def tol_between_valleys(rng):
    """A loss below 0 from the first steps on, and a gradient that is not linear."""
    start = rng.uniform(0.3, 0.6, size=2) * rng.choice([-1, 1], size=2)
    return *of_one_problem("polynomial", valleys(rng, 2)), start, rng.uniform(0.1, 0.15), 0.004, 80


@stop_exercise.case("stops at a small change", exact=True)
def tol_met_exactly(rng):
    """One change equals tol: it is not smaller than tol."""
    sign = rng.choice([-1.0, 1.0])
    return *of_one_problem("quadratic", round_bowl(np.zeros(1))), np.array([8.0 * sign]), 0.25, 3.0, 20


@stop_exercise.case("stops at a small change", exact=True)
def tol_met_exactly_in_two_variables(rng):
    """One change equals tol, with a minimum that is neither at 0 nor of loss 0."""
    middle = rng.choice([-1.0, 1.0], size=2)
    start = middle + rng.permutation([8.0, 4.0]) * rng.choice([-1.0, 1.0], size=2)
    return *of_one_problem("quadratic", round_bowl(middle, lowest=2.0)), start, 0.25, 15.0, 20


@stop_exercise.case("the first change, and rises", exact=True)
def tol_start_at_the_minimum(rng):
    """Nothing moves: one step is needed to see it, and no second one."""
    A, minimum = whole_bowl(rng, 3)["A"], rng.integers(1, 5, size=3) * rng.choice([-1.0, 1.0], size=3)
    return *of_one_problem("quadratic", {"A": A, "b": A @ minimum, "c": 64.0}), minimum, 0.25, 0.5, 9


@stop_exercise.case("the first change, and rises")
def tol_generous(rng):
    """The very first change is smaller than tol."""
    return *of_one_problem("quadratic", bowl(rng, 2)), points(rng, 2), rng.uniform(0.02, 0.04), 8.0, 12


@stop_exercise.case("the first change, and rises")
def tol_rises_once(rng):
    """The first step jumps to a higher place across the valley, then all goes well: a rise is a change too."""
    start, params = rng.uniform(0.74, 0.76, size=1), {"coefficients": np.array([[4.0, 0.0, 1.5, 1.0, 0.5]])}
    return *of_one_problem("polynomial", params), start, 0.4375, 0.03, 30


@stop_exercise.case("the first change, and rises")
def tol_rises_once_in_a_steeper_valley(rng):
    """Another valley where the first step is too long and the others are not."""
    start, params = rng.uniform(0.49, 0.51, size=1), {"coefficients": np.array([[3.0, 0.0, 2.0, 2.0, 1.0]])}
    return *of_one_problem("polynomial", params), start, 0.390625, 0.02, 30


@stop_exercise.case("stops at max_iter")
def tol_never_met(rng):
    """Slow descent and a tiny tol: max_iter ends it."""
    return *of_one_problem("quadratic", bowl(rng, 3)), points(rng, 3), rng.uniform(0.02, 0.03), 1e-4, 7


@stop_exercise.case("stops at max_iter")
def tol_running_away(rng):
    """The loss grows in every step: max_iter ends it."""
    return *of_one_problem("quadratic", bowl(rng, 4)), points(rng, 4), rng.uniform(1.4, 1.6), 0.1, 5


@stop_exercise.judge()
def gd_tol_judge(run, f, grad, u0, lr, tol, max_iter):
    u, loss, t = run.value
    if t != int(t) or not 1 <= t <= max_iter:
        return Mismatch("count", "t must be a whole number of steps, at least 1 and at most max_iter.", "t")
    t = int(t)
    points_asked = asked_points(asked(run.queries, "grad"))
    if len(points_asked) < t:
        return Mismatch("count", f"t is {t}, but fewer points than that were asked for their gradient.", "t")
    path = [query.args[0] for query in points_asked[:t]]
    if any(point.shape != u.shape for point in path):
        return Mismatch("queries", "grad was asked at something that does not have the shape of u0.")
    if not np.array_equal(path[0], u0):
        return Mismatch("start", "The first gradient was not asked at u0.", "[0]")
    path = np.stack([*path, u])
    found = first_wrong_step(path, points_asked, lr, grad=grad)
    if found is not None and found.kind == "step" and found.path == f"[{t}]":
        return Mismatch("step", f"t is {t}, but u is not where step {t} of your loop leads to.", "u")
    if found is not None and found.kind == "step":
        where = found.path.strip("[]")
        return Mismatch(
            found.kind, f"Step {where} of your loop is not a step of gradient descent.", found.path
        )
    if found is not None:
        return found
    return loss_mismatch(f, u, loss) or stop_mismatch(
        [float(f(point)) for point in path], path, tol, max_iter
    )


def asked_points(queries):
    """Return the queries without those that ask again at a point that the next step would have left."""
    kept = []
    for query in queries:
        again = kept and np.array_equal(query.args[0], kept[-1].args[0])
        if not (again and np.any(kept[-1].value)):
            kept.append(query)
    return kept


def loss_mismatch(f, u, loss):
    """Return whether `loss` is what f answers at u."""
    here = float(f(u))
    # f at u and -u together: near a minimum the parts of a loss are larger than the loss
    if close(loss, here, abs(here) + abs(float(f(-u)))):
        return None
    return Mismatch("value", "L is not the loss at the point u that you return.", "L")


def stop_mismatch(losses, path, tol, max_iter):
    """Return whether the loop that took this path should have stopped earlier, or gone on."""
    steps = len(losses) - 1
    for t in range(1, steps + 1):
        change = abs(losses[t] - losses[t - 1])
        doubt = rounding(losses[t], losses[t - 1], path)
        if t < steps and change + doubt < tol:
            return Mismatch("stop", "An earlier step had already changed the loss by less than tol.", "t")
        if t == steps < max_iter and change - doubt >= tol:
            return Mismatch(
                "stop", f"You stopped after {t} steps, where the loss still changed by tol or more.", "t"
            )
    return None


def rounding(one, other, path):
    """Return what rounding may do to a difference of two losses: nothing if every number in it fits float32."""
    if all(float(np.float32(value)) == value for value in (one, other, one - other)):
        return 0.0
    single = np.array_equal(path, path.astype(np.float32))
    return 4 * (2.0**-24 if single else 2.0**-53) * (abs(one) + abs(other))


@stop_exercise.oracle()
def gd_tol_afterwards(f, grad, u0, lr, tol, max_iter):
    rows = torch_history(grad, u0, lr, max_iter)
    losses = np.array([f(row) for row in rows])
    small = np.abs(np.diff(losses)) < tol
    t = int(np.argmax(small)) + 1 if small.any() else max_iter
    return rows[t], losses[t], t


@stop_exercise.variant()
def gd_tol_while(f, grad, u0, lr, tol, max_iter):
    u = u0 - lr * grad(u0)
    losses = [f(u0), f(u)]
    t = 1
    while t < max_iter and abs(losses[-1] - losses[-2]) >= tol:
        u = u - lr * grad(u)
        losses.append(f(u))
        t += 1
    return u, losses[-1], t


@stop_exercise.variant()
def gd_tol_gradient_ahead(f, grad, u0, lr, tol, max_iter):
    u = u0.copy()
    g = grad(u)
    for t in range(max_iter):
        old = f(u)
        u -= g * lr
        g = grad(u)  # for the next step, if there is one
        if -tol < f(u) - old < tol:
            return u, f(u), t + 1
    return u, f(u), max_iter


@stop_exercise.variant()
def gd_tol_recursive(f, grad, u0, lr, tol, max_iter):
    u = u0 - lr * grad(u0)
    if max_iter == 1 or abs(f(u0) - f(u)) < tol:
        return u, f(u), 1
    u, L, t = gd_tol_recursive(f, grad, u, lr, tol, max_iter - 1)
    return u, L, t + 1


@stop_exercise.variant()
def gd_tol_float32(f, grad, u0, lr, tol, max_iter):
    u = u0.astype(np.float32)
    L = np.float32(f(u))
    for t in range(1, max_iter + 1):
        u = u - np.float32(lr) * np.asarray(grad(u)).astype(np.float32)
        before, L = L, np.float32(f(u))
        if abs(L - before) < tol:
            break
    return u, L, t


@stop_exercise.mistake(
    "You stop when the gradient is short. This rule looks at two losses: by how much did the last step change them?",
    catalogue="M60",
)
def gd_tol_short_gradient(f, grad, u0, lr, tol, max_iter):
    u = u0.copy()
    for t in range(1, max_iter + 1):
        g = grad(u)
        u = u - lr * g
        if np.linalg.norm(g) < tol:
            break
    return u, f(u), t


@stop_exercise.mistake(
    "You stop when the loss itself is small. Some losses never come near 0: which difference does the rule ask for?",
    catalogue="M60",
)
def gd_tol_small_loss(f, grad, u0, lr, tol, max_iter):
    u = u0.copy()
    for t in range(1, max_iter + 1):
        u = u - lr * grad(u)
        if f(u) < tol:
            break
    return u, f(u), t


@stop_exercise.mistake(
    "Your loop ends as soon as the loss rises. A rise is a change as well: which bars are missing?",
    catalogue="M60",
)
def gd_tol_stops_at_a_rise(f, grad, u0, lr, tol, max_iter):
    u, L = u0.copy(), f(u0)
    for t in range(1, max_iter + 1):
        u = u - lr * grad(u)
        before, L = L, f(u)
        if before - L < tol:
            break
    return u, L, t


@stop_exercise.mistake(
    "Your loop ends as soon as the loss falls. Is a fall from 64 to 16 smaller than tol? Look for missing bars.",
    catalogue="M60",
)
def gd_tol_stops_at_a_fall(f, grad, u0, lr, tol, max_iter):
    u, L = u0.copy(), f(u0)
    for t in range(1, max_iter + 1):
        u = u - lr * grad(u)
        before, L = L, f(u)
        if L - before < tol:
            break
    return u, L, t


@stop_exercise.mistake(
    "You compare before the first step, when old and new loss are the same number. Where should the step go?",
    catalogue="M60",
)
def gd_tol_compares_too_early(f, grad, u0, lr, tol, max_iter):
    u, before = u0.copy(), f(u0)
    t = 0
    while t < max_iter:
        L = f(u)
        if abs(L - before) < tol:
            break
        before = L
        u = u - lr * grad(u)
        t += 1
    return u, f(u), t


@stop_exercise.mistake(
    "The change of the very first step never counts in your loop. Which loss do you compare the first one with?",
    catalogue="M60",
)
def gd_tol_first_change_ignored(f, grad, u0, lr, tol, max_iter):
    u, L = u0.copy(), np.inf
    for t in range(1, max_iter + 1):
        u = u - lr * grad(u)
        before, L = L, f(u)
        if abs(L - before) < tol:
            break
    return u, L, t


@stop_exercise.mistake(
    "You measure how far the point moved. The rule measures something else: what changes by less than tol?",
    catalogue="M60",
)
def gd_tol_short_step(f, grad, u0, lr, tol, max_iter):
    u = u0.copy()
    for t in range(1, max_iter + 1):
        step = lr * grad(u)
        u = u - step
        if np.linalg.norm(step) < tol:
            break
    return u, f(u), t


@stop_exercise.mistake(
    "You compare the change with tol times the loss. Is there a division or a product with the loss in the rule?"
)
def gd_tol_relative_change(f, grad, u0, lr, tol, max_iter):
    u, L = u0.copy(), f(u0)
    for t in range(1, max_iter + 1):
        u = u - lr * grad(u)
        before, L = L, f(u)
        if abs(L - before) < tol * abs(before):
            break
    return u, L, t


@stop_exercise.mistake(
    "Your loop also stops when the change equals tol. What does the sign `<` say about two equal numbers?"
)
def gd_tol_equal_counts(f, grad, u0, lr, tol, max_iter):
    u, L = u0.copy(), f(u0)
    for t in range(1, max_iter + 1):
        u = u - lr * grad(u)
        before, L = L, f(u)
        if abs(L - before) <= tol:
            break
    return u, L, t


@stop_exercise.mistake(
    "Every loss is compared with the loss of the start. Which line should move the old loss along?",
    catalogue="M61",
)
def gd_tol_old_loss_not_moved(f, grad, u0, lr, tol, max_iter):
    u, before = u0.copy(), f(u0)
    for t in range(1, max_iter + 1):
        u = u - lr * grad(u)
        L = f(u)
        if abs(L - before) < tol:
            break
    return u, L, t


@stop_exercise.mistake("Your loop always takes max_iter steps. Where do you use tol?", catalogue="M60")
def gd_tol_never_stops(f, grad, u0, lr, tol, max_iter):
    u = u0.copy()
    for _ in range(max_iter):
        u = u - lr * grad(u)
    return u, f(u), max_iter


@stop_exercise.mistake(
    "Your loop goes on past max_iter. What ends it if the change never gets small?", catalogue="M60"
)
def gd_tol_no_limit(f, grad, u0, lr, tol, max_iter):
    u, before, L = u0.copy(), np.inf, f(u0)
    t = 0
    while t == 0 or abs(L - before) >= tol:
        u = u - lr * grad(u)
        before, L = L, f(u)
        t += 1
    return u, L, t


@stop_exercise.mistake(
    "Point and loss are right, but t is one too small. How many steps are done when range(max_iter) gives its first "
    "number and you have moved once?",
    catalogue="M57",
)
def gd_tol_counts_from_zero(f, grad, u0, lr, tol, max_iter):
    u, L = u0.copy(), f(u0)
    for t in range(max_iter):
        u = u - lr * grad(u)
        before, L = L, f(u)
        if abs(L - before) < tol:
            break
    return u, L, t


@stop_exercise.mistake(
    "The loss that you return belongs to the point before the last one. When do you compute it, before or after the step?",
    catalogue="M57",
)
def gd_tol_loss_before_the_step(f, grad, u0, lr, tol, max_iter):
    u = u0.copy()
    for t in range(1, max_iter + 1):
        L = f(u)
        u = u - lr * grad(u)
        if abs(f(u) - L) < tol:
            break
    return u, L, t


@stop_exercise.mistake(
    "You return the point before the last step. The step that changed the loss so little was taken: which point is the "
    "last one?",
    catalogue="M57",
)
def gd_tol_point_before_the_step(f, grad, u0, lr, tol, max_iter):
    u, L = u0.copy(), f(u0)
    for t in range(1, max_iter + 1):
        new = u - lr * grad(u)
        before, L = L, f(new)
        if abs(L - before) < tol:
            break
        if t < max_iter:
            u = new
    return u, L, t


@stop_exercise.mistake(
    "Right size, opposite direction: your loss rises. Which way does the gradient point, and which way is down?",
    catalogue="M04",
)
def gd_tol_climbs(f, grad, u0, lr, tol, max_iter):
    u, L = u0.copy(), f(u0)
    for t in range(1, max_iter + 1):
        u = u + lr * grad(u)
        before, L = L, f(u)
        if abs(L - before) < tol:
            break
    return u, L, t


@stop_exercise.mistake(
    "Your first step has the right direction and the wrong length. How many times does lr enter it?",
    catalogue="M06",
)
def gd_tol_step_size_twice(f, grad, u0, lr, tol, max_iter):
    u, L = u0.copy(), f(u0)
    for t in range(1, max_iter + 1):
        step = lr * grad(u)
        u = u - lr * step
        before, L = L, f(u)
        if abs(L - before) < tol:
            break
    return u, L, t


@stop_exercise.mistake(
    "Every step of yours uses the same gradient. At which point do you stand when you ask for it in step two?",
    catalogue="M59",
)
def gd_tol_gradient_asked_once(f, grad, u0, lr, tol, max_iter):
    u, L, g = u0.copy(), f(u0), grad(u0)
    for t in range(1, max_iter + 1):
        u = u - lr * g
        before, L = L, f(u)
        if abs(L - before) < tol:
            break
    return u, L, t


@stop_exercise.mistake(
    "Each step forgets where it started: the old point is missing from the new one. Did you write `=-` for `-=`?",
    catalogue="M61",
)
def gd_tol_old_point_missing(f, grad, u0, lr, tol, max_iter):
    u, L = u0.copy(), f(u0)
    for t in range(1, max_iter + 1):
        u = -lr * grad(u)
        before, L = L, f(u)
        if abs(L - before) < tol:
            break
    return u, L, t


@stop_exercise.mistake(
    "Your answer is right, but after the call u0 is no longer where it was. What does `-=` do to an array that "
    "somebody else still uses?",
    catalogue="M54",
)
def gd_tol_moves_the_start(f, grad, u0, lr, tol, max_iter):
    u, L = u0, f(u0)
    for t in range(1, max_iter + 1):
        u -= lr * grad(u)
        before, L = L, f(u)
        if abs(L - before) < tol:
            break
    return u.copy(), L, t


stop_exercise.equivalent(
    "gd_tol: L - before -> before - L #1",
    because="the bars take the sign away",
)
stop_exercise.equivalent(
    "gd_tol: np.array(u0, dtype=float) -> np.array(u0) #1",
    "gd_tol: np.array(u0, dtype=float) -> u0 #1",
    because="the first step makes a new array, of floats",
)


# ---------------------------------------------------------------------------------------------------- 7.3
x2_exercise = assignment.exercise(
    "x2",
    id="7.3",
    minutes=25,
    points={"the point after t steps": 1, "the verdict": 1, "the run on the slide": 1},
    hints=(
        "Take lr = 0.75 and x0 = 8 and do three steps by hand. By which number is x multiplied each time?",
        "That number is 1 - 2 lr. Which powers of a number q tend to 0, and for which q do they stay as large as they are?",
        (
            "q = 1 - 2 lr: 0 is one step, -1 < q < 1 converges, -1 jumps to and fro, and everything beyond runs away. "
            "For the slide, put lr = 2 into q and take ten steps."
        ),
    ),
    functions=("x2_after", "x2_verdict", "alvarez_factor"),
    lecture="Alvarez, gradient descent on x² and the learning rate; Aalto, learning rate",
)


@x2_exercise.case("the point after t steps")
def x2_near_the_minimum(rng):
    """A start next to the minimum: what is left is small, and not 0."""
    return rng.uniform(0.25, 0.3), rng.uniform(0.02, 0.04), 4


@x2_exercise.case("the point after t steps")
def x2_small_step(rng):
    """A step that creeps towards 0."""
    return rng.uniform(0.05, 0.25), rng.uniform(2.0, 9.0), 6


@x2_exercise.case("the point after t steps")
def x2_jumping_closer(rng):
    """A step across the valley, an odd number of times: the sign of x has changed."""
    return rng.uniform(0.7, 0.9), rng.uniform(2.0, 9.0), 5


@x2_exercise.case("the point after t steps")
def x2_just_too_long(rng):
    """The listed 1.01: hardly too long."""
    return 1.01, -rng.uniform(2.0, 9.0), 9


@x2_exercise.case("the point after t steps")
def x2_uphill(rng):
    """A negative step size walks uphill."""
    return -rng.uniform(0.1, 0.6), rng.uniform(2.0, 9.0), 5


@x2_exercise.case("the point after t steps", exact=True)
def x2_one_half(rng):
    """lr = 1/2: 0 after the first step, and ever after."""
    return 0.5, float(rng.integers(2, 9)), 3


@x2_exercise.case("the point after t steps", exact=True)
def x2_one(rng):
    """lr = 1: to and fro."""
    return 1.0, float(rng.integers(2, 9)), 5


@x2_exercise.case("the point after t steps", exact=True)
def x2_slide(rng):
    """lr = 2, as on the slide."""
    return 2.0, -float(rng.integers(2, 9)), 10


@x2_exercise.case("the point after t steps", exact=True)
def x2_no_steps(rng):
    """No steps: the start."""
    return 0.25, float(rng.integers(2, 9)), 0


@x2_exercise.oracle("x2_after")
def x2_after_mpmath(lr, x0, t):
    import mpmath

    with mpmath.workdps(40):
        return float(mpmath.mpf(x0) * (1 - 2 * mpmath.mpf(lr)) ** t)


@x2_exercise.oracle("x2_after")
def x2_after_torch(lr, x0, t):
    return torch_history(lambda x: 2 * x, np.array([x0]), abs(lr), t, maximize=lr < 0)[-1, 0]


@x2_exercise.variant("x2_after")
def x2_after_power(lr, x0, t):
    return x0 * (1 - 2 * lr) ** t


@x2_exercise.variant("x2_after")
def x2_after_recursive(lr, x0, t):
    if t == 0:
        return x0
    return x2_after_recursive(lr, x0 - lr * (2 * x0), t - 1)


@x2_exercise.variant("x2_after")
def x2_after_gd(lr, x0, t):
    return gd(lambda x: 2 * x, np.array([x0]), lr, t)[-1, 0]


@x2_exercise.variant("x2_after")
def x2_after_float32(lr, x0, t):
    x, lr = np.float32(x0), np.float32(lr)
    for _ in range(t):
        x = x - lr * (np.float32(2) * x)
    return x


@x2_exercise.mistake(
    "With a positive step size your x moves away from 0. Which way does the gradient 2x point?",
    "x2_after",
    catalogue="M04",
)
def x2_after_climbs(lr, x0, t):
    return x0 * (1 + 2 * lr) ** t


@x2_exercise.mistake(
    "Your steps are half as long as they should be. What is the derivative of x²?",
    "x2_after",
    catalogue="M03",
)
def x2_after_half_gradient(lr, x0, t):
    return x0 * (1 - lr) ** t


@x2_exercise.mistake(
    "You step along the value of the function. Which quantity does descent follow: f(x), or its slope?",
    "x2_after",
    catalogue="M07",
)
def x2_after_value_for_slope(lr, x0, t):
    x = x0
    for _ in range(t):
        x = x - lr * x * x
    return x


@x2_exercise.mistake(
    "All your steps have the length of the first one. Does the slope stay the same on the way?",
    "x2_after",
    catalogue="M59",
)
def x2_after_gradient_once(lr, x0, t):
    return x0 - t * lr * 2 * x0


@x2_exercise.mistake(
    "You took one step too many. Where should you be after 0 steps?", "x2_after", catalogue="M57"
)
def x2_after_one_more(lr, x0, t):
    x = x0
    for _ in range(t + 1):
        x = x - lr * 2 * x
    return x


@x2_exercise.mistake(
    "You took one step too few. How many numbers are there in range(1, t)?", "x2_after", catalogue="M57"
)
def x2_after_one_less(lr, x0, t):
    x = x0
    for _ in range(1, t):
        x = x - lr * 2 * x
    return x


@x2_exercise.mistake(
    "The old x is missing from the new one. Did you write `=-` for `-=`?", "x2_after", catalogue="M61"
)
def x2_after_old_point_missing(lr, x0, t):
    x = x0
    for _ in range(t):
        x = -lr * 2 * x
    return x


@x2_exercise.mistake(
    "This is the loss at the point that you reached. The exercise asks for the point: which of the two do you return?",
    "x2_after",
)
def x2_after_loss(lr, x0, t):
    return (x0 * (1 - 2 * lr) ** t) ** 2


@x2_exercise.mistake(
    "The distance from 0 is right, but not the side. On which side of 0 is x after one long step?", "x2_after"
)
def x2_after_side_lost(lr, x0, t):
    return x0 * abs(1 - 2 * lr) ** t


@x2_exercise.case("the verdict", "x2_verdict")
def verdict_small(rng):
    """Creeps to 0: ten steps are not enough to see it arrive."""
    return (rng.uniform(0.1, 0.2),)


@x2_exercise.case("the verdict", "x2_verdict")
def verdict_tiny(rng):
    """Converges, but so slowly that a short trial does not show it."""
    return (rng.uniform(0.005, 0.02),)


@x2_exercise.case("the verdict", "x2_verdict")
def verdict_jumps_closer(rng):
    """Between 1/2 and 1: from side to side, and closer each time."""
    return (rng.uniform(0.6, 0.8),)


@x2_exercise.case("the verdict", "x2_verdict", exact=True)
def verdict_three_quarters(rng):
    """Between 1/2 and 1 again, to be checked by hand."""
    return (0.75,)


@x2_exercise.case("the verdict", "x2_verdict")
def verdict_almost_one(rng):
    """Jumps from side to side, and comes closer very slowly."""
    return (rng.uniform(0.985, 0.99),)


@x2_exercise.case("the verdict", "x2_verdict", exact=True)
def verdict_one_half(rng):
    """The perfect step."""
    return (0.5,)


@x2_exercise.case("the verdict", "x2_verdict", exact=True)
def verdict_one(rng):
    """To and fro for ever."""
    return (1.0,)


@x2_exercise.case("the verdict", "x2_verdict", exact=True)
def verdict_whole_one(rng):
    """The same as a Python integer, as the slide writes its step size."""
    return (1,)


@x2_exercise.case("the verdict", "x2_verdict")
def verdict_just_too_long(rng):
    """The listed 1.01: hardly too long."""
    return (1.01,)


@x2_exercise.case("the verdict", "x2_verdict", exact=True)
def verdict_slide(rng):
    """The step size of the slide, an integer."""
    return (2,)


@x2_exercise.case("the verdict", "x2_verdict")
def verdict_long(rng):
    """Too long by far."""
    return (rng.uniform(1.2, 1.8),)


@x2_exercise.case("the verdict", "x2_verdict")
def verdict_uphill(rng):
    """A negative step size walks uphill, slowly."""
    return (-rng.uniform(0.1, 0.4),)


@x2_exercise.case("the verdict", "x2_verdict", exact=True)
def verdict_minus_one_half(rng):
    """A negative step size of the perfect length."""
    return (-0.5,)


@x2_exercise.case("the verdict", "x2_verdict", exact=True)
def verdict_zero(rng):
    """No descent at all: ValueError."""
    return (0.0,)


@x2_exercise.case("the verdict", "x2_verdict", exact=True)
def verdict_whole_zero(rng):
    """The same as a Python integer."""
    return (0,)


@x2_exercise.case("the verdict", "x2_verdict", exact=True)
def verdict_one_half_again(rng):
    """The perfect step once more, after all the others: nothing may be kept from one call to the next."""
    return (0.5,)


@x2_exercise.oracle("x2_verdict")
def x2_verdict_mpmath(lr):
    import mpmath

    from autograder.authoring.oracles import mp_grad

    with mpmath.workdps(40):
        size = abs(1 - mpmath.mpf(lr) * float(mp_grad(lambda x: x**2, 1.0)))  # of the first step from x = 1
    if size == 0:
        return "one step"
    if size == 1:
        return "oscillate"
    return "converge" if size < 1 else "diverge"


@x2_exercise.variant("x2_verdict")
def x2_verdict_factor(lr):
    q = 1 - 2 * lr
    if q == 1:
        raise ValueError("lr = 0")
    if q == 0:
        return "one step"
    if abs(q) == 1:
        return "oscillate"
    return "converge" if abs(q) < 1 else "diverge"


@x2_exercise.variant("x2_verdict")
def x2_verdict_trial(lr):
    first, second = x2_after(lr, 1.0, 1), x2_after(lr, 1.0, 2)
    if first == 1.0:
        raise ValueError("nothing moves")
    if first == 0:
        return "one step"
    if second == 1.0:
        return "oscillate"
    return "converge" if second < 1.0 else "diverge"


@x2_exercise.variant("x2_verdict")
def x2_verdict_chain(lr):
    if lr == 0:
        raise ValueError
    verdict = "diverge"
    if 0 < lr < 0.5 or 0.5 < lr < 1:
        verdict = "converge"
    elif lr == 0.5:
        verdict = "one step"
    elif lr == 1:
        verdict = "oscillate"
    return verdict


@x2_exercise.mistake(
    "Between 1/2 and 1 you say that x runs away. It jumps across the valley, that is true: but is it farther away "
    "after the jump, or closer?",
    "x2_verdict",
    catalogue="M62",
)
def x2_verdict_one_half_is_the_limit(lr):
    if lr == 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    if lr == 1:
        return "oscillate"
    return "converge" if 0 < lr < 0.5 else "diverge"


@x2_exercise.mistake(
    "Between 1/2 and 1 you say that x oscillates. It does change sides, but follow its distance from 0 for a few "
    "steps: where does it go?",
    "x2_verdict",
    catalogue="M62",
)
def x2_verdict_sides_count(lr):
    if lr == 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    if 0.5 < lr <= 1:
        return "oscillate"
    return "converge" if 0 < lr < 0.5 else "diverge"


@x2_exercise.mistake(
    "For lr = 1 you give the word of its neighbours. Do three steps from x = 4 by hand: what do you see?",
    "x2_verdict",
    catalogue="M62",
)
def x2_verdict_one_diverges(lr):
    if lr == 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    return "converge" if 0 < lr < 1 else "diverge"


@x2_exercise.mistake(
    "Only the step size 1/2 goes wrong. Take one step with it from x = 8: where do you land, and which word is for that?",
    "x2_verdict",
)
def x2_verdict_one_step_forgotten(lr):
    if lr == 0:
        raise ValueError
    if lr == 1:
        return "oscillate"
    return "converge" if 0 < lr < 1 else "diverge"


@x2_exercise.mistake(
    "You call every step size below 1 convergent. What does a negative one do to the distance from 0?",
    "x2_verdict",
    catalogue="M04",
)
def x2_verdict_negative_converges(lr):
    if lr == 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    if lr == 1:
        return "oscillate"
    return "converge" if lr < 1 else "diverge"


@x2_exercise.mistake(
    "You go by the size of lr without its sign. Does a negative lr walk downhill?",
    "x2_verdict",
    catalogue="M04",
)
def x2_verdict_sign_ignored(lr):
    lr = abs(lr)
    if lr == 0:
        raise ValueError
    if lr == 0.5:
        return "one step"
    if lr == 1:
        return "oscillate"
    return "converge" if lr < 1 else "diverge"


@x2_exercise.mistake(
    "Your limits are twice as large as they should be. What is the slope of x² at x: is it x?",
    "x2_verdict",
    catalogue="M03",
)
def x2_verdict_half_gradient(lr):
    if lr == 0:
        raise ValueError
    if lr == 1:
        return "one step"
    if lr == 2:
        return "oscillate"
    return "converge" if 0 < lr < 2 else "diverge"


@x2_exercise.mistake(
    "You judge by a short trial, and a slow run looks like a lost one. Can you find the factor of one step instead?",
    "x2_verdict",
)
def x2_verdict_impatient(lr):
    if lr == 0:
        raise ValueError
    size = abs(1 - 2 * lr) ** 10
    if size == 0:
        return "one step"
    if size == 1:
        return "oscillate"
    return "converge" if size < 0.001 else "diverge"


@x2_exercise.mistake(
    "With lr = 0 you give a word, but the text asks for an exception. Which one, and how do you raise it?",
    "x2_verdict",
)
def x2_verdict_zero_oscillates(lr):
    q = 1 - 2 * lr
    if q == 0:
        return "one step"
    if abs(q) == 1:
        return "oscillate"
    return "converge" if abs(q) < 1 else "diverge"


@x2_exercise.mistake(
    "With lr = 0 nothing moves, and the text asks for an exception there. Which one, and how do you raise it?",
    "x2_verdict",
)
def x2_verdict_zero_diverges(lr):
    if lr == 0.5:
        return "one step"
    if lr == 1:
        return "oscillate"
    return "converge" if 0 < lr < 1 else "diverge"


@x2_exercise.mistake(
    "You only look for step sizes that are too long. Which special ones are there below 1, and what about 0 and "
    "negative ones?",
    "x2_verdict",
)
def x2_verdict_upper_limit_only(lr):
    if lr == 1:
        return "oscillate"
    return "converge" if lr < 1 else "diverge"


@x2_exercise.case("the run on the slide", "alvarez_factor", exact=True)
def slide_run(rng):
    """Lr = 2 and ten steps."""
    return ()


@x2_exercise.case("the run on the slide", "alvarez_factor", exact=True)
def slide_run_again(rng):
    """Once more: the slide's start is drawn at random, but the factor must not depend on it."""
    return ()


@x2_exercise.oracle("alvarez_factor")
def alvarez_factor_torch():
    from autograder.authoring.oracles import torch_grad

    x = start = 7.0
    for _ in range(10):
        x = x - 2 * float(torch_grad(lambda point: point**2, x))
    return round(abs(x / start))


@x2_exercise.variant("alvarez_factor")
def alvarez_factor_power():
    return abs(1 - 2 * 2) ** 10


@x2_exercise.variant("alvarez_factor")
def alvarez_factor_random():
    df = lambda x: 2 * x  # noqa: E731 - as on the slide
    n_steps, l_rate = 10, 2
    solution = first = np.random.randint(1, 50)  # noqa: NPY002 - as on the slide
    for _ in range(n_steps):
        solution = solution - (l_rate * df(solution))
    return abs(solution) // abs(first)


@x2_exercise.variant("alvarez_factor")
def alvarez_factor_float32():
    x = np.float32(-40)
    for _ in range(10):
        x = x - np.float32(2) * (2 * x)
    return abs(x / np.float32(-40))


@x2_exercise.mistake(
    "This is the factor of a run with one step less. How many numbers are there in range(1, 10)?",
    "alvarez_factor",
    catalogue="M57",
)
def alvarez_one_less():
    solution = 1
    for _ in range(1, 10):
        solution = solution - 2 * (2 * solution)
    return abs(solution)


@x2_exercise.mistake(
    "This is the factor of a run with one step more. How many times does the slide's loop run?",
    "alvarez_factor",
    catalogue="M57",
)
def alvarez_one_more():
    solution = 1
    for _ in range(11):
        solution = solution - 2 * (2 * solution)
    return abs(solution)


@x2_exercise.mistake(
    "Your run climbs: the sign of the step is turned round. What does the slide do with the derivative?",
    "alvarez_factor",
    catalogue="M04",
)
def alvarez_climbs():
    solution = 1
    for _ in range(10):
        solution = solution + 2 * (2 * solution)
    return abs(solution)


@x2_exercise.mistake(
    "Your run never gets farther away than it was. What is the derivative of x²: is it x?",
    "alvarez_factor",
    catalogue="M03",
)
def alvarez_half_gradient():
    solution = 1
    for _ in range(10):
        solution = solution - 2 * solution
    return abs(solution)


@x2_exercise.mistake(
    "This is the factor of a single step. What do ten of them make: a sum, or a product?", "alvarez_factor"
)
def alvarez_one_step():
    return abs(1 - 2 * 2)


@x2_exercise.mistake(
    "You added the factors of ten steps. What happens to a factor of 3 in the second step: is it added, or multiplied?",
    "alvarez_factor",
)
def alvarez_factors_added():
    return 10 * abs(1 - 2 * 2)


x2_exercise.equivalent(
    "alvarez_factor: start = 1 -> start = -1 #1",
    "alvarez_factor: start = 1 -> start = 0.5 #1",
    "alvarez_factor: start = 1 -> start = 2 #1",
    "alvarez_factor: solution = start -> solution = -start #1",
    because="every start but 0 is multiplied by the same factor",
)
x2_exercise.equivalent(
    "alvarez_factor: abs(solution) -> solution #1",
    "alvarez_factor: abs(start) -> start #1",
    "alvarez_factor: abs(solution) // abs(start) -> abs(solution) #1",
    "alvarez_factor: abs(solution) // abs(start) -> abs(solution) * abs(start) #1",
    "alvarez_factor: abs(solution) // abs(start) -> abs(solution) / abs(start) #1",
    "alvarez_factor: solution - l_rate * (2 * solution) -> -(solution - l_rate * (2 * solution)) #1",
    "alvarez_factor: solution - l_rate * (2 * solution) -> l_rate * (2 * solution) - solution #1",
    because="the start is 1, and ten changes of the sign are none",
)
x2_exercise.equivalent(
    "x2_verdict: lr < 0 -> lr <= 0 #1",
    because="a step size of 0 has been refused before",
)
x2_exercise.equivalent(
    "x2_verdict: lr == 1 -> lr >= 1 #1",
    because="larger step sizes have diverged before",
)


# ---------------------------------------------------------------------------------------------------- 7.4
basins_exercise = assignment.exercise(
    "basins",
    id="7.4",
    minutes=30,
    points={"both valleys": 2, "starts on the hillside": 1},
    hints=(
        "Sketch f. Where is the top of the hill between the valleys: exactly at 0, or beside it?",
        (
            "The derivative is x³ - x + 1/10. All starts can walk at once: x is an array, and one line moves all of them. "
            "Number the valleys by where the runs end, not by where they start."
        ),
        "Copy x0s as floats, repeat x = x - lr * (x**3 - x + 0.1) n times, then return (x > 0).astype(int).",
    ),
    lecture="Binder, sensitivity to the starting point",
)


def sides(rng, k):
    """Return k starts away from the hill, the first on the right, in no order."""
    x0s = rng.uniform(0.3, 1.9, size=k) * rng.permutation(np.where(np.arange(k) % 2, -1.0, 1.0))
    x0s[0] = abs(x0s[0])
    return x0s


def hillside(rng):
    """Return starts near the top of the hill at 0.101, one for each place where the top is often thought to be."""
    return np.array(
        [
            rng.uniform(0.12, 0.25),  # really right of the top
            rng.uniform(0.1045, 0.1085),  # the same, and left of the top that x² instead of x³ would make
            rng.uniform(0.1002, 0.1006),  # left of the top, and right of 1/10
            rng.uniform(0.01, 0.045),  # right of 0
            rng.uniform(0.055, 0.085),  # right of the top that -x² would make
            -rng.uniform(0.01, 0.09),  # right of the top that -x/10 would make
        ]
    )


@basins_exercise.case("both valleys")
def basins_wide(rng):
    """The interval and step size of the lecture's experiment."""
    return np.linspace(-4, 4, 10) + rng.uniform(-0.05, 0.05, size=10), 0.02, 150


@basins_exercise.case("both valleys")
def basins_unsorted(rng):
    """In no order, the first start on the right: numbers must not depend on who comes first."""
    return sides(rng, 7), 0.08, 60


@basins_exercise.case("both valleys", exact=True)
def basins_whole_numbers(rng):
    """Whole numbers from the right to the left: to be checked by hand."""
    return np.array([2.0, -1.0, 1.0, -2.0]), 0.0625, 64


@basins_exercise.case("both valleys")
def basins_alone(rng):
    """One start only: the answer is still an array."""
    return rng.uniform(0.5, 1.5, size=1), 0.05, 100


@basins_exercise.case("both valleys")
def basins_all_left(rng):
    """All starts in one valley."""
    return -rng.uniform(0.3, 1.9, size=3), 0.05, 100


@basins_exercise.case("starts on the hillside")
def basins_near_the_top(rng):
    """Right of 0, yet left of the top: these runs cross 0."""
    return hillside(rng), 0.08, 100


@basins_exercise.case("starts on the hillside")
def basins_near_the_top_slowly(rng):
    """The same places in another order, with shorter steps."""
    return np.concatenate([hillside(rng)[::-1], [0.0]]), 0.05, 150


@basins_exercise.oracle()
def basins_torch(x0s, lr, n):
    import torch

    x = torch.tensor(x0s)
    for _ in range(n):
        x = x.detach().requires_grad_()
        (slope,) = torch.autograd.grad((x**4 / 4 - x**2 / 2 + x / 10).sum(), x)
        x = torch.add(x, slope, alpha=-lr)
    minima = torch.tensor([-1.0466805, 0.9456492])
    return (x.detach()[:, None] - minima).abs().argmin(dim=1).numpy()


@basins_exercise.oracle()
def basins_roots(x0s, lr, n):
    _, top, _ = np.sort(np.roots([1.0, 0.0, -1.0, 0.1]).real)
    return (x0s > top).astype(int)


@basins_exercise.variant()
def basins_loop(x0s, lr, n):
    ids = []
    for start in x0s:
        x = float(start)
        for _ in range(n):
            x -= lr * (x * x * x - x + 1 / 10)
        if x < 0:
            ids.append(0)
        else:
            ids.append(1)
    return np.array(ids)


@basins_exercise.variant()
def basins_nearest(x0s, lr, n):
    x = x0s.copy()
    for _ in range(n):
        x = x - lr * (x * (x**2 - 1) + 0.1)
    return np.where(abs(x - 0.9456) < abs(x + 1.0467), 1, 0)


@basins_exercise.variant()
def basins_history(x0s, lr, n):
    ends = gd(lambda x: x**3 - x + 0.1, x0s, lr, n)[-1]
    return np.array([1 if end > 0 else 0 for end in ends])


@basins_exercise.variant()
def basins_float32(x0s, lr, n):
    x = x0s.astype(np.float32)
    for _ in range(n):
        x = x - np.float32(lr) * (x**3 - x + np.float32(0.1))
    return (x > 0).astype(np.int32)


@basins_exercise.mistake(
    "Some starts right of 0 still end on the left. Do you look at where a run ends, and is the term x/10 in your "
    "derivative?"
)
def basins_by_the_start(x0s, lr, n):
    return (x0s > 0).astype(int)


@basins_exercise.mistake(
    "Your hill leans the wrong way. Which sign has the derivative of x/10?",
    catalogue="M04",
)
def basins_tilted_back(x0s, lr, n):
    x = x0s.copy()
    for _ in range(n):
        x = x - lr * (x**3 - x - 0.1)
    return (x > 0).astype(int)


@basins_exercise.mistake(
    "Only starts close to the top of the hill go wrong: your top is too far left. What is the derivative of x²/2?",
    catalogue="M03",
)
def basins_half_lost(x0s, lr, n):
    x = x0s.copy()
    for _ in range(n):
        x = x - lr * (x**3 - 2 * x + 0.1)
    return (x > 0).astype(int)


@basins_exercise.mistake(
    "Left and right are exchanged. Which of the two minima has the number 0 in the text?"
)
def basins_swapped(x0s, lr, n):
    x = x0s.copy()
    for _ in range(n):
        x = x - lr * (x**3 - x + 0.1)
    return (x < 0).astype(int)


@basins_exercise.mistake(
    "You number the minima in the order in which your runs find them. Should the number of a minimum depend on who "
    "comes first?"
)
def basins_first_come(x0s, lr, n):
    x = x0s.copy()
    for _ in range(n):
        x = x - lr * (x**3 - x + 0.1)
    found, ids = [], []
    for end in np.round(x, 2) > 0:
        if end not in found:
            found.append(end)
        ids.append(found.index(end))
    return np.array(ids)


@basins_exercise.mistake(
    "Your points climb: they end on the hill or run away. Which way does the derivative point?",
    catalogue="M04",
)
def basins_climbs(x0s, lr, n):
    x = x0s.copy()
    for _ in range(n):
        x = x + lr * (x**3 - x + 0.1)
    return (x > 0).astype(int)


@basins_exercise.mistake(
    "All steps of a run use the slope at its start. What is the slope at the place that the first step leads to?",
    catalogue="M59",
)
def basins_slope_asked_once(x0s, lr, n):
    slope = x0s**3 - x0s + 0.1
    return (x0s - n * lr * slope > 0).astype(int)


@basins_exercise.mistake(
    "You send every start to the deeper valley. How could a run on the other side of the hill know about it?"
)
def basins_deepest(x0s, lr, n):
    return np.zeros(len(x0s), dtype=int)


@basins_exercise.mistake(
    "You return where the runs end. The text asks for the numbers of the minima: how do you turn one into the other?"
)
def basins_end_points(x0s, lr, n):
    x = x0s.copy()
    for _ in range(n):
        x = x - lr * (x**3 - x + 0.1)
    return x


@basins_exercise.mistake(
    "You return True and False. The text asks for the whole numbers 0 and 1: how do you convert an array?"
)
def basins_truth_values(x0s, lr, n):
    x = x0s.copy()
    for _ in range(n):
        x = x - lr * (x**3 - x + 0.1)
    return x > 0


@basins_exercise.mistake(
    "You return the number of the first start only. Is your return inside the loop?", catalogue="M18"
)
def basins_first_only(x0s, lr, n):
    for x in x0s:
        for _ in range(n):
            x = x - lr * (x**3 - x + 0.1)  # noqa: PLW2901
        return int(x > 0)
    return None


@basins_exercise.mistake(
    "Your numbers are right, but after the call the starts have moved. What does `-=` do to an array that somebody else "
    "still uses?",
    catalogue="M54",
)
def basins_moves_the_starts(x0s, lr, n):
    x = x0s
    for _ in range(n):
        x -= lr * (x**3 - x + 0.1)
    return (x > 0).astype(int)


basins_exercise.equivalent(
    "basins: np.array(x0s, dtype=float) -> np.array(x0s) #1",
    "basins: np.array(x0s, dtype=float) -> x0s #1",
    because="the first step makes a new array, of floats",
)
basins_exercise.equivalent(
    "basins: range(n) -> list(range(n))[1:] #1",
    "basins: range(n) -> list(range(n))[:-1] #1",
    because="the sheet says that every run has reached its valley before the last step",
)
basins_exercise.equivalent(
    "basins: x > 0 -> x > 0.5 #1",
    "basins: x > 0 -> x >= 0 #1",
    because="the sheet says that every run ends near a minimum, and these bounds lie between the two",
)


# ---------------------------------------------------------------------------------------------------- 7.5
# The reference finds eigenvalues by Jacobi's method, whose rounding errors can be followed; numpy.linalg.eigvalsh has no
# bound. For matrices that are drawn near their diagonal the bound of an eigenvalue is 4 to 80 u times the norm of H. By
# backward analysis what LAPACK returns is off by a small multiple of u times this norm: measured, at most 0.4 of the
# bound, in float64 and in float32. Where the answer is a number of steps or a word, there is no bound, and the matrices
# are dense.
step_exercise = assignment.exercise(
    "step_size",
    id="7.5",
    minutes=35,
    points={"the longest step": 1, "the rate": 1, "the number of steps": 1, "no convergence": 1},
    hints=(
        (
            "Take H = [[2, 0], [0, 10]] and lr = 0.3. By which number does one step multiply the first coordinate, and "
            "by which the second? Which of the two decides whether the run converges?"
        ),
        (
            "Let np.linalg.eigvalsh(H) find the eigenvalues, all of them. For the longest step ask for which lr every "
            "1 - lr λ lies between -1 and 1. For the number of steps take the logarithm of rate^t <= ratio, or multiply "
            "in a loop."
        ),
        (
            "2 / eigenvalues.max(), after a look at eigenvalues.min(). np.abs(1 - lr * eigenvalues).max(). And a loop "
            "that begins with t = 0 and left = 1.0 and multiplies left by the rate while it is above ratio."
        ),
    ),
    functions=("lr_max", "rate", "steps_needed"),
    lecture="Alvarez, the learning rate; Binder, choosing the step size; Özçep, choosing the learning rate",
)


def near_diagonal(rng, d):
    """Return a positive definite matrix: a diagonal of numbers at least 1 apart, in no order, all of them coupled."""
    beside = np.triu(rng.uniform(0.2, 0.3, size=(d, d)) * rng.choice([-1, 1], size=(d, d)), 1)
    return np.diag(rng.permutation(np.cumsum(rng.uniform(1.0, 1.5, size=d)))) + beside + beside.T


def turned(rng, eigenvalues):
    """Return a dense matrix with these eigenvalues, and no entry that hides it: all axes are mixed."""
    d = len(eigenvalues)
    normal = rng.normal(size=d)
    mirror = np.eye(d) - 2 * np.outer(normal, normal) / (normal @ normal)
    first, second = np.linalg.qr(rng.normal(size=(d, d)))[0], mirror
    axes = first @ second
    H = axes * np.asarray(eigenvalues) @ axes.T
    return single((H + H.T) / 2)


def single(values):
    """Return numbers rounded to float32, as a student gets them, so that what is computed of them here is theirs."""
    return np.asarray(values).astype(np.float32).astype(np.float64)


def pair(size, lower, upper):
    """Return a matrix with two equal diagonal entries and the eigenvalues lower and upper times size: exact."""
    return size * np.array([[lower + upper, upper - lower], [upper - lower, lower + upper]]) / 2


@step_exercise.case("the longest step")
def longest_of_three(rng):
    """Three coupled directions: neither the diagonal nor the sum of the eigenvalues gives the largest one."""
    return (near_diagonal(rng, 3),)


@step_exercise.case("the longest step")
def longest_of_two(rng):
    """A strong coupling: the largest eigenvalue is far above the diagonal."""
    low, high = rng.uniform(1.0, 2.0, size=2)
    return (np.array([[low, 0.0], [0.0, high]]) + rng.choice([-1, 1]) * 0.8 * (1 - np.eye(2)),)


@step_exercise.case("the longest step")
def longest_in_a_narrow_valley(rng):
    """The listed diag(1, 100): the steep direction decides, and the flat one is far from it."""
    return (np.diag(rng.permutation([1.0, 100.0])),)


@step_exercise.case("the longest step", exact=True)
def longest_of_one(rng):
    """One variable, and a power of four: its root is exact, too."""
    return (np.array([[4.0 ** rng.integers(-2, 0)]]),)


@step_exercise.case("the longest step", exact=True)
def longest_exact(rng):
    """Eigenvalues 2 and 8, times a power of two: to be checked by hand."""
    return (pair(2.0 ** rng.integers(-1, 3), 2, 8),)


@step_exercise.case("the longest step", exact=True)
def longest_exact_diagonal(rng):
    """Powers of four on the diagonal: the largest one is not the first one."""
    return (np.diag([0.25, *(4.0 ** rng.permutation([0, 1, 2]))]),)


@step_exercise.case("no convergence")
def longest_at_a_saddle(rng):
    """A positive diagonal and a negative determinant: some starts run away at any step size."""
    return (pair(rng.uniform(1.0, 2.0), -1, 4),)


@step_exercise.case("no convergence")
def longest_at_a_saddle_of_three(rng):
    """Two negative eigenvalues and a positive one: determinant, trace and diagonal are positive."""
    return (np.diag(rng.uniform(1.0, 1.5, size=3)) + 3.0 * (1 - np.eye(3)),)


@step_exercise.case("no convergence")
def longest_with_a_way_down(rng):
    """A negative number on the diagonal, and the largest eigenvalue is positive."""
    return (np.diag(rng.uniform([3.0, -1.5, 1.0], [4.0, -1.0, 2.0])) + 0.25 * (1 - np.eye(3)),)


@step_exercise.case("no convergence")
def longest_at_the_top(rng):
    """Both eigenvalues negative: the determinant is positive."""
    return (-turned(rng, rng.uniform([1.0, 3.0], [2.0, 4.0])),)


@step_exercise.case("no convergence")
def longest_at_the_top_of_one(rng):
    """One variable, and no minimum."""
    return (-np.array([[rng.uniform(0.3, 0.8)]]),)


def mp_eigenvalues(H):
    """Return the eigenvalues in 40 digits, smallest first."""
    with mpmath.workdps(40):
        return sorted(mpmath.eigsy(mpmath.matrix(H.tolist()), eigvals_only=True))


@step_exercise.oracle()
def lr_max_mpmath(H):
    return float(2 / mp_eigenvalues(H)[-1])


@step_exercise.oracle()
def lr_max_norm(H):
    """The largest eigenvalue of a positive definite matrix is how much it stretches a vector at most."""
    return 2 / np.linalg.norm(H, 2)


@step_exercise.variant()
def lr_max_sorted(H):
    eigenvalues = np.linalg.eigvalsh(H)
    if eigenvalues[0] <= 0:
        raise ValueError("no minimum")
    return float(2.0 / eigenvalues[-1])


@step_exercise.variant()
def lr_max_any_matrix(H):
    eigenvalues, _ = np.linalg.eig(H)
    for eigenvalue in eigenvalues:
        if eigenvalue <= 0:
            raise ValueError("no minimum")
    return min(2 / eigenvalue for eigenvalue in eigenvalues)


@step_exercise.variant()
def lr_max_cholesky(H):
    try:
        factor = np.linalg.cholesky(H)
    except np.linalg.LinAlgError:
        raise ValueError("not positive definite") from None
    return 2 / np.linalg.norm(factor, 2) ** 2


@step_exercise.variant()
def lr_max_float32(H):
    eigenvalues = np.linalg.eigvalsh(H.astype(np.float32))
    if np.any(eigenvalues <= 0):
        raise ValueError("no minimum")
    return np.float32(2) / eigenvalues.max()


@step_exercise.mistake(
    "Your limit is half of what is possible. Up to 1/λ no direction overshoots: but does a run that overshoots not "
    "converge? Look at 7.3 between 1/2 and 1.",
    catalogue="M62",
)
def lr_max_without_overshoot(H):
    eigenvalues = np.linalg.eigvalsh(H)
    if eigenvalues.min() <= 0:
        raise ValueError
    return 1 / eigenvalues.max()


@step_exercise.mistake(
    "You ask the flattest direction how long a step may be. What happens in the steepest one with such a step?"
)
def lr_max_flattest_direction(H):
    eigenvalues = np.linalg.eigvalsh(H)
    if eigenvalues.min() <= 0:
        raise ValueError
    return 2 / eigenvalues.min()


@step_exercise.mistake(
    "You read the curvatures off the diagonal. They are the curvatures along the axes: is the steepest direction always "
    "an axis?",
    catalogue="M63",
)
def lr_max_diagonal_only(H):
    if np.linalg.eigvalsh(H).min() <= 0:
        raise ValueError
    return 2 / np.diag(H).max()


@step_exercise.mistake(
    "You divide by the length of all entries of H, which is at least as large as the largest eigenvalue. When are the two "
    "equal? What does np.linalg.norm do with a matrix if it is not told anything else?"
)
def lr_max_frobenius(H):
    if np.linalg.eigvalsh(H).min() <= 0:
        raise ValueError
    return 2 / np.linalg.norm(H)


@step_exercise.mistake(
    "You divide by the sum of all eigenvalues. The directions run side by side: which one of them sets the limit?",
    catalogue="M63",
)
def lr_max_trace(H):
    if np.linalg.eigvalsh(H).min() <= 0:
        raise ValueError
    return 2 / np.trace(H)


@step_exercise.mistake(
    "You divide by the largest sum of a row. That is a safe estimate of the largest eigenvalue, but the text asks for the "
    "limit itself: which function gives the eigenvalues?"
)
def lr_max_row_sums(H):
    if np.linalg.eigvalsh(H).min() <= 0:
        raise ValueError
    return 2 / np.abs(H).sum(axis=1).max()


@step_exercise.mistake(
    "Your quotient stands on its head. Does a steeper valley allow longer steps, or shorter ones?"
)
def lr_max_upside_down(H):
    eigenvalues = np.linalg.eigvalsh(H)
    if eigenvalues.min() <= 0:
        raise ValueError
    return eigenvalues.max() / 2


@step_exercise.mistake(
    "This is the step size with the smallest rate, where the flattest and the steepest direction have the same factor. "
    "The text asks for the longest one that still converges: which factor may the steepest direction have at most?"
)
def lr_max_best_instead(H):
    eigenvalues = np.linalg.eigvalsh(H)
    if eigenvalues.min() <= 0:
        raise ValueError
    return 2 / (eigenvalues.min() + eigenvalues.max())


@step_exercise.mistake(
    "You return a step size although there is no minimum. With which eigenvalues does a direction run away at any lr?"
)
def lr_max_no_look_at_the_signs(H):
    return 2 / np.linalg.eigvalsh(H).max()


@step_exercise.mistake(
    "You take the sizes of the eigenvalues without their signs, and return a step size where there is no minimum. What "
    "does 1 - lr λ do if λ is negative?"
)
def lr_max_sizes_only(H):
    return 2 / np.abs(np.linalg.eigvalsh(H)).max()


@step_exercise.mistake(
    "A positive determinant is not enough: it is the product of the eigenvalues. When is a product of negative numbers "
    "positive?",
    catalogue="M63",
)
def lr_max_determinant_decides(H):
    if np.linalg.det(H) <= 0:
        raise ValueError
    return 2 / np.linalg.eigvalsh(H).max()


@step_exercise.mistake(
    "You refuse H only if its largest eigenvalue is not positive. What becomes of a start along the direction of the "
    "smallest one?"
)
def lr_max_largest_decides(H):
    largest = np.linalg.eigvalsh(H).max()
    if largest <= 0:
        raise ValueError
    return 2 / largest


@step_exercise.mistake(
    "You look for a sign on the diagonal. H = [[1, 2], [2, 1]] has a positive diagonal: which eigenvalues has it?",
    catalogue="M63",
)
def lr_max_diagonal_decides(H):
    if np.diag(H).min() <= 0:
        raise ValueError
    return 2 / np.linalg.eigvalsh(H).max()


def largest_eigenvalue(H):
    """Return the largest eigenvalue in float64, to choose step sizes by."""
    return float(np.linalg.eigvalsh(H)[-1])


@step_exercise.case("the rate", "rate")
def rate_of_short_steps(rng):
    """Short steps: the flattest direction is the slowest one."""
    H = near_diagonal(rng, 3)
    return H, rng.uniform(0.3, 0.5) / largest_eigenvalue(H)


@step_exercise.case("the rate", "rate")
def rate_of_long_steps(rng):
    """Nearly too long: the steepest direction decides, and its factor is negative."""
    H = near_diagonal(rng, 3)
    return H, rng.uniform(1.8, 1.9) / largest_eigenvalue(H)


@step_exercise.case("the rate", "rate")
def rate_of_steps_that_are_too_long(rng):
    """A rate above 1 is a rate, too."""
    H = near_diagonal(rng, 2)
    return H, rng.uniform(2.3, 2.6) / largest_eigenvalue(H)


@step_exercise.case("the rate", "rate")
def rate_uphill(rng):
    """A negative step size: every direction runs away, the steepest one fastest."""
    return near_diagonal(rng, 2), -rng.uniform(0.1, 0.3)


@step_exercise.case("the rate", "rate")
def rate_at_a_saddle(rng):
    """A negative eigenvalue, the largest in size: its factor is above 1."""
    return -pair(rng.uniform(1.0, 1.5), -1, 4), rng.uniform(0.1, 0.15)


@step_exercise.case("the rate", "rate", exact=True)
def rate_in_a_narrow_valley(rng):
    """The listed diag(1, 100) with a step size of 1/64: all is exact."""
    return np.diag(rng.permutation([1.0, 100.0])), 0.015625


@step_exercise.case("the rate", "rate", exact=True)
def rate_exact(rng):
    """Eigenvalues 2 and 8, times a power of two, with the step that is perfect for the steep one."""
    size = 2.0 ** rng.integers(-1, 3)
    return pair(size, 2, 8), 0.125 / size


@step_exercise.case("the rate", "rate", exact=True)
def rate_of_no_step(rng):
    """lr = 0: nothing moves, and all factors are 1."""
    return pair(1.0, 2, 8), 0.0


@step_exercise.case("the rate", "rate", exact=True)
def rate_zero(rng):
    """One variable and the perfect step: 0."""
    return np.array([[4.0]]), 0.25


@step_exercise.oracle("rate")
def rate_mpmath(H, lr):
    with mpmath.workdps(40):
        return float(max(abs(1 - mpmath.mpf(lr) * eigenvalue) for eigenvalue in mp_eigenvalues(H)))


@step_exercise.oracle("rate")
def rate_norm(H, lr):
    """How much the matrix of one step, I - lr H, stretches a vector at most."""
    return np.linalg.norm(np.eye(len(H)) - lr * H, 2)


@step_exercise.variant("rate")
def rate_loop(H, lr):
    worst = 0.0
    for eigenvalue in np.linalg.eigvalsh(H):
        factor = abs(1 - lr * eigenvalue)
        worst = max(worst, factor)
    return worst


@step_exercise.variant("rate")
def rate_of_the_step(H, lr):
    return np.abs(np.linalg.eigvalsh(np.eye(H.shape[0]) - lr * H)).max()


@step_exercise.variant("rate")
def rate_of_both_ends(H, lr):
    eigenvalues = sorted(np.linalg.eigh(H)[0])
    return max(abs(1 - lr * eigenvalues[0]), abs(1 - lr * eigenvalues[-1]))


@step_exercise.variant("rate")
def rate_float32(H, lr):
    return np.max(np.abs(np.float32(1) - np.float32(lr) * np.linalg.eigvalsh(H.astype(np.float32))))


@step_exercise.mistake(
    "Your rate is too small, or negative, where the steps are long. A factor of -0.9 leaves as much as one of 0.9: what "
    "is missing in your formula?",
    "rate",
)
def rate_without_bars(H, lr):
    return (1 - lr * np.linalg.eigvalsh(H)).max()


@step_exercise.mistake(
    "You look at the steepest direction only. With short steps, which direction takes the most time?", "rate"
)
def rate_steepest_only(H, lr):
    return abs(1 - lr * np.linalg.eigvalsh(H).max())


@step_exercise.mistake(
    "You look at the flattest direction only. With long steps, which direction jumps the farthest?", "rate"
)
def rate_flattest_only(H, lr):
    return abs(1 - lr * np.linalg.eigvalsh(H).min())


@step_exercise.mistake(
    "No rate of yours is larger than 1. What does the text say that a value of more than 1 means?", "rate"
)
def rate_at_most_one(H, lr):
    return min(1.0, np.abs(1 - lr * np.linalg.eigvalsh(H)).max())


@step_exercise.mistake(
    "This is the factor of the best direction. After many steps, which direction is still left?", "rate"
)
def rate_best_direction(H, lr):
    return np.abs(1 - lr * np.linalg.eigvalsh(H)).min()


@step_exercise.mistake(
    "You took over the 2 of 7.3. There it was the curvature of x²: which number stands in its place here?",
    "rate",
    catalogue="M03",
)
def rate_two_from_x2(H, lr):
    return np.abs(1 - 2 * lr * np.linalg.eigvalsh(H)).max()


@step_exercise.mistake(
    "Your steps go uphill. Which sign has the step in gradient descent?", "rate", catalogue="M04"
)
def rate_uphill_steps(H, lr):
    return np.abs(1 + lr * np.linalg.eigvalsh(H)).max()


@step_exercise.mistake(
    "This is the factor of the loss, the square of what is asked for. What does the text ask about: the loss, or the "
    "distance from the minimum?",
    "rate",
)
def rate_of_the_loss(H, lr):
    return np.abs(1 - lr * np.linalg.eigvalsh(H)).max() ** 2


@step_exercise.mistake(
    "Your rate does not depend on lr: it is the one of the best step size. Where does the lr enter that you are given?",
    "rate",
)
def rate_of_the_best_step(H, lr):
    eigenvalues = np.linalg.eigvalsh(H)
    return abs((eigenvalues[-1] - eigenvalues[0]) / (eigenvalues[-1] + eigenvalues[0]))


@step_exercise.mistake(
    "You read the curvatures off the diagonal. Is the steepest direction always an axis?",
    "rate",
    catalogue="M63",
)
def rate_diagonal_only(H, lr):
    return np.abs(1 - lr * np.diag(H)).max()


@step_exercise.mistake(
    "You average over the directions. One of them is the slowest: does it get faster because others are fast?",
    "rate",
)
def rate_on_average(H, lr):
    return np.abs(1 - lr * np.linalg.eigvalsh(H)).mean()


def one_number(rng, H, lr, steps, over):
    """Return (H, lr, ratio) where `steps` steps are needed: at `steps` - `over` the ratio would be met exactly."""
    H, lr = single(H), float(single(lr))
    return H, lr, float(np.abs(1 - lr * np.linalg.eigvalsh(H)).max()) ** (steps - over)


@step_exercise.case("the number of steps", "steps_needed")
def steps_short(rng):
    """Five dense directions and short steps; rounding to the nearest whole number would be one too few."""
    H = turned(rng, rng.uniform([1, 2, 3, 4, 5], [1.5, 2.5, 3.5, 4.5, 5.5]))
    return one_number(rng, H, 0.5 / largest_eigenvalue(H), int(rng.integers(9, 40)), 0.7)


@step_exercise.case("the number of steps", "steps_needed")
def steps_long(rng):
    """Nearly too long steps, so that the steepest direction decides."""
    H = turned(rng, rng.uniform([1, 2, 3], [1.5, 2.5, 3.5]))
    return one_number(rng, H, rng.uniform(1.75, 1.85) / largest_eigenvalue(H), int(rng.integers(9, 30)), 0.3)


@step_exercise.case("the number of steps", "steps_needed")
def steps_in_a_narrow_valley(rng):
    """Eigenvalues 1 and 100: many steps."""
    return one_number(rng, turned(rng, [1.0, 100.0]), 0.009, int(rng.integers(150, 250)), 0.7)


@step_exercise.case("the number of steps", "steps_needed")
def steps_of_a_pair_and_another(rng):
    """A direction on its own beside a coupled pair with an equal diagonal."""
    H = np.diag([1.0, 1.0, 1.0])
    H[1, 2] = H[2, 1] = 0.5
    return one_number(rng, H, 0.5, int(rng.integers(5, 12)), 0.7)


@step_exercise.case("the number of steps", "steps_needed")
def steps_one(rng):
    """A modest wish: one step is enough, and none is not."""
    H = turned(rng, rng.uniform([1, 2, 3, 4], [1.5, 2.5, 3.5, 4.5]))
    return one_number(rng, H, 0.9 / largest_eigenvalue(H), 1, 0.7)


@step_exercise.case("the number of steps", "steps_needed", exact=True)
def steps_perfect(rng):
    """A round bowl and the perfect step: the rate is 0, which has no logarithm."""
    return 4 * np.eye(2), 0.25, float(rng.uniform(0.1, 0.9))


@step_exercise.case("the number of steps", "steps_needed", exact=True)
def steps_perfect_in_one_variable(rng):
    """The same with one variable."""
    return np.array([[2.0]]), 0.5, float(rng.uniform(0.01, 0.9))


@step_exercise.case("no convergence", "steps_needed")
def steps_too_long(rng):
    """Steps that are too long: ValueError."""
    H = turned(rng, rng.uniform([1, 2, 3], [1.5, 2.5, 3.5]))
    return H, rng.uniform(2.2, 2.8) / largest_eigenvalue(H), float(rng.uniform(0.1, 0.5))


@step_exercise.case("no convergence", "steps_needed", exact=True)
def steps_to_and_fro(rng):
    """The rate is 1: the steepest direction jumps to and fro for ever."""
    return np.diag(rng.permutation([1.0, 4.0])), 0.5, float(rng.uniform(0.1, 0.5))


@step_exercise.case("no convergence", "steps_needed", exact=True)
def steps_of_no_length(rng):
    """The rate is 1 again: lr = 0, and nothing moves."""
    return np.diag(rng.permutation([1.0, 4.0])), 0.0, float(rng.uniform(0.1, 0.5))


@step_exercise.case("no convergence", "steps_needed")
def steps_at_a_saddle(rng):
    """A direction without a minimum: ValueError, though the other one converges."""
    H = turned(rng, [-rng.uniform(0.5, 1.0), rng.uniform(2.0, 3.0)])
    return H, rng.uniform(0.1, 0.2), float(rng.uniform(0.1, 0.5))


@step_exercise.oracle("steps_needed")
def steps_needed_mpmath(H, lr, ratio):
    with mpmath.workdps(40):
        worst = max(abs(1 - mpmath.mpf(lr) * eigenvalue) for eigenvalue in mp_eigenvalues(H))
        return 1 if worst == 0 else int(mpmath.ceil(mpmath.log(ratio) / mpmath.log(worst)))


@step_exercise.variant("steps_needed")
def steps_needed_logarithm(H, lr, ratio):
    q = rate(H, lr)
    if q >= 1:
        raise ValueError("no convergence")
    if q == 0:
        return 1
    return int(np.ceil(np.log(ratio) / np.log(q)))


@step_exercise.variant("steps_needed")
def steps_needed_powers(H, lr, ratio):
    q = np.abs(np.linalg.eigvalsh(np.eye(len(H)) - lr * H)).max()
    if not q < 1:
        raise ValueError("no convergence")
    t = 1
    while q**t > ratio:
        t += 1
    return t


@step_exercise.variant("steps_needed")
def steps_needed_float32(H, lr, ratio):
    q = np.abs(np.float32(1) - np.float32(lr) * np.linalg.eigvalsh(H.astype(np.float32))).max()
    if q >= 1:
        raise ValueError("no convergence")
    t, left = 0, np.float32(1)
    while left > ratio:
        t, left = t + 1, left * q
    return t


@step_exercise.mistake(
    "Your last step is missing: the number of steps was rounded down, or to the nearest one. Is the ratio reached then?",
    "steps_needed",
    catalogue="M57",
)
def steps_rounded_down(H, lr, ratio):
    q = rate(H, lr)
    if q >= 1:
        raise ValueError
    return 1 if q == 0 else int(np.log(ratio) / np.log(q))


@step_exercise.mistake(
    "You took one step too many. With a rate of 0.5 and a ratio of 0.4, how many steps are enough?",
    "steps_needed",
    catalogue="M57",
)
def steps_one_more(H, lr, ratio):
    q = rate(H, lr)
    if q >= 1:
        raise ValueError
    t, left = 1, 1.0
    while left > ratio:
        left *= q
        t += 1
    return t


@step_exercise.mistake(
    "You wait until the loss has fallen to the ratio. The distance is asked for: by which factor does the loss fall if the "
    "distance is halved?",
    "steps_needed",
)
def steps_of_the_loss(H, lr, ratio):
    q = rate(H, lr) ** 2
    if q >= 1:
        raise ValueError
    return 1 if q == 0 else int(np.ceil(np.log(ratio) / np.log(q)))


@step_exercise.mistake(
    "You take away the same amount in every step. Does a step of gradient descent subtract, or multiply?",
    "steps_needed",
)
def steps_subtracted(H, lr, ratio):
    q = rate(H, lr)
    if q >= 1:
        raise ValueError
    return int(np.ceil((1 - ratio) / (1 - q)))


@step_exercise.mistake(
    "Your quotient of logarithms stands on its head. Solve rate^t = ratio for t once more: what do you divide by?",
    "steps_needed",
)
def steps_upside_down(H, lr, ratio):
    q = rate(H, lr)
    if q >= 1:
        raise ValueError
    return 1 if q == 0 else int(np.ceil(np.log(q) / np.log(ratio)))


@step_exercise.mistake(
    "You return the solution of rate^t = ratio as it is. How many whole steps are enough?", "steps_needed"
)
def steps_not_whole(H, lr, ratio):
    q = rate(H, lr)
    if q >= 1:
        raise ValueError
    return 1 if q == 0 else np.log(ratio) / np.log(q)


@step_exercise.mistake(
    "With the perfect step you say that no step is needed. The rate is 0 there: what is its logarithm, and where are you "
    "before the first step?",
    "steps_needed",
)
def steps_none_if_perfect(H, lr, ratio):
    q = rate(H, lr)
    if q >= 1:
        raise ValueError
    return 0 if q == 0 else int(np.ceil(np.log(ratio) / np.log(q)))


@step_exercise.mistake(
    "Some runs never get there, and you return a number. What is asked for if the rate is 1 or more?",
    "steps_needed",
)
def steps_without_end(H, lr, ratio):
    q = rate(H, lr)
    if q in (0, 1):
        return 1
    return abs(int(np.ceil(np.log(ratio) / np.log(q))))


@step_exercise.mistake(
    "A rate of exactly 1 slips through. Does anything come closer to the minimum with it?", "steps_needed"
)
def steps_rate_one_is_fine(H, lr, ratio):
    q = rate(H, lr)
    if q > 1:
        raise ValueError
    return 1 if q in (0, 1) else int(np.ceil(np.log(ratio) / np.log(q)))


@step_exercise.mistake(
    "You count the steps of the steepest direction. Which direction is the last one to arrive?",
    "steps_needed",
)
def steps_of_the_steepest(H, lr, ratio):
    if rate(H, lr) >= 1:
        raise ValueError
    q = abs(1 - lr * np.linalg.eigvalsh(H)[-1])
    t, left = 0, 1.0
    while left > ratio and t < 1000:
        left *= q
        t += 1
    return t


# What may be different in Jacobi's method, whoever calls it.
JACOBI = {
    "it may stop earlier or later: what is left beside the diagonal enters an eigenvalue with its square": (
        *(
            f"_eigenvalues: 1e-20 * np.linalg.norm(H) -> {other} #1"
            for other in (
                "-1e-20 * np.linalg.norm(H)",
                "0.0 * np.linalg.norm(H)",
                "1e-20",
                "1e-20 ** np.linalg.norm(H)",
                "1e-20 - np.linalg.norm(H)",
                "1e-20 / np.linalg.norm(H)",
                "2e-20 * np.linalg.norm(H)",
                "5e-21 * np.linalg.norm(H)",
            )
        ),
        "_eigenvalues: np.linalg.norm(H) -> np.linalg.norm(A) #1",
    ),
    "beside the diagonal A is compared with 0, of which every part is 0; and numpy's default is small enough": tuple(
        f"_eigenvalues: np.allclose(A, np.diag(np.diag(A)), rtol=0, atol=1e-20 * np.linalg.norm(H)) -> {other} #1"
        for other in (
            "np.allclose(A, np.diag(np.diag(A)), atol=1e-20 * np.linalg.norm(H))",
            "np.allclose(A, np.diag(np.diag(A)), rtol=-1, atol=1e-20 * np.linalg.norm(H))",
            "np.allclose(A, np.diag(np.diag(A)), rtol=0)",
            "np.allclose(A, np.diag(np.diag(A)), rtol=0.5, atol=1e-20 * np.linalg.norm(H))",
            "np.allclose(A, np.diag(np.diag(A)), rtol=1, atol=1e-20 * np.linalg.norm(H))",
            "np.allclose(A, np.diag(np.diag(A)), rtol=2, atol=1e-20 * np.linalg.norm(H))",
            "np.allclose(np.diag(np.diag(A)), A, rtol=0, atol=1e-20 * np.linalg.norm(H))",
        )
    ),
    "turning both axes by half a circle more changes nothing": (
        "_eigenvalues: 1 / np.sqrt(1 + tangent ** 2) -> -(1 / np.sqrt(1 + tangent ** 2)) #1",
        "_eigenvalues: 1 / np.sqrt(1 + tangent ** 2) -> -1 / np.sqrt(1 + tangent ** 2) #1",
        (
            "_eigenvalues: cosine * np.array([[1, -tangent], [tangent, 1]]) "
            "-> -(cosine * np.array([[1, -tangent], [tangent, 1]])) #1"
        ),
    ),
    "A is symmetric, and of the size of H": (
        "_eigenvalues: A[p, q] -> A[q, p] #1",
        "_eigenvalues: A[p, q] -> A[q, p] #2",
        "_eigenvalues: len(A) -> len(H) #1",
        "_eigenvalues: len(A) -> len(H) #2",
    ),
    "H holds floats, a length does not depend on the order and is not negative, and behind the last axis there is none": (
        "_eigenvalues: np.array(H, dtype=float) -> np.array(H) #1",
        "_eigenvalues: np.hypot(gap, twice) -> np.hypot(twice, gap) #1",
        "_eigenvalues: size == 0 -> size <= 0 #1",
        "_eigenvalues: range(len(A)) -> list(range(len(A)))[:-1] #1",
    ),
}
for reason, names in JACOBI.items():
    step_exercise.equivalent(*names, because=reason)
step_exercise.equivalent(
    "lr-max-without-overshoot * 2",
    because="the mistake is this factor, and nothing else",
)
step_exercise.equivalent(
    "lr_max: eigenvalues.min() <= 0 -> eigenvalues.min() < 0 #1",
    "steps_needed: left > ratio -> left >= ratio #1",
    because="the sheet says that no eigenvalue is nearly 0, and no power of the rate nearly the ratio",
)
step_exercise.equivalent(
    "rate: 1 - lr * _eigenvalues(H) -> lr * _eigenvalues(H) - 1 #1",
    because="the bars take the sign away",
)


# ---------------------------------------------------------------------------------------------------- 7.6
hessian_exercise = assignment.exercise(
    "hessian",
    id="7.6",
    minutes=45,
    points={"the Hessian": 1, "the critical points": 1, "the verdict": 2},
    hints=(
        (
            "Write down the three partial derivatives of f first. Which of them contain y, and which z? And which "
            "numbers do you have to look at, to tell a minimum from a saddle?"
        ),
        (
            "Row i of the Hessian is the gradient of the i-th partial derivative. For the critical points begin with the "
            "derivative by x: it is a product, so one of two things must be 0. For the verdict look at all eigenvalues, "
            "and first of all for one that is as good as 0."
        ),
        (
            "If x = 0, then z = 0 follows and y is free. Else x = -2y, z³ = 12 y² and yz = 2/3; put y = 2/(3z) into the "
            "second one and solve for z. In classify: (abs(λ) <= tol).any(), then (λ > 0).all(), then (λ < 0).all()."
        ),
    ),
    functions=("hess", "crit_points", "classify"),
    lecture="Alvarez, the Hessian and the test for minima; Lehre, partial derivatives",
)


def somewhere(rng):
    """Return three numbers of size 0.5 to 2 and of both signs."""
    return tuple(float(value) for value in rng.uniform(0.5, 2.0, size=3) * rng.choice([-1, 1], size=3))


@hessian_exercise.case("the Hessian")
def hess_somewhere(rng):
    """No coordinate is 0, 1 or like another."""
    return somewhere(rng)


@hessian_exercise.case("the Hessian")
def hess_elsewhere(rng):
    """Another point."""
    return somewhere(rng)


@hessian_exercise.case("the Hessian")
def hess_third_point(rng):
    """And another one, where z is not near 0."""
    x, y, z = somewhere(rng)
    return x, y, z + np.sign(z)


@hessian_exercise.case("the Hessian", exact=True)
def hess_exact(rng):
    """Whole numbers, of which none is 0 or 1: z and z² differ."""
    return tuple(float(value) for value in rng.integers(2, 6, size=3) * rng.choice([-1, 1], size=3))


@hessian_exercise.case("the Hessian", exact=True)
def hess_of_integers(rng):
    """Python integers, to be checked by hand."""
    return int(rng.integers(2, 6)), -int(rng.integers(2, 6)), int(rng.integers(2, 6))


@hessian_exercise.case("the Hessian", exact=True)
def hess_at_the_origin(rng):
    """One entry only is not 0."""
    return 0.0, 0.0, 0.0


def alvarez(x, y, z):
    """Return the function whose critical points are asked for."""
    return x**3 + 3 * x**2 * y - y * z**3 + z**2


@hessian_exercise.oracle()
def hess_torch(x, y, z):
    import torch

    point = torch.tensor([x, y, z], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(alvarez(*point), point, create_graph=True)
    rows = [torch.autograd.grad(part, point, retain_graph=True)[0] for part in slope]
    return torch.stack(rows).numpy()


@hessian_exercise.oracle()
def hess_mpmath(x, y, z):
    """Quotients of differences in 60 digits, of the formula itself."""
    step = mpmath.mpf(10) ** -15
    with mpmath.workdps(60):
        centre = [mpmath.mpf(x), mpmath.mpf(y), mpmath.mpf(z)]

        def moved(i, j, one, two):
            point = list(centre)
            point[i] += one * step
            point[j] += two * step
            return alvarez(*point)

        def second(i, j):
            signs = ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))
            return sum(sign * moved(i, j, one, two) for one, two, sign in signs) / (4 * step**2)

        return np.array(
            [[float(mpmath.nint(second(i, j) * 2**60) / 2**60) for j in range(3)] for i in range(3)]
        )


@hessian_exercise.variant()
def hess_entry_by_entry(x, y, z):
    H = np.zeros((3, 3))
    H[0, 0] = 6 * (x + y)
    H[0, 1] = H[1, 0] = 6 * x
    H[1, 2] = H[2, 1] = -3 * z * z
    H[2, 2] = -6 * y * z + 2
    return H


@hessian_exercise.variant()
def hess_of_the_terms(x, y, z):
    cube = np.diag([6 * x, 0, 0])
    product = np.array([[6 * y, 6 * x, 0], [6 * x, 0, 0], [0, 0, 0]])
    other = np.array([[0, 0, 0], [0, 0, 3 * z**2], [0, 3 * z**2, 6 * y * z]])
    square = np.diag([0, 0, 2])
    return cube + product - other + square


@hessian_exercise.variant()
def hess_float32(x, y, z):
    x, y, z = np.float32(x), np.float32(y), np.float32(z)
    rows = [[6 * x + 6 * y, 6 * x, 0], [6 * x, 0, -3 * z**2], [0, -3 * z**2, 2 - 6 * y * z]]
    return np.array(rows, dtype=np.float32)


@hessian_exercise.mistake(
    "Your Hessian is 0 beside the diagonal. Differentiate the derivative by x once more, this time by y: is it 0?",
    catalogue="M63",
)
def hess_diagonal_only(x, y, z):
    return np.diag([6 * x + 6 * y, 0.0, 2 - 6 * y * z])


@hessian_exercise.mistake(
    "Only one half of the mixed derivatives is there. What does the order of two derivatives change?"
)
def hess_upper_half(x, y, z):
    return np.array([[6 * x + 6 * y, 6 * x, 0], [0, 0, -3 * z**2], [0, 0, 2 - 6 * y * z]])


@hessian_exercise.mistake(
    "This is the gradient. The Hessian has a row for each of its three entries: what stands in such a row?"
)
def hess_gradient(x, y, z):
    return np.array([3 * x**2 + 6 * x * y, 3 * x**2 - z**3, 2 * z - 3 * y * z**2])


@hessian_exercise.mistake(
    "You multiplied first derivatives with each other. What does it mean to differentiate *twice*?"
)
def hess_product_of_gradients(x, y, z):
    g = np.array([3 * x**2 + 6 * x * y, 3 * x**2 - z**3, 2 * z - 3 * y * z**2])
    return np.outer(g, g)


@hessian_exercise.mistake(
    "The mixed derivatives by y and z have the wrong sign. Which sign stands before y z³?", catalogue="M04"
)
def hess_sign_of_the_third_term(x, y, z):
    return np.array([[6 * x + 6 * y, 6 * x, 0], [6 * x, 0, 3 * z**2], [0, 3 * z**2, 2 - 6 * y * z]])


@hessian_exercise.mistake(
    "The upper left entry misses a term. How often do you have to differentiate 3x²y by x, and what is left?"
)
def hess_term_of_y_missing(x, y, z):
    return np.array([[6 * x, 6 * x, 0], [6 * x, 0, -3 * z**2], [0, -3 * z**2, 2 - 6 * y * z]])


@hessian_exercise.mistake(
    "The lower right entry misses a number. Which term of f is a square of z, and what is its second derivative?"
)
def hess_square_forgotten(x, y, z):
    return np.array([[6 * x + 6 * y, 6 * x, 0], [6 * x, 0, -3 * z**2], [0, -3 * z**2, -6 * y * z]])


@hessian_exercise.mistake(
    "The lower right entry keeps a power of z too many: you differentiated y z³ by z only once there. Do it again."
)
def hess_one_derivative_short(x, y, z):
    return np.array([[6 * x + 6 * y, 6 * x, 0], [6 * x, 0, -3 * z**2], [0, -3 * z**2, 2 - 3 * y * z**2]])


@hessian_exercise.mistake(
    "The mixed derivatives by y and z have a power of z too few: each variable is differentiated by only once there."
)
def hess_one_derivative_too_many(x, y, z):
    return np.array([[6 * x + 6 * y, 6 * x, 0], [6 * x, 0, -6 * z], [0, -6 * z, 2 - 6 * y * z]])


@hessian_exercise.mistake(
    "The middle entry should hold the second derivative by y. Does y occur in the first one at all?"
)
def hess_middle_entry(x, y, z):
    return np.array([[6 * x + 6 * y, 6 * x, 0], [6 * x, 6 * x, -3 * z**2], [0, -3 * z**2, 2 - 6 * y * z]])


@hessian_exercise.case("the critical points", "crit_points")
def critical(rng):
    """No arguments: three rows."""
    return ()


@hessian_exercise.case("the critical points", "crit_points")
def critical_again(rng):
    """Once more: nothing may change from call to call."""
    return ()


@hessian_exercise.oracle("crit_points")
def crit_points_closed_form():
    """x = -2y makes the derivative by x vanish; z of y from yz = 2/3; what is left is one equation of one unknown."""
    with mpmath.workdps(40):
        y = mpmath.root(mpmath.mpf(2) / 81, 5)  # (2/(3y))³ = 12 y², so 81 y⁵ = 2
        return np.array([[0, -1, 0], [0, 1, 0], [float(-2 * y), float(y), float(2 / (3 * y))]])


@hessian_exercise.oracle("crit_points")
def crit_points_newton():
    """Newton's method on the gradient, and a check that the points of the line are critical, too."""
    with mpmath.workdps(40):

        def slope(*point):
            return [mpmath.diff(alvarez, point, order) for order in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]

        line = [(0, -1, 0), (0, 1, 0)]
        if max(abs(part) for point in line for part in slope(*point)) > 1e-9:
            raise ArithmeticError("the points of the line are not critical")
        found = mpmath.findroot(slope, (-0.95, 0.48, 1.4), tol=1e-25)
        return np.array([*line, [float(part) for part in found]])


@hessian_exercise.variant("crit_points")
def crit_points_from_y():
    y = (2 / 81) ** 0.2
    line = [[0.0, -1.0, 0.0], [0.0, 1.0, 0.0]]
    return np.array([*line, [-2 * y, y, np.cbrt(12 * y * y)]])


@hessian_exercise.variant("crit_points")
def crit_points_logarithm():
    z = np.exp(np.log(16 / 3) / 5)
    rows = np.zeros((3, 3))
    rows[0, 1], rows[1, 1] = -1, 1
    rows[2] = -4 / (3 * z), 2 / (3 * z), z
    return rows


@hessian_exercise.variant("crit_points")
def crit_points_newton_steps():
    point = np.array([-1.0, 0.5, 1.4])
    for _ in range(20):
        x, y, z = point
        slope = np.array([3 * x**2 + 6 * x * y, 3 * x**2 - z**3, 2 * z - 3 * y * z**2])
        point = point - np.linalg.solve(hess(x, y, z), slope)
    return np.array([[0, -1, 0], [0, 1, 0], point])


@hessian_exercise.mistake(
    "Row 2 is right to a few digits only. Let Python compute the fifth root: how do you write it as a power?",
    "crit_points",
)
def crit_points_rounded():
    return np.array([[0, -1, 0], [0, 1, 0], [-0.954, 0.477, 1.398]])


@hessian_exercise.mistake(
    "The single point has the wrong sign in x. Put it into the derivative by x: is x + 2y equal to 0 there?",
    "crit_points",
    catalogue="M04",
)
def crit_points_sign_of_x():
    z = (16 / 3) ** 0.2
    y = 2 / (3 * z)
    return np.array([[0, -1, 0], [0, 1, 0], [2 * y, y, z]])


@hessian_exercise.mistake(
    "The single point's z comes from z³ = 12y² and yz = 2/3. Put y = 2/(3z) into the first: which power of z is left when "
    "all of them stand on one side?",
    "crit_points",
)
def crit_points_cube_root():
    z = (16 / 3) ** (1 / 3)
    y = 2 / (3 * z)
    return np.array([[0, -1, 0], [0, 1, 0], [-2 * y, y, z]])


@hessian_exercise.mistake(
    "Your points stand in columns. Where should the three coordinates of one point be?",
    "crit_points",
    catalogue="M10",
)
def crit_points_in_columns():
    z = (16 / 3) ** 0.2
    y = 2 / (3 * z)
    return np.array([[0, -1, 0], [0, 1, 0], [-2 * y, y, z]]).T


@hessian_exercise.mistake(
    "The points of the line are in the wrong order. Which of them belongs into row 0?", "crit_points"
)
def crit_points_line_reversed():
    z = (16 / 3) ** 0.2
    y = 2 / (3 * z)
    return np.array([[0, 1, 0], [0, -1, 0], [-2 * y, y, z]])


@hessian_exercise.mistake("The single point stands in row 0. Which row does the text give it?", "crit_points")
def crit_points_single_first():
    z = (16 / 3) ** 0.2
    y = 2 / (3 * z)
    return np.array([[-2 * y, y, z], [0, -1, 0], [0, 1, 0]])


@hessian_exercise.mistake(
    "Your line is the x-axis. Put x = 1, y = 0, z = 0 into the derivative by x: is it 0?", "crit_points"
)
def crit_points_wrong_line():
    z = (16 / 3) ** 0.2
    y = 2 / (3 * z)
    return np.array([[-1, 0, 0], [1, 0, 0], [-2 * y, y, z]])


@hessian_exercise.mistake(
    "You return the single point only. Which other solutions are there if x is 0?", "crit_points"
)
def crit_points_single_only():
    z = (16 / 3) ** 0.2
    y = 2 / (3 * z)
    return np.array([[-2 * y, y, z]])


def spread_out(rng, signs, low=1.0):
    """Return eigenvalues with these signs, of sizes about 1, 2, 3, ... times `low`, in no order."""
    sizes = rng.permutation(np.arange(1.0, len(signs) + 1) + rng.uniform(-0.2, 0.2, size=len(signs)))
    return low * sizes * np.array(signs)


@hessian_exercise.case("the verdict", "classify")
def verdict_bottom(rng):
    """Three positive eigenvalues, mixed."""
    return turned(rng, spread_out(rng, [1, 1, 1])), 1e-3


@hessian_exercise.case("the verdict", "classify")
def verdict_bottom_of_four(rng):
    """Four positive eigenvalues, some below 1."""
    return turned(rng, spread_out(rng, [1, 1, 1, 1], low=0.25)), 1e-3


@hessian_exercise.case("the verdict", "classify")
def verdict_top_of_two(rng):
    """The listed one: a positive determinant, and both eigenvalues negative."""
    return turned(rng, spread_out(rng, [-1, -1])), 1e-3


@hessian_exercise.case("the verdict", "classify")
def verdict_top(rng):
    """Three negative eigenvalues: the leading minors change their signs."""
    return turned(rng, spread_out(rng, [-1, -1, -1])), 1e-3


@hessian_exercise.case("the verdict", "classify")
def verdict_top_of_one(rng):
    """One variable."""
    return np.array([[-rng.uniform(0.5, 2.0)]]), 1e-3


@hessian_exercise.case("the verdict", "classify", exact=True)
def verdict_lehre(rng):
    """The listed saddle with a positive diagonal, of the running example."""
    return np.array([[4.0, 3.0], [3.0, 2.0]]), 1e-3


@hessian_exercise.case("the verdict", "classify")
def verdict_positive_diagonal(rng):
    """A saddle of three variables whose diagonal is positive."""
    H = np.diag(rng.uniform(1.0, 2.0, size=3)) + 3.0 * (1 - np.eye(3))
    return H, 1e-3


@hessian_exercise.case("the verdict", "classify")
def verdict_two_ways_down(rng):
    """Two negative eigenvalues and one positive, the largest: determinant and trace are positive."""
    down, up = rng.uniform([0.5, 1.0], [0.8, 1.5]), rng.uniform(4.0, 5.0)
    return turned(rng, [-down[0], up, -down[1]]), 1e-3


@hessian_exercise.case("the verdict", "classify")
def verdict_two_and_two(rng):
    """Two of each sign: the determinant is positive."""
    return turned(rng, spread_out(rng, [1, -1, 1, -1])), 1e-3


@hessian_exercise.case("the verdict", "classify")
def verdict_one_way_up(rng):
    """Two negative eigenvalues and a small positive one: the trace is negative, the determinant positive."""
    down, up = rng.uniform([2.0, 3.0], [2.5, 3.5]), rng.uniform(0.2, 0.4)
    return turned(rng, [-down[0], up, -down[1]]), 1e-3


@hessian_exercise.case("the verdict", "classify", exact=True)
def verdict_on_the_line(rng):
    """The listed critical points of the line, with y > 0: eigenvalues 0, 2 and 6y."""
    return np.diag([6.0 * rng.integers(1, 5), 0.0, 2.0]), 1e-3


@hessian_exercise.case("the verdict", "classify", exact=True)
def verdict_on_the_line_below(rng):
    """The same with y < 0: a zero beside both signs is degenerate all the same."""
    return np.diag([-6.0 * rng.integers(1, 5), 0.0, 2.0]), 1e-3


@hessian_exercise.case("the verdict", "classify")
def verdict_flat_bottom(rng):
    """One eigenvalue is 0 up to rounding, in a direction that is no axis."""
    return turned(rng, spread_out(rng, [1, 0, 1, 1])), 1e-3


@hessian_exercise.case("the verdict", "classify")
def verdict_flat_top(rng):
    """The same upside down."""
    return turned(rng, spread_out(rng, [-1, -1, 0])), 1e-3


@hessian_exercise.case("the verdict", "classify", exact=True)
def verdict_plain(rng):
    """The zero matrix: flat in all directions."""
    return np.zeros((2, 2)), 1e-3


@hessian_exercise.case("the verdict", "classify")
def verdict_within_tol(rng):
    """A positive eigenvalue that counts as 0, since tol is generous."""
    return turned(rng, [rng.uniform(0.05, 0.1), rng.uniform(3.0, 4.0), rng.uniform(5.0, 6.0)]), 0.5


@hessian_exercise.case("the verdict", "classify")
def verdict_within_tol_below(rng):
    """A negative eigenvalue that counts as 0, beside positive ones: no saddle."""
    return turned(rng, [-rng.uniform(0.05, 0.1), rng.uniform(3.0, 4.0), rng.uniform(5.0, 6.0)]), 0.5


def leaning(slope, lower, upper):
    """Return a matrix of two variables whose eigenvector of the lower eigenvalue has this slope."""
    axes = np.array([[1.0, -slope], [slope, 1.0]]) / np.sqrt(1 + slope**2)
    return single(axes * np.array([lower, upper]) @ axes.T)


@hessian_exercise.case("the verdict", "classify")
def verdict_just_above_tol(rng):
    """An eigenvalue that is a little larger than tol: it counts."""
    return leaning(rng.choice([-1.0, 1.0]), 0.6, rng.uniform(3.0, 4.0)), 0.5


@hessian_exercise.case("the verdict", "classify")
def verdict_just_below_tol(rng):
    """A little smaller: it does not."""
    return leaning(rng.choice([-1.0, 1.0]), 0.42, rng.uniform(3.0, 4.0)), 0.5


@hessian_exercise.case("the verdict", "classify")
def verdict_just_below_tol_again(rng):
    """The same in directions that are not halfway between the axes."""
    return leaning(0.5, 0.42, rng.uniform(3.0, 4.0)), 0.5


@hessian_exercise.case("the verdict", "classify")
def verdict_just_below_tol_at_the_top(rng):
    """The same upside down."""
    return -leaning(0.5, 0.42, rng.uniform(3.0, 4.0)), 0.5


@hessian_exercise.case("the verdict", "classify", exact=True)
def verdict_of_a_pair_and_another(rng):
    """A direction on its own beside a coupled pair with an equal diagonal: eigenvalues 1, 3 and -1."""
    return np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 2.0], [0.0, 2.0, 1.0]]), 1e-3


@hessian_exercise.case("the verdict", "classify")
def verdict_large_determinant(rng):
    """One eigenvalue counts as 0, and the determinant is large: tol is for eigenvalues, not for their product."""
    return turned(rng, [rng.uniform(0.01, 0.02), rng.uniform(30.0, 40.0), rng.uniform(50.0, 60.0)]), 0.1


@hessian_exercise.case("the verdict", "classify")
def verdict_small_determinant(rng):
    """No eigenvalue counts as 0, and the determinant is below tol: a minimum."""
    return turned(rng, rng.uniform([0.04, 0.06, 0.08], [0.05, 0.07, 0.09])), 0.01


@hessian_exercise.case("the verdict", "classify")
def verdict_small_determinant_at_the_top(rng):
    """The same upside down."""
    return turned(rng, -rng.uniform([0.04, 0.06, 0.08], [0.05, 0.07, 0.09])), 0.01


@hessian_exercise.oracle("classify")
def classify_mpmath(H, tol):
    eigenvalues = mp_eigenvalues(H)
    if any(abs(eigenvalue) <= tol for eigenvalue in eigenvalues):
        return "degenerate"
    signs = {bool(eigenvalue > 0) for eigenvalue in eigenvalues}
    return "saddle" if len(signs) > 1 else "min" if signs == {True} else "max"


@hessian_exercise.variant("classify")
def classify_counts(H, tol):
    eigenvalues = np.linalg.eigvalsh(H)
    up, down = (eigenvalues > tol).sum(), (eigenvalues < -tol).sum()
    if up + down < len(H):
        return "degenerate"
    if up and down:
        return "saddle"
    return "min" if up else "max"


@hessian_exercise.variant("classify")
def classify_ends(H, tol):
    eigenvalues = sorted(np.linalg.eig(H)[0].real)
    if min(abs(eigenvalue) for eigenvalue in eigenvalues) < tol:
        return "degenerate"
    if eigenvalues[0] > 0:
        return "min"
    if eigenvalues[-1] < 0:
        return "max"
    return "saddle"


@hessian_exercise.variant("classify")
def classify_float32(H, tol):
    eigenvalues = np.linalg.eigvalsh(H.astype(np.float32))
    if np.abs(eigenvalues).min() <= tol:
        return "degenerate"
    signs = np.sign(eigenvalues)
    return {1.0: "min", -1.0: "max"}.get(float(signs.mean()), "saddle")


@hessian_exercise.mistake(
    "A positive determinant is not enough for a minimum. Which two eigenvalues have a positive product, apart from two "
    "positive ones?",
    "classify",
    catalogue="M63",
)
def classify_determinant(H, tol):
    eigenvalues = np.linalg.eigvalsh(H)
    if np.abs(eigenvalues).min() <= tol:
        return "degenerate"
    return "min" if np.linalg.det(H) > 0 else "saddle"


@hessian_exercise.mistake(
    "The rule with the determinant and the first entry is made for two variables. Which signs can three eigenvalues have "
    "whose product is positive?",
    "classify",
    catalogue="M63",
)
def classify_rule_for_two_variables(H, tol):
    eigenvalues = np.linalg.eigvalsh(H)
    if np.abs(eigenvalues).min() <= tol:
        return "degenerate"
    if np.linalg.det(H) < 0 and len(H) > 1:
        return "saddle"
    return "min" if H[0, 0] > 0 else "max"


@hessian_exercise.mistake(
    "You go by the trace, the sum of the eigenvalues. Can a sum be positive though some of its terms are negative?",
    "classify",
    catalogue="M63",
)
def classify_trace(H, tol):
    eigenvalues = np.linalg.eigvalsh(H)
    if np.abs(eigenvalues).min() <= tol:
        return "degenerate"
    return "min" if np.trace(H) > 0 else "max"


@hessian_exercise.mistake(
    "You read the curvatures off the diagonal. Take Lehre's function from the text: what does its diagonal say, and what "
    "do its eigenvalues?",
    "classify",
    catalogue="M63",
)
def classify_diagonal(H, tol):
    entries = np.diag(H)
    if np.abs(entries).min() <= tol:
        return "degenerate"
    if (entries > 0).all():
        return "min"
    return "max" if (entries < 0).all() else "saddle"


@hessian_exercise.mistake(
    "Wherever an eigenvalue counts as 0 you say saddle. Which word is for a direction in which the Hessian is flat?",
    "classify",
    catalogue="M63",
)
def classify_zero_is_a_saddle(H, tol):
    eigenvalues = np.linalg.eigvalsh(H)
    if (eigenvalues > tol).all():
        return "min"
    return "max" if (eigenvalues < -tol).all() else "saddle"


@hessian_exercise.mistake(
    "An eigenvalue that counts as 0 lets a minimum or a maximum pass. What could the function do in that direction, like x³ "
    "or -x⁴?",
    "classify",
    catalogue="M63",
)
def classify_zero_counts_as_right(H, tol):
    eigenvalues = np.linalg.eigvalsh(H)
    if (eigenvalues >= -tol).all():
        return "min"
    return "max" if (eigenvalues <= tol).all() else "saddle"


@hessian_exercise.mistake(
    "Where one eigenvalue counts as 0 and the others have both signs, you say saddle. In which order does the text go "
    "through its four words?",
    "classify",
)
def classify_saddle_first(H, tol):
    eigenvalues = np.linalg.eigvalsh(H)
    if (eigenvalues > 1e-3).any() and (eigenvalues < -1e-3).any():
        return "saddle"
    if np.abs(eigenvalues).min() <= tol:
        return "degenerate"
    return "min" if eigenvalues[0] > 0 else "max"


@hessian_exercise.mistake(
    "You wait for an eigenvalue that is exactly 0, or have a tolerance of your own. When does the text count one as 0?",
    "classify",
)
def classify_tol_ignored(H, tol):
    eigenvalues = np.linalg.eigvalsh(H)
    if np.abs(eigenvalues).min() <= 1e-8:
        return "degenerate"
    if (eigenvalues > 0).all():
        return "min"
    return "max" if (eigenvalues < 0).all() else "saddle"


@hessian_exercise.mistake(
    "You compare tol with the determinant. It is a product of several numbers: can it be small though none of them is, or "
    "large though one of them is tiny?",
    "classify",
    catalogue="M63",
)
def classify_tol_for_the_determinant(H, tol):
    eigenvalues = np.linalg.eigvalsh(H)
    if abs(np.linalg.det(H)) <= tol:
        return "degenerate"
    if (eigenvalues > 0).all():
        return "min"
    return "max" if (eigenvalues < 0).all() else "saddle"


@hessian_exercise.mistake(
    "You compare without bars, so every negative eigenvalue counts as 0. Which eigenvalues are as good as 0?",
    "classify",
)
def classify_bars_missing(H, tol):
    eigenvalues = np.linalg.eigvalsh(H)
    if (eigenvalues <= tol).any():
        return "degenerate"
    return "min"


@hessian_exercise.mistake(
    "You only say degenerate if all eigenvalues count as 0. How many of them are enough?", "classify"
)
def classify_all_must_be_zero(H, tol):
    eigenvalues = np.linalg.eigvalsh(H)
    if (np.abs(eigenvalues) <= tol).all():
        return "degenerate"
    if (eigenvalues > 0).all():
        return "min"
    return "max" if (eigenvalues < 0).all() else "saddle"


@hessian_exercise.mistake(
    "Bottom and top are exchanged. Which second derivative has x² at its minimum?",
    "classify",
    catalogue="M04",
)
def classify_upside_down(H, tol):
    eigenvalues = np.linalg.eigvalsh(H)
    if np.abs(eigenvalues).min() <= tol:
        return "degenerate"
    if (eigenvalues > 0).all():
        return "max"
    return "min" if (eigenvalues < 0).all() else "saddle"


@hessian_exercise.mistake(
    "For a maximum you ask all leading determinants to be negative. Which sign has the determinant of two negative "
    "eigenvalues?",
    "classify",
    catalogue="M63",
)
def classify_leading_determinants(H, tol):
    if np.abs(np.linalg.eigvalsh(H)).min() <= tol:
        return "degenerate"
    minors = [np.linalg.det(H[:k, :k]) for k in range(1, len(H) + 1)]
    if min(minors) > 0:
        return "min"
    return "max" if max(minors) < 0 else "saddle"


for reason, names in JACOBI.items():
    hessian_exercise.equivalent(*names, because=reason)
hessian_exercise.equivalent(
    "classify: np.abs(eigenvalues) <= tol -> np.abs(eigenvalues) < tol #1",
    because="the sheet says that no eigenvalue is nearly of the size of tol",
)
hessian_exercise.equivalent(
    "classify: eigenvalues < 0 -> eigenvalues <= 0 #1",
    "classify: eigenvalues > 0 -> eigenvalues >= 0 #1",
    because="an eigenvalue of 0 has been degenerate before",
)


# ---------------------------------------------------------------------------------------------------- 7.7
drop_exercise = assignment.exercise(
    "drop",
    id="7.7",
    minutes=25,
    points={"the prediction": 1, "prediction and reality": 1},
    hints=(
        (
            "In the example, f(x) = x² at x = 3: which two numbers do you multiply to predict the change, and which two "
            "losses do you subtract to see the real one? In which order?"
        ),
        (
            "Put Δx_i = -η g_i into the sum of the text and collect: it becomes a dot product of g with itself. For the "
            "ratios ask for the gradient once, at x, and then take one step from x for each η."
        ),
        "-eta * (g @ g). And for each eta: (f(x - eta * g) - f(x)) divided by it, all of them collected in an array.",
    ),
    functions=("predicted_drop", "drop_ratio"),
    lecture="Özçep, why follow the gradient; Alvarez, the derivative of a function of many variables",
)


@drop_exercise.case("the prediction")
def predicted_in_three_variables(rng):
    """Entries of both signs, and a length that is not 1."""
    return points(rng, 3), rng.uniform(0.05, 0.2)


@drop_exercise.case("the prediction")
def predicted_in_five_variables(rng):
    """A length below 1: the square is smaller than the length."""
    return points(rng, 5) / 8, rng.uniform(0.3, 0.6)


@drop_exercise.case("the prediction")
def predicted_in_one_variable(rng):
    """One variable, with a negative slope."""
    return -rng.uniform(2.0, 3.0, size=1), rng.uniform(0.05, 0.2)


@drop_exercise.case("the prediction", exact=True)
def predicted_exactly(rng):
    """Whole numbers and an eighth: to be checked by hand."""
    return rng.integers(2, 9, size=3) * rng.choice([-1.0, 1.0], size=3), 0.125


@drop_exercise.case("the prediction", exact=True)
def predicted_on_flat_ground(rng):
    """A gradient of zeros: nothing is predicted, and nothing is divided by."""
    return np.zeros(2), 0.5


@drop_exercise.oracle()
def predicted_exact_fractions(g, eta):
    return float(-Fraction(eta) * sum(Fraction(float(part)) ** 2 for part in g))


@drop_exercise.oracle()
def predicted_torch(g, eta):
    """The slope at 0 of s -> L(x - s g), times eta, for a loss L that is linear with the gradient g."""
    import torch

    slope, s = torch.from_numpy(g.copy()), torch.zeros((), dtype=torch.float64, requires_grad=True)
    (change,) = torch.autograd.grad(torch.dot(slope, -s * slope), s)
    return float(eta * change)


@drop_exercise.variant()
def predicted_sum_of_products(g, eta):
    total = 0.0
    for part in g:
        total += part * (-eta * part)
    return total


@drop_exercise.variant()
def predicted_squares(g, eta):
    return -eta * np.sum(g**2)


@drop_exercise.variant()
def predicted_norm(g, eta):
    return -(np.linalg.norm(g) ** 2) * eta


@drop_exercise.variant()
def predicted_float32(g, eta):
    g = g.astype(np.float32)
    return np.float32(-eta) * (g @ g)


@drop_exercise.mistake(
    "You predict a rise. Which sign has the change of the loss, if the step goes downhill?", catalogue="M04"
)
def predicted_rise(g, eta):
    return eta * (g @ g)


@drop_exercise.mistake(
    "The length of the gradient enters only once. One factor comes from the step: where does the other one come from?"
)
def predicted_length_not_squared(g, eta):
    return -eta * np.linalg.norm(g)


@drop_exercise.mistake("The step size enters twice. How long is the step -η g?", catalogue="M06")
def predicted_step_size_twice(g, eta):
    return -(eta**2) * (g @ g)


@drop_exercise.mistake("Your prediction does not depend on the step size. How far does the step go?")
def predicted_step_size_missing(g, eta):
    return -(g @ g)


@drop_exercise.mistake(
    "You return one number for each coordinate. How do you get the change of the one loss from them?",
    catalogue="M40",
)
def predicted_for_each_coordinate(g, eta):
    return -eta * g * g


@drop_exercise.mistake(
    "You add the entries and square the sum, or do not square at all. In the sum of the text every term is a product of "
    "its own: which one?"
)
def predicted_square_of_the_sum(g, eta):
    return -eta * np.sum(g) ** 2


@drop_exercise.mistake(
    "This is the step, not the change of the loss. How do you get from Δx to Δf?", catalogue="M40"
)
def predicted_the_step(g, eta):
    return -eta * g


@drop_exercise.mistake(
    "Your prediction is half of the one in the text. Where does the factor ½ come from?", catalogue="M03"
)
def predicted_half(g, eta):
    return -0.5 * eta * (g @ g)


def etas_from(rng, largest):
    """Return three step sizes in no order; the largest one is not the first."""
    return largest * np.array([0.5, 1.0, 0.25]) * rng.uniform(0.8, 1.0, size=3)


def long_bowl(rng, d):
    """Return a bowl of unequal curvatures with the loss 0 at x = 0: few digits are lost in a difference of losses."""
    return {"A": near_diagonal(rng, d), "b": rng.uniform(0.2, 0.5, size=d)}


@drop_exercise.case("prediction and reality", "drop_ratio")
def ratio_in_a_bowl(rng):
    """Three coupled coordinates; k is not d."""
    etas = np.append(etas_from(rng, 0.2), 0.07)
    return *of_one_problem("quadratic", long_bowl(rng, 3)), points(rng, 3), etas


@drop_exercise.case("prediction and reality", "drop_ratio")
def ratio_between_valleys(rng):
    """A gradient that is not linear."""
    return *of_one_problem("polynomial", valleys(rng, 2)), points(rng, 2), etas_from(rng, 0.1)


@drop_exercise.case("prediction and reality", "drop_ratio")
def ratio_of_long_steps(rng):
    """Steps that are too long: the loss rises, and the ratio is negative."""
    return *of_one_problem("quadratic", long_bowl(rng, 2)), points(rng, 2), etas_from(rng, 6.0)


@drop_exercise.case("prediction and reality", "drop_ratio")
def ratio_of_one_step(rng):
    """One step size: the answer is still an array."""
    return *of_one_problem("quadratic", long_bowl(rng, 4)), points(rng, 4), rng.uniform(0.1, 0.2, size=1)


@drop_exercise.case("prediction and reality", "drop_ratio", exact=True)
def ratio_exactly(rng):
    """f(x) = x² from 2 or 4: the ratio is 1 - η, to be checked by hand."""
    x = np.array([2.0 ** rng.integers(1, 3) * rng.choice([-1.0, 1.0])])
    return *of_one_problem("quadratic", round_bowl(np.zeros(1))), x, np.array([0.5, 0.25, 0.125, 2.0])


@drop_exercise.oracle("drop_ratio")
def drop_ratio_mpmath(f, grad, x, etas):
    """The quotient itself, in 40 digits."""
    with mpmath.workdps(40):
        point = mp_array(x)
        g = grad(point)
        return mp_floats([(f(point - eta * g) - f(point)) / -((eta * g) @ g) for eta in mp_array(etas)])


@drop_exercise.oracle("drop_ratio")
def drop_ratio_integral(f, grad, x, etas):
    """The mean of grad(x - s eta g) · g over the way of the step, divided by g · g: no loss is asked for.

    Gauss's rule with four places is exact for a gradient that is a polynomial of degree 7.
    """
    places, weights = np.polynomial.legendre.leggauss(4)
    g = grad(x)
    means = [sum(weights * [grad(x - (1 + s) / 2 * eta * g) @ g for s in places]) / 2 for eta in etas]
    return np.array(means) / (g @ g)


@drop_exercise.variant("drop_ratio")
def drop_ratio_loop(f, grad, x, etas):
    ratios = np.zeros(len(etas))
    here, g = f(x), grad(x)
    for i in range(len(etas)):
        step = -etas[i] * g
        ratios[i] = (f(x + step) - here) / np.dot(g, step)
    return ratios


@drop_exercise.variant("drop_ratio")
def drop_ratio_list(f, grad, x, etas):
    out = []
    for eta in etas:
        path = gd(grad, x, eta, 1)
        out.append((f(path[0]) - f(path[1])) / (eta * np.linalg.norm(grad(x)) ** 2))
    return np.array(out)


@drop_exercise.variant("drop_ratio")
def drop_ratio_all_at_once(f, grad, x, etas):
    g = grad(x)
    ends = x - etas[:, None] * g
    return (np.array([f(end) for end in ends]) - f(x)) / (-etas * (g**2).sum())


@drop_exercise.variant("drop_ratio")
def drop_ratio_float32(f, grad, x, etas):
    x, etas = x.astype(np.float32), etas.astype(np.float32)
    g = np.asarray(grad(x)).astype(np.float32)
    changes = [np.float32(f(x - eta * g)) - np.float32(f(x)) for eta in etas]
    return np.array(changes, dtype=np.float32) / (-etas * (g @ g))


@drop_exercise.mistake(
    "Your quotient stands on its head. Which of the two changes does the text divide by?", "drop_ratio"
)
def drop_ratio_upside_down(f, grad, x, etas):
    g = grad(x)
    return np.array([-eta * (g @ g) / (f(x - eta * g) - f(x)) for eta in etas])


@drop_exercise.mistake(
    "Your steps go uphill. Which way does the gradient point?", "drop_ratio", catalogue="M04"
)
def drop_ratio_uphill(f, grad, x, etas):
    g = grad(x)
    return np.array([(f(x + eta * g) - f(x)) / (-eta * (g @ g)) for eta in etas])


@drop_exercise.mistake(
    "Your ratios have the wrong sign. Both changes are meant as after minus before: is that so in yours?",
    "drop_ratio",
    catalogue="M04",
)
def drop_ratio_wrong_sign(f, grad, x, etas):
    g = grad(x)
    return np.array([(f(x - eta * g) - f(x)) / (eta * (g @ g)) for eta in etas])


@drop_exercise.mistake("You subtract the prediction from the real change. What is a ratio?", "drop_ratio")
def drop_ratio_difference(f, grad, x, etas):
    g = grad(x)
    return np.array([f(x - eta * g) - f(x) + eta * (g @ g) for eta in etas])


@drop_exercise.mistake(
    "The length of the gradient is not squared in your prediction. Does predicted_drop do it?", "drop_ratio"
)
def drop_ratio_length_not_squared(f, grad, x, etas):
    g = grad(x)
    return np.array([(f(x - eta * g) - f(x)) / (-eta * np.sqrt(g @ g)) for eta in etas])


@drop_exercise.mistake(
    "Your ratio gets as small as the step size does. Is η in your prediction?", "drop_ratio"
)
def drop_ratio_step_size_missing(f, grad, x, etas):
    g = grad(x)
    return np.array([(f(x - eta * g) - f(x)) / -(g @ g) for eta in etas])


@drop_exercise.mistake(
    "You divide by the gradient at the end of the step. At which point is the prediction made?", "drop_ratio"
)
def drop_ratio_gradient_at_the_end(f, grad, x, etas):
    ratios = []
    for eta in etas:
        end = x - eta * grad(x)
        ratios.append((f(end) - f(x)) / (-eta * (grad(end) @ grad(end))))
    return np.array(ratios)


@drop_exercise.mistake(
    "From the second step size on your steps begin where the last one ended. Where does the text let every step begin?",
    "drop_ratio",
    catalogue="M61",
)
def drop_ratio_walks_on(f, grad, x, etas):
    ratios, here = [], x.copy()
    for eta in etas:
        g = grad(here)
        ratios.append((f(here - eta * g) - f(here)) / (-eta * (g @ g)))
        here = here - eta * g
    return np.array(ratios)


@drop_exercise.mistake(
    "You make the step as long as η, whatever the slope is. Is a norm in your step that the text does not have?",
    "drop_ratio",
    catalogue="M42",
)
def drop_ratio_unit_steps(f, grad, x, etas):
    g = grad(x)
    length = np.sqrt(g @ g)
    return np.array([(f(x - eta * g / length) - f(x)) / (-eta * (g @ g)) for eta in etas])


@drop_exercise.mistake(
    "You return the ratio of the first step size only. Is your return inside the loop?",
    "drop_ratio",
    catalogue="M18",
)
def drop_ratio_first_only(f, grad, x, etas):
    g = grad(x)
    for eta in etas:
        return (f(x - eta * g) - f(x)) / (-eta * (g @ g))
    return None


@drop_exercise.mistake(
    "You return a list. The text asks for an array: which function of numpy makes one of it?", "drop_ratio"
)
def drop_ratio_a_list(f, grad, x, etas):
    g = grad(x)
    return [(f(x - eta * g) - f(x)) / (-eta * (g @ g)) for eta in etas]


@drop_exercise.mistake(
    "After the call x is no longer where it was. What does `-=` do to an array that somebody else still uses?",
    "drop_ratio",
    catalogue="M54",
)
def drop_ratio_moves_x(f, grad, x, etas):
    ratios = []
    for eta in etas:
        before, g = f(x), grad(x)
        x -= eta * g
        ratios.append((f(x) - before) / (-eta * (g @ g)))
    return np.array(ratios)


drop_exercise.equivalent(
    "drop_ratio: g @ g -> g @ g.T #1",
    "drop_ratio: g @ g -> g.T @ g #1",
    "predicted_drop: g @ g -> g @ g.T #1",
    "predicted_drop: g @ g -> g.T @ g #1",
    because="an array of one axis is its own transpose",
)
drop_exercise.equivalent(
    "drop-ratio-wrong-sign * -1",
    "predicted-half * 2",
    "predicted-rise * -1",
    because="the mistake is this factor, and nothing else",
)


# ---------------------------------------------------------------------------------------------------- 7.8
scaling_exercise = assignment.exercise(
    "scaling",
    id="7.8",
    minutes=35,
    points={"standardised features": 1, "steps to a small loss": 1},
    hints=(
        (
            "How many means does a table of 40 samples with 2 features have? And what does your loop compare with tol: a "
            "loss, a change of it, or a gradient? Before the first step, too?"
        ),
        (
            "Take means and deviations along axis 0. Find the columns whose entries are all equal before you divide. For "
            "the count, a while loop asks for the loss before each step, so that it can end with 0 steps."
        ),
        (
            "sd = np.where(X.max(axis=0) == X.min(axis=0), 1.0, X.std(axis=0)). And: while np.mean((y - X @ w)**2) > tol, "
            "take the step w + lr * 2 / len(y) * X.T @ (y - X @ w), and count it."
        ),
    ),
    functions=("standardize", "iters_to_tol"),
    lecture="Abdurakhmanova (Aalto), full batch gradient descent for linear regression, and feature scaling",
)


def features(rng, m, d):
    """Return m samples of d features whose means and spreads differ from column to column, and are not 0 or 1."""
    spreads, means = rng.uniform(1.5, 3.0, size=d) * 2.0 ** np.arange(d), rng.uniform(1.0, 3.0, size=d)
    columns = rng.normal(size=(m, d))
    columns = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    return columns * spreads + means * rng.choice([-1, 1], size=d)


def some_constant(rng, m, d, *columns):
    """Return such samples with a number of few digits all the way down some of the columns, no two the same."""
    X = features(rng, m, d)
    X[:, columns] = rng.permutation([-1.5, 0.75, 3.0, 5.0])[: len(columns)]
    return X


@scaling_exercise.case("standardised features")
def standardize_tall(rng):
    """More samples than features."""
    return (features(rng, 7, 3),)


@scaling_exercise.case("standardised features")
def standardize_wide(rng):
    """More features than samples: an axis that is mixed up shows in the shapes."""
    return (features(rng, 4, 5),)


@scaling_exercise.case("standardised features")
def standardize_square(rng):
    """As many samples as features: an axis that is mixed up shows in the numbers only."""
    return (features(rng, 4, 4),)


@scaling_exercise.case("standardised features")
def standardize_one_feature(rng):
    """One feature."""
    return (features(rng, 6, 1),)


@scaling_exercise.case("standardised features")
def standardize_constant_column(rng):
    """The listed constant column, between others: no NaN."""
    return (some_constant(rng, 6, 3, 1),)


@scaling_exercise.case("standardised features")
def standardize_two_constant_columns(rng):
    """Two of them, at both ends."""
    return (some_constant(rng, 5, 4, 0, 3),)


@scaling_exercise.case("standardised features")
def standardize_small_numbers(rng):
    """Deviations of about a hundred-thousandth: only those that are 0 become 1."""
    return (features(rng, 6, 3) / 2**18,)


@scaling_exercise.case("standardised features")
def standardize_zeros(rng):
    """A column of zeros is constant, too; one of small numbers is not."""
    return (features(rng, 7, 2) * np.array([0.0, 1 / 64]),)


@scaling_exercise.case("standardised features", exact=True)
def standardize_exactly(rng):
    """Two values in equal numbers: mean and deviation are whole numbers."""
    signs = np.array([[1.0, 1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]])
    return (signs * 2.0 ** rng.permutation([1, 3]) + rng.integers(2, 9, size=2),)


@scaling_exercise.oracle()
def standardize_torch(X):
    import torch

    table = torch.from_numpy(X.copy())
    sd, mu = torch.std_mean(table, dim=0, correction=0)
    sd[(table == table[0]).all(dim=0)] = 1.0
    return ((table - mu) / sd).numpy(), mu.numpy(), sd.numpy()


@scaling_exercise.oracle()
def standardize_mpmath(X):
    """In 40 digits the variance may be the mean of the squares minus the square of the mean."""
    with mpmath.workdps(40):
        table = mp_array(X)
        mu = table.sum(axis=0) / len(table)
        variance = (table**2).sum(axis=0) / len(table) - mu**2
        sd = np.array([mpmath.sqrt(v) if v > 1e-30 else mpmath.mpf(1) for v in variance])
        return mp_floats((table - mu) / sd), mp_floats(mu), mp_floats(sd)


@scaling_exercise.variant()
def standardize_columns(X):
    Xs, mu, sd = np.zeros(X.shape), np.zeros(X.shape[1]), np.ones(X.shape[1])
    for j in range(X.shape[1]):
        column = X[:, j]
        mu[j] = sum(column) / len(column)
        if np.ptp(column) > 0:
            sd[j] = (sum((column - mu[j]) ** 2) / len(column)) ** 0.5
        Xs[:, j] = (column - mu[j]) / sd[j]
    return Xs, mu, sd


@scaling_exercise.variant()
def standardize_replaced_zeros(X):
    mu = np.mean(X, axis=0)
    sd = np.std(X, axis=0)
    sd[sd == 0] = 1
    return (X - mu) / sd, mu, sd


@scaling_exercise.variant()
def standardize_centred_first(X):
    mu = X.sum(axis=0) / X.shape[0]
    centred = X - mu
    sd = np.sqrt(np.mean(centred * centred, axis=0))
    sd = np.where(sd > 0, sd, 1.0)
    return centred / sd, mu, sd


@scaling_exercise.variant()
def standardize_float32(X):
    X = X.astype(np.float32)
    mu, sd = X.mean(axis=0), X.std(axis=0)
    sd[(X == X[0]).all(axis=0)] = 1
    return (X - mu) / sd, mu, sd


@scaling_exercise.mistake(
    "Your deviations are a little too large: they divide by m - 1. By which number does the text divide?",
    catalogue="M64",
)
def standardize_sample_deviation(X):
    mu, sd = X.mean(axis=0), X.std(axis=0, ddof=1)
    sd = np.where(sd == 0, 1.0, sd)
    return (X - mu) / sd, mu, sd


@scaling_exercise.mistake(
    "A column of equal entries comes out as NaN. Its deviation is 0: what does the text put in its place?",
    catalogue="M64",
)
def standardize_divides_by_zero(X):
    mu, sd = X.mean(axis=0), X.std(axis=0)
    return (X - mu) / sd, mu, sd


@scaling_exercise.mistake(
    "You replace small deviations by 1, too, so features of small numbers stay small. Which columns does the text name?"
)
def standardize_at_least_one(X):
    mu, sd = X.mean(axis=0), np.maximum(X.std(axis=0), 1.0)
    return (X - mu) / sd, mu, sd


@scaling_exercise.mistake(
    "For a column of equal entries you return the deviation 0. Which number does the text ask for, so that others can "
    "divide by it?",
    catalogue="M64",
)
def standardize_returns_zero(X):
    mu, sd = X.mean(axis=0), X.std(axis=0)
    return (X - mu) / np.where(sd == 0, 1.0, sd), mu, sd


@scaling_exercise.mistake(
    "You add a small number to each deviation, to be safe from 0. That changes all columns: which ones need help, and "
    "what does the text put there?",
    catalogue="M64",
)
def standardize_small_number_added(X):
    mu, sd = X.mean(axis=0), X.std(axis=0) + 1e-8
    return (X - mu) / sd, mu, sd


@scaling_exercise.mistake(
    "You return one mean and one deviation for the whole table. How many features does it have?",
    catalogue="M88",
)
def standardize_whole_table(X):
    mu, sd = np.full(X.shape[1], X.mean()), np.full(X.shape[1], X.std())
    return (X - mu) / sd, mu, sd


@scaling_exercise.mistake(
    "You bring each sample to mean 0, across its features. What is to be compared: the entries of a row, or of a column?",
    catalogue="M19",
)
def standardize_rows(X):
    mu, sd = X.mean(axis=1), X.std(axis=1)
    sd = np.where(sd == 0, 1.0, sd)
    return (X - mu[:, None]) / sd[:, None], mu, sd


@scaling_exercise.mistake("You divide by the variance. What is missing to make it a standard deviation?")
def standardize_variance(X):
    mu, sd = X.mean(axis=0), X.var(axis=0)
    sd = np.where(sd == 0, 1.0, sd)
    return (X - mu) / sd, mu, sd


@scaling_exercise.mistake("Your columns do not have the mean 0. What comes before the division?")
def standardize_not_centred(X):
    mu, sd = X.mean(axis=0), X.std(axis=0)
    sd = np.where(sd == 0, 1.0, sd)
    return X / sd, mu, sd


@scaling_exercise.mistake(
    "You measure the deviations from 0. From where does a standard deviation measure them?"
)
def standardize_root_mean_square(X):
    mu, sd = X.mean(axis=0), np.sqrt((X**2).mean(axis=0))
    sd = np.where(X.max(axis=0) == X.min(axis=0), 1.0, sd)
    return (X - mu) / sd, mu, sd


@scaling_exercise.mistake(
    "You scale every column by its smallest and its largest entry. That is another kind of scaling: what does the text "
    "subtract, and what does it divide by?"
)
def standardize_to_the_unit_interval(X):
    low, width = X.min(axis=0), X.max(axis=0) - X.min(axis=0)
    width = np.where(width == 0, 1.0, width)
    return (X - low) / width, low, width


@scaling_exercise.mistake(
    "The means and the deviations have changed places. In which order does the text ask for the three results?"
)
def standardize_order(X):
    mu, sd = X.mean(axis=0), X.std(axis=0)
    sd = np.where(sd == 0, 1.0, sd)
    return (X - mu) / sd, sd, mu


@scaling_exercise.mistake(
    "Your answer is right, but after the call X is scaled as well. What does `-=` do to an array that somebody else still "
    "uses?",
    catalogue="M54",
)
def standardize_in_place(X):
    mu, sd = X.mean(axis=0), X.std(axis=0)
    sd = np.where(sd == 0, 1.0, sd)
    X -= mu
    X /= sd
    return X.copy(), mu, sd


def regression_losses(X, y, lr, steps):
    """Return the loss of linear regression before the first and after each step of gradient descent from w = 0."""
    w, losses = np.zeros(X.shape[1]), []
    for _ in range(steps + 1):
        residual = y - X @ w
        losses.append(np.mean(residual**2))
        w = w + lr * 2 / len(y) * X.T @ residual
    return np.array(losses)


def regression(X, y, share, steps):
    """Return (X, y, lr, tol): lr is `share` of 2/λ, and after `steps` steps the loss crosses tol.

    tol is the geometric mean of the losses on both sides, which differ by half a percent at least: a hundred times
    what the rounding of float32 changes. The first step for which that is so is taken, if there are not so many.
    """
    X, y = single(X), single(y)
    lr = float(single(share * 2 / largest_eigenvalue(2 / len(y) * X.T @ X)))
    losses = regression_losses(X, y, lr, steps)
    falls = np.flatnonzero(losses[1:] < 0.995 * losses[:-1])
    last = int(falls[-1])
    return X, y, lr, float(np.sqrt(losses[last] * losses[last + 1]))


def centred(rng, m, scales):
    """Return m samples with mean 0 whose features are weakly coupled, and of these sizes."""
    X = rng.normal(size=(m, len(scales)))
    X = np.linalg.qr(X - X.mean(axis=0))[0] * np.sqrt(m)
    return (X + 0.2 * X[:, ::-1]) * np.asarray(scales)


@scaling_exercise.case("steps to a small loss", "iters_to_tol")
def iters_raw(rng):
    """One feature is sixteen times as large as the other: a hundred steps."""
    X = centred(rng, 12, [1.0, 16.0])
    return regression(X, X @ np.array([2.0, 0.1]) * rng.uniform(0.8, 1.2), 0.5, 90)


@scaling_exercise.case("steps to a small loss", "iters_to_tol")
def iters_scaled(rng):
    """The same kind of data after scaling: a tenth of the steps."""
    X = centred(rng, 12, [1.0, 1.0])
    return regression(X, X @ np.array([2.0, 1.6]) * rng.uniform(0.8, 1.2), 0.5, int(rng.integers(4, 8)))


@scaling_exercise.case("steps to a small loss", "iters_to_tol")
def iters_with_noise(rng):
    """Targets that no weights can meet: the loss stays above a floor, and the features are not centred."""
    X = centred(rng, 9, [1.0, 2.0, 3.0]) + rng.uniform(0.2, 0.4, size=3)
    return regression(
        X, X @ rng.uniform(1.0, 2.0, size=3) + 0.3 * rng.normal(size=9), 0.4, int(rng.integers(6, 12))
    )


@scaling_exercise.case("steps to a small loss", "iters_to_tol")
def iters_long_steps(rng):
    """Steps of nine tenths of what is allowed: the steepest direction jumps to and fro."""
    X = centred(rng, 8, [1.0, 1.5])
    return regression(X, X @ np.array([1.0, 1.5]), rng.uniform(0.85, 0.9), int(rng.integers(8, 14)))


@scaling_exercise.case("steps to a small loss", "iters_to_tol")
def iters_modest(rng):
    """A modest wish: one step."""
    X = centred(rng, 7, [1.0, 1.5])
    return regression(X, X @ np.array([1.0, -1.5]), 0.5, 1)


@scaling_exercise.case("steps to a small loss", "iters_to_tol", exact=True)
def iters_none(rng):
    """The loss is below tol at the start: no step."""
    return np.array([[2.0], [-2.0], [1.0]]), np.array([1.0, -1.0, 0.0]), 0.0625, 2.0


@scaling_exercise.case("steps to a small loss", "iters_to_tol", exact=True)
def iters_exactly(rng):
    """Every step halves the distance: to be checked by hand, with any sign."""
    sign = rng.choice([-1.0, 1.0])
    return (
        np.array([[2.0], [-2.0]]),
        16.0 * sign * np.array([1.0, -1.0]),
        0.0625,
        float(2.0 ** rng.integers(1, 3) + 1),
    )


@scaling_exercise.oracle("iters_to_tol")
def iters_to_tol_modes(X, y, lr, tol):
    """The loss after t steps is its floor plus one term for each eigenvector, which has shrunk by (1 - lr λ)^(2t)."""
    eigenvalues, axes = np.linalg.eigh(2 / len(y) * X.T @ X)
    best = np.linalg.solve(X.T @ X, X.T @ y)
    floor, parts = np.mean((y - X @ best) ** 2), eigenvalues / 2 * (axes.T @ best) ** 2
    t = 0
    while floor + parts @ (1 - lr * eigenvalues) ** (2 * t) > tol:
        t += 1
    return t


@scaling_exercise.variant("iters_to_tol")
def iters_to_tol_normal_equations(X, y, lr, tol):
    m = len(y)
    A, b, c = X.T @ X / m, X.T @ y / m, y @ y / m
    w = np.zeros(len(b))
    t = 0
    while w @ A @ w - 2 * b @ w + c > tol:
        w -= 2 * lr * (A @ w - b)
        t += 1
    return t


@scaling_exercise.variant("iters_to_tol")
def iters_to_tol_break(X, y, lr, tol):
    w = np.zeros((X.shape[1], 1))
    target = y.reshape(-1, 1)
    for t in range(10**6):
        errors = X.dot(w) - target
        if (errors**2).sum() / len(errors) <= tol:
            return t
        w = w - lr * (2 / len(errors)) * X.T.dot(errors)
    return None


@scaling_exercise.variant("iters_to_tol")
def iters_to_tol_samples(X, y, lr, tol):
    m, d = X.shape
    w, t = [0.0] * d, 0
    rows, targets = X.tolist(), y.tolist()
    while True:
        errors = [goal - sum(a * b for a, b in zip(row, w)) for row, goal in zip(rows, targets)]
        if sum(error * error for error in errors) / m <= tol:
            return t
        w = [w[j] + lr * 2 * sum(e * row[j] for e, row in zip(errors, rows)) / m for j in range(d)]
        t += 1


@scaling_exercise.variant("iters_to_tol")
def iters_to_tol_float32(X, y, lr, tol):
    X, y = X.astype(np.float32), y.astype(np.float32)
    w, t = np.zeros(X.shape[1], dtype=np.float32), 0
    while np.mean((y - X @ w) ** 2) > tol:
        w += np.float32(2 * lr / len(y)) * X.T @ (y - X @ w)
        t += 1
    return t


@scaling_exercise.mistake(
    "You count one step too many: the loss was small enough before the last one. When do you look at it?",
    "iters_to_tol",
    catalogue="M57",
)
def iters_one_more(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 1
    while np.mean((y - X @ w) ** 2) > tol:
        w = w + lr * 2 / len(y) * X.T @ (y - X @ w)
        t += 1
    return t


@scaling_exercise.mistake(
    "You count one step too few. How many numbers has range(5), and which one is its last?",
    "iters_to_tol",
    catalogue="M57",
)
def iters_one_less(X, y, lr, tol):
    w = np.zeros(X.shape[1])
    for t in range(10**5):
        w = w + lr * 2 / len(y) * X.T @ (y - X @ w)
        if np.mean((y - X @ w) ** 2) <= tol:
            return t
    return None


@scaling_exercise.mistake(
    "Your steps are half as long as they should be. Is the 2 of the gradient there?",
    "iters_to_tol",
    catalogue="M03",
)
def iters_half_gradient(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while np.mean((y - X @ w) ** 2) > tol:
        w = w + lr / len(y) * X.T @ (y - X @ w)
        t += 1
    return t


@scaling_exercise.mistake(
    "Your gradient is a sum over the samples, and the steps are far too long. What does the loss of the text divide by?",
    "iters_to_tol",
    catalogue="M01",
)
def iters_gradient_of_the_sum(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while np.mean((y - X @ w) ** 2) > tol and t < 500:
        w = w + lr * 2 * X.T @ (y - X @ w)
        t += 1
    return t


@scaling_exercise.mistake(
    "Your steps are right, but you compare the sum of the squared errors with tol. What does the loss of the text divide "
    "by?",
    "iters_to_tol",
    catalogue="M01",
)
def iters_loss_is_the_sum(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while np.sum((y - X @ w) ** 2) > tol and t < 2000:
        w = w + lr * 2 / len(y) * X.T @ (y - X @ w)
        t += 1
    return t


@scaling_exercise.mistake(
    "You compare the root of the loss with tol. Is there a root in the loss of the text?", "iters_to_tol"
)
def iters_root_of_the_loss(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while np.sqrt(np.mean((y - X @ w) ** 2)) > tol and t < 2000:
        w = w + lr * 2 / len(y) * X.T @ (y - X @ w)
        t += 1
    return t


@scaling_exercise.mistake(
    "You stop when the loss hardly changes, as in 7.2. Here another rule is asked for: what is compared with tol?",
    "iters_to_tol",
    catalogue="M60",
)
def iters_small_change(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    loss, before = np.mean(y**2), np.inf
    while abs(before - loss) > tol:
        w = w + lr * 2 / len(y) * X.T @ (y - X @ w)
        before, loss = loss, np.mean((y - X @ w) ** 2)
        t += 1
    return t


@scaling_exercise.mistake(
    "You stop when the gradient is short. Here another rule is asked for: what is compared with tol?",
    "iters_to_tol",
    catalogue="M60",
)
def iters_short_gradient(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while np.linalg.norm(2 / len(y) * X.T @ (y - X @ w)) > tol and t < 2000:
        w = w + lr * 2 / len(y) * X.T @ (y - X @ w)
        t += 1
    return t


@scaling_exercise.mistake("You start at w = 1. Where does the text start?", "iters_to_tol")
def iters_start_at_ones(X, y, lr, tol):
    w, t = np.ones(X.shape[1]), 0
    while np.mean((y - X @ w) ** 2) > tol:
        w = w + lr * 2 / len(y) * X.T @ (y - X @ w)
        t += 1
    return t


@scaling_exercise.mistake(
    "Your loss rises: the steps go uphill. Which sign has the gradient of the text, and which one the step?",
    "iters_to_tol",
    catalogue="M04",
)
def iters_uphill(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while np.mean((y - X @ w) ** 2) > tol and t < 200:
        w = w - lr * 2 / len(y) * X.T @ (y - X @ w)
        t += 1
    return t


@scaling_exercise.mistake(
    "You scale the features inside. Which X does the text let you use, and who decides about scaling?",
    "iters_to_tol",
)
def iters_scales_inside(X, y, lr, tol):
    Xs, w, t = standardize(X)[0], np.zeros(X.shape[1]), 0
    while np.mean((y - Xs @ w) ** 2) > tol and t < 2000:
        w = w + lr * 2 / len(y) * Xs.T @ (y - Xs @ w)
        t += 1
    return t


@scaling_exercise.mistake(
    "The step size enters twice. Is it in your gradient already?", "iters_to_tol", catalogue="M06"
)
def iters_step_size_twice(X, y, lr, tol):
    w, t = np.zeros(X.shape[1]), 0
    while np.mean((y - X @ w) ** 2) > tol and t < 2000:
        step = lr * 2 / len(y) * X.T @ (y - X @ w)
        w = w + lr * step
        t += 1
    return t


scaling_exercise.equivalent(
    "iters_to_tol: X @ w -> X @ w.T #1",
    "iters_to_tol: X @ w -> X @ w.T #2",
    "iters_to_tol: lr * 2 / len(y) * (y - X @ w) @ X -> (lr * 2 / len(y) * (y - X @ w)).T @ X #1",
    because="an array of one axis is its own transpose",
)
scaling_exercise.equivalent(
    "iters_to_tol: X.shape[1] -> X.shape[-1] #1",
    "iters_to_tol: len(y) -> len(X) #1",
    because="the second of two axes is the last one, and there are as many targets as samples",
)
scaling_exercise.equivalent(
    "iters_to_tol: np.mean((y - X @ w) ** 2) > tol -> np.mean((y - X @ w) ** 2) >= tol #1",
    because="the sheet says that the loss crosses tol clearly",
)
scaling_exercise.equivalent(
    "iters_to_tol: y - X @ w -> X @ w - y #1",
    because="the square takes the sign away",
)
scaling_exercise.equivalent(
    "standardize: X.max(axis=0) == X.min(axis=0) -> X.max(axis=0) <= X.min(axis=0) #1",
    because="no maximum is below its minimum",
)
