# %% [markdown]
# # Limits, quotients, derivatives
#
# How steep is a curve at one single point? A ruler needs two points to measure a slope, so the question hides a
# limit: move the second point closer and closer to the first. This sheet takes that idea seriously. At the end of it
# you can say exactly what "closer and closer" means, measure a slope with two kinds of quotients, know how small a
# step may be before the computer spoils it, find slopes by formula, and lay a tangent on a curve in space. Everything
# else in this course, up to the training of a neural network, is built on that one number: the slope.
#
# You need a little Python (functions, loops, numpy arrays) and the derivatives from school.
#
# **How a sheet works.** Each exercise asks for one or more functions. You find them as stubs: a first line with the
# function's name and arguments, a text that says what goes in and what comes out, and below it `# YOUR CODE HERE` and
# `raise NotImplementedError()`. Put your code in the place of these two lines.
#
# - *Names stay.* A graded function is called by its name, with its arguments in the given order. Keep both. Cells and
#   functions of your own, with other names, are welcome everywhere.
# - *Other inputs come.* You will be graded on inputs that you have not seen. Each exercise has an example that you can
#   check by hand: begin with it.
# - *Inputs stay as they are.* Never change an array that you were given; make a new one.
# - *Numbers are compared with care.* Computers round, and `(a + b) + c` need not be `a + (b + c)` to the last digit.
#   The grader works out how much an honest program may lose to rounding on the very inputs that it uses, and allows
#   that much. So any correct way to compute counts: a loop, a formula, another order of the terms. Do not round your
#   results; that would throw digits away. And where a formula is asked for, an approximation will not do.

# %%
import math
from collections.abc import Callable

import numpy as np

# %% [markdown]
# ## 1.1 Close, and staying close
#
# Look at the numbers
#
# $$s_n = 3 + \frac{(-1)^n}{n}, \qquad n = 1, 2, 3, \dots$$
#
# They begin with 2, 3.5, 2.667, 3.25, 2.8 and jump from one side of 3 to the other, nearer each time. None of them
# *is* 3, and yet 3 is their limit. What exactly does that mean? It is a promise: whatever distance $\delta > 0$ you
# name, however small, there is an index $K$ from which on **all** members are closer to 3 than that:
#
# $$|s_n - 3| < \delta \quad \text{for all } n \ge K .$$
#
# Keep the promise: for a given $\delta$, return the smallest $K$ that does it. Mind the sign $<$. A member whose
# distance is exactly $\delta$ is not close enough.
#
# You may search with a loop, or think first and find a formula. ($\delta$ will not be smaller than 0.0005.)
#
# *By hand:* for $\delta = 0.3$, the third member is too far away ($1/3 > 0.3$), and the fourth and all later ones are
# close enough ($1/4 < 0.3$), so $K = 4$. For $\delta = 0.25$ the fourth member is at the distance $0.25$, which is not
# smaller than $0.25$: here $K = 5$. And for $\delta = 2$ already the first one is close enough: $K = 1$.
#
# From Binder, lecture 6: convergence of a sequence.


# %%
def first_index(delta: float) -> int:
    """Return the smallest K such that |s_n - 3| < delta for all n >= K, where s_n = 3 + (-1)^n / n, n = 1, 2, 3, ...

    delta: > 0, also larger than 1. Returns a whole number, at least 1.
    """
    # |s_n - 3| is 1 / n, and that is smaller than delta where n is larger than 1 / delta.
    return math.floor(1 / delta) + 1


# %% [markdown]
# ## 1.2 Two quotients
#
# Now to slopes. Take a function $f$ and a point $x$, go a small step $h > 0$ to the right, and lay a line through the
# two points of the graph. Its slope is the **forward quotient**
#
# $$\frac{f(x + h) - f(x)}{h} .$$
#
# The *derivative* $f'(x)$ is the limit of this quotient for $h \to 0$, if there is one. That is the promise of 1.1
# again: name a distance, and all steps that are small enough (but not 0) give a quotient that is closer to $f'(x)$
# than that.
#
# Nobody says that the two points must lie to the right of $x$. Take one on each side, and you get the **central
# quotient**
#
# $$\frac{f(x + h) - f(x - h)}{2h} .$$
#
# Why $2h$? That is how far apart the two points are. Write both as functions. The function $f$ is handed to you as an
# argument, and you may call it like any function: `f(x)`. Every quotient needs the values of $f$ at *exactly two*
# points. The grader writes down where you call $f$, and accepts no other points than those of the formula.
#
# *By hand:* $f(x) = x^2$ at $x = 3$ with $h = 0.5$. The forward quotient is $(12.25 - 9)/0.5 = 6.5$, the central one
# $(12.25 - 6.25)/1 = 6$. For $f(x) = x^4$ at $x = 1$ with $h = 0.5$ they are $8.125$ and $5$.
#
# The derivatives are 6 and 4, so the central quotient is closer both times. That is no accident. If you halve the
# step, the error of a forward quotient becomes about half as large, that of a central one about a quarter: the first
# error is about $\frac{h}{2} f''(x)$, the second one about $\frac{h^2}{6} f'''(x)$. Try it on a function of your own.
#
# From Binder, lecture 6 (the derivative as a limit), and Özçep, lecture 2 (the slope of the secant line, Newton's
# difference quotient).


# %%
def forward_q(f: Callable[[float], float], x: float, h: float) -> float:
    """Return the forward difference quotient of f at x with step h. It calls f at x and at x + h only.

    f: takes a number and returns one. x: a number. h: > 0.
    """
    return (f(x + h) - f(x)) / h


def central_q(f: Callable[[float], float], x: float, h: float) -> float:
    """Return the central difference quotient of f at x with step h. It calls f at x + h and at x - h only.

    f: takes a number and returns one. x: a number. h: > 0.
    """
    return (f(x + h) - f(x - h)) / (2 * h)


# %% [markdown]
# ## 1.3 How small is small enough?
#
# On paper the answer is easy: the smaller the step, the better. Does a computer agree? Measure it. The next cell gives
# you a function, its slope at $-2$ to all digits, and fifteen steps from 0.1 down to 0.000000000000001.

# %%
STEPS = 10.0 ** -np.arange(1, 16)


def wiggle(x: float) -> float:
    """Return x sin x² + 1. x: a number, or an array of them."""
    return x * np.sin(x**2) + 1


WIGGLE_SLOPE = np.sin(4.0) + 8 * np.cos(4.0)
"""The derivative of `wiggle` at x = -2: about -5.985951. You will find out in 1.4 where it comes from."""

# %% [markdown]
# **a)** `error_curve(f, df, x, hs, kind)` returns, for each step $h$ in `hs`, how far the quotient is from the
# derivative:
#
# $$\bigl|\, \text{quotient}(h) - f'(x) \,\bigr| .$$
#
# This is the absolute error: not divided by anything. `kind` says which quotient is meant, `"forward"` (the default) or
# `"central"`, and `df` is the derivative of `f`. Leave the errors in the order of `hs`, which need not be sorted.
#
# **b)** `best_h(f, df, x, hs, kind)` returns the step of `hs` that has the smallest error: the step itself, neither its
# index nor its error. At the bottom of the curve luck decides between neighbours, and every step that is about as good
# as the best one is accepted.
#
# **c)** Which step wins? `winners()` returns a dict with the keys `"forward"` and `"central"`: for each quotient the
# step of `STEPS` that has the smallest error for `wiggle` at $x = -2$. Guess first. Then let your functions find out,
# or read the answer off the figure below.
#
# Compute in Python's ordinary numbers, which are float64 and have 16 digits. With float32 the whole curve moves (try
# it).
#
# *By hand:* $f(x) = x^2$ at $x = 3$ with `hs = [0.5, 0.25]`: the forward quotients are 6.5 and 6.25, so the errors are
# `[0.5, 0.25]`, and the best of the two steps is 0.25. The central errors are both 0. For `wiggle` at $-2$ and
# $h = 0.1$, the errors are about 0.572 and 0.251.
#
# From Özçep, lecture 2 (the secant line for small h), with a function from Abdurakhmanova's introduction.


# %%
def error_curve(
    f: Callable[[float], float],
    df: Callable[[float], float],
    x: float,
    hs: np.ndarray,
    kind: str = "forward",
) -> np.ndarray:
    """Return the absolute error of the difference quotient of f at x for each of the steps.

    f, df: a function and its derivative; they take a number, or an array of numbers entry by entry. x: a number.
    hs: (k,), steps > 0 in any order. kind: 'forward' or 'central'. Returns (k,), in the order of hs.
    """
    quotient = central_q if kind == "central" else forward_q
    return np.array([abs(quotient(f, x, h) - df(x)) for h in hs])


def best_h(
    f: Callable[[float], float],
    df: Callable[[float], float],
    x: float,
    hs: np.ndarray,
    kind: str = "forward",
) -> float:
    """Return the step of hs whose difference quotient has the smallest error. The arguments are those of error_curve."""
    return hs[np.argmin(error_curve(f, df, x, hs, kind))]


def winners() -> dict[str, float]:
    """Return the best step of STEPS for wiggle at -2, by the keys "forward" and "central"."""
    return {
        kind: best_h(wiggle, lambda x: WIGGLE_SLOPE, -2.0, STEPS, kind) for kind in ("forward", "central")
    }


# %% [markdown]
# When 1.3 works, run the next cell. Both axes count powers of ten. Read the curves from right to left, towards smaller
# steps. First the error falls as paper promises, along a line that is twice as steep for the central quotient. This is
# the *truncation error*: what the quotient is off because $h$ is not 0. Then the curves turn around and climb back,
# ragged now. There the two values of $f$ agree in so many digits that hardly anything is left when they are subtracted,
# and the division by $h$ blows up what rounding has done to them. This *rounding error* is about
# $10^{-16}\,|f(x)|/h$. Where do the two errors meet? And at which step has the quotient lost all of its digits?

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    fine = 10.0 ** -np.linspace(1, 15, 150)
    for kind, colour in (("forward", "tab:blue"), ("central", "tab:orange")):
        plt.loglog(
            fine, error_curve(wiggle, lambda x: WIGGLE_SLOPE, -2.0, fine, kind), color=colour, label=kind
        )
    plt.loglog(fine, 2.0**-53 * wiggle(-2.0) / fine, "k:", label="rounding, like 1/h")
    plt.loglog(fine[fine > 1e-8], 8.2 * fine[fine > 1e-8], "k--", lw=1, label="truncation, like h")
    plt.loglog(fine[fine > 1e-6], 25.4 * fine[fine > 1e-6] ** 2, "k-.", lw=1, label="truncation, like h²")
    plt.xlabel("step h")
    plt.ylabel("error of the quotient")
    plt.title("x sin x² + 1 at x = -2: too large a step, and too small a step")
    plt.legend()
    plt.show()

# %% [markdown]
# ## 1.4 Slopes by formula
#
# A quotient never gets all digits right. But sometimes you can take the limit with pencil and paper, and then it does
# not matter how computers round. For a straight line $f(x) = ax + b$ nearly everything cancels,
#
# $$\frac{a(x + h) + b - (ax + b)}{h} = \frac{ah}{h} = a ,$$
#
# and the limit of $a, a, a, \dots$ is $a$. For $x^2$ the quotient is $2x + h$, whose limit is $2x$. Longer formulas
# come apart by rules:
#
# - the *product rule*: the derivative of $u(x)\,v(x)$ is $u'(x)\,v(x) + u(x)\,v'(x)$;
# - the *chain rule*: the derivative of $u(v(x))$ is $u'(v(x))\,v'(x)$. Note where $u'$ is taken: at $v(x)$, not at $x$.
#
# For instance $x^4 = (x^2)^2$: the outer function is the square of $v = x^2$, so the derivative is $2v \cdot 2x$.
#
# Write the derivatives of these functions, each by the letter that the table names:
#
# | function | is the derivative of | by | from |
# |---|---|---|---|
# | `d_affine(a, b, x)` | $ax + b$ | $x$ | Binder, lecture 6 |
# | `d_x2(x)` | $x^2$ | $x$ | Özçep, lecture 2 |
# | `d_x4(x)` | $x^4$ | $x$ | Özçep, lecture 2 |
# | `d_xsin(x)` | $x \sin(x^2) + 1$ | $x$ | Abdurakhmanova, introduction |
# | `d_sq(w, a, b, c)` | $(aw + b)^2 + c$ | $w$ | Abdurakhmanova, derivation rules |
#
# The variable `x` (or `w`) may be a single number, or an array of shape `(n,)`, and the answer has the same shape: one
# slope for each entry. The letters `a`, `b` and `c` are single numbers. With numpy one formula does for both, but look
# twice at `d_affine`: a straight line has its slope at *each* of the $n$ places.
#
# At the lowest point of a valley the ground is level. So to find the $w$ where $(aw + b)^2 + c$ is smallest, look for
# the place where `d_sq` is 0. That is `argmin_sq(a, b, c)`: the *place*, not how low the function gets there. If
# $a = 0$, the function is the same everywhere and no place is special: raise a `ValueError`.
#
# *By hand:* `d_affine(3, 7, x)` is 3 for the number `x = 5`, and `[3, 3]` for `x = [5, 8]`. `d_x4(2)` is 32. `d_xsin`
# at $-2$ is $-5.985951$, and there `wiggle` has the value $2.513605$. `d_sq(1, 2, 3, 4)` is 20, and
# `argmin_sq(2, 3, 4)` is $-1.5$. Your quotients from 1.2 can check all the rest.


# %%
def d_affine(a: float, b: float, x: float | np.ndarray) -> float | np.ndarray:
    """Return the derivative of a x + b by x. a, b: numbers. x: a number or an array (n,); returns the same shape."""
    return a + np.zeros(np.shape(x))


def d_x2(x: float | np.ndarray) -> float | np.ndarray:
    """Return the derivative of x². x: a number or an array (n,); returns the same shape."""
    return 2 * x


def d_x4(x: float | np.ndarray) -> float | np.ndarray:
    """Return the derivative of x⁴. x: a number or an array (n,); returns the same shape."""
    return 4 * x**3


def d_xsin(x: float | np.ndarray) -> float | np.ndarray:
    """Return the derivative of x sin(x²) + 1. x: a number or an array (n,); returns the same shape."""
    return np.sin(x**2) + 2 * x**2 * np.cos(x**2)


def d_sq(w: float | np.ndarray, a: float, b: float, c: float) -> float | np.ndarray:
    """Return the derivative of (a w + b)² + c by w. w: a number or an array (n,); returns the same shape.

    a, b, c: numbers.
    """
    return 2 * a * (a * w + b)


def argmin_sq(a: float, b: float, c: float) -> float:
    """Return the w for which (a w + b)² + c is smallest. a, b, c: numbers. Raises ValueError if a is 0."""
    if a == 0:
        raise ValueError("the function is constant: no w is better than the others")
    return -b / a


# %% [markdown]
# ## 1.5 A point in motion
#
# So far one number went in and one came out. Let several come out: a *curve* $y(t) = (y_1(t), \dots, y_n(t))$ says
# where a point is at the time $t$. Nothing new is needed for its derivative. Each coordinate is differentiated on its
# own, and the results make a vector again, the **tangent vector**
#
# $$y'(t) = (y_1'(t), \dots, y_n'(t)) = \lim_{h \to 0} \frac{y(t + h) - y(t)}{h} .$$
#
# It points where the point is heading, and its length is the speed. (It need not have length 1.)
#
# **a)** `tangent(t)` is for the curve $y(t) = (\cos t, \sin t, t^2)$: a point that runs around a circle and is lifted
# faster and faster. `t` is an array of `k` times; return one **row** for each time, so the shape is `(k, 3)`. By
# formula, please. The times may be whole numbers.
#
# **b)** `tangent_fd(curve, t, h)` measures the tangent vector of *any* curve. Here `curve` takes a number and returns an
# array of shape `(n,)`, and so does your function: it returns one quotient for each coordinate. The forward or the
# central quotient, as you like, but with exactly the step `h`. Before you write anything, ask yourself what numpy does
# if you subtract two arrays and divide by a number.
#
# *By hand:* `tangent` of `[0, pi/2]` is `[[0, 1, 0], [-1, 0, pi]]`, up to rounding. For the curve $(t, t^2)$ at $t = 1$
# with $h = 0.5$, the forward quotient is $\bigl((1.5, 2.25) - (1, 1)\bigr)/0.5 = (1, 2.5)$, and the central one is
# $(1, 2)$.
#
# From Özçep, lecture 2: vector functions and the tangent vector.


# %%
def tangent(t: np.ndarray) -> np.ndarray:
    """Return the tangent vectors of the curve (cos t, sin t, t²), one row for each time.

    t: (k,), floats or whole numbers. Returns (k, 3).
    """
    return np.stack([-np.sin(t), np.cos(t), 2 * t], axis=1)


def tangent_fd(curve: Callable[[float], np.ndarray], t: float, h: float) -> np.ndarray:
    """Return the tangent vector of a curve at the time t, measured by a forward or central quotient with step h.

    curve: takes a number and returns an array (n,). t: a number. h: > 0. Returns (n,).
    """
    return central_q(curve, t, h)


# %% [markdown]
# ## To think about
#
# A curve has one number going in and several coming out. Now turn it around. The function
# $f(x, y) = x^2 + xy + y^2$ takes two numbers and returns one: think of it as the height of a hill above the point
# $(x, y)$. You stand at $(1, 2)$. What is the slope there?
#
# Hold $y = 2$ fixed, and use `central_q` on what is left, a function of $x$ alone. Then hold $x = 1$ fixed. You get two
# different numbers, and walking along the diagonal gives a third one. Which of them is *the* slope? And how many numbers
# would you have to write down so that somebody else can work out the slope in every direction?
