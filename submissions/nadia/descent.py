# %% [markdown]
# **This is your file: work in it.** Replace each `raise NotImplementedError()` and the comment above it
# by your own code, and keep the names and the arguments of the functions. The script and the notebook of
# this sheet are the same: use the one you like better. There are 12 points to earn.

# %% [markdown]
# # Gradient descent
#
# Stand on a hillside in thick fog and feel the slope under your feet. Take a step downhill. Feel again. That is
# gradient descent, and with it nearly every neural network is trained. In this sheet you write the loop, stop it at
# the right moment, and find out when it fails: a step that is a little too long, or a start on the wrong side of a hill.
#
# You need numpy, and one fact from the sheet on partial derivatives: the gradient points uphill, as steeply as
# possible. A point with `d` coordinates is an array of shape `(d,)`, and so is a gradient. `lr` is the step size, or
# learning rate.
#
# Where an argument is called `f` or `grad`, you are handed a *function*. Call it wherever you need a value; you never
# see the formula behind it.

# %%
from collections.abc import Callable

import numpy as np

# %% [markdown]
# ## 7.1 Downhill and uphill (3 points)
#
# One step of gradient descent goes against the gradient at the point where you stand:
#
# $$x^{(t+1)} = x^{(t)} - \eta\, \nabla f(x^{(t)}), \qquad \eta = \texttt{lr}.$$
#
# Take `n` steps and keep every point in a *history*: row `t` is the point after `t` steps, so row 0 is the start and
# there are `n + 1` rows. With the opposite sign each step goes uphill, towards a maximum: *gradient ascent*.
#
# Three habits that you will need in every loop: ask for the gradient where you are *now*; leave `x0` as it was, since
# it belongs to whoever called you; and let the history hold fractions even if somebody starts at `np.array([3, 5])`,
# an array of whole numbers.
#
# *By hand:* f(x) = x² has the gradient 2x. From `x0 = [8.]` with `lr = 0.25`, three steps down visit 8, 4, 2, 1.
# Three steps up visit 8, 12, 18, 27.
#
# From Lehre, method of gradient descent; Alvarez, gradient descent and ascent.


# %%
def gd(grad: Callable[[np.ndarray], np.ndarray], x0: np.ndarray, lr: float, n: int) -> np.ndarray:
    """Return the start and the n points that gradient descent visits after it, one in each row.

    grad: function from a point (d,) to the gradient there (d,). x0: (d,), floats or integers, not changed.
    lr: step size. n: number of steps, 0 or more. Returns a float array (n + 1, d) whose row 0 is x0.
    """
    x = x0
    path = np.zeros((n + 1, len(x)))
    path[0] = x
    for t in range(n):
        g = grad(x)
        print("t =", t, "x =", x, "g =", g)
        x = -lr * g
        path[t + 1] = x
    return path


def ascent(grad: Callable[[np.ndarray], np.ndarray], x0: np.ndarray, lr: float, n: int) -> np.ndarray:
    """Return the start and the n points that gradient ascent visits after it, one in each row.

    The same as gd, but every step goes uphill. Returns a float array (n + 1, d) whose row 0 is x0.
    """
    x = x0
    path = np.zeros((n + 1, len(x)))
    path[0] = x
    for t in range(n):
        g = grad(x)
        print("t =", t, "x =", x, "g =", g)
        x = x + lr * g
        path[t + 1] = x
    return path


# %% [markdown]
# ## 7.2 When to stop (3 points)
#
# How many steps are enough? One answer: stop when a step hardly changes the loss any more. Write $u_t$ for the point
# after $t$ steps and $L_t = f(u_t)$ for its loss. Stop after the **first** step $t \ge 1$ with
#
# $$|L_t - L_{t-1}| < \texttt{tol},$$
#
# and in any case after `max_iter` steps. Return `(u, L, t)`: the last point, the loss *at that point*, and the number
# of steps that were taken to get there.
#
# Read the rule slowly, since each word in it counts:
#
# - Two losses are compared, so there is nothing to compare before the first step. After the first step there is:
#   whoever starts exactly at a minimum takes one step, sees no change, and returns `t = 1`.
# - The bars matter. If a step was too long the loss goes *up*, and a rise is a change too.
# - A change that equals `tol` is not smaller than `tol`.
# - The length of the gradient plays no part in this rule. (It does in others.)
#
# *By hand:* f(u) = u² from `u0 = [8.]` with `lr = 0.25` has the losses 64, 16, 4, 1, 0.25, ..., which change by 48,
# 12, 3, 0.75, ... With `tol = 5` the answer is `([1.], 1., 3)`. With `tol = 3` it is `([0.5], 0.25, 4)`.
# With `tol = 3` and `max_iter = 2` it is `([2.], 4., 2)`.
#
# From Binder, basic algorithm of gradient descent.


# %%
def gd_tol(
    f: Callable[[np.ndarray], float],
    grad: Callable[[np.ndarray], np.ndarray],
    u0: np.ndarray,
    lr: float,
    tol: float,
    max_iter: int,
) -> tuple[np.ndarray, float, int]:
    """Return (u, L, t): descend until the loss changes by less than tol in one step, or max_iter steps are done.

    f: function from a point (d,) to its loss, a number. grad: function from a point to the gradient (d,) of f.
    u0: (d,), the start, not changed. lr: step size. tol: > 0. max_iter: >= 1.
    u: (d,), the last point. L: its loss. t: the number of steps that were taken, from 1 to max_iter.
    """
    u = u0
    old = f(u)
    for t in range(max_iter):
        new = f(u)
        print(t, old, new, abs(new - old) < tol)
        if t > 0 and abs(new - old) < tol:
            return u, new, t
        old = new
        u = u - lr * grad(u)
    return u, f(u), max_iter


# %% [markdown]
# ## 7.3 How long may a step be? (3 points)
#
# For f(x) = x² you can answer this completely. The gradient is 2x, so one step multiplies x by a number that depends
# on `lr` alone. Find it, and you know the fate of every run.
#
# `x2_after` returns the point x (not its loss) after `t` steps from `x0`.
#
# `x2_verdict` says in one word what happens, from any start other than 0, when the steps go on forever:
#
# | word | meaning |
# |---|---|
# | `'one step'` | the first step lands exactly on the minimum |
# | `'converge'` | x comes as close to the minimum as you like, but no step lands on it exactly |
# | `'oscillate'` | x keeps jumping between two points, and comes no closer to the minimum |
# | `'diverge'` | x runs away: its distance from the minimum grows beyond every bound |
#
# Look at the distance from the minimum in the long run, not at the path. A run that jumps from one side of the valley
# to the other and still comes closer and closer does converge. A negative `lr` is allowed; think about which way it
# walks. With `lr = 0` there is no descent at all: raise a `ValueError`.
#
# `alvarez_factor` is an experiment. The code on a slide of the lecture draws a whole number from -50 to 49 as its
# start, sets the step size to 2, and takes ten steps of gradient descent on x². Write it and run it. How many times
# as far from the minimum is the last point as the first one? Return this factor, $|x_{10}| / |x_0|$, a whole number;
# let your function compute it. One start in a hundred shows nothing unusual. Can you see which one, and why it must
# not decide your answer?
#
# *By hand:* `x2_after(0.25, 8.0, 3)` is 1.0, and `x2_after(1.25, 2.0, 3)` is -6.75.
#
# From Alvarez, gradient descent on x² and the learning rate; Aalto, learning rate.


# %%
def x2_after(lr: float, x0: float, t: int) -> float:
    """Return the point x that gradient descent on f(x) = x² has reached after t steps from x0.

    lr: step size, of any sign. x0: the start. t: number of steps, 0 or more.
    """
    x = x0
    for _ in range(t):
        x = x - lr * 2 * x
    return x


def x2_verdict(lr: float) -> str:
    """Return what gradient descent on f(x) = x² does in the long run: 'converge', 'one step', 'oscillate' or 'diverge'.

    lr: step size; a negative one walks uphill. The start is any point but 0. Raises ValueError if lr is 0.
    """
    if lr == 0:
        raise ValueError
    # just try it
    x = 1.0
    seen = []
    for i in range(50000):
        x = x - lr * 2 * x
        seen.append(abs(x))
        print("step", i, "x =", x, "largest so far", max(seen[-3:]))
    if seen[0] == 0:
        return "one step"
    if seen[-1] == 1:
        return "oscillate"
    if seen[-1] < 1:
        return "converge"
    return "diverge"


def alvarez_factor() -> int:
    """Return |x10| / |x0| for the code on the slide: f(x) = x², step size 2, ten steps. The start is not 0."""
    return abs(x2_after(2, 1, 10))


# %% [markdown]
# ## 7.4 Which valley? (3 points)
#
# The function
#
# $$f(x) = \frac{x^4}{4} - \frac{x^2}{2} + \frac{x}{10}$$
#
# has two valleys with a hill between them. The left valley is the deeper one, but gradient descent does not know
# that: it only feels the slope under its feet. Where it ends depends on where it starts.
#
# For each start in `x0s`, take `n` steps of gradient descent with step size `lr`. Return an array of whole numbers:
# 0 for each start whose run ends in the left minimum (near x = -1.05), 1 for each that ends in the right one (near
# x = 0.95). In all tests `lr` is so small that no step jumps over a minimum or over the hill, `n` is so large that
# every run has reached its valley, and no start is on the very top of the hill.
#
# *By hand:* at x = 0 the slope is f'(0) = 1/10, so the first step goes left, and the run ends at the left minimum.
# Yet x = 0 is closer to the right one. `basins(np.array([-4., 0., 4.]), 0.02, 300)` is `[0, 0, 1]`.
#
# From Binder, sensitivity to the starting point.


# %%
def basins(x0s: np.ndarray, lr: float, n: int) -> np.ndarray:
    """Return for each start the minimum that gradient descent ends in: 0 for the left, 1 for the right one.

    x0s: (k,), the starts, not changed. lr: step size. n: number of steps. Returns an integer array (k,).
    """
    ends = []
    for x in x0s:
        before = x + 1
        while x != before:  # until it does not move any more
            x = x - lr * (x**3 - x + 0.1)
            print("start", len(ends), "now at", x)
        ends.append(0 if x < 0 else 1)
    return np.array(ends)


# %% [markdown]
# ## To think about
#
# In 7.4 the border between the two valleys is the top of the hill. Where exactly is it, and which equation would you
# solve to find it? What would happen to a run that starts there, on paper and on your computer?
