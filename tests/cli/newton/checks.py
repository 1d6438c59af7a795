"""What the instructor knows of Newton's method."""

import mpmath
import numpy as np

from autograder.authoring import Assignment
from autograder.authoring.oracles import complex_step, torch_vjp

assignment = Assignment("newton", title="Newton's method")

root = assignment.exercise(
    "newton_root",
    id="n.1",
    points={"iterates": 3, "bad starts": 1},
    minutes=20,
    hints=(
        "Where does the tangent at your point meet the axis?",
        "The next point is the mean of x and a / x.",
        "Append rows[-1] / 2 + a / (2 * rows[-1]), n times.",
    ),
)


@root.case("iterates")
def root_of_two_steps(rng):
    """Far from the root, where the steps are long."""
    return float(rng.uniform(2.0, 3.0)), float(rng.uniform(5.0, 8.0)), 2


@root.case("iterates")
def root_from_below(rng):
    """The first step leads above the root: the iterates are not sorted."""
    return float(rng.uniform(6.0, 9.0)), float(rng.uniform(0.5, 1.0)), 3


@root.case("iterates")
def root_from_near_zero(rng):
    """A small start is a start: the first tangent is nearly level."""
    return float(rng.uniform(2.0, 3.0)), float(rng.uniform(0.1, 0.2)), 2


@root.case("iterates")
def root_without_steps(rng):
    """The start alone."""
    return 2.0, float(rng.uniform(1.0, 2.0)), 0


@root.case("bad starts")
def root_from_zero(rng):
    """The tangent is level there."""
    return 2.0, 0.0, 3


@root.case("bad starts")
def root_from_a_negative_start(rng):
    """It would find the other root."""
    return 2.0, -1.0, 3


@root.oracle()
def root_closed_form(a, x0, n):
    """The t-th iterate is √a coth(2^t arcoth(x0 / √a)), also where x0 is below √a."""
    with mpmath.workdps(40):
        size = mpmath.sqrt(a)
        angle = mpmath.acoth(mpmath.mpf(x0) / size)
        return np.array([float((size * mpmath.coth(2**t * angle)).real) for t in range(n + 1)])


@root.oracle()
def root_fractions(a, x0, n):
    """The tangent's zero from f and f', in 50 digits."""
    with mpmath.workdps(50):
        rows = [mpmath.mpf(x0)]
        for _ in range(n):
            rows.append(rows[-1] - (rows[-1] ** 2 - a) / (2 * rows[-1]))
        return np.array([float(row) for row in rows])


@root.variant()
def root_tangent(a, x0, n):
    if x0 <= 0:
        raise ValueError
    out = np.zeros(n + 1)
    out[0] = x0
    for t in range(n):
        out[t + 1] = out[t] - (out[t] ** 2 - a) / (2 * out[t])
    return out


@root.variant()
def root_mean(a, x0, n):
    if not x0 > 0:
        raise ValueError
    rows = [x0]
    while len(rows) <= n:
        rows.append((rows[-1] + a / rows[-1]) / 2)
    return np.array(rows)


@root.variant()
def root_float32(a, x0, n):
    if x0 <= 0:
        raise ValueError
    rows = [np.float32(x0)]
    for _ in range(n):
        rows.append(np.float32(0.5) * (rows[-1] + np.float32(a) / rows[-1]))
    return np.array(rows)


@root.mistake("Your first row is one step from the start. Which row should the start itself be?")
def root_without_start(a, x0, n):
    if x0 <= 0:
        raise ValueError
    rows, x = [], x0
    for _ in range(n + 1):
        x = (x + a / x) / 2
        rows.append(x)
    return np.array(rows)


@root.mistake("The tangent's slope is f'(x). What is the derivative of x² - a?")
def root_wrong_slope(a, x0, n):
    if x0 <= 0:
        raise ValueError
    rows = [x0]
    for _ in range(n):
        rows.append(rows[-1] - (rows[-1] ** 2 - a) / rows[-1])
    return np.array(rows)


@root.mistake("Does the method work from every start? The text asks for a ValueError.")
def root_from_anywhere(a, x0, n):
    rows = [x0]
    for _ in range(n):
        rows.append((rows[-1] + a / rows[-1]) / 2 if rows[-1] else 0.0)
    return np.array(rows)


product = assignment.exercise(
    "hvp",
    id="n.2",
    points={"product": 3},
    minutes=25,
    hints=(
        "What is the gradient of the sum of sin(Wx)?",
        "Differentiate the gradient along v: only Wx moves, at the rate Wv.",
        "Minus W.T times (sin(Wx) times Wv, entry by entry).",
    ),
)


@product.case("product")
def hvp_generic(rng):
    """More waves than variables: a transposed W does not fit."""
    return rng.normal(size=(5, 3)), rng.normal(size=3), rng.normal(size=3)


@product.case("product")
def hvp_square(rng):
    """As many waves as variables: a transposed W fits, and is wrong."""
    return rng.normal(size=(4, 4)), rng.normal(size=4), rng.normal(size=4)


@product.case("product")
def hvp_single(rng):
    """One wave."""
    return rng.uniform(0.5, 1.0, size=(1, 4)), rng.uniform(0.5, 1.0, size=4), rng.normal(size=4)


@product.oracle()
def hvp_torch(W, x, v):
    """The Hessian is symmetric, so that its product with v is the gradient of the gradient's product with v."""
    import torch

    matrix = torch.tensor(W, dtype=torch.float64)
    return torch_vjp(lambda at: matrix.T @ torch.cos(matrix @ at), v, x)


@product.oracle()
def hvp_complex(W, x, v):
    return complex_step(lambda at: W.T @ np.cos(W @ at), v, x)


@product.variant()
def hvp_hessian(W, x, v):
    H = -(W.T * np.sin(W @ x)) @ W
    return H @ v


@product.variant()
def hvp_waves(W, x, v):
    total = np.zeros(len(x))
    for w in W:
        total = total - np.sin(w @ x) * (w @ v) * w
    return total


@product.variant()
def hvp_float32(W, x, v):
    W, x, v = W.astype(np.float32), x.astype(np.float32), v.astype(np.float32)
    return -W.T @ (np.sin(W @ x) * (W @ v))


@product.mistake("The derivative of a cosine has a sign. Which one?")
def hvp_sign(W, x, v):
    return W.T @ (np.sin(W @ x) * (W @ v))


@product.mistake("You differentiate once. What is the derivative of the gradient?")
def hvp_first_derivative(W, x, v):
    return W.T @ (np.cos(W @ x) * (W @ v))


@product.mistake("How fast does Wx move when x moves along v?")
def hvp_inner_forgotten(W, x, v):
    return -W.T @ np.sin(W @ x) * v


product.equivalent(
    "hvp: -W.T @ (np.sin(W @ x) * (W @ v)) -> -W.T @ (np.sin(W @ x) * (W @ v)).T #1",
    "hvp: W @ v -> W @ v.T #1",
    "hvp: W @ x -> W @ x.T #1",
    because="a vector is its own transpose",
)
product.equivalent("hvp-sign * -1", because="the mistake is this factor, and nothing else")
