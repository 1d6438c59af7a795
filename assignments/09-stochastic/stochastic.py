# %% [markdown]
# **This is your file: work in it.** Replace each `raise NotImplementedError()` and the comment above it
# by your own code, and keep the names and the arguments of the functions. The script and the notebook of
# this sheet are the same: use the one you like better. There are 24 points to earn.

# %% [markdown]
# # Stochastic optimisation and schedules
#
# A million photos, and every step of gradient descent looks at all of them before it moves by a millimetre. It would
# be faster to look at fifty, take a step, and look at the next fifty. That is *stochastic* gradient descent: many
# cheap steps in roughly the right direction. In this sheet you cut data into batches and write the loop, find out
# why a batch can be trusted and how noisy it is, give the loop a memory (momentum, Adam), let the step size shrink,
# and finally race all of it against full gradient descent.
#
# You need numpy, the loop of gradient descent, and the gradient of a squared loss.
#
# **Conventions of this sheet.** `n` samples are the rows of `X` (n, d), with one label each in `y` (n,). The weights
# `w` have the shape (d,). A *batch* is an array of row numbers, called `idx`, and `B` is the batch size. An *epoch* is
# one pass over all `n` samples; one *update* is one change of the weights. Steps, updates and epochs are counted from
# 0. Where a function returns a *history*, row `t` is the point after `t` updates, so row 0 is the start, and the start
# itself is not changed.
#
# Random numbers come from a generator, `rng`, that you are handed. Two generators with the same seed give the same
# numbers, so anybody can repeat your run.

# %%
import itertools
import math
from collections.abc import Callable

import numpy as np

# %% [markdown]
# ## 8.1 Batches (3 points)
#
# Shuffle the samples, then walk through them in pieces of `B` until each has been used once. That is one epoch. For
# the next epoch shuffle *again*.
#
# **a)** `make_batches(n, B, rng, epochs=1)` returns a list of arrays of row numbers, one for each update, all epochs
# in one flat list. For every epoch draw the order with one call `rng.permutation(n)`. The first `B` numbers of it
# are the first batch, the next `B` the second one, and so on, in the order in which they were drawn. If `B` does not
# divide `n`, the last batch is shorter. Nobody is left out, and nobody comes twice. If `B` is larger than `n`, all
# samples are one batch.
#
# *By hand:* if `rng.permutation(5)` gives `[3, 0, 4, 1, 2]`, then `B = 2` gives the batches `[3, 0]`, `[4, 1]`, `[2]`.
#
# **b)** `paired_batches(X, y, B, rng)` returns the data themselves: for one epoch, a list of pairs (rows of `X`, their
# labels). Rows and labels must stay together! Shuffle them by one and the same order. Leave `X` and `y` as they are.
#
# **c)** `updates_per_epoch(n, B)` says how often the weights change in one epoch, as a whole number. The three
# algorithms of the lectures differ in nothing else: *full* gradient descent has `B = n` and one update per epoch,
# *stochastic* gradient descent in the narrow sense has `B = 1` and n updates, *mini-batch* is everything in between.
#
# *By hand:* 10 samples in batches of 4 make 3 updates.
#
# From Binder, L6: stochastic gradient descent for an average of losses; Alvarez: full, mini-batch and stochastic
# gradient descent.


# %%
def make_batches(n: int, B: int, rng: np.random.Generator, epochs: int = 1) -> list[np.ndarray]:
    """Return the batches of some epochs as arrays of row numbers, in the order in which they are used.

    n: number of samples. B: batch size, 1 or more. rng: draws one permutation for each epoch. epochs: 1 or more.
    Every epoch uses each of the numbers 0 to n - 1 once; its last batch may be shorter than B.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def paired_batches(
    X: np.ndarray, y: np.ndarray, B: int, rng: np.random.Generator
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the samples of one shuffled epoch in batches: pairs (rows of X, labels of these rows).

    X: (n, d). y: (n,). B: batch size, 1 or more. rng: source of the order. A batch of k samples is a pair of arrays
    (k, d) and (k,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def updates_per_epoch(n: int, B: int) -> int:
    """Return how many updates one epoch of n samples in batches of at most B makes."""
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 8.2 The loop (4 points)
#
# One loop, three algorithms. For each batch in turn: ask for the gradient *at the weights where you are now*, and
# take a step. What a batch's loss is, the lectures do not agree on. Some take the **mean** over the samples of the
# batch, others the **sum**:
#
# $$w \leftarrow w - \eta\, \frac{1}{|b|} \sum_{i \in b} \nabla \ell_i(w) \quad (\texttt{'mean'})
#   \qquad\qquad
#   w \leftarrow w - \eta \sum_{i \in b} \nabla \ell_i(w) \quad (\texttt{'sum'}).$$
#
# For `B = 1` there is no difference. For larger batches there is a factor $|b|$ in the step, so a step size that works
# for one convention may fail with the other. Here the argument `reduction` says which one is meant. Any other word
# deserves a `ValueError`.
#
# You are handed a function: `grad_batch(w, idx)` returns the *sum* of the gradients of the samples `idx` at `w`. Ask
# it once for each batch. If you need the mean, divide by the number of samples that are really in *this* batch: the
# last one may be shorter.
#
# *By hand:* three samples with losses (w - 1)², (w - 3)² and (w - 8)², so sample i has the gradient 2(w - y_i). From
# `w0 = [0.]` with `lr = 0.25` and the batches `[0, 1]` and `[2]`: the first batch has the gradient -2 - 6 = -8 as a sum
# and -4 as a mean. With `'mean'` the history is 0, 1, 4.5. With `'sum'` it is 0, 2, 5.
#
# From Binder, L6, and Aalto (mini-batch gradient descent: means); Özçep, V2 (batch loss: a sum).


# %%
def sgd(
    grad_batch: Callable[[np.ndarray, np.ndarray], np.ndarray],
    w0: np.ndarray,
    batches: list[np.ndarray],
    lr: float,
    reduction: str,
) -> np.ndarray:
    """Return the start and the weights after each update of stochastic gradient descent, one in each row.

    grad_batch: function of weights (d,) and row numbers (k,), returns the sum of the samples' gradients, (d,).
    w0: (d,), floats or integers, not changed. batches: list of arrays of row numbers, one for each update. lr: step
    size. reduction: 'mean' or 'sum', over the samples of a batch; raises ValueError for anything else.
    Returns a float array (len(batches) + 1, d) whose row 0 is w0.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 8.3 Why you may trust a batch (3 points)
#
# A batch gives you a wrong gradient, yet not in a wrong *direction on average*. Take a linear model with the squared
# loss $\ell_i(w) = (x_i \cdot w - y_i)^2$ (no ½ in front) and the **mean** over the samples of a batch. With `B`
# samples out of `n` there are $\binom{n}{B}$ different batches, and a well shuffled order makes each of them equally
# likely.
#
# **a)** `expected_batch_grad(X, y, w, B)` returns the average of the batch gradients over *all* of these batches. Go
# through them with `itertools.combinations(range(n), B)`. Then compare your result with the gradient of all data,
# $\frac{2}{n} X^\top (Xw - y)$. What do you see? The word for it is *unbiased*.
#
# **b)** `batch_noise(X, y, w, B)` returns how far a batch is off: the average over all batches of
# $\lVert g_b - g \rVert^2$, the squared distance between the batch's gradient $g_b$ and the gradient $g$ of all data.
# Try it for several `B`. If you double a small batch, what happens to the noise?
#
# **c)** `epoch_mean(X, y, w, batches)` puts the batch gradients (all at the same `w`) together again, for a list of
# batches of *different* sizes. Every sample counts the same, not every batch: a batch's mean needs a weight. A list
# need not be a whole epoch. A sample that is in no batch does not count, one that is in two counts twice.
#
# *By hand:* `X = [[1], [1], [1]]`, `y = [0, 3, 6]`, `w = [0.]`: the samples have the gradients 0, -6, -12. The three
# batches of two have the means -3, -6 and -9, whose average is -6, the gradient of all data. The noise is
# (9 + 0 + 9) / 3 = 6. The batches `[0, 1]` and `[2]` have the means -3 and -12, and together they give
# (2·(-3) + 1·(-12)) / 3 = -6.
#
# From Alvarez: batch gradients are unbiased estimators of the full gradient.


# %%
def expected_batch_grad(X: np.ndarray, y: np.ndarray, w: np.ndarray, B: int) -> np.ndarray:
    """Return the average gradient of the mean squared loss over all batches of B different samples.

    X: (n, d). y: (n,). w: (d,). B: 1 to n. Returns (d,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def batch_noise(X: np.ndarray, y: np.ndarray, w: np.ndarray, B: int) -> float:
    """Return the average of |g_b - g|² over all batches b of B different samples.

    g_b: gradient of the mean squared loss of the batch. g: that of all data. X: (n, d). y: (n,). w: (d,). B: 1 to n.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def epoch_mean(X: np.ndarray, y: np.ndarray, w: np.ndarray, batches: list[np.ndarray]) -> np.ndarray:
    """Return the gradient of the mean squared loss in which every sample of the batches counts the same.

    X: (n, d). y: (n,). w: (d,). batches: list of arrays of row numbers, of different lengths, none empty. Returns (d,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 8.4 Momentum (3 points)
#
# A ball that rolls down a valley does not turn on the spot: it keeps most of its velocity. Let the weights do the
# same. The *velocity* $v$ starts at 0 and collects gradients, each new one on top of what is left of the old ones:
#
# $$v_{t+1} = \beta\, v_t + \nabla L(w_t), \qquad w_{t+1} = w_t - \eta_t\, v_{t+1}.$$
#
# Read closely: first the velocity is updated, then the *new* velocity moves the weights. In this sheet, as in PyTorch,
# the gradient enters with the full factor 1, and the step size stays *outside* of the velocity. Books that write
# $v \leftarrow \beta v + \eta \nabla L$ get the same path as long as the step size never changes. Here it may:
# `lrs[t]` is the step size of update `t`, the first one being `lrs[0]`.
#
# *By hand:* L(w) = w² has the gradient 2w. From `w0 = [4.]` with `beta = 0.5`, `lrs = [0.25, 0.25, 0.125]`: the
# velocities are 8, then 0.5·8 + 4 = 8, then 0.5·8 + 0 = 4, and the history is 4, 2, 0, -0.5. The ball rolls on past
# the lowest point. With `beta = 0` it is plain gradient descent.
#
# From Özçep, V2: mini-batch SGD with momentum.


# %%
def momentum(
    grad: Callable[[np.ndarray], np.ndarray], w0: np.ndarray, lrs: np.ndarray, beta: float, n: int
) -> np.ndarray:
    """Return the start and the n points that gradient descent with momentum visits after it, one in each row.

    grad: function from a point (d,) to the gradient there (d,). w0: (d,), floats or integers, not changed. lrs: at
    least n step sizes, one for each update. beta: 0 or more, less than 1. n: number of updates, 0 or more.
    Returns a float array (n + 1, d) whose row 0 is w0.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 8.5 Adam (4 points)
#
# One step size for all weights is a compromise: the gradient of one weight may be a million times larger than that
# of another. Adam keeps two running averages for each weight, $m$ of the gradient and $v$ of its square, both 0 at the
# start, and divides one by the root of the other. Everything is meant entry by entry. With $g_t = \nabla L(w_{t-1})$,
# for $t = 1, 2, 3, \dots$:
#
# $$m_t = \beta_1 m_{t-1} + (1 - \beta_1)\, g_t, \qquad v_t = \beta_2 v_{t-1} + (1 - \beta_2)\, g_t^2,$$
#
# $$\hat m_t = \frac{m_t}{1 - \beta_1^t}, \qquad \hat v_t = \frac{v_t}{1 - \beta_2^t}, \qquad
#   w_t = w_{t-1} - \eta\, \frac{\hat m_t}{\sqrt{\hat v_t} + \varepsilon}.$$
#
# The hats repair the start. An average that begins at 0 is too small in the first steps, and dividing by
# $1 - \beta^t$ makes up for exactly that. Note that here $t$ counts from 1: with $t = 0$ you would divide by 0. Keep
# $m$ and $v$ *without* hats for the next step. $\varepsilon$ stands outside of the root. It only matters where gradients
# are tiny, and where one is exactly 0 it saves you from 0/0. (A common shortcut multiplies $\eta$ by
# $\sqrt{1 - \beta_2^t}\,/\,(1 - \beta_1^t)$ and divides $m_t$ by $\sqrt{v_t} + \varepsilon$. It differs in the role of
# $\varepsilon$ alone, and is accepted.)
#
# *By hand:* in the first step $\hat m_1 = g$ and $\hat v_1 = g^2$, whatever the betas are, so each weight moves by
# `lr` times g / (|g| + ε): with `eps` tiny, by `lr` in the direction of its sign. From `w0 = [3., -5.]` with the gradient
# `[0.001, 700.]` and `lr = 0.5` the next point is `[2.5, -5.5]`, but for a trace of ε.
#
# From Özçep, V2: more advanced optimisers (Adam).


# %%
def adam(
    grad: Callable[[np.ndarray], np.ndarray],
    w0: np.ndarray,
    lr: float,
    b1: float,
    b2: float,
    eps: float,
    n: int,
) -> np.ndarray:
    """Return the start and the n points that Adam visits after it, one in each row.

    grad: function from a point (d,) to the gradient there (d,). w0: (d,), floats or integers, not changed. lr: step
    size. b1, b2: how much of the old averages is kept, 0 or more, less than 1. eps: > 0. n: number of updates, 0 or
    more. Returns a float array (n + 1, d) whose row 0 is w0.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 8.6 Shrinking steps, and shrinking too fast (2 points)
#
# Batches are noisy, and with a fixed step size the noise never dies out: the weights keep trembling around the
# minimum. So let the steps shrink. Two common schedules, both starting with $c_0$ at $t = 0$:
#
# $$\eta_t = c_0\,(t + 1)^{-\alpha} \quad (\texttt{lr\_poly}), \qquad\qquad
#   \eta_t = c_0\, c^{\lfloor t / T \rfloor} \quad (\texttt{lr\_step}).$$
#
# The second one is a staircase. The brackets mean *rounded down*: the first `T` steps, t = 0 to T - 1, have the full
# step size, and at t = T it is multiplied by `c` for the first time. `t` may be a fraction, such as 2.5 for the middle of
# the third epoch.
#
# *By hand:* `lr_poly(3, 0.5, 1)` is 0.5/4 = 0.125. `lr_step(t, 0.8, 0.5, 10)` is 0.8 for t = 9, 0.4 for t = 10 and for
# t = 19.5, 0.2 for t = 20.
#
# What if they shrink too fast? Then you run out of steps before you arrive. Take gradient descent on f(x) = x², whose
# gradient is 2x, with the step sizes $\eta_t = \frac14 c^t$ for $t = 0, 1, 2, \dots$ and $0 < c < 1$. There is not even
# noise here. Yet x does not go to the minimum at 0! `limit_fast(x0, c)` returns where it goes: the limit of x if the
# steps go on forever, to full precision. You cannot take infinitely many steps, but soon they are too short to
# change any digit.
#
# *By hand:* one step multiplies x by $1 - \frac12 c^t$. With `c = 0.5` the factors are 1/2, 3/4, 7/8, ..., whose product
# tends to 0.2887880951: more than a quarter of the way is still to go. The steps together are just too short:
# $\frac14 + \frac18 + \frac1{16} + \dots = \frac12$. With $\eta_t = \frac14 (t+1)^{-2}$ it is the same story (the limit
# is 0.358 times the start), but with $\frac14 (t+1)^{-1}$ the steps add up to infinity, and x does arrive, if slowly.
#
# From Binder, L6: learning rate annealing, and the footnote on what happens if it decreases very fast; Alvarez: the
# learning rate must shrink during the training.


# %%
def lr_poly(t: float, c0: float, alpha: float) -> float:
    """Return the step size c0 (t + 1)^-alpha of step t, counted from 0. alpha: 0 or more."""
    # YOUR CODE HERE
    raise NotImplementedError()


def lr_step(t: float, c0: float, c: float, T: int) -> float:
    """Return the step size at t, 0 or more: it starts as c0 and is multiplied by c after every T steps.

    c: between 0 and 1. T: a whole number, 1 or more.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def limit_fast(x0: float, c: float) -> float:
    """Return the limit of gradient descent on x² from x0 with the step sizes c^t / 4, t = 0, 1, 2, ...

    c: more than 0, at most 0.9.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## 8.7 Plateaus and cycles (2 points)
#
# A schedule need not be fixed in advance.
#
# **a)** *Wait for a plateau.* As long as the loss goes down, keep the step size. If it has not improved for `k` epochs,
# multiply the step size by `factor`. In detail, after each epoch:
#
# - The loss has *improved* if it is less than the best loss so far minus `tol`. An improvement by exactly `tol` is not
#   enough. The best loss so far is that of the last improvement. The first epoch always counts as one.
# - If it has improved, the count of bad epochs goes back to 0. If not, this epoch is a bad one.
# - At the `k`-th bad epoch in a row the step size drops, and the count goes back to 0. The best loss stays.
#
# `plateau(losses, k, factor, tol, lr0)` returns the step size after each epoch, that is the one for the *next* epoch,
# as an array as long as `losses`. (PyTorch's `ReduceLROnPlateau(patience=k)` is more patient: it drops at bad epoch
# k + 1. Here it is the k-th, as on Özçep's slide.)
#
# *By hand:* losses 8, 6, 6, 7, 5, 5, 5 with `k = 2`, `factor = 0.1`, `tol = 0.5`, `lr0 = 1`: the second 6 and the 7 are
# two bad epochs in a row, and so are the last two. The answer is `[1, 1, 1, 0.1, 0.1, 0.1, 0.01]`.
#
# **b)** *Go up and down.* A larger step now and then may carry you out of a poor minimum. `cyclical(t, lo, hi, half)` is
# a triangle: at update t = 0 the step size is `lo`, it grows evenly until it is `hi` at t = `half`, falls evenly back to
# `lo` at t = 2 · `half`, and so on forever.
#
# *By hand:* `lo = 0.1`, `hi = 1`, `half = 4` gives 0.1, 0.325, 0.55, 0.775, 1, 0.775, 0.55, 0.325, 0.1, ...
#
# From Özçep, V2: scheduling learning rates (tackling plateaus; cycles, after L. N. Smith, 2015).


# %%
def plateau(losses: np.ndarray, k: int, factor: float, tol: float, lr0: float) -> np.ndarray:
    """Return the step size after each epoch, if it drops at the k-th epoch in a row without an improvement.

    losses: (e,), the loss after each epoch. k: 1 or more. factor: what the step size is multiplied by, below 1. tol: an
    improvement must be larger, 0 or more. lr0: the first step size. Returns (e,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def cyclical(t: int, lo: float, hi: float, half: int) -> float:
    """Return the step size of update t, which goes evenly from lo to hi in half updates, and back in as many.

    t: 0 or more. lo, hi: lo < hi. half: 1 or more.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# When 8.6 and 8.7 work, run the next cell. The upper picture shows three schedules that know from the beginning what
# they will do: which of them ever comes back? The lower one shows a noisy loss, and the step size that watches it.
# Find the first drop: how many epochs before it was the last improvement?

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    figure, (above, below) = plt.subplots(2, 1, figsize=(7, 6), layout="constrained")
    ts = np.arange(60)
    above.plot(ts, [lr_poly(t, 1.0, 1.0) for t in ts], label="lr_poly, alpha = 1")
    above.step(ts, [lr_step(t, 1.0, 0.5, 15) for t in ts], where="post", label="lr_step, c = 0.5, T = 15")
    above.plot(ts, [cyclical(t, 0.1, 0.6, 10) for t in ts], label="cyclical, half = 10")
    above.set(xlabel="t", ylabel="step size")
    above.legend()
    noisy = 0.3 + 3 * np.exp(-ts / 6) + 0.1 * np.random.default_rng(3).standard_normal(60)
    below.plot(ts, noisy, "o-", markersize=3, label="loss after each epoch")
    below.step(ts, plateau(noisy, 6, 0.5, 0.02, 1.0), where="post", label="plateau, k = 6, factor 0.5")
    below.set(xlabel="epoch")
    below.legend()
    plt.show()

# %% [markdown]
# ## 8.8 The race (3 points)
#
# Now everything together: logistic regression with 10 000 samples of 20 features. Who is closest to the best possible
# loss for the same amount of work?
#
# The next cell is given. `make_data` draws the data from a seed. `logistic_loss` is the *mean* loss, `logistic_grad` the
# *sum* of the samples' gradients, and `lowest_loss` finds the smallest possible mean loss (by Newton's method, which is
# another story). `RUNS` lists the competitors: batch size, first step size, and whether it shrinks.


# %%
def make_data(n: int, d: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return X (n, d), standard normal, and labels y (n,), 0 or 1, that a logistic model drew."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    truth = rng.standard_normal(d)
    y = (rng.random(n) < 1 / (1 + np.exp(-X @ truth))) * 1.0
    return X, y


def logistic_loss(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
    """Return the mean over the rows of X of log(1 + e^z) - y z, where z = x · w."""
    z = X @ w
    return np.mean(np.logaddexp(0.0, z) - y * z)


def logistic_grad(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return the sum over the rows of X of the gradient of this loss, (p - y) x with p = 1 / (1 + e^-z)."""
    return X.T @ (1 / (1 + np.exp(-(X @ w))) - y)


def lowest_loss(X: np.ndarray, y: np.ndarray) -> float:
    """Return the smallest mean loss that any weights have."""
    w = np.zeros(X.shape[1])
    for _ in range(12):
        p = 1 / (1 + np.exp(-(X @ w)))
        w = w - np.linalg.solve((X.T * (p * (1 - p))) @ X, X.T @ (p - y))
    return logistic_loss(X, y, w)


RUNS = {
    "full, fixed": (10_000, 4.0, False),
    "full, decayed": (10_000, 4.0, True),
    "B = 256, fixed": (256, 2.0, False),
    "B = 256, decayed": (256, 2.0, True),
    "B = 64, fixed": (64, 1.0, False),
    "B = 64, decayed": (64, 1.0, True),
    "B = 1, fixed": (1, 0.03, False),
    "B = 1, decayed": (1, 0.03, True),
}

# %% [markdown]
# **a)** `train(X, y, B, lr, decay, epochs, seed)` runs mini-batch gradient descent from `w = 0` on the mean loss, and
# returns the weights after each *epoch*: row 0 is the start, row `e` the weights after `e` epochs. The batches are those
# of 8.1: make one generator, `np.random.default_rng(seed)`, for the whole run, and draw one permutation from it for
# each epoch. A step uses the mean gradient over its batch. With `decay` the step size is `lr / (1 + e)` in epoch `e`,
# counted from 0: it stays the same during an epoch. Without, it is `lr` throughout.
#
# **b)** `compare(X, y, runs, epochs, seed, lowest)` makes the table: a dict that gives for each name in `runs` (a dict
# like `RUNS`) the array of *gaps* after the epochs that are listed in `epochs`. A gap is the mean loss over *all* data
# minus `lowest`. Each run starts from `w = 0` and from a new generator with the same seed.
#
# *By hand:* `X = [[1], [1]]`, `y = [1, 0]`, `B = 2`: at w = 0 the two gradients, -½ and ½, cancel. The weights never move,
# the loss stays log 2, and that is also the lowest one, so every gap is 0. With `y = [1, 1]` and `lr = 2` the first step
# leads to w = 1, and the gap falls from log 2 = 0.6931 to log(1 + 1/e) = 0.3133 (`lowest` is 0 here: larger weights are
# always better).
#
# **c)** Now race: draw the data by `make_data(10_000, 20, 0)` and compare `RUNS` after 1, 5 and 20 epochs. This takes a few
# seconds, nearly all of it for `B = 1`. Then write `findings()`: it returns a dict of five truth values, and should not
# repeat the race. The seed does not matter for them, the differences are large.
#
# | key | the statement |
# |---|---|
# | `'same updates'` | All runs make the same number of updates per epoch. |
# | `'same gradients'` | All runs compute the same number of samples' gradients per epoch. |
# | `'batches lead early'` | After one epoch, `B = 64` has a smaller gap than the full batch, both with fixed steps. |
# | `'fixed arrives'` | `B = 1` with fixed steps: its gap after 20 epochs is less than a tenth of that after 5. |
# | `'decay helps all'` | After 20 epochs every decayed run is ahead of the run with the same batch size and fixed steps. |
#
# A word in favour of noise: this loss has a single minimum, and trembling is of no use there. On the bumpy loss of a
# deep network, noise may shake the weights out of a poor minimum that full gradient descent would settle in.
#
# From Alvarez: convergence of full, mini-batch and stochastic gradient descent (logistic regression with 10 000 samples),
# and the remarks on fixed learning rates; Binder, L6: how noise may help to leave a poor minimum.


# %%
def train(X: np.ndarray, y: np.ndarray, B: int, lr: float, decay: bool, epochs: int, seed: int) -> np.ndarray:
    """Return the weights of a logistic regression after each epoch of mini-batch gradient descent, from 0.

    X: (n, d). y: (n,), zeros and ones. B: batch size. lr: step size of the mean loss; with decay it is lr / (1 + e) in
    epoch e = 0, 1, ... epochs: 0 or more. seed: of the run's own generator. Returns (epochs + 1, d).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def compare(
    X: np.ndarray,
    y: np.ndarray,
    runs: dict[str, tuple[int, float, bool]],
    epochs: tuple[int, ...],
    seed: int,
    lowest: float,
) -> dict[str, np.ndarray]:
    """Return for each run the gaps after some epochs: mean loss of all data minus the lowest one.

    X: (n, d). y: (n,). runs: name -> (batch size, first step size, decay or not). epochs: which ones, in ascending
    order. seed: of every run. lowest: the smallest possible loss. Returns name -> array (len(epochs),).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def findings() -> dict[str, bool]:
    """Return which of the five statements about the race are true."""
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# When `train` and `compare` work, run the next cell. It takes a few seconds; single samples get five epochs only, since
# they need most of the time. The lower a curve, the better, and all of them pay the same price per epoch. Which curves
# go down and then stay where they are? Which one is the slowest at first, and never stops?

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    X, y = make_data(10_000, 20, 0)
    singles = {name: run for name, run in RUNS.items() if run[0] == 1}
    others = {name: run for name, run in RUNS.items() if run[0] > 1}
    race = compare(X, y, others, tuple(range(1, 21)), 0, lowest_loss(X, y))
    race |= compare(X, y, singles, tuple(range(1, 6)), 0, lowest_loss(X, y))
    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    colours = {10_000: "tab:blue", 256: "tab:green", 64: "tab:orange", 1: "tab:red"}
    for name, gaps in race.items():
        B, _, decay = RUNS[name]
        evaluations = 10_000 * np.arange(1, len(gaps) + 1)
        axes.loglog(evaluations, gaps, "--" if decay else "-", color=colours[B], marker=".", label=name)
    axes.set(xlabel="gradients of samples that were computed", ylabel="loss minus lowest loss")
    axes.legend()
    plt.show()

# %% [markdown]
# ## To think about
#
# Every gradient in this sheet was a good one, at worst a noisy one. In a network of twenty layers it has to travel
# backwards through all of them first, and each layer multiplies it by something. What becomes of it on the way if that
# something is mostly ½, and could any schedule of step sizes repair it?
