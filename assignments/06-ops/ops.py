# %% [markdown]
# **This is your file: work in it.** Replace each `raise NotImplementedError()` and the comment above it
# by your own code, and keep the names and the arguments of the functions. The script and the notebook of
# this sheet are the same: use the one you like better. There are 40 points to earn.

# %% [markdown]
# # Backward passes of tensor operations
#
# A deep-learning library is a box of small functions, each with a partner that sends gradients backwards. In this
# sheet you write the partners. At the end you will be able to read a formula with arrays in it and write down its
# gradient, shapes included, without a library's help.
#
# The way there has four legs: arithmetic with whole arrays (o.1 to o.6), moving data and softmax (o.7 to o.9),
# the layers of deep networks (o.10 to o.13), and what a language model is made of (o.14, o.15). Later
# exercises are put together from earlier ones, so keep your functions: the last one is two of them and a little glue.
#
# You need numpy and the chain rule. Somewhere behind the operation `y = op(a, b)` stands a loss L, one number.
# Your function receives the *upstream gradient* `grad`, the derivative of L by every entry of `y`, and returns the
# derivative of L by every entry of each input. For any input entry the chain rule says: follow every path from it
# to an entry of `y`, multiply the local derivative of that path by the upstream gradient found there, and **sum
# over all paths**.
#
# Four rules hold on the whole sheet:
#
# 1. `grad` has the shape of the operation's output, and each gradient that you return has the shape of the input it
#    belongs to. This rule finds more errors than any other.
# 2. Leave the arguments as they were: a library still needs them. It is safer to return new arrays, too, rather than
#    `grad` itself or a view of it (`np.broadcast_to` and slices give views). Two gradients that share memory spoil
#    each other as soon as somebody adds to one of them. A view is accepted here, with a remark.
# 3. `grad` can hold any numbers. It is not all ones, and a formula that forgets it is not a backward pass.
# 4. Every array holds floats, except those that say *where* something is: `index`, `idx` and `labels`. A number is an
#    array of shape `()`, and may come back as a plain number.

# %%
import numpy as np

# %% [markdown]
# ## o.1 Undo broadcasting: backward of a sum (3 points)
#
# In `y = a + b` numpy stretches a small operand to fit the large one: it lines the shapes up **from the right**, puts
# axes of size 1 in front of the shorter one, and repeats every axis of size 1 as often as needed. After that, one
# entry of the small operand sits in many places of `y`. Each place is a path, so its gradient is the sum over them:
#
# $$\frac{\partial L}{\partial b_j} = \sum_{\text{places } i \text{ where } b_j \text{ was used}} g_i.$$
#
# Write this once, as `unbroadcast(grad, shape)`: sum `grad` over the axes that were put in front and over the axes
# that were stretched, and return an array of exactly the given shape. An axis of size 1 stays an axis of size 1.
# Then `add_backward` is short, because the local derivative of `a + b` is 1 for both operands. The shape of
# a single number is `()`.
#
# *By hand:* `grad = [[1, 2, 3], [10, 20, 30]]` gives `[11, 22, 33]` for the shape `(3,)`, `[[6], [60]]` for the shape
# `(2, 1)`, and `66` for the shape `()`.
#
# From Binder, L6 (chain rule on a graph: multiply along a path, sum over the paths), and Özçep, V2 (the graph of
# (x + y) z).


# %%
def unbroadcast(grad: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return the gradient of an array of the given shape that was broadcast to the shape of grad.

    grad: any shape that an array of `shape` broadcasts to. Returns an array of shape `shape`.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def add_backward(
    grad: np.ndarray, a_shape: tuple[int, ...], b_shape: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return (da, db) of y = a + b with broadcasting, given the upstream gradient.

    grad: shape of a + b. a_shape, b_shape: the shapes of a and b. da, db: arrays of these shapes.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.2 Backward of products and quotients (2 points)
#
# Entry by entry, with the operands already stretched to the shape of `y`:
#
# $$y = a\,b: \quad \frac{\partial L}{\partial a} = g\,b, \quad \frac{\partial L}{\partial b} = g\,a
#   \qquad\qquad
#   y = \frac{a}{b}: \quad \frac{\partial L}{\partial a} = \frac{g}{b}, \quad
#   \frac{\partial L}{\partial b} = -\frac{g\,a}{b^2}.$$
#
# A factor's gradient is scaled by the *other* factor, which is why a library has to keep both of them until the
# backward pass. If an operand was stretched, its gradient is a sum over its copies, as in o.1. Mind the order: every
# copy met a different partner, so first multiply, then sum.
#
# If `a` and `b` are the same array, as in `x * x`, still return two gradients: one for each place where it was used.
# Adding them up is the caller's business.
#
# *By hand:* `a = [3, 4]`, `b = 2` (shape `()`), `grad = [1, 10]`. For `a * b`: `da = [2, 20]` and
# `db = 1·3 + 10·4 = 43`. For `a / b`: `da = [0.5, 5]` and `db = -(1·3 + 10·4) / 4 = -10.75`.
#
# From Özçep, V2: the local gradients of (x + y) z, and the chain rule applied to them.


# %%
def mul_backward(grad: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (da, db) of y = a * b with broadcasting, given the upstream gradient.

    grad: shape of a * b. a, b: shapes that broadcast together. da, db: the shapes of a and b.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def div_backward(grad: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (da, db) of y = a / b with broadcasting, given the upstream gradient.

    grad: shape of a / b. a, b: shapes that broadcast together; no entry of b is 0. da, db: the shapes of
    a and b.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.3 Backward of a matrix product (4 points)
#
# For `y = a @ b` with matrices `a` (n, k) and `b` (k, m) the chain rule, written with indices, gives
#
# $$\frac{\partial L}{\partial a_{ij}} = \sum_l g_{il}\, b_{jl}, \qquad
#   \frac{\partial L}{\partial b_{jl}} = \sum_i a_{ij}\, g_{il}.$$
#
# Read the index that is summed, and the transposes write themselves.
#
# `a @ b` also multiplies stacks of matrices: every axis before the last two is a batch axis, and batch axes
# broadcast. An input that was stretched over a batch collects a gradient from each of its copies.
# If `a` or `b` is a vector, `@` treats it as a row or a column and drops that axis from the result.
#
# *By hand:* `a = [[1, 2]]`, `b = [[3], [4]]`, `grad = [[10]]` give `da = [[30, 40]]` and `db = [[10], [20]]`.
#
# From Özçep, V2: the chain rule for tensors and the product D = XW.


# %%
def matmul_backward(grad: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (da, db) of y = a @ b, given the upstream gradient.

    grad: shape of a @ b. a: (..., n, k) or (k,). b: (..., k, m) or (k,). da, db: the shapes of a and b.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.4 Backward of sum and mean (3 points)
#
# Summing is the mirror image of broadcasting. In o.1 a copy in the forward pass became a sum in the backward pass;
# here a sum in the forward pass becomes a copy. Every entry of `x` has exactly one path, to the one sum it went into:
#
# $$y = \sum_i x_i: \quad \frac{\partial L}{\partial x_i} = g \qquad\qquad
#   y = \frac{1}{n} \sum_i x_i: \quad \frac{\partial L}{\partial x_i} = \frac{g}{n}.$$
#
# Here n counts the entries that go into *one* mean: not all entries of `x`, and not the entries of `y`.
#
# The arguments mean what they mean in `x.sum(axis=axis, keepdims=keepdims)`: `axis` is `None` (all axes), an integer
# (a negative one counts from the end) or a tuple of integers. With `keepdims=True` the summed axes are still there with
# size 1; otherwise they are gone, and you have to put them back in the right place before the copies fall where they
# belong. A square `x` does not complain when you get this wrong.
#
# *By hand:* `x` has shape `(2, 3)`, `axis=1`, `keepdims=False`, `grad = [6, 12]`. The sum gives
# `[[6, 6, 6], [12, 12, 12]]`, the mean `[[2, 2, 2], [4, 4, 4]]`.
#
# From Özçep, V2 (the losses of single samples add up), and Alvarez, Gradient Descent (the empirical risk is a mean
# over the samples).


# %%
def sum_backward(
    grad: np.ndarray, shape: tuple[int, ...], axis: int | tuple[int, ...] | None, keepdims: bool
) -> np.ndarray:
    """Return dx of y = x.sum(axis=axis, keepdims=keepdims), given the upstream gradient.

    grad: shape of y. shape: the shape of x. Returns an array of this shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def mean_backward(
    grad: np.ndarray, shape: tuple[int, ...], axis: int | tuple[int, ...] | None, keepdims: bool
) -> np.ndarray:
    """Return dx of y = x.mean(axis=axis, keepdims=keepdims), given the upstream gradient.

    grad: shape of y. shape: the shape of x. Returns an array of this shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.5 Backward of the maximum (2 points)
#
# `y = x.max(axis=axis)` picks the largest entry along an axis. If you move the winner a little, `y` moves by the same
# amount; if you move any other entry a little, `y` does not notice. So the winner receives the upstream gradient
# and everybody else receives 0.
#
# When m entries share the first place there is no derivative, and a sheet has to say what it wants. This one
# does what `torch.amax` does: the m winners get **equal shares**,
#
# $$\frac{\partial L}{\partial x_i} =
#   \begin{cases} g / m & \text{if } x_i \text{ is one of the } m \text{ winners,} \\ 0 & \text{otherwise.} \end{cases}$$
#
# (Other libraries give everything to the first winner. Both are honest; only one is asked for here.) Each maximum
# counts its own winners. `axis` is an integer, possibly negative, or `None` for the largest entry of all. The reduced
# axis is gone from `y` and `grad`, as with `keepdims=False`.
#
# *By hand:* `x = [[1, 5, 5], [7, 2, 3]]`, `axis=1`, `grad = [10, 4]` give `[[0, 5, 5], [4, 0, 0]]`.
#
# Goes with Abdurakhmanova, Gradient Descent (activation functions): ReLU is a maximum too, of z and 0.


# %%
def max_backward(grad: np.ndarray, x: np.ndarray, axis: int | None) -> np.ndarray:
    """Return dx of y = x.max(axis=axis), given the upstream gradient; entries that tie share it equally.

    grad: shape of y, without the reduced axis. x: any shape. axis: an integer or None. Returns an array of the
    shape of x.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.6 Backward of functions of one entry (2 points)
#
# These five work on each entry alone, so there is one path and nothing to sum: multiply the upstream gradient by the
# local derivative.
#
# | y | local derivative | what was kept |
# |---|---|---|
# | relu(x) = max(x, 0) | 1 where x > 0, 0 where x ≤ 0 | x |
# | exp(x) | y | `out` = y |
# | ln(x), x > 0 | 1 / x | x |
# | xᵖ, p a fixed number | p xᵖ⁻¹ | x |
# | √x, x > 0 | 1 / (2 y) | `out` = y |
#
# Look at the last column. Where the derivative is easy to write with the *result*, a library keeps the result and
# throws the input away. So `exp_backward` and `sqrt_backward` receive `out`, the value that the forward pass returned,
# and must not apply exp or the root once more.
#
# At x = 0 ReLU has a corner and no derivative. This sheet uses **0** there, as torch does (Abdurakhmanova's slide
# uses 1).
#
# *By hand:* with `grad = 10` everywhere, `relu_backward` gives 0 at x = -2 and 10 at x = 3; `exp_backward` gives 40 for
# `out = 4`; `log_backward` 2.5 at x = 4; `pow_backward` with p = 3 gives 120 at x = -2; `sqrt_backward` gives 2.5 for
# `out = 2`.
#
# From Abdurakhmanova, Gradient Descent (local gradients of ReLU and other activation functions), and Özçep, V2
# (derivatives of powers).


# %%
def relu_backward(grad: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return dx of y = max(x, 0), given the upstream gradient; the derivative at x = 0 is 0.

    grad, x: the same shape. Returns an array of this shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def exp_backward(grad: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Return dx of y = exp(x), given the upstream gradient and the result out = exp(x).

    grad, out: the same shape. Returns an array of this shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def log_backward(grad: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return dx of the natural logarithm y = ln(x), given the upstream gradient.

    grad, x: the same shape, x > 0. Returns an array of this shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def pow_backward(grad: np.ndarray, x: np.ndarray, p: float) -> np.ndarray:
    """Return dx of y = x ** p for a fixed number p, given the upstream gradient.

    grad, x: the same shape. p: any number for which x ** p exists; x has no zeros. Returns an array of this shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def sqrt_backward(grad: np.ndarray, out: np.ndarray) -> np.ndarray:
    """Return dx of y = sqrt(x), given the upstream gradient and the result out = sqrt(x).

    grad, out: the same shape, out > 0. Returns an array of this shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.7 Moving data (3 points)
#
# Not every operation computes something. Some only move numbers to other places, and every number that arrives in `y`
# has the local derivative 1 with respect to the entry it came from. So all you have to know is where each one came
# from: its gradient goes back the same way.
#
# | y | entry by entry | what was kept |
# |---|---|---|
# | `x.reshape(new_shape)` | the same numbers in the same order, row by row | `shape` of x |
# | `x.transpose(axes)` | axis i of y is axis `axes[i]` of x | `axes` |
# | `x[index]` | copies of some entries of x, perhaps of some of them twice | `shape` of x, `index` |
# | `np.concatenate(arrays, axis)` | the arrays one behind the other | `sizes`: the length of each array along `axis` |
#
# - "Row by row" is numpy's own order: the last index runs fastest, in x and in y.
# - `axes` holds every number from 0 to `x.ndim - 1` once. Undoing a permutation and doing it once more are the same for
#   two axes that are swapped, and different for three that change places in a circle.
# - `index` is anything from this list: a whole number, an array of whole numbers (negative ones count from the end, as
#   usual), an array of truth values of the shape of x, or a tuple of whole numbers and arrays, as in
#   `logits[np.arange(n), labels]`. An entry that was not taken has no path to L. An entry that was taken twice has two.
#   What does numpy do with `dx[index] += grad` when a place occurs twice in `index`? Try it before you trust it.
# - `concat_backward` returns a list with a gradient for each of the arrays, in their order. `axis` may be negative.
#
# *By hand:* `reshape_backward([1, 2, 3, 4, 5, 6], (2, 3))` is `[[1, 2, 3], [4, 5, 6]]`. With `axes = (1, 2, 0)` we have
# `y[j, k, i] = x[i, j, k]`, so entry `[i, j, k]` of the gradient is `grad[j, k, i]`. For x of shape `(4,)` and
# `index = [2, 0, 2]`, `grad = [1, 10, 100]` gives `[10, 0, 101, 0]`. With `sizes = [2, 1]`, `grad = [1, 2, 3]` is cut
# into `[1, 2]` and `[3]`.
#
# From Özçep, V2 (chain rule for tensors: flatten, differentiate, reshape), and Binder, L6 (the gradient through a
# column slice).


# %%
def reshape_backward(grad: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return dx of y = x.reshape(...), given the upstream gradient.

    grad: the shape of y. shape: the shape of x. Returns an array of this shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def transpose_backward(grad: np.ndarray, axes: tuple[int, ...]) -> np.ndarray:
    """Return dx of y = x.transpose(axes), given the upstream gradient.

    grad: the shape of y. axes: a permutation of 0, ..., grad.ndim - 1. Returns an array of the shape of x.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def getitem_backward(
    grad: np.ndarray, shape: tuple[int, ...], index: int | np.ndarray | tuple[int | np.ndarray, ...]
) -> np.ndarray:
    """Return dx of y = x[index], given the upstream gradient; an entry that was taken twice receives twice.

    grad: the shape of y. shape: the shape of x. index: a whole number, an array of whole numbers or of truth values,
    or a tuple of whole numbers and arrays. Returns an array of the given shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def concat_backward(grad: np.ndarray, sizes: list[int], axis: int) -> list[np.ndarray]:
    """Return the gradients of the arrays in y = np.concatenate(arrays, axis), given the upstream gradient.

    grad: the shape of y. sizes: the length of each array along axis. axis: an integer, possibly negative.
    Returns a list of arrays: gradient i has the shape of grad with the length sizes[i] along axis.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.8 Softmax without its Jacobian (3 points)
#
# Until now you could look at each path by itself. Softmax ties a whole row together: along one axis it turns scores z
# into probabilities s, and each probability depends on *every* score of its row,
#
# $$s_i = \frac{e^{z_i}}{\sum_c e^{z_c}}, \qquad
#   \frac{\partial s_i}{\partial z_j} = s_i\,([\,i = j\,] - s_j), \qquad
#   \frac{\partial \ln s_i}{\partial z_j} = [\,i = j\,] - s_j,$$
#
# where the bracket is 1 if i = j and 0 otherwise. For k scores that is a Jacobian of k · k numbers. You could build it
# and multiply it by `grad`, but nobody does: with 12 000 scores, a small vocabulary, it takes more than a gigabyte, and
# your functions have half of one. (Yes, there is a row of that length among the tests.) Write the product as a sum
# over i, put the derivative in, and multiply out. What is left needs no more room than `grad`.
#
# As in o.6, what was kept is the *result*: `softmax_backward` receives `s`, and `log_softmax_backward` receives `logp`,
# the logarithms of the probabilities. `axis` is the axis along which the probabilities sum to 1, an integer, possibly
# negative; all other axes count the rows. Rows have nothing to do with each other.
#
# *By hand:* `s = [1/2, 1/4, 1/4]` and `grad = [4, 0, 8]` give `[0, -1, 1]`. For the logarithm of the same
# probabilities, `grad = [1, 2, 1]` gives `[-1, 1, 0]`. Both results sum to 0. Must they?
#
# When both work, feed `log_softmax_backward` with a `grad` that is -1 at one entry and 0 elsewhere. What comes out is
# the whole idea of the next exercise.
#
# From Özçep, V2 (chain rule for vectors: the transposed Jacobian times a gradient). Softmax is the many-class
# version of the logistic function in Abdurakhmanova, Gradient Descent.


# %%
def softmax_backward(grad: np.ndarray, s: np.ndarray, axis: int) -> np.ndarray:
    """Return dz of s = softmax(z) along an axis, given the upstream gradient and the result s.

    grad, s: the same shape; s sums to 1 along axis. axis: an integer, possibly negative. Returns an array of this
    shape. Needs no more memory than a few arrays of this shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


def log_softmax_backward(grad: np.ndarray, logp: np.ndarray, axis: int) -> np.ndarray:
    """Return dz of logp = ln(softmax(z)) along an axis, given the upstream gradient and the result logp.

    grad, logp: the same shape; exp(logp) sums to 1 along axis. axis: an integer, possibly negative. Returns an array
    of this shape. Needs no more memory than a few arrays of this shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.9 Cross-entropy of logits (3 points)
#
# The last operation of a classifier is its loss, so here nothing comes from upstream: you return the loss *and* start
# the backward pass. A batch has n samples and k classes. Row i of `logits` holds one score per class, and `labels[i]`
# is the number of the right class, from 0 to k - 1. Softmax turns the scores into probabilities, and the loss of
# a sample is the negative logarithm of what the right class got:
#
# $$p_{ij} = \frac{e^{z_{ij}}}{\sum_c e^{z_{ic}}}, \qquad \ell_i = -\ln p_{i,\,y_i}, \qquad
#   \frac{\partial \ell_i}{\partial z_{ij}} = p_{ij} - [\,j = y_i\,],$$
#
# where the bracket is 1 if j is the right class and 0 otherwise. The gradient is as simple as that because the
# logarithm and the exponential cancel; you will not need the Jacobian of softmax.
#
# `reduction` says what becomes of the n losses: `'mean'` averages them, `'sum'` adds them. The gradient belongs to the
# number that you return, so it follows the same choice.
#
# Scores can be ±800, and e⁸⁰⁰ is infinite in floating point. Softmax does not change when the same number is
# subtracted from every score of a row: choose that number well, and never take the logarithm of something that may
# have become 0. Not every class has to occur in a batch.
#
# *By hand:* `logits = [[0, 0], [ln 3, 0]]`, `labels = [0, 1]`. The probabilities are `[[1/2, 1/2], [3/4, 1/4]]`. With
# `'sum'` the loss is ln 2 + ln 4 = 2.0794 and the gradient `[[-1/2, 1/2], [3/4, -3/4]]`; `'mean'` halves both.
#
# From Abdurakhmanova, Gradient Descent (the logistic loss, which is the case of two classes), and Binder, L6 (the same
# loss as a mean over the data).


# %%
def cross_entropy(logits: np.ndarray, labels: np.ndarray, reduction: str) -> tuple[float, np.ndarray]:
    """Return (loss, dlogits) of the cross-entropy between softmax(logits) and the right classes.

    logits: (n, k). labels: (n,) integers from 0 to k - 1. reduction: 'mean' or 'sum' over the n samples.
    loss: one number. dlogits: the gradient of that number, (n, k). Both are finite for logits as large as ±800.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.10 Layer normalisation (3 points)
#
# In a deep network the numbers tend to grow or to shrink from layer to layer, until nothing can be learned. A
# normalisation layer puts a stop to that: it brings them back to mean 0 and size 1, and then lets the network choose
# its own scale `gamma` and shift `beta`. *Layer* normalisation does this for every sample by itself. In one row x with
# d features:
#
# $$\mu = \frac{1}{d} \sum_j x_j, \quad v = \frac{1}{d} \sum_j (x_j - \mu)^2, \quad
#   \sigma = \sqrt{v + \varepsilon}, \quad
#   \hat{x}_j = \frac{x_j - \mu}{\sigma}, \quad y_j = \gamma_j \hat{x}_j + \beta_j.$$
#
# Note the conventions, they are those of torch: the variance divides by d (not by d - 1), and ε stands under the root.
# It need not be small here.
#
# `gamma` and `beta` are used in every row, so o.1 and o.2 tell you their gradients. For x there are three paths from
# $x_i$ to every $\hat{x}_j$: directly (if i = j), through $\mu$, and through $v$. Together
#
# $$\frac{\partial \hat{x}_j}{\partial x_i} =
#   \frac{1}{\sigma} \left( [\,i = j\,] - \frac{1}{d} - \frac{\hat{x}_i \hat{x}_j}{d} \right).$$
#
# Check the last term on paper: what is the derivative of $\sigma$ by $x_i$? Then do what you did in o.8: multiply by
# what comes from above (is that `grad`, or has it already passed `gamma`?), sum over j, and never build the matrix.
#
# *By hand:* one row, `x = [[1, 3]]`, `gamma = [1, 2]`, `eps = 3`, `grad = [[4, 4]]`. The mean is 2, v = 1, σ = 2, and
# the normalised row `[-0.5, 0.5]`. The answer is `dx = [[-0.75, 0.75]]`, `dgamma = [-2, 2]`, `dbeta = [4, 4]`.
#
# Goes with Abdurakhmanova, Gradient Descent (how the spread of the activations changes from layer to layer), and
# Binder, L6 (sum over all paths of the graph).


# %%
def layernorm_backward(
    grad: np.ndarray, x: np.ndarray, gamma: np.ndarray, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (dx, dgamma, dbeta) of y = gamma * (x - mean) / sqrt(variance + eps) + beta, each row by itself.

    grad, x: (n, d). gamma: (d,). eps > 0. Mean and variance are those of a row of x; the variance divides by d.
    dx: (n, d). dgamma, dbeta: (d,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.11 Batch normalisation (3 points)
#
# Batch normalisation came first, and looks down the columns instead of along the rows: every *feature* gets
# the mean and the variance that it has in the batch, over its n samples,
#
# $$\mu_j = \frac{1}{n} \sum_i x_{ij}, \quad v_j = \frac{1}{n} \sum_i (x_{ij} - \mu_j)^2, \quad
#   y_{ij} = \gamma_j \, \frac{x_{ij} - \mu_j}{\sqrt{v_j + \varepsilon}} + \beta_j.$$
#
# This is *training mode*: mean and variance are computed from this very batch, so gradients flow through them. (For
# predictions a library uses averages from the training, which are constants. That is not asked for here.) Again the
# variance divides by n, not by n - 1, and ε stands under the root.
#
# The mathematics is that of o.10 with rows and columns exchanged, but the meaning has changed: now the loss of one
# sample depends on all the others of its batch. `gamma` and `beta` belong to a feature, as before. Which sums of your
# solution stay along the axis where they were, and which change?
#
# *By hand:* `x = [[1], [3]]`, `gamma = [2]`, `eps = 3`, `grad = [[4], [8]]`. The normalised column is `[-0.5, 0.5]`.
# The answer is `dx = [[-1.5], [1.5]]`, `dgamma = [2]`, `dbeta = [12]`. With n = 2 and a tiny ε, `dx` would be nearly 0
# whatever `grad` is. Can you see why from the forward pass alone?
#
# Goes with Abdurakhmanova, Gradient Descent (feature scaling, mini-batches), and Binder, L6 (sum over all paths).


# %%
def batchnorm_backward(
    grad: np.ndarray, x: np.ndarray, gamma: np.ndarray, eps: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (dx, dgamma, dbeta) of y = gamma * (x - mean) / sqrt(variance + eps) + beta, each column by itself.

    grad, x: (n, d). gamma: (d,). eps > 0. Mean and variance are those of a column of x; the variance divides by n.
    dx: (n, d). dgamma, dbeta: (d,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.12 Convolution (4 points)
#
# A convolution slides a small window over an image and takes the same weighted sum at every stop. `x` holds n images of
# `channels` layers (a colour picture has three), and each of the `filters` in `w` has a window of `kh` rows and `kw`
# columns for each channel. `pad` rows and columns of zeros are put around every image, and the window moves by
# `stride` entries, down and to the right. With $\tilde{x}$ for the padded image
#
# $$y_{n, o, r, c} = b_o + \sum_k \sum_{i < kh} \sum_{j < kw}
#   \tilde{x}_{n,\, k,\, s r + i,\, s c + j} \; w_{o, k, i, j}, \qquad s = \texttt{stride},$$
#
# where n numbers the images, o the filters, k the channels, (r, c) the stops of the window, and (i, j) the places in
# it. The kernel is not turned round, which is what libraries mean by a convolution (mathematicians call it a
# cross-correlation). y has as many rows as stops fit in: (height + 2 pad - kh) // stride + 1. The division may leave a
# remainder: then the last rows are never looked at.
#
# The forward pass is given in the next cell. See how it loops over the few positions (i, j) *in the kernel*, and treats
# all stops at once: `seen` is what position (i, j) of the window meets at each stop.
#
# Backwards, read the formula once more as a list of products. Every product $\tilde{x} \cdot w$ sends $g \cdot w$ to
# the entry of $\tilde{x}$ and $g \cdot \tilde{x}$ to the weight, with $g$ the upstream gradient of its stop. A weight
# collects from all images and all stops, an entry of the image from all windows that it was in. What arrives in the
# padding belongs to nobody.
#
# *By hand:* an image of one row, `x = [[[[1, 2, 3]]]]`, with `w = [[[[10, 20]]]]`, stride 1 and no padding, has two
# stops. `grad = [[[[1, 100]]]]` gives `dx = [[[[10, 1020, 2000]]]]`, `dw = [[[[201, 302]]]]` and `db = [101]`.
#
# From Özçep, V2 (tensors as layers of convolution matrices; the chain rule for tensors).


# %%
def conv2d(x: np.ndarray, w: np.ndarray, b: np.ndarray, stride: int, pad: int) -> np.ndarray:
    """Return y of the formula above.

    x: (n, channels, height, width). w: (filters, channels, kh, kw). b: (filters,). Returns (n, filters, rows, columns).
    """
    n, channels, height, width = x.shape
    filters, _, kh, kw = w.shape
    rows = (height + 2 * pad - kh) // stride + 1
    columns = (width + 2 * pad - kw) // stride + 1
    padded = np.zeros((n, channels, height + 2 * pad, width + 2 * pad))
    padded[:, :, pad : pad + height, pad : pad + width] = x

    y = np.zeros((n, filters, rows, columns)) + b[:, None, None]
    for i in range(kh):
        for j in range(kw):
            seen = padded[:, :, i : i + stride * rows : stride, j : j + stride * columns : stride]
            y += np.einsum("nkrc,ok->norc", seen, w[:, :, i, j])  # sums over the channels k
    return y


# %% [markdown]
# `db` needs no window at all. Then take `dw` before `dx`: nothing overlaps there.


# %%
def conv2d_backward(
    grad: np.ndarray, x: np.ndarray, w: np.ndarray, stride: int, pad: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (dx, dw, db) of y = conv2d(x, w, b, stride, pad), given the upstream gradient.

    grad: (n, filters, rows, columns). x: (n, channels, height, width). w: (filters, channels, kh, kw). stride: 1 or
    more. pad: 0 or more. dx, dw: the shapes of x and w. db: (filters,).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# When o.12 works, run the next cell. With a `grad` and a `w` of nothing but ones, `dx` counts paths: in how many
# windows was each entry of the image? Look at the corners first, then at the rows and columns that a stride loses, and
# at last at the chessboard on the right. Its brightest squares are seen four times as often as the darkest ones.
# Networks that paint pictures use this very backward pass to make them larger, and some of them really paint
# chessboards. Which stride and kernel size would avoid it?

# %%
if __name__ == "__main__":
    import matplotlib.pyplot as plt

    size = 10
    settings = [(3, 1, 0), (3, 1, 1), (3, 4, 0), (3, 2, 1)]  # kernel, stride, padding
    figure, pictures = plt.subplots(1, len(settings), figsize=(14, 3.8), layout="constrained")
    for picture, (kernel, stride, pad) in zip(pictures, settings):
        stops = (size + 2 * pad - kernel) // stride + 1
        ones = np.ones((1, 1, stops, stops))
        paths, _, _ = conv2d_backward(
            ones, np.zeros((1, 1, size, size)), np.ones((1, 1, kernel, kernel)), stride, pad
        )
        picture.imshow(paths[0, 0], vmin=0, cmap="viridis")
        for (row, column), count in np.ndenumerate(paths[0, 0]):
            colour = "black" if 2 * count > paths.max() else "white"
            picture.text(column, row, f"{count:.0f}", ha="center", va="center", color=colour, fontsize=8)
        picture.set_title(f"kernel {kernel}, stride {stride}, padding {pad}")
        picture.set_xticks([])
        picture.set_yticks([])
    figure.suptitle("In how many windows is each entry of the image?")
    plt.show()

# %% [markdown]
# ## o.13 Max pooling (2 points)
#
# Between convolutions a network often makes its images smaller: a window of `size` by `size` entries moves over
# each channel in steps of `stride`, and only the largest entry of each window goes on,
#
# $$y_{n, k, r, c} = \max_{i,\, j < \texttt{size}} \; x_{n,\, k,\, s r + i,\, s c + j}.$$
#
# There is no padding, and y has (height - size) // stride + 1 rows. Put o.5 and o.12 together: the winner of each
# window gets the upstream gradient of that window. If `stride` is smaller than `size`, the windows overlap, and one
# entry can win several of them. If it is larger, some entries are in no window at all. No two entries of one window
# are equal on this sheet, so there are no ties.
#
# *By hand:* `x = [[[[1, 9, 2], [0, 3, 8]]]]` with `size = 2`, `stride = 1` has two windows, and 9 wins both.
# `grad = [[[[1, 10]]]]` gives `[[[[0, 11, 0], [0, 0, 0]]]]`.
#
# Goes with Binder, L6 (sum over all paths), and Abdurakhmanova, Gradient Descent (ReLU is a maximum too).


# %%
def maxpool2d_backward(grad: np.ndarray, x: np.ndarray, size: int, stride: int) -> np.ndarray:
    """Return dx of y = the maximum of x in windows of size by size entries, given the upstream gradient.

    grad: (n, channels, rows, columns). x: (n, channels, height, width), no two entries of a window are equal. size,
    stride: 1 or more. Returns an array of the shape of x.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.14 Embedding (1 point)
#
# Words are not numbers. A language model keeps a table with a row of d numbers for each word it knows, and begins by
# looking its words up: `y = table[idx]`, where `idx` holds the numbers of the words in a text. On paper that is a
# product of one-hot vectors with the table, and you may think of it that way; nobody computes it so when the table
# has a hundred thousand rows.
#
# You have done this in o.7. What is special is the traffic: a text says "the" again and again, and each time adds to
# the same row, while most rows of the table do not occur at all. `idx` can have any shape, often (texts, words); `y`
# has one more axis. The numbers in `idx` go from 0 to `rows` - 1.
#
# *By hand:* `idx = [2, 0, 2]`, `rows = 4` and `grad = [[1, 2], [3, 4], [5, 6]]` give
# `[[3, 4], [0, 0], [6, 8], [0, 0]]`.
#
# Goes with Binder, L6 (one-hot vectors, and the sum over all paths).


# %%
def embedding_backward(grad: np.ndarray, idx: np.ndarray, rows: int) -> np.ndarray:
    """Return the gradient of the table of y = table[idx], given the upstream gradient.

    grad: the shape of idx and then d. idx: whole numbers from 0 to rows - 1, of any shape. rows: how many rows the
    table has. Returns (rows, d).
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## o.15 Attention (2 points)
#
# The last one is the heart of today's large language models, and you have all of its parts. Each of n words asks a
# question (a row of `q`), each of m words offers a key (a row of `k`) and a content (a row of `v`). A question that
# fits a key well receives much of its content:
#
# $$A = \frac{Q K^\top}{\sqrt{d}}, \qquad P = \mathrm{softmax}(A) \text{ along each row}, \qquad Y = P\, V.$$
#
# `q` is (n, d), `k` is (m, d), `v` is (m, e), so A and P are (n, m) and y is (n, e). The root of d (the number of
# columns of `q`, nothing else) keeps the scores from growing with d.
#
# With `causal=True` nobody looks ahead: word i may use the keys j ≤ i only. For all others P is exactly 0; a usual way
# is to lower those scores so far that exp makes 0 of them. Without P there is no path, so a hidden key gets no gradient
# from that word. Scores can be as large as ±800, with or without `causal`: you know from o.9 what helps.
#
# Nothing was kept but the inputs, so compute P again first. Then walk backwards from Y, one operation at a time:
# a matrix product, a softmax, a factor, another matrix product. You have a partner for each of them. Mind the shapes
# of `k` and of its transpose.
#
# *By hand:* `q = [[0]]`, `k = [[1], [3]]`, `v = [[2], [6]]`, `grad = [[4]]`: both scores are 0 and both probabilities
# ½. The answer is `dq = [[8]]`, `dk = [[0], [0]]`, `dv = [[2], [2]]`. With `causal=True` the only word sees the first
# key alone, and `dq = [[0]]`, `dk = [[0], [0]]`, `dv = [[4], [0]]`.
#
# Goes with Binder, L6 (the chain rule on a graph, step by step backwards), and Özçep, V2 (D = XW).


# %%
def attention_backward(
    grad: np.ndarray, q: np.ndarray, k: np.ndarray, v: np.ndarray, causal: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (dq, dk, dv) of y = softmax(q kᵀ / sqrt(d)) v, given the upstream gradient.

    grad: (n, e). q: (n, d). k: (m, d). v: (m, e). causal: whether row i of q sees only the rows j <= i of k and v.
    dq, dk, dv: the shapes of q, k and v.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


# %% [markdown]
# ## Before you go
#
# Look at your answers once more. A copy in the forward pass became a sum in the backward pass, a sum became a copy, a
# choice became a mask, and a move became the way back. Not one of your functions had to know where its `grad` came
# from.
#
# One thing to think over: every row of `dlogits` in o.9 sums to 0. So do your gradients in o.8 along the axis, the rows
# of `dx` in o.10 and the columns of `dx` in o.11. Which property of the *forward* functions, used in o.9 to tame large
# scores, says that they have to?
#
# And one that leads on. A network is a long chain of these operations: a matrix product, a sum, a relu, twenty times,
# and a cross-entropy at the end. In which order do you call the partners, and which arrays of the forward pass must you
# still have when their turn comes? There may be a million weights, but there is one loss: why is it so much cheaper to
# walk from the loss to the weights than from each weight to the loss? The next sheet, on backpropagation, begins there.
