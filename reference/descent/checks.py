"""What the instructor knows about the sheet `descent`. Trusted: it never leaves the instructor's machine."""

import numpy as np

from autograder.authoring import Assignment
from autograder.authoring.judging import Mismatch, asked, close, first_wrong_step
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
