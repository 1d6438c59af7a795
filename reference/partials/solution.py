# %% [markdown]
# # Vectors, partial derivatives and the gradient
#
# A function of one variable has one slope. A function of a million variables, such as the loss of a neural network,
# has a slope in every direction that you can walk in. At the end of this sheet you can measure these slopes with a
# difference quotient, compute them with a formula, collect them in a *gradient*, and say which way is steepest. You
# will also meet a function that breaks the rules, so that you know when they may be used.
#
# You need numpy arrays and the derivatives from school: powers, sine and cosine, the chain rule. In all exercises a
# vector is an array of shape `(d,)`, counted from 0: the slides' $x_1$ is `x[0]`. Never change an argument in place:
# whoever called your function still needs it.

# %%
from collections.abc import Callable

import numpy as np

# %% [markdown]
# ## 2.1 Lengths and angles
#
# How long is a vector? There are many honest answers, one for each number $p \ge 1$:
#
# $$\|v\|_p = \Bigl(\sum_i |v_i|^p\Bigr)^{1/p}.$$
#
# With $p = 2$ this is the length that a ruler shows; we then write $\|v\|$. Note the bars inside: without them,
# negative entries would cancel positive ones.
#
# The dot product $u \cdot v = \sum_i u_i v_i$ knows about angles, too. If $\theta$ is the angle between two vectors
# that are not zero, then
#
# $$u \cdot v = \|u\|\,\|v\| \cos\theta .$$
#
# Solve for $\theta$ and return it in radians, between 0 and $\pi$. One warning: for parallel vectors the cosine is 1
# on paper, but rounding may leave you with 1.0000000000000002. No angle has that cosine. Your function must cope.
#
# *By hand:* `v = (3, -4)` has $\|v\|_1 = 7$ and $\|v\|_2 = 5$. The vectors `(1, 0)` and `(1, 1)` enclose
# $\pi/4 \approx 0.785$.
#
# From Lehre, lecture 4 on gradient descent: norms, and the geometric meaning of the dot product.


# %%
def lp_norm(v: np.ndarray, p: float) -> float:
    """Return the length of v that belongs to p: the p-th root of the sum of the |v_i| to the power p.

    v: (d,), floats. p: a number >= 1, not infinite, and not only a whole one.
    """
    return np.sum(np.abs(v) ** p) ** (1 / p)


def angle(u: np.ndarray, v: np.ndarray) -> float:
    """Return the angle between u and v in radians, from 0 to pi; never NaN.

    u, v: (d,), neither of them zero. Parallel vectors enclose 0 and opposite ones pi, up to rounding.
    """
    cosine = (u @ v) / (np.sqrt(u @ u) * np.sqrt(v @ v))
    # Rounding may push the quotient past 1 or -1, where no angle is left.
    return np.arccos(np.clip(cosine, -1.0, 1.0))


# %% [markdown]
# ## 2.2 A partial derivative, measured
#
# Freeze all variables but one, and a function of many variables becomes a function of one. Its slope is the *partial
# derivative*. With the one-hot vector $e_i$ (a 1 in place $i$, zeros elsewhere):
#
# $$\frac{\partial f}{\partial x_i}(x) = \lim_{h \to 0} \frac{f(x + h\,e_i) - f(x)}{h}.$$
#
# A computer cannot take the limit, but it can take a small $h$. Two quotients are common:
#
# $$\text{forward: } \frac{f(x + h\,e_i) - f(x)}{h}, \qquad
#   \text{central: } \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h}.$$
#
# **Either one is fine here.** In `partial`, use exactly the step `h` that you are given. `num_grad` collects the
# partial derivatives with respect to all coordinates in one vector, the *gradient*; there the step is your choice, and
# anything from $10^{-9}$ to $10^{-3}$ will do. A step that is too large misses the curve of $f$; one that is too small
# drowns in rounding errors.
#
# Two traps. First, only one coordinate moves at a time, and all others stay where they are. Second, `x` may be an
# array of whole numbers: such an array cannot store $3 + 10^{-6}$, and silently stores 3.
#
# *By hand:* $f(x) = x_1^2\, x_2$ at $x = (1, 2)$, with `i = 0` and $h = 0.1$. The forward quotient is
# $(2.42 - 2)/0.1 = 4.2$, the central one $(2.42 - 1.62)/0.2 = 4$.
#
# From Lehre, lecture 4 (partial derivatives), Özçep, lecture 2 (multiple variables), and Binder, lecture 6 (the
# restriction to one coordinate).


# %%
def partial(f: Callable[[np.ndarray], float], x: np.ndarray, i: int, h: float = 1e-6) -> float:
    """Return a forward or central difference quotient of f at x in coordinate i, with step h.

    f: takes an array (d,) and returns a number. x: (d,), of floats or of whole numbers; it is not changed.
    i: from 0 to d - 1. h: > 0.
    """
    step = np.zeros(len(x))  # an array of floats: x + step is one too, even if x holds whole numbers
    step[i] = h
    return (f(x + step) - f(x - step)) / (2 * h)


def num_grad(f: Callable[[np.ndarray], float], x: np.ndarray) -> np.ndarray:
    """Return all partial derivatives of f at x, each measured by a difference quotient with a step of your choice.

    f: takes an array (d,) and returns a number. x: (d,), of floats or of whole numbers; it is not changed.
    Returns (d,) floats.
    """
    return np.array([partial(f, x, i) for i in range(len(x))])


# %% [markdown]
# ## 2.3 The gradient, by formula
#
# A quotient is always a little wrong. If you know the formula of a function, you can differentiate it with pencil and
# paper, and get every digit. Do so for these six; `g_...` returns the gradient, the vector of all partial derivatives.
#
# | function | of | from |
# |---|---|---|
# | `g_lehre` | $2x_1^2 + x_2^2 + 3x_1x_2 + 4$ | Lehre, lecture 4 |
# | `g_ozcep` | $x^2 + xy + y^2$ | Özçep, lecture 2 |
# | `g_cos` | $-(\cos^2 x + \cos^2 y)^2$ | Abdurakhmanova, gradient of a multivariate function |
# | `g_alvarez_1` | $x_1^3 + 2x_2 + 5x_3^4$ | Alvarez, the derivative of a scalar function of a vector |
# | `g_alvarez_2` | $x^3 + 2y + 5z^4$ | as above |
# | `g_alvarez_3` | $x^3y^2 + 2xy + 5yz^4$ | as above |
#
# The argument is always one array that holds the variables in their order: `x[0]`, `x[1]`, ... Compare Alvarez's
# first two functions. What is new in the second one?
#
# **A matter of taste: the shape.** In this course a gradient has the shape `(d,)`. Alvarez is stricter: for him the
# *derivative* is a row, and the *gradient* is its transpose, a column. Deliver both for his first function:
# `derivative_row` with shape `(1, d)` and `gradient_col` with shape `(d, 1)`. Careful: `.T` leaves an array of shape
# `(d,)` as it is.
#
# *By hand:* Lehre's function has the gradient `(10, 7)` at `(1, 2)`, Özçep's `(4, 5)`. Abdurakhmanova's has `(3, 0)`
# at $(\pi/4, 0)$. At `(1, 1, 1)`, Alvarez's first has `(3, 2, 20)`, his third `(5, 9, 20)`. You have `num_grad` to
# check all other points, but hand in the formula: it is graded to the last digit.


# %%
def g_lehre(x: np.ndarray) -> np.ndarray:
    """Return the gradient of 2 x1² + x2² + 3 x1 x2 + 4 at x. x: (2,); returns (2,)."""
    return np.array([4 * x[0] + 3 * x[1], 2 * x[1] + 3 * x[0]])


def g_ozcep(x: np.ndarray) -> np.ndarray:
    """Return the gradient of x² + x y + y² at the point (x, y). x: (2,), holds x and y; returns (2,)."""
    return np.array([2 * x[0] + x[1], x[0] + 2 * x[1]])


def g_cos(x: np.ndarray) -> np.ndarray:
    """Return the gradient of -(cos² x + cos² y)² at the point (x, y). x: (2,), holds x and y; returns (2,)."""
    inner = np.cos(x[0]) ** 2 + np.cos(x[1]) ** 2
    # The outer derivative is -2 inner; the inner one -2 cos sin = -sin 2x.
    return 2 * inner * np.sin(2 * x)


def g_alvarez_1(x: np.ndarray) -> np.ndarray:
    """Return the gradient of x1³ + 2 x2 + 5 x3⁴ at x. x: (3,); returns (3,)."""
    return np.array([3 * x[0] ** 2, 2.0, 20 * x[2] ** 3])


def g_alvarez_2(x: np.ndarray) -> np.ndarray:
    """Return the gradient of x³ + 2 y + 5 z⁴ at the point (x, y, z). x: (3,), holds x, y and z; returns (3,)."""
    return g_alvarez_1(x)  # the names of the variables do not matter


def g_alvarez_3(x: np.ndarray) -> np.ndarray:
    """Return the gradient of x³ y² + 2 x y + 5 y z⁴ at the point (x, y, z). x: (3,), holds x, y, z; returns (3,)."""
    return np.array(
        [
            3 * x[0] ** 2 * x[1] ** 2 + 2 * x[1],
            2 * x[0] ** 3 * x[1] + 2 * x[0] + 5 * x[2] ** 4,
            20 * x[1] * x[2] ** 3,
        ]
    )


def derivative_row(x: np.ndarray) -> np.ndarray:
    """Return the derivative of Alvarez's first function, x1³ + 2 x2 + 5 x3⁴, as a row. x: (3,); returns (1, 3)."""
    return g_alvarez_1(x).reshape(1, -1)


def gradient_col(x: np.ndarray) -> np.ndarray:
    """Return the gradient of Alvarez's first function, x1³ + 2 x2 + 5 x3⁴, as a column. x: (3,); returns (3, 1)."""
    return derivative_row(x).T


# %% [markdown]
# ## 2.4 The slope in any direction
#
# Partial derivatives look along the axes only. You may walk along any vector $v$:
#
# $$D_v f(x) = \lim_{\varepsilon \to 0} \frac{f(x + \varepsilon v) - f(x)}{\varepsilon}.$$
#
# If $f$ is differentiable at $x$, there is no need for a new limit: the gradient already knows the answer,
#
# $$D_v f(x) = \nabla f(x) \cdot v .$$
#
# **Two conventions.** Binder allows every $v$. Then a vector that is twice as long gives a slope twice as steep, and
# $v = 0$ gives 0. Lehre asks for $\|v\| = 1$: the slope per unit of length. So the function has a switch:
#
# - `unit=False`: use $v$ as it is;
# - `unit=True`: shrink or stretch $v$ to length 1 first. That is impossible for $v = 0$: raise a `ValueError`.
#
# *By hand:* if $\nabla f(x) = (10, 7)$ and $v = (3, 4)$, the slope is $58$ with `unit=False`. Since $\|v\| = 5$, it
# is $11.6$ with `unit=True`.
#
# From Binder, lecture 6, and Lehre, lecture 4: the directional derivative.


# %%
def directional(grad: Callable[[np.ndarray], np.ndarray], x: np.ndarray, v: np.ndarray, unit: bool) -> float:
    """Return the directional derivative at x along v, of the function whose gradient is grad.

    grad: takes an array (d,) and returns the gradient there, (d,). x, v: (d,).
    unit: whether v is first brought to length 1. Raises ValueError if unit is True and v is zero.
    """
    slope = grad(x) @ v
    if not unit:
        return slope
    length = np.sqrt(v @ v)
    if length == 0:
        raise ValueError("the zero vector cannot be brought to length 1")
    return slope / length


# %% [markdown]
# ## 2.5 The steepest way
#
# Stand on a hillside and turn around slowly. In which direction does it go up most steeply? Among all $v$ with
# $\|v\| = 1$ we look for the one with the largest $w \cdot v$, where $w$ is the gradient. Exercise 2.1 helps:
#
# $$w \cdot v = \|w\|\, \|v\| \cos\theta = \|w\| \cos\theta ,$$
#
# and only $\theta$ is left to choose. Which angle makes the cosine largest? Which one makes it smallest? Return the
# *direction*, a vector of length 1, and not the slope that you get there:
#
# - `sign=+1` (the default): the direction of steepest ascent;
# - `sign=-1`: the direction of steepest descent.
#
# On flat ground, $w = 0$, no direction is better than another: raise a `ValueError`.
#
# *By hand:* for `w = (3, -4)` the steepest ascent is `(0.6, -0.8)` and the steepest descent `(-0.6, 0.8)`.
#
# When you are done, challenge your answer in a cell of your own: draw 200 random vectors, bring each to length 1, and
# see whether one of them has a larger dot product with $w$ than yours.
#
# From Binder, lecture 6, and Lehre, lecture 4: the gradient points towards steepest ascent.


# %%
def steepest(w: np.ndarray, sign: int = +1) -> np.ndarray:
    """Return the vector v of length 1 for which w · v is largest (sign=+1) or smallest (sign=-1).

    w: (d,), not changed. sign: +1 or -1. Returns (d,). Raises ValueError if w is zero.
    """
    length = np.sqrt(w @ w)
    if length == 0:
        raise ValueError("on flat ground no direction is the steepest")
    return sign * w / length


# %% [markdown]
# ## 2.6 When the gradient is not enough
#
# In 2.4 we wrote "if $f$ is differentiable". Here is what may happen if it is not. Take
#
# $$f(x, y) = \frac{y^3}{x^2 + y^2} \quad\text{for } (x, y) \ne (0, 0), \qquad f(0, 0) = 0,$$
#
# and go back to the definition of the directional derivative, at the origin:
#
# $$D_v f(0) = \lim_{\varepsilon \to 0} \frac{f(\varepsilon v) - f(0)}{\varepsilon}.$$
#
# Simplify the quotient with pencil and paper; then write down the limit as a formula of $v_1$ and $v_2$. Every $v$ is
# allowed, of any length (the convention of `unit=False`), and for $v = 0$ the answer is 0.
#
# If $f$ were differentiable, $D_v f(0)$ would be linear in $v$. How far is it from that? Compute the *defect*
#
# $$D_{v_1 + v_2} f(0) - D_{v_1} f(0) - D_{v_2} f(0).$$
#
# Then decide about three claims. `claims` returns a dict with these three keys, and `True` or `False` for each:
#
# - `"partials_exist"`: both partial derivatives of $f$ exist at the origin;
# - `"linear"`: the map $v \mapsto D_v f(0)$ is linear;
# - `"gradient_formula_valid"`: $D_v f(0) = \nabla f(0) \cdot v$ for every $v$, where $\nabla f(0)$ is the vector of
#   the two partial derivatives.
#
# *By hand:* along $v = (1, 1)$ we have $f(\varepsilon, \varepsilon) = \varepsilon/2$, so $D_v f(0) = 1/2$.
#
# From Binder, lecture 6: the definition of differentiability, and why partial derivatives are not enough.


# %%
def Dv_at_origin(v: np.ndarray) -> float:
    """Return the directional derivative of y³/(x² + y²) at the origin along v, from the definition as a limit.

    v: (2,), of any length; for v = 0 the answer is 0.
    """
    squares = v[0] ** 2 + v[1] ** 2
    if squares == 0:
        return 0.0
    return v[1] ** 3 / squares  # f(εv) = ε f(v): the quotient is the same for every ε


def linearity_defect(v1: np.ndarray, v2: np.ndarray) -> float:
    """Return the derivative along v1 + v2, minus the one along v1, minus the one along v2: 0 if it were linear.

    v1, v2: (2,), of any length. The function and the point are those of Dv_at_origin.
    """
    return Dv_at_origin(v1 + v2) - Dv_at_origin(v1) - Dv_at_origin(v2)


def claims() -> dict[str, bool]:
    """Return which of the three claims are true, by the keys "partials_exist", "linear", "gradient_formula_valid"."""
    return {
        "partials_exist": True,  # f is 0 on the x-axis and y on the y-axis
        "linear": False,
        "gradient_formula_valid": False,
    }


# %% [markdown]
# ## To think about
#
# Some texts call a function differentiable at a point if all directional derivatives exist there and are linear in
# $v$. Try that definition on
#
# $$g(x, y) = \frac{x^3 y}{x^6 + y^2}, \qquad g(0, 0) = 0.$$
#
# What is $D_v g(0)$, for every $v$? Is it linear? Now walk towards the origin not on a straight line, but on the curve
# $y = x^3$. What does $g$ do on the way? Would you call $g$ differentiable at the origin? Is it even continuous there?
