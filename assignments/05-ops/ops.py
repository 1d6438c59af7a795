# %% [markdown]
# **This is your file: work in it.** Replace each `raise NotImplementedError()` and the comment above it
# by your own code, and keep the names and the arguments of the functions. The script and the notebook of
# this sheet are the same: use the one you like better. There are 19 points to earn.

# %% [markdown]
# # Backward passes of tensor operations
#
# A deep-learning library is a box of small functions, each with a partner that sends gradients backwards. In this
# sheet you write the partners. At the end you will be able to read a formula with arrays in it and write down its
# gradient, shapes included, without a library's help.
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
# 4. Every array holds floats, `labels` aside. A number is an array of shape `()`, and may come back as a plain number.

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
# ## Before you go
#
# Look at your answers once more. A copy in the forward pass became a sum in the backward pass, a sum became a copy,
# and a choice became a mask. What must the backward pass of *transposing* a matrix be? How much of the answer does
# rule 1 alone give you?
#
# And a second one: every row of `dlogits` sums to 0. Which property of softmax, used above to tame large scores, says
# that it has to?
