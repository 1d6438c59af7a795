# %% [markdown]
# **This is your file: work in it.** Replace each `raise NotImplementedError()` and the comment above it
# by your own code, and keep the names and the arguments of the functions. The script and the notebook of
# this sheet are the same: use the one you like better. There are 24 points to earn.

# %% [markdown]
# # Gradient descent
#
# Stand on a hillside in thick fog and feel the slope under your feet. Take a step downhill. Feel again. That is
# gradient descent, and with it nearly every neural network is trained. In this sheet you write the loop and stop it at
# the right moment (7.1, 7.2). You find out when it fails: a step that is a little too long, or a start on the wrong
# side of a hill (7.3, 7.4). Then you learn to foresee all this. The *curvature* of a loss tells how long a step may
# be, how many steps you need, and what kind of place you have come to (7.5, 7.6). The slope tells how much a short
# step gains (7.7). And if the curvature makes descent slow, you can often change it before you start (7.8).
#
# You need numpy, and two facts. From the sheet on partial derivatives: the gradient points uphill, as steeply as
# possible. From linear algebra, in 7.5 and 7.6: what the eigenvalues of a symmetric matrix are. A point with `d`
# coordinates is an array of shape `(d,)`, and so is a gradient. `lr` is the step size, or learning rate.
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
    # YOUR CODE HERE
    raise NotImplementedError()


def ascent(grad: Callable[[np.ndarray], np.ndarray], x0: np.ndarray, lr: float, n: int) -> np.ndarray:
    """Return the start and the n points that gradient ascent visits after it, one in each row.

    The same as gd, but every step goes uphill. Returns a float array (n + 1, d) whose row 0 is x0.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 7.2 When to stop (3 points)
#
# In 7.1 somebody told you how many steps to take. How many are enough? One answer: stop when a step hardly changes the
# loss any more. Write $u_t$ for the point
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
    u0: (d,), floats, the start, not changed. lr: step size. tol: > 0. max_iter: >= 1.
    u: (d,), the last point. L: its loss. t: the number of steps that were taken, from 1 to max_iter.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 7.3 How long may a step be? (3 points)
#
# In 7.2, `max_iter` is there for runs that never settle. What makes a run do that? For f(x) = x² you can answer this
# completely. The gradient is 2x, so one step multiplies x by a number that depends on `lr` alone. Find it, and you know
# the fate of every run.
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
    # YOUR CODE HERE
    raise NotImplementedError()


def x2_verdict(lr: float) -> str:
    """Return what gradient descent on f(x) = x² does in the long run: 'converge', 'one step', 'oscillate' or 'diverge'.

    lr: step size; a negative one walks uphill. The start is any point but 0. Raises ValueError if lr is 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def alvarez_factor() -> int:
    """Return |x10| / |x0| for the code on the slide: f(x) = x², step size 2, ten steps. The start is not 0."""
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 7.4 Which valley? (3 points)
#
# The parabola of 7.3 has one valley, so only the step size mattered. The function
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
# The border between the two valleys is the top of the hill. Which equation would you solve to find it? And what would
# happen to a run that starts there, on paper and on your computer? You will meet such points again in 7.6.
#
# From Binder, sensitivity to the starting point.


# %%
def basins(x0s: np.ndarray, lr: float, n: int) -> np.ndarray:
    """Return for each start the minimum that gradient descent ends in: 0 for the left, 1 for the right one.

    x0s: (k,), floats, the starts, not changed. lr: step size. n: number of steps. Returns an integer array (k,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 7.5 How long may a step be, in general? (4 points)
#
# In 7.3 everything hung on one number, $1 - 2\,\texttt{lr}$, and the 2 in it is the second derivative of x²: its
# *curvature*. A function of many variables has a curvature in each direction. Near a minimum $x^*$ it looks like a bowl,
#
# $$f(x) = \tfrac12\, (x - x^*)^\top H\, (x - x^*) + c, \qquad \nabla f(x) = H\,(x - x^*),$$
#
# with a symmetric matrix $H$, the *Hessian*. One step of gradient descent takes the distance $e = x - x^*$ to
#
# $$e^{(t+1)} = (I - \texttt{lr}\, H)\, e^{(t)}.$$
#
# Along an eigenvector of $H$ with the eigenvalue $\lambda$ this is 7.3 again: every step multiplies the distance by
# $1 - \texttt{lr}\,\lambda$. All directions run side by side, each with a factor of its own.
#
# **a)** `lr_max(H)` returns the limit for the step size: for $0 < \texttt{lr} < \texttt{lr\_max}$, and for no other
# `lr`, a run converges from *every* start. Which eigenvalue decides? If one of them is not positive there is no such
# step size: raise a `ValueError`.
#
# **b)** `rate(H, lr)` returns the factor of the worst direction, $\max_\lambda |1 - \texttt{lr}\,\lambda|$. It is
# defined for every `lr` and every symmetric $H$: a value of 1 or more says that some runs do not converge.
#
# **c)** `steps_needed(H, lr, ratio)` returns the smallest number of steps after which the distance from the minimum is
# at most `ratio` times what it was at the start, even for the worst start. Those starts lie along the worst direction,
# so this is the smallest whole $t \ge 0$ with $\texttt{rate}^t \le \texttt{ratio}$. If the rate is 1 or more, no
# number of steps will do: raise a `ValueError`.
#
# Let numpy find the eigenvalues: `np.linalg.eigvalsh(H)` returns those of a symmetric matrix. In the tests no eigenvalue
# is nearly 0, and no power of the rate is nearly equal to `ratio`, so rounding errors decide nothing.
#
# *By hand:* `H = [[2, 0], [0, 10]]` has the eigenvalues 2 and 10. `lr_max(H)` is 0.2. With `lr = 0.1` the factors are
# 0.8 and 0, so `rate(H, 0.1)` is 0.8. Since $0.8^{20} = 0.0115$ and $0.8^{21} = 0.0092$, `steps_needed(H, 0.1, 0.01)`
# is 21. One flat direction makes you wait, and one steep direction forbids longer steps.
#
# **The rule "diverges if and only if lr > 2/L" is exact for quadratics only.** Elsewhere the curvature changes from
# place to place. Let $L$ be the largest curvature anywhere; then three things can happen.
#
# - *Longer steps may work.* Fit one number $b$ to the labels 1, 1, 1, 0 with the mean logistic loss. Its slope is
#   $p - \frac34$ with $p = 1/(1 + e^{-b})$, and its curvature $p(1 - p)$, so $L = \frac14$ and $2/L = 8$. But at the
#   minimum, $p = \frac34$, the curvature is only $\frac{3}{16}$, and descent with `lr = 10` converges from `b = 0`. Try it.
# - *Too long need not mean far away.* $f(x) = \sqrt{1 + x^2}$ has $L = 1$ and slopes below 1. With `lr = 3` a run does
#   not settle, but it never runs away either: it jumps to and fro.
# - *There may be no L at all.* For $f(x) = x^4/4$ the curvature $3x^2$ has no bound. Whatever `lr` is, starts with
#   $|x| > \sqrt{2/\texttt{lr}}$ run away.
#
# What is left in general: if $L$ exists and $0 < \texttt{lr} < 2/L$, no step goes up.
#
# From Alvarez, the learning rate; Binder, choosing the step size, and what may go wrong in steep regions; Özçep,
# choosing the learning rate.


# %%
def lr_max(H: np.ndarray) -> float:
    """Return the step size below which gradient descent on a quadratic with Hessian H converges from every start.

    H: (d, d), symmetric, floats. Raises ValueError if H has an eigenvalue that is 0 or negative.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def rate(H: np.ndarray, lr: float) -> float:
    """Return the largest factor by which one step multiplies a distance from the minimum: max |1 - lr λ|.

    H: (d, d), symmetric, floats; its eigenvalues λ may have any sign. lr: step size, of any sign.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def steps_needed(H: np.ndarray, lr: float, ratio: float) -> int:
    """Return the smallest number of steps that shrink every distance from the minimum to ratio times itself or less.

    H: (d, d), symmetric, floats. lr: step size. ratio: between 0 and 1, neither of them.
    Raises ValueError if the rate is 1 or more.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# When 7.1 and 7.5 work, run the next cell. It draws three runs on the contour lines of one bowl, each with its rate.
# Which direction is still on its way after 25 short steps? What does the run in the middle do that 7.3 calls a jump from
# one side of the valley to the other? And along which direction does the last run leave the bowl?

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    bowl = np.array([[2.8, 2.4], [2.4, 9.2]])  # eigenvalues 2 and 10, turned by some 18 degrees
    across, up = np.meshgrid(np.linspace(-4.5, 4.5, 121), np.linspace(-3, 3, 81))
    heights = 0.5 * (bowl[0, 0] * across**2 + 2 * bowl[0, 1] * across * up + bowl[1, 1] * up**2)

    figure, axes = plt.subplots(1, 3, figsize=(12, 3.4), sharey=True, layout="constrained")
    sizes = {"too small": 0.05 * lr_max(bowl), "right": 2 / (2 + 10), "too large": 1.02 * lr_max(bowl)}
    for axis, (name, size) in zip(axes, sizes.items()):
        path = gd(lambda x: bowl @ x, np.array([-4.0, 2.0]), size, 25)
        axis.contour(across, up, heights, levels=12, colors="lightgrey", linewidths=0.8)
        axis.plot(path[:, 0], path[:, 1], "o-", markersize=3, linewidth=1)
        axis.plot(0, 0, "k+", markersize=9)
        axis.set(title=f"{name}: lr = {size:.3f}, rate {rate(bowl, size):.2f}", aspect="equal")
    plt.show()

# %% [markdown]
# ## 7.6 Bottom, top, or neither? (4 points)
#
# In 7.5 the Hessian was given. For a function with a formula you compute it: it holds all second partial derivatives,
#
# $$H_{ij} = \frac{\partial^2 f}{\partial x_i\, \partial x_j},$$
#
# and it is symmetric, as the order of the two derivatives does not matter. A point where the gradient is 0 is
# *critical*. There gradient descent stands still, but it need not be a minimum: the top of the hill in 7.4 is critical
# too. The signs of the eigenvalues of $H$ tell what it is, and with a small number `tol` > 0 for "as good as 0" there are
# four verdicts. **Read them in this order:**
#
# | word | eigenvalues of $H$ | the place |
# |---|---|---|
# | `'degenerate'` | at least one has $\lvert\lambda\rvert \le$ `tol`, whatever the others are | flat in some direction: look closer |
# | `'min'` | all are positive | a minimum |
# | `'max'` | all are negative | a maximum |
# | `'saddle'` | some are positive, some negative | up in one direction, down in another |
#
# Positive eigenvalues are *enough* for a minimum, but not necessary: x⁴ has a minimum at 0, where its second derivative
# is 0. So `'degenerate'` does not mean "no minimum". It means that the Hessian has a blind spot. (If there are both signs
# beside the zero, it is certainly not a minimum. In this sheet the word is `'degenerate'` all the same.)
#
# Take Alvarez's example
#
# $$f(x, y, z) = x^3 + 3x^2y - yz^3 + z^2.$$
#
# **a)** `hess(x, y, z)` returns its Hessian, with the variables in this order.
#
# **b)** `crit_points()` returns three of its critical points. Set all three partial derivatives to 0 and solve, with
# pencil and paper. There are infinitely many solutions: all points of one straight line, and a single point beside it.
# Return an array of shape (3, 3), a point $(x, y, z)$ in each row. Row 0 is the point of the line with $y = -1$, row 1
# the point of the line with $y = 1$, and row 2 the single point. Let Python compute roots; a rounded decimal is not
# enough.
#
# **c)** `classify(H, tol)` returns one of the four words for a symmetric matrix of any size. In the tests every
# $|\lambda|$ differs from `tol` by a tenth of it at least, so rounding errors decide nothing.
#
# Beware of shortcuts. The determinant is the product of all eigenvalues, and the trace is their sum. Which of the four
# verdicts can you read off from a product or a sum? The diagonal deceives, too: for Lehre's function
# $2x_1^2 + x_2^2 + 3x_1x_2 + 4$, *by hand*, $H$ = `[[4, 3], [3, 2]]` has a positive diagonal, and $\det H = -1$. A
# negative product of two eigenvalues means one of each sign, so `classify(H, 1e-6)` is `'saddle'`. Gradient descent
# finds no minimum there, for there is none. From (1, 1) with `lr = 0.1` the loss seems to settle near 3.99, and after
# 300 steps it is below -60.
#
# *By hand:* `hess(1, 2, 1)` is `[[18, 6, 0], [6, 0, -3], [0, -3, -10]]`. When all three functions work, classify the
# critical points. What is the single one? And the two on the line? One of them you can tell from its eigenvalues, even
# though it is degenerate. For the other one, write f as x²(x + 3y) + z²(1 - yz) and look at both terms near the line.
#
# From Alvarez, the Hessian and the test for minima; Lehre, partial derivatives (the example).


# %%
def hess(x: float, y: float, z: float) -> np.ndarray:
    """Return the Hessian of x³ + 3 x² y - y z³ + z² at the point (x, y, z). Returns (3, 3)."""
    # YOUR CODE HERE
    raise NotImplementedError()


def crit_points() -> np.ndarray:
    """Return three critical points of x³ + 3 x² y - y z³ + z², one (x, y, z) in each row; shape (3, 3).

    Row 0: the one with y = -1 on the line of critical points. Row 1: the one with y = 1 on it. Row 2: the single one.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def classify(H: np.ndarray, tol: float) -> str:
    """Return what a critical point with Hessian H is: 'degenerate', 'min', 'max' or 'saddle', the first that applies.

    H: (d, d), symmetric, floats. tol: > 0; an eigenvalue of size tol or less counts as 0, and makes H degenerate.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 7.7 What is a step worth? (2 points)
#
# At a critical point nothing can be gained. Everywhere else a short step downhill gains something, and you can say how
# much before you take it. If each coordinate of $x$ changes by a little, $\Delta x_i$, the loss changes by about
#
# $$\Delta f \approx \sum_i \frac{\partial f}{\partial x_i}\, \Delta x_i .$$
#
# Put in the step of gradient descent, $\Delta x = -\eta\, g$ with $g = \nabla f(x)$:
#
# $$\Delta f \approx -\eta\, g \cdot g = -\eta\, \|g\|^2 .$$
#
# This is why descent works: the right-hand side is never positive, whatever the function is.
#
# **a)** `predicted_drop(g, eta)` returns the predicted *change*: a negative number, or 0.
#
# **b)** How good is the prediction? `drop_ratio(f, grad, x, etas)` returns for each step size $\eta$ in `etas` the change
# that one step from $x$ really makes, divided by the predicted one,
#
# $$\frac{f(x - \eta\, g) - f(x)}{-\eta\, \|g\|^2}, \qquad g = \nabla f(x).$$
#
# Every step starts from the same $x$, which is not a critical point in the tests.
#
# *By hand:* for f(x) = x² at x = 3 the gradient is 6. With $\eta = 0.1$ the prediction is -3.6. The step leads to 2.4,
# the loss falls from 9 to 5.76, so the ratio is 0.9. With $\eta = 0.05$ it is 0.95.
#
# When both work, halve $\eta$ again and again. The ratio tends to 1, and its distance from 1 is about halved each time:
# what the prediction leaves out is the curvature, and its share grows like $\eta$. (With $\eta$ near 1e-12 the ratio
# gets worse again. Do you remember why, from the difference quotients?)
#
# From Özçep, why follow the gradient; Alvarez, the derivative of a function of many variables.


# %%
def predicted_drop(g: np.ndarray, eta: float) -> float:
    """Return the change of the loss that the gradient predicts for one step of gradient descent: -eta ‖g‖².

    g: (d,), the gradient where the step starts. eta: step size, > 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def drop_ratio(
    f: Callable[[np.ndarray], float],
    grad: Callable[[np.ndarray], np.ndarray],
    x: np.ndarray,
    etas: np.ndarray,
) -> np.ndarray:
    """Return for each step size the real change of f in one step from x, divided by the predicted change.

    f: function from a point (d,) to its loss, a number. grad: function from a point to the gradient (d,) of f.
    x: (d,), floats, not changed; the gradient there is not 0. etas: (k,), step sizes > 0. Returns (k,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 7.8 Make the valley round (2 points)
#
# In 7.5 a bowl with very different curvatures needed many steps. In practice such bowls come from the *data*. Take
# linear regression: `X` holds a sample in each row and a feature in each column, `y` the targets, and the loss is
#
# $$f(w) = \frac1m \|y - Xw\|^2, \qquad \nabla f(w) = -\frac2m X^\top (y - Xw), \qquad H = \frac2m X^\top X,$$
#
# with the mean over the $m$ samples, and no ½. If the numbers of one feature are a hundred times as large as those of
# another (centimetres beside metres), the curvature in its direction is ten thousand times as large. Nothing forces you
# to keep these units.
#
# **a)** `standardize(X)` returns `(Xs, mu, sd)`: the features with mean 0 and standard deviation 1, and what was taken
# away and divided by. For each column,
#
# $$\mu = \frac1m \sum_i X_i, \qquad \mathrm{sd} = \sqrt{\frac1m \sum_i (X_i - \mu)^2}, \qquad
#   X_s = \frac{X - \mu}{\mathrm{sd}} .$$
#
# Note the $1/m$: not $1/(m - 1)$. A column whose entries are all equal has the standard deviation 0, by which you cannot
# divide. **For such a column return `sd` = 1**, and it becomes a column of zeros. Why do you hand out `mu` and `sd`? New
# samples must be shifted and scaled exactly as those that you trained with, `(X_new - mu) / sd`, and never by means and
# deviations of their own.
#
# **b)** `iters_to_tol(X, y, lr, tol)` counts. Start at $w = 0$, do gradient descent on $f$ with step size `lr`, and
# return the number of steps after which $f(w) \le$ `tol` for the first time: 0 if this is true at the start. Use `X` as it
# is: no bias, no scaling inside. In the tests `lr` is short enough, the loss gets below `tol`, and when it does it
# crosses `tol` clearly, so that rounding errors change no count. (Outside of the tests, choose `lr` below `lr_max(H)`
# and `tol` above the smallest loss, or your loop will not end.)
#
# *By hand:* `standardize` of `[[1, 5], [3, 5]]` gives `Xs = [[-1, 0], [1, 0]]`, `mu = [2, 5]` and `sd = [1, 1]`. For
# `X = [[2], [-2]]`, `y = [8, -8]` and `lr = 1/16`, $w$ goes 0, 2, 3, 3.5, and the loss 64, 16, 4, 1. So with `tol = 2`
# the answer is 3.
#
# From Abdurakhmanova (Aalto), full batch gradient descent for linear regression, and feature scaling.


# %%
def standardize(X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (Xs, mu, sd): the columns of X with mean 0 and standard deviation 1, their means, their deviations.

    X: (m, d), floats, not changed. Xs: (m, d). mu: (d,). sd: (d,), each with the mean over m samples in it, not m - 1;
    1 for a column of equal entries, which becomes a column of zeros in Xs.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def iters_to_tol(X: np.ndarray, y: np.ndarray, lr: float, tol: float) -> int:
    """Return the number of steps of gradient descent from w = 0 until the mean squared error is tol or less.

    X: (m, d), y: (m,), floats, not changed. lr: step size, short enough to get there. tol: > 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# When 7.1, 7.5 and 7.8 work, run the next cell. The same forty samples, the same targets: on the left one feature is
# eight times as large as the other, on the right both are standardised. Each run may take the step size that is best
# for its bowl. Compare the shapes of the bowls, and the counts. Then change the 8 to 100, and look at the counts again.

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    rng = np.random.default_rng(7)
    first = rng.normal(size=40)
    raw = np.stack([first, 8 * (0.5 * first + rng.normal(size=40))], axis=1)
    raw -= raw.mean(axis=0)
    targets = raw @ np.array([3.0, 0.4])

    figure, axes = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    for axis, (name, data) in zip(axes, {"raw": raw, "standardised": standardize(raw)[0]}.items()):
        hessian = 2 / len(data) * data.T @ data
        curvatures = np.linalg.eigvalsh(hessian)
        size = 2 / (curvatures.min() + curvatures.max())
        count = iters_to_tol(data, targets, size, 1e-3)
        path = gd(lambda w: hessian @ w - 2 / len(data) * data.T @ targets, np.zeros(2), size, count)
        across, up = np.meshgrid(np.linspace(-1, 6, 141), np.linspace(-1, 5, 121))
        losses = np.mean([(t - a * across - b * up) ** 2 for (a, b), t in zip(data, targets)], axis=0)
        levels = np.mean(targets**2) * 2.0 ** np.arange(-7, 5)
        axis.contour(across, up, losses, levels=levels, colors="lightgrey", linewidths=0.8)
        axis.plot(path[:, 0], path[:, 1], "o-", markersize=3, linewidth=1)
        axis.set(title=f"{name}: {count} steps", xlabel="w[0]", ylabel="w[1]", aspect="equal")
    plt.show()

# %% [markdown]
# ## To think about
#
# Every step of 7.8 looks at *all* samples: the gradient is a mean over $m$ of them. With a million samples, one step is
# a million times as much work as it would be with a single one. Suppose that you pick one sample at random in each step
# and follow *its* gradient. Which way does such a step go on average? Where does it lead when you are already at the
# minimum of $f$: do you stay there? And what would you do with `lr` to make the run come to rest? The next sheet takes
# these steps.
